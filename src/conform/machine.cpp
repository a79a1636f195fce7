// SPDX-License-Identifier: MIT
#include "machine.hpp"

#include "automaton.hpp"

#include <cli/text.hpp>

#include <algorithm>
#include <deque>
#include <map>

namespace statusline::conform {
namespace {

constexpr std::size_t at(int state) { return static_cast<std::size_t>(state); }

/// An octet, or a range of them, as a person reads it.
std::string name_of(letter c) {
  switch (c) {
  case cut: return "cut";
  case ' ': return "SP";
  case '\t': return "HTAB";
  case '\r': return "CR";
  case '\n': return "LF";
  default: break;
  }
  return cli::escape(static_cast<char>(c));
}

std::string names_of(std::vector<letter> letters) {
  std::ranges::sort(letters);
  if (letters.size() > 128) { // shorter by what is missing
    std::vector<letter> others;
    for (letter c = 0; c < cut; ++c)
      if (!std::ranges::binary_search(letters, c))
        others.push_back(c);
    return others.empty() ? "any" : "any but " + names_of(others);
  }
  std::string text;
  for (std::size_t i = 0; i < letters.size();) {
    std::size_t last = i;
    while (last + 1 < letters.size() && letters[last + 1] == letters[last] + 1)
      ++last;
    text += (text.empty() ? "" : " ") + name_of(letters[i]);
    if (last > i)
      text += (last > i + 1 ? "-" : " ") + name_of(letters[last]);
    i = last + 1;
  }
  return text;
}

/// In quotes of Graphviz.
std::string dot_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

} // namespace

word word_of(std::string_view bytes) {
  word w;
  w.reserve(bytes.size());
  for (const char c : bytes)
    w += static_cast<unsigned char>(c);
  return w;
}

std::string bytes_of(const word& w) {
  std::string bytes;
  for (const letter c : w)
    if (c != cut)
      bytes += static_cast<char>(c);
  return bytes;
}

std::vector<std::size_t> cuts_of(const word& w) {
  std::vector<std::size_t> cuts;
  std::size_t bytes = 0;
  for (const letter c : w) {
    if (c == cut)
      cuts.push_back(bytes);
    else
      ++bytes;
  }
  return cuts;
}

machine table_machine(quirk_set allowed) {
  machine m;
  for (unsigned s = 0; s < table_states; ++s) {
    m.out.push_back(s == table_accepted ? seen_accepted
                    : s == table_failed ? seen_refused
                                        : seen_need_more);
    auto& row = m.next.emplace_back();
    row.fill(static_cast<int>(s));
    for (std::size_t c = 0; c < cut && m.out.back() == seen_need_more; ++c) {
      const table_step step = table[s][table_kind[c]];
      bool refused = false;
      for (std::uint8_t q = 0; q < quirk_count; ++q)
        refused = refused || ((step.shows >> q & 1U) != 0 && !allowed.contains(quirk{q}));
      row[c] = static_cast<int>(refused ? table_failed : step.next);
    }
  }
  m.start = static_cast<int>(table_start);
  return minimise(m);
}

machine minimise(const machine& m) {
  std::vector<int> order = {m.start};
  std::vector<bool> reached(m.size());
  reached[at(m.start)] = true;
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const letter c : octets_and_cut())
      if (const int t = m.step(order[i], c); !reached[at(t)]) {
        reached[at(t)] = true;
        order.push_back(t);
      }
  // Blocks of states that no word up to some length tells apart, until they stay the same.
  std::vector<int> block(m.size());
  for (const int s : order)
    block[at(s)] = m.output(s);
  for (std::size_t blocks = 0;;) {
    std::map<std::vector<int>, int> known;
    std::vector<int> finer(m.size());
    for (const int s : order) {
      std::vector<int> key = {block[at(s)]};
      for (const int t : m.next[at(s)])
        key.push_back(block[at(t)]);
      finer[at(s)] = known.emplace(std::move(key), static_cast<int>(known.size())).first->second;
    }
    block = std::move(finer);
    if (known.size() == blocks)
      break;
    blocks = known.size();
  }
  machine reduced;
  reduced.start = block[at(m.start)];
  for (const int s : order)
    if (at(block[at(s)]) == reduced.size()) {
      reduced.out.push_back(m.output(s));
      auto& row = reduced.next.emplace_back();
      for (std::size_t c = 0; c < letter_count; ++c)
        row[c] = block[at(m.next[at(s)][c])];
    }
  return reduced;
}

