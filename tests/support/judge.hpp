// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/statusline.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Compares the library with the reference parser and with its own promises. Used by the tests and
/// the fuzz targets. Each function returns "" if they agree, else a text with input, policy,
/// expected and actual result.
namespace statusline::support {

using complaint = std::optional<std::string>;

/// Judges parse, parse_complete, explain, the stream in one piece and write, on one input. Their
/// results must be the reference parser's; need_more only if some continuation is accepted, an
/// error at the first byte that leaves none. A written line must parse to the same line, and be the
/// same bytes if it was canonical.
[[nodiscard]] complaint judge(std::string_view bytes, const policy& p);

/// The short form of judge(): only parse and parse_complete, against the reference parser.
[[nodiscard]] complaint judge_answer(std::string_view bytes, const policy& p);

/// The filter law: accepted under `p` if and only if accepted under `permissive` with quirks that
/// `p` allows, and then as the same line.
[[nodiscard]] complaint judge_filter(std::string_view bytes, const policy& p);

/// Whether a stream has the answer `r`, except for the bytes of the reason, which it does not keep.
[[nodiscard]] bool same(const stream_parser& stream, const parse_result& r);

/// A stream that is fed the bytes cut at the offsets `cuts` (ascending) must end as one call does.
[[nodiscard]] complaint judge_cuts(std::string_view bytes, const policy& p,
                                   std::span<const std::size_t> cuts);

/// Returns strict, interop, permissive, and `count` random ones made from `seed`.
[[nodiscard]] std::vector<policy> policies(std::size_t count = 0, unsigned seed = 1);

/// Returns a line without a quirk, and a line for each quirk; each is followed by `more`.
[[nodiscard]] std::vector<std::string> quirk_lines_and(const std::vector<std::string>& more);

} // namespace statusline::support
