// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"
#include "support/peers/llhttp_machine.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The joint automaton of the grammar's table and llhttp, from the start to the end of a line.
namespace statusline::proof {

/// llhttp on one line as an explicit automaton: every reachable state, every octet.
struct oracle {
  struct edge {
    std::uint32_t to = 0; ///< has a meaning unless refused
    peers::outcome outcome = peers::outcome::need_more;
    bool takes = true; ///< on `accepted`: the octet belongs to the line
    bool reason = false;
    const char* error = "";
    friend bool operator==(const edge&, const edge&) = default;
  };
  std::string name;
  std::vector<peers::machine_fields> fields; ///< of live and accepted states; the start is 0
  std::vector<std::array<edge, 256>> edges;
  /// The state before, and the octet that leads from there by a shortest way.
  std::vector<std::pair<std::uint32_t, char>> reached_from;
  /// Equal for states that differ only by the code, and have as many digits of it.
  std::vector<std::uint32_t> without_code;
  struct group {
    std::bitset<256> octets;
    std::size_t size = 0;
    char example = '\0';
  };
  std::vector<group> groups; ///< octets that both llhttp and the grammar treat alike
  bool has_codes = true;
};

/// Walks llhttp alone, breadth first, over all octets.
[[nodiscard]] oracle explore(const peers::machine& m);

/// Returns a shortest input that leads to a state of an explored oracle.
[[nodiscard]] std::string way_into(const oracle& o, std::uint32_t at);

/// Walks llhttp and distinguishes codes only by their number of digits. Throws std::logic_error if
/// llhttp's behaviour depends on more than that.
[[nodiscard]] oracle without_codes(const oracle& raw);

enum class reading : std::uint8_t {
  takes,          ///< goes on
  takes_unlike,   ///< continues, but only one of the two reads the octet as reason
  accepts,        ///< the line ends with the octet
  accepts_before, ///< the line ends without the octet
  accepts_unlike, ///< accepts the line with another code or version
  refuses,
};

enum class octet_class : std::uint8_t { cr, lf, sp, other_whitespace, digit, text, control };

/// A way in which the two differ: the state of each, and the reaction of each to some octets of one
/// class.
struct divergence {
  state at = state::start;
  std::string after; ///< a shortest way into llhttp's state, by a regular line if there is one
  reading theirs = reading::takes;
  reading ours = reading::takes;
  std::string their_error; ///< llhttp's name for it
  quirk_set shows;
  errc error = errc::ok; ///< the table's; under strict if a quirk shows
  std::bitset<256> octets;
  std::size_t steps = 0; ///< pairs of a joint state and an octet that show it
  std::string witness;   ///< a shortest input that shows it

  friend bool operator==(const divergence&, const divergence&) = default;
};

struct walk_result {
  std::size_t joint_states = 0;
  std::vector<divergence> divergences; ///< sorted
};

/// Walks the table, under permissive, together with llhttp. Stops where one of them has stopped.
[[nodiscard]] walk_result walk(const table& ours, const oracle& theirs);

} // namespace statusline::proof
