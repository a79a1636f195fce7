// SPDX-License-Identifier: MIT
//
// What the bytes of a refused input are, if they are something that users met in place of a status
// line. Nothing here changes a verdict. The library has none of this: a program that looks for a
// status line behind other bytes can be made to find one in a body.
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

/// What the bytes look like; empty if that is not known, if they begin with "HTTP" or "ICY", or if
/// `permissive` accepts them or might accept a continuation. O(the first line).
[[nodiscard]] lookalike looks_like(std::string_view bytes);

/// The first offset from 1 to `p.max_size` where a line stands that the policy accepts, without a
/// blank line before it, as parse_complete() answers.
[[nodiscard]] std::optional<std::size_t> status_line_at(std::string_view bytes, const policy& p);

} // namespace statusline::cli
