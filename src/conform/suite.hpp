// SPDX-License-Identifier: MIT
//
// The tests of a machine by the HSI method (Petrenko, Yevtushenko, Lebedev and Das 1993): a word to
// each state, then any letters, then words that tell the state that should be reached from each
// other. A subject that passes them all is the machine, if each of its states lies within so many
// letters of a word of the cover (Vaandrager and Melse, CONCUR 2025): in particular if it has at
// most so many states more, less one.
#pragma once

#include "machine.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace statusline::conform {

/// The letters that are tried at each place behind a word of the cover.
using places = std::vector<std::vector<letter>>;

/// Whether to go on after a test: `prune` leaves out the tests that begin with the same word.
enum class flow : std::uint8_t { on, prune, stop };

class suite {
public:
  /// `letters` are enough to reach and to tell apart the states. If `decisive`, no test goes on
  /// behind a decision of the machine.
  suite(const machine& m, const std::vector<letter>& letters, bool decisive);

  /// The number of words in the cover: each begins its own part of the tests.
  [[nodiscard]] std::size_t parts() const { return cover_.size(); }

  /// Calls f(word, expected, bare) for each test of a part, in a fixed order. `bare`: the test is
  /// the word to a state, without what identifies that. Returns false if f returned `stop`.
  template <class F> bool part(std::size_t i, const places& free, F&& f) const {
    word w = cover_[i];
    return walk(w, state_[i], 0, free, f);
  }
  /// All parts.
  template <class F> bool each(const places& free, F&& f) const {
    for (std::size_t i = 0; i < parts(); ++i)
      if (!part(i, free, f))
        return false;
    return true;
  }

private:
  template <class F> bool walk(word& w, int at, std::size_t depth, const places& free, F& f) const {
    const std::size_t size = w.size();
    switch (f(w, machine_.output(at), true)) {
    case flow::on: break;
    case flow::prune: return true;
    case flow::stop: return false;
    }
    const bool decided = decisive_ && outcome_of(machine_.output(at)) != seen_need_more;
    if (!decided)
      for (const word& rest : identifiers_[static_cast<std::size_t>(at)]) {
        int t = at;
        for (const letter c : rest) {
          if (decisive_ && outcome_of(machine_.output(t)) != seen_need_more)
            break;
          t = machine_.step(t, c);
          w += c;
        }
        const flow after = f(w, machine_.output(t), false);
        w.resize(size);
        if (after == flow::stop)
          return false;
      }
    if (decided || depth == free.size())
      return true;
    for (const letter c : free[depth]) {
      w += c;
      const bool on = walk(w, machine_.step(at, c), depth + 1, free, f);
      w.resize(size);
      if (!on)
        return false;
    }
    return true;
  }

  machine machine_;
  std::vector<word> cover_; ///< a word to each state that is not decided, or to every state
  std::vector<int> state_;  ///< that it leads to
  std::vector<std::vector<word>> identifiers_; ///< of each state, without the empty word
  bool decisive_;
};

/// The same letters at each of `count` places.
[[nodiscard]] inline places free_places(const std::vector<letter>& letters, std::size_t count) {
  return places(count, letters);
}

using word_visitor = std::function<void(const word&)>;

/// Words that hold what has too many values for states: every code of one to four digits with each
/// kind of line end, numbers that wrap, versions. 78,607 of them.
void number_sweep(const word_visitor& visit);
/// Every octet at every place of a reason of up to 96 octets, and reasons around powers of two:
/// what is read in blocks, and sizes kept in few bits, lie beyond any K. `most` is the longest
/// reason. With `brief`, every octet at the places of two reasons only.
void reason_sweep(bool brief, std::size_t most, const word_visitor& visit);

} // namespace statusline::conform
