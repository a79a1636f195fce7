// SPDX-License-Identifier: MIT
//
// Writes cases.json: the inputs of corpus/cases, and a set of inputs from the grammar's table that
// notices every change of one entry. The library answers them. conform_cases_test compares the
// answers with corpus/cases and with the reference parser.
//
//     generate_cases > cases.json     # ./dev conform generate does it
#include "proofs/proof_cases.hpp"
#include "proofs/proof_mutants.hpp"
#include "support/cases.hpp"

#include <conform/cases.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <exception>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace statusline;
using namespace statusline::proof;
using detail::grammar;
using detail::octet_kinds;
using detail::state_count;

namespace {

std::string kebab(std::string_view heading) {
  std::string id;
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!id.empty() && id.back() != '-')
      id += '-';
  }
  while (id.ends_with('-'))
    id.pop_back();
  return id;
}

conform::test_case named(conform::test_case c, std::string id, std::string title,
                         std::string source) {
  c.id = std::move(id);
  c.title = std::move(title);
  c.source = std::move(source);
  return c;
}

/// Each input, and once more for each limit in the file. (SIZE_MAX is not the same number on every
/// machine.)
void add_written(std::vector<conform::test_case>& cases) {
  for (const corpus::example& e : corpus::read_cases()) {
    cases.push_back(named(conform::judge_case(e.input), kebab(e.title), e.title, e.file));
    std::set<std::size_t> limits;
    for (const corpus::expectation& x : e.expectations)
      limits.insert(x.policy.max_size);
    limits.erase(strict.max_size);
    limits.erase(std::numeric_limits<std::size_t>::max());
    for (const std::size_t limit : limits) {
      const std::string number = std::to_string(limit);
      cases.push_back(named(conform::judge_case(e.input, limit),
                            kebab(e.title) + "-max-size-" + number,
                            e.title + ", max_size " + number, e.file));
    }
  }
}

// The set from the table.

/// An octet of the kind. On the way of a line it is an ordinary one; elsewhere the octets
/// alternate, so that the set has many of each kind.
char ordinary(state at, octet kind) {
  if (kind == octet::digit)
    return at == state::gap ? '2' : at == state::slash || at == state::dot ? '1' : '0';
  if (kind == octet::other)
    return 'K';
  return static_cast<char>(std::ranges::find(detail::octet_of, kind) - detail::octet_of.begin());
}
char in_turn(state at, octet kind) {
  std::string all;
  for (std::size_t c = 0; c < 256; ++c)
    if (detail::octet_of[c] == kind)
      all += static_cast<char>(static_cast<unsigned char>(c));
  return all[std::size_t(at) * 37 % all.size()];
}

/// The best way from a state to each other one: with the fewest quirks, then the shortest.
std::map<state, std::string> ways_from(state from) {
  using cost = std::pair<std::size_t, std::size_t>;
  struct way {
    std::string bytes;
    quirk_set shows;
    cost value() const { return {shows.size(), bytes.size()}; }
  };
  std::map<state, way> best{{from, {}}};
  for (bool better = true; better;) {
    better = false;
    for (const auto& [at, found] : std::map{best}) {
      for (std::uint8_t o = 0; o < std::uint8_t(octet::end); ++o) {
        const cell& c = grammar(at, octet{o});
        if (c.next == state::failed || at == state::accepted)
          continue;
        const way next{found.bytes + ordinary(at, octet{o}), found.shows | c.shows};
        const auto [old, fresh] = best.emplace(c.next, next);
        if (!fresh && next.value() < old->second.value())
          old->second = next;
        else if (!fresh)
          continue;
        better = true;
      }
    }
  }
  std::map<state, std::string> bytes;
  for (auto& [to, found] : best)
    bytes.emplace(to, std::move(found.bytes));
  return bytes;
}

std::size_t quirks_of(const std::string& way) {
  reader r;
  r.run(grammar, way, quirk_set::all());
  return r.line.quirks.size();
}

struct change_of_table {
  state at;
  octet kind;
  table changed;
};

bool notices(std::string_view input, const std::vector<reference::outcome>& right,
             const change_of_table& change) {
  return observe(change.changed, input) != right;
}

class edge_set {
public:
  std::vector<conform::test_case> make() {
    for (std::uint8_t s = 0; s < state_count; ++s)
      ways_.emplace(state{s}, ways_from(state{s}));
    for (std::uint8_t s = 0; s < state_count; ++s)
      for (std::uint8_t o = 0; o < octet_kinds; ++o)
        for (const mutant& m : mutants_of(grammar(state{s}, octet{o}))) {
          if (m.what == change::floor && refuses_alike(grammar(state{s}, octet{o}), m.entry))
            continue;
          open_table t{grammar};
          t.at(state{s}, octet{o}) = m.entry;
          unnoticed_[{state{s}, octet{o}}].push_back({state{s}, octet{o}, t.closed()});
        }
    const auto all = unnoticed_;
    add_refusals();
    add_lines();
    drop_superfluous(all);
    return std::move(cases_);
  }

private:
  /// The ways into a state that show as few quirks as the best one, by each last octet.
  [[nodiscard]] std::set<std::string> ways_into(state at) const {
    const std::string& best = ways_.at(state::start).at(at);
    std::set<std::string> ways{best};
    for (const auto& [from, way] : ways_.at(state::start)) {
      for (std::uint8_t o = 0; o < std::uint8_t(octet::end) && from != at; ++o) {
        const std::string other = way + ordinary(from, octet{o});
        if (grammar(from, octet{o}).next == at && quirks_of(other) == quirks_of(best))
          ways.insert(other);
      }
    }
    return ways;
  }

