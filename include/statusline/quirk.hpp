// SPDX-License-Identifier: MIT
/// @file
/// `quirk`, `quirk_set` and `policy`: which irregularities there are, and which of them to take.
///
///     statusline::policy mine = statusline::strict;
///     mine.allowed.insert(statusline::quirk::bare_lf);
///     const auto r = statusline::parse(bytes, mine);
///     for (const auto q : r.line.quirks) log(describe(q));
#pragma once

#include <statusline/enum_set.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace statusline {

/// An irregularity that real servers send and RFC 9112 section 4 does not allow. A parse never
/// changes its reading because of one: a policy only says which are tolerated, and the result
/// names those that were seen. Values are added at the end, if ever.
enum class quirk : std::uint8_t {
  missing_reason,     ///< `HTTP/1.1 200\r\n`: neither the SP after the code nor a reason
  bare_lf,            ///< `HTTP/1.1 200 OK\n`: an LF without CR ends the line
  repeated_cr,        ///< `HTTP/1.1 200 OK\r\r\n`: further CRs before the LF
  leading_blank,      ///< `\r\nHTTP/1.1 200 OK\r\n`: one blank line (CRLF or LF) before the line
  extra_space,        ///< `HTTP/1.1  200 OK\r\n`: an SP after another separating byte
  other_whitespace,   ///< `HTTP/1.1\t200 OK\r\n`: HTAB, VT or FF where SP was due
  lowercase_protocol, ///< `http/1.1 200 OK\r\n`: a letter of "HTTP" in lower case
  short_version,      ///< `HTTP/2 200 OK\r\n`: no minor version; it is read as 0
  missing_version,    ///< `HTTP 200 OK\r\n`: no version at all; it is read as 0.0
  icy_protocol,       ///< `ICY 200 OK\r\n`: SHOUTcast and NTRIP; the version is read as 0.0
  glued_reason,       ///< `HTTP/1.1 401.3 Denied\r\n`: the reason starts straight after the code
  control_in_reason,  ///< `HTTP/1.1 200 O\0K\r\n`: a control byte other than HTAB in the reason
  unterminated,       ///< `HTTP/1.1 200 OK`, end of input: the line end never came
};

/// How many quirks there are: their values are 0 to `quirk_count` - 1.
inline constexpr std::uint8_t quirk_count = 13;

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
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

/// One sentence for a person: what stands there, and what the grammar expected. O(1), static
/// lifetime.
[[nodiscard]] constexpr std::string_view describe(quirk q) noexcept {
  switch (q) {
  case quirk::missing_reason:
    return "The line ends straight after the code; a space is due there even before an empty "
           "reason.";
  case quirk::bare_lf: return "The line ends with LF alone; CRLF was expected.";
  case quirk::repeated_cr: return "More than one CR before the LF; exactly one was expected.";
  case quirk::leading_blank:
    return "A blank line comes first; the status line was expected at once.";
  case quirk::extra_space: return "A further space before the code; exactly one was expected.";
  case quirk::other_whitespace:
    return "A tab, vertical tab or form feed separates; a single space was expected.";
  case quirk::lowercase_protocol: return "\"HTTP\" is case-sensitive; capitals were expected.";
  case quirk::short_version:
    return "The version has one digit; a dot and a second digit were expected (read as 0).";
  case quirk::missing_version:
    return "No version follows the protocol name; \"/\" and a version were expected.";
  case quirk::icy_protocol:
    return "SHOUTcast's or NTRIP's \"ICY\" stands where \"HTTP/\" and a version were expected.";
  case quirk::glued_reason:
    return "The reason starts straight after the code; a space was expected between them.";
  case quirk::control_in_reason:
    return "A control character in the reason; only HTAB is allowed there.";
  case quirk::unterminated: return "The input ends before the line does; CRLF was expected.";
  }
  return "";
}

/// A line that shows this quirk and no other, and is accepted under `permissive` by
/// parse_complete(); "" for a value outside the enumeration. O(1), static lifetime.
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

/// Which quirks a parse tolerates, and how many bytes a line may have (its LF and a leading blank
/// line included). A policy is only a filter: a line is accepted if and only if the quirks that it
/// shows are allowed, and it reads the same under every policy that takes it.
///
///     statusline::policy mine = statusline::strict;
///     mine.allowed.insert(statusline::quirk::bare_lf);
struct policy {
  quirk_set allowed;           ///< every other one is an error
  std::size_t max_size = 8192; ///< in bytes; a line of just as many passes

  /// Whether both take the same lines. O(1).
  friend constexpr bool operator==(const policy&, const policy&) noexcept = default;
};

/// Exactly RFC 9112 section 4.
inline constexpr policy strict{};
/// What nearly every client takes.
inline constexpr policy interop{{quirk::missing_reason, quirk::bare_lf}};
/// Every quirk: for scanners and monitors that look at traffic, never for what forwards it.
inline constexpr policy permissive{quirk_set::all()};

} // namespace statusline
