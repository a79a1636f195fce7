// SPDX-License-Identifier: MIT
//
// Calls for callgrind to count, one of every kind that a user makes, or with the argument `growth`
// a series by length. callgrind collects in the function `counted`; the name of each call is
// printed after it. bench/instructions.sh runs this.
#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <array>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace statusline;

constexpr std::string_view header_section = "Server: nginx/1.22.1\r\nContent-Length: 6132\r\n\r\n";

struct call {
  std::string name;
  std::function<unsigned()> make; ///< returns `expected`
  unsigned expected = 0;          ///< an errc or a standing, as a number
};

/// callgrind writes a count when this returns. It costs 12 to 16 instructions itself.
[[gnu::noinline]] unsigned counted(const call& c) { return c.make(); }

unsigned number(auto value) { return static_cast<unsigned>(value); }

call parsing(std::string name, std::string bytes, policy p = strict, errc expected = errc::ok) {
  return {std::move(name), [bytes = std::move(bytes), p] { return number(parse(bytes, p).error); },
          number(expected)};
}

call streaming(std::string name, std::string bytes, std::size_t first, std::size_t piece,
               policy p = strict, errc expected = errc::ok) {
  return {"stream_" + std::move(name),
          [=, bytes = std::move(bytes)] {
            stream_parser line{p};
            const std::string_view all = bytes;
            line.feed(all.substr(0, first));
            for (std::size_t at = first; at < all.size() && line.error() == errc::need_more;
                 at += piece)
              line.feed(all.substr(at, piece));
            return number(line.error());
          },
          number(expected)};
}

call assessing(std::string name, std::string reason, unsigned code, const registry& r,
               phrase_standing expected) {
  return {"assess_" + std::move(name),
          [=, reason = std::move(reason), &r] {
            return number(assess({reason, static_cast<std::uint16_t>(code), {1, 1}, {}}, r).phrase);
          },
          number(expected)};
}

/// The rows of iana without its indexes.
constexpr registry plain{"plain", iana.snapshot, iana.entries};

