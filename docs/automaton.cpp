// SPDX-License-Identifier: MIT
//
// Prints the grammar as a graph for Graphviz, drawn from the table that the parser reads: so the
// picture cannot be out of date.
//
//     automaton | dot -Tsvg > automaton.svg     # docs/draw.sh does it
#include <statusline/detail/grammar.hpp>

#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace statusline;
using namespace statusline::detail;

constexpr std::array<std::string_view, state_count - 1> state_names = {
    "start",        "CR of a\\nblank line",
    "blank\\nline", "H",
    "HT",           "HTT",
    "HTTP",         "HTTP/",
    "HTTP/1",       "HTTP/1.",
    "version",      "I",
    "IC",           "ICY",
    "gap",          "2",
    "20",           "200",
    "reason",       "CR",
    "accepted"};

constexpr std::array<std::string_view, octet_kinds> octet_names = {
    "CR", "LF", "SP", "HTAB", "VT FF", "digit", "/", ".",       "H",     "T",
    "P",  "h",  "t",  "p",    "I",     "C",     "Y", "control", "other", "end"};

constexpr octet_set visible = [] {
  octet_set set = octet_set::all();
  for (const octet o : {octet::cr, octet::lf, octet::sp, octet::htab, octet::vt_ff, octet::digit,
                        octet::control, octet::end})
    set = set - o;
  return set;
}();

std::string label(octet_set on) {
  std::string text;
  if (visible.subset_of(on)) {
    text = "text";
    on = on - visible;
  }
  for (const octet o : on)
    text.append(text.empty() ? "" : " ").append(octet_names[std::size_t(o)]);
  return text;
}

} // namespace

int main() {
  std::puts("digraph \"The status line\" {\n"
            "  bgcolor=white; rankdir=TB; ranksep=0.35; nodesep=0.3;\n"
            "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=12, class=state,\n"
            "        height=0.3, margin=\"0.12,0.05\"];\n"
            "  edge [fontname=\"sans-serif\", fontsize=10, arrowsize=0.6];");
  for (std::size_t s = 0; s < state_names.size(); ++s)
    std::printf("  s%zu [id=s%zu, label=\"%s\"%s];\n", s, s, state_names[s].data(),
                state{static_cast<std::uint8_t>(s)} == state::accepted ? ", peripheries=2" : "");
  for (std::size_t s = 0; s < state_names.size(); ++s) {
    std::map<std::pair<std::size_t, std::uint32_t>, octet_set> edges;
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      const cell& entry = grammar(static_cast<state>(s), static_cast<octet>(o));
      if (entry.next != state::failed)
        edges[{std::size_t(entry.next), entry.shows.bits()}].insert(static_cast<octet>(o));
    }
    const char* side = "e"; // the first edge back to its own state; the second has the other side
    for (const auto& [edge, on] : edges) {
      std::string quirks;
      for (const quirk q : quirk_set::from_bits(edge.second))
        quirks.append("\\n").append(to_string(q));
      const char* gap = edge.first == s ? "    " : " ";
      // The playground finds an edge by its id: the states, and the bits of the quirks.
      std::printf("  s%zu -> s%zu [id=s%zu_s%zu_%u, label=\"%s%s%s%s\", class=%s, weight=%d", s,
                  edge.first, s, edge.first, unsigned{edge.second}, gap, label(on).c_str(),
                  quirks.c_str(), gap, quirks.empty() ? "plain" : "quirk", quirks.empty() ? 20 : 1);
      if (edge.first == s) {
        std::printf(", headport=%s, tailport=%s", side, side);
        side = "w";
      }
      std::puts("];");
    }
  }
  std::puts("}");
}
