// SPDX-License-Identifier: MIT
#include "learner.hpp"

#include "suite.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

namespace statusline::conform {
namespace {

using nlohmann::json;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// The subject has too many states, or answers one word in two ways.
struct no_automaton : std::runtime_error {
  using runtime_error::runtime_error;
};

class learner {
public:
  learner(caller& c, const std::vector<std::vector<letter>>& classes, std::size_t most_states)
      : caller_{c}, most_states_{most_states} {
    for (const auto& k : classes) {
      letters_.push_back(k[0]);
      for (const letter member : k)
        class_of_[member] = k[0];
    }
    class_of_[cut] = cut;
    tree_.emplace_back();
    (void)sift({}, 0);
    close();
  }

  /// Asks about the words and all that they begin with, together.
  void prepare(const std::vector<word>& words) {
    std::set<word> open;
    for (const word& w : words)
      for (std::size_t i = 0; i <= w.size(); ++i)
        open.insert(w.substr(0, i));
    const std::vector<word> list(open.begin(), open.end());
    const auto answers = caller_.tell_all(list);
    for (std::size_t i = 0; i < list.size(); ++i)
      cache_.emplace(list[i], outcome_of(observe(answers[i], bytes_of(list[i]), caller_.allowed)));
  }

  /// The first decision about a word.
  observation ask(const word& w) {
    observation o = seen_need_more;
    for (std::size_t i = 0; i <= w.size() && outcome_of(o) == seen_need_more; ++i)
      o = ask_one(w.substr(0, i));
    return o;
  }

  [[nodiscard]] machine hypothesis() const {
    machine m;
    for (std::size_t s = 0; s < access_.size(); ++s) {
      m.out.push_back(output(static_cast<int>(s)));
      auto& row = m.next.emplace_back();
      for (letter c = 0; c < cut; ++c)
        row[c] = to_[s][class_of_[c]];
      row[cut] = static_cast<int>(s);
    }
    return m;
  }

  /// Returns true if `w` was a counterexample; then it is none any more.
  bool refine(const word& w) {
    for (bool used = false;; used = true) {
      const observation truth = ask(w);
      std::vector<int> states{0};
      for (const letter c : w)
        states.push_back(to_[index(states.back())][class_of_[c]]);
      if (output(states.back()) == truth)
        return used;
      ++counterexamples;
      // Behind `low` letters the hypothesis has the right answer for the rest, behind `high` not.
      std::size_t low = 0;
      std::size_t high = w.size();
      while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        const bool right = ask(access_[index(states[middle])] + w.substr(middle)) == truth;
        (right ? low : high) = middle;
      }
      separate(states[low], w[low], states[low + 1], w.substr(low + 1));
    }
  }

  [[nodiscard]] std::uint64_t asked() const { return cache_.size(); }
  std::uint64_t counterexamples = 0;

private:
  struct node {
    int parent = -1;
    observation by = seen_need_more; ///< the parent's branch
    int state = -1;                  ///< of a leaf
    word suffix;                     ///< of an inner node
    std::map<observation, int> child;
  };

  observation ask_one(const word& w) {
    const auto [it, fresh] = cache_.try_emplace(w, seen_need_more);
    if (fresh)
      it->second = outcome_of(caller_.ask(w));
    return it->second;
  }

  int add_state(const word& w, int leaf) {
    if (access_.size() == most_states_)
      throw no_automaton{"the subject has more than " + std::to_string(most_states_) + " states"};
    const int s = static_cast<int>(access_.size());
    access_.push_back(w);
    leaf_.push_back(leaf);
    to_.emplace_back().fill(-1);
    tree_[index(leaf)].state = s;
    return s;
  }

