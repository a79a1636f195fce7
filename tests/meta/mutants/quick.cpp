// SPDX-License-Identifier: MIT
//
// The short way to notice a mutant: the part of the tests that runs in seconds. The
// full tests run only if this notices nothing.
#include "support/batch.hpp"
#include "support/guarded.hpp"
#include "support/judge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace statusline::mutants {
namespace {

// Constant evaluation calls it too, which takes another path through the code.
constexpr bool in_constants(std::string_view bytes, errc strictly, errc permissively) {
  stream_parser stream{permissive};
  for (const char& c : bytes)
    stream.feed({&c, 1});
  std::array<char, 64> out{};
  const parse_result r = parse(bytes, permissive);
  return parse(bytes).error == strictly && r.error == permissively &&
         stream.error() == permissively && stream.end() == r.end &&
         (strictly != errc::ok ||
          std::string_view{out.data(), write(out, r.line)} == bytes.substr(0, r.end));
}
static_assert(in_constants("HTTP/1.1 200 OK\r\n", errc::ok, errc::ok));
static_assert(in_constants("HTTP/1.1 200 O\x01K\r\nx", errc::reason, errc::ok));
static_assert(in_constants("\r\nICY\t200\n", errc::protocol, errc::ok));
static_assert(in_constants("HTTP/1.1 200 OK", errc::need_more, errc::need_more));
static_assert(in_constants("HTTP/1.1 200 OK\rx", errc::line_end, errc::line_end));

const std::string long_reason(75, 'r');

const auto lines = support::quirk_lines_and({
    "\nHTTP/9.7 935 A reason of 28 octets\r\n",
    "HTTP/4.7 935 A\treason of 28 octets\r\n",
    "HTTP/1.0 304 " + long_reason + "\r\n",
    "HTTP/1.0 304 \x01" + long_reason + "\r\n",
});

/// Between two unreadable pages.
support::complaint judged(const std::string& input) {
  static support::guarded pages;
  if (auto c = support::judge(pages.at_begin(input), permissive))
    return c;
  const std::string_view bytes = pages.at_end(input);
  for (const policy& p : {strict, permissive})
    if (auto c = support::judge(bytes, p))
      return c;
  const std::size_t third = bytes.size() / 3;
  const std::array<std::size_t, 3> cuts{third, 2 * third, bytes.size() - 1};
  return support::judge_cuts(bytes, permissive, cuts);
}

TEST(Quick, LinesWithAnOddOctet) {
  for (const std::string& line : lines) {
    for (const std::string after : {"", "Server: x\r\nDate: today\r\nHTTP/1.1 200\r\n"}) {
      for (std::size_t at = 0; at < line.size(); at += at < 50 ? 1 : 3) {
        for (const char c : {'\0', '\t', '\n', '\v', '\r', '\x1f', ' ', '/', '0', '9', ':', 'h',
                             'H', '\x7e', '\x7f', '\x80', '\xff'}) {
          std::string bytes = line + after;
          bytes[at] = c;
          if (const auto complaint = judged(bytes))
            FAIL() << *complaint;
        }
        for (const std::string& part : {line.substr(0, at + 1), line.substr(at) + after,
                                        line.substr(0, at) + line.substr(at + 1) + after + "\n"})
          if (const auto complaint = judged(part))
            FAIL() << *complaint;
      }
    }
  }
}

TEST(Quick, LinesUpToALimit) {
  for (const std::string& line : lines) {
    for (std::size_t i = 0; i <= line.size() + 2; ++i) {
      const std::size_t limit = i <= line.size() + 1 ? i : std::numeric_limits<std::size_t>::max();
      for (const policy& p : {strict, permissive}) {
        for (const std::string after : {"", "Server: x\r\nDate: today\r\nHTTP/1.1 200\r\n"})
          if (const auto complaint = support::judge(line + after, {p.allowed, limit}))
            FAIL() << *complaint;
        for (const std::size_t cut :
             {std::size_t{5}, std::size_t{14}, std::min(limit, line.size()) / 2})
          if (cut < line.size())
            if (const auto complaint =
                    support::judge_cuts(line, {p.allowed, limit}, std::array{cut}))
              FAIL() << *complaint;
      }
    }
  }
}

TEST(Quick, PairsOfOctetsAfterPartsOfALine) {
  constexpr std::string_view octets{"\r\n \t\v7/.HTPhtpICY\0-", 19};
  for (const std::string& line : lines) {
    for (std::size_t size = 0; size <= std::min<std::size_t>(line.size(), 20); ++size) {
      for (const char first : octets) {
        for (const char second : octets) {
          const std::string bytes = line.substr(0, size) + first + second;
          if (const auto complaint = support::judge_answer(bytes, permissive))
            FAIL() << *complaint;
          if (const auto complaint =
                  support::judge_cuts(bytes, permissive, std::array{size, size + 1}))
            FAIL() << *complaint;
        }
      }
    }
  }
}

TEST(Quick, LinesOfABuffer) {
  static support::guarded pages;
  std::string all;
  for (const std::string& line : lines)
    all += line + (line.ends_with('\n') ? "" : "\n");
  all += "HTTP/1.1 200 \t\n\n\r\n" + std::string(40, '\n') + std::string(2100, 'x') + '\n' + all;
  for (const std::size_t before : {0u, 1u, 5u, 15u, 16u, 17u}) {
    const std::string bytes = std::string(before, 'x') + '\n' + all + "HTTP/1.1 2";
    for (const policy& p : {strict, permissive, policy{interop.allowed, 30}})
      for (const std::size_t capacity : {1u, 2u, 7u, 1000u})
        for (const bool at_end : {false, true})
          if (const auto complaint = support::judge_many(
                  at_end ? pages.at_end(bytes) : pages.at_begin(bytes), p, capacity))
            FAIL() << *complaint;
  }
}

} // namespace
} // namespace statusline::mutants
