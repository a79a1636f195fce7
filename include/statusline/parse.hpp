// SPDX-License-Identifier: MIT
/// @file
/// `parse()` and `parse_complete()` read a line whose bytes are in one piece.
///
///     const auto r = statusline::parse(bytes, statusline::interop);
///     if (r) use(r.line.code, r.line.reason, bytes.substr(r.end));
///     else if (r.error != statusline::errc::need_more) fail(r.error, r.end);
///
/// Tested by parse_test, cases_test, corpus_test, exhaustive_test, every_byte_test, sizes_test,
/// proof_strict_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace statusline {

/// The result of a parse. `refused` lists the quirks that a policy would have to allow to get past
/// `end`. It is empty if allowing quirks does not help.
///
/// - `ok`: `line` is filled in; `end` is one past the LF (if `quirk::unterminated` shows, the
///   input's size).
/// - `need_more`: `end` is the input's size. Only parse_complete() and stream_parser::finish() fill
///   in `refused` here: with what the policy has to allow for this line to be accepted as it is,
///   `quirk::unterminated` among it.
/// - `too_long`: `end` is `policy::max_size`.
/// - any other error: `end` is the offset of the first byte that cannot belong to an acceptable
///   line under the policy; `refused` holds the quirks that this byte shows and the policy refuses.
///   In parse_complete() the end of the input can show them: `end` is then its size.
///
/// Unless `error` is `ok`, `line` is `status_line{}`.
struct parse_result {
  status_line line;             ///< views the bytes that were parsed: valid as long as they are
  errc error = errc::need_more; ///< `ok`, or what was expected at `end`
  quirk_set refused;            ///< the quirks to allow to get past `end`
  std::size_t end = 0;          ///< where parsing stopped, in bytes from the start of the input

  /// Whether there is a line: `error` is `ok`. O(1).
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return error == errc::ok; }
  /// Whether all members are equal, the reason by its bytes. O(size of the reason).
  friend constexpr bool operator==(const parse_result&, const parse_result&) noexcept = default;
};

/// Parses the status line at the start of `bytes` (RFC 9112 section 4), and ignores the bytes after
/// the line.
///
///     constexpr std::string_view bytes = "HTTP/1.1 200 OK\r\n";
///     const auto r = statusline::parse(bytes);
///     if (r) use(r.line.code, r.line.reason, bytes.substr(r.end));
///
/// `bytes` may hold more than the line, and need no NUL at the end. The result views `bytes`: it is
/// valid as long as they are. Returns `need_more` if and only if some continuation would be
/// accepted (the size limit aside). Never allocates, throws or reads outside `bytes`. O(n), n being
/// the smaller of `end` and `policy::max_size`. A temporary std::string does not compile. Any
/// number of threads may call it at once.
[[nodiscard]] constexpr parse_result parse(std::string_view bytes, policy p = strict) noexcept;

/// As parse(), for a complete input: no more bytes will come. A policy may allow a line that ends
/// after its code, in its reason or after its CR (`quirk::unterminated`). Any other incomplete line
/// is `need_more`, an error here. `HTTP/1.1 200` also shows `missing_reason`: if the policy allows
/// neither, the error is `need_more`, and `refused` has both; if it allows `unterminated` alone,
/// the error is `separator`. O(the smaller of `end` and `policy::max_size`).
[[nodiscard]] constexpr parse_result parse_complete(std::string_view bytes,
                                                    policy p = strict) noexcept;

/// parse() for bytes that come as std::byte. Not constexpr. O(the smaller of `end` and
/// `policy::max_size`).
[[nodiscard]] inline parse_result parse(std::span<const std::byte> bytes,
                                        policy p = strict) noexcept {
  return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, p);
}
/// parse_complete() for bytes that come as std::byte. Not constexpr. O(the smaller of `end` and
/// `policy::max_size`).
[[nodiscard]] inline parse_result parse_complete(std::span<const std::byte> bytes,
                                                 policy p = strict) noexcept {
  return parse_complete({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, p);
}

/// A temporary that owns its bytes does not compile: the reason would dangle.
template <detail::owning_temporary T> parse_result parse(T&&, policy = strict) = delete;
/// A temporary that owns its bytes does not compile: the reason would dangle.
template <detail::owning_temporary T> parse_result parse_complete(T&&, policy = strict) = delete;

/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `parse({buffer, n})`.
template <std::size_t N> parse_result parse(char (&unsized_buffer)[N], policy = strict) = delete;
/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `parse_complete({buffer, n})`.
template <std::size_t N>
parse_result parse_complete(char (&unsized_buffer)[N], policy = strict) = delete;

} // namespace statusline

#include <statusline/detail/parse_line.hpp>