const std::vector<letter>& octets() {
  static const std::vector<letter> list = [] {
    std::vector<letter> l;
    const auto add = [&](letter c) {
      if (std::ranges::find(l, c) == l.end())
        l.push_back(c);
    };
    for (const char c : std::string_view{"HTP/1. 2\r\nOKX0\tA"})
      add(static_cast<unsigned char>(c));
    for (letter c = '!'; c <= '~'; ++c)
      add(c);
    for (letter c = 0; c < cut; ++c)
      add(c);
    return l;
  }();
  return list;
}

const std::vector<letter>& octets_and_cut() {
  static const std::vector<letter> list = [] {
    std::vector<letter> l = octets();
    l.push_back(cut);
    return l;
  }();
  return list;
}

std::vector<std::vector<letter>> classes(const machine& m, const std::vector<letter>& letters) {
  std::vector<std::vector<letter>> list;
  std::map<std::vector<int>, std::size_t> columns;
  for (const letter c : letters) {
    std::vector<int> column;
    column.reserve(m.size());
    for (const auto& row : m.next)
      column.push_back(row[c]);
    const auto [it, fresh] = columns.try_emplace(std::move(column), list.size());
    if (fresh)
      list.emplace_back();
    list[it->second].push_back(c);
  }
  return list;
}

std::vector<letter> representatives(const machine& m, const std::vector<letter>& letters) {
  std::vector<letter> first;
  for (const auto& k : classes(m, letters))
    first.push_back(k.front());
  return first;
}

std::vector<word> state_cover(const machine& m, const std::vector<letter>& letters) {
  std::vector<word> cover(m.size());
  std::vector<bool> reached(m.size());
  std::deque<int> open = {m.start};
  reached[at(m.start)] = true;
  for (; !open.empty(); open.pop_front())
    for (const letter c : letters)
      if (const int t = m.step(open.front(), c); !reached[at(t)]) {
        reached[at(t)] = true;
        cover[at(t)] = cover[at(open.front())] + c;
        open.push_back(t);
      }
  return cover;
}

std::vector<word> completions(const machine& m, const std::vector<letter>& letters) {
  std::vector<word> rest(m.size());
  std::vector<bool> done(m.size());
  for (std::size_t s = 0; s < m.size(); ++s)
    done[s] = outcome_of(m.out[s]) == seen_accepted;
  for (bool grown = true; grown;) {
    grown = false;
    auto now = done;
    for (std::size_t s = 0; s < m.size(); ++s)
      for (const letter c : letters)
        if (const std::size_t t = at(m.next[s][c]); !now[s] && done[t]) {
          rest[s] = c + rest[t];
          now[s] = grown = true;
        }
    done = std::move(now);
  }
  return rest;
}

std::string to_dot(const machine& m, const std::string& title) {
  const std::vector<word> cover = state_cover(m, octets());
  std::string dot =
      "digraph automaton {\n  label=" + dot_text(cli::readable(title)) +
      "\n  rankdir=LR\n  node [fontname=\"sans-serif\" fontsize=11 shape=box style=rounded]\n"
      "  edge [fontname=\"monospace\" fontsize=10]\n";
  for (std::size_t s = 0; s < m.size(); ++s) {
    const observation o = outcome_of(m.out[s]);
    if (o == seen_refused)
      continue; // almost every letter leads there
    const std::string name = static_cast<int>(s) == m.start ? "start"
                             : o == seen_accepted           ? "accepted"
                             : o == seen_dead               ? "crash or hang"
                                                            : cli::escape(bytes_of(cover[s]));
    dot += "  " + std::to_string(s) + " [label=" + dot_text(name) +
           (o == seen_accepted ? " peripheries=2" : "") + "]\n";
  }
  for (std::size_t s = 0; s < m.size(); ++s) {
    if (outcome_of(m.out[s]) != seen_need_more)
      continue;
    std::map<int, std::vector<letter>> by_target;
    for (letter c = 0; c < cut; ++c)
      by_target[m.next[s][c]].push_back(c);
    for (const auto& [t, letters] : by_target)
      if (outcome_of(m.output(t)) != seen_refused)
        dot += "  " + std::to_string(s) + " -> " + std::to_string(t) +
               " [label=" + dot_text(names_of(letters)) + "]\n";
  }
  return dot + "}\n";
}

} // namespace statusline::conform
