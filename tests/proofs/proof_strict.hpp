// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"

#include <optional>
#include <string>

namespace statusline::proof {

struct abnf_result {
  std::optional<std::string> witness; ///< a shortest input after which the two differ
  std::size_t joint_states;
};

/// Walks the table under strict together with the automaton of the RFC's ABNF, over all octets.
/// They differ if one continues or accepts and the other does not.
[[nodiscard]] abnf_result walk_with_abnf(const table& ours);

} // namespace statusline::proof
