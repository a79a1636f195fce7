// SPDX-License-Identifier: MIT
//
// The tests of a subject: the table's test sets, and sweeps of what has too many values for states.
#pragma once

#include "caller.hpp"
#include "suite.hpp"
#include "verdict.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace statusline::conform {

/// The result of some of the tests. Those of the parts of a stage add up.
struct test_result {
  std::uint64_t tests = 0;
  std::uint64_t different = 0;
  std::vector<finding> findings;
  std::vector<word> unsteady;   ///< answered otherwise at another address
  std::uint64_t looked_on = 0;  ///< decided tests, asked again in front of unreadable bytes
  std::uint64_t read_ahead = 0; ///< those whose answer needed these bytes
  std::size_t longest = 0;      ///< octets of the longest input
};
void add(test_result& to, const test_result& from);
void to_json(nlohmann::json& j, const test_result& r);
void from_json(const nlohmann::json& j, test_result& r);

/// Compares answers with what is expected, and keeps a shortest input of each kind of difference.
class comparison {
public:
  /// In `batch`, words are collected and asked about together.
  comparison(caller& c, const machine& m, bool batch) : caller_{c}, machine_{m}, batch_{batch} {}

  /// Returns `prune` if a bare word differs: what begins with it shows nothing new.
  flow test(const word& w, observation expected, bool bare);
  /// Counts a difference.
  void differs(const word& w, observation got, observation expected);
  /// The result of the tests so far. Asks the subject about each input that it kept once more.
  [[nodiscard]] test_result conclude();

  test_result result;

private:
  /// The effect of the last letter: the observations, the state of the machine before it or at the
  /// last cut, the letter, and the state at the first cut, or -1.
  using kind = std::tuple<observation, observation, int, letter, int>;
  struct kept {
    word input;
    std::uint64_t count = 0;
  };

  void flush();
  void judge_word(const word& w, const told& got, std::uint64_t count);
  void complete_waits();

  caller& caller_;
  const machine& machine_;
  bool batch_;
  std::vector<std::pair<word, observation>> collected_;
  std::map<kind, kept> kept_;
};

/// The divergences between these bytes at once and in two pieces, cut at every place.
[[nodiscard]] std::vector<finding> cut_everywhere(caller& c, const std::string& bytes);

/// How the tests of a stage are divided, and what they rest on.
struct stage_plan {
  std::string name;
  bool claims = false;   ///< the theorem rests on it
  bool decisive = false; ///< its words end where the table decides
  bool cuts = false;     ///< its letters are octets and the cut
  int extra_states = -1; ///< of a test set; -1 for a sweep
  std::size_t parts = 1;
  /// Runs one part.
  std::function<test_result(caller&, std::size_t part)> run;
};

struct test_options {
  quirk_set allowed;
  int extra_states = 2;
  bool native = true;  ///< in process: some million calls a second
  bool pieces = false; ///< the subject reads pieces
  bool tails = false;  ///< the subject needs whole heads: no test goes on behind a line
};

/// The stages, in the order in which they run. Each part can run by itself.
[[nodiscard]] std::vector<stage_plan> plan_tests(const test_options& options);

} // namespace statusline::conform
