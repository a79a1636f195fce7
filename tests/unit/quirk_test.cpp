// SPDX-License-Identifier: MIT
//
// Names, sentences, sets of values, and the version.
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace statusline {
namespace {

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
  EXPECT_EQ(example(static_cast<quirk>(99)), "");
  EXPECT_EQ(describe(static_cast<quirk>(99)), "");
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

template <class Enum, std::uint8_t Count> void expect_that_only_values_are_in(auto... others) {
  using set = enum_set<Enum, Count>;
  for (const auto other : {Enum(others)...}) {
    EXPECT_TRUE(set{other}.empty());
    EXPECT_TRUE((set{other, other}).empty());
    EXPECT_TRUE(set{}.insert(other).empty());
    EXPECT_EQ(set::all() | other, set::all());
    EXPECT_FALSE(set::all().contains(other));
    EXPECT_FALSE(set{}.contains(other));
  }
  EXPECT_TRUE(set::all().contains(Enum{Count - 1}));
  EXPECT_EQ(set{Enum{Count - 1}}.size(), 1u);
}

TEST(EnumSet, HasNoValueOutsideTheEnumeration) {
  for (unsigned value = quirk_count; value < 256; ++value)
    expect_that_only_values_are_in<quirk, quirk_count>(value);
  static_assert(quirk_set{quirk{40}}.empty() && !quirk_set::all().contains(quirk{40}));
  enum class wide : std::uint64_t {};
  expect_that_only_values_are_in<wide, 32>(32, 63, 64, std::uint64_t{1} << 32, UINT64_MAX);
  enum class narrow : std::int8_t {};
  expect_that_only_values_are_in<narrow, 7>(7, 31, 32, 127, -1, -128);
}

TEST(Example, ShowsItsQuirkAndNoOther) {
  for (const quirk q : quirk_set::all()) {
    const parse_result r = parse_complete(example(q), permissive);
    EXPECT_EQ(r.error, errc::ok) << example(q);
    EXPECT_EQ(r.line.quirks, quirk_set{q}) << example(q);
    EXPECT_EQ(r.end, example(q).size()) << example(q);
  }
}

// The list in the docstring of `quirk`.
TEST(Refused, IsTheErrorOfThePartInWhosePlaceTheQuirkStands) {
  const auto refused = [](quirk q, std::string_view line) {
    const auto r = parse_complete(line, {quirk_set::all() - q});
    EXPECT_EQ(r.refused, quirk_set{q}) << to_string(q);
    return r.error;
  };
  using enum quirk;
  for (const quirk q : {leading_blank, lowercase_protocol, missing_version, icy_protocol})
    EXPECT_EQ(refused(q, example(q)), errc::protocol) << to_string(q);
  EXPECT_EQ(refused(short_version, example(short_version)), errc::version);
  for (const quirk q : {missing_reason, glued_reason, other_whitespace})
    EXPECT_EQ(refused(q, example(q)), errc::separator) << to_string(q);
  EXPECT_EQ(refused(extra_space, example(extra_space)), errc::code);
  EXPECT_EQ(refused(other_whitespace, "HTTP/1.1 \t200 OK\r\n"), errc::code);
  EXPECT_EQ(refused(control_in_reason, example(control_in_reason)), errc::reason);
  for (const quirk q : {bare_lf, repeated_cr})
    EXPECT_EQ(refused(q, example(q)), errc::line_end) << to_string(q);
  EXPECT_EQ(refused(unterminated, example(unterminated)), errc::need_more);
  EXPECT_EQ(refused(bare_lf, "HTTP/1.1 200\n"), errc::line_end);
  const auto both = parse("HTTP/1.1 200\n", strict);
  EXPECT_EQ(both.error, errc::separator);
  EXPECT_EQ(both.refused, missing_reason | bare_lf);
}

TEST(Describe, TellsWhatWasExpectedAtThatByte) {
  const auto text = [](std::string_view bytes, policy p = strict) {
    return describe(parse(bytes, p), bytes);
  };
  EXPECT_EQ(text("HTTP/1.1 2000 OK\r\n"), "A status code has exactly three digits.");
  EXPECT_EQ(text("HTTP/1.1 404\r\n"), "Expected one space (SP) after the status code.");
  EXPECT_EQ(text("HTTP/1.1 404x\r\n"), "Expected one space (SP) after the status code.");
  EXPECT_EQ(text("HTTP/1.10 200 OK\r\n"), "A minor version is one digit.");
  EXPECT_EQ(text("HTTP/1.1x200 OK\r\n"), "Expected one space (SP) after the version.");
  EXPECT_EQ(text("HTTP/11.1 200 OK\r\n"), "A major version is one digit.");
  EXPECT_EQ(text("HTTP/2 200 OK\r\n"), "Expected a dot in the version.");
  EXPECT_EQ(text("HTTP/x"), "Expected a digit: the major version.");
  EXPECT_EQ(text("HTTP/1.x"), "Expected a digit: the minor version.");
  EXPECT_EQ(text("HTTP/1.1 x"), "Expected the first digit of the status code.");
  EXPECT_EQ(text("HTTP/1.1  200 OK\r\n"), "Expected the first digit of the status code.");
  EXPECT_EQ(text("HTTP/1.1 2x"), "Expected the second of three digits of the status code.");
  EXPECT_EQ(text("HTTP/1.1 20 OK\r\n"), "Expected the third of three digits of the status code.");
  EXPECT_EQ(text("ICY5", permissive), "Expected one space (SP) after \"ICY\".");
  EXPECT_EQ(text("HTTP/1.1 200 OK\rx"), "Expected LF after CR.");
  // The text of the error, if the place adds nothing, and for an error without a byte.
  for (const std::string_view bytes :
       {"FTP", "HTTP", "HTTP/1.1 200 O\x01", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\n"})
    EXPECT_EQ(text(bytes), describe(parse(bytes).error)) << bytes;
  EXPECT_EQ(text("HTTP/1.1 200 OK\r\n", {{}, 5}), describe(errc::too_long));
  // An error at the end of the input, without a byte.
  const policy may_end{quirk::unterminated};
  EXPECT_EQ(describe(parse_complete("HTTP/1.1 200", may_end), "HTTP/1.1 200"),
            "Expected one space (SP) after the status code.");
}

TEST(Version, IsSemantic) {
  // Three numbers. Without a regular expression: <regex> needs 6 s to compile.
  std::string shape;
  for (const char c : version)
    if (c < '0' || c > '9' || shape.empty() || shape.back() != '1')
      shape += c >= '0' && c <= '9' ? '1' : c;
  EXPECT_EQ(shape, "1.1.1");
}

static_assert(std::is_same_v<decltype(quirk_set{}.bits()), std::uint32_t>);

} // namespace
} // namespace statusline
