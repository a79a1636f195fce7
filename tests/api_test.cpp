// SPDX-License-Identifier: MIT
//
// What a caller can rely on beyond the grammar: compile-time use, texts, sets, write, the stream.
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace statusline {
namespace {

constexpr parse_result of_404 = parse("HTTP/1.0 404 Not Found\r\nServer: x\r\n");
static_assert(of_404);
static_assert(of_404.line.code == 404 && of_404.line.reason == "Not Found" && of_404.end == 24);
static_assert(of_404.line.version == http_version{1, 0} && of_404.line.quirks.empty());
static_assert(parse("HTTP/1.1 200 OK\n").error == errc::line_end);
static_assert(parse("HTTP/1.1 200 OK\n").refused == quirk::bare_lf);
static_assert(parse("HTTP/1.1 200\n", interop).line.quirks == interop.allowed);
static_assert(parse("HTTP/1.1 200 OK").error == errc::need_more);
static_assert(parse_complete("HTTP/1.1 200 OK", permissive).line.quirks == quirk::unterminated);
static_assert(parse("HTTP/1.1 200 OK\r\n", {{}, 16}).error == errc::too_long);
static_assert([] {
  stream_parser stream;
  const std::string_view line = "HTTP/1.1 200 OK\r\n";
  for (const char& c : line)
    stream.feed({&c, 1});
  return stream.line() == stream_line{200, {1, 1}, {}, 17, 13, 2};
}());
static_assert(stream_parser{}.feed("HTTP/1.1 200 OK\r\n").reason_part == "OK"); // in one piece
static_assert([] {
  std::array<char, 17> out{};
  return write(out, {"OK", 200, {1, 1}, {}}) == 17 &&
         std::string_view{out.data(), out.size()} == "HTTP/1.1 200 OK\r\n";
}());
static_assert([] { // a reason of more than a block
  std::array<char, 48> out{};
  return write(out, {"Requested Range Not Satisfiable", 416, {1, 1}, {}}) == 46;
}());
static_assert([] {
  std::size_t size = 0;
  explain("ICY 200 OK\r\n", permissive, [&](quirk, std::size_t, std::size_t n) { size += n; });
  return size == 3;
}());

static_assert(std::is_trivially_copyable_v<parse_result>);
static_assert(std::is_trivially_copyable_v<stream_parser> && sizeof(stream_parser) <= 64);
static_assert(
    noexcept(parse("")) && noexcept(parse_complete("")) && noexcept(stream_parser{}.feed("")));

// What would dangle does not compile; what lives on does, whoever owns it.
template <class T>
concept parsed = requires(T&& bytes) {
  parse(std::forward<T>(bytes));
};
template <class T>
concept parsed_whole = requires(T&& bytes) {
  parse_complete(std::forward<T>(bytes));
};
template <class T>
concept fed = requires(T&& bytes, stream_parser stream) {
  stream.feed(std::forward<T>(bytes));
};
template <class T>
concept explained = requires(T&& bytes, void f(quirk, std::size_t, std::size_t)) {
  explain(std::forward<T>(bytes), strict, f);
};
template <class... T>
constexpr bool taken = (... && (parsed<T> && parsed_whole<T> && fed<T> && explained<T>));
template <class... T>
constexpr bool refused = (... && !(parsed<T> || parsed_whole<T> || fed<T> || explained<T>));
static_assert(taken<std::string&, const std::string&, std::string_view, const char (&)[3]>);
static_assert(refused<std::string, const std::string>);
static_assert(parsed<std::vector<std::byte>&> && parsed_whole<std::span<const std::byte>>);
static_assert(refused<std::vector<std::byte>, std::array<std::byte, 3>>);

TEST(Texts, EveryErrorAndQuirkHasItsOwnNameAndSentence) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  for (unsigned e = 0; e < errc_count; ++e) {
    names.insert(to_string(static_cast<errc>(e)));
    sentences.insert(describe(static_cast<errc>(e)));
  }
  for (const quirk q : quirk_set::all()) {
    names.insert(to_string(q));
    sentences.insert(describe(q));
  }
  EXPECT_EQ(errc_count, unsigned(errc::too_long) + 1);
  EXPECT_EQ(quirk_count, unsigned(quirk::unterminated) + 1);
  EXPECT_EQ(names.size(), std::size_t{errc_count} + quirk_count);
  EXPECT_EQ(sentences.size(), std::size_t{errc_count} + quirk_count);
  for (const std::string_view s : sentences)
    EXPECT_THAT(std::string{s}, testing::EndsWith("."));
  EXPECT_EQ(to_string(static_cast<errc>(99)), "");
  EXPECT_EQ(to_string(static_cast<quirk>(99)), "");
  EXPECT_EQ(describe(static_cast<errc>(99)), "");
  EXPECT_EQ(describe(static_cast<quirk>(99)), "");
}

TEST(Values, AreNothingUntilTheyAreSet) {
  const parse_result parsed;
  EXPECT_EQ(parsed.error, errc::need_more);
  EXPECT_EQ(parsed.end, 0u);
  EXPECT_TRUE(parsed.refused.empty());
  EXPECT_EQ(parsed.line, (status_line{"", 0, {0, 0}, {}}));
  const feed_result fed;
  EXPECT_EQ(fed.error, errc::need_more);
  EXPECT_EQ(fed.used, 0u);
  EXPECT_EQ(fed.reason_part, "");
  EXPECT_EQ(stream_line{}, (stream_line{0, {0, 0}, {}, 0, 0, 0}));
  EXPECT_EQ(policy{}, strict);
  EXPECT_EQ(policy{}, (policy{{}, 8192}));
}

TEST(QuirkSet, IsASet) {
  quirk_set set = quirk::bare_lf | quirk::missing_reason;
  EXPECT_EQ(set.size(), 2u);
  EXPECT_TRUE(set.contains(quirk::bare_lf));
  EXPECT_FALSE(set.contains(quirk::unterminated));
  EXPECT_TRUE(set.subset_of(interop.allowed));
  EXPECT_FALSE(set.subset_of(strict.allowed));
  EXPECT_EQ(set & quirk::bare_lf, quirk_set{quirk::bare_lf});
  EXPECT_EQ(set - quirk::bare_lf, quirk_set{quirk::missing_reason});
  set.insert(quirk::unterminated);
  EXPECT_EQ((std::vector<quirk>{set.begin(), set.end()}),
            (std::vector{quirk::missing_reason, quirk::bare_lf, quirk::unterminated}));
  auto at = set.begin();
  EXPECT_EQ(*at++, quirk::missing_reason);
  EXPECT_EQ(*at, quirk::bare_lf);
  EXPECT_EQ(*++at, quirk::unterminated);
  EXPECT_EQ(++at, set.end());
  EXPECT_TRUE(quirk_set{}.empty());
  EXPECT_EQ(quirk_set::all().size(), std::size_t{quirk_count});
  EXPECT_EQ(quirk_set::from_bits(0xffffffff), quirk_set::all());
  EXPECT_EQ(quirk_set::from_bits(set.bits()), set);
}

TEST(EnumSet, HoldsFromOneValueToThirtyTwo) {
  enum class many : std::uint8_t {};
  EXPECT_EQ((enum_set<many, 1>::all().size()), 1u);
  EXPECT_EQ((enum_set<many, 16>::all().bits()), 0xffffu);
  EXPECT_EQ((enum_set<many, 17>::all().bits()), 0x1ffffu);
  EXPECT_EQ((enum_set<many, 32>::all().bits()), 0xffffffffu);
  EXPECT_EQ(sizeof(enum_set<many, 16>), 2u);
  EXPECT_EQ(sizeof(enum_set<many, 17>), 4u);
}

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

TEST(Version, IsSemantic) {
  EXPECT_THAT(std::string{version}, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

} // namespace
} // namespace statusline
