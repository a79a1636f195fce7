// SPDX-License-Identifier: MIT
//
// strict is the RFC's grammar; the shortcuts through the table and the pieces of a stream change
// nothing.
#include "proof_strict.hpp"
#include "support/cases.hpp"
#include "support/strict_automaton.hpp"

#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace statusline::proof {
namespace {

char byte_of(std::size_t octet) { return static_cast<char>(static_cast<unsigned char>(octet)); }

TEST(Abnf, IsCompiledAsTheRfcMeansIt) {
  const auto accepts = [](std::string_view rules, std::string_view bytes) {
    const support::automaton a = support::compile(rules, "x");
    std::uint32_t at = 0;
    for (const char c : bytes)
      at = a.nodes[at].next[static_cast<unsigned char>(c)];
    return a.nodes[at].accepts;
  };
  EXPECT_TRUE(accepts("x = \"aB\"", "Ab"));
  EXPECT_FALSE(accepts("x = %s\"aB\"", "Ab"));
  for (const std::string_view bytes : {"", "a", "aa", "aaa", "aaaa"}) {
    EXPECT_EQ(accepts("x = *\"a\"", bytes), true);
    EXPECT_EQ(accepts("x = 1*\"a\"", bytes), !bytes.empty());
    EXPECT_EQ(accepts("x = 3\"a\"", bytes), bytes.size() == 3);
    EXPECT_EQ(accepts("x = 1*2\"a\"", bytes), bytes.size() == 1 || bytes.size() == 2);
    EXPECT_EQ(accepts("x = [ \"a\" ]", bytes), bytes.size() <= 1);
    EXPECT_EQ(accepts("x = y y\ny = 1*( %x61-62 / %x63 )", bytes), bytes.size() >= 2);
  }
  for (const std::string_view wrong :
       {"x = y", "x = (\"a\"", "x = [\"a\"", "x = \"a", "x = \"a\" )"})
    EXPECT_THROW((void)support::compile(wrong, "x"), std::invalid_argument) << wrong;
}

TEST(StrictProof, TheTableUnderStrictIsTheAbnf) {
  const abnf_result r = walk_with_abnf(detail::grammar);
  EXPECT_FALSE(r.witness) << corpus::escape(*r.witness);
  std::cout << support::strict_automaton().nodes.size() << " states of the ABNF, " << r.joint_states
            << " joint states\n";
}

// The compiler has made the table, where no count and no sanitizer sees it.
TEST(Table, IsTheSameWhenMadeAtRunTime) {
  const table made{detail::rules};
  EXPECT_FALSE(made.ambiguous());
  EXPECT_TRUE(detail::every_state_completes(made));
  for (std::size_t s = 0; s < detail::state_count; ++s)
    for (std::size_t o = 0; o < detail::octet_kinds; ++o)
      EXPECT_EQ(made(state(s), octet(o)), detail::grammar(state(s), octet(o))) << s << ' ' << o;
  for (std::size_t octet = 0; octet < 256; ++octet)
    EXPECT_EQ(detail::kind_of(static_cast<unsigned char>(octet)), detail::octet_of[octet]);

  auto twice = detail::rules;
  twice[1] = twice[0];
  EXPECT_TRUE(table{twice}.ambiguous());
  using enum state;
  EXPECT_EQ((start | blank).size(), 2u);
  EXPECT_EQ((octet::cr | octet::lf).size(), 2u);
  for (const state none : {accepted, failed, state{detail::state_count}})
    EXPECT_EQ(detail::due(none), errc::ok);
  EXPECT_EQ(detail::due(quirk{quirk_count}), errc::ok);
}

std::string show(const reference::outcome& o) {
  return std::string{to_string(o.error)} + " end " + std::to_string(o.end) + " code " +
         std::to_string(o.code) + " reason " + std::to_string(o.reason_offset) + "+" +
         std::to_string(o.reason_size) + " quirks " + std::to_string(o.quirks.bits()) +
         " refused " + std::to_string(o.refused.bits());
}

reference::outcome told_by(const parse_result& r, std::string_view bytes) {
  reference::outcome o{r.error, r.refused, r.end, r.line.code, r.line.version, r.line.quirks, 0, 0};
  if (r) {
    o.reason_offset = static_cast<std::size_t>(r.line.reason.data() - bytes.data());
    o.reason_size = r.line.reason.size();
  }
  return o;
}

reference::outcome told_by(const stream_parser& s) {
  const stream_line l = s.line();
  return {s.error(), s.refused(), s.end(),         l.code,
          l.version, l.quirks,    l.reason_offset, l.reason_size};
}

reference::outcome finished(reader r, quirk_set allowed) {
  r.finish(detail::grammar, allowed);
  return r.outcome();
}

reference::outcome limited(const reader& r, std::size_t limit) {
  if (r.line.error != errc::need_more)
    return r.outcome();
  return {errc::too_long, {}, limit, 0, {}, {}, 0, 0};
}

/// parse and parse_complete on the prefixes of `bytes` of `from` to `to` bytes, and on as many
/// bytes by the limit: as the table has it.
void expect_as_the_table(std::string_view bytes, std::size_t from, std::size_t to,
                         quirk_set allowed) {
  reader r;
  r.run(detail::grammar, bytes.substr(0, from), allowed);
  for (std::size_t size = from; size <= to; ++size) {
    const std::string_view cut = bytes.substr(0, size);
    const auto check = [&](const char* what, const reference::outcome& want,
                           const parse_result& have) {
      ASSERT_EQ(want, told_by(have, bytes))
          << what << " of " << corpus::escape(cut) << "\nwant " << show(want) << "\nhave "
          << show(told_by(have, bytes));
    };
    check("parse", r.outcome(), parse(cut, {allowed}));
    check("parse_complete", finished(r, allowed), parse_complete(cut, {allowed}));
    check("parse up to the limit", limited(r, size), parse(bytes, {allowed, size}));
    if (testing::Test::HasFatalFailure())
      return;
    r.run(detail::grammar, bytes.substr(size, 1), allowed);
  }
}

#if defined(NDEBUG) && !defined(STATUSLINE_SANITIZED)
constexpr std::size_t stride = 1;
#else
constexpr std::size_t stride = 7; // of the octets
#endif

constexpr std::size_t longest = 64;
constexpr std::size_t read_at_once = 34;

// Prefixes that end before the octet are those of another line. What follows the line matters as
// far as it is read together with it.
TEST(ShortcutProof, EveryOctetAtEveryPositionOfEveryCanonicalLineCutEverywhere) {
  const std::string tail = "Server: x\r\nDate: today\r\nHTTP/1.1 200 OK\r\n";
  std::size_t lines = 0;
  for (std::size_t size = 15; size <= longest; ++size) {
    const std::string line = "HTTP/1.1 200 " + std::string(size - 15, 'x') + "\r\n" + tail;
    const std::size_t to = std::max(size + 1, read_at_once);
    for (std::size_t at = 0; at < size; ++at) {
      for (std::size_t octet = (size + at) % stride; octet < 256; octet += stride) {
        std::string bytes = line;
        bytes[at] = byte_of(octet);
        for (const quirk_set allowed : {strict.allowed, permissive.allowed})
          expect_as_the_table(bytes, at + 1, to, allowed);
        if (HasFatalFailure())
          return;
        ++lines;
      }
    }
  }
  std::cout << lines << " lines\n";
}

/// A shortest way into each state of a line, and one into the reason where a control is behind it.
std::vector<std::string> ways() {
  std::map<state, std::string> found{{state::start, ""}};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [at, way] : std::map{found}) {
      for (std::size_t octet = 0; octet < 256; ++octet) {
        reader r;
        const std::string longer = way + byte_of(octet);
        r.run(detail::grammar, longer, quirk_set::all());
        if (r.line.error == errc::need_more)
          grown |= found.emplace(r.at, longer).second;
      }
    }
  }
  std::vector<std::string> list;
  for (const auto& [at, way] : found)
    list.push_back(way);
  list.push_back(found.at(state::reason) + '\x01');
  return list;
}

