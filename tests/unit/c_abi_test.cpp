// SPDX-License-Identifier: MIT
//
// The C library returns what the headers return: for every case of the corpus and every captured
// response, under many policies and limits, cut everywhere; and for arguments that only C allows.
#include "support/cases.hpp"
#include "support/guarded.hpp"
#include "support/in_c.hpp"
#include "support/judge.hpp"

#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace statusline {
namespace {

using support::same_in_c;
using support::to_c;

/// The head of every input of the corpus.
const std::vector<std::string>& all_inputs() {
  static const auto all = [] {
    constexpr std::size_t enough =
        300; // of bytes, to check that bytes after the line do not matter
    std::vector<std::string> texts;
    for (const corpus::example& e : corpus::read_cases())
      texts.push_back(e.input);
    for (const auto& file :
         std::filesystem::directory_iterator{STATUSLINE_SOURCE_DIR "/corpus/captured"}) {
      if (file.path().extension() == ".http") {
        std::ifstream in{file.path(), std::ios::binary};
        std::string bytes{std::istreambuf_iterator<char>{in}, {}};
        texts.push_back(bytes.substr(0, enough));
      }
    }
    return texts;
  }();
  return all;
}

/// The usual ones, some random ones, and unusual limits.
std::vector<policy> some_policies() {
  std::vector<policy> all = support::policies(8);
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{16}, SIZE_MAX})
    for (const policy& p : {strict, permissive})
      all.push_back({p.allowed, limit});
  return all;
}

bool same(const sl_piece& c, const feed_result& cpp) {
  return int(c.error) == int(cpp.error) && c.used == cpp.used &&
         std::string_view{c.reason, c.reason_size} == cpp.reason_part;
}

bool parses_alike(const std::string& text, const policy& p) {
  return same_in_c(sl_parse(text.data(), text.size(), to_c(p)), parse(text, p)) &&
         same_in_c(sl_parse_complete(text.data(), text.size(), to_c(p)), parse_complete(text, p));
}

TEST(CAbi, ParsesAsTheHeadersDo) {
  ASSERT_GT(all_inputs().size(), 900u);
  for (const std::string& text : all_inputs())
    for (const policy& p : some_policies())
      ASSERT_TRUE(parses_alike(text, p)) << text << " under " << p.allowed.bits();
}

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::uint32_t stride = 61; // an odd step, so that each quirk meets each other quirk
#else
constexpr std::uint32_t stride = 1;
#endif

TEST(CAbi, ParsesAsTheHeadersDoUnderEveryPolicy) {
  for (const corpus::example& e : corpus::read_cases()) {
    for (const corpus::expectation& expected : e.expectations)
      ASSERT_TRUE(parses_alike(e.input, expected.policy)) << e.name;
    for (std::uint32_t bits = 0; bits < 1u << quirk_count; bits += stride)
      ASSERT_TRUE(parses_alike(e.input, {quirk_set::from_bits(bits)})) << e.name << ", " << bits;
  }
}

bool streams_alike(std::string_view bytes, const policy& p, std::size_t cut) {
  sl_stream c;
  std::memset(&c, 0xa5, sizeof c); // overwrites any contents
  sl_stream_init(&c, to_c(p));
  stream_parser cpp{p};
  for (const std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)})
    if (!same(sl_stream_feed(&c, piece.data(), piece.size()), cpp.feed(piece)) ||
        !same_in_c(c, cpp))
      return false;
  sl_stream copy = c; // by value, with a separate stream
  if (int(sl_stream_finish(&c)) != int(cpp.finish()) || !same_in_c(c, cpp))
    return false;
  sl_stream_reset(&copy);
  return same_in_c(copy, stream_parser{p});
}

TEST(CAbi, StreamsAsTheHeadersDoHoweverCut) {
  for (const std::string& text : all_inputs()) {
    const std::string_view bytes = std::string_view{text}.substr(0, 80);
    for (const policy& p : some_policies())
      for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
        ASSERT_TRUE(streams_alike(bytes, p, cut))
            << text << " cut at " << cut << " under " << p.allowed.bits();
  }
}

TEST(CAbi, WritesAsTheHeadersDo) {
  for (const std::string& text : all_inputs()) {
    for (const policy& p : {strict, permissive}) {
      const status_line line = parse_complete(text, p).line;
      const sl_line c_line = sl_parse_complete(text.data(), text.size(), to_c(p)).line;
      for (const std::size_t room : {std::size_t{0}, std::size_t{15}, line.reason.size() + 14,
                                     line.reason.size() + 15, std::size_t{9000}}) {
        std::string c(room, '.'), cpp(room, '.');
        EXPECT_EQ(sl_write(c.data(), c.size(), &c_line), write(cpp, line));
        EXPECT_EQ(c, cpp);
      }
    }
  }
  char out[64];
  for (const std::uint16_t code : std::initializer_list<std::uint16_t>{0, 999, 1000, 65535})
    for (const std::uint8_t part : std::initializer_list<std::uint8_t>{0, 9, 10, 255}) {
      const sl_line line{"OK", 2, 0, code, part, 9};
      EXPECT_EQ(sl_write(out, sizeof out, &line), code > 999 || part > 9 ? 0u : 17u);
    }
}

