// SPDX-License-Identifier: MIT
//
// format(): the texts, every byte at every place, every cut of the buffer.
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <tuple>

namespace statusline {
namespace {

std::string formatted(std::string_view bytes, const policy& p) {
  std::array<char, format_size> out{};
  return {out.data(), format(parse_complete(bytes, p), bytes, out)};
}

static_assert([] {
  std::array<char, format_size> out{};
  constexpr std::string_view bytes = "HTTP/1.1 404\r\n";
  const std::size_t size = format(parse(bytes), bytes, out);
  return std::string_view{out.data(), size} ==
         "byte 12: expected one space (SP) after the status code, found CR (missing_reason): "
         "`HTTP/1.1 404\\r\\n`";
}());

struct row {
  std::string_view bytes;
  policy p;
  std::string_view line;
};

TEST(Format, SaysWhatStandsWhere) {
  using namespace std::literals;
  for (const auto& [bytes, p, line] : {
           row{"HTTP/1.1 200 OK\r\nServer: x\r\n", strict,
               "accepted, no quirks: `HTTP/1.1 200 OK\\r\\n`"},
           row{"http/1.1  200 OK\n", permissive,
               "accepted with bare_lf, extra_space, lowercase_protocol: `http/1.1  200 OK\\n`"},
           row{"HTTP/1.1 2000 OK\r\n", strict,
               "byte 12: a status code has exactly three digits, found '0': "
               "`HTTP/1.1 2000 OK\\r\\n`"},
           row{"HTTP/1.1 200 a\x1b[31m`\r\n", strict,
               "byte 14: expected a byte of the reason phrase (no control character except HTAB) "
               "or CRLF, found 0x1b (control_in_reason): `HTTP/1.1 200 a\\x1b[31m\\x60\\r\\n`"},
           row{"HTTP/1.1 200 OK\rX", permissive,
               "byte 16: expected LF after CR, found 'X': `HTTP/1.1 200 OK\\rX`"},
           row{"\0\xff\x7f\t \\"sv, strict,
               "byte 0: expected \"HTTP/\", in capitals, at the very start of the line, found NUL: "
               "`\\0\\xff\\x7f\\t \\\\`"},
           row{"HTTP/1.1 2", strict,
               "byte 10: the input ends before the line does; expected more bytes: `HTTP/1.1 2`"},
           row{"", strict, "byte 0: the input ends before the line does; expected more bytes: ``"},
           row{"HTTP/1.1 200 OK", strict,
               "byte 15: the input ends before the line does; expected more bytes (unterminated): "
               "`HTTP/1.1 200 OK`"},
           row{"HTTP/1.1 2000 OK\r\nServer: x\r\n", strict,
               "byte 12: a status code has exactly three digits, found '0': "
               "`HTTP/1.1 2000 OK\\r\\n`"},
           row{"HTTP/1.1 200", policy{quirk::unterminated},
               "byte 12: expected one space (SP) after the status code, found the end of the input "
               "(missing_reason): `HTTP/1.1 200`"},
           row{"HTTP/1.1 200 OK\r\n",
               {{}, 16},
               "byte 16: expected the line to end within the size limit: `HTTP/1.1 200 OK\\r\\n`"},
       })
    EXPECT_EQ(formatted(bytes, p), line);
}

TEST(Format, NamesAndEscapesEachByte) {
  for (int value = 0; value < 256; ++value) {
    const char byte = static_cast<char>(value);
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "%02x", static_cast<unsigned>(value));
    const bool printable = value >= 0x20 && value < 0x7f;
    std::string escaped = "\\x" + std::string{hex.data()};
    std::string name = "0x" + std::string{hex.data()};
    if (printable && byte != '`')
      escaped = byte == '\\' ? "\\\\" : std::string{byte};
    if (printable)
      name = byte == ' ' ? "SP" : "'" + std::string{byte} + "'";
    for (const auto& [c, as_name, as_escape] :
         {std::tuple{'\r', "CR", "\\r"}, std::tuple{'\n', "LF", "\\n"},
          std::tuple{'\t', "HTAB", "\\t"}, std::tuple{'\0', "NUL", "\\0"},
          std::tuple{'\x7f', "DEL", "\\x7f"}})
      if (byte == c) {
        name = as_name;
        escaped = as_escape;
      }
    const std::string line = formatted(std::string_view{&byte, 1}, strict);
    EXPECT_TRUE(line.ends_with(": `" + escaped + "`")) << line;
    const std::string found = ", found " + name;
    EXPECT_EQ(byte == 'H',
              line.find(found + ": ") == line.npos && line.find(found + " (") == line.npos)
        << line;
  }
}

TEST(Format, ShowsThirtyTwoBytesOnEitherSide) {
  std::string bytes = "HTTP/1.1 200 " + std::string(100, 'x') + '\x01' + std::string(100, 'y');
  EXPECT_TRUE(
      formatted(bytes, strict)
          .ends_with("`..." + std::string(32, 'x') + "\\x01" + std::string(31, 'y') + "...`"));
  bytes = "HTTP/1.1 200 " + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(formatted(bytes, strict),
            "accepted, no quirks: `HTTP/1.1 200 " + std::string(51, 'x') + "...`");
}

/// Each byte at each place of lines that show every quirk, under each policy with a name.
template <class F> void for_each_input(F f) {
  for (const quirk q : quirk_set::all())
    for (std::size_t at = 0; at < example(q).size(); ++at)
      for (int byte = 0; byte < 256; ++byte) {
        std::string bytes{example(q)};
        bytes[at] = static_cast<char>(byte);
        for (const policy& p : {strict, interop, permissive})
          f(bytes, p);
      }
}

TEST(Format, WritesPrintableAsciiThatFits) {
  for_each_input([](std::string_view bytes, const policy& p) {
    const std::string line = formatted(bytes, p);
    ASSERT_LT(line.size(), format_size);
    ASSERT_TRUE(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) << line;
  });
}

TEST(Format, TheLongestLineFits) {
  // Every quirk except those that exclude each other, bytes of four characters, the largest offset.
  std::array<char, format_size> out{};
  parse_result r;
  r.line.quirks = quirk_set::all();
  r.error = errc::ok;
  r.end = 100;
  const std::string bytes(200, '\x01');
  EXPECT_LT(format(r, bytes, out), format_size);
  r.refused = quirk_set::all();
  for (int e = 0; e < errc_count; ++e)
    for (const std::size_t end : {std::size_t{100}, static_cast<std::size_t>(-1)}) {
      r.error = static_cast<errc>(e);
      r.end = end;
      EXPECT_LT(format(r, bytes, out), format_size) << e;
    }
}

TEST(Format, IsCutToTheBuffer) {
  constexpr std::string_view bytes = "HTTP/1.1 404\r\n";
  const parse_result r = parse(bytes);
  const std::string whole = formatted(bytes, strict);
  for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
    std::string out(size + 1, '#');
    EXPECT_EQ(format(r, bytes, std::span{out}.first(size)), whole.size());
    EXPECT_EQ(out,
              whole.substr(0, size) + std::string(out.size() - std::min(size, whole.size()), '#'));
  }
  EXPECT_EQ(format(r, bytes, {}), whole.size());
}

} // namespace
} // namespace statusline
