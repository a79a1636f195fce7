// SPDX-License-Identifier: MIT
//
// Is the test set what the theorem says? Machines with one wrong transition, or with states that
// the table does not have, in place of a subject: each that differs from the table fails a test.
#include <conform/suite.hpp>

#include <statusline/quirk.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace statusline::conform {
namespace {

std::size_t index(int state) { return static_cast<std::size_t>(state); }

/// Whether two reduced machines answer alike: minimise() numbers the states by a walk.
bool alike(const machine& a, const machine& b) {
  const machine x = minimise(a);
  const machine y = minimise(b);
  return x.out == y.out && x.next == y.next && x.start == y.start;
}

/// The number of the tests until one fails; 0 if none does.
std::size_t first_failure(const suite& tests, const machine& subject, std::size_t letters) {
  std::size_t count = 0;
  const bool passed =
      tests.each(free_places(octets(), letters), [&](const word& w, observation expected, bool) {
        ++count;
        return subject.answer(w) == expected ? flow::on : flow::stop;
      });
  return passed ? 0 : count;
}

class mutation {
public:
  explicit mutation(unsigned seed) : random_{seed} {}

  int any(std::size_t below) { return static_cast<int>(random_() % below); }
  letter octet() { return static_cast<letter>(any(256)); }

  /// A state that no decision has been made in.
  int live(const machine& m) {
    for (;;)
      if (const int s = any(m.size()); outcome_of(m.output(s)) == seen_need_more)
        return s;
  }
  machine wrong_transition(machine m) {
    m.next[index(live(m))][octet()] = any(m.size());
    return m;
  }
  /// `extra` copies of live states, each with a letter into it and one letter changed.
  machine more_states(machine m, int extra) {
    for (int i = 0; i < extra; ++i) {
      const int from = live(m);
      const int copy = static_cast<int>(m.size());
      m.next.push_back(m.next[index(live(m))]);
      m.out.push_back(seen_need_more);
      m.next[index(copy)][octet()] = any(m.size());
      m.next[index(from)][octet()] = copy;
      // The cut is no letter of these tests.
      m.next[index(copy)][cut] = copy;
    }
    return m;
  }

private:
  std::mt19937 random_;
};

class Suite : public testing::TestWithParam<quirk_set> {};

TEST_P(Suite, PassesTheTableItself) {
  const machine table = table_machine(GetParam());
  const std::vector<letter> few = representatives(table, octets());
  EXPECT_EQ(first_failure({table, few, false}, table, 2), 0U);
  EXPECT_EQ(first_failure({table, few, true}, table, 2), 0U);
}

TEST_P(Suite, FindsEveryWrongTransitionWithKOf0) {
  const machine table = table_machine(GetParam());
  const suite tests{table, representatives(table, octets()), false};
  mutation change{1};
  std::size_t different = 0;
  for (int i = 0; i < 1000; ++i) {
    const machine bent = change.wrong_transition(table);
    if (alike(bent, table))
      continue;
    ++different;
    ASSERT_NE(first_failure(tests, bent, 1), 0U) << i;
  }
  EXPECT_GT(different, 800U);
}

TEST_P(Suite, FindsEveryExtraStateWithKOf1) {
  const machine table = table_machine(GetParam());
  const suite tests{table, representatives(table, octets()), false};
  mutation change{2};
  std::size_t different = 0;
  for (int i = 0; i < 100; ++i) {
    const machine bent = change.more_states(table, 1);
    if (alike(bent, table) || minimise(bent).size() > table.size() + 1)
      continue;
    ++different;
    ASSERT_NE(first_failure(tests, bent, 2), 0U) << i;
  }
  EXPECT_GT(different, 50U);
}

TEST_P(Suite, FindsTwoExtraStatesWithKOf2) {
  const machine table = table_machine(GetParam());
  const suite tests{table, representatives(table, octets()), true};
  mutation change{3};
  std::size_t different = 0;
  for (int i = 0; i < 6; ++i) {
    machine bent = change.more_states(table, 2);
    // The theorem assumes that a decision is final.
    for (std::size_t s = 0; s < bent.size(); ++s)
      if (outcome_of(bent.out[s]) != seen_need_more)
        bent.next[s].fill(static_cast<int>(s));
    if (alike(bent, table))
      continue;
    ++different;
    ASSERT_NE(first_failure(tests, bent, 3), 0U) << i;
  }
  EXPECT_GT(different, 3U);
}

INSTANTIATE_TEST_SUITE_P(Policies, Suite,
                         testing::Values(strict.allowed, interop.allowed, permissive.allowed));

TEST(Identifiers, TellAnyTwoStatesApart) {
  const machine table = table_machine(strict.allowed);
  const suite tests{table, representatives(table, octets()), false};
  // A subject in which two states are one fails at K=0, whichever they are.
  for (std::size_t a = 0; a < table.size(); ++a)
    for (std::size_t b = 0; b < table.size(); ++b) {
      if (a == b)
        continue;
      machine merged = table;
      for (auto& row : merged.next)
        for (letter c = 0; c < cut; ++c)
          if (index(row[c]) == a)
            row[c] = static_cast<int>(b);
      if (alike(merged, table))
        continue;
      EXPECT_NE(first_failure(tests, merged, 1), 0U) << a << " as " << b;
    }
}

} // namespace
} // namespace statusline::conform
