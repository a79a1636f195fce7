// SPDX-License-Identifier: MIT
#pragma once

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

/// What a parse says.
///
/// | error       | end                                        | line            | refused |
/// |-------------|--------------------------------------------|-----------------|------------------|
/// | `ok`        | one past the LF; the input's size if       | filled in       | empty | | |
/// `quirk::unterminated` shows                |                 |                  | | `need_more`
/// | the input's size                           | `status_line{}` | see below        | | `too_long`
/// | `policy::max_size`                         | `status_line{}` | empty            | | any other
/// | the first byte that cannot belong to an    | `status_line{}` | the quirks at    | | |
/// acceptable line under the policy           |                 | `end` that the   | | | | | policy
/// lacks     |
///
/// `refused` tells what to allow to get past `end`; it is empty where no policy would help.
/// With `need_more` only parse_complete() fills it, where `quirk::unterminated` would have helped.
struct parse_result {
  status_line line;
  errc error = errc::need_more;
  quirk_set refused;
  std::size_t end = 0;

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return error == errc::ok; }
  friend constexpr bool operator==(const parse_result&, const parse_result&) noexcept = default;
};

namespace detail {

/// A temporary that owns its bytes: what parse() views in it would dangle at once.
template <class T>
concept owning_temporary =
    !std::is_lvalue_reference_v<T> && !std::ranges::enable_borrowed_range<std::remove_cvref_t<T>> &&
    (std::convertible_to<T, std::string_view> ||
     std::convertible_to<T, std::span<const std::byte>>)&&std::is_class_v<std::remove_cvref_t<T>>;

[[gnu::noinline]] constexpr parse_result parse_by_table(std::string_view bytes, policy p,
                                                        bool complete) noexcept {
  const std::size_t n = std::min(bytes.size(), p.max_size);
  machine m;
  m.run(bytes.data(), n, p.allowed);
  if (m.error == errc::need_more && n == p.max_size)
    m.error = errc::too_long;
  else if (complete)
    m.finish(p.allowed);
  if (m.error != errc::ok)
    return {{}, m.error, m.refused, m.end};
  const std::string_view reason{bytes.data() + m.reason_begin, m.reason_end - m.reason_begin};
  return {{reason, m.code, m.version, m.quirks}, errc::ok, {}, m.end};
}

/// The result for a canonical line at `s` whose CR is at `cr`.
constexpr parse_result canonical_result(const char* s, std::size_t cr) noexcept {
  const std::string_view reason{s + canonical.size(), cr - canonical.size()};
  const int code = s[9] * 100 + s[10] * 10 + s[11] - '0' * 111;
  const http_version version{static_cast<std::uint8_t>(s[5] & 15),
                             static_cast<std::uint8_t>(s[7] & 15)};
  return {{reason, static_cast<std::uint16_t>(code), version, {}}, errc::ok, {}, cr + 2};
}

/// Canonical lines that are long, or that end with their buffer; the table for all else.
[[gnu::noinline]] constexpr parse_result parse_the_rest(std::string_view bytes, policy p,
                                                        bool complete) noexcept {
  const char* const s = bytes.data();
  const std::size_t n = std::min(bytes.size(), p.max_size);
  if (canonical_run(s, n, 0) == canonical.size()) {
    const std::size_t cr = skip_reason<stop::at_odd>(s, canonical.size(), n);
    if (cr + 2 <= n && is_crlf(s + cr))
      return canonical_result(s, cr);
  }
  return parse_by_table(bytes, p, complete);
}

/// Most lines: where two blocks and CR LF lie within the bytes, a few compares say "yes".
[[gnu::noinline]] constexpr parse_result parse(std::string_view bytes, policy p,
                                               bool complete) noexcept {
  constexpr std::size_t reason = canonical.size();
  constexpr std::size_t enough = reason + block_size + 2;
  const char* const s = bytes.data();
  if (bytes.size() >= enough && p.max_size >= enough && !std::is_constant_evaluated() &&
      block::load(s).off_canonical(0) == 0) {
    const auto odd = block::load(s + reason).not_plain();
    const std::size_t cr = reason + first_in(odd);
    if (odd != 0 && is_crlf(s + cr))
      return canonical_result(s, cr);
  }
  return parse_the_rest(bytes, p, complete);
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
  return detail::parse(bytes, p, false);
}

/// The same for an input of which no more bytes will come: a line that the end of input cuts off in
/// or after its reason can be accepted (`quirk::unterminated`), and `need_more` means that it
/// can't be.
[[nodiscard]] constexpr parse_result parse_complete(std::string_view bytes,
                                                    policy p = strict) noexcept {
  return detail::parse(bytes, p, true);
}

/// The same for bytes that come as std::byte. Not constexpr.
[[nodiscard]] inline parse_result parse(std::span<const std::byte> bytes,
                                        policy p = strict) noexcept {
  return parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, p);
}
[[nodiscard]] inline parse_result parse_complete(std::span<const std::byte> bytes,
                                                 policy p = strict) noexcept {
  return parse_complete({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, p);
}

template <detail::owning_temporary T> parse_result parse(T&&, policy = strict) = delete;
template <detail::owning_temporary T> parse_result parse_complete(T&&, policy = strict) = delete;

} // namespace statusline
