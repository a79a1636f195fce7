// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"

#include <optional>
#include <string>

namespace statusline::proof {

struct abnf_result {
  std::optional<std::string> witness; ///< a shortest one, where the two part
  std::size_t joint_states;
};

/// Walks the table under strict together with the automaton that the RFC's ABNF gives, over all
/// octets. They part where one goes on or accepts and the other does not.
[[nodiscard]] abnf_result walk_with_abnf(const table& ours);

} // namespace statusline::proof
