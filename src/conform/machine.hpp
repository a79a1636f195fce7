// SPDX-License-Identifier: MIT
//
// Automata that answer after each letter of a word: the table under a policy, and the one that was
// learned of a subject.
#pragma once

#include <statusline/quirk.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::conform {

/// An octet, or `cut`: the place where one piece of the input ends and the next begins.
using letter = char16_t;
using word = std::u16string;
inline constexpr letter cut = 256;
inline constexpr std::size_t letter_count = 257;

[[nodiscard]] word word_of(std::string_view bytes);
/// The octets of a word, without its cuts.
[[nodiscard]] std::string bytes_of(const word& w);
/// The offsets of its cuts.
[[nodiscard]] std::vector<std::size_t> cuts_of(const word& w);

/// The result of one call: an outcome, and the values in which the subject and the reference differ
/// where both accept. The values themselves, of which there are many, never make a state: only
/// whether they agree.
using observation = std::uint8_t;
inline constexpr observation seen_need_more = 0, seen_accepted = 1, seen_refused = 2,
                             seen_dead = 3; ///< a crash or a hang
inline constexpr observation seen_other_code = 4, seen_other_version = 8, seen_other_reason = 16,
                             seen_other_end = 32;
[[nodiscard]] constexpr observation outcome_of(observation o) noexcept { return o & 3U; }

/// A Moore machine, complete over all letters.
struct machine {
  std::vector<std::array<int, letter_count>> next;
  std::vector<observation> out;
  int start = 0;

  [[nodiscard]] std::size_t size() const { return out.size(); }
  [[nodiscard]] int step(int from, letter c) const {
    return next[static_cast<std::size_t>(from)][c];
  }
  [[nodiscard]] int run(int from, const word& w) const {
    for (const letter c : w)
      from = step(from, c);
    return from;
  }
  [[nodiscard]] observation output(int at) const { return out[static_cast<std::size_t>(at)]; }
  [[nodiscard]] observation answer(const word& w) const { return output(run(start, w)); }
};

/// The grammar under a policy, reduced. A cut changes nothing.
[[nodiscard]] machine table_machine(quirk_set allowed);

/// The same answers with the fewest states (Moore 1956), numbered in the order of a breadth-first
/// walk. O(letters * states^2).
[[nodiscard]] machine minimise(const machine& m);

/// All octets, those first that a person reads with ease.
[[nodiscard]] const std::vector<letter>& octets();
/// The same, and `cut`.
[[nodiscard]] const std::vector<letter>& octets_and_cut();
/// The classes of letters that no state tells apart, in the order of their first ones.
[[nodiscard]] std::vector<std::vector<letter>> classes(const machine& m,
                                                       const std::vector<letter>& letters);
/// The first letter of each of these classes.
[[nodiscard]] std::vector<letter> representatives(const machine& m,
                                                  const std::vector<letter>& letters);

/// A shortest word to each state, of these letters; the words before it are in the set too.
[[nodiscard]] std::vector<word> state_cover(const machine& m, const std::vector<letter>& letters);
/// From each state a shortest word to acceptance; empty if there is none, or nothing to add.
[[nodiscard]] std::vector<word> completions(const machine& m, const std::vector<letter>& letters);

/// The machine for Graphviz. States are named after a shortest word that leads there.
[[nodiscard]] std::string to_dot(const machine& m, const std::string& title);

} // namespace statusline::conform
