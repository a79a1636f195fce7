// SPDX-License-Identifier: MIT
/// @file
/// `status_line`: what a parse gives, and what write() takes.
///
///     const statusline::status_line line{"Bad Gateway", 502, {1, 1}, {}};
#pragma once

#include <statusline/quirk.hpp>

#include <cstdint>
#include <string_view>

namespace statusline {

/// RFC 9112 section 2.3: two digits, 0 to 9 each. A line without a version reads as 0.0.
struct http_version {
  std::uint8_t major = 0; ///< before the dot, 0 to 9
  std::uint8_t minor = 0; ///< after the dot, 0 to 9; 0 where the line has one digit

  /// Whether both digits are the same. O(1).
  friend constexpr bool operator==(http_version, http_version) noexcept = default;
};

/// One status line (RFC 9112 section 4), taken apart. `reason` views the bytes that were parsed and
/// lives as long as they do; it is never decoded, trimmed or copied. A reason that is absent (no SP
/// after the code) and one that is empty are both zero bytes; `quirk::missing_reason` in `quirks`
/// tells them apart.
struct status_line {
  std::string_view reason; ///< any bytes but CR and LF, in whatever encoding; no NUL ends it
  std::uint16_t code = 0;  ///< 000 to 999, RFC 9110 section 15 gives a meaning to 100 to 599
  http_version version;    ///< as on the line; unusual ones too (see note::unusual_version)
  quirk_set quirks;        ///< what was irregular, and was allowed

  /// Whether all members are equal, the reason by its bytes. O(size of the reason).
  friend constexpr bool operator==(const status_line&, const status_line&) noexcept = default;
};

} // namespace statusline
