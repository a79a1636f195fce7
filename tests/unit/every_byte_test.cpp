// SPDX-License-Identifier: MIT
//
// Every byte of long inputs counts. One byte is changed at each place of reasons and phrases of up
// to 10,000 bytes, and the answer must be the one for that byte. So code that reads 16 or 64 bytes
// at once skips none.
#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace statusline {
namespace {

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::size_t longest = 4200;
#else
constexpr std::size_t longest = 10'000;
#endif

constexpr std::string_view head = "HTTP/1.1 200 ";
constexpr policy lenient{quirk_set::all(), SIZE_MAX};
constexpr policy unlimited{{}, SIZE_MAX};

/// Every size up to several blocks of 64 bytes, the largest that are read at once, and some long
/// ones.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> all;
  for (std::size_t size = 1; size <= 300; ++size)
    all.push_back(size);
  all.insert(all.end(), {1000, 4096, 4097, longest});
  return all;
}

/// A text in which neighbours differ, and every byte is plain.
std::string text_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i % 23);
  return text;
}

// ---- write

constexpr std::array bad_bytes = {'\r', '\n', '\0', '\x1f', '\x7f', '\v'};

std::size_t write_in_c(std::span<char> out, const status_line& line) noexcept {
  const sl_line c{line.reason.data(), line.reason.size(), line.quirks.bits(),
                  line.code,          line.version.major, line.version.minor};
  return sl_write(out.data(), out.size(), &c);
}

TEST(EveryByte, OfAReasonThatWriteRefuses) {
  for (const auto& write_it : {write, write_in_c}) {
    for (const std::size_t size : sizes()) {
      std::string reason = text_of(size);
      std::string out(size + 40, '.');
      for (std::size_t at = 0; at < size; ++at) {
        const char good = reason[at];
        for (const char bad : bad_bytes) {
          reason[at] = bad;
          ASSERT_EQ(write_it(out, {reason, 200, {1, 1}, {}}), 0u) << size << ' ' << at;
        }
        reason[at] = good;
      }
      EXPECT_EQ(out, std::string(size + 40, '.')) << "something was written";
    }
  }
}

TEST(EveryByte, OfAReasonThatWriteWrites) {
  for (const auto& write_it : {write, write_in_c}) {
    std::string out(longest + 15, '.');
    for (std::size_t size = 0; size <= longest; ++size) {
      const std::string reason = text_of(size);
      const std::span to = std::span{out}.first(size + 15);
      ASSERT_EQ(write_it(to.first(size + 14), {reason, 200, {1, 1}, {}}), 0u) << size;
      ASSERT_EQ(write_it(to, {reason, 200, {1, 1}, {}}), size + 15) << size;
      ASSERT_EQ((std::string_view{to.data(), to.size()}), std::string{head} + reason + "\r\n");
    }
    for (const char odd : {'\t', ' ', '\x80', '\xff', '\xc3'}) {
      std::string reason = text_of(longest);
      for (std::size_t at = 0; at < longest; ++at) {
        const char before = std::exchange(reason[at], odd);
        ASSERT_EQ(write_it(out, {reason, 200, {1, 1}, {}}), out.size()) << at;
        ASSERT_EQ(out[head.size() + at], odd);
        reason[at] = before;
      }
    }
  }
}

// ---- parse, stream

struct answer {
  errc error;
  std::size_t end;
  quirk_set refused;
  quirk_set quirks;
  std::size_t reason_size = 0;
  friend bool operator==(const answer&, const answer&) = default;
};

answer answer_of(const parse_result& r) {
  return {r.error, r.end, r.refused, r.line.quirks, r.line.reason.size()};
}
answer answer_of(const stream_parser& s) {
  return {s.error(), s.end(), s.refused(), s.line().quirks, s.line().reason_size};
}

