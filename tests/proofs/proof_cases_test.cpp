// SPDX-License-Identifier: MIT
//
// The conformance cases that were made from the table notice, by themselves, every change of one
// entry of it, except changes that no input and no policy can notice.
#include "proof_cases.hpp"
#include "proof_mutants.hpp"

#include <conform/cases.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace statusline::proof {
namespace {

using detail::grammar;
using detail::octet_kinds;
using detail::state_count;
using entry = std::pair<state, octet>;

struct table_case {
  std::string id, input;
  std::vector<reference::outcome> right;
};

std::vector<table_case> table_cases() {
  std::vector<table_case> list;
  for (const conform::test_case& c : conform::read_cases(conform::cases_json()))
    if (c.source == "table")
      list.push_back({c.id, c.input, observe(grammar, c.input)});
  return list;
}

conform::answer as_answer(const reference::outcome& o) {
  const bool ok = o.error == errc::ok;
  return {ok, ok ? "" : std::string{to_string(o.error)}, o.end, o.refused};
}

// So a table that observe() distinguishes also disagrees with the text of the cases.
TEST(TableCases, AreWhatTheTableAnswers) {
  for (const conform::test_case& c : conform::read_cases(conform::cases_json())) {
    if (c.source != "table")
      continue;
    SCOPED_TRACE(c.id);
    std::vector<conform::answer> listed{c.policies.at("strict"), c.policies.at("interop"),
                                        c.policies.at("permissive")};
    for (const conform::refusal& r : c.refusals)
      listed.push_back(r.why);
    const std::vector<reference::outcome> seen = observe(grammar, c.input);
    // observe() begins with strict once, and ends with the policy that accepts.
    std::vector<conform::answer> answers(seen.size());
    std::ranges::transform(seen, answers.begin(), as_answer);
    if (!c.refusals.empty()) {
      answers.insert(answers.begin() + 3, answers.front());
      if (c.line)
        answers.pop_back();
    }
    EXPECT_EQ(answers, listed);
    const reference::outcome& widest = seen[2];
    ASSERT_EQ(widest.error == errc::ok, c.line.has_value());
    if (c.line) {
      const conform::parts read{widest.code, widest.version,
                                c.input.substr(widest.reason_offset, widest.reason_size),
                                widest.end, widest.quirks};
      EXPECT_EQ(read, *c.line);
    }
  }
}

/// The states that are reachable under the policy.
std::set<state> reached(quirk_set allowed) {
  std::set<state> found{state::start};
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const state at : std::set{found})
      for (std::uint8_t o = 0; o < std::uint8_t(octet::end); ++o)
        if (const cell& c = grammar(at, octet{o});
            c.next != state::failed && c.shows.subset_of(allowed))
          found.insert(c.next);
  }
  return found;
}

/// Returns why no call of parse_complete() under any policy can notice a change; "" if one may.
std::string equivalence(entry where, const cell& was, const mutant& m) {
  const auto [at, kind] = where;
  if (at == state::accepted || at == state::failed)
    return "no line reads on in a final state";
  if (m.what == change::floor)
    return refuses_alike(was, m.entry) ? "no refusal by this entry depends on its floor" : "";
  if (m.what == change::label) {
    // Some way there shows none of the quirks that differ. So the change is noticed under the
    // policy without these quirks, or by the quirks of the line.
    const quirk_set differ = (was.shows - m.entry.shows) | (m.entry.shows - was.shows);
    for (const quirk q : differ)
      if (reached(quirk_set::all() - q).contains(at))
        return "";
    return "each way there shows the quirk: the policy allows it, and the line shows it";
  }
  if (kind == octet::end && was.next == state::failed && m.entry.next != state::accepted)
    return "nothing is read after the end: need_more either way";
  constexpr auto final_states = state::accepted | state::failed;
  const auto row = [](state s) { return open_table{grammar}.cells[std::size_t(s)]; };
  if (!final_states.contains(was.next) && !final_states.contains(m.entry.next) &&
      row(was.next) == row(m.entry.next))
    return "both states go on alike";
  return "";
}

TEST(TableCases, NoticeEachChangeOfTheTable) {
  const std::vector<table_case> cases = table_cases();
  std::map<entry, std::vector<const table_case*>> reading;
  for (const table_case& c : cases) {
    const auto entries = entries_of(c.input);
    for (const entry& e : std::set(entries.begin(), entries.end()))
      reading[e].push_back(&c);
  }
  std::map<std::string, std::size_t> reasons;
  std::size_t changes = 0;
  std::size_t noticed = 0;
  std::size_t tried = 0; // how often an input was read with a changed table
  for (std::uint8_t s = 0; s < state_count; ++s) {
    for (std::uint8_t o = 0; o < octet_kinds; ++o) {
      const entry where{state{s}, octet{o}};
      const cell& was = grammar(where.first, where.second);
      for (const mutant& m : mutants_of(was)) {
        open_table changed{grammar};
        changed.at(where.first, where.second) = m.entry;
        const table t = changed.closed();
        // Only an input that reads the entry can notice.
        const bool seen = std::ranges::any_of(reading[where], [&](const table_case* c) {
          ++tried;
          return observe(t, c->input) != c->right;
        });
        const std::string why = equivalence(where, was, m);
        ++changes;
        noticed += seen ? 1 : 0;
        if (!seen)
          ++reasons[why];
        EXPECT_NE(seen, !why.empty())
            << state_names[s] << ", " << octet_names[o] << ": " << change_names[std::size_t(m.what)]
            << " to " << state_names[std::size_t(m.entry.next)] << ", shows "
            << m.entry.shows.bits() << ", floor " << to_string(m.entry.floor) << ' ' << why;
      }
    }
  }
  EXPECT_LT(tried, 40'000U) << "the cases must stay few and short: this took 0.1 s for 33,275";
  std::cout << cases.size() << " inputs notice " << noticed << " of " << changes << " changes by "
            << tried << " readings\n";
  for (const auto& [why, count] : reasons)
    std::cout << "equivalent: " << count << ", " << why << '\n';
}

// No case can be left out: each notices a change that no other case does.
TEST(TableCases, AreAllNeeded) {
  std::map<entry, std::size_t> refusing;
  std::vector<std::string> superfluous;
  const std::vector<table_case> cases = table_cases();
  std::map<entry, std::vector<const table_case*>> reading;
  for (const table_case& c : cases) {
    const auto entries = entries_of(c.input);
    for (const entry& e : std::set(entries.begin(), entries.end()))
      reading[e].push_back(&c);
    const auto [at, kind] = entries.back();
    if (grammar(at, kind).next == state::failed)
      ++refusing[entries.back()];
  }
  std::set<const table_case*> needed;
  for (const auto& [where, readers] : reading) {
    for (const mutant& m : mutants_of(grammar(where.first, where.second))) {
      open_table changed{grammar};
      changed.at(where.first, where.second) = m.entry;
      const table t = changed.closed();
      const table_case* only = nullptr;
      std::size_t count = 0;
      for (const table_case* c : readers) {
        if (observe(t, c->input) == c->right)
          continue;
        only = c;
        if (++count > 1)
          break;
      }
      if (count == 1)
        needed.insert(only);
    }
  }
  for (const table_case& c : cases)
    EXPECT_TRUE(needed.contains(&c)) << c.id;
  // At most one entry refuses an input, so this many cases are needed at least.
  for (const auto& [where, count] : refusing)
    EXPECT_EQ(count, 1u);
  std::cout << refusing.size() << " of " << cases.size()
            << " are refused, each by an entry of its own\n";
}

} // namespace
} // namespace statusline::proof
