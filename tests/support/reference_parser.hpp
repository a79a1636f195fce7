// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// The grammar a second time, written to be read and not to be fast. It shares no code with the
/// library except the names of errors and quirks.
namespace statusline::reference {

struct outcome {
  errc error = errc::ok;
  quirk_set refused;
  std::size_t end = 0;
  std::uint16_t code = 0;
  http_version version;
  quirk_set quirks;
  std::size_t reason_offset = 0; ///< for an absent reason: right after the code
  std::size_t reason_size = 0;

  friend bool operator==(const outcome&, const outcome&) = default;
};

/// `complete`: no more bytes will come.
[[nodiscard]] outcome parse(std::string_view bytes, const policy& p, bool complete);

struct finding {
  quirk q;
  std::size_t offset;
  std::size_t size; ///< 0 for missing bytes

  friend bool operator==(const finding&, const finding&) = default;
};

/// Returns the stretches of bytes that show a quirk, by offset, then in the order of the
/// enumeration. For a line that is not accepted, returns those before its `end`. The input counts
/// as complete.
[[nodiscard]] std::vector<finding> explain(std::string_view bytes, const policy& p);

/// Returns whether these bytes, followed by some others, begin with a line that the policy accepts.
/// Ignores the length limit.
[[nodiscard]] bool can_be_completed(std::string_view prefix, const policy& p);

} // namespace statusline::reference
