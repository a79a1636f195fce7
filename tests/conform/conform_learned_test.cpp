// SPDX-License-Identifier: MIT
//
// The automaton of llhttp that is learned from its answers alone, against a walk of its memory: the
// same outcome in every state that it can be in, for every octet.
#include "../proofs/proof_llhttp.hpp"
#include "learn_peer.hpp"
#include "support/peers/llhttp_machine.hpp"

#include <conform/learner.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace statusline::conform {
namespace {

observation as_observation(peers::outcome o) {
  switch (o) {
  case peers::outcome::accepted: return seen_accepted;
  case peers::outcome::refused: return seen_refused;
  case peers::outcome::need_more: break;
  }
  return seen_need_more;
}

/// The steps of a joint walk, up to the decisions of the oracle. `differ` has a way to each
/// difference.
std::size_t joint_walk(const proof::oracle& o, const machine& learned,
                       std::vector<std::string>& differ) {
  std::size_t steps = 0;
  std::set<std::pair<std::uint32_t, int>> seen = {{0, learned.start}};
  std::vector<std::pair<std::uint32_t, int>> open(seen.begin(), seen.end());
  while (!open.empty()) {
    const auto [theirs, ours] = open.back();
    open.pop_back();
    for (letter c = 0; c < cut; ++c) {
      ++steps;
      const proof::oracle::edge& e = o.edges[theirs][c];
      const int next = learned.step(ours, c);
      if (learned.output(next) != as_observation(e.outcome))
        differ.push_back(proof::way_into(o, theirs) + static_cast<char>(c));
      else if (e.outcome == peers::outcome::need_more && seen.emplace(e.to, next).second)
        open.emplace_back(e.to, next);
    }
  }
  return steps;
}

const peers::machine* find_machine(std::string_view name) {
  for (const peers::machine& m : peers::llhttp_machines())
    if (m.name == name)
      return &m;
  return nullptr;
}

class Learned : public testing::TestWithParam<const char*> {};

TEST_P(Learned, IsWhatAWalkOfTheMemoryShows) {
  const peers::machine* const m = find_machine(GetParam());
  if (m == nullptr)
    GTEST_SKIP() << "not in this build";
  const proof::oracle o = proof::explore(*m);
  const learned l = learn_peer(*peers::find_peer(GetParam()));
  ASSERT_EQ(l.stopped, "");
  std::vector<std::string> differ;
  const std::size_t steps = joint_walk(o, l.automaton, differ);
  EXPECT_TRUE(differ.empty()) << differ.size() << " differences in " << steps << " steps, such as "
                              << testing::PrintToString(differ.empty() ? "" : differ.front());
  EXPECT_GT(steps, 1'000'000U);
  RecordProperty("states", static_cast<int>(l.automaton.size()));
}

TEST_P(Learned, WithOneTransitionWrongIsNoticed) {
  const peers::machine* const m = find_machine(GetParam());
  if (m == nullptr)
    GTEST_SKIP() << "not in this build";
  const proof::oracle o = proof::explore(*m);
  machine bent = learn_peer(*peers::find_peer(GetParam())).automaton;
  const int at = bent.run(bent.start, word_of("HTTP/1.1 200 O"));
  bent.next[static_cast<std::size_t>(at)][u'K'] = bent.start;
  std::vector<std::string> differ;
  joint_walk(o, bent, differ);
  EXPECT_FALSE(differ.empty());
}

INSTANTIATE_TEST_SUITE_P(Llhttp, Learned, testing::Values("llhttp", "llhttp9"));

TEST(Llhttp, IsLearnedAs23States) {
  const peers::peer* const p = peers::find_peer("llhttp");
  if (p == nullptr || p->version().find("8.1.0 (loose)") == std::string::npos)
    GTEST_SKIP() << "not in this build";
  EXPECT_EQ(learn_peer(*p).automaton.size(), 23U);
}

} // namespace
} // namespace statusline::conform
