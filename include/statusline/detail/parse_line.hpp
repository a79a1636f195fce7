// SPDX-License-Identifier: MIT
//
// parse() and parse_complete(), behind their declarations; see "How a line is read" in machine.hpp.
//
// Each of these functions writes its answer into `r`, which is freshly constructed, and tail-calls
// the next one: a jump. The number of bytes known travels in `r.end`. S1: no result by value.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/machine.hpp>
#include <statusline/parse.hpp>

namespace statusline::detail {

/// Stores a canonical line, which begins at `s` and whose CR is at `cr`.
inline void accept_canonical(parse_result& r, const char* s, std::size_t cr) noexcept {
  const http_version version = version_at(s + 5);
  const std::uint16_t code = code_at(s + 9); // all is read before anything is written
  r.line.reason = {s + prefix.size(), cr - prefix.size()};
  r.line.code = code;
  r.line.version = version;
  r.error = errc::ok;
  r.end = cr + 2;
}

/// Parses any line with the table. Precondition: the first `r.end` bytes begin a canonical line.
STATUSLINE_NOINLINE constexpr void parse_rest(parse_result& r, std::string_view bytes,
                                              policy limits, bool complete) noexcept {
  const char* const s = bytes.data();
  const std::size_t n = (std::min)(bytes.size(), limits.max_size);
  machine m;
  m.end = m.walk(s, m.resume(s, r.end), n, limits.allowed);
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
  r.line.reason = {s + m.reason_begin, m.reason_end - m.reason_begin}; // S14: one by one
  r.line.code = m.code;
  r.line.version = m.version;
  r.line.quirks = m.quirks();
}

/// Parses a line whose reason goes on after `r.end`. Precondition: as decide_long().
STATUSLINE_NOINLINE inline void parse_long(parse_result& r, std::string_view bytes, policy limits,
                                           bool complete) noexcept {
  const char* const s = bytes.data();
  const auto accept = [&](std::size_t cr) { accept_canonical(r, s, cr); };
  const auto rest = [&](std::size_t known) {
    r.end = known;
    return parse_rest(r, bytes, limits, complete);
  };
  return decide_long(s, r.end, (std::min)(bytes.size(), limits.max_size), accept, rest);
}

/// Parses less than one block. S5: not inlined, or parse_line() saves registers for it
STATUSLINE_NOINLINE inline void parse_short(parse_result& r, std::string_view bytes, policy limits,
                                            bool complete) noexcept {
  const char* const s = bytes.data();
  const auto accept = [&](std::size_t cr) { accept_canonical(r, s, cr); };
  const auto rest = [&](std::size_t known) {
    r.end = known;
    return parse_rest(r, bytes, limits, complete);
  };
  return decide_short(s, (std::min)(bytes.size(), limits.max_size), accept, rest);
}

/// Parses the line at the start of `bytes`; `complete` if no more bytes will come.
STATUSLINE_NOINLINE constexpr void parse_line(parse_result& r, std::string_view bytes,
                                              policy limits, bool complete) noexcept {
  if (std::is_constant_evaluated())
    return parse_rest(r, bytes, limits, complete);
  const char* const s = bytes.data();
  const auto accept = [&](std::size_t cr) { accept_canonical(r, s, cr); };
  const auto rest = [&](std::size_t known) {
    r.end = known;
    return parse_rest(r, bytes, limits, complete);
  };
  const auto go_on = [&](std::size_t known) {
    r.end = known;
    return parse_long(r, bytes, limits, complete);
  };
  const auto short_of = [&] { return parse_short(r, bytes, limits, complete); };
  return decide(s, (std::min)(bytes.size(), limits.max_size), accept, go_on, rest, short_of);
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
