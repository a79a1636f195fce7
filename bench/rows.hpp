// SPDX-License-Identifier: MIT
#pragma once

#include <statusline/quirk.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The inputs of the benchmark, and the expected answers.
namespace statusline::bench {

/// One line, and the answer that any parser must return: known from how the line was made, or, for
/// lines of a file, from the reference parser.
struct sample {
  std::string_view bytes;           ///< from the line's first byte to the last one that may be read
  std::string_view with_empty_head; ///< the same line and CRLF, for peers that expect a whole head
  std::size_t size = 0;             ///< of the line, LF included
  std::string_view reason;
  std::uint16_t code = 0;
  std::uint8_t major = 1;
  std::uint8_t minor = 1;
};

/// One row of the table: a name, and the lines that one lap goes through, in an unpredictable
/// order.
class row {
public:
  std::string name;
  std::string what; ///< one sentence for the report
  std::vector<sample> samples;
  policy allowed = strict;
  bool accepted = true; ///< else each line must be refused, at `refused_at` if that is set
  std::size_t refused_at = static_cast<std::size_t>(-1);
  bool nul_after = true;    ///< a NUL follows the bytes: sscanf needs it
  std::size_t lap_size = 0; ///< lines of one lap; all of them if 0
  std::string
      compared_with; ///< name of the row that this one's goal compares with; this one if empty

  /// The columns: all; for a row with one purpose, the library by the function in question, and the
  /// peers or some of them.
  enum class named { all, peers, few, none };
  named columns = named::all;

  /// The lines of the next lap, in the form that a peer expects.
  std::span<const std::string_view> next_lap(bool with_empty_head) const;

  /// Call once, when `samples` is complete.
  void seal();

private:
  std::vector<std::string_view> bytes_;
  std::vector<std::string_view> with_empty_head_;
  mutable std::size_t next_ = 0;
};

/// Returns all rows. Their bytes live until the end of the program.
const std::vector<row>& rows();

/// The lines of a file, as the row `lines`, each up to and including its LF. The expected answers
/// are those of the reference parser. Lines without one (it rejects them, or their LF is missing)
/// are counted on stderr and left out. Without samples if no line is left, or the file cannot be
/// read.
row read_lines(const std::string& file);

/// Registers the rows many-*. False if an answer is wrong.
bool add_many();

/// Returns null if there is no row of that name.
const row* find_row(std::string_view name);

} // namespace statusline::bench
