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

class Suite : public testing::TestWithParam<quirk_set> {
protected:
  /// Bends the table `count` times. Each machine that differs from it, with at most `extra` more
  /// states, must fail a test for that K. Returns how many there were.
  template <class Bend>
  std::size_t caught(std::size_t extra, bool decisive, int count, const Bend& bend) {
    const machine table = table_machine(GetParam());
    const suite tests{table, representatives(table, octets()), decisive};
    std::size_t different = 0;
    for (int i = 0; i < count; ++i) {
      const machine bent = bend(table);
      if (alike(bent, table) || minimise(bent).size() > table.size() + extra)
        continue;
      ++different;
      EXPECT_NE(first_failure(tests, bent, extra + 1), 0U) << i;
    }
    return different;
  }
};

TEST_P(Suite, PassesTheTableItself) {
  const machine table = table_machine(GetParam());
  const std::vector<letter> few = representatives(table, octets());
  EXPECT_EQ(first_failure({table, few, false}, table, 2), 0U);
  EXPECT_EQ(first_failure({table, few, true}, table, 2), 0U);
}

TEST_P(Suite, FindsEveryWrongTransitionWithKOf0) {
  mutation change{1};
  EXPECT_GT(caught(0, false, 1000, [&](const machine& m) { return change.wrong_transition(m); }),
            800U);
}

TEST_P(Suite, FindsEveryExtraStateWithKOf1) {
  mutation change{2};
  EXPECT_GT(caught(1, false, 100, [&](const machine& m) { return change.more_states(m, 1); }), 50U);
}

TEST_P(Suite, FindsTwoExtraStatesWithKOf2) {
  mutation change{3};
  EXPECT_GT(caught(2, true, 6,
                   [&](const machine& m) {
                     machine bent = change.more_states(m, 2);
                     // The theorem assumes that a decision is final.
                     for (std::size_t s = 0; s < bent.size(); ++s)
                       if (outcome_of(bent.out[s]) != seen_need_more)
                         bent.next[s].fill(static_cast<int>(s));
                     return bent;
                   }),
            3U);
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
