// SPDX-License-Identifier: MIT
//
// strict is the RFC's grammar. Shortcuts, and the pieces of a stream, change no result.
#include "proof_strict.hpp"
#include "support/cases.hpp"
#include "support/strict_automaton.hpp"

#include <statusline/detail/machine.hpp>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
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

// The compiler evaluated the table, out of reach of coverage and sanitizers.
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
    EXPECT_EQ(detail::expected_in(none), errc::ok);
  EXPECT_EQ(detail::expected_instead_of(quirk{quirk_count}), errc::ok);
}

TEST(Table, TheLemmaFailsWhereAStateIsADeadEnd) {
  for (std::size_t s = 0; s + 2 < detail::state_count; ++s) {
    auto rules = detail::rules;
    for (detail::rule& r : rules)
      if (r.shows.empty() && r.from.contains(state(s)))
        r.from = r.from - state(s);
    EXPECT_FALSE(detail::every_state_completes(table{rules})) << s;
  }
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

/// Checks parse, parse_complete and a one-piece stream against the plain table on every prefix of
/// `bytes` of `from` to `to` bytes, and again with max_size set to the prefix's length.
void expect_as_the_table(std::string_view bytes, std::size_t from, std::size_t to,
                         quirk_set allowed) {
  reader r;
  r.run(detail::grammar, bytes.substr(0, from), allowed);
  for (std::size_t size = from; size <= to; ++size) {
    const std::string_view cut = bytes.substr(0, size);
    const auto check = [&](const char* what, const reference::outcome& want,
                           const reference::outcome& have) {
      ASSERT_EQ(want, have) << what << " of " << corpus::escape(cut) << "\nwant " << show(want)
                            << "\nhave " << show(have);
    };
    stream_parser stream{{allowed}};
    stream.feed(cut);
    check("parse", r.outcome(), told_by(parse(cut, {allowed}), bytes));
    check("parse_complete", finished(r, allowed), told_by(parse_complete(cut, {allowed}), bytes));
    check("stream", r.outcome(), told_by(stream));
    const policy short_of{allowed, size};
    for (const std::string_view all : {cut, bytes}) {
      const reference::outcome want = limited(r, size);
      check("parse up to the limit", want, told_by(parse(all, short_of), bytes));
      check("parse_complete up to it", want, told_by(parse_complete(all, short_of), bytes));
    }
    if (testing::Test::HasFatalFailure())
      return;
    r.run(detail::grammar, bytes.substr(size, 1), allowed);
  }
}

/// All of `bytes`. The table finds an end in them.
void expect_as_the_table(std::string_view bytes, quirk_set allowed) {
  expect_as_the_table(bytes, bytes.size(), bytes.size(), allowed);
}

#if defined(NDEBUG) && !defined(STATUSLINE_QUICK_TESTS)
constexpr std::size_t stride = 1;
#else
constexpr std::size_t stride = 7; // of the octets
#endif

constexpr std::size_t longest = 64;
constexpr std::size_t read_at_once = 34;

// Prefixes that end before the octet belong to another line. The bytes after the line matter only
// as far as they are read in one block with it.
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
        for (const quirk_set allowed : {strict.allowed, permissive.allowed}) {
          expect_as_the_table(bytes, at + 1, to, allowed);
          expect_as_the_table(bytes, allowed);
        }
        if (HasFatalFailure())
          return;
        ++lines;
      }
    }
  }
  std::cout << lines << " lines\n";
}