  int sift(const word& w, int at) {
    while (tree_[index(at)].state < 0) {
      const observation o = ask(w + tree_[index(at)].suffix);
      const auto found = tree_[index(at)].child.find(o);
      if (found != tree_[index(at)].child.end()) {
        at = found->second;
        continue;
      }
      const int leaf = static_cast<int>(tree_.size());
      tree_[index(at)].child[o] = leaf;
      tree_.push_back({at, o, -1, {}, {}});
      return add_state(w, leaf);
    }
    return tree_[index(at)].state;
  }

  void close() {
    for (std::size_t s = 0; s < access_.size(); ++s)
      for (std::size_t i = 0; i < letters_.size(); ++i) {
        const letter c = letters_[i];
        if (to_[s][c] >= 0)
          continue;
        const int t = sift(access_[s] + c, 0);
        to_[s][c] = t;
      }
  }

  /// The suffix of the root is empty, so its branches are the outputs.
  [[nodiscard]] observation output(int state) const {
    observation o = seen_need_more;
    for (int at = leaf_[index(state)]; at != 0; at = tree_[index(at)].parent)
      o = tree_[index(at)].by;
    return o;
  }

  /// State `from` and letter `c` do not lead to the state `old`, since `suffix` is answered
  /// differently there.
  void separate(int from, letter c, int old, const word& suffix) {
    const word reached = access_[index(from)] + c;
    if (class_of_[c] != c) {
      if (sift(reached, 0) != old) {
        split_class(c, from);
        close();
        return;
      }
      const word as_class = access_[index(from)] + class_of_[c];
      const bool both = ask(as_class + suffix) != ask(reached + suffix);
      split_leaf(old, reached, suffix);
      if (both)
        split_class(c, from);
      close();
      return;
    }
    split_leaf(old, reached, suffix);
    close();
  }

  void split_leaf(int old, const word& w, const word& suffix) {
    const int at = leaf_[index(old)];
    const observation of_old = ask(access_[index(old)] + suffix);
    const observation of_new = ask(w + suffix);
    if (of_old == of_new)
      throw no_automaton{"the subject answers one input in two ways"};
    tree_[index(at)].state = -1;
    tree_[index(at)].suffix = suffix;
    const int leaf = static_cast<int>(tree_.size());
    tree_.push_back({at, of_old, old, {}, {}});
    tree_.push_back({at, of_new, -1, {}, {}});
    tree_[index(at)].child = {{of_old, leaf}, {of_new, leaf + 1}};
    leaf_[index(old)] = leaf;
    add_state(w, leaf + 1);
    for (std::size_t s = 0; s < to_.size(); ++s)
      for (const letter c : letters_)
        if (to_[s][c] == old) {
          const int t = sift(access_[s] + c, at);
          to_[s][c] = t;
        }
  }

  /// Divides the class of `c` by what its octets do in state `s`.
  void split_class(letter c, int s) {
    const letter old = class_of_[c];
    const int first = sift(access_[index(s)] + old, 0);
    std::map<int, letter> by_target{{first, old}};
    for (const letter o : octets()) {
      if (class_of_[o] != old || o == old)
        continue;
      const int t = sift(access_[index(s)] + o, 0);
      const auto [it, fresh] = by_target.try_emplace(t, o);
      if (fresh) {
        letters_.push_back(o);
        to_[index(s)][o] = t;
      }
      class_of_[o] = it->second;
    }
    if (by_target.size() < 2)
      throw no_automaton{"the subject answers one input in two ways"};
  }

