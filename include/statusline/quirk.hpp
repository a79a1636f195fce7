// SPDX-License-Identifier: MIT
/// @file
/// `quirk`, `quirk_set` and `policy`: the irregularities, and which of them to accept.
///
///     statusline::policy mine = statusline::strict;
///     mine.allowed.insert(statusline::quirk::bare_lf);
///     const auto r = statusline::parse(bytes, mine);
///     for (const auto q : r.line.quirks) log(describe(q));
///
/// Tested by quirk_test, cases_test.
#pragma once

#include <statusline/enum_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace statusline {

/// An irregularity that real servers send and RFC 9112 section 4 does not allow. A quirk never
/// changes how a line is read: a policy only lists those to accept, and the result names those that
/// the line shows. A later version may add values, at the end.
///
/// A policy that refuses one reports an error: `protocol` for leading_blank, lowercase_protocol,
/// missing_version and icy_protocol; `version` for short_version; `separator` for missing_reason,
/// glued_reason and other_whitespace; `code` for extra_space, and for other_whitespace after
/// another blank; `reason` for control_in_reason; `line_end` for bare_lf and repeated_cr;
/// `need_more` for unterminated.
enum class quirk : std::uint8_t {
  missing_reason,     ///< `HTTP/1.1 200\r\n`: neither the SP after the code nor a reason
  bare_lf,            ///< `HTTP/1.1 200 OK\n`: an LF without CR ends the line
  repeated_cr,        ///< `HTTP/1.1 200 OK\r\r\n`: further CRs before the LF
  leading_blank,      ///< `\r\nHTTP/1.1 200 OK\r\n`: a blank line (CRLF or LF) before the line; two
                      ///< are always an error
  extra_space,        ///< `HTTP/1.1  200 OK\r\n`: an SP after another blank before the code; after
                      ///< the code a second SP belongs to the reason
  other_whitespace,   ///< `HTTP/1.1\t200 OK\r\n`: HTAB, VT or FF in place of SP
  lowercase_protocol, ///< `http/1.1 200 OK\r\n`: a letter of "HTTP" in lower case
  short_version,      ///< `HTTP/2 200 OK\r\n`: no minor version; it is read as 0
  missing_version,    ///< `HTTP 200 OK\r\n`: no version at all; it is read as 0.0
  icy_protocol,       ///< `ICY 200 OK\r\n`: SHOUTcast and NTRIP; the version is read as 0.0
  glued_reason,       ///< `HTTP/1.1 401.3 Denied\r\n`: the reason starts straight after the code
  control_in_reason,  ///< `HTTP/1.1 200 O\0K\r\n`: a control byte other than HTAB in the reason
  unterminated,       ///< `HTTP/1.1 200 OK`, end of input: the line end never came. Only
                      ///< parse_complete() and finish() show it. A broken connection looks the same
};

/// The number of quirks: their values are 0 to `quirk_count` - 1.
inline constexpr std::uint8_t quirk_count = 13;

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(quirk q) noexcept {
  switch (q) {
  case quirk::missing_reason: return "missing_reason";
  case quirk::bare_lf: return "bare_lf";
  case quirk::repeated_cr: return "repeated_cr";
  case quirk::leading_blank: return "leading_blank";
  case quirk::extra_space: return "extra_space";
  case quirk::other_whitespace: return "other_whitespace";
  case quirk::lowercase_protocol: return "lowercase_protocol";
  case quirk::short_version: return "short_version";
  case quirk::missing_version: return "missing_version";
  case quirk::icy_protocol: return "icy_protocol";
  case quirk::glued_reason: return "glued_reason";
  case quirk::control_in_reason: return "control_in_reason";
  case quirk::unterminated: return "unterminated";
  }
  return "";
}