// The shortcut stops at a HTAB and continues after it.
TEST(ShortcutProof, EveryPairOfAHtabAndAnotherOctetInAReason) {
  const std::string tail = "Server: x\r\nDate: today\r\nHTTP/1.1 200 OK\r\n";
  for (std::size_t size = 15; size <= longest; ++size) {
    const std::string line = "HTTP/1.1 200 " + std::string(size - 15, 'x') + "\r\n";
    for (std::size_t first = 13; first < size - 2; ++first) {
      for (std::size_t at = first + 1; at < size; at += 1 + (first + at) % stride) {
        for (const char octet : {'\t', '\r', '\n', '\0', '\x7f', '\x80', ' '}) {
          std::string bytes = line;
          bytes[first] = '\t';
          bytes[at] = octet;
          for (const quirk_set allowed : {strict.allowed, permissive.allowed}) {
            expect_as_the_table(bytes, allowed);
            expect_as_the_table(bytes + tail, allowed);
          }
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

TEST(ShortcutProof, EveryVersionAndEveryCode) {
  std::string bytes = "HTTP/0.0 000 \r\nServer: x\r\n\r\n";
  for (std::size_t version = 0; version < 100; ++version) {
    for (std::size_t code = 0; code < 1000; ++code) {
      bytes[5] = static_cast<char>('0' + version / 10);
      bytes[7] = static_cast<char>('0' + version % 10);
      bytes[9] = static_cast<char>('0' + code / 100);
      bytes[10] = static_cast<char>('0' + code / 10 % 10);
      bytes[11] = static_cast<char>('0' + code % 10);
      for (const std::size_t size : {bytes.size(), std::size_t{15}, std::size_t{13}})
        expect_as_the_table(std::string_view{bytes}.substr(0, size), strict.allowed);
      if (HasFatalFailure())
        return;
    }
  }
}

/// A shortest way into each state that is reachable under the policy, and one into the reason after
/// a control. Shortest ways are irregular if the policy allows it, so those of strict are added for
/// each policy.
std::set<std::string> ways(quirk_set allowed) {
  std::map<state, std::string> found{{state::start, ""}};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [at, way] : std::map{found}) {
      for (std::size_t octet = 0; octet < 256; ++octet) {
        reader r;
        const std::string longer = way + byte_of(octet);
        r.run(detail::grammar, longer, allowed);
        if (r.line.error == errc::need_more)
          grown |= found.emplace(r.at, longer).second;
      }
    }
  }
  std::set<std::string> all;
  for (const auto& [at, way] : found)
    all.insert(way);
  if (allowed.contains(quirk::control_in_reason))
    all.insert(found.at(state::reason) + '\x01');
  if (!allowed.empty())
    all.merge(ways({}));
  return all;
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

/// `f` was fed all of `bytes`: its answer must be the table's.
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

/// Everything of a machine that a later octet or the caller can see.
auto seen(const detail::machine& m) {
  const bool goes_on = m.error == errc::need_more;
  const bool accepted = m.error == errc::ok;
  const bool ended = accepted || m.where == state::cr;
  const bool in_reason = ended || m.where == state::reason;
  const bool fine = goes_on || accepted;
  return std::tuple{m.error,
                    m.end,
                    m.refused,
                    goes_on ? m.where : state::failed,
                    fine ? m.quirks() : quirk_set{},
                    fine ? m.code : 0,
                    fine ? m.version : http_version{},
                    fine && in_reason ? m.reason_begin : 0,
                    fine && ended ? m.reason_end : 0};
}

/// Two octets in one piece and in two must leave the same state, so that no later octet can
/// distinguish them.
void expect_same_state(detail::machine whole, std::string_view pair, quirk_set allowed) {
  detail::machine halves = whole;
  whole.run(pair.data(), 2, allowed);
  for (const char& octet : pair)
    if (halves.error == errc::need_more)
      halves.run(&octet, 1, allowed);
  ASSERT_EQ(seen(whole), seen(halves)) << corpus::escape(pair);
}

TEST(StreamProof, EveryStateEveryPairOfOctetsInOnePieceOrTwo) {
  // All states except accepted and failed; for strict, those of a regular line. One more way each
  // into the reason after a control, and for each state that the shortest way reaches irregularly.
  ASSERT_EQ(ways(strict.allowed).size(), 15u);
  ASSERT_EQ(ways(permissive.allowed).size(), detail::state_count - 2u + 1u + 6u);
  for (const quirk_set allowed : {strict.allowed, interop.allowed, permissive.allowed}) {
    for (const std::string& way : ways(allowed)) {
      const fed before = fed{allowed}.feed(way);
      detail::machine machine;
      machine.run(way.data(), way.size(), allowed);
      ASSERT_EQ(before.stream.error(), errc::need_more) << corpus::escape(way);
      for (std::size_t a = 0; a < 256; ++a) {
        for (std::size_t b = a % stride; b < 256; b += stride) {
          const std::string pair{byte_of(a), byte_of(b)};
          fed whole = before;
          expect_as_the_table(whole.feed(pair), way + pair, allowed);
          fed halves = before;
          halves.feed(pair.substr(0, 1)).feed(pair.substr(1));
          expect_as_the_table(halves, way + pair, allowed);
          expect_same_state(machine, pair, allowed);
          expect_as_the_table(way + pair, way.size() + 1, way.size() + 2, allowed);
          if (HasFatalFailure())
            return;
        }
      }
    }
  }
}

// Pieces that are long enough for the shortcuts, after the bytes that lead to a state.
TEST(StreamProof, EveryStateThenALineWithAnOddOctetAnywhereCutAnywhere) {
  const std::string rest = "HTTP/1.1 200 a reason of some length\r\n";
  for (const std::string& way : ways(permissive.allowed)) {
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
