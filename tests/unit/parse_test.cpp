// SPDX-License-Identifier: MIT
//
// parse() and parse_complete() except for the grammar: at compile time, on std::byte, and arguments
// that must not compile. corpus/cases_test.cpp and corpus/exhaustive_test.cpp cover the grammar.
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
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

static_assert(std::is_trivially_copyable_v<parse_result>);
static_assert(noexcept(parse("")) && noexcept(parse_complete("")));

// A call whose result would dangle does not compile; a call on bytes that outlive it does.
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
/// Must compile: the bytes outlive the call.
template <class... T>
constexpr bool taken = (... && (parsed<T> && parsed_whole<T> && fed<T> && explained<T>));
/// Must not compile: the bytes die with the argument, or their number is unknown.
template <class... T>
constexpr bool refused = (... && !(parsed<T> || parsed_whole<T> || fed<T> || explained<T>));
static_assert(taken<std::string&, const std::string&, std::string_view, const char (&)[3]>);
static_assert(refused<std::string, const std::string>);
static_assert(taken<std::vector<std::byte>&, std::span<const std::byte>, std::span<std::byte>>);
static_assert(taken<std::span<std::byte, 4>, std::array<std::byte, 3>&, std::byte (&)[3]>);
static_assert(refused<std::vector<std::byte>, std::array<std::byte, 3>>);
static_assert(refused<char (&)[64]>);
static_assert(taken<char*, const char*>); // may be a C string

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

TEST(Values, AreNothingUntilTheyAreSet) {
  const parse_result parsed;
  EXPECT_EQ(parsed.error, errc::need_more);
  EXPECT_EQ(parsed.end, 0u);
  EXPECT_TRUE(parsed.refused.empty());
  EXPECT_EQ(parsed.line, (status_line{"", 0, {0, 0}, {}}));
  EXPECT_EQ(policy{}, strict);
  EXPECT_EQ(policy{}, (policy{{}, 8192}));
}

/// The overloads for std::byte, like parse() and so on.
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

} // namespace
} // namespace statusline
