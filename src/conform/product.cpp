// SPDX-License-Identifier: MIT
#include "product.hpp"

#include <statusline/statusline.hpp>

#include <deque>
#include <map>
#include <tuple>
#include <utility>

namespace statusline::conform {
namespace {

using pair = std::pair<int, int>;

/// Calls visit(pair, word, pair before, letter) for each step to a pair of states, the shortest
/// words first. Behind a difference nothing is compared.
template <class F> void walk(const machine& subject, const machine& table, F&& visit) {
  const pair start{subject.start, table.start};
  std::map<pair, word> way = {{start, {}}};
  std::deque<pair> open = {start};
  for (; !open.empty(); open.pop_front()) {
    const pair from = open.front();
    for (const letter c : octets()) {
      const pair to{subject.step(from.first, c), table.step(from.second, c)};
      const word w = way.at(from) + c;
      visit(to, w, from, c);
      if (outcome_of(subject.output(to.first)) == seen_need_more &&
          outcome_of(table.output(to.second)) == seen_need_more && way.emplace(to, w).second)
        open.push_back(to);
    }
  }
}

/// How irregular a line is. One that no policy accepts costs more than any quirk.
std::pair<std::size_t, std::size_t> cost(const word& line) {
  constexpr std::size_t never = 100;
  const std::string bytes = bytes_of(line);
  const parse_result r = parse(bytes, {quirk_set::all(), bytes.size() + 1});
  return {r ? r.line.quirks.size() : never, line.size()};
}

} // namespace

std::vector<word> first_differences(const machine& subject, const machine& table) {
  const std::vector<word> rest_of_subject = completions(subject, octets());
  const std::vector<word> rest_of_table = completions(table, octets());
  // A continuation that the subject accepts, and that makes the line as regular as possible.
  const auto mildest = [&](const word& w, int at) {
    word best = rest_of_subject[static_cast<std::size_t>(at)];
    for (const word& rest : rest_of_table)
      if (outcome_of(subject.output(subject.run(at, rest))) == seen_accepted &&
          cost(w + rest) < cost(w + best))
        best = rest;
    return best;
  };
  std::map<std::tuple<int, int, int, observation, observation>, word> found;
  walk(subject, table, [&](const pair& to, const word& w, const pair& from, letter c) {
    const observation theirs = outcome_of(subject.output(to.first));
    const observation ours = outcome_of(table.output(to.second));
    if (theirs == ours)
      return;
    word input = w;
    if (theirs == seen_refused && ours == seen_need_more)
      input += rest_of_table[static_cast<std::size_t>(to.second)];
    else if (theirs == seen_need_more && ours == seen_refused)
      input += mildest(w, to.first);
    // Where the table has the same state before, octets of one class are one difference.
    const int target = table.step(from.second, c);
    found.try_emplace({from.first, from.second, target, theirs, ours}, std::move(input));
  });
  std::vector<word> inputs;
  inputs.reserve(found.size());
  for (auto& [key, input] : found)
    inputs.push_back(std::move(input));
  return inputs;
}

std::vector<word> dead_waits(const machine& subject, const machine& table) {
  const std::vector<word> rest = completions(subject, octets());
  const std::vector<word> rest_of_table = completions(table, octets());
  std::map<int, word> found;
  walk(subject, table, [&](const pair& to, const word& w, const pair&, letter) {
    const bool waits = outcome_of(subject.output(to.first)) == seen_need_more &&
                       outcome_of(table.output(to.second)) == seen_need_more;
    if (waits && rest[static_cast<std::size_t>(to.first)].empty())
      found.try_emplace(to.first, w);
  });
  std::vector<word> inputs;
  inputs.reserve(found.size());
  for (auto& [state, input] : found)
    inputs.push_back(std::move(input));
  return inputs;
}

} // namespace statusline::conform
