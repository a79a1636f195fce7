// SPDX-License-Identifier: MIT
//
// The conformance cases, corpus/conformance/cases.json, in memory.
#pragma once

#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::conform {

/// The answer of parse_complete() under one policy. `error` is empty if the line is accepted.
struct answer {
  bool ok = false;
  std::string error;
  std::size_t end = 0;
  quirk_set refused;

  friend bool operator==(const answer&, const answer&) = default;
};

/// The parts of a line that some policy accepts; they are equal under each such policy.
struct parts {
  std::uint16_t code = 0;
  http_version version;
  std::string reason;
  std::size_t end = 0;
  quirk_set quirks;

  friend bool operator==(const parts&, const parts&) = default;
};

/// A refusal of the strict reader, or of one that allows exactly the quirks refused before it.
struct refusal {
  quirk_set allowed;
  answer why;

  friend bool operator==(const refusal&, const refusal&) = default;
};

struct test_case {
  std::string id;     ///< unique; letters, digits, `-` and `_`
  std::string title;  ///< for a person
  std::string source; ///< a file of corpus/cases, or "table"
  std::string input;
  std::string verdict; ///< "valid", "invalid", "incomplete": of the strict reader
  std::optional<parts> line;
  std::string error;                       ///< of the strict reader; empty if valid
  std::optional<std::size_t> error_offset; ///< absent if valid
  std::map<std::string, answer> policies;  ///< "strict", "interop", "permissive"
  std::vector<refusal> refusals;
  std::optional<std::size_t> max_size; ///< if it is not the default
  std::string rfc;
  std::optional<std::string> danger; ///< absent if valid
};

/// The bytes of corpus/conformance/cases.json.
[[nodiscard]] std::string_view cases_json() noexcept;

/// The cases in such a text. Throws std::runtime_error if a member is missing or unknown, and what
/// nlohmann::json throws if the text is no JSON.
[[nodiscard]] std::vector<test_case> read_cases(std::string_view json);

/// The text of these cases, a line for each: read_cases() reads it back.
[[nodiscard]] std::string write_cases(const std::vector<test_case>& cases);

/// The case of an input: the answers of parse_complete() under the three policies and, if
/// `max_size` is set, that limit. The caller sets id, title and source.
[[nodiscard]] test_case judge_case(std::string_view input,
                                   std::optional<std::size_t> max_size = {});

} // namespace statusline::conform
