// SPDX-License-Identifier: MIT
//
// examples/head_end, in C++ and in C, against a reference that has the whole input at once.
#include "../../examples/head_end/head_end.hpp"
#include "../../examples/head_end_c/head_end.h"

#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>

using namespace statusline;
using namespace std::string_literals;
using namespace std::string_view_literals;

// The enumerators of C are those of C++.
static_assert(int(HEAD_NEED_MORE) == int(head_state::need_more) &&
              int(HEAD_COMPLETE) == int(head_state::complete) &&
              int(HEAD_BAD_STATUS_LINE) == int(head_state::bad_status_line) &&
              int(HEAD_BARE_LF) == int(head_state::bare_lf) &&
              int(HEAD_BARE_CR) == int(head_state::bare_cr) &&
              int(HEAD_NUL) == int(head_state::nul) &&
              int(HEAD_LEADING_BLANK) == int(head_state::leading_blank) &&
              int(HEAD_LONG_LINE) == int(head_state::long_line) &&
              int(HEAD_MANY_LINES) == int(head_state::many_lines) &&
              int(HEAD_LONG) == int(head_state::long_head));
static_assert(HEAD_MAX_LINE == head_limits{}.line && HEAD_MAX_LINES == head_limits{}.lines &&
              HEAD_MAX_SIZE == head_limits{}.head);

namespace {

struct outcome {
  head_state state = head_state::need_more;
  std::size_t size = 0;

