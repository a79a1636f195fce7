// SPDX-License-Identifier: MIT
//
// write(): lines that it refuses, and each code and version, read back by parse().
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace statusline {
namespace {

static_assert([] {
  std::array<char, 17> out{};
  return write(out, {"OK", 200, {1, 1}, {}}) == 17 &&
         std::string_view{out.data(), out.size()} == "HTTP/1.1 200 OK\r\n";
}());
static_assert([] { // a reason of more than a block
  std::array<char, 48> out{};
  return write(out, {"Requested Range Not Satisfiable", 416, {1, 1}, {}}) == 46;
}());

TEST(Write, RefusesWhatWouldNotBeALine) {
  std::array<char, 64> out{};
  const auto writes = [&](status_line line) { return write(out, line) != 0; };
  EXPECT_TRUE(writes({"", 0, {0, 0}, {}}));
  EXPECT_TRUE(writes({" \t\x80\xff", 999, {9, 9}, {}}));
  EXPECT_FALSE(writes({"", 1000, {1, 1}, {}}));
  EXPECT_FALSE(writes({"", 200, {10, 1}, {}}));
  EXPECT_FALSE(writes({"", 200, {1, 10}, {}}));
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    EXPECT_EQ(writes({{&c, 1}, 200, {1, 1}, {}}), !control) << byte;
  }
  EXPECT_FALSE(writes({"OK\r\nSet-Cookie: x", 200, {1, 1}, {}}));
  EXPECT_EQ(write(std::span{out}.first(1), {"OK", 200, {1, 1}, {}}), 0u);
}

TEST(Write, WritesEveryCodeAndVersion) {
  std::array<char, 15> out{};
  for (std::uint16_t code = 0; code < 1000; ++code) {
    const http_version version{static_cast<std::uint8_t>(code / 100),
                               static_cast<std::uint8_t>(code % 10)};
    ASSERT_EQ(write(out, {"", code, version, {}}), out.size());
    const parse_result r = parse({out.data(), out.size()});
    ASSERT_TRUE(r) << code;
    ASSERT_EQ(r.line.code, code);
    ASSERT_EQ(r.line.version, version);
  }
}

} // namespace
} // namespace statusline