/// One sentence for a person: what the line has, and what the grammar expects. O(1), static
/// lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(quirk q) noexcept {
  switch (q) {
  case quirk::missing_reason:
    return "The line ends right after the code; expected a space, even before an empty reason.";
  case quirk::bare_lf: return "The line ends with LF alone; expected CRLF.";
  case quirk::repeated_cr: return "More than one CR precedes the LF; expected exactly one.";
  case quirk::leading_blank:
    return "A blank line precedes the status line; expected the status line first.";
  case quirk::extra_space: return "More than one space precedes the code; expected exactly one.";
  case quirk::other_whitespace:
    return "A tab, vertical tab or form feed is the separator; expected a single space.";
  case quirk::lowercase_protocol: return "\"HTTP\" is case-sensitive; expected capitals.";
  case quirk::short_version:
    return "The version has one digit; expected a dot and a second digit (read as 0).";
  case quirk::missing_version:
    return "No version follows the protocol name; expected \"/\" and a version.";
  case quirk::icy_protocol:
    return "The line begins with \"ICY\" (SHOUTcast, NTRIP); expected \"HTTP/\" and a version.";
  case quirk::glued_reason:
    return "The reason starts right after the code; expected a space between them.";
  case quirk::control_in_reason: return "The reason has a control character; only HTAB is allowed.";
  case quirk::unterminated: return "The input ends before the line does; expected CRLF.";
  }
  return "";
}

/// A line that shows this quirk and no other, and is accepted under `permissive` by
/// parse_complete(); "" for a value outside the enumeration. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view example(quirk q) noexcept {
  switch (q) {
  case quirk::missing_reason: return "HTTP/1.1 200\r\n";
  case quirk::bare_lf: return "HTTP/1.1 200 OK\n";
  case quirk::repeated_cr: return "HTTP/1.1 200 OK\r\r\n";
  case quirk::leading_blank: return "\r\nHTTP/1.1 200 OK\r\n";
  case quirk::extra_space: return "HTTP/1.1  200 OK\r\n";
  case quirk::other_whitespace: return "HTTP/1.1\t200 OK\r\n";
  case quirk::lowercase_protocol: return "http/1.1 200 OK\r\n";
  case quirk::short_version: return "HTTP/2 200 OK\r\n";
  case quirk::missing_version: return "HTTP 502 Bad Gateway\r\n";
  case quirk::icy_protocol: return "ICY 200 OK\r\n";
  case quirk::glued_reason: return "HTTP/1.1 401.3 Unauthorized\r\n";
  case quirk::control_in_reason: return "HTTP/1.1 200 O\x01K\r\n";
  case quirk::unterminated: return "HTTP/1.1 200 OK";
  }
  return "";
}

/// A set of quirks: those that a policy allows, a line shows, or a policy refused. A value of two
/// bytes; every operation is O(1). Iterates in the order of the enumeration. One quirk converts to
/// the set of that one, and `quirk_set{quirk::bare_lf, quirk::repeated_cr}` is the set of two.
using quirk_set = enum_set<quirk, quirk_count>;

/// The set of two quirks. O(1).
[[nodiscard]] constexpr quirk_set operator|(quirk a, quirk b) noexcept {
  return quirk_set{a} | quirk_set{b};
}

/// The quirks to accept, and the most bytes that a line may have (its LF and a leading blank line
/// included). A policy is only a filter: a line is accepted if and only if all quirks that it shows
/// are allowed, and it reads the same under every policy that accepts it. A line of exactly
/// max_size bytes passes; one without its line end must be shorter. SIZE_MAX is no limit; under 0
/// every input is `too_long`.
///
///     statusline::policy mine = statusline::strict;
///     mine.allowed.insert(statusline::quirk::bare_lf);
struct policy {
  quirk_set allowed;           ///< any other quirk is an error
  std::size_t max_size = 8192; ///< in bytes

  /// Whether both accept the same lines. O(1).
  friend constexpr bool operator==(const policy&, const policy&) noexcept = default;
};

/// Exactly RFC 9112 section 4.
inline constexpr policy strict{};
/// The quirks that nearly every client accepts.
inline constexpr policy interop{{quirk::missing_reason, quirk::bare_lf}};
/// Every quirk: for scanners and monitors that look at traffic, never for programs that forward it.
inline constexpr policy permissive{quirk_set::all()};

} // namespace statusline