/// The effect of one irregular byte in a line that is canonical otherwise: its offset, and where
/// the line would have ended.
answer strictly(char odd, std::size_t at, std::size_t end) {
  if (odd == '\n')
    return {errc::line_end, at, quirk::bare_lf, {}};
  if (odd == '\r') {
    const quirk_set refused = at + 3 == end ? quirk_set{quirk::repeated_cr} : quirk_set{};
    return {errc::line_end, at + 1, refused, {}};
  }
  return {errc::reason, at, quirk::control_in_reason, {}};
}
answer leniently(char odd, std::size_t at, std::size_t end, quirk_set before) {
  if (odd == '\n')
    return {errc::ok, at + 1, {}, before | quirk::bare_lf, at - head.size()};
  if (odd == '\r' && at + 3 == end)
    return {errc::ok, end, {}, before | quirk::repeated_cr, at - head.size()};
  if (odd == '\r')
    return {errc::line_end, at + 1, {}, {}};
  return {errc::ok, end, {}, before | quirk::control_in_reason, end - 2 - head.size()};
}

/// As a stream: cut after the irregular byte, where a block may just have ended.
answer as_stream(std::string_view bytes, std::size_t cut, const policy& p) {
  stream_parser stream{p};
  stream.feed(bytes.substr(0, cut));
  stream.feed(bytes.substr(cut));
  return answer_of(stream);
}

TEST(EveryByte, OfALongReasonMayEndTheLineOrBreakIt) {
  for (const std::size_t size : sizes()) {
    std::string bytes{head};
    bytes += text_of(size) + "\r\n";
    const std::size_t end = bytes.size();
    bytes += "Server: x\r\n\r\n";
    for (std::size_t at = head.size(); at < head.size() + size; ++at) {
      const char before = bytes[at];
      for (const char odd : bad_bytes) {
        bytes[at] = odd;
        const answer strict_answer = strictly(odd, at, end);
        const answer lenient_answer = leniently(odd, at, end, {});
        ASSERT_EQ(answer_of(parse(bytes, unlimited)), strict_answer) << size << ' ' << at;
        ASSERT_EQ(answer_of(parse(bytes, lenient)), lenient_answer) << size << ' ' << at;
        ASSERT_EQ(as_stream(bytes, at + 1, unlimited), strict_answer) << size << ' ' << at;
        ASSERT_EQ(as_stream(bytes, at, lenient), lenient_answer) << size << ' ' << at;
      }
      bytes[at] = before;
    }
  }
}

// After an allowed control byte the scan is a different one: only a line end stops it.
TEST(EveryByte, OfALongIrregularReasonMayEndTheLine) {
  for (const std::size_t size : sizes()) {
    std::string bytes = std::string{head} + text_of(size) + "\r\n";
    bytes[head.size()] = '\x01';
    for (std::size_t at = head.size() + 1; at < head.size() + size; ++at) {
      const char before = bytes[at];
      for (const char odd : {'\r', '\n', '\x02'}) {
        bytes[at] = odd;
        const answer want = leniently(odd, at, bytes.size(), quirk::control_in_reason);
        ASSERT_EQ(answer_of(parse(bytes, lenient)), want) << size << ' ' << at;
        ASSERT_EQ(as_stream(bytes, at + 1, lenient), want) << size << ' ' << at;
      }
      bytes[at] = before;
    }
  }
}

// Every plain byte stays in the reason, and does not end it.
TEST(EveryByte, OfALongReasonMayBeTabOrText) {
  for (const std::size_t size : sizes()) {
    std::string bytes = std::string{head} + text_of(size) + "\r\n";
    const answer want{errc::ok, bytes.size(), {}, {}, size};
    for (std::size_t at = head.size(); at < head.size() + size; ++at) {
      for (const char odd : {'\t', '\x80', '\xff'}) {
        const char before = std::exchange(bytes[at], odd);
        ASSERT_EQ(answer_of(parse(bytes, unlimited)), want) << size << ' ' << at;
        ASSERT_EQ(as_stream(bytes, at, unlimited), want) << size << ' ' << at;
        bytes[at] = before;
      }
    }
  }
}

