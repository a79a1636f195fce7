// SPDX-License-Identifier: MIT
#pragma once

#include "reference_parser.hpp"

#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The cases under corpus/cases/: the grammar by example. Their README.md tells the format.
namespace statusline::corpus {

/// What a parse says, with the reason as bytes and not as a view of them.
struct verdict {
  errc error = errc::ok;
  std::size_t end = 0;
  quirk_set refused;
  http_version version;
  std::uint16_t code = 0;
  std::string reason;
  quirk_set quirks;

  friend bool operator==(const verdict&, const verdict&) = default;
};

struct expectation {
  std::string policy_name; ///< as the file spells it: "strict+bare_lf max_size=17"
  statusline::policy policy;
  bool complete = false; ///< of `parse_complete`, else of `parse`
  verdict want;
  std::size_t line = 0; ///< where the file says so
};

struct example {
  std::string title; ///< the heading
  std::string name;  ///< the heading as one word, unique among all cases
  std::string file;
  std::size_t line = 0;
  std::string input;
  std::vector<expectation> expectations;
  std::optional<std::vector<reference::finding>> runs; ///< of the permissive, complete input
};

/// Every case in the directory STATUSLINE_SOURCE_DIR/corpus/cases. Throws std::runtime_error with
/// "file:line: why" for a malformed one.
[[nodiscard]] std::vector<example> read_cases();

/// The cases in one file's text; `file` is what its errors and cases are called after.
[[nodiscard]] std::vector<example> read_cases(std::string_view text, const std::string& file);

/// As the files write them: `ok to 14: 1.1 200 absent, quirks missing_reason`, and
/// `missing_reason 12+0`.
[[nodiscard]] std::string show(const verdict& v);
[[nodiscard]] std::string show(const std::vector<reference::finding>& runs);

/// Bytes as the files write them. Long runs of one byte are folded: `{a*300}`.
[[nodiscard]] std::string escape(std::string_view bytes);

/// The bytes that were meant. Throws std::invalid_argument.
[[nodiscard]] std::string unescape(std::string_view text);

} // namespace statusline::corpus