std::vector<call> every_kind() {
  const std::string more{header_section};
  const std::string line = "HTTP/1.1 200 OK\r\n";
  const std::string phrase = "HTTP/1.1 416 Requested Range Not Satisfiable\r\n";
  const std::string start = "HTTP/1.1 200 ";
  const std::string x4096(4096, 'x');
  const std::string long_line = start + x4096 + "\r\n";
  std::vector<call> all = {
      parsing("ok", line + more),
      parsing("ok_alone", line),
      parsing("empty_reason", start + "\r\n" + more),
      parsing("empty_reason_alone", start + "\r\n"),
      parsing("phrase_of_31", phrase + more),
      parsing("phrase_of_31_alone", phrase),
      parsing("latin1", start + "caf\xe9 au lait\r\n" + more),
      parsing("htab", start + "a\tb\r\n" + more),
      parsing("reason_of_4096", long_line + more),
      parsing("control_after_4000", start + x4096.substr(0, 4000) + "\x01\r\n" + more, permissive),
      parsing("controls_1000", start + std::string(1000, '\x01') + "\r\n" + more, permissive),
      parsing("cut_in_code", "HTTP/1.1 2", strict, errc::need_more),
      parsing("cut_in_reason", start + "O", strict, errc::need_more),
      parsing("too_long", line + more, {{}, 16}, errc::too_long),
  };
  for (const quirk q : quirk_set::all()) {
    const std::string bytes{example(q)};
    if (q == quirk::unterminated)
      all.push_back({"quirk_unterminated",
                     [bytes] { return number(parse_complete(bytes, permissive).error); }});
    else
      all.push_back(parsing("quirk_" + std::string{to_string(q)}, bytes + more, permissive));
  }
  for (const std::size_t at : {0u, 4u, 7u, 8u, 9u, 11u, 12u, 13u, 16u, 40u, 2000u}) {
    std::string bytes = long_line;
    bytes[at] = '\x01';
    all.push_back(parsing("error_at_" + std::to_string(at), bytes, strict, parse(bytes).error));
  }
  all.push_back(streaming("whole", line + more, line.size() + more.size(), 1));
  all.push_back(streaming("bytes", line + more, 1, 1));
  for (const std::size_t first : {1u, 4u, 5u, 8u, 9u, 12u, 13u, 15u, 16u})
    all.push_back(streaming("cut_at_" + std::to_string(first), line + more, first, 8192));
  for (const std::size_t piece : {2u, 7u, 16u, 64u, 512u, 2048u})
    all.push_back(streaming("long_by_" + std::to_string(piece), long_line, piece, piece));
  all.push_back(streaming("phrase_by_20", phrase, 20, 20));
  all.push_back(streaming("lowercase", "http/1.1 200 OK\r\n", 64, 64, permissive));
  all.push_back(
      streaming("controls_by_64", start + std::string(1000, '\x01') + "\r\n", 64, 64, permissive));
  for (const auto& [name, bytes] : std::initializer_list<std::pair<const char*, std::string>>{
           {"ok", line}, {"quirks", "http/1.1  200\tOK\n"}, {"reason_of_4096", long_line}})
    all.push_back({"explain_" + std::string{name}, [bytes = bytes] {
                     return number(
                         explain(bytes, permissive, [](quirk, std::size_t, std::size_t) {}).error);
                   }});
  all.push_back({"describe", [] {
                   constexpr std::string_view bytes = "HTTP/1.1 2000 OK\r\n";
                   return number(describe(parse(bytes), bytes).empty());
                 }});
  for (const std::string& reason : {std::string{"OK"}, phrase.substr(13, 31), x4096})
    all.push_back({"write_" + std::to_string(reason.size()),
                   [reason] {
                     static std::array<char, 8192> out;
                     return number(write(out, {reason, 200, {1, 1}, {}}) == reason.size() + 15);
                   },
                   1});
  using enum phrase_standing;
  for (const auto& [suffix, r] : std::initializer_list<std::pair<const char*, const registry*>>{
           {"", &iana}, {"_without_index", &plain}}) {
    all.push_back(assessing(std::string{"canonical"} + suffix, "OK", 200, *r, canonical));
    all.push_back(assessing(std::string{"former"} + suffix, "Moved Temporarily", 302, *r, former));
    all.push_back(
        assessing(std::string{"alias"} + suffix, "Connection established", 200, *r, alias));
    all.push_back(assessing(std::string{"variant"} + suffix, "not found", 404, *r, variant));
    all.push_back(assessing(std::string{"blank"} + suffix, "NotFound", 404, *r, variant));
    all.push_back(assessing(std::string{"other_code"} + suffix, "Not Found", 200, *r, other_code));
    all.push_back(assessing(std::string{"custom"} + suffix, "No such page here", 404, *r, custom));
    all.push_back(
        assessing(std::string{"custom_of_64"} + suffix, x4096.substr(0, 64), 404, *r, custom));
    all.push_back(
        assessing(std::string{"custom_of_300"} + suffix, x4096.substr(0, 300), 404, *r, custom));
    all.push_back({std::string{"find_code"} + suffix,
                   [r = r] { return number(r->position(404u) < 255); }, 1});
    all.push_back({std::string{"find_phrase"} + suffix,
                   [r = r] { return number(r->position("OK") < 255); }, 1});
    all.push_back({std::string{"find_variant"} + suffix,
                   [r = r] { return number(r->position("not found") < 255); }, 1});
  }
  all.push_back({"parse_and_assess",
                 [bytes = line + more] { return number(assess(parse(bytes).line, iana).phrase); },
                 number(canonical)});
  all.push_back({"notes", [] { return number(notes({"OK", 200, {1, 1}, {}}).empty()); }, 1});
  for (const auto& [name, bytes] : std::initializer_list<std::pair<const char*, std::string>>{
           {"ok", line + more},
           {"phrase_of_31", phrase + more},
           {"no_reason", "HTTP/1.1 200\r\n" + more}}) {
    all.push_back({"c_parse_" + std::string{name}, [bytes = bytes] {
                     return number(sl_parse(bytes.data(), bytes.size(), SL_PERMISSIVE).error);
                   }});
    all.push_back({"c_stream_" + std::string{name}, [bytes = bytes] {
                     sl_stream s;
                     sl_stream_init(&s, SL_PERMISSIVE);
                     return number(sl_stream_feed(&s, bytes.data(), bytes.size()).error);
                   }});
  }
  return all;
}

/// By the length of the line, the offset of the first error, and the size of a stream's pieces; and
/// lines that show a quirk. docs/benchmarks.svg draws these.
std::vector<call> growing() {
  std::vector<call> all;
  const std::string more{header_section};
  for (const quirk q : {quirk::bare_lf, quirk::missing_version, quirk::leading_blank,
                        quirk::icy_protocol, quirk::lowercase_protocol})
    all.push_back(
        parsing("quirky-" + std::string{to_string(q)}, std::string{example(q)} + more, permissive));
  const std::string longest = "HTTP/1.1 200 " + std::string(8192 - 15, 'x') + "\r\n";
  all.push_back(parsing("length-14", "HTTP/1.1 200\r\n" + more, interop));
  for (std::size_t size = 16; size <= 8192; size *= 2)
    all.push_back(parsing("length-" + std::to_string(size),
                          "HTTP/1.1 200 " + std::string(size - 15, 'x') + "\r\n" + more));
  for (std::size_t at = 0; at <= 4096; at = at == 0 ? 1 : at * 2) {
    std::string bytes = longest;
    bytes[at] = '\x01';
    all.push_back(parsing("error-" + std::to_string(at), bytes, strict, parse(bytes).error));
  }
  for (std::size_t piece = 1; piece <= 8192; piece *= 2) {
    all.push_back(streaming("", longest, piece, piece));
    all.back().name = "pieces-" + std::to_string(piece);
  }
  return all;
}

} // namespace

int main(int argc, char** argv) {
  const bool growth = argc > 1 && argv[1] == std::string_view{"growth"};
  for (const call& c : growth ? growing() : every_kind()) {
    if (counted(c) != c.expected) {
      std::fprintf(stderr, "%s: another answer than expected\n", c.name.c_str());
      return 1;
    }
    std::puts(c.name.c_str());
  }
}