/// A cut at every place of a long line, and every limit.
TEST(EveryByte, OfALongLineMayBeTheLastOfAPieceOrOfTheLimit) {
  for (const bool irregular : {false, true}) {
    std::string bytes = std::string{head} + text_of(longest) + "\r\n";
    if (irregular)
      bytes[head.size() + 1] = '\x01';
    const answer whole = answer_of(parse(bytes, lenient));
    ASSERT_EQ(whole.error, errc::ok);
    for (std::size_t at = head.size() + 2; at <= bytes.size(); ++at) {
      ASSERT_EQ(as_stream(bytes, at, lenient), whole) << at;
      const answer limited{at < bytes.size() ? errc::too_long : errc::ok,
                           at,
                           {},
                           at < bytes.size() ? quirk_set{} : whole.quirks,
                           at < bytes.size() ? 0 : whole.reason_size};
      ASSERT_EQ(answer_of(parse(bytes, {quirk_set::all(), at})), limited) << at;
      ASSERT_EQ(as_stream(bytes, at / 2, {quirk_set::all(), at}), limited) << at;
      const answer open{at < bytes.size() ? errc::need_more : errc::ok,
                        at,
                        {},
                        limited.quirks,
                        limited.reason_size};
      ASSERT_EQ(answer_of(parse(std::string_view{bytes}.substr(0, at), lenient)), open) << at;
    }
  }
}

// ---- explain

struct finding {
  quirk q;
  std::size_t offset, size;
  friend bool operator==(const finding&, const finding&) = default;
};

std::vector<finding> findings(std::string_view bytes) {
  std::vector<finding> all;
  explain(bytes, lenient, [&](quirk q, std::size_t offset, std::size_t size) {
    all.push_back({q, offset, size});
  });
  return all;
}

TEST(EveryByte, OfALongReasonIsExplainedWhereItStands) {
  constexpr std::size_t size = 3000;
  std::string bytes = std::string{head} + text_of(size) + "\r\r\n";
  const finding ending{quirk::repeated_cr, bytes.size() - 2, 1};
  for (std::size_t at = head.size(); at < head.size() + size; ++at) {
    const std::string before = bytes.substr(at, 2);
    bytes[at] = '\x01';
    ASSERT_EQ(findings(bytes), (std::vector<finding>{{quirk::control_in_reason, at, 1}, ending}));
    if (at + 1 < head.size() + size) {
      bytes[at + 1] = '\x7f';
      ASSERT_EQ(findings(bytes), (std::vector<finding>{{quirk::control_in_reason, at, 2}, ending}));
    }
    bytes.replace(at, 2, before);
  }
}

TEST(EveryByte, OfALongRunBelongsToIt) {
  for (const std::size_t begin : {std::size_t{0}, std::size_t{1}, std::size_t{700}}) {
    std::string bytes = std::string{head} + text_of(1500) + "\r\n";
    for (std::size_t size = 1; begin + size <= 1500; ++size) {
      bytes[head.size() + begin + size - 1] = '\x01';
      ASSERT_EQ(findings(bytes),
                (std::vector<finding>{{quirk::control_in_reason, head.size() + begin, size}}));
    }
  }
  for (std::size_t size = 1; size < 1500; ++size) {
    const std::string spaces = "HTTP/1.1 " + std::string(size, ' ') + "200 OK\r\n";
    ASSERT_EQ(findings(spaces), (std::vector<finding>{{quirk::extra_space, 9, size}}));
    const std::string returns = "HTTP/1.1 200 OK\r" + std::string(size, '\r') + "\n";
    ASSERT_EQ(findings(returns), (std::vector<finding>{{quirk::repeated_cr, 16, size}}));
  }
}

// ---- notes

TEST(EveryByte, OfALongReasonIsNoted) {
  for (const std::size_t size : sizes()) {
    std::string reason = text_of(size);
    const status_line line{reason, 200, {1, 1}, {}};
    for (std::size_t at = 0; at < size; ++at) {
      const char before = std::exchange(reason[at], '\x80');
      ASSERT_EQ(notes(line), note_set{note::obs_text}) << size << ' ' << at;
      reason[at] = ' ';
      const bool edge = at == 0 || at + 1 == size;
      ASSERT_EQ(notes(line), edge ? note_set{note::edge_whitespace} : note_set{})
          << size << ' ' << at;
      reason[at] = before;
    }
  }
}

// ---- registries

std::string fold(std::string_view text) {
  std::string folded;
  for (const char c : text)
    if (c != ' ' && c != '\t')
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return folded;
}

phrase_standing standing_in(const registry& r, std::uint16_t code, std::string_view reason) {
  return assess({reason, code, {1, 1}, {}}, r).phrase;
}

