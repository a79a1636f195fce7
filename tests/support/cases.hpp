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

/// The cases under corpus/cases/: the grammar by example. Their README.md defines the format.
namespace statusline::corpus {

/// The result of a parse, with the reason as bytes instead of a view.
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
  std::size_t line = 0; ///< if the file has it
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

/// Returns every case in STATUSLINE_SOURCE_DIR/corpus/cases. Throws std::runtime_error with
/// "file:line: why" for a malformed one.
[[nodiscard]] std::vector<example> read_cases();

/// Returns the cases in one file's text. `file` begins the names of its errors and cases.
[[nodiscard]] std::vector<example> read_cases(std::string_view text, const std::string& file);

/// In the form of the files: `ok to 14: 1.1 200 absent, quirks missing_reason`, and `missing_reason
/// 12+0`.
[[nodiscard]] std::string show(const verdict& v);
[[nodiscard]] std::string show(const std::vector<reference::finding>& runs);

/// Two digits a byte, in lower case.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Bytes in the form of the files. A long repetition of one byte is folded: `{a*300}`.
[[nodiscard]] std::string escape(std::string_view bytes);

/// Returns the bytes for such a text. Throws std::invalid_argument.
[[nodiscard]] std::string unescape(std::string_view text);

} // namespace statusline::corpus
