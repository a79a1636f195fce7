// SPDX-License-Identifier: MIT
#include "proof_strict.hpp"

#include "support/strict_automaton.hpp"

#include <set>
#include <utility>
#include <vector>

namespace statusline::proof {
namespace {

struct joint {
  state ours;
  std::uint32_t theirs;
  std::string way;
};

} // namespace

abnf_result walk_with_abnf(const table& ours) {
  const support::automaton& theirs = support::strict_automaton();
  std::vector<joint> states{{state::start, 0, {}}};
  std::set<std::pair<state, std::uint32_t>> known{{state::start, 0}};
  for (std::size_t i = 0; i < states.size(); ++i) {
    for (std::size_t octet = 0; octet < 256; ++octet) {
      const joint from = states[i];
      const cell& entry = ours(from.ours, detail::octet_of[octet]);
      const std::uint32_t to = theirs.nodes[from.theirs].next[octet];
      const bool taken = entry.next != state::failed && entry.shows.empty();
      const bool accepted = taken && entry.next == state::accepted;
      const std::string way = from.way + static_cast<char>(static_cast<unsigned char>(octet));
      if (taken == theirs.nodes[to].dead || accepted != theirs.nodes[to].accepts)
        return {way, states.size()};
      if (taken && !accepted && known.emplace(entry.next, to).second)
        states.push_back({entry.next, to, way});
    }
  }
  return {{}, states.size()};
}

} // namespace statusline::proof
