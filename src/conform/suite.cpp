// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace statusline::conform {
namespace {

/// For each pair of states a shortest word that they answer differently, in one list.
std::set<word> separators(const machine& m, const std::vector<letter>& letters) {
  const std::size_t n = m.size();
  std::vector<word> by_pair(n * n);
  std::vector<bool> known(n * n);
  for (std::size_t p = 0; p < n; ++p)
    for (std::size_t q = 0; q < n; ++q)
      known[p * n + q] = m.out[p] != m.out[q];
  for (bool grown = true; grown;) {
    grown = false;
    auto now = known;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = 0; q < n; ++q)
        for (const letter c : letters) {
          const std::size_t next =
              static_cast<std::size_t>(m.next[p][c]) * n + static_cast<std::size_t>(m.next[q][c]);
          if (now[p * n + q] || !known[next])
            continue;
          by_pair[p * n + q] = c + by_pair[next];
          now[p * n + q] = grown = true;
        }
    known = std::move(now);
  }
  return {by_pair.begin(), by_pair.end()};
}

/// Harmonised identifiers, from a splitting tree: any two states have a word in common that they
/// answer differently. States with many letters into them get few and short words.
std::vector<std::vector<word>> identify(const machine& m, const std::vector<letter>& letters) {
  std::set<word> words = separators(m, letters);
  const std::vector<word> rest = completions(m, letters);
  words.insert(rest.begin(), rest.end());
  words.erase(word{});
  std::vector<word> candidates(words.begin(), words.end());
  std::ranges::stable_sort(candidates, {}, &word::size);

  std::vector<double> weight(m.size(), 1);
  for (const auto& row : m.next)
    for (const int t : row)
      weight[static_cast<std::size_t>(t)] += 1;

  std::vector<std::vector<word>> identifiers(m.size());
  const std::function<void(const std::vector<int>&)> split = [&](const std::vector<int>& states) {
    if (states.size() < 2)
      return;
    const word* best = nullptr;
    std::map<observation, std::vector<int>> blocks;
    double least = std::numeric_limits<double>::max();
    for (const word& w : candidates) {
      std::map<observation, std::vector<int>> divided;
      for (const int s : states)
        divided[m.output(m.run(s, w))].push_back(s);
      if (divided.size() < 2)
        continue;
      double cost = 0;
      for (const auto& [seen, block] : divided) {
        double sum = 0;
        for (const int s : block)
          sum += weight[static_cast<std::size_t>(s)];
        cost += sum * sum;
      }
      if (cost < least) {
        least = cost;
        best = &w;
        blocks = std::move(divided);
      }
    }
    for (const auto& [seen, block] : blocks) {
      for (const int s : block)
        identifiers[static_cast<std::size_t>(s)].push_back(*best);
      split(block);
    }
  };
  // The empty word, which is a test anyway, divides the states by their outputs.
  std::map<observation, std::vector<int>> by_output;
  for (std::size_t s = 0; s < m.size(); ++s)
    by_output[m.out[s]].push_back(static_cast<int>(s));
  for (const auto& [seen, states] : by_output)
    split(states);

  // A whole line from each state that has one: every test of a state is a test of values too.
  for (std::size_t s = 0; s < m.size(); ++s)
    if (!rest[s].empty() && std::ranges::find(identifiers[s], rest[s]) == identifiers[s].end())
      identifiers[s].push_back(rest[s]);
  return identifiers;
}

} // namespace

suite::suite(const machine& m, const std::vector<letter>& letters, bool decisive)
    : machine_{m}, identifiers_{identify(m, letters)}, decisive_{decisive} {
  const std::vector<word> cover = state_cover(m, letters);
  for (std::size_t s = 0; s < m.size(); ++s) {
    if (decisive && outcome_of(m.out[s]) != seen_need_more && static_cast<int>(s) != m.start)
      continue; // it is a letter behind another one
    cover_.push_back(cover[s]);
    state_.push_back(static_cast<int>(s));
  }
}

void number_sweep(const word_visitor& visit) {
  const auto add = [&](const std::string& text) { visit(word_of(text)); };
  const std::string before = "HTTP/1.1 ";
  for (const char* const end : {" OK\r\n", " \r\n", "\r\n", " OK\n", "\r\r\n", "", "  OK \r\n"}) {
    for (std::size_t digits = 1, count = 10; digits <= 4; ++digits, count *= 10)
      for (std::size_t value = 0; value < count; ++value) {
        const std::string number = std::to_string(value);
        add(std::string{before}.append(digits - number.size(), '0').append(number).append(end));
      }
    for (const char* const code :
         {"00200", "000200", "65736", "65535", "65536", "66560", "262344", "99999", "999999",
          "-200", "+200", "+20", "-20", "0x1", "2e2", "20.", "4294967496", "18446744073709551816"})
      add(std::string{before}.append(code).append(end));
  }
  for (char major = '0'; major <= '9'; ++major)
    for (char minor = '0'; minor <= '9'; ++minor)
      for (const char* const rest :
           {" 200 OK\r\n", " 404 \r\n", " 777 x\r\n", " 000 \t\r\n", "  200 OK\r\n", "\r\n", ""})
        add(std::string{"HTTP/"}.append({major, '.', minor}).append(rest));
  for (const char* const version :
       {"HTTP/11.1 ", "HTTP/1.11 ", "HTTP/01.1 ", "HTTP/1.01 ", "HTTP/+1.1 ", "HTTP/1.-1 ",
        "HTTP/1 ", "HTTP/2 ", "HTTP ", "HTTP/257.1 ", "HTTP/1.257 "})
    add(std::string{version}.append("200 OK\r\n"));
}

void reason_sweep(bool brief, std::size_t most, const word_visitor& visit) {
  const word head = word_of("HTTP/1.1 200 ");
  const word end = word_of("\r\n");
  for (std::size_t size = 1; size <= 96; ++size) {
    if (brief && size != 16 && size != 40)
      continue;
    word w = head;
    w.append(size, u'x').append(end);
    for (std::size_t i = head.size(); i < head.size() + size; ++i) {
      for (letter c = 0; c < cut; ++c) {
        w[i] = c;
        visit(w);
      }
      w[i] = u'x';
    }
  }
  for (std::size_t size = 128; size <= most; size *= 2)
    for (std::size_t near = size - 2; near <= size + 2; ++near)
      visit(word{head}.append(near, u'x').append(end));
}

} // namespace statusline::conform
