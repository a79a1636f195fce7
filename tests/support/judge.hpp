// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/statusline.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Holds the library against the reference parser and against its own promises. Used by the tests
/// and by the fuzz targets; each function gives nothing where all is well, else a text that tells
/// input, policy, want and have.
namespace statusline::support {

using complaint = std::optional<std::string>;

/// parse, parse_complete, explain, the stream in one piece and write, on one input: as the
/// reference parser says; need_more only where some continuation is accepted, an error at the first
/// byte that leaves none; a written line parses to the same, and is the same if it was canonical.
[[nodiscard]] complaint judge(std::string_view bytes, const policy& p);

/// The short form of judge(): the reference parser's answer to parse and parse_complete only.
[[nodiscard]] complaint judge_answer(std::string_view bytes, const policy& p);

/// The filter law: accepted under `p` if and only if accepted under `permissive` with quirks that
/// `p` allows, and then the same line.
[[nodiscard]] complaint judge_filter(std::string_view bytes, const policy& p);

/// Whether a stream has the answer `r`, but for the bytes of the reason, which it does not keep.
[[nodiscard]] bool same(const stream_parser& stream, const parse_result& r);

/// The stream, fed the bytes cut at the offsets `cuts` (ascending), ends as one shot does.
[[nodiscard]] complaint judge_cuts(std::string_view bytes, const policy& p,
                                   std::span<const std::size_t> cuts);

/// strict, interop, permissive, and `count` random ones made from `seed`.
[[nodiscard]] std::vector<policy> policies(std::size_t count = 0, unsigned seed = 1);

/// A line that shows nothing, and for each quirk one that shows it; then `more`.
[[nodiscard]] std::vector<std::string> quirk_lines_and(const std::vector<std::string>& more);

} // namespace statusline::support
