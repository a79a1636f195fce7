// SPDX-License-Identifier: MIT
//
// The tests of the tests: for any change of one entry of the grammar's table, one of the proofs
// must fail.
#include "proof_llhttp.hpp"
#include "proof_mutants.hpp"
#include "proof_strict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace statusline::proof {
namespace {

using namespace std::string_literals;

using detail::octet_kinds;
using detail::state_count;

/// An octet of each kind. `end` is not an octet, and has none.
char octet_of_kind(octet kind) {
  const auto found = std::ranges::find(detail::octet_of, kind);
  return static_cast<char>(static_cast<unsigned char>(found - detail::octet_of.begin()));
}

std::string every_kind() {
  std::string octets;
  for (std::size_t o = 0; o < std::size_t(octet::end); ++o)
    octets += octet_of_kind(octet(o));
  return octets;
}

/// Shortest ways into each state: one that may show every quirk, and for each quirk one without it.
std::map<state, std::set<std::string>> ways() {
  std::map<state, std::set<std::string>> all;
  std::vector<quirk_set> policies{quirk_set::all()};
  for (const quirk q : quirk_set::all())
    policies.push_back(quirk_set::all() - q);
  for (const quirk_set allowed : policies) {
    std::map<state, std::string> found{{state::start, ""}};
    for (bool grown = true; grown;) {
      grown = false;
      for (const auto& [at, way] : std::map{found}) {
        for (const char c : every_kind()) {
          reader r;
          r.run(detail::grammar, way + c, allowed);
          if (r.line.error == errc::need_more)
            grown |= found.emplace(r.at, way + c).second;
        }
      }
    }
    for (const auto& [at, way] : found)
      all[at].insert(way);
  }
  return all;
}

/// The findings of explain() by a table: the stretches of octets that show a quirk.
std::vector<reference::finding> runs(const table& t, std::string_view bytes) {
  constexpr quirk_set missing = {quirk::missing_reason, quirk::short_version,
                                 quirk::missing_version, quirk::unterminated};
  std::vector<reference::finding> list;
  quirk_set before;
  state at = state::start;
  for (std::size_t i = 0; i <= bytes.size() && at != state::accepted; ++i) {
    const cell& c = t(at, i < bytes.size() ? kind_of(bytes[i]) : octet::end);
    const quirk_set shows = detail::continues.contains(at) ? before : c.shows;
    for (const quirk q : shows) {
      const auto open = std::ranges::find_if(list, [&](const reference::finding& f) {
        return f.q == q && f.offset + f.size == i && before.contains(q);
      });
      if (missing.contains(q) || open == list.end())
        list.push_back({q, i, missing.contains(q) ? 0u : 1u});
      else
        ++open->size;
    }
    before = shows;
    at = c.next;
  }
  return list;
}

/// An input that reads one entry of the table, and the reference parser's answer to it.
struct question {
  std::string before, after;
  quirk_set allowed;
  reference::outcome open, complete;
  std::vector<reference::finding> runs; ///< under permissive, if the line is accepted
};

/// The entry, then everything that may distinguish two states: two more octets, and the rest of a
/// line from any place on. An input that ends there, or with a line's rest, is tried under policies
/// that lack or allow one quirk.
std::vector<question> questions_about(const std::set<std::string>& ways, octet kind) {
  std::vector<std::string> tails{""};
  for (const std::string line : {"\nHTTP/1.1 200 OK\r\n", "ICY 200 OK\r\n"})
    for (std::size_t cut = 0; cut < line.size(); ++cut)
      tails.push_back(line.substr(cut));
  std::vector<quirk_set> policies{{}, quirk_set::all()};
  for (const quirk q : quirk_set::all()) {
    policies.push_back(q);
    policies.push_back(quirk_set::all() - q);
  }

  std::vector<question> list;
  const auto ask = [&](const std::string& way, const std::string& after, quirk_set allowed) {
    const std::string octet_read = kind == octet::end ? "" : std::string(1, octet_of_kind(kind));
    const std::string bytes = way + octet_read + after;
    const policy p{allowed};
    list.push_back({way, after, allowed, reference::parse(bytes, p, false),
                    reference::parse(bytes, p, true), reference::explain(bytes, permissive)});
  };
  for (const std::string& way : ways) {
    for (const std::string& tail : tails)
      for (const quirk_set allowed : policies)
        ask(way, tail, allowed);
    for (const char first : every_kind())
      for (const char second : every_kind())
        ask(way, {first, second}, quirk_set::all());
  }
  return list;
}

/// The end of input is tried before more bytes come, as the stream allows.
bool answers(const table& t, octet kind, const question& q) {
  if (q.allowed == quirk_set::all() && q.complete.error == errc::ok) {
    const std::string octet_read = kind == octet::end ? "" : std::string(1, octet_of_kind(kind));
    const std::string bytes = q.before + octet_read + q.after;
    if (runs(t, std::string_view{bytes}.substr(0, q.complete.end)) != q.runs)
      return false;
  }
  reader r;
  r.run(t, q.before, q.allowed);
  if (kind == octet::end) {
    r.finish(t, q.allowed);
    if (q.after.empty())
      return r.outcome() == q.complete;
  } else {
    const char byte = octet_of_kind(kind);
    r.run(t, {&byte, 1}, q.allowed);
  }
  if (kind != octet::end || r.line.error == errc::need_more) {
    r.run(t, q.after, q.allowed);
    if (r.outcome() != q.open)
      return false;
  }
  r.finish(t, q.allowed);
  return kind == octet::end || r.outcome() == q.complete;
}

/// Whether each way into a state shows the quirk.
bool always_shown(quirk q, const std::set<std::string>& ways) {
  return std::ranges::all_of(ways, [&](const std::string& way) {
    reader r;
    r.run(detail::grammar, way, quirk_set::all());
    return r.line.quirks.contains(q);
  });
}

/// Returns why a change has no effect; nothing if it has one.
std::optional<std::string> equivalence(state at, octet kind, const std::set<std::string>& ways,
                                       const cell& was, const mutant& m) {
  if (at == state::accepted || at == state::failed)
    return "no line reads on in a final state";
  if (m.what == change::floor)
    return refuses_alike(was, m.entry)
               ? std::optional{"no refusal by this entry depends on its floor"s}
               : std::nullopt;
  const auto row = [](state s) { return open_table{detail::grammar}.cells[std::size_t(s)]; };
  constexpr auto final_states = state::accepted | state::failed;
  if (m.what == change::target && !final_states.contains(was.next) &&
      !final_states.contains(m.entry.next) && row(was.next) == row(m.entry.next))
    return "after ICY the table goes on as after a version: either state will do";
  if (m.what == change::target && kind == octet::end && was.shows.empty() &&
      was.next == state::failed && row(at) == row(m.entry.next))
    return "need_more, and on from the same place, is what refusing the end means";
  const quirk_set added = m.entry.shows - was.shows;
  if (m.what == change::label && added.size() == 1 && always_shown(*added.begin(), ways) &&
      was.next == state::failed)
    return "a refusal whose quirk every policy that gets there allows";
  return {};
}

// The proofs.

struct tally {
  std::size_t all = 0, equivalent = 0, noticed = 0;
};

#if defined(NDEBUG) && !defined(STATUSLINE_QUICK_TESTS)
constexpr std::size_t every = 1;
#else
constexpr std::size_t every = 11; // of the mutants
#endif

TEST(TableMutants, AreNoticed) {
  struct reduced {
    oracle automaton;
    std::vector<divergence> divergences;
  };
  std::vector<reduced> oracles;
  for (const peers::machine& m : peers::llhttp_machines()) {
    oracle o = without_codes(explore(m));
    auto found = walk(detail::grammar, o).divergences;
    oracles.push_back({std::move(o), std::move(found)});
  }

  const auto reached = ways();
  std::map<std::string, std::size_t> noticed_by;
  std::map<std::string, std::size_t> alone; // noticed by nothing else
  std::map<std::string, std::size_t> reasons;
  tally tallies[3];
  std::size_t number = 0;
  for (std::size_t s = 0; s < state_count; ++s) {
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      const state at{static_cast<std::uint8_t>(s)};
      const octet kind{static_cast<std::uint8_t>(o)};
      const cell& was = detail::grammar(at, kind);
      const std::set<std::string> ways_in =
          reached.contains(at) ? reached.at(at) : std::set<std::string>{};
      const std::vector<question> questions = questions_about(ways_in, kind);
      for (const question& q : questions)
        ASSERT_TRUE(answers(detail::grammar, kind, q)) << "the table itself, " << s << ' ' << o;

      for (const mutant& m : mutants_of(was)) {
        if (++number % every != 0)
          continue;
        open_table changed{detail::grammar};
        changed.at(at, kind) = m.entry;
        const table t = changed.closed();

        std::set<std::string> by;
        if (walk_with_abnf(t).witness)
          by.insert("abnf");
        if (!detail::every_state_completes(t))
          by.insert("lemma");
        if (std::ranges::any_of(questions, [&](const auto& q) { return !answers(t, kind, q); }))
          by.insert("reference");
        for (const reduced& r : oracles)
          if (kind != octet::end && walk(t, r.automaton).divergences != r.divergences)
            by.insert(r.automaton.name);

        tally& count = tallies[std::size_t(m.what)];
        ++count.all;
        const auto why = equivalence(at, kind, ways_in, was, m);
        if (why) {
          ++count.equivalent;
          ++reasons[*why];
          // The walk with llhttp identifies states by their names, and may distinguish equivalent
          // ones.
          EXPECT_FALSE(by.contains("abnf") || by.contains("reference"))
              << "not equivalent: " << *why;
        } else if (!by.empty()) {
          ++count.noticed;
        }
        for (const std::string& name : by)
          ++noticed_by[name];
        if (by.size() == 1)
          ++alone[*by.begin()];
        EXPECT_TRUE(why || !by.empty())
            << change_names[std::size_t(m.what)] << " of state " << s << ", octet " << o << ": to "
            << int(m.entry.next) << ", shows " << m.entry.shows.bits() << ", floor "
            << to_string(m.entry.floor) << "; it was to " << int(was.next) << ", shows "
            << was.shows.bits() << ", floor " << to_string(was.floor);
      }
    }
  }

  for (const change what : {change::target, change::label, change::floor}) {
    const tally& c = tallies[std::size_t(what)];
    std::cout << change_names[std::size_t(what)] << ": " << c.noticed << " of "
              << c.all - c.equivalent << " noticed, " << c.equivalent << " of " << c.all
              << " equivalent\n";
  }
  for (const auto& [name, count] : noticed_by)
    std::cout << "by " << name << ": " << count << ", alone " << alone[name] << '\n';
  for (const auto& [why, count] : reasons)
    std::cout << "equivalent: " << count << ", " << why << '\n';
}

} // namespace
} // namespace statusline::proof
