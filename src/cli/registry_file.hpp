// SPDX-License-Identifier: MIT
//
// A user's registry, read at run time from a file in a form that documentation has.
#pragma once

#include <statusline/registry.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace statusline::cli {

/// A file that is no registry. `what()` is "FILE:LINE:COLUMN: reason", or "FILE: reason" if the
/// error is in no line (the stream cannot be read, or is too large). One line of printable text,
/// except for the name, which is the caller's.
class registry_file_error : public std::runtime_error {
public:
  registry_file_error(const std::string& file, const std::string& reason);
  registry_file_error(const std::string& file, std::size_t line, std::size_t column,
                      const std::string& reason);
  /// From 1; 0 if the error is in no line.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  /// The byte in that line, from 1; in a table, the first byte of the field. A byte order mark at
  /// the start of the file does not count.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

private:
  std::size_t line_ = 0, column_ = 0;
};

/// A registry of more rows has no index of phrases.
inline constexpr std::size_t most_indexed = 255;

/// A registry that was read from a file, and the memory that it views.
class loaded_registry {
public:
  loaded_registry(loaded_registry&&) noexcept = default;
  loaded_registry& operator=(loaded_registry&&) noexcept = default;
  loaded_registry(const loaded_registry&) = delete; // its entries view its own texts
  loaded_registry& operator=(const loaded_registry&) = delete;
  ~loaded_registry() = default;

  /// The registry, sorted by code. It views this object, and is stale once that has been moved.
  [[nodiscard]] registry view() const& noexcept {
    registry all{name_, snapshot_, entries_};
    if (entries_.size() <= most_indexed)
      all.phrases = phrases_;
    all.aliases = aliases_;
    return all;
  }
  registry view() && = delete;

private:
  friend class registry_reader;
  loaded_registry() = default;

  /// The texts of one entry.
  struct texts {
    std::string phrase, meaning, reference;
  };

  std::string name_;
  std::string snapshot_;
  std::vector<texts> texts_;
  std::vector<registry_entry> entries_;
  phrase_index phrases_{};
  std::set<std::pair<std::uint16_t, std::string>> other_phrases_; ///< what aliases_ views
  std::vector<phrase_alias> aliases_;
};

/// The largest file that is read.
inline constexpr std::size_t max_registry_file = std::size_t{16} << 20;

/// Reads a registry as documentation has it. `name` is its name, and that of the file in errors.
/// Throws registry_file_error for the first thing that is wrong. Cost and memory are linear in the
/// size of the file. The content tells the form; the first of these that fits:
///
/// - JSON: OpenAPI 3 or Swagger 2. Each `responses` of an operation has codes; `description` is the
///   meaning, and there is no phrase.
/// - HTML, and YAML with `openapi:` or `swagger:`: refused, with the name of a script that turns
///   them into TSV.
/// - Markdown: every table with a column of codes.
/// - CSV (RFC 4180) and TSV, delimited by a comma, a tab or a semicolon, with a header that names a
///   column of codes. TSV has the same quoting. Blank lines, and lines that begin with #, are
///   skipped before the header, in TSV everywhere; `# snapshot: DATE` there gives the date.
/// - The same without a header, if it begins with a code and a delimiter: code, phrase, meaning,
///   advice.
/// - Text: a line that begins with a code and a phrase, and the paragraphs after it, its meaning.
///
/// Names of columns are compared without case, blanks and punctuation: see column_names in
/// registry_file.cpp. `description` is the phrase where no other column is and the cell of the code
/// has none. A cell of codes may have a code, a code and its phrase, or a range: `4XX`, `400-499`,
/// `default` (100 to 599). Every code of a range within 100 to 599 that has no row of its own is
/// listed without a phrase; a phrase of the range is the start of the meaning, and of two ranges
/// the narrower counts. A code may have no phrase. A code that comes again adds its meaning; its
/// other phrases are aliases of this registry; another state or advice than before is refused.
///
/// IANA's own file works as it is downloaded: rows that are Unassigned are skipped, and where there
/// is no column `state` the phrase may tell it: "(Unused)" stays the phrase, and " (OBSOLETED)",
/// " (DEPRECATED)" or " (TEMPORARY - ...)" at its end is taken off, with all blanks before it.
[[nodiscard]] loaded_registry read_registry(std::istream& in, std::string name);

} // namespace statusline::cli