// Any other byte at any place makes the phrase differ from the registry's.
TEST(EveryByte, OfEveryRegisteredPhraseIsCompared) {
  for (const registry& r : {iana, documented}) {
    for (const registry_entry& row : r.entries) {
      std::string phrase{row.phrase};
      const std::string folded = fold(phrase);
      ASSERT_EQ(standing_in(r, row.code, phrase), phrase_standing::canonical);
      for (char& byte : phrase) {
        const char before = byte;
        for (int other = 0; other < 256; ++other) {
          byte = static_cast<char>(other);
          if (byte == before)
            continue;
          const phrase_standing is = standing_in(r, row.code, phrase);
          ASSERT_NE(is, phrase_standing::canonical) << phrase;
          ASSERT_TRUE(is != phrase_standing::variant || fold(phrase) == folded) << phrase;
          if (const registry_entry* found = r.find(phrase)) {
            ASSERT_EQ(fold(found->phrase), fold(phrase));
          }
        }
        byte = before;
      }
    }
  }
}

TEST(EveryByte, OfALongPhraseIsCompared) {
  for (const std::size_t size : sizes()) {
    const std::string phrase = text_of(size);
    std::string reason = phrase;
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const registry r{"long", "", rows};
    ASSERT_EQ(standing_in(r, 299, reason), phrase_standing::canonical) << size;
    // A failing comparison reads the phrase several times: for very long ones, one place in each
    // block.
    const std::size_t step = size > 1000 ? 13 : 1;
    for (std::size_t at = 0; at < size; at += step) {
      const char before = reason[at];
      for (const int bit : {0x01, 0x80}) {
        reason[at] = static_cast<char>(before ^ bit);
        ASSERT_EQ(standing_in(r, 299, reason), phrase_standing::custom) << size << ' ' << at;
        ASSERT_EQ(r.find(reason), nullptr) << size << ' ' << at;
      }
      reason[at] = static_cast<char>(before - 'a' + 'A');
      ASSERT_EQ(standing_in(r, 299, reason), phrase_standing::variant) << size << ' ' << at;
      reason[at] = before;
    }
    ASSERT_EQ(standing_in(r, 299, phrase + 'x'), phrase_standing::custom) << size;
    ASSERT_EQ(standing_in(r, 299, phrase.substr(1)),
              size == 1 ? phrase_standing::empty : phrase_standing::custom);
  }
}

// Each byte of the longest phrase, by the comparison that all rows pass first.
TEST(EveryByte, OfTheLongestPhraseIsCompared) {
  const std::string phrase = text_of(longest);
  std::string other = phrase;
  ASSERT_TRUE(registry_detail::same_text(phrase, other));
  for (std::size_t at = 0; at < longest; ++at) {
    other[at] ^= 1;
    ASSERT_FALSE(registry_detail::same_text(phrase, other)) << at;
    other[at] ^= 1;
  }
}

// Folded: without capitals and blanks, of which any number may be anywhere.
TEST(EveryByte, OfALongPhraseIsComparedFolded) {
  for (std::size_t size = 1; size <= 200; ++size) {
    const std::string phrase = text_of(size);
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const registry r{"long", "", rows};
    std::string reason = phrase;
    std::ranges::transform(reason, reason.begin(), [](char c) { return char(c - 'a' + 'A'); });
    for (std::size_t at = 0; at <= size; ++at) {
      for (const std::size_t blanks : {1u, 70u}) {
        reason.insert(at, blanks, at % 2 == 0 ? ' ' : '\t');
        ASSERT_EQ(standing_in(r, 299, reason), phrase_standing::variant) << size << ' ' << at;
        ASSERT_EQ(r.position(reason), 0u) << size << ' ' << at;
        reason.erase(at, blanks);
      }
      if (at == size)
        break;
      const char before = std::exchange(reason[at], '0');
      ASSERT_EQ(standing_in(r, 299, reason), phrase_standing::custom) << size << ' ' << at;
      ASSERT_EQ(r.position(reason), 1u) << size << ' ' << at;
      reason[at] = before;
      const std::string shorter = reason.substr(0, at) + reason.substr(at + 1);
      ASSERT_EQ(r.position(shorter), 1u) << size << ' ' << at;
    }
  }
}

} // namespace
} // namespace statusline
