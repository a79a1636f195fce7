// SPDX-License-Identifier: MIT
//
// The subject's own automaton, by active learning: a discrimination tree (Kearns and Vazirani
// 1994), counterexamples cut by binary search (Rivest and Schapire 1993), octets lumped into
// classes that a counterexample splits (after Maler and Mens 2014).
#pragma once

#include "caller.hpp"
#include "machine.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace statusline::conform {

/// The result of learning: the outcomes of the subject, up to its first decision.
struct learned {
  machine automaton; ///< minimised
  std::uint64_t counterexamples = 0;
  std::uint64_t asked = 0; ///< distinct words
  std::uint64_t tests = 0; ///< of the hypotheses
  int extra_states = 0;    ///< the last hypothesis passed its own tests over all octets for this K
  bool one_free = false;   ///< and those for one state more, with one free octet and classes else
  std::string stopped;     ///< why there is no automaton; empty if there is one
};

void to_json(nlohmann::json& j, const learned& l);
void from_json(const nlohmann::json& j, learned& l);

struct learn_options {
  bool native = true;             ///< some million calls a second: more tests
  int extra_states = 2;           ///< 0 to 2
  std::vector<word> known;        ///< words that may show a state
  std::size_t most_states = 1000; ///< beyond that, it stops
};

/// Learns what the subject decides first: behind a decision nothing is asked. The reference is the
/// caller's.
[[nodiscard]] learned learn(caller& c, const learn_options& options);

} // namespace statusline::conform
