// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/quirk.hpp>

#include <cstdint>
#include <string_view>

namespace statusline {

/// RFC 9112 section 2.3: two digits, 0 to 9 each. A line without a version reads as 0.0.
struct http_version {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;

  friend constexpr bool operator==(http_version, http_version) noexcept = default;
};

/// One status line, taken apart. `reason` views the bytes that were parsed and lives as long as
/// they do; it is never decoded, trimmed or copied. A reason that is absent (no SP after the code)
/// and one that is empty are both zero bytes; `quirk::missing_reason` in `quirks` tells them apart.
struct status_line {
  std::string_view reason;
  std::uint16_t code = 0; ///< 000 to 999, RFC 9110 section 15 gives a meaning to 100 to 599
  http_version version;
  quirk_set quirks; ///< what was irregular, and was allowed

  friend constexpr bool operator==(const status_line&, const status_line&) noexcept = default;
};

} // namespace statusline
