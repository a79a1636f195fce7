// SPDX-License-Identifier: MIT
/// @file
/// `write()`: a canonical line, which no phrase can split.
///
/// Tested by write_test, every_byte_test.
#pragma once

#include <statusline/detail/scan.hpp>
#include <statusline/line.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace statusline {

namespace detail {
constexpr char last_digit(unsigned value) noexcept { return static_cast<char>('0' + value % 10); }
} // namespace detail

/// Writes the canonical status line, such as `HTTP/1.1 200 OK\r\n`, without a NUL, and returns its
/// size, which is `line.reason.size() + 15`. Writes nothing and returns 0 where the result would
/// not be a line of RFC 9112 section 4 or would not fit: a reason with CR, LF or another control
/// byte but HTAB (so a phrase can't split a response), a code over 999, a version part over 9, an
/// `out` too small. An absent reason is written as an empty one, and a line that was read without a
/// version, such as `ICY 200 OK`, as HTTP/0.0; `line.quirks` is ignored. The result parses under
/// `strict` (if its `max_size` allows) to the same code, version and reason.
///
///     char out[64];
///     const std::size_t size = statusline::write(out, {"Bad Gateway", 502, {1, 1}, {}});
///
/// `out` must not overlap `line.reason`. O(size); never allocates or throws.
[[nodiscard]] constexpr std::size_t write(std::span<char> out, const status_line& line) noexcept {
  const std::string_view reason = line.reason;
  constexpr std::size_t without_reason = detail::prefix.size() + 2;
  // No sum that may wrap around: a C caller's size may be none.
  if (out.size() < without_reason || out.size() - without_reason < reason.size() ||
      line.code > 999 || line.version.major > 9 || line.version.minor > 9 ||
      detail::skip_plain(reason.data(), reason.size()) != reason.size())
    return 0;
  char* to = std::copy(detail::prefix.begin(), detail::prefix.end(), out.data());
  out[5] = detail::last_digit(line.version.major);
  out[7] = detail::last_digit(line.version.minor);
  out[9] = detail::last_digit(line.code / 100u);
  out[10] = detail::last_digit(line.code / 10u);
  out[11] = detail::last_digit(line.code);
  to = std::copy(reason.begin(), reason.end(), to);
  *to++ = '\r';
  *to = '\n';
  return without_reason + reason.size();
}

} // namespace statusline
