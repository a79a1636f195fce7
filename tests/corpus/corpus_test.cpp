// SPDX-License-Identifier: MIT
//
// Every case of corpus/cases and every captured response: at each prefix, cut in pieces in each
// way, under many policies, between guard pages.
#include "support/cases.hpp"
#include "support/guarded.hpp"
#include "support/judge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace statusline {
namespace {

struct input {
  std::string name;
  std::string bytes;
};

const std::vector<input>& inputs() {
  static const std::vector<input> all = [] {
    std::vector<input> list;
    for (const corpus::example& e : corpus::read_cases())
      list.push_back({e.file + ':' + std::to_string(e.line), e.input});
    for (const auto& entry :
         std::filesystem::directory_iterator{STATUSLINE_SOURCE_DIR "/corpus/captured"}) {
      if (entry.path().extension() != ".http")
        continue;
      std::ifstream file{entry.path(), std::ios::binary};
      list.push_back({entry.path().filename().string(),
                      {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}}});
    }
    return list;
  }();
  return all;
}

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::size_t most_in_head = 100, most_in_three = 26;
#else
constexpr std::size_t most_in_head = 400, most_in_three = 64;
#endif

/// The status line and a little more: cutting bodies up would test nothing.
std::string_view head_of(const input& in) {
  return std::string_view{in.bytes}.substr(0, most_in_head);
}

TEST(Corpus, IsThere) {
  EXPECT_GE(corpus::read_cases().size(), 150u);
  EXPECT_GE(inputs().size(), corpus::read_cases().size() + 20);
}

TEST(Corpus, EveryPrefix) {
  for (const input& in : inputs()) {
    for (std::size_t size = 0; size <= head_of(in).size(); ++size) {
      for (const policy& p : support::policies()) {
        const auto c = support::judge(head_of(in).substr(0, size), p);
        ASSERT_FALSE(c) << in.name << ": " << *c;
      }
    }
  }
}

TEST(Corpus, EveryCutInTwo) {
  for (const input& in : inputs()) {
    for (std::size_t cut = 0; cut <= head_of(in).size(); ++cut) {
      for (const policy& p : support::policies()) {
        const auto c = support::judge_cuts(head_of(in), p, std::array{cut});
        ASSERT_FALSE(c) << in.name << " cut at " << cut << ": " << *c;
      }
    }
  }
}

TEST(Corpus, EveryCutInThree) {
  for (const input& in : inputs()) {
    const std::string_view bytes = head_of(in).substr(0, most_in_three);
    for (std::size_t first = 0; first <= bytes.size(); ++first) {
      for (std::size_t second = first; second <= bytes.size(); ++second) {
        for (const policy& p : support::policies()) {
          const auto c = support::judge_cuts(bytes, p, std::array{first, second});
          ASSERT_FALSE(c) << in.name << " cut at " << first << ", " << second << ": " << *c;
        }
      }
    }
  }
}

TEST(Corpus, ByteByByte) {
  for (const input& in : inputs()) {
    std::vector<std::size_t> cuts(head_of(in).size());
    for (std::size_t i = 0; i < cuts.size(); ++i)
      cuts[i] = i;
    for (const policy& p : support::policies()) {
      const auto c = support::judge_cuts(head_of(in), p, cuts);
      ASSERT_FALSE(c) << in.name << ": " << *c;
    }
  }
}

TEST(Corpus, PoliciesAreFilters) {
  const auto policies = support::policies(100);
  for (const input& in : inputs()) {
    for (policy p : policies) {
      for (const std::size_t limit : {std::size_t{8192}, std::size_t{17}, in.bytes.size()}) {
        p.max_size = limit;
        const auto c = support::judge_filter(in.bytes, p);
        ASSERT_FALSE(c) << in.name << ": " << *c;
      }
    }
  }
}

TEST(Corpus, NothingOutsideTheInputIsRead) {
  support::guarded pages;
  for (const input& in : inputs()) {
    const std::string_view bytes = std::string_view{in.bytes}.substr(0, support::guarded::capacity);
    for (const policy& p : support::policies()) {
      for (const bool at_end : {false, true}) {
        const auto guarded = at_end ? pages.at_end(bytes) : pages.at_begin(bytes);
        const auto c = support::judge(guarded, p);
        ASSERT_FALSE(c) << in.name << ": " << *c;
      }
    }
  }
}

TEST(Corpus, NothingOutsideAnyShortInputIsRead) {
  support::guarded pages;
  const std::string line = "HTTP/1.1 200 " + std::string(80, 'x') + "\r\n";
  for (std::size_t size = 0; size <= line.size(); ++size) {
    for (const std::string_view end : {"", "\r\n", "\n", "\x01"}) {
      const std::string bytes = line.substr(0, size) + std::string{end};
      for (const policy& p : {strict, permissive}) {
        for (const auto guarded : {&support::guarded::at_begin, &support::guarded::at_end}) {
          const auto c = support::judge((pages.*guarded)(bytes), p);
          ASSERT_FALSE(c) << *c;
        }
      }
    }
  }
}

} // namespace
} // namespace statusline
