// SPDX-License-Identifier: MIT
//
// Recognizes the bytes of a refused input, if they are of a kind that users have met in place of a
// status line. This changes no verdict. It is not in the library: a program that searches for a
// status line after other bytes can be made to find one in a body.
#pragma once

#include <statusline/quirk.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace statusline::cli {

struct lookalike {
  std::string_view name;     ///< `looks_like` in JSON
  std::string_view sentence; ///< for a person
};

/// Returns what the bytes look like; "" if that is not known, if they begin with "HTTP" or "ICY",
/// or if `permissive` accepts them or might accept a continuation. O(the first line).
[[nodiscard]] lookalike looks_like(std::string_view bytes);

/// The first offset from 1 to `p.max_size` at which the policy accepts a line, without a blank line
/// before it, by parse_complete().
[[nodiscard]] std::optional<std::size_t> status_line_at(std::string_view bytes, const policy& p);

} // namespace statusline::cli
