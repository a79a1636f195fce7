// SPDX-License-Identifier: MIT
//
// What a caller can rely on beyond the grammar: compile-time use, texts, sets, write, the stream.
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <regex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<boost/beast/core/string_type.hpp>)
#include <boost/beast/core/string_type.hpp>
#endif

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
/// What compiles: the bytes outlive the call.
template <class... T>
constexpr bool taken = (... && (parsed<T> && parsed_whole<T> && fed<T> && explained<T>));
/// What does not: the bytes go with the argument, or nothing says how many there are.
template <class... T>
constexpr bool refused = (... && !(parsed<T> || parsed_whole<T> || fed<T> || explained<T>));
static_assert(taken<std::string&, const std::string&, std::string_view, const char (&)[3]>);
static_assert(refused<std::string, const std::string>);
static_assert(taken<std::vector<std::byte>&, std::span<const std::byte>, std::span<std::byte>>);
static_assert(taken<std::span<std::byte, 4>, std::array<std::byte, 3>&, std::byte (&)[3]>);
static_assert(refused<std::vector<std::byte>, std::array<std::byte, 3>>);
static_assert(refused<char (&)[64]>);
static_assert(taken<char*, const char*>); // a C string, as far as anybody can tell

// NOLINTBEGIN(google-explicit-constructor): the conversions are what is tested
// Temporaries that only view, each in its way.
struct derived_view : std::string_view {
  std::size_t line_number = 0;
};
struct derived_bytes : std::span<const std::byte> {
  std::size_t line_number = 0;
};
struct own_view {
  const char* first;
  const char* last;
  operator std::string_view() const { return {first, std::size_t(last - first)}; }
};
struct view_with_data {
  using value_type = char;
  [[nodiscard]] const char* data() const { return text; }
  [[nodiscard]] std::size_t size() const { return length; }
  operator std::string_view() const { return {text, length}; }
  const char* text;
  std::size_t length;
};
struct view_of_literal {
  const char* text;
  operator std::string_view() const { return text; }
};
struct large_view {
  std::string_view text;
  std::size_t line_number;
  operator std::string_view() const { return text; }
};
struct large_view_that_says_so : large_view {};
} // namespace
} // namespace statusline
template <>
inline constexpr bool std::ranges::enable_borrowed_range<statusline::large_view_that_says_so> =
    true;
namespace statusline {
namespace {
static_assert(taken<derived_view, derived_bytes, own_view, view_with_data, view_of_literal>);
static_assert(taken<const own_view, large_view_that_says_so, large_view&>);
#if __has_include(<boost/beast/core/string_type.hpp>)
static_assert(taken<boost::beast::string_view>);
#endif

// Temporaries that own, each in its way.
struct derived_string : std::string {};
struct shared_text { // as QByteArray: a pointer, and a destructor
  shared_text(const shared_text&);
  ~shared_text();
  char* data();
  [[nodiscard]] const char* data() const;
  [[nodiscard]] std::size_t size() const;
  operator std::string_view() const;
  void* shared;
};
struct view_with_storage : std::string_view {
  std::string storage;
};
struct fixed_string { // as boost::static_string
  char* data() { return text; }
  [[nodiscard]] const char* data() const { return text; }
  operator std::string_view() const { return text; }
  char text[16];
};
struct fixed_text {
  char text[32];
  operator std::string_view() const { return text; }
};
static_assert(refused<derived_string, shared_text, view_with_storage, fixed_string, fixed_text>);
static_assert(refused<const shared_text, const fixed_text, large_view>);
static_assert(taken<derived_string&, const shared_text&, fixed_string&, const fixed_text&>);

// NOLINTEND(google-explicit-constructor)

// What explain() calls, it calls as an lvalue.
template <class F>
concept called = requires(F&& f) {
  explain("", strict, std::forward<F>(f));
};
struct only_lvalue {
  void operator()(quirk, std::size_t, std::size_t) & {}
};
struct only_rvalue {
  void operator()(quirk, std::size_t, std::size_t) && {}
};
static_assert(called<only_lvalue> && called<only_lvalue&> && called<void (&)(quirk, int, int)>);
static_assert(!called<only_rvalue> && !called<only_rvalue&> && !called<const only_lvalue>);

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

/// Like parse() and so on, the overloads for std::byte.
TEST(Bytes, ReadAsCharsDo) {
  for (const std::string_view text : {"HTTP/1.1 200 OK\r\nServer: x", "http/1.1  200\tOK\n",
                                      "HTTP/1.1 2x0", "HTTP/1.1 200 O", ""}) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span{text});
    for (const policy& p : {strict, interop, permissive}) {
      EXPECT_EQ(parse(bytes, p), parse(text, p));
      EXPECT_EQ(parse_complete(bytes, p), parse_complete(text, p));
      std::vector<std::tuple<quirk, std::size_t, std::size_t>> of_bytes, of_text;
      const parse_result explained =
          explain(bytes, p, [&](auto... run) { of_bytes.emplace_back(run...); });
      EXPECT_EQ(explained, explain(text, p, [&](auto... run) { of_text.emplace_back(run...); }));
      EXPECT_EQ(explained.line.reason.data(), parse_complete(text, p).line.reason.data());
      EXPECT_EQ(of_bytes, of_text);
      stream_parser from_bytes{p}, from_text{p};
      for (std::size_t i = 0; i < text.size(); i += 5) {
        const std::size_t n = std::min<std::size_t>(5, text.size() - i);
        const feed_result a = from_bytes.feed(bytes.subspan(i, n));
        const feed_result b = from_text.feed(text.substr(i, n));
        EXPECT_EQ(a.error, b.error);
        EXPECT_EQ(a.used, b.used);
        EXPECT_EQ(a.reason_part.data(), b.reason_part.data());
        EXPECT_EQ(a.reason_part.size(), b.reason_part.size());
      }
      EXPECT_EQ(from_bytes.line(), from_text.line());
    }
  }
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
  // By the standard's regular expressions: those of GoogleTest have no brackets on Windows.
  EXPECT_TRUE(std::regex_match(std::string{version}, std::regex{"[0-9]+\\.[0-9]+\\.[0-9]+"}));
}

} // namespace
TEST(Example, ShowsItsQuirkAndNoOther) {
  for (const quirk q : quirk_set::all()) {
    const parse_result r = parse_complete(example(q), permissive);
    EXPECT_EQ(r.error, errc::ok) << example(q);
    EXPECT_EQ(r.line.quirks, quirk_set{q}) << example(q);
    EXPECT_EQ(r.end, example(q).size()) << example(q);
  }
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
  // Where the place adds nothing, and for what is no error at a byte, the text of the error.
  for (const std::string_view bytes :
       {"FTP", "HTTP", "HTTP/1.1 200 O\x01", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\n"})
    EXPECT_EQ(text(bytes), describe(parse(bytes).error)) << bytes;
  EXPECT_EQ(text("HTTP/1.1 200 OK\r\n", {{}, 5}), describe(errc::too_long));
}

} // namespace statusline
