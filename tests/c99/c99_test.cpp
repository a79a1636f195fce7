// SPDX-License-Identifier: MIT
//
// Compares the translated C library with the headers, call by call: a stream in every state, fed
// every octet under every policy; every limit; every pair of cuts; write() of every code and octet.
// proof_native_test compares parse() of both with the cells of the grammar, and c_abi_test both on
// the corpus.
#include "support/guarded.hpp"
#include "support/in_c.hpp"

#include <statusline/detail/grammar.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace statusline {
namespace {

using support::same_in_c;
using support::to_c;

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::uint32_t stride = 61; // an odd step, so that each quirk meets each other quirk
#else
constexpr std::uint32_t stride = 1;
#endif

/// Bytes between two unreadable pages. They hold the bytes of the last call alone.
support::guarded& guard() {
  static support::guarded memory;
  return memory;
}

/// A stream of each library.
struct pair {
  stream_parser cpp;
  sl_stream c;

  explicit pair(const policy& p) : cpp{p}, c{} { sl_stream_init(&c, to_c(p)); }

  /// Feeds both. Returns whether their results are equal.
  [[nodiscard]] bool feed(std::string_view piece) {
    const feed_result want = cpp.feed(piece);
    const sl_piece have = sl_stream_feed(&c, piece.data(), piece.size());
    return int(have.error) == int(want.error) && have.used == want.used &&
           have.reason_size == want.reason_part.size() &&
           (have.reason_size == 0 || have.reason == want.reason_part.data()) && same_state();
  }
  [[nodiscard]] bool finish() {
    const errc want = cpp.finish();
    return int(sl_stream_finish(&c)) == int(want) && same_state();
  }
  [[nodiscard]] bool same_state() const {
    const sl_stream_result r = sl_stream_line(&c);
    const stream_line line = cpp.line();
    return sl_stream_error(&c) == r.error && int(r.error) == int(cpp.error()) &&
           r.end == cpp.end() && r.refused == cpp.refused().bits() &&
           r.reason_offset == line.reason_offset && r.reason_size == line.reason_size &&
           r.quirks == line.quirks.bits() && r.code == line.code &&
           r.version_major == line.version.major && r.version_minor == line.version.minor;
  }
};

std::string show(std::string_view bytes, const policy& p) {
  return ::testing::PrintToString(std::string{bytes}) + ", policy " +
         std::to_string(p.allowed.bits()) + ", limit " + std::to_string(p.max_size);
}

/// Lines that pass through every state.
const std::vector<std::string>& lines() {
  static const std::vector<std::string> all = {
      "HTTP/3.7 429 a reason of more than two blocks, so there is one more\r\n",
      "\r\nHTTP/3.7 429 Too Many\r\n",
      "\nICY 429 OK\r\n",
      "http/2 \v429\tx\x01y\r\r\n",
      "HTTP 429x\x01y\n",
      "HTTP/1.1 200\r\n",
  };
  return all;
}

/// A way into every state, and one into the middle of a reason.
std::vector<std::string> ways() {
  std::vector<std::string> all;
  detail::state_set seen;
  for (const std::string& line : lines()) {
    detail::state where = detail::state::start;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!seen.contains(where) || i == 40)
        all.push_back(line.substr(0, i));
      seen.insert(where);
      where = detail::grammar(where, detail::octet_of[static_cast<unsigned char>(line[i])]).next;
    }
    EXPECT_EQ(where, detail::state::accepted) << line;
  }
  EXPECT_EQ(seen.size(), detail::state_count - 2u) << "all but accepted and failed";
  return all;
}

TEST(C99, AStreamInEveryStateReadsEveryOctetUnderEveryPolicy) {
  for (const std::string& way : ways())
    for (std::uint32_t bits = 0; bits < 1u << quirk_count; bits += stride) {
      const policy p{quirk_set::from_bits(bits)};
      pair before{p};
      ASSERT_TRUE(before.feed(way)) << show(way, p);
      pair ended = before;
      ASSERT_TRUE(ended.finish()) << show(way, p) << ", then the end";
      if (before.cpp.error() != errc::need_more)
        continue; // no octet changes it, so one comparison of `way` is enough
      for (int octet = 0; octet < 256; ++octet) {
        const char byte = static_cast<char>(octet);
        pair after = before;
        ASSERT_TRUE(after.feed({&byte, 1})) << show(way, p) << ", then " << octet;
        if (octet % 16 != 13)
          continue;
        ASSERT_TRUE(after.finish()) << show(way, p) << ", then " << octet << " and the end";
      }
    }
}

