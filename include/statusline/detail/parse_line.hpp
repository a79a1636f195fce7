// SPDX-License-Identifier: MIT
//
// parse() and parse_complete(), behind their declarations; see "How a line is read" in machine.hpp.
//
// Each of these functions writes its answer into `r`, which is freshly constructed, and tail-calls
// the next one: a jump. The number of bytes known travels in `r.end`. S1: no result by value.
//
// Tested by proof_strict_test, proof_native_test, exhaustive_test, sizes_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/machine.hpp>
#include <statusline/parse.hpp>

namespace statusline::detail {

/// One call of parse(), and what decide() leads to. S3: only scalars, or it is put in memory.
struct parse_steps {
  parse_result& r;
  const char* p;
  std::size_t size;
  quirk_set allowed;
  std::size_t max_size;
  bool complete;

  STATUSLINE_ALWAYS_INLINE constexpr parse_steps(parse_result& result, std::string_view bytes,
                                                 policy limits, bool is_complete) noexcept
      : r{result}, p{bytes.data()}, size{bytes.size()}, allowed{limits.allowed},
        max_size{limits.max_size}, complete{is_complete} {}

  /// How many bytes may be read.
  [[nodiscard]] std::size_t n() const noexcept { return (std::min)(size, max_size); }

  /// Stores a canonical line whose CR is at `cr`.
  void accept(std::size_t cr) const noexcept {
    const http_version version = version_at(p + 5);
    const std::uint16_t code = code_at(p + 9); // all is read before anything is written
    r.line.reason = {p + prefix.size(), cr - prefix.size()};
    r.line.code = code;
    r.line.version = version;
    r.error = errc::ok;
    r.end = cr + 2;
  }
  void go_on(std::size_t known) const noexcept {
    r.end = known;
    parse_long(r, {p, size}, {allowed, max_size}, complete);
  }
  void give_up(std::size_t known) const noexcept {
    r.end = known;
    parse_rest(r, {p, size}, {allowed, max_size}, complete);
  }
  void short_of() const noexcept { parse_short(r, {p, size}, {allowed, max_size}, complete); }

  /// Precondition: as decide_long(), with `r.end` bytes known.
  STATUSLINE_NOINLINE static void parse_long(parse_result& r, std::string_view bytes, policy limits,
                                             bool complete) noexcept {
    const parse_steps steps{r, bytes, limits, complete};
    decide_long(bytes.data(), r.end, steps.n(), steps);
  }

  /// S5: not inlined, or parse_line() saves registers for it.
  STATUSLINE_NOINLINE static void parse_short(parse_result& r, std::string_view bytes,
                                              policy limits, bool complete) noexcept {
    const parse_steps steps{r, bytes, limits, complete};
    decide_short(bytes.data(), steps.n(), steps);
  }

  /// Parses any line with the table. Precondition: the first `r.end` bytes begin a canonical line.
  STATUSLINE_NOINLINE static constexpr void parse_rest(parse_result& r, std::string_view bytes,
                                                       policy limits, bool complete) noexcept {
    const char* const p = bytes.data();
    const std::size_t n = (std::min)(bytes.size(), limits.max_size);
    machine m;
    m.end = m.walk(p, m.resume(p, r.end), n, limits.allowed);
    if (m.error == errc::need_more && n == limits.max_size)
      m.error = errc::too_long;
    else if (complete)
      m.finish(limits.allowed);
    r.error = m.error;
    r.end = m.end;
    if (m.error != errc::ok) {
      r.refused = m.refused;
      return;
    }
    r.line.reason = {p + m.reason_begin, m.reason_end - m.reason_begin}; // S14: one by one
    r.line.code = m.code;
    r.line.version = m.version;
    r.line.quirks = m.quirks();
  }
};

/// Parses the line at the start of `bytes`; `complete` if no more bytes will come.
STATUSLINE_NOINLINE constexpr void parse_line(parse_result& r, std::string_view bytes,
                                              policy limits, bool complete) noexcept {
  if (std::is_constant_evaluated())
    return parse_steps::parse_rest(r, bytes, limits, complete);
  const parse_steps steps{r, bytes, limits, complete};
  decide(bytes.data(), steps.n(), steps);
}

} // namespace statusline::detail

namespace statusline {

constexpr parse_result parse(std::string_view bytes, policy p) noexcept {
  parse_result r;
  detail::parse_line(r, bytes, p, false);
  return r;
}

constexpr parse_result parse_complete(std::string_view bytes, policy p) noexcept {
  parse_result r;
  detail::parse_line(r, bytes, p, true);
  return r;
}

} // namespace statusline
