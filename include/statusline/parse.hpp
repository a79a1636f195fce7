// SPDX-License-Identifier: MIT
/// @file
/// `parse()` and `parse_complete()`: a line whose bytes are in one piece.
///
///     const auto r = statusline::parse(bytes, statusline::interop);
///     if (r) use(r.line.code, r.line.reason, bytes.substr(r.end));
///     else if (r.error != statusline::errc::need_more) fail(r.error, r.end);
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/machine.hpp>
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

/// What a parse says. `refused` tells what to allow to get past `end`; it is empty where no policy
/// would help.
///
/// - `ok`: `line` is filled in; `end` is one past the LF (if `quirk::unterminated` shows, the
///   input's size).
/// - `need_more`: `end` is the input's size. Only parse_complete() fills in `refused` here, where
///   `quirk::unterminated` would have helped.
/// - `too_long`: `end` is `policy::max_size`.
/// - any other error: `end` is the offset of the first byte that cannot belong to an acceptable
///   line under the policy; `refused` holds the quirks that this byte shows and the policy lacks.
///
/// On anything but `ok`, `line` is `status_line{}`.
struct parse_result {
  status_line line;             ///< views the bytes that were parsed: valid as long as they are
  errc error = errc::need_more; ///< `ok`, or what was due at `end`
  quirk_set refused;            ///< what to allow to get past `end`
  std::size_t end = 0;          ///< where parsing stopped: an offset in bytes

  /// Whether there is a line: `error` is `ok`. O(1).
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return error == errc::ok; }
  /// Whether all members are equal, the reason by its bytes. O(size of the reason).
  friend constexpr bool operator==(const parse_result&, const parse_result&) noexcept = default;
};

namespace detail {

/// A class whose data() lets a caller write if and only if the object is not const: it owns them.
template <class T>
concept deeply_const = requires(T& object, const T& constant) {
  requires !std::same_as<decltype(object.data()), decltype(constant.data())>;
};

/// A class that only views bytes, so that they may outlive it: one that says so; or one that frees
/// nothing and either is a view of the standard by inheritance, or has room for one or two pointers
/// and so for no line with a reason. Larger views of a user's own say so by enable_borrowed_range.
template <class T>
concept view_of_bytes = std::ranges::enable_borrowed_range<T> ||
    (std::is_trivially_destructible_v<T> &&
     (std::derived_from<T, std::string_view> || std::derived_from<T, std::span<const std::byte>> ||
      (sizeof(T) >= sizeof(void*) && sizeof(T) <= 2 * sizeof(void*) && !deeply_const<T>)));

/// A temporary that owns its bytes: what parse() views in it would dangle at once.
template <class T>
concept owning_temporary =
    !std::is_lvalue_reference_v<T> && std::is_class_v<std::remove_cvref_t<T>> &&
    (std::convertible_to<T, std::string_view> ||
     std::convertible_to<T, std::span<const std::byte>>)&&!view_of_bytes<std::remove_cvref_t<T>>;

// These fill in `r`, which is new, and each ends in a jump to another: a function that returns a
// parse_result could not, and would have to keep registers for its caller.
//
// Measured on 2026-11-25, instructions of one call for "HTTP/1.1 200 OK" CR LF with GCC 12 and with
// Clang 14, with a header section after it (and without): 49 and 53 (52 and 59). Given up:
// - returned instead of filled in: 80 and 82 (83 and 83)
// - the vector scan as a loop from the reason on, in the one function: 66 and 66 (94 and 96)
// - one block for the reason wherever the line ends, moved back and its mask shifted if the bytes
//   end with it: 65 and 66 (65 and 66); or only then: 52 and 54 (67 and 68)
// - 32 bytes of reason at once: 61 and 62 (67 and 68); a reason of 21 bytes 61 and 62 from 92, 98
// - eight bytes compared for the prefix, and a branch for each digit and SP: 74 and 85 (88 and 97)
// - HTAB told from the controls at once: 60 and 62 (72 and 79), as one function
// - printable ASCII in two operations for four, all else left to the loop: 8 % off the time with
//   GCC 12, but phrases in Latin-1 take 2.9 times as long, and the mix of usual lines 1.2 times

/// All but canonical lines. The first `r.end` bytes are known: their canonical_run().
STATUSLINE_NOINLINE constexpr void parse_by_table(parse_result& r, std::string_view bytes, policy p,
                                                  bool complete) noexcept {
  const char* const s = bytes.data();
  const std::size_t n = (std::min)(bytes.size(), p.max_size);
  machine m;
  m.resume(s, r.end);
  m.end = m.walk<false>(s, r.end, n, p.allowed);
  if (m.error == errc::need_more && n == p.max_size)
    m.error = errc::too_long;
  else if (complete)
    m.finish(p.allowed);
  r.error = m.error;
  r.end = m.end;
  if (m.error != errc::ok) {
    r.refused = m.refused;
    return;
  }
  // One by one: GCC 12 makes a line first and copies it as vectors, which wait for its parts to be
  // stored (2026-11-25: half of the time of an irregular line).
  r.line.reason = {s + m.reason_begin, m.reason_end - m.reason_begin};
  r.line.code = m.code;
  r.line.version = m.version;
  r.line.quirks = m.quirks;
}

/// A canonical line at `s` whose CR is at `cr`.
inline void accept_canonical(parse_result& r, const char* s, std::size_t cr) noexcept {
  const http_version version = version_at(s + 5);
  const std::uint16_t code = code_at(s + 9); // all is read before anything is written
  r.line.reason = {s + canonical.size(), cr - canonical.size()};
  r.line.code = code;
  r.line.version = version;
  r.error = errc::ok;
  r.end = cr + 2;
}

/// Less than a block. Of the canonical lines that is the one with an empty reason.
STATUSLINE_NOINLINE inline void parse_few(parse_result& r, std::string_view bytes, policy p,
                                          bool complete) noexcept {
  constexpr std::size_t reason = canonical.size();
  const char* const s = bytes.data();
  const std::size_t n = bytes.size();
  if (n == reason + 2 && is_crlf(s + reason) && canonical_run_of_few(s, reason + 2) == reason)
    return accept_canonical(r, s, reason);
  r.end = canonical_run_of_few(s, n);
  return parse_by_table(r, bytes, p, complete);
}

/// A reason that goes on past the second block, or has a HTAB; `r.end` bytes are known.
STATUSLINE_NOINLINE inline void parse_long(parse_result& r, std::string_view bytes, policy p,
                                           bool complete) noexcept {
  const char* const s = bytes.data();
  const std::size_t n = (std::min)(bytes.size(), p.max_size);
  r.end = skip_blocks<stop::at_odd>(s, r.end, n);
  if (n - r.end >= 2 && is_crlf(s + r.end))
    return accept_canonical(r, s, r.end);
  return parse_by_table(r, bytes, p, complete);
}

/// Most lines: two blocks and a few compares say "yes". The second one is the last that is there if
/// the line is at the end of its buffer, so that such a line costs little more. It may have some of
/// the canonical beginning again, where no control is; and what it says of its last byte is not
/// asked for, so that there is one more to compare with CR LF.
STATUSLINE_ALWAYS_INLINE void parse_blocks(parse_result& r, std::string_view bytes, policy p,
                                           bool complete, std::size_t second) noexcept {
  const char* const s = bytes.data();
  if (const auto off = block::load(s).off_canonical(0); off != 0) {
    r.end = first_in(off);
    return parse_by_table(r, bytes, p, complete);
  }
  const auto odd = but_last(block::load(s + second).control());
  if (odd == 0) {
    r.end = second + block_size - 1;
    return parse_long(r, bytes, p, complete);
  }
  const std::size_t run = second + first_in(odd);
  if (is_crlf(s + run))
    return accept_canonical(r, s, run);
  r.end = run;
  if (s[run] == '\t') // not worth a compare of its own before
    return parse_long(r, bytes, p, complete);
  return parse_by_table(r, bytes, p, complete);
}

STATUSLINE_NOINLINE constexpr void parse(parse_result& r, std::string_view bytes, policy p,
                                         bool complete) noexcept {
  constexpr std::size_t enough = canonical.size() + block_size;
  if (std::is_constant_evaluated() || p.max_size < enough)
    return parse_by_table(r, bytes, p, complete);
  if (bytes.size() >= enough)
    return parse_blocks(r, bytes, p, complete, canonical.size());
  if (bytes.size() >= block_size)
    return parse_blocks(r, bytes, p, complete, bytes.size() - block_size);
  return parse_few(r, bytes, p, complete);
}

} // namespace detail

