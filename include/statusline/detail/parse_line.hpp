// SPDX-License-Identifier: MIT
//
// parse() and parse_complete(), behind their declarations; see "How a line is read" in machine.hpp.
//
// Each of these functions writes its answer into `r`, which is freshly constructed, and tail-calls
// the next one: a jump. S1: no result by value, and no more than six parameters.
//
// Tested by proof_strict_test, proof_native_test, exhaustive_test, sizes_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/machine.hpp>
#include <statusline/parse.hpp>

namespace statusline::detail {

/// What to report if the line has not ended within the bytes that may be read.
enum class no_end : std::uint8_t {
  need_more, ///< more bytes may come
  finish,    ///< no more bytes will come: the grammar decides
  too_long,  ///< the limit allows no more bytes
};

/// Parses any line with the table. Precondition: the first `known` of the `n` bytes at `p` begin a
/// canonical line.
STATUSLINE_NOINLINE constexpr void parse_rest(parse_result& r, const char* p, std::size_t known,
                                              std::size_t n, quirk_set allowed,
                                              no_end open) noexcept {
  machine m;
  m.end = m.walk(p, m.resume(p, known), n, allowed);
  if (m.error == errc::need_more && open == no_end::too_long)
    m.error = errc::too_long;
  else if (open == no_end::finish)
    m.finish(allowed); // which does nothing if the line is decided
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

/// Stores a canonical line whose CR is at `cr`.
STATUSLINE_ALWAYS_INLINE void parse_canonical(parse_result& r, const char* p,
                                              std::size_t cr) noexcept {
  const http_version version = version_at(p + 5);
  const std::uint16_t code = code_at(p + 9); // all is read before anything is written
  r.line.reason = {p + prefix.size(), cr - prefix.size()};
  r.line.code = code;
  r.line.version = version;
  r.error = errc::ok;
  r.end = cr + 2;
}

/// What decide_long() and decide_short() lead to in parse().
struct parse_steps {
  parse_result& r;
  const char* p;
  std::size_t n;
  quirk_set allowed;
  no_end open;

  void accept(std::size_t cr) const noexcept { return parse_canonical(r, p, cr); }
  void give_up(std::size_t known) const noexcept {
    return parse_rest(r, p, known, n, allowed, open);
  }
};

/// Parses a line of any length. Precondition: as decide_long(), with `known` bytes known.
STATUSLINE_NOINLINE inline void parse_long(parse_result& r, const char* p, std::size_t known,
                                           std::size_t n, quirk_set allowed, no_end open) noexcept {
  const parse_steps steps = {r, p, n, allowed, open};
  return decide_long(p, known, n, steps);
}

/// Parses less than one block. S5: not inlined, or parse_line() saves registers for it.
STATUSLINE_NOINLINE inline void parse_short(parse_result& r, const char* p, std::size_t n,
                                            quirk_set allowed, no_end open) noexcept {
  const parse_steps steps = {r, p, n, allowed, open};
  return decide_short(p, n, steps);
}

/// What decide() leads to in parse(). S3: only scalars, or it is put in memory.
struct first_parse_steps {
  parse_result& r;
  const char* p;
  std::size_t n;
  quirk_set allowed;
  std::size_t max_size;
  no_end after_all; ///< what to report if the input, not the limit, ends at `n`

  /// The limit wins: an unterminated line of exactly max_size bytes is too long.
  [[nodiscard]] constexpr no_end open() const noexcept {
    return n == max_size ? no_end::too_long : after_all;
  }

  void accept(std::size_t cr) const noexcept { return parse_canonical(r, p, cr); }
  void go_on(std::size_t known) const noexcept {
    return parse_long(r, p, known, n, allowed, open());
  }
  constexpr void give_up(std::size_t known) const noexcept {
    return parse_rest(r, p, known, n, allowed, open());
  }
  void short_of() const noexcept { return parse_short(r, p, n, allowed, open()); }
};

/// Parses the line at the start of the `size` bytes at `p`.
STATUSLINE_NOINLINE constexpr void parse_line(parse_result& r, const char* p, std::size_t size,
                                              policy limits, no_end after_all) noexcept {
  const std::size_t n = (std::min)(size, limits.max_size);
  const first_parse_steps steps = {r, p, n, limits.allowed, limits.max_size, after_all};
  if (std::is_constant_evaluated())
    return parse_rest(r, p, 0, n, limits.allowed, steps.open());
  return decide(p, n, steps);
}

} // namespace statusline::detail

namespace statusline {

constexpr parse_result parse(std::string_view bytes, policy p) noexcept {
  parse_result r;
  detail::parse_line(r, bytes.data(), bytes.size(), p, detail::no_end::need_more);
  return r;
}

constexpr parse_result parse_complete(std::string_view bytes, policy p) noexcept {
  parse_result r;
  detail::parse_line(r, bytes.data(), bytes.size(), p, detail::no_end::finish);
  return r;
}

} // namespace statusline
