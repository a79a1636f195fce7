// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// The grammar a second time, written to be read and not to be fast: what judges the library shares
/// no code with it beyond the names of errors and quirks.
namespace statusline::reference {

struct outcome {
  errc error = errc::ok;
  quirk_set refused;
  std::size_t end = 0;
  std::uint16_t code = 0;
  http_version version;
  quirk_set quirks;
  std::size_t reason_offset = 0; ///< where a reason is absent: straight after the code
  std::size_t reason_size = 0;

  friend bool operator==(const outcome&, const outcome&) = default;
};

/// `complete`: no more bytes will come.
[[nodiscard]] outcome parse(std::string_view bytes, const policy& p, bool complete);

struct finding {
  quirk q;
  std::size_t offset;
  std::size_t size; ///< 0 where something is missing

  friend bool operator==(const finding&, const finding&) = default;
};

/// The runs of bytes that show a quirk, by offset, then in the order of the enumeration; of a line
/// that is not accepted, those before its `end`. The input is taken as complete.
[[nodiscard]] std::vector<finding> explain(std::string_view bytes, const policy& p);

/// Whether these bytes, followed by some others, begin with a line that the policy accepts. The
/// length limit does not count.
[[nodiscard]] bool can_be_completed(std::string_view prefix, const policy& p);

} // namespace statusline::reference