struct fed {
  stream_parser stream;
  std::size_t used = 0;
  std::string reason;

  explicit fed(quirk_set allowed) : stream{policy{allowed}} {}
  fed& feed(std::string_view piece) {
    const feed_result got = stream.feed(piece);
    used += got.used;
    reason += got.reason_part;
    return *this;
  }
};

/// `f` was fed all of `bytes`: it says what the table does.
void expect_as_the_table(fed f, const std::string& bytes, quirk_set allowed) {
  reader r;
  r.run(detail::grammar, bytes, allowed);
  const auto check = [&](const reference::outcome& want) {
    ASSERT_EQ(want, told_by(f.stream)) << corpus::escape(bytes);
    ASSERT_EQ(f.used, want.end) << corpus::escape(bytes);
    if (want.error == errc::ok) {
      ASSERT_EQ(f.reason, bytes.substr(want.reason_offset, want.reason_size))
          << corpus::escape(bytes);
    }
  };
  check(r.outcome());
  f.stream.finish();
  r.finish(detail::grammar, allowed);
  check(r.outcome());
}

TEST(StreamProof, EveryStateEveryPairOfOctetsInOnePieceOrTwo) {
  const std::vector<std::string> all = ways();
  ASSERT_EQ(all.size(), detail::state_count - 2u + 1u);
  for (const std::string& way : all) {
    for (const quirk_set allowed : {strict.allowed, permissive.allowed}) {
      const fed before = fed{allowed}.feed(way);
      for (std::size_t a = 0; a < 256; ++a) {
        for (std::size_t b = a % stride; b < 256; b += stride) {
          const std::string pair{byte_of(a), byte_of(b)};
          fed whole = before;
          expect_as_the_table(whole.feed(pair), way + pair, allowed);
          fed halves = before;
          halves.feed(pair.substr(0, 1)).feed(pair.substr(1));
          expect_as_the_table(halves, way + pair, allowed);
          expect_as_the_table(way + pair, 0, way.size() + 2, allowed);
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

// Pieces that are long enough for the shortcuts, joined to what a state has behind it.
TEST(StreamProof, EveryStateThenALineWithAnOddOctetAnywhereCutAnywhere) {
  const std::string rest = "HTTP/1.1 200 a reason of some length\r\n";
  for (const std::string& way : ways()) {
    for (std::size_t from = 0; from < rest.size(); from += from < 15 ? 1 : 7) {
      for (std::size_t at = from; at < rest.size(); at += at < 15 ? 1 : stride) {
        for (const char odd : {rest[at], '\r', '\n', '\0', '\t', 'x'}) {
          std::string piece = rest.substr(from);
          piece[at - from] = odd;
          const fed before = fed{quirk_set::all()}.feed(way);
          for (std::size_t cut = 0; cut <= piece.size(); ++cut) {
            fed f = before;
            f.feed(piece.substr(0, cut)).feed(piece.substr(cut));
            expect_as_the_table(f, way + piece, quirk_set::all());
            if (HasFatalFailure())
              return;
          }
        }
      }
    }
  }
}

} // namespace
} // namespace statusline::proof