  caller& caller_;
  std::size_t most_states_;
  std::unordered_map<word, observation> cache_;
  std::vector<node> tree_;
  std::vector<word> access_; ///< a word to each state
  std::vector<int> leaf_;
  std::vector<std::array<int, letter_count>> to_; ///< -1: unknown; for `letters_` only
  std::vector<letter> letters_;                   ///< one of each class
  std::array<letter, letter_count> class_of_{};
};

/// The tests of a hypothesis over `few` representatives: what is free at each place.
struct round {
  int extra;
  bool one_free;
  std::vector<places> sets;
};
std::vector<round> rounds(const std::vector<letter>& few, const learn_options& o) {
  const std::vector<letter>& all = octets();
  std::vector<round> list{{0, false, {{all}}}};
  if (o.extra_states >= 1)
    list.push_back({0, true, {{few, all}, {all, few}}});
  if (o.extra_states >= 1 && o.native)
    list.push_back({1, false, {{all, all}}});
  if (o.extra_states >= 2 && o.native)
    list.push_back({1, true, {{few, few, all}, {few, all, few}, {all, few, few}}});
  return list;
}

learned learn_all(caller& c, const learn_options& o) {
  learned result;
  // It begins with the classes of octets that the grammar distinguishes under any policy.
  learner l{c, classes(table_machine(quirk_set::all()), octets()), o.most_states};
  // A line is a combination lock: the tests of a hypothesis of three states do not open it. Those
  // of the table do.
  // A limit on the length is thousands of states: long words would find them, one by one.
  constexpr std::size_t longest = 128;
  std::vector<word> words;
  for (const word& w : o.known)
    if (w.size() <= longest)
      words.push_back(w);
  for (const quirk_set allowed : {c.allowed, quirk_set::all()}) {
    const machine m = table_machine(allowed);
    const suite s{m, representatives(m, octets()), true};
    s.each({octets()}, [&](const word& w, observation, bool) {
      words.push_back(w);
      return flow::on;
    });
  }
  result.tests += words.size();
  if (!o.native)
    l.prepare(words);
  for (const word& w : words)
    l.refine(w);
  for (bool settled = false; !settled;) {
    settled = true;
    machine m = l.hypothesis();
    const auto agrees = [&](const word& w) {
      ++result.tests;
      return outcome_of(c.ask(w)) == m.answer(w);
    };
    if (o.native)
      number_sweep([&](const word& w) {
        if (!agrees(w) && l.refine(w))
          m = l.hypothesis();
      });
    m = minimise(l.hypothesis());
    const std::vector<letter> few = representatives(m, octets());
    const suite s{m, few, true};
    for (const round& r : rounds(few, o)) {
      for (const places& x : r.sets)
        if (settled)
          s.each(x, [&](const word& w, observation, bool) {
            if (agrees(w))
              return flow::on;
            settled = !l.refine(w);
            // A decision that comes earlier explains the answer, or is the counterexample.
            for (std::size_t i = 1; i < w.size() && settled; ++i)
              settled = !l.refine(w.substr(0, i));
            return settled ? flow::on : flow::stop;
          });
      if (!settled)
        break;
      result.extra_states = r.extra;
      result.one_free = r.one_free;
    }
  }
  result.automaton = minimise(l.hypothesis());
  result.counterexamples = l.counterexamples;
  result.asked = l.asked();
  return result;
}

} // namespace

learned learn(caller& c, const learn_options& options) {
  learned failed;
  try {
    return learn_all(c, options);
  } catch (const no_automaton& e) {
    failed.stopped = e.what();
  } catch (const too_many_failures& e) {
    failed.stopped = e.what();
  }
  return failed;
}

void to_json(json& j, const learned& l) {
  j = {{"out", l.automaton.out},
       {"next", l.automaton.next},
       {"start", l.automaton.start},
       {"asked", l.asked},
       {"tests", l.tests},
       {"stopped", l.stopped},
       {"one_free", l.one_free},
       {"extra_states", l.extra_states},
       {"counterexamples", l.counterexamples}};
}

void from_json(const json& j, learned& l) {
  l.automaton.out = j["out"].get<std::vector<observation>>();
  l.automaton.next = j["next"].get<std::vector<std::array<int, letter_count>>>();
  l.automaton.start = j["start"];
  l.asked = j["asked"];
  l.tests = j["tests"];
  l.stopped = j["stopped"];
  l.one_free = j["one_free"];
  l.extra_states = j["extra_states"];
  l.counterexamples = j["counterexamples"];
}

} // namespace statusline::conform