/// Each octet before other bytes: a piece of many bytes takes another path through the code.
TEST(C99, AStreamInEveryStateReadsEveryOctetAndALine) {
  const std::vector<std::string> behind = {"429 OK\r\nServer: x\r\n\r\n",
                                           "HTTP/3.7 429 OK\r\nServer: x\r\n", "\r\n",
                                           "a reason of more than two blocks: 16, 32\r\n"};
  for (const std::string& way : ways())
    for (int octet = 0; octet < 256; ++octet)
      for (const std::string& rest : behind)
        for (const policy& p : {strict, interop, permissive}) {
          const std::string piece = static_cast<char>(octet) + rest;
          pair both{p};
          ASSERT_TRUE(both.feed(way)) << show(way, p);
          ASSERT_TRUE(both.feed(piece)) << show(way, p) << ", then " << show(piece, p);
          ASSERT_TRUE(both.finish()) << show(way, p) << ", then " << show(piece, p);
          const std::string whole = way + piece;
          ASSERT_TRUE(same_in_c(sl_parse(whole.data(), whole.size(), to_c(p)), parse(whole, p)))
              << show(whole, p);
          ASSERT_TRUE(same_in_c(sl_parse_complete(whole.data(), whole.size(), to_c(p)),
                                parse_complete(whole, p)))
              << show(whole, p);
        }
}

TEST(C99, EveryLimitAndEverySize) {
  for (const std::string& line : lines())
    for (std::size_t limit = 0; limit <= line.size() + 1; ++limit)
      for (std::size_t size = 0; size <= line.size(); ++size)
        for (const quirk_set allowed : {strict.allowed, interop.allowed, permissive.allowed}) {
          const policy p{allowed, limit};
          const std::string_view bytes = guard().at_end(std::string_view{line}.substr(0, size));
          ASSERT_TRUE(same_in_c(sl_parse(bytes.data(), size, to_c(p)), parse(bytes, p)))
              << show(bytes, p);
          ASSERT_TRUE(
              same_in_c(sl_parse_complete(bytes.data(), size, to_c(p)), parse_complete(bytes, p)))
              << show(bytes, p);
          pair both{p};
          ASSERT_TRUE(both.feed(bytes)) << show(bytes, p);
          ASSERT_TRUE(both.finish()) << show(bytes, p);
        }
}

TEST(C99, EveryPairOfCuts) {
  for (const std::string& line : lines())
    for (std::size_t first = 0; first <= line.size(); ++first)
      for (std::size_t second = first; second <= line.size(); ++second)
        for (const policy& p : {strict, interop, permissive}) {
          const std::string_view bytes = line;
          pair both{p};
          ASSERT_TRUE(both.feed(guard().at_end(bytes.substr(0, first))) &&
                      both.feed(guard().at_end(bytes.substr(first, second - first))) &&
                      both.feed(guard().at_end(bytes.substr(second))) && both.finish())
              << show(bytes, p) << ", cut at " << first << " and " << second;
          both.cpp.reset();
          sl_stream_reset(&both.c);
          ASSERT_TRUE(both.feed(bytes)) << show(bytes, p) << ", after a reset";
        }
}

bool writes_the_same(const status_line& line, std::size_t room) {
  std::array<char, 128> want{}, have{};
  const sl_line in_c = {line.reason.data(), line.reason.size(), 0,
                        line.code,          line.version.major, line.version.minor};
  return write({want.data(), room}, line) == sl_write(have.data(), room, &in_c) && want == have;
}

TEST(C99, WritesEveryCodeVersionOctetAndSize) {
  for (unsigned code = 0; code < 65536; ++code)
    ASSERT_TRUE(writes_the_same({"OK", static_cast<std::uint16_t>(code), {1, 1}, {}}, 64)) << code;
  for (unsigned version = 0; version < 65536; ++version)
    ASSERT_TRUE(writes_the_same(
        {"OK",
         200,
         {static_cast<std::uint8_t>(version >> 8), static_cast<std::uint8_t>(version & 0xff)},
         {}},
        64))
        << version;
  for (std::size_t size = 0; size <= 40; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (int octet = 0; octet < 256; ++octet) {
        std::string reason(size, 'x');
        reason[at] = static_cast<char>(octet);
        ASSERT_TRUE(writes_the_same({reason, 404, {1, 1}, {}}, 64)) << size << ' ' << octet;
      }
  for (std::size_t room = 0; room <= 64; ++room)
    ASSERT_TRUE(writes_the_same({"a reason that needs room", 404, {1, 1}, {}}, room)) << room;
}

} // namespace
} // namespace statusline
