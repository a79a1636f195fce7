// SPDX-License-Identifier: MIT
/// @file
/// `status_line`: the result of a parse, and the argument of write().
///
///     const statusline::status_line line{"Bad Gateway", 502, {1, 1}, {}};
///
/// Tested by parse_test, write_test.
#pragma once

#include <statusline/quirk.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

namespace statusline {

/// RFC 9112 section 2.3: two digits, 0 to 9 each. A line without a version reads as 0.0.
struct http_version {
  std::uint8_t major = 0; ///< before the dot, 0 to 9
  std::uint8_t minor = 0; ///< after the dot, 0 to 9; 0 if the line has no minor digit

  /// Whether both digits are the same. O(1).
  friend constexpr bool operator==(http_version, http_version) noexcept = default;
};

/// The parts of a status line (RFC 9112 section 4). `reason` views the bytes that were parsed and
/// is valid as long as they are; it is never decoded, trimmed or copied. A reason that is absent
/// (no SP after the code) and one that is empty are both zero bytes; `quirk::missing_reason` in
/// `quirks` tells them apart.
struct status_line {
  std::string_view reason; ///< any bytes except CR and LF, in any encoding; no NUL ends it
  std::uint16_t code = 0;  ///< 000 to 999; RFC 9110 section 15 defines 100 to 599
  http_version version;    ///< as on the line; unusual ones too (note::unusual_version)
  quirk_set quirks;        ///< the quirks that it shows, all of them allowed

  /// Whether all members are equal, the reason by its bytes. O(size of the reason).
  friend constexpr bool operator==(const status_line&, const status_line&) noexcept = default;
};

namespace detail {

/// A class that owns its bytes: data() allows writing if and only if the object is not const.
template <class T>
concept deeply_const = requires(T& object, const T& constant) {
  requires !std::same_as<decltype(object.data()), decltype(constant.data())>;
};

/// A class that only views bytes, so that they may outlive it: one that declares so; or one that
/// frees nothing and either is a view of the standard by inheritance, or has room for one or two
/// pointers and so for no line with a reason. A larger view must specialise enable_borrowed_range.
template <class T>
concept view_of_bytes = std::ranges::enable_borrowed_range<T> ||
    (std::is_trivially_destructible_v<T> &&
     (std::derived_from<T, std::string_view> || std::derived_from<T, std::span<const std::byte>> ||
      (sizeof(T) >= sizeof(void*) && sizeof(T) <= 2 * sizeof(void*) && !deeply_const<T>)));

/// A temporary that owns its bytes: a view of them would dangle at once.
template <class T>
concept owning_temporary =
    !std::is_lvalue_reference_v<T> && std::is_class_v<std::remove_cvref_t<T>> &&
    (std::convertible_to<T, std::string_view> ||
     std::convertible_to<T, std::span<const std::byte>>)&&!view_of_bytes<std::remove_cvref_t<T>>;

} // namespace detail
} // namespace statusline