  friend bool operator==(const outcome&, const outcome&) = default;
  friend std::ostream& operator<<(std::ostream& out, const outcome& o) {
    return out << to_string(o.state) << " at " << o.size;
  }
};

constexpr policy policies[] = {strict, interop, permissive, {quirk::repeated_cr, strict.max_size}};

/// Divides the whole input into lines at its LFs, and looks at each as a whole.
outcome reference(std::string_view input, const policy& p, const head_limits& limits = {}) {
  const bool bare_lf = p.allowed.contains(quirk::bare_lf);
  const bool repeated_cr = p.allowed.contains(quirk::repeated_cr);
  const std::string_view bytes = input.substr(0, limits.head);
  const auto limited = [&](outcome o) {
    const bool at_limit = o.state == head_state::need_more && o.size == limits.head;
    return at_limit ? outcome{head_state::long_head, limits.head} : o;
  };
  const parse_result line = parse(bytes, p);
  if (line.error != errc::ok)
    return limited(
        {line.error == errc::need_more ? head_state::need_more : head_state::bad_status_line,
         line.end});
  for (std::size_t begin = line.end, lines = 0;; ++lines) {
    const std::size_t lf = bytes.find('\n', begin);
    const std::string_view body = bytes.substr(begin, lf - begin); // npos: all that is left
    const bool ended = lf != std::string_view::npos;
    const std::size_t text = std::min(body.find('\r'), body.size()); // its bytes before a CR
    const std::size_t nul = std::min(body.find('\0'), body.size());
    const std::size_t after_crs = std::min(body.find_first_not_of('\r', text), body.size());
    const std::size_t crs = after_crs - text;

    // Each fault by its place; the first one counts.
    outcome first{head_state::need_more, bytes.size()};
    const auto fault = [&](head_state state, std::size_t at) {
      if (begin + at < first.size || (begin + at == first.size && first.state == head_state{}))
        first = {state, begin + at};
    };
    if (nul < text)
      fault(head_state::nul, nul);
    if (text != 0 && !body.empty() && body[0] != '\0' && lines == limits.lines)
      fault(head_state::many_lines, 0);
    else if (text != 0 && lines == 0 && (body[0] == ' ' || body[0] == '\t'))
      fault(head_state::leading_blank, 0);
    if (crs > 1 && !repeated_cr)
      fault(head_state::bare_cr, text + 1);
    if (after_crs < body.size())
      fault(head_state::bare_cr, after_crs);
    if (ended && crs == 0 && !bare_lf)
      fault(head_state::bare_lf, body.size());
    if (body.size() >= limits.line)
      fault(head_state::long_line, limits.line);
    if (first.state != head_state::need_more)
      return first;
    if (!ended)
      return limited(first);
    begin = lf + 1;
    if (text == 0)
      return {head_state::complete, begin};
  }
}

/// Feeds the pieces that end at the cuts, in C++ and in C.
outcome in_pieces(std::string_view input, const policy& p, std::initializer_list<std::size_t> cuts,
                  head_limits limits = {}) {
  head_end cpp{p, limits};
  head_reader c;
  const bool compare = limits.line == HEAD_MAX_LINE && limits.lines == HEAD_MAX_LINES &&
                       limits.head == HEAD_MAX_SIZE;
  head_reader_init(&c, {p.max_size, p.allowed.bits()});
  std::size_t at = 0;
  const auto feed = [&](std::size_t to) {
    const std::string piece{input.substr(at, to - at)}; // memory of its own: nothing is kept
    const std::size_t used = cpp.feed(std::string_view{piece});
    EXPECT_EQ(used, std::min(cpp.size(), to) - std::min(cpp.size(), at));
    if (compare) {
      EXPECT_EQ(head_reader_feed(&c, piece.data(), piece.size()), used);
    }
    at = to;
  };
  for (const std::size_t cut : cuts)
    feed(cut);
  feed(input.size());
  const outcome result{cpp.state(), cpp.size()};
  if (compare) {
    EXPECT_EQ((outcome{static_cast<head_state>(c.state), c.size}), result);
  }
  return result;
}

outcome byte_by_byte(std::string_view input, const policy& p, head_limits limits = {}) {
  head_end head{p, limits};
  for (const char& c : input) {
    const bool goes_on = head.state() == head_state::need_more;
    const std::size_t used = head.feed({&c, 1});
    EXPECT_LE(used, goes_on ? 1u : 0u);
  }
  return {head.state(), head.size()};
}

/// Every input cut at no place, at each place, at each two places, and everywhere.
void expect_every_cut(std::string_view input, const policy& p, const outcome& expected) {
  SCOPED_TRACE(std::string{input});
  EXPECT_EQ(reference(input, p), expected);
  EXPECT_EQ(byte_by_byte(input, p), expected);
  for (std::size_t first = 0; first <= input.size(); ++first)
    for (std::size_t second = first; second <= input.size(); ++second)
      ASSERT_EQ(in_pieces(input, p, {first, second}), expected) << first << ' ' << second;
}

constexpr std::string_view line = "HTTP/1.1 200 OK\r\n";

/// The head's size under each policy is that of the input without `body`.
void expect_head(const std::string& head, std::string_view body, const policy& p) {
  expect_every_cut(head + std::string{body}, p, {head_state::complete, head.size()});
}

// Public reports of programs that had the status line right, and the empty line wrong.
TEST(HeadEnd, MistakesThatWereReported) {
  const std::string ok{line};
  // Searched in each packet alone, and found at the end of the chunked body (janet-lang/spork#71).
  expect_head(ok + "Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", strict);
  // The last empty line of the buffer, in place of the first one (espruino/Espruino#783).
  expect_head(ok + "A: b\r\n\r\n", "x\r\n\r\ny\r\n\r\n", strict);
  // LF alone was skipped as no line (yhirose/cpp-httplib#1172), or not waited for by bytes
  // (Boost.Beast 1.81).
  expect_head("HTTP/1.1 200 OK\nA: b\n\n", "\nx", interop);
  // CRLF everywhere, but LF LF at the end (vibe-d/vibe.d#2362); each mixture
  // (FreeRTOS/coreHTTP#55).
  expect_head(ok + "A: b\n\n", "x\r\n\r\n", interop);
  expect_head(ok + "A: b\r\n\n", "x", interop);
  expect_head(ok + "A: b\n\r\n", "x", interop);
  // A line of blanks is a folded line, no empty one (ruby/net-http#348).
  expect_head(ok + "A: b\r\n \t\r\nC: d\r\n\r\n", "x", strict);
  // CR CR LF was two line ends (llhttp 8, http_parser); it is one or none.
  expect_head("HTTP/1.1 200 OK\r\r\nA: b\r\r\n\r\r\n", "x", permissive);
  expect_every_cut(ok + "A: b\r\r\nC: d\r\n\r\n", interop, {head_state::bare_cr, 22});
  // No field at all: the empty line follows the status line, and CRLF CRLF begins in that.
  expect_head(ok + "\r\n", "x", strict);
  expect_head(ok + "\n", "\n", interop);
  // The status line alone is no head (junegunn/fzf#3541).
  expect_every_cut(ok, strict, {head_state::need_more, ok.size()});
}

TEST(HeadEnd, Hostile) {
  const std::string ok{line};
  const std::size_t n = ok.size();
  for (const policy& p : policies) {
    const bool lf = p.allowed.contains(quirk::bare_lf);
    // A CR inside a line: it ended the line for others (cesanta/mongoose#2292).
    expect_every_cut(ok + "A: b\rContent-Length: 9\r\n\r\n", p, {head_state::bare_cr, n + 5});
    expect_every_cut(ok + "A: b\r \r\n\r\n", p, {head_state::bare_cr, n + 5});
    expect_every_cut(ok + "\rA: b\r\n\r\n", p, {head_state::bare_cr, n + 1});
    // LF CR, twice.
    expect_every_cut(ok + "A: b\n\rC: d\n\r\n\r", p,
                     lf ? outcome{head_state::bare_cr, n + 6}
                        : outcome{head_state::bare_lf, n + 4});
    // NUL, which ended the search of strstr().
    expect_every_cut(ok + "A: \0b\r\n\r\n"s, p, {head_state::nul, n + 3});
    expect_every_cut(ok + "\0\r\n\r\n"s, p, {head_state::nul, n});
    expect_every_cut(ok + "A: b\r\n\0\r\n\r\n"s, p, {head_state::nul, n + 6});
    expect_every_cut(ok + "A: b\r\0\n\r\n"s, p, {head_state::bare_cr, n + 5});
    // A folded line after no field (RFC 9112 section 2.2).
    expect_every_cut(ok + " A: b\r\n\r\n", p, {head_state::leading_blank, n});
    expect_every_cut(ok + "\t\r\n\r\n", p, {head_state::leading_blank, n});
    // Not the end, though it looks like one.
    expect_every_cut(ok + "A: b\r\n \r\n", p, {head_state::need_more, n + 9});
    expect_every_cut(ok + "A: \\r\\n\\r\\n\r\n\r", p, {head_state::need_more, n + 14});
    // The status line is the library's affair, its end too.
    expect_every_cut("HTTP/1.1 200 O\rK\r\n\r\n", p, {head_state::bad_status_line, 15});
    expect_every_cut("HTTP/1.1 2000\r\n\r\n", p, {head_state::bad_status_line, 12});
  }
}

// Every stretch of these bytes behind a status line, whole, by bytes, and cut once.
TEST(HeadEnd, EveryShortHeaderSectionIsAsTheReference) {
  constexpr std::string_view octets = "\r\n \0a"sv;
#ifdef STATUSLINE_QUICK_TESTS
  constexpr std::size_t longest = 5;
#else
  constexpr std::size_t longest = 7;
#endif
  std::size_t complete = 0;
  for (std::size_t size = 0, count = 1; size <= longest; ++size, count *= octets.size())
    for (std::size_t number = 0; number < count; ++number) {
      std::string input{line};
      for (std::size_t i = 0, rest = number; i < size; ++i, rest /= octets.size())
        input += octets[rest % octets.size()];
      for (const policy& p : policies) {
        const outcome expected = reference(input, p);
        complete += expected.state == head_state::complete ? 1 : 0;
        ASSERT_EQ(byte_by_byte(input, p), expected) << testing::PrintToString(input);
        for (std::size_t cut = line.size(); cut <= input.size(); ++cut)
          ASSERT_EQ(in_pieces(input, p, {cut}), expected) << testing::PrintToString(input);
      }
    }
  EXPECT_GT(complete, 1000u); // not all are errors
}

TEST(HeadEnd, KeepsToItsLimits) {
  const std::string ok{line};
  const head_limits limits{.line = 6, .lines = 3, .head = 32};
  const auto expect = [&](const std::string& input, outcome expected) {
    SCOPED_TRACE(input);
    EXPECT_EQ(reference(input, interop, limits), expected);
    EXPECT_EQ(byte_by_byte(input, interop, limits), expected);
    for (std::size_t cut = 0; cut <= input.size(); ++cut)
      ASSERT_EQ(in_pieces(input, interop, {cut}, limits), expected) << cut;
  };
  expect(ok + "A: b\r\n\r\n", {head_state::complete, 25});
  expect(ok + "A: bc\r\n\r\n", {head_state::long_line, 23});
  expect(ok + "A:\nB:\nC:\n\n", {head_state::complete, 27});
  expect(ok + "A:\nB:\n c\nD:\n\n", {head_state::many_lines, 26});
  expect(ok + "A:b\r\nC:d\r\n C\r\n\n", {head_state::complete, 32});
  expect(ok + "A:b\r\nC:d\r\n CD\r\n\n", {head_state::long_head, 32});
  expect("HTTP/1.1 200 a status line that is too long", {head_state::long_head, 32});
  // Those of the C version, and of both by default.
  for (const char* const field : {"A: b\r\n", "A:\r\n", " \n"}) {
    std::string many = ok + "X:\r\n";
    for (int i = 1; i < HEAD_MAX_LINES; ++i)
      many += field;
    EXPECT_EQ(in_pieces(many + "\r\n", interop, {many.size()}),
              (outcome{head_state::complete, many.size() + 2}));
    EXPECT_EQ(in_pieces(many + "Y", interop, {many.size()}),
              (outcome{head_state::many_lines, many.size()}));
  }
  const std::string longest(HEAD_MAX_LINE - 2, 'a');
  std::string head = ok + longest + "\r\n";
  EXPECT_EQ(in_pieces(head + "\r\n", strict, {100}), (outcome{head_state::complete, 17 + 8194}));
  EXPECT_EQ(in_pieces(ok + longest + "aa", strict, {100}),
            (outcome{head_state::long_line, 17 + 8192}));
  for (int i = 1; i < 7; ++i)
    head += longest + "\r\n";
  head.append(HEAD_MAX_SIZE - 4 - head.size(), 'a');
  EXPECT_EQ(in_pieces(head + "\r\n\r\n", strict, {100}),
            (outcome{head_state::complete, HEAD_MAX_SIZE}));
  EXPECT_EQ(in_pieces(head + "a\r\n\r\n", strict, {100}),
            (outcome{head_state::long_head, HEAD_MAX_SIZE}));
}

TEST(HeadEnd, BeginsAgainAfterAnInterimResponse) {
  const std::string both = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 \r\nA: b\r\n\r\nbody";
  for (std::size_t cut = 0; cut <= both.size(); ++cut) {
    head_end head{strict};
    unsigned codes = 0;
    std::size_t total = 0;
    for (std::string_view piece : {both.substr(0, cut), both.substr(cut)}) {
      std::size_t used = 0;
      while (head.state() == head_state::need_more && (used = head.feed(piece)) > 0) {
        piece.remove_prefix(used);
        if (head.state() != head_state::complete)
          continue;
        total += head.size();
        codes = codes * 1000 + head.status_line().line().code;
        if (codes == 100)
          head.reset();
      }
    }
    EXPECT_EQ(codes, 100404u) << cut;
    EXPECT_EQ(total, both.size() - 4) << cut;
  }
}

} // namespace
