// SPDX-License-Identifier: MIT
#pragma once

#include "inputs.hpp"

#include <statusline/registry.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::cli {

/// The report on one input for a person; `failed_on` are the names that --fail-on matched.
void report_text(output& out, const input& in, const policy& p,
                 std::span<const registry> registries, const std::vector<std::string>& failed_on);

/// The same on one line.
void report_brief(output& out, const input& in, const std::vector<std::string>& failed_on);

/// The bytes that decide a result, escaped, with carets below: where which quirk shows, and what an
/// error expected. Precondition: `result` is parse_complete() of `bytes` under the policy.
void print_marked(output& out, std::string_view bytes, const parse_result& result, const policy& p);

/// One JSON object on a line.
void report_json(output& out, const input& in, const policy& p, const registry& r);

/// explain: the rows of each registry for a code, or for the known codes of a range, or for the
/// codes with a phrase; and who sends it unregistered. Returns false if it is not known.
bool explain_codes(output& out, unsigned first, unsigned last, std::span<const registry> registries,
                   bool json);
bool explain_phrase(output& out, std::string_view phrase, std::span<const registry> registries,
                    bool json);
/// registry: all rows.
void print_registry(output& out, const registry& r, bool json);
/// registry --write: as TSV, which reads back the same, and as a C++ header.
void write_tsv(output& out, const registry& r);
void write_cpp(output& out, const registry& r);
/// quirks: each with an example and the policies that accept it.
void print_quirks(output& out, bool json);

/// `label      text`, the text wrapped under itself; "" without a text.
void print_row(output& out, std::string_view label, std::string_view text);
/// The facts about a row that every report prints.
void print_entry(output& out, const registry_entry& row);
/// The name of a registry, its date, and a verdict if there is one.
void print_heading(output& out, const registry& r, std::string_view verdict = {});
/// `429, client error`
[[nodiscard]] std::string code_and_class(unsigned code);

} // namespace statusline::cli
