// SPDX-License-Identifier: MIT
//
// parse --summary and merge: counts over all inputs, in constant memory. Every name that is counted
// is of a fixed list (codes 000 to 999, versions 0.0 to 9.9, the enumerations of the library), so
// no input makes a summary grow, and adding summaries loses nothing.
#pragma once

#include "inputs.hpp"

#include <statusline/registry.hpp>

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::cli {

/// Why an object is not a summary, or cannot be added; the message begins with the file.
struct summary_error : std::runtime_error {
  using runtime_error::runtime_error;
};

class summary {
public:
  struct place {
    std::string source;
    std::uint64_t offset = 0;
  };
  struct row {
    std::uint64_t count = 0;
    std::optional<place> first;
  };
  /// The groups, in the order of the JSON members.
  enum class group : std::uint8_t { codes, classes, phrases, standings, quirks, errors, versions };
  static constexpr std::size_t group_count = 7;
  static constexpr std::array<std::string_view, group_count> group_names = {
      "codes", "classes", "phrases", "standings", "quirks", "errors", "versions"};
  static constexpr std::array<std::string_view, 4> total_names = {"inputs", "valid", "bytes",
                                                                  "body_bytes"};

  summary();

  /// Counts one input. O(1), and a look-up in the registry.
  void add(const input& in, const registry& r);
  /// Adds the counts; a first place that is here already stays. Throws summary_error, after
  /// `where`, where a sum exceeds 64 bits; the object is then unspecified.
  void add(const summary& other, const std::string& where);

  /// inputs, valid, bytes, body_bytes
  std::array<std::uint64_t, total_names.size()> totals{};
  [[nodiscard]] const std::vector<row>& rows(group g) const {
    return rows_.at(static_cast<std::size_t>(g));
  }
  [[nodiscard]] std::vector<row>& rows(group g) { return rows_.at(static_cast<std::size_t>(g)); }
  [[nodiscard]] static std::string name(group g, std::size_t i);

private:
  std::array<std::vector<row>, group_count> rows_;
};

/// Reads one or more objects, as write_summary() prints them, and returns their sum. Throws
/// summary_error with the file, and the offset or the member.
summary read_summary(std::istream& file, const std::string& file_name);

/// One JSON object on a line.
void write_summary(output& out, const summary& s);
/// The table for a person. The registry names the codes.
void print_summary(output& out, const summary& s, const registry& r);

/// A line on standard error about a long run, if that is a terminal.
class progress {
public:
  progress();
  /// Call it often: it prints at most four times a second.
  void show(std::uint64_t inputs, std::uint64_t offset, std::string_view source);
  /// Removes the line. Call it before anything else is printed.
  void clear();

private:
  std::uint64_t next_ = 0; ///< milliseconds on a clock
  bool wanted_;
  bool shown_ = false;
};

} // namespace statusline::cli
