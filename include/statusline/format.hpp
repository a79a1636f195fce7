// SPDX-License-Identifier: MIT
/// @file
/// `format()`: a result as one line for a log.
///
/// Tested by format_test, c99_test, every_byte_test.
#pragma once

#include <statusline/explain.hpp>
#include <statusline/write.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace statusline {

/// The size of a buffer into which every line of format() fits, with a NUL after it.
inline constexpr std::size_t format_size = 768;

namespace detail {

/// Writes ASCII into a buffer, and counts the bytes that have no room too.
struct text_writer {
  std::span<char> out;
  std::size_t size = 0;

  constexpr void put(char c) noexcept {
    if (size < out.size())
      out[size] = c;
    ++size;
  }
  constexpr void put_text(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i)
      put(text[i]);
  }
  /// A sentence as a clause: without its capital letter and its full stop.
  constexpr void put_clause(std::string_view sentence) noexcept {
    for (std::size_t i = 0; i + 1 < sentence.size(); ++i)
      put(static_cast<char>(i == 0 ? sentence[i] + 0x20 : sentence[i]));
  }
  constexpr void put_number(std::size_t n) noexcept {
    std::size_t unit = 1;
    while (n / unit > 9)
      unit = unit * 10;
    while (unit > 0) {
      put(last_digit(static_cast<unsigned>(n / unit % 10)));
      unit = unit / 10;
    }
  }
  constexpr void put_hex(char c) noexcept {
    const unsigned value = static_cast<unsigned char>(c);
    const unsigned high = value / 16;
    const unsigned low = value % 16;
    put(static_cast<char>(high < 10 ? '0' + high : 'a' + high - 10));
    put(static_cast<char>(low < 10 ? '0' + low : 'a' + low - 10));
  }
  /// A byte of the input as printable ASCII. A backquote ends the excerpt, so it is escaped too.
  constexpr void put_escaped(char c) noexcept {
    switch (c) {
    case '\r': put_text("\\r"); break;
    case '\n': put_text("\\n"); break;
    case '\t': put_text("\\t"); break;
    case '\0': put_text("\\0"); break;
    case '\\': put_text("\\\\"); break;
    default:
      if (c >= ' ' && c <= '~' && c != '`') {
        put(c);
      } else {
        put_text("\\x");
        put_hex(c);
      }
    }
  }
  /// The name that RFC 5234 has for a byte, or the byte.
  constexpr void put_name(char c) noexcept {
    const unsigned value = static_cast<unsigned char>(c);
    switch (c) {
    case '\r': put_text("CR"); break;
    case '\n': put_text("LF"); break;
    case '\t': put_text("HTAB"); break;
    case '\0': put_text("NUL"); break;
    case ' ': put_text("SP"); break;
    case '\x7f': put_text("DEL"); break;
    default:
      if (value > 0x20 && value < 0x80) {
        put('\'');
        put(c);
        put('\'');
      } else {
        put_text("0x");
        put_hex(c);
      }
    }
  }
  constexpr void put_quirks(quirk_set quirks, std::string_view before) noexcept {
    bool first = true;
    for (const quirk q : quirks) {
      put_text(first ? before : ", ");
      put_text(to_string(q));
      first = false;
    }
  }
  /// The part of the line around a place, between backquotes. Precondition: begin < most.
  constexpr void put_excerpt(std::string_view bytes, std::size_t begin, std::size_t at,
                             std::size_t most) noexcept {
    put_text(begin > 0 ? "`..." : "`");
    std::size_t i = begin;
    bool more = i < bytes.size();
    while (more) {
      put_escaped(bytes[i]);
      more = i + 1 < bytes.size() && i + 1 < most && (i < at || bytes[i] != '\n');
      ++i;
    }
    put_text(i < bytes.size() && (i <= at || bytes[i - 1] != '\n') ? "...`" : "`");
  }
};

} // namespace detail

/// Writes a result as one line of printable ASCII for a log, cut to `out`. Returns the size of the
/// whole line: at most `format_size` - 1, and more than was written if `out` is smaller. Writes no
/// NUL and no line end. No byte of the input reaches the log unescaped.
///
///     char out[statusline::format_size];
///     const std::size_t size = statusline::format(r, bytes, out);
///     log({out, size});
///
/// On an error the line has the offset, what was expected, the byte found there, the quirks to
/// allow to get past it, and up to 32 bytes on either side of it. On success it has the quirks, and
/// up to 64 bytes of the line:
///
///     byte 12: expected one space (SP) after the status code, found CR (missing_reason):
///     `HTTP/1.1 404\r\n`
///     accepted with extra_space, bare_lf: `HTTP/1.1  200 OK\n`
///
/// Precondition: `r` is the result of a parse of `bytes`. O(r.end); never allocates or throws.
constexpr std::size_t format(const parse_result& r, std::string_view bytes,
                             std::span<char> out) noexcept {
  constexpr std::size_t around = 32;
  detail::text_writer line = {out, 0};
  const std::size_t at = (std::min)(r.end, bytes.size());
  if (r.error == errc::ok) {
    line.put_text("accepted");
    line.put_quirks(r.line.quirks, " with ");
    line.put_text(r.line.quirks.empty() ? ", no quirks: " : ": ");
    line.put_excerpt({bytes.data(), at}, 0, at, 2 * around);
    return line.size;
  }
  line.put_text("byte ");
  line.put_number(r.end);
  line.put_text(": ");
  line.put_clause(describe(r, bytes));
  if (r.error != errc::need_more && r.error != errc::too_long) {
    line.put_text(", found ");
    if (at < bytes.size())
      line.put_name(bytes[at]);
    else
      line.put_text("the end of the input");
  }
  if (!r.refused.empty()) {
    line.put_quirks(r.refused, " (");
    line.put(')');
  }
  line.put_text(": ");
  line.put_excerpt(bytes, at > around ? at - around : 0, at, at + around);
  return line.size;
}

/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `format(r, {buffer, n}, out)`.
template <std::size_t N>
std::size_t format(const parse_result&, char (&unsized_buffer)[N], std::span<char>) = delete;

} // namespace statusline
