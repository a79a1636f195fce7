// SPDX-License-Identifier: MIT
//
// The divergences of a subject that its users know and accept: a text file, written by
// `statusline-conform --write-accept` and read by --accept and by differential fuzz targets.
//
//     # kind<TAB>detail<TAB>a witness in hex
//     wider	bare_lf	485454502f312e3120323030204f4b0a
#pragma once

#include "judge.hpp"

#include "../cli/hex.hpp" // installed at the same place beside this folder

#include <algorithm>
#include <cstddef>
#include <istream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::conform {

using cli::to_hex;

/// A row of the file. It lists every divergence with its kind and detail, and is true as long as
/// the witness shows that divergence.
struct accepted_row {
  divergence what;
  std::string witness;
  std::size_t line = 0; ///< in the file, from 1

  friend bool operator==(const accepted_row&, const accepted_row&) = default;
};

/// The bytes of a text in hex; nothing if it is none.
[[nodiscard]] inline std::optional<std::string> from_hex(std::string_view text) {
  const auto value = [](char c) {
    if (c >= '0' && c <= '9')
      return c - '0';
    if (c >= 'a' && c <= 'f')
      return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  if (text.size() % 2 != 0)
    return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = value(text[i]);
    const int low = value(text[i + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// The rows of a file. Throws std::runtime_error with `name:line: ` and what was expected.
[[nodiscard]] inline std::vector<accepted_row> read_accepted(std::istream& in,
                                                             const std::string& name) {
  std::vector<accepted_row> rows;
  std::string text;
  for (std::size_t line = 1; std::getline(in, text); ++line) {
    const auto fail = [&](const std::string& why) {
      throw std::runtime_error{
          std::string{name}.append(":").append(std::to_string(line)).append(": ").append(why)};
    };
    if (text.ends_with('\r'))
      text.pop_back();
    if (text.empty() || text.front() == '#')
      continue;
    const std::size_t first = text.find('\t');
    const std::size_t second = first == text.npos ? text.npos : text.find('\t', first + 1);
    if (second == text.npos || text.find('\t', second + 1) != text.npos)
      fail("expected three columns: kind, detail, witness in hex, separated by tabs");
    accepted_row row;
    const std::string kind = text.substr(0, first);
    std::uint8_t k = 0;
    while (k < difference_count && to_string(static_cast<difference>(k)) != kind)
      ++k;
    if (k == difference_count)
      fail("\"" + kind + "\" is no kind of divergence");
    row.what = {static_cast<difference>(k), text.substr(first + 1, second - first - 1)};
    const auto bytes = from_hex(std::string_view{text}.substr(second + 1));
    if (!bytes)
      fail("expected a witness in hex, two digits a byte");
    row.witness = *bytes;
    row.line = line;
    for (const accepted_row& earlier : rows)
      if (earlier.what == row.what)
        fail("the same kind and detail as in line " + std::to_string(earlier.line));
    rows.push_back(row);
  }
  if (in.bad())
    throw std::runtime_error{name + ": cannot be read"};
  return rows;
}

namespace grounds {
/// The parts of a detail, which `+` joins. `regular` has none.
inline std::set<std::string> parts_of(const std::string& text) {
  std::set<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('+', begin), text.size());
    parts.insert(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.erase("regular");
  return parts;
}
} // namespace grounds

/// Whether known divergences explain another one. A line is wider by several quirks if the subject
/// is known to accept each of them, and it waits behind quirks that it accepts. It is narrower, or
/// read otherwise, by more than what the subject is known to stumble over; the same holds for a
/// line that is cut at the same place. Any other divergence has to be known itself.
[[nodiscard]] inline bool explains(const std::vector<divergence>& known, const divergence& what) {
  // Of a split, the place counts too.
  const auto nature = [&](const divergence& d) {
    return d.kind == difference::splits ? d.detail.substr(0, d.detail.find('@')) : d.detail;
  };
  const auto place = [&](const divergence& d) { return d.detail.substr(nature(d).size()); };
  std::set<std::string> parts = grounds::parts_of(nature(what));
  const bool behind = what.kind == difference::waits && parts.erase("incomplete") != 0;
  std::set<std::string> covered;
  for (const divergence& k : known) {
    if (k == what)
      return true;
    const std::set<std::string> some = grounds::parts_of(nature(k));
    const bool within = std::ranges::includes(parts, some);
    switch (what.kind) {
    case difference::wider:
    case difference::waits:
      if (within && k.kind == difference::wider && (behind || what.kind == difference::wider))
        covered.insert(some.begin(), some.end());
      break;
    case difference::narrower:
    case difference::other_code:
    case difference::other_reason:
    case difference::other_version:
    case difference::other_end:
      if (within && k.kind == what.kind)
        return true;
      break;
    case difference::splits:
      if (within && k.kind == what.kind && place(k) == place(what) &&
          !what.detail.starts_with("never:") && !what.detail.starts_with("incomplete"))
        return true;
      break;
    default: break;
    }
  }
  return !covered.empty() && covered == parts;
}

/// Whether the rows list the divergence, or explain it.
[[nodiscard]] inline bool lists(const std::vector<accepted_row>& rows, const divergence& what) {
  std::vector<divergence> known;
  known.reserve(rows.size());
  for (const accepted_row& row : rows)
    known.push_back(row.what);
  return explains(known, what);
}

} // namespace statusline::conform