/// Reads one status line at the start of `bytes` (RFC 9112 section 4); what follows the line is
/// not looked at.
///
///     const auto r = statusline::parse("HTTP/1.1 200 OK\r\n");
///     if (r) use(r.line.code, r.line.reason, bytes.substr(r.end));
///
/// `bytes` need not end with the line, nor with a NUL. The result views `bytes`: it is valid as
/// long as they are. Says `need_more` if and only if some continuation would be accepted (the size
/// limit aside). Never allocates, throws or reads outside `bytes`; cost is linear in the smaller of
/// `end` and `policy::max_size`. A temporary std::string does not compile.
[[nodiscard]] constexpr parse_result parse(std::string_view bytes, policy p = strict) noexcept {
  parse_result r;
  detail::parse(r, bytes, p, false);
  return r;
}

/// The same for an input of which no more bytes will come: a line that the end of input cuts off in
/// or after its reason can be accepted (`quirk::unterminated`), and `need_more` means that it
/// can't be. O(the smaller of `end` and `policy::max_size`).
[[nodiscard]] constexpr parse_result parse_complete(std::string_view bytes,
                                                    policy p = strict) noexcept {
  parse_result r;
  detail::parse(r, bytes, p, true);
  return r;
}

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

/// A buffer does not compile: it would be read up to a NUL. Pass the size: `parse({buffer, n})`.
template <std::size_t N> parse_result parse(char (&unsized_buffer)[N], policy = strict) = delete;
/// A buffer does not compile: it would be read up to a NUL. Pass the size:
/// `parse_complete({buffer, n})`.
template <std::size_t N>
parse_result parse_complete(char (&unsized_buffer)[N], policy = strict) = delete;

} // namespace statusline