// Wrong arguments of a C program must not cause a read or a write outside its objects.
TEST(CAbi, ASizeThatWrapsAroundIsTooMuch) {
  support::guarded memory;
  const std::string_view reason = memory.at_end("OK");
  char out[64];
  std::memset(out, '.', sizeof out);
  for (std::size_t less = 0; less < 20; ++less) {
    const sl_line line{reason.data(), SIZE_MAX - less, 0, 200, 1, 1};
    EXPECT_EQ(sl_write(out, sizeof out, &line), 0u);
  }
  EXPECT_TRUE(std::ranges::all_of(out, [](char c) { return c == '.'; }));
}

TEST(CAbi, NothingMayComeFromNowhere) {
  const sl_result r = sl_parse(nullptr, 0, SL_PERMISSIVE);
  EXPECT_EQ(r.error, SL_NEED_MORE);
  EXPECT_EQ(sl_parse_complete(nullptr, 0, SL_PERMISSIVE).error, SL_NEED_MORE);
  EXPECT_EQ(sl_parse(nullptr, 0, sl_policy{0, 0}).error, SL_TOO_LONG);
  sl_stream stream;
  sl_stream_init(&stream, SL_STRICT);
  const sl_piece piece = sl_stream_feed(&stream, nullptr, 0);
  EXPECT_EQ(piece.error, SL_NEED_MORE);
  EXPECT_NE(piece.reason, nullptr);
  EXPECT_EQ(sl_stream_finish(&stream), SL_NEED_MORE);
  const sl_line no_reason{nullptr, 0, 0, 200, 1, 1};
  char out[15];
  EXPECT_EQ(sl_write(out, sizeof out, &no_reason), sizeof out);
  EXPECT_EQ((std::string_view{out, sizeof out}), "HTTP/1.1 200 \r\n");
  EXPECT_EQ(sl_write(nullptr, 0, &no_reason), 0u);
}

/// Whether each function except sl_stream_init() reports only SL_TOO_LONG on this stream.
bool fails_closed(sl_stream stream) {
  const auto is_too_long = [&] {
    const sl_stream_result r = sl_stream_line(&stream);
    return sl_stream_error(&stream) == SL_TOO_LONG && r.error == SL_TOO_LONG && r.end == 0 &&
           r.reason_offset == 0 && r.reason_size == 0 && r.quirks == 0 && r.refused == 0 &&
           r.code == 0 && r.version_major == 0 && r.version_minor == 0;
  };
  const auto uses_nothing = [&](std::string_view bytes) {
    const sl_piece piece = sl_stream_feed(&stream, bytes.data(), bytes.size());
    return piece.error == SL_TOO_LONG && piece.used == 0 && piece.reason_size == 0 &&
           piece.reason != nullptr;
  };
  bool closed = is_too_long();
  for (int round = 0; round < 2; ++round) { // before sl_stream_reset() and after
    for (const std::string_view bytes : {"", "H", "HTTP/1.1 200 OK\r\n", "nonsense"})
      closed = closed && uses_nothing(bytes) && is_too_long();
    closed = closed && sl_stream_finish(&stream) == SL_TOO_LONG && is_too_long();
    sl_stream_reset(&stream);
    closed = closed && is_too_long();
  }
  sl_stream_init(&stream, SL_STRICT);
  return closed && sl_stream_feed(&stream, "HTTP/1.1 200 OK\r\n", 17).error == SL_OK;
}

TEST(CAbi, AStreamThatWasNotMadeReadyFailsClosed) {
  sl_stream stream;
  for (const int byte : {0x00, 0x01, 0x14, 0x15, 0x7f, 0xa5, 0xff}) {
    std::memset(&stream, byte, sizeof stream);
    EXPECT_TRUE(fails_closed(stream)) << byte;
  }
  std::mt19937_64 random{2026};
  for (int i = 0; i < 10'000; ++i) {
    for (std::uint64_t& word : stream.opaque) {
      const std::uint64_t mask = random(); // for many zeros, as fresh memory has them
      word = random() & mask;
    }
    ASSERT_TRUE(fails_closed(stream)) << i;
  }
  // A ready stream is not ready after a change of any one bit of its mark.
  for (int bit = 0; bit < 64; ++bit) {
    sl_stream_init(&stream, SL_PERMISSIVE);
    stream.opaque[11] ^= std::uint64_t{1} << bit;
    EXPECT_TRUE(fails_closed(stream)) << bit;
  }
}

TEST(CAbi, BitsThatStandForNoQuirkAreIgnored) {
  for (const std::string& text : all_inputs()) {
    const auto c = [&](std::uint32_t allowed) {
      return sl_parse_complete(text.data(), text.size(), {SL_MAX_SIZE, allowed});
    };
    for (std::uint32_t bit = quirk_count; bit < 32; ++bit)
      ASSERT_TRUE(same_in_c(c(1u << bit), parse_complete(text, strict))) << text;
    ASSERT_TRUE(
        same_in_c(c(~0u << quirk_count | SL_BARE_LF), parse_complete(text, {quirk::bare_lf})));
  }
}

