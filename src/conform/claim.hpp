// SPDX-License-Identifier: MIT
//
// The claim that passed tests prove, its assumptions, and its limits.
#pragma once

#include "tester.hpp"
#include "verdict.hpp"

#include <cstddef>

namespace statusline::conform {

struct claim_facts {
  quirk_set allowed;
  int extra_states = 0;  ///< the largest K of which all tests ran
  bool agrees = false;   ///< on all tests that the theorem rests on
  bool decisive = false; ///< some of these end at decisions
  std::uint64_t looked_on = 0, read_ahead = 0;
  std::size_t unsteady = 0;   ///< answers that changed with the address
  bool steady_tested = false; ///< at another address
  bool pieces = false;        ///< cuts were tested
  std::size_t longest = 0;    ///< octets of the longest input
  bool native = true;
};

/// Fills in the theorem, its assumptions, and the parts that are only sampled.
void state_claim(verdict& v, const claim_facts& facts);

} // namespace statusline::conform
