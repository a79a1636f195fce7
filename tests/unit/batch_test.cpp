// SPDX-License-Identifier: MIT
//
// parse_many and sl_parse_many against parse_complete of each line: the cases, captured lines,
// random and hostile buffers, every cut, between guard pages.
#include "support/batch.hpp"
#include "support/cases.hpp"
#include "support/guarded.hpp"
#include "support/judge.hpp"

#include <statusline/batch.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace statusline {
namespace {

/// Both libraries, with the bytes next to either guard page.
void expect_right(std::string_view bytes, const policy& p, std::size_t capacity) {
  static support::guarded memory;
  for (const bool at_end : {false, true}) {
    const std::string_view placed = at_end ? memory.at_end(bytes) : memory.at_begin(bytes);
    for (const auto& judge : {support::judge_many, support::judge_many_in_c})
      if (const support::complaint c = judge(placed, p, capacity))
        ADD_FAILURE() << *c << "\n  allowed " << p.allowed.bits() << ", limit " << p.max_size
                      << ", capacity " << capacity;
  }
}

TEST(Batch, FillsTheColumns) {
  std::array<std::uint16_t, 4> code{};
  std::array<http_version, 4> version{};
  std::array<quirk_set, 4> quirks{};
  std::array<errc, 4> error{};
  std::array<std::size_t, 4> offset{}, size{}, end{};
  const line_columns out = {
      4,           code.data(), version.data(), quirks.data(), error.data(), offset.data(),
      size.data(), end.data()};
  const std::string_view bytes = "HTTP/1.1 200 OK\r\nHTTP/1.0 404\nHTTP/2 200\r\nHTTP/1.1 5";
  ASSERT_EQ(parse_many(bytes, interop, out), 3u);
  EXPECT_EQ(code, (std::array<std::uint16_t, 4>{200, 404, 0, 0}));
  EXPECT_EQ(version[0], (http_version{1, 1}));
  EXPECT_EQ(version[1], (http_version{1, 0}));
  EXPECT_EQ(quirks[1], quirk::missing_reason | quirk::bare_lf);
  EXPECT_EQ(error[2], errc::version);
  EXPECT_EQ(bytes.substr(offset[0], size[0]), "OK");
  EXPECT_EQ(bytes.substr(end[2]), "HTTP/1.1 5");
  EXPECT_EQ(size[1], 0u);
  EXPECT_EQ(parse_many("", interop, out), 0u);
  EXPECT_EQ(parse_many(bytes, interop, {}), 0u) << "no room, and no columns";
  for (const std::string_view empty : {"\n", "\r\n"}) {
    EXPECT_EQ(parse_many(empty, interop, out), 1u);
    EXPECT_EQ(error[0], errc::protocol);
    EXPECT_EQ(parse_many(empty, permissive, out), 1u);
    EXPECT_EQ(error[0], errc::need_more);
  }
}

/// The inputs of the cases, one after the other, in buffers that fit between guard pages.
std::vector<std::string> all_cases() {
  std::vector<std::string> all(1);
  for (const corpus::example& c : corpus::read_cases()) {
    if (all.back().size() + c.input.size() >= support::guarded::capacity)
      all.emplace_back();
    if (c.input.size() < support::guarded::capacity)
      all.back() += c.input.ends_with('\n') ? c.input : c.input + '\n';
  }
  return all;
}

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::size_t random_policies = 3, cut_step = 3;
#else
constexpr std::size_t random_policies = 30, cut_step = 1;
#endif

TEST(Batch, IsParseCompleteForEveryCase) {
  for (const std::string& bytes : all_cases())
    for (const policy& p : support::policies(random_policies))
      for (const std::size_t capacity : {1u, 2u, 7u, 100u, 10000u})
        expect_right(bytes, p, capacity);
}

TEST(Batch, MayBeCutAnywhere) {
  std::string bytes;
  for (const std::string& line : support::quirk_lines_and({""}))
    bytes += line;
  bytes += "\n\n\r\n\r\r\n" + std::string(100, 'x') + "\nHTTP/1.1 200 " + std::string(70, 'y') +
           "\r\nHTTP/1.1 200 \t\nHTTP/1.1 204 \r\n";
  for (const policy& p : support::policies(3))
    for (std::size_t cut = 0; cut <= bytes.size(); cut += cut_step) {
      expect_right(bytes.substr(0, cut), p, 1000);
      expect_right(bytes.substr(cut), p, 3);
    }
}

TEST(Batch, HasEveryLimit) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nHTTP/1.1 200 It is all right\r\nHTTP/1.1 404 \t\n"
      "HTTP/1.1 200 A reason of more than sixteen bytes\r\n\nHTTP/1.1 500\r\n";
  for (std::size_t limit = 0; limit < 70; ++limit)
    for (const quirk_set allowed : {quirk_set{}, interop.allowed, quirk_set::all()})
      expect_right(bytes, {allowed, limit}, 100);
}

/// Lines of all sizes around a block and the part that is searched at once.
TEST(Batch, HasEverySize) {
  for (const std::size_t before : {0u, 1u, 15u, 16u, 17u, 2030u, 2047u, 2048u, 2049u})
    for (std::size_t size = 0; size < 80; ++size) {
      std::string bytes = std::string(before, 'x') + '\n';
      bytes += "HTTP/1.1 200 " + std::string(size, 'r') + "\r\n";
      bytes += std::string(size, '\n') + "HTTP/1.1 200 OK\r\n";
      expect_right(bytes, interop, 3000);
    }
  expect_right(std::string(20000, '\n'), permissive, 30000);
}

TEST(Batch, IsParseCompleteForRandomBuffers) {
  std::mt19937 random{20261127}; // NOLINT(cert-msc51-cpp): the same lines in each run
  const auto lines = support::quirk_lines_and({"", "\n"});
  const std::string_view odd = "HTTP/1. 209\t\r\n\n\x7f\x80";
#ifdef STATUSLINE_QUICK_TESTS
  const int rounds = 200;
#else
  const int rounds = 2000;
#endif
  for (int round = 0; round < rounds; ++round) {
    std::string bytes;
    while (random() % 40 != 0) {
      std::string line = random() % 3 != 0 ? "HTTP/1.1 200 OK\r\n" : lines[random() % lines.size()];
      for (auto changes = random() % 8; changes > 5 && !line.empty(); --changes)
        line[random() % line.size()] = odd[random() % odd.size()];
      bytes += line;
    }
    bytes.resize(std::min(bytes.size(), support::guarded::capacity));
    for (const policy& p : support::policies(2, static_cast<unsigned>(round)))
      expect_right(bytes, p, 1 + random() % 64);
  }
}

} // namespace
} // namespace statusline
