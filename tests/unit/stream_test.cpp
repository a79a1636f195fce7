// SPDX-License-Identifier: MIT
//
// stream_parser except for the grammar: at compile time, parts of a reason, finish() and reset().
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <string_view>
#include <type_traits>

namespace statusline {
namespace {

static_assert([] {
  stream_parser stream;
  const std::string_view line = "HTTP/1.1 200 OK\r\n";
  for (const char& c : line)
    stream.feed({&c, 1});
  return stream.line() == stream_line{200, {1, 1}, {}, 17, 13, 2};
}());
static_assert(stream_parser{}.feed("HTTP/1.1 200 OK\r\n").reason_part == "OK"); // in one piece
static_assert(std::is_trivially_copyable_v<stream_parser> && sizeof(stream_parser) <= 64);
static_assert(noexcept(stream_parser{}.feed("")));

TEST(Stream, HoldsNothingUntilItIsFed) {
  const feed_result fed;
  EXPECT_EQ(fed.error, errc::need_more);
  EXPECT_EQ(fed.used, 0u);
  EXPECT_EQ(fed.reason_part, "");
  EXPECT_EQ(stream_line{}, (stream_line{0, {0, 0}, {}, 0, 0, 0}));
}

TEST(Stream, GivesTheReasonAsItComes) {
  stream_parser stream{permissive};
  EXPECT_EQ(stream.feed("HTTP/1.1 404 No").reason_part, "No");
  EXPECT_EQ(stream.feed("").error, errc::need_more);
  EXPECT_EQ(stream.feed("t").reason_part, "t");
  const feed_result last = stream.feed(" Found\r\nServer: x");
  EXPECT_EQ(last.reason_part, " Found");
  EXPECT_EQ(last.used, 8u);
  EXPECT_TRUE(last);
  EXPECT_EQ(stream.line(), (stream_line{404, {1, 1}, {}, 24, 13, 9}));
}

TEST(Stream, FinishLeavesTheDoorOpenWhereMoreIsNeeded) {
  stream_parser stream;
  stream.feed("HTTP/1.1 200 OK");
  EXPECT_EQ(stream.finish(), errc::need_more);
  EXPECT_EQ(stream.refused(), quirk_set{quirk::unterminated});
  EXPECT_EQ(stream.line(), stream_line{});
  EXPECT_TRUE(stream.feed("\r\n"));
  EXPECT_TRUE(stream.refused().empty());
}

TEST(Stream, ResetStartsAnotherLine) {
  stream_parser stream;
  EXPECT_EQ(stream.feed("nonsense").error, errc::protocol);
  stream.reset();
  EXPECT_TRUE(stream.feed("HTTP/1.1 200 OK\r\n"));
  stream.reset(permissive);
  EXPECT_TRUE(stream.feed("ICY 200 OK\n"));
  stream.reset({{}, 0});
  EXPECT_EQ(stream.error(), errc::too_long);
}

} // namespace
} // namespace statusline
