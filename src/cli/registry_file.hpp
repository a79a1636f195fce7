// SPDX-License-Identifier: MIT
//
// A registry of the user's own, read from a CSV or TSV file at run time.
#pragma once

#include <statusline/registry.hpp>

#include <cstddef>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace statusline::cli {

/// A file that is no registry. `what()` is "FILE:LINE: reason", or "FILE: reason" where no line is
/// to blame (line 0: the stream cannot be read, or is too large). One line of printable text, but
/// for the name, which is the caller's.
class registry_file_error : public std::runtime_error {
public:
  registry_file_error(const std::string& file, std::size_t line, const std::string& reason);
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

private:
  std::size_t line_;
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
};

/// The largest file that is read.
inline constexpr std::size_t max_registry_file = std::size_t{4} << 20;

/// Reads a registry. `name` is its name, and that of the file in errors. Throws registry_file_error
/// for the first thing that is wrong; cost and memory are linear in the size of the file.
///
/// The format is CSV as in RFC 4180, or TSV with the same quoting: a field that begins with a quote
/// ends at the next single one, and may hold delimiters, line ends and doubled quotes. Lines end
/// with LF or CRLF. A UTF-8 byte order mark, blank lines, and lines that begin with # before the
/// header are skipped; in TSV such lines are skipped everywhere. `# snapshot: DATE` before the
/// header gives the date of the facts. A tab in the header makes it TSV.
///
/// The header names the columns, in any order and case:
///   code or value                    three digits
///   phrase, description or reason    byte for byte; no control character but HTAB
///   meaning, reference               line ends become spaces
///   state                            a name of entry_state; nothing or - is assigned
///   advice                           a name of client_advice; nothing or - is none
///   cacheable                        yes or no; nothing or - is no
/// Others are skipped. The first two must be there. Where the first row begins with a digit, it is
/// no header, and the columns are code, phrase, meaning, advice.
///
/// IANA's own file works as it is downloaded: rows that are Unassigned are skipped, ranges too, and
/// where there is no state column the phrase may tell it: "(Unused)" stays the phrase, and
/// " (OBSOLETED)", " (DEPRECATED)" or " (TEMPORARY - ...)" at its end is taken off, with all blanks
/// before it.
[[nodiscard]] loaded_registry read_registry(std::istream& in, std::string name);

} // namespace statusline::cli
