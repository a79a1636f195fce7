// SPDX-License-Identifier: MIT
//
// Sizes, limits and offsets at and past 2^16, 2^31, 2^32 and up to SIZE_MAX, in both libraries. A
// number that is cut to fewer bits anywhere would change.
#include "support/judge.hpp"
#include "support/wide_memory.hpp"

#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace statusline {
namespace {

using support::same;
using support::wide_memory;

// A type in which a caller may store a size or an offset.
template <class... T>
constexpr bool are_sizes = (... && std::is_same_v<std::remove_cvref_t<T>, std::size_t>);
static_assert(are_sizes<decltype(policy::max_size), decltype(parse_result::end),
                        decltype(feed_result::used), decltype(stream_line::size),
                        decltype(stream_line::reason_offset), decltype(stream_line::reason_size),
                        decltype(stream_parser{}.end()), decltype(write({}, {})),
                        decltype(registry{}.position(0u)), decltype(registry{}.position(""))>);
static_assert(
    are_sizes<decltype(sl_policy::max_size), decltype(sl_line::reason_size),
              decltype(sl_result::end), decltype(sl_piece::used), decltype(sl_piece::reason_size),
              decltype(sl_stream_result::end), decltype(sl_stream_result::reason_offset),
              decltype(sl_stream_result::reason_size), decltype(sl_write(nullptr, 0, nullptr))>);

// A walk over 2^32 bytes needs a sixth of a second, and 10 times as much with a sanitizer.
#ifdef STATUSLINE_QUICK_TESTS
constexpr bool slow = true;
#else
constexpr bool slow = false;
#endif

constexpr std::size_t most = SIZE_MAX;
constexpr std::size_t near_an_edge = 20;
constexpr std::string_view head = "HTTP/1.1 200 ";

/// Powers of two at which a narrower number ends. 2^31 and more bytes have addresses only if a size
/// has 64 bits.
std::vector<std::size_t> edges() {
  std::vector<std::size_t> all{std::size_t{1} << 16};
  if constexpr (sizeof(std::size_t) > 4)
    all.insert(all.end(), {std::size_t{1} << 31, std::size_t{1} << 32});
  return all;
}
/// The edges for walks that are slow: only the first one in quick runs.
std::vector<std::size_t> edges_of_a_long_walk() {
  std::vector<std::size_t> all = edges();
  all.resize(slow ? 1 : all.size());
  return all;
}
std::size_t widest() { return edges().back() + 2 * near_an_edge; }

/// Every size around each edge.
std::vector<std::size_t> wide_sizes() {
  std::vector<std::size_t> all;
  for (const std::size_t edge : edges())
    for (std::size_t size = edge - near_an_edge; size <= edge + near_an_edge; ++size)
      all.push_back(size);
  return all;
}

/// The same, and limits that exceed every input.
std::vector<std::size_t> wide_limits() {
  std::vector<std::size_t> all = wide_sizes();
  for (std::size_t near = 0; near <= near_an_edge; ++near)
    all.insert(all.end(), {(std::size_t{1} << 31) - near_an_edge / 2 + near, most - near});
  return all;
}

sl_policy to_c(const policy& p) { return {p.max_size, p.allowed.bits()}; }

bool same(const sl_result& c, const parse_result& cpp) {
  const status_line& line = cpp.line;
  return int(c.error) == int(cpp.error) && c.end == cpp.end && c.refused == cpp.refused.bits() &&
         std::string_view{c.line.reason, c.line.reason_size} == line.reason &&
         c.line.quirks == line.quirks.bits() && c.line.code == line.code &&
         c.line.version_major == line.version.major && c.line.version_minor == line.version.minor;
}

bool same(const sl_stream& stream, const parse_result& r) {
  const sl_stream_result c = sl_stream_line(&stream);
  return int(c.error) == int(r.error) && c.end == r.end && c.refused == r.refused.bits() &&
         c.code == r.line.code && c.quirks == r.line.quirks.bits() &&
         c.reason_size == r.line.reason.size();
}

/// Whether every way to parse `bytes` under `p` returns `want`: whole, as a stream in one piece and
/// in two, and in C.
bool all_parse_as(const parse_result& want, std::string_view bytes, const policy& p) {
  const auto as_bytes = std::as_bytes(std::span{bytes});
  if (parse(bytes, p) != want || parse_complete(bytes, p) != want || parse(as_bytes, p) != want ||
      parse_complete(as_bytes, p) != want ||
      !same(sl_parse(bytes.data(), bytes.size(), to_c(p)), want) ||
      !same(sl_parse_complete(bytes.data(), bytes.size(), to_c(p)), want) ||
      explain(bytes, p, [](quirk, std::size_t, std::size_t) {}) != want)
    return false;
  for (const std::size_t most_cut : {0u, 1u, 14u}) {
    const std::size_t cut = std::min<std::size_t>(most_cut, bytes.size());
    stream_parser stream{p};
    sl_stream c_stream;
    sl_stream_init(&c_stream, to_c(p));
    std::size_t used = 0, c_used = 0;
    for (const std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
      used += stream.feed(piece).used;
      c_used += sl_stream_feed(&c_stream, piece.data(), piece.size()).used;
    }
    if (!same(stream, want) || used != want.end || !same(c_stream, want) || c_used != want.end)
      return false;
  }
  return true;
}

/// Lines that their own bytes decide, under each policy.
std::vector<std::string> decided_lines() {
  std::vector<std::string> all = support::quirk_lines_and(
      {"HTTP/1.1 200 " + std::string(100, 'r') + "\r\n",
       "HTTP/1.1 200 \x01" + std::string(100, 'r') + "\r\n", "HTTP/1.1 200 \r\n", "FTP\n"});
  std::erase_if(all, [](const std::string& line) { return !line.ends_with('\n'); });
  return all;
}

// A short line before very many bytes, under limits of every width: bytes beyond the line must not
// matter.
TEST(Sizes, OfTheInputDecideNothingBeyondTheLine) {
  const wide_memory memory{widest(), 'a'};
  for (const std::string& line : decided_lines()) {
    memory.put(0, line);
    for (const policy& p : support::policies()) {
      const parse_result want = parse_complete(line, p);
      for (const std::size_t size : wide_sizes())
        for (const std::size_t limit : {p.max_size, size, most})
          ASSERT_TRUE(all_parse_as(want, memory.first(size), {p.allowed, limit}))
              << line << size << " bytes, limit " << limit;
    }
  }
}

TEST(Sizes, OfTheLimitDecideNothingBeyondTheLine) {
  for (const std::string& line : decided_lines())
    for (const policy& p : support::policies()) {
      const parse_result want = parse_complete(line, p);
      for (const std::size_t limit : wide_limits())
        ASSERT_TRUE(all_parse_as(want, line, {p.allowed, limit})) << line << "limit " << limit;
    }
}

/// A line of `size` bytes at the start of the memory, and nothing else in it.
class line_in {
public:
  line_in(const wide_memory& memory, std::size_t size) : memory_{memory}, size_{size} {
    memory_.put(0, head);
    memory_.put(size - 2, "\r\n");
  }
  ~line_in() { memory_.put(size_ - 2, "aa"); }
  line_in(const line_in&) = delete;
  line_in& operator=(const line_in&) = delete;
  [[nodiscard]] std::string_view bytes() const { return memory_.first(size_); }
  /// The expected answer.
  [[nodiscard]] parse_result whole() const {
    const std::string_view reason{memory_.data() + head.size(), size_ - head.size() - 2};
    return {{reason, 200, {1, 1}, {}}, errc::ok, {}, size_};
  }

private:
  const wide_memory& memory_;
  std::size_t size_;
};

/// As operator==, except that it compares only the place of the reason, which may have gigabytes.
bool at_the_same_place(const parse_result& a, const parse_result& b) {
  const auto place = [](const parse_result& r) {
    return std::pair{r.line.reason.data(), r.line.reason.size()};
  };
  parse_result rest = a;
  rest.line.reason = b.line.reason;
  return place(a) == place(b) && rest.error == b.error && rest.end == b.end &&
         rest.refused == b.refused && rest.line.code == b.line.code &&
         rest.line.version == b.line.version && rest.line.quirks == b.line.quirks;
}

/// Sizes of lines: all around 2^16, and one past each of the others, each of which costs a walk.
std::vector<std::size_t> line_sizes() {
  std::vector<std::size_t> all;
  for (const std::size_t edge : edges())
    for (const std::size_t size : {edge - 1, edge, edge + 1, edge + 2})
      if (edge == edges().front() || (size == edge + 1 && (!slow || edge == edges().back())))
        all.push_back(size);
  return all;
}

parse_result too_long(std::size_t limit) { return {{}, errc::too_long, {}, limit}; }

TEST(Sizes, ALineOfAsManyBytesAsTheLimitPasses) {
  const wide_memory memory{widest(), 'a'};
  for (const std::size_t size : line_sizes()) {
    const line_in line{memory, size};
    EXPECT_TRUE(at_the_same_place(parse(line.bytes(), {{}, size}), line.whole())) << size;
    EXPECT_EQ(parse(line.bytes(), {{}, size - 1}), too_long(size - 1)) << size;
  }
}

TEST(Sizes, ALineThatTheEndCutsOffIsAcceptedAtAnySize) {
  const wide_memory memory{widest(), 'a'};
  memory.put(0, head);
  for (const std::size_t size : line_sizes()) {
    const policy p{quirk_set{quirk::unterminated}, most};
    const parse_result r = parse_complete(memory.first(size), p);
    EXPECT_EQ(r.error, errc::ok);
    EXPECT_EQ(r.end, size);
    EXPECT_EQ(r.line.reason.size(), size - head.size());
  }
}

// The other scan: of a reason after an allowed control byte.
TEST(Sizes, AnIrregularLineIsAsLongAsACanonicalOne) {
  const wide_memory memory{widest(), 'a'};
  for (const std::size_t size : line_sizes()) {
    const line_in line{memory, size};
    memory.put(head.size(), "\x01");
    parse_result want = line.whole();
    want.line.quirks = quirk::control_in_reason;
    EXPECT_TRUE(at_the_same_place(parse(line.bytes(), {quirk_set::all(), most}), want)) << size;
    memory.put(head.size(), "a");
  }
}

TEST(Sizes, TheCLibraryParsesLinesOfAnySize) {
  const wide_memory memory{widest(), 'a'};
  for (const std::size_t size : line_sizes()) {
    const line_in line{memory, size};
    const sl_result r = sl_parse(line.bytes().data(), size, {size, 0});
    EXPECT_EQ(r.error, SL_OK);
    EXPECT_EQ(r.end, size);
    EXPECT_EQ(r.line.reason_size, size - head.size() - 2);
  }
}

/// Feeds a head, then pieces of one buffer until `size` bytes are read.
template <class Feed> void feed_until(std::size_t size, std::string_view begin, Feed feed) {
  static const std::string piece(std::size_t{1} << 16, 'a');
  feed(begin);
  for (std::size_t fed = begin.size(); fed < size;) {
    const std::string_view more = std::string_view{piece}.substr(0, size - fed);
    feed(more);
    fed += more.size();
  }
}

TEST(Sizes, AStreamCountsAllOfItsPieces) {
  for (const std::size_t size : line_sizes()) {
    for (const bool irregular : {false, true}) {
      const std::string_view begin = irregular ? "\r\nhttp/1.1 200 \x01" : head;
      const std::size_t offset = irregular ? 15 : 13;
      stream_parser stream{{quirk_set::all(), most}};
      std::size_t used = 0, reason = 0;
      const auto feed = [&](std::string_view piece) {
        const feed_result got = stream.feed(piece);
        used += got.used;
        reason += got.reason_part.size();
        return got;
      };
      feed_until(size - 2, begin, feed);
      EXPECT_EQ(stream.error(), errc::need_more);
      EXPECT_EQ(stream.end(), size - 2);

      stream_parser cut_off = stream;
      EXPECT_EQ(cut_off.finish(), errc::ok);
      EXPECT_EQ(cut_off.line().size, size - 2);
      EXPECT_EQ(cut_off.line().reason_size, size - 2 - offset);

      stream_parser controlled = stream;
      EXPECT_EQ(controlled.feed("\rx").error, errc::line_end);
      EXPECT_EQ(controlled.end(), size - 1);

      EXPECT_EQ(feed("\r").used, 1u);
      EXPECT_TRUE(feed("\nServer"));
      EXPECT_EQ(used, size);
      EXPECT_EQ(reason, size - 2 - offset);
      const stream_line line = stream.line();
      EXPECT_EQ(line.size, size);
      EXPECT_EQ(line.reason_offset, offset);
      EXPECT_EQ(line.reason_size, reason);
    }
  }
}

// The stream reads as many bytes as the limit, for any ends of the pieces.
TEST(Sizes, AStreamEndsAtItsLimit) {
  for (const std::size_t size : line_sizes()) {
    for (const std::size_t limit : {size, size + 1}) {
      stream_parser stream{{{}, limit}};
      feed_until(size - 2, head, [&](std::string_view piece) { stream.feed(piece); });
      const feed_result got = stream.feed("aaaaaaaa");
      EXPECT_EQ(got.error, errc::too_long);
      EXPECT_EQ(got.used, limit - size + 2);
      EXPECT_EQ(stream.end(), limit);
    }
  }
}

TEST(Sizes, AStreamInCCountsAllOfItsPieces) {
  for (const std::size_t size : line_sizes()) {
    sl_stream stream;
    sl_stream_init(&stream, {size, 0});
    std::size_t used = 0, reason = 0;
    const auto feed = [&](std::string_view piece) {
      const sl_piece got = sl_stream_feed(&stream, piece.data(), piece.size());
      used += got.used;
      reason += got.reason_size;
    };
    feed_until(size - 2, head, feed);
    sl_stream longer = stream;
    EXPECT_EQ(sl_stream_feed(&longer, "aaa", 3).error, SL_TOO_LONG);
    EXPECT_EQ(sl_stream_line(&longer).end, size);
    feed("\r\n");
    EXPECT_EQ(used, size);
    const sl_stream_result line = sl_stream_line(&stream);
    EXPECT_EQ(line.error, SL_OK);
    EXPECT_EQ(line.end, size);
    EXPECT_EQ(line.reason_offset, head.size());
    EXPECT_EQ(line.reason_size, reason);
    EXPECT_EQ(reason, size - head.size() - 2);
  }
}

// One piece of any size: its answer counts all of the piece.
TEST(Sizes, APieceMayHaveAnySize) {
  const wide_memory memory{widest(), 'a'};
  for (const std::size_t size : line_sizes()) {
    const line_in line{memory, size};
    stream_parser stream{{{}, most}};
    EXPECT_EQ(stream.feed(head.substr(0, 5)).used, 5u);
    const feed_result got = stream.feed(line.bytes().substr(5));
    EXPECT_EQ(got.used, size - 5);
    EXPECT_EQ(got.reason_part.data(), memory.data() + head.size());
    EXPECT_EQ(got.reason_part.size(), size - head.size() - 2);

    sl_stream c_stream;
    sl_stream_init(&c_stream, {most, 0});
    const sl_piece c_got = sl_stream_feed(&c_stream, line.bytes().data(), size);
    EXPECT_EQ(c_got.used, size);
    EXPECT_EQ(c_got.reason_size, size - head.size() - 2);
  }
}

// ---- explain

/// Accepts only the exact type: an offset of fewer bits does not compile.
struct exactly {
  std::vector<std::size_t>& seen;
  template <class Offset, class Size> void operator()(quirk, Offset offset, Size size) const {
    static_assert(are_sizes<Offset, Size>);
    seen.insert(seen.end(), {offset, size});
  }
};

// explain() reads each byte, so 2^32 of them would need long. The type of its offsets is checked
// instead.
TEST(Sizes, ExplainCountsPast16Bits) {
  const std::size_t size = (std::size_t{1} << 17) + 3;
  for (const std::size_t at : {std::size_t{13}, std::size_t{0xffff}, std::size_t{0x10000}, size}) {
    std::string line = std::string{head} + std::string(size, 'a') + "\r\r\n";
    line.replace(at, 3, "\x01\x02\x7f");
    std::vector<std::size_t> seen;
    EXPECT_TRUE(explain(line, {quirk_set::all(), most}, exactly{seen}));
    EXPECT_EQ(seen, (std::vector{at, std::size_t{3}, line.size() - 2, std::size_t{1}}));
  }
  const std::string controls(size, '\x01');
  std::vector<std::size_t> seen;
  const std::string line = std::string{head} + controls + "\r\n";
  EXPECT_TRUE(explain(line, {quirk_set::all(), most}, exactly{seen}));
  EXPECT_EQ(seen, (std::vector{head.size(), size}));
}

// ---- write

constexpr status_line ok_line{"OK", 200, {1, 1}, {}};

std::size_t write_in_c(std::span<char> out, const status_line& line) noexcept {
  const sl_line c{line.reason.data(), line.reason.size(), line.quirks.bits(),
                  line.code,          line.version.major, line.version.minor};
  return sl_write(out.data(), out.size(), &c);
}

TEST(Sizes, WriteTakesABufferOfAnySize) {
  const wide_memory out{widest(), '.'};
  for (const auto& write_it : {write, write_in_c}) {
    for (const std::size_t size : wide_sizes()) {
      ASSERT_EQ(write_it({out.data(), size}, ok_line), 17u) << size;
      ASSERT_EQ(out.first(18), "HTTP/1.1 200 OK\r\n.");
      out.put(0, "..................");
    }
  }
}

TEST(Sizes, WriteRefusesAReasonThatDoesNotFitWhateverItsSize) {
  const wide_memory reason{widest(), 'a'};
  std::string out(64, '.');
  const std::string untouched = out;
  for (const auto& write_it : {write, write_in_c})
    for (const std::size_t size : wide_sizes()) {
      ASSERT_EQ(write_it(out, {reason.first(size), 200, {1, 1}, {}}), 0u) << size;
      ASSERT_EQ(out, untouched);
    }
}

TEST(Sizes, WriteWritesAReasonOfAnySize) {
  const wide_memory reason{widest(), 'a'};
  // write() wraps around in one block, whose last bytes are checked at the end.
  const wide_memory out{widest(), '.', wide_memory::on_write::every_block};
  for (const auto& write_it : {write, write_in_c}) {
    for (const std::size_t size : line_sizes()) {
      const status_line line{reason.first(size), 200, {1, 1}, {}};
      EXPECT_EQ(write_it({out.data(), size + 14}, line), 0u) << size;
      if (slow && size > edges().front() + 2)
        continue;
      EXPECT_EQ(write_it({out.data(), size + 15}, line), size + 15) << size;
      EXPECT_EQ(out.first(size + 15).substr(size + 12), "a\r\n") << size;
    }
  }
}

// ---- registries

TEST(Sizes, AReasonOfAnySizeThatBeginsWithThePhraseIsAnotherOne) {
  const wide_memory memory{widest() + 64, 'a'};
  for (const registry& r : {iana, documented}) {
    for (const registry_entry& row : r.entries) {
      memory.put(0, row.phrase);
      for (const std::size_t edge : edges()) {
        const std::string_view reason = memory.first(edge + row.phrase.size());
        const status_line line{reason, row.code, {1, 1}, {}};
        ASSERT_EQ(assess(line, r),
                  (assessment{assess(line, r).code, phrase_standing::custom, &row}))
            << row.code;
        ASSERT_EQ(r.find(reason), nullptr) << row.code;
        // And the other way round.
        const registry_entry rows[] = {{.code = row.code, .phrase = reason}};
        const registry own{"own", "", rows};
        ASSERT_NE(assess({row.phrase, row.code, {1, 1}, {}}, own).phrase,
                  phrase_standing::canonical);
        ASSERT_EQ(own.find(row.phrase), nullptr);
      }
    }
    memory.put(0, std::string(64, 'a'));
  }
}

TEST(Sizes, PhrasesOfAnySizeAreComparedToTheirEnd) {
  const wide_memory one{widest(), 'a'}, other{widest(), 'a'};
  for (const std::size_t edge : edges_of_a_long_walk()) {
    const std::size_t size = edge + 9;
    const registry_entry rows[] = {{.code = 299, .phrase = one.first(size)}};
    const registry r{"long", "", rows};
    EXPECT_EQ(assess({other.first(size), 299, {1, 1}, {}}, r).phrase, phrase_standing::canonical);
    other.put(edge + 1, "b");
    EXPECT_FALSE(registry_detail::same_text(one.first(size), other.first(size))) << edge;
    other.put(edge + 1, "a");
  }
}

TEST(Sizes, NotesAreOfTheWholeReason) {
  const wide_memory memory{widest(), 'a'};
  for (const std::size_t edge : edges_of_a_long_walk()) {
    memory.put(edge + 1, "\xff");
    EXPECT_EQ(notes({memory.first(edge + 2), 200, {1, 1}, {}}), note_set{note::obs_text}) << edge;
    memory.put(edge + 1, " ");
    EXPECT_EQ(notes({memory.first(edge + 2), 200, {1, 1}, {}}), note_set{note::edge_whitespace})
        << edge;
    memory.put(edge + 1, "a");
  }
}

TEST(Sizes, ARegistryMayHaveARowForEachCodeOf16Bits) {
  std::vector<std::string> phrases;
  std::vector<registry_entry> rows;
  for (unsigned code = 0; code <= 0xffff; ++code)
    phrases.push_back("Phrase " + std::to_string(code));
  for (unsigned code = 0; code <= 0xffff; ++code)
    rows.push_back({.code = static_cast<std::uint16_t>(code), .phrase = phrases[code]});
  const registry r{"every code", "", rows};
  EXPECT_TRUE(r.sorted());
  for (unsigned code = 0; code < 0x20000; ++code) {
    ASSERT_EQ(r.find(code), code <= 0xffff ? &rows[code] : nullptr) << code;
    ASSERT_EQ(r.position(code), std::min<std::size_t>(code, rows.size())) << code;
  }
  EXPECT_EQ(r.find(0x80000000u), nullptr);
  EXPECT_EQ(r.find(0xffffffffu), nullptr);
  for (const unsigned code : {0u, 1u, 254u, 255u, 256u, 257u, 999u, 0x7fffu, 0xfffeu, 0xffffu}) {
    EXPECT_EQ(r.position("Phrase " + std::to_string(code)), code);
    EXPECT_EQ(r.position("PHRASE" + std::to_string(code)), code);
    EXPECT_EQ(r.find("phrase\t" + std::to_string(code)), &rows[code]);
    const auto c = static_cast<std::uint16_t>(code);
    EXPECT_EQ(assess({phrases[code], c, {1, 1}, {}}, r).phrase, phrase_standing::canonical);
    EXPECT_EQ(assess({phrases[code], c, {1, 1}, {}}, r).entry, &rows[code]);
  }
  EXPECT_EQ(r.find("Phrase 65536"), nullptr);
  EXPECT_EQ(r.position("Phrase 65536"), rows.size());
}

} // namespace
} // namespace statusline
