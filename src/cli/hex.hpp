// SPDX-License-Identifier: MIT
//
// Hexadecimal digits, in lower case: the one helper of the tool and of the conformance cases.
#pragma once

#include <string>
#include <string_view>

namespace statusline::cli {

/// Two digits a byte.
[[nodiscard]] inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15u];
  }
  return hex;
}

} // namespace statusline::cli
