// SPDX-License-Identifier: MIT
//
// Draws a line with a caret under each quirk, as explain() finds them: docs/line.svg. draw.sh runs
// it.
#include <statusline/statusline.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

using namespace statusline;

namespace {

constexpr std::string_view line = "http/1.1  200\tOK\n";
constexpr int letter = 9, row = 22, left = 12, top = 28; // in pixels

struct mark {
  std::size_t column, width;
  std::string_view name;
};

std::string shown(std::string_view bytes) {
  std::string text;
  for (const char c : bytes)
    text += c == '\t' ? "\\t" : c == '\n' ? "\\n" : std::string{c};
  return text;
}

void text(const char* kind, std::size_t column, std::size_t at, std::string_view what) {
  std::printf("<text class=\"%s\" x=\"%d\" y=\"%d\" textLength=\"%d\">%.*s</text>\n", kind,
              left + letter * static_cast<int>(column), top + row * static_cast<int>(at),
              letter * static_cast<int>(what.size()), static_cast<int>(what.size()), what.data());
}

} // namespace

int main() {
  std::vector<mark> marks;
  std::size_t columns = 0;
  const parse_result r =
      explain(line, permissive, [&](quirk q, std::size_t offset, std::size_t size) {
        const std::size_t column = shown(line.substr(0, offset)).size();
        const std::size_t width = shown(line.substr(offset, size)).size();
        marks.push_back({column, width, to_string(q)});
        columns = std::max(columns, column + width + 1 + to_string(q).size());
      });
  const int width = 2 * left + letter * static_cast<int>(columns);
  const int height = top + row * static_cast<int>(marks.size()) + 14;
  std::printf(
      R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
<title>The line %s, and its %zu quirks: )",
      width, height, width, height, shown(line).c_str(), marks.size());
  for (const mark& m : marks)
    std::printf("%s%.*s", &m == &marks.front() ? "" : ", ", static_cast<int>(m.name.size()),
                m.name.data());
  std::printf(R"(</title>
<style>
:root { color-scheme: light dark }
text { font: 15px ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre; fill: #1c1e21 }
.mark { fill: #a8450f } .back { fill: #f5f7f9; stroke: #dfe3e8 }
@media (prefers-color-scheme: dark) {
text { fill: #dde1e6 } .mark { fill: #f5ab7d } .back { fill: #1e2329; stroke: #31373f } }
</style>
<rect class="back" x="0.5" y="0.5" width="%d" height="%d" rx="6"/>
)",
              width - 1, height - 1);
  text("line", 0, 0, shown(line));
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const std::string carets = '^' + std::string(marks[i].width - 1, '~');
    text("mark", marks[i].column, i + 1, carets);
    text("line", marks[i].column + marks[i].width + 1, i + 1, marks[i].name);
  }
  std::puts("</svg>");
  return r ? 0 : 1;
}
