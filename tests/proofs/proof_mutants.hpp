// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Every change of one entry of the grammar's table: its next state, the quirks that it shows, and
/// the earliest error that it can report.
namespace statusline::proof {

enum class change { target, label, floor };
inline constexpr const char* change_names[] = {"target", "label", "floor"};

struct mutant {
  change what;
  cell entry;
};

inline std::vector<mutant> mutants_of(const cell& c) {
  std::vector<mutant> list;
  for (std::size_t s = 0; s < detail::state_count; ++s)
    list.push_back({change::target, {state(s), c.floor, c.shows}});
  for (std::size_t e = 0; e < errc_count; ++e)
    list.push_back({change::floor, {c.next, errc(e), c.shows}});
  for (const quirk q : quirk_set::all())
    list.push_back(
        {change::label, {c.next, c.floor, c.shows.contains(q) ? c.shows - q : c.shows | q}});
  if (c.shows.size() > 1)
    list.push_back({change::label, {c.next, c.floor, {}}});
  std::erase_if(list, [&](const mutant& m) { return m.entry == c; });
  return list;
}

/// Whether two entries that lead to the same state and show the same quirks report the same error
/// under every policy.
inline bool refuses_alike(const cell& a, const cell& b) {
  for (std::uint32_t bits = 0; bits < 1u << quirk_count; ++bits) {
    const quirk_set refused = a.shows - quirk_set::from_bits(bits);
    const bool refuses = a.next == state::failed || !refused.empty();
    if (refuses && refusal(a, refused) != refusal(b, refused))
      return false;
  }
  return true;
}

} // namespace statusline::proof
