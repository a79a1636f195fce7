// SPDX-License-Identifier: MIT
//
// The table of docs/migration.md lists the answers of the peers at hand, and those of this library.
#include "support/cases.hpp"
#include "support/peers/peer.hpp"

#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace statusline {
namespace {

/// `| a | b |` as {"a", "b"}.
std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> all;
  line.remove_prefix(1);
  for (std::size_t bar = line.find('|'); bar != line.npos; bar = line.find('|')) {
    std::string_view cell = line.substr(0, bar);
    while (cell.starts_with(' '))
      cell.remove_prefix(1);
    while (cell.ends_with(' '))
      cell.remove_suffix(1);
    all.emplace_back(cell);
    line.remove_prefix(bar + 1);
  }
  return all;
}

/// The only table with a first column `line`.
std::vector<std::vector<std::string>> table() {
  std::ifstream page{STATUSLINE_SOURCE_DIR "/docs/migration.md"};
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(page, line);) {
    if (rows.empty() ? line.starts_with("| line |") : line.starts_with("|"))
      rows.push_back(cells(line));
    else if (!rows.empty())
      break;
  }
  return rows;
}

/// The bytes of a row.
std::string bytes_of(const std::vector<std::string>& row) {
  return corpus::unescape(row[0].substr(1, row[0].size() - 2));
}

/// The column of a peer; none for a build that the page does not cover.
std::string column_of(const peers::peer& p) {
  const std::string name = p.name;
  const std::string version = p.version();
  if (version.find("(strict)") != version.npos || version.find("source tree") != version.npos)
    return "";
  if (name == "beast")
    return "Beast";
  return name.starts_with("llhttp") ? "llhttp " + version.substr(0, 1) : name;
}

/// In bold if no policy of this library returns the same code.
std::string said_by(const peers::peer& p, std::string_view bytes) {
  const auto room = std::make_unique<peers::scratch>();
  const peers::answer a = peers::ask(p, bytes, *room);
  if (a.outcome != peers::outcome::accepted)
    return a.outcome == peers::outcome::refused ? "no" : "waits";

  const parse_result ours = parse(bytes, permissive);
  std::string text = std::to_string(a.code);
  if (!ours || ours.line.code != a.code)
    text = "**" + text + "**";
  if (ours && ours.line.reason != a.reason)
    text += ", reason \"" + std::string{a.reason} + '"';
  if (ours && a.end != peers::npos && ours.end != a.end)
    text += ", ends at " + std::to_string(a.end);
  return text;
}

std::string said_by_strict(std::string_view bytes) {
  const parse_result r = parse(bytes);
  return r ? "ok" : '`' + std::string{to_string(r.error)} + '`';
}

std::string accepted_with(std::string_view bytes) {
  const parse_result r = parse(bytes, permissive);
  std::string text = r ? "" : "nothing";
  for (const quirk q : r.line.quirks)
    text += std::string{text.empty() ? "`" : ", `"} + std::string{to_string(q)} + '`';
  return text;
}

TEST(Migration, TheTableIsWhatTheySay) {
  const auto rows = table();
  ASSERT_GE(rows.size(), 16u);
  const auto& head = rows[0];
  const auto column = [&head](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(head, name) - head.begin());
  };
  ASSERT_LT(column("`strict`"), head.size());
  ASSERT_LT(column("accepted with"), head.size());
  for (std::size_t i = 2; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i][0]);
    ASSERT_EQ(rows[i].size(), head.size());
    const std::string bytes = bytes_of(rows[i]);
    EXPECT_EQ(rows[i][column("`strict`")], said_by_strict(bytes));
    EXPECT_EQ(rows[i][column("accepted with")], accepted_with(bytes));
    for (const peers::peer& p : peers::all_peers()) {
      const std::string name = column_of(p);
      SCOPED_TRACE(std::string{p.name} + ", column '" + name + "'");
      if (name.empty())
        continue;
      ASSERT_LT(column(name), head.size());
      EXPECT_EQ(rows[i][column(name)], said_by(p, bytes));
    }
  }
}

TEST(Migration, EveryQuirkHasARow) {
  quirk_set shown;
  const auto rows = table();
  for (std::size_t i = 2; i < rows.size(); ++i) {
    const std::string bytes = bytes_of(rows[i]);
    shown |= parse(bytes, permissive).line.quirks;
  }
  EXPECT_EQ(quirk_set::all() - shown, quirk_set{quirk::unterminated}); // that needs an end of input
}

} // namespace
} // namespace statusline
