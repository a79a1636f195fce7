// SPDX-License-Identifier: MIT
#pragma once

#include "judgement.hpp"

#include <cli/output.hpp>

#include <string>

namespace statusline::conform {

/// The report for a person at a terminal.
void report_text(cli::output& out, const verdict& v, const judgement& j);
/// One JSON object on one line.
[[nodiscard]] std::string report_json(const verdict& v, const judgement& j);
/// JUnit's XML: a test case for each case, and for each divergence and row beyond them.
[[nodiscard]] std::string report_junit(const verdict& v, const judgement& j);
/// One page, which loads nothing. `picture` is the automaton as SVG; empty if there is none.
[[nodiscard]] std::string report_html(const verdict& v, const judgement& j,
                                      const std::string& picture);

/// `svg` of Graphviz's `dot`; empty if that is not installed or fails.
[[nodiscard]] std::string draw(const std::string& dot);

} // namespace statusline::conform