TEST(CAbi, NamesThings) {
  for (int i = -300; i < 300; ++i) {
    const bool known = i >= 0 && i < errc_count;
    const errc e = known ? static_cast<errc>(i) : errc::ok;
    EXPECT_EQ(sl_error_name(i), known ? to_string(e) : "") << i;
    EXPECT_EQ(sl_strerror(i), known ? describe(e) : "") << i;
  }
  for (const int i : {INT32_MIN, INT32_MAX}) {
    EXPECT_STREQ(sl_error_name(i), "");
    EXPECT_STREQ(sl_strerror(i), "");
  }
  for (unsigned bit = 0; bit < 32; ++bit) {
    const bool known = bit < quirk_count;
    const quirk q = known ? static_cast<quirk>(bit) : quirk{};
    EXPECT_EQ(sl_quirk_name(1u << bit), known ? to_string(q) : "");
    EXPECT_EQ(sl_quirk_text(1u << bit), known ? describe(q) : "");
    EXPECT_EQ(sl_quirk_name(UINT32_MAX << bit), known ? to_string(q) : "");
  }
  EXPECT_STREQ(sl_quirk_name(0), "");
  EXPECT_STREQ(sl_quirk_text(0), "");
  for (unsigned code = 0; code < 2000; ++code) {
    const registry_entry* const entry = iana.find(code);
    const char* const phrase = sl_phrase(code);
    ASSERT_EQ(phrase == nullptr, entry == nullptr) << code;
    if (entry != nullptr) {
      EXPECT_EQ(phrase, phrase_of(code)) << code;
    }
  }
  EXPECT_STREQ(sl_phrase(306), "Switch Proxy");
  EXPECT_STREQ(sl_phrase(418), "I'm a Teapot");
  EXPECT_EQ(sl_phrase(65536 + 404), nullptr);
  EXPECT_EQ(sl_phrase(UINT32_MAX), nullptr);
}

// version.hpp has the version; a preprocessor cannot read it there.
TEST(CAbi, HasTheVersionOfTheHeaders) {
  EXPECT_EQ(sl_version(), version);
  EXPECT_EQ(SL_VERSION, version);
  EXPECT_EQ(std::to_string(SL_VERSION_MAJOR) + "." + std::to_string(SL_VERSION_MINOR) + "." +
                std::to_string(SL_VERSION_PATCH),
            version);
}

// The layout that existing programs were compiled with (LP64; i686 has an alignment of 4).
static_assert(sizeof(sl_stream) == 96);
static_assert(sizeof(void*) != 8 || (alignof(sl_stream) == 8 && sizeof(sl_policy) == 16 &&
                                     sizeof(sl_line) == 24 && sizeof(sl_result) == 40 &&
                                     sizeof(sl_piece) == 32 && sizeof(sl_stream_result) == 40));

static_assert(SL_FORMAT_SIZE == format_size);

TEST(CAbi, FormatsAsTheHeaders) {
  for (const quirk q : quirk_set::all())
    for (std::size_t at = 0; at < example(q).size(); ++at)
      for (int byte = 0; byte < 256; ++byte)
        for (const policy& p : {strict, interop, permissive}) {
          std::string bytes{example(q)};
          bytes[at] = static_cast<char>(byte);
          const sl_result c =
              sl_parse_complete(bytes.data(), bytes.size(), {p.max_size, p.allowed.bits()});
          std::array<char, SL_FORMAT_SIZE> have{}, want{};
          const std::size_t size =
              sl_format(&c, bytes.data(), bytes.size(), have.data(), have.size());
          ASSERT_EQ(size, format(parse_complete(bytes, p), bytes, want));
          ASSERT_EQ(have, want) << have.data();
        }
}

TEST(CAbi, FormatsAsSnprintf) {
  constexpr std::string_view bytes = "HTTP/1.1 404\r\n";
  const sl_result r = sl_parse(bytes.data(), bytes.size(), SL_STRICT);
  std::array<char, SL_FORMAT_SIZE> whole{};
  const std::size_t need = sl_format(&r, bytes.data(), bytes.size(), whole.data(), whole.size());
  ASSERT_EQ(need, std::string_view{whole.data()}.size());
  for (std::size_t size = 1; size <= need + 1; ++size) {
    std::string out(size + 1, '#');
    EXPECT_EQ(sl_format(&r, bytes.data(), bytes.size(), out.data(), size), need);
    EXPECT_EQ(std::string_view{out.c_str()}, std::string_view(whole.data(), size - 1));
    EXPECT_EQ(out.back(), '#');
  }
  EXPECT_EQ(sl_format(&r, bytes.data(), bytes.size(), nullptr, 0), need);
}

} // namespace
} // namespace statusline