  /// An input reads at most one entry that ends it with an error, so each such entry needs an
  /// input.
  void add_refusals() {
    for (const auto& [at, best] : ways_.at(state::start)) {
      const std::set<std::string> ways = ways_into(at);
      for (std::uint8_t o = 0; o < octet_kinds; ++o) {
        const octet kind{o};
        if (at == state::accepted || grammar(at, kind).next != state::failed)
          continue;
        const std::string byte = kind == octet::end ? "" : std::string(1, in_turn(at, kind));
        const std::string way = *std::ranges::max_element(
            ways, {}, [&](const std::string& w) { return count_unnoticed(w + byte); });
        const std::string what = byte.empty() ? "The end" : "`" + corpus::escape(byte) + "`";
        add(way + byte, std::string{"table-"} + state_names[std::size_t(at)] + "-" + octet_names[o],
            what + (way.empty() ? " at the start" : " after `" + corpus::escape(way) + "`"));
      }
    }
  }

  /// Returns the line that begins with these bytes, which lead to `at`; nothing if they are
  /// refused.
  [[nodiscard]] std::string finished(const std::string& way, state at) const {
    if (at == state::accepted)
      return way;
    if (at == state::cr)
      return way + "\n";
    return at == state::failed ? "" : way + ways_.at(at).at(state::reason) + "OK\r\n";
  }

  /// Lines that follow this one up to some place, then take the shortest way to an entry and read
  /// it.
  [[nodiscard]] std::set<std::string> detours(const std::string& line) const {
    std::set<std::string> lines;
    const auto read = entries_of(line);
    for (std::size_t i = 0; i < read.size(); ++i) {
      const state from = read[i].first;
      for (const auto& [at, way] : ways_.at(from)) {
        for (std::uint8_t o = 0; o < octet_kinds; ++o) {
          const state to = grammar(at, octet{o}).next;
          if (unnoticed_.at({at, octet{o}}).empty())
            continue;
          std::string begin = line.substr(0, i);
          begin += way;
          if (octet{o} != octet::end)
            begin += ordinary(at, octet{o});
          lines.insert(finished(begin, to));
          if (to == from)
            lines.insert(begin + line.substr(i));
        }
      }
    }
    lines.erase("");
    return lines;
  }

  /// Finds the line that notices most entries: starts with an ordinary one, and tries better and
  /// better detours. Then the next line, until none notices more.
  void add_lines() {
    for (std::size_t number = 1;; ++number) {
      std::string best = "HTTP/1.1 200 OK\r\n";
      std::size_t most = count_unnoticed(best);
      for (bool better = true; better;) {
        better = false;
        for (const std::string& line : detours(best)) {
          const std::size_t count = count_unnoticed(line);
          if (count > most || (count == most && most > 0 && line.size() < best.size())) {
            better = true;
            most = count;
            best = line;
          }
        }
      }
      if (most == 0)
        return;
      std::string title;
      for (const quirk q : complete(grammar, best, quirk_set::all()).quirks)
        title.append(title.empty() ? "A line that shows " : ", ").append(to_string(q));
      const std::string digits = std::to_string(100 + number).substr(1);
      add(best, "table-line-" + digits, title.empty() ? "A line without a quirk" : title);
    }
  }

  std::size_t count_unnoticed(const std::string& input) const {
    const auto right = observe(grammar, input);
    const auto read = entries_of(input);
    std::size_t count = 0;
    for (const auto& entry : std::set(read.begin(), read.end()))
      count += static_cast<std::size_t>(
          std::ranges::count_if(unnoticed_.at(entry), [&](const change_of_table& change) {
            return notices(input, right, change);
          }));
    return count;
  }

  /// Removes each case whose changes other cases notice too, in the order in which they were found.
  void
  drop_superfluous(const std::map<std::pair<state, octet>, std::vector<change_of_table>>& all) {
    std::map<const change_of_table*, std::size_t> noticed;
    std::vector<std::vector<const change_of_table*>> by(cases_.size());
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      const auto right = observe(grammar, cases_[i].input);
      const auto read = entries_of(cases_[i].input);
      for (const auto& entry : std::set(read.begin(), read.end()))
        for (const change_of_table& change : all.at(entry))
          if (notices(cases_[i].input, right, change)) {
            by[i].push_back(&change);
            ++noticed[&change];
          }
    }
    std::vector<conform::test_case> kept;
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      if (std::ranges::any_of(by[i], [&](const auto* change) { return noticed[change] == 1; })) {
        kept.push_back(std::move(cases_[i]));
        continue;
      }
      for (const auto* change : by[i])
        --noticed[change];
    }
    cases_ = std::move(kept);
  }

  void add(const std::string& input, const std::string& id, const std::string& title) {
    const auto right = observe(grammar, input);
    for (const auto& entry : entries_of(input))
      std::erase_if(unnoticed_.at(entry),
                    [&](const change_of_table& change) { return notices(input, right, change); });
    cases_.push_back(named(conform::judge_case(input), id, title, "table"));
  }

  std::map<state, std::map<state, std::string>> ways_;
  std::map<std::pair<state, octet>, std::vector<change_of_table>> unnoticed_;
  std::vector<conform::test_case> cases_;
};

} // namespace

int main() {
  try {
    std::vector<conform::test_case> cases;
    add_written(cases);
    for (conform::test_case& c : edge_set{}.make())
      cases.push_back(std::move(c));
    std::set<std::string> ids;
    for (const conform::test_case& c : cases)
      if (!ids.insert(c.id).second)
        throw std::runtime_error{"two cases are called " + c.id};
    const std::string text = conform::write_cases(cases);
    std::fwrite(text.data(), 1, text.size(), stdout);
  } catch (const std::exception& e) {
    return std::fprintf(stderr, "generate_cases: %s\n", e.what()), 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
