// SPDX-License-Identifier: MIT
/// @file
/// `errc`: the result of a parse; for an error, what was expected where parsing stopped.
///
///     std::cerr << to_string(r.error) << " at byte " << r.end << ": " << describe(r.error);
///
/// Tested by quirk_test, cases_test.
#pragma once

#include <statusline/compiler.hpp>

#include <cstdint>
#include <string_view>

namespace statusline {

/// The result of a parse. An error names the part of the line (RFC 9112 section 4) that was
/// expected at the byte where parsing stopped. If that byte shows a quirk that the policy refuses,
/// the error is the part that the byte replaces: `line_end` for a bare LF after a reason. If it
/// shows several such quirks, the error is the first of their parts, in the order below:
/// `separator` for a bare LF right after the code, but `line_end` if the policy allows
/// `missing_reason` and only `bare_lf` is refused. A later version may add values, at the end.
enum class errc : std::uint8_t {
  ok,        ///< the line is accepted
  need_more, ///< the line is incomplete, and some continuation of these bytes is acceptable; from
             ///< parse_complete() and finish(), to which none will come, an error
  protocol,  ///< expected a byte of "HTTP/"
  version,   ///< expected a digit of the version, or the dot between them
  separator, ///< expected one SP, after the version or after the code
  code,      ///< expected a digit of the status code, which has three
  reason,    ///< expected a byte of the reason phrase (HTAB, SP, VCHAR, obs-text), or CR
  line_end,  ///< expected CRLF: the CR, or the LF after it
  too_long,  ///< the first `policy::max_size` bytes hold neither an error nor a line end
};

/// How many values `errc` has: they are 0 to `errc_count` - 1.
inline constexpr std::uint8_t errc_count = 9;

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(errc e) noexcept {
  switch (e) {
  case errc::ok: return "ok";
  case errc::need_more: return "need_more";
  case errc::protocol: return "protocol";
  case errc::version: return "version";
  case errc::separator: return "separator";
  case errc::code: return "code";
  case errc::reason: return "reason";
  case errc::line_end: return "line_end";
  case errc::too_long: return "too_long";
  }
  return "";
}

/// One sentence for a person: what was expected (RFC 9112 section 4). describe(result, bytes) in
/// explain.hpp is more precise. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(errc e) noexcept {
  switch (e) {
  case errc::ok: return "The status line is accepted.";
  case errc::need_more: return "The input ends before the line does; expected more bytes.";
  case errc::protocol: return "Expected \"HTTP/\", in capitals, at the very start of the line.";
  case errc::version: return "Expected an HTTP version: a digit, a dot, a digit.";
  case errc::separator: return "Expected exactly one space (SP).";
  case errc::code: return "Expected a digit of the status code, which has exactly three.";
  case errc::reason:
    return "Expected a byte of the reason phrase (no control character except HTAB) or CRLF.";
  case errc::line_end: return "Expected the line to end with CRLF: one CR, then LF.";
  case errc::too_long: return "Expected the line to end within the size limit.";
  }
  return "";
}

} // namespace statusline
