// SPDX-License-Identifier: MIT
//
// The library against the reference parser on every input of several finite sets.
#include "support/cases.hpp"
#include "support/judge.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

namespace statusline {
namespace {

using support::complaint;

void expect_fine(const complaint& c) {
  if (c)
    FAIL() << *c;
}

const std::vector<std::string>& lines() {
  // Long enough for a shortcut to start again after an irregular part.
  static const auto all = support::quirk_lines_and({"http/1.1 200 A longer reason\r\n",
                                                    "\nHTTP/1.1 200 A longer reason\r\n",
                                                    "HTTP/1.1  200 A longer reason\r\n"});
  return all;
}

TEST(Exhaustive, LinesShowEveryQuirk) {
  quirk_set seen;
  for (const std::string& line : lines()) {
    const parse_result r = parse_complete(line, permissive);
    ASSERT_TRUE(r) << corpus::escape(line);
    seen |= r.line.quirks;
  }
  EXPECT_EQ(seen, quirk_set::all());
}

TEST(Exhaustive, EveryByteAtEveryPosition) {
  const auto policies = support::policies(100);
  for (const std::string& line : lines()) {
    for (std::size_t at = 0; at <= line.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        for (const bool insert : {false, true}) {
          std::string bytes = line;
          if (insert || at == line.size())
            bytes.insert(at, 1, static_cast<char>(byte));
          else
            bytes[at] = static_cast<char>(byte);
          for (std::size_t p = 0; p < 3; ++p)
            expect_fine(support::judge(bytes, policies[p]));
          for (const policy& p : policies)
            expect_fine(support::judge_filter(bytes, p));
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

TEST(Exhaustive, EveryPartLeftOut) {
  for (const std::string& line : lines()) {
    for (const std::string_view after : {"", "Server: x\r\nDate: today\r\n\r\n"}) {
      for (std::size_t at = 0; at < line.size(); ++at) {
        for (std::size_t size = 1; size <= line.size() - at; ++size) {
          const std::string bytes = std::string{line}.erase(at, size) + std::string{after};
          for (const policy& p : {strict, interop, permissive})
            expect_fine(support::judge(bytes, p));
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

/// One octet for each kind that the grammar distinguishes.
constexpr std::string_view octets{"\r\n \t\v7/.HTPhtpICY\0-", 19};

/// A shortest way to each state of a line.
const std::vector<std::string>& prefixes() {
  static const std::vector<std::string> all = {"",
                                               "\r",
                                               "\n",
                                               "H",
                                               "HT",
                                               "HTT",
                                               "HTTP",
                                               "HTTP/",
                                               "HTTP/1",
                                               "HTTP/1.",
                                               "HTTP/1.1",
                                               "I",
                                               "IC",
                                               "ICY",
                                               "ICY ",
                                               "HTTP/1.1 ",
                                               "HTTP/1.1 2",
                                               "HTTP/1.1 20",
                                               "HTTP/1.1 200",
                                               "HTTP/1.1 200 ",
                                               "HTTP/1.1 200 OK\r"};
  return all;
}

/// Judges `bytes` and every continuation by up to `depth` octets. No continuation may change a
/// final answer; that is checked for one more octet, not for all of them.
template <class Judge> void walk(std::string& bytes, std::size_t depth, const policy& p, Judge f) {
  if (const complaint c = f(bytes, p))
    FAIL() << *c;
  const parse_result decided = parse(bytes, p);
  if (depth == 0)
    return;
  for (const char octet : octets) {
    bytes += octet;
    if (decided.error == errc::need_more) {
      walk(bytes, depth - 1, p, f);
    } else {
      parse_result longer = parse(bytes, p);
      if (longer)
        longer.line.reason = decided.line.reason;
      EXPECT_EQ(longer, decided) << corpus::escape(bytes);
      if (const complaint c = f(bytes, p))
        FAIL() << *c;
    }
    bytes.pop_back();
    if (testing::Test::HasFailure())
      return;
  }
}

#if defined(NDEBUG) && !defined(STATUSLINE_QUICK_TESTS)
constexpr std::size_t depth_of_all = 4;
constexpr std::size_t depth_of_permissive = 6;
#else
constexpr std::size_t depth_of_all = 3;
constexpr std::size_t depth_of_permissive = 4;
#endif

TEST(Exhaustive, EveryContinuationOfEveryState) {
  for (const policy& p : {strict, interop, permissive}) {
    for (std::string prefix : prefixes()) {
      walk(prefix, depth_of_all, p, support::judge);
      if (HasFatalFailure())
        return;
    }
  }
}

TEST(Exhaustive, EveryContinuationOfEveryStateFurther) {
  for (std::string prefix : prefixes()) {
    walk(prefix, depth_of_permissive, permissive, support::judge_answer);
    if (HasFatalFailure())
      return;
  }
}

TEST(Exhaustive, EveryLimitOfEveryLine) {
  for (const std::string& line : lines()) {
    for (std::size_t i = 0; i <= line.size() + 3; ++i) {
      const std::size_t limit = i <= line.size() + 2 ? i : std::numeric_limits<std::size_t>::max();
      for (const policy& p : {strict, interop, permissive}) {
        const policy limited{p.allowed, limit};
        expect_fine(support::judge(line, limited));
        expect_fine(support::judge(line + "Server: x\r\nDate: today\r\n\r\n", limited));
        for (std::size_t cut = 0; cut <= line.size(); ++cut)
          expect_fine(support::judge_cuts(line, limited, std::array{cut}));
        if (HasFatalFailure())
          return;
      }
    }
  }
}

// The shortcut reads 8 and 16 bytes at a time: tries each length, and each offset of a byte that is
// not plain.
TEST(Exhaustive, EveryOddByteAtEveryOffsetOfLongReasons) {
  for (std::size_t size = 0; size <= 80; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char odd : {'\0', '\x1f', '\x7f', '\t', '\x80', '\xff', '\r', '\n', '\v', ' '}) {
        std::string bytes = "HTTP/1.1 200 " + std::string(size, 'x') + "\r\n";
        bytes[13 + at] = odd;
        for (const std::string_view after : {"", "Server: x\r\nDate: today\r\n\r\n"}) {
          expect_fine(support::judge(bytes + std::string{after}, strict));
          expect_fine(support::judge(bytes + std::string{after}, permissive));
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

} // namespace
} // namespace statusline
