// SPDX-License-Identifier: MIT
//
// Eight fixed calls for callgrind to count, each in a function that it is told of by name, or with
// the argument `growth` a series of them; prints the name of each. bench/instructions.sh runs this.
#include <statusline/statusline.hpp>

#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace statusline;

constexpr std::string_view header_section = "Server: nginx/1.22.1\r\nContent-Length: 6132\r\n\r\n";

struct input {
  std::string name;
  std::string bytes;
  policy allowed = strict;
  std::size_t piece = 0; ///< of a stream; 0 for parse()
  errc expected = errc::ok;
};

/// Leaving this is what callgrind writes a count for.
[[gnu::noinline]] errc counted(const input& i) {
  const std::string_view bytes = i.bytes;
  if (i.piece == 0)
    return parse(bytes, i.allowed).error;
  stream_parser line{i.allowed};
  for (std::size_t at = 0; at < bytes.size() && line.error() == errc::need_more; at += i.piece)
    line.feed(bytes.substr(at, i.piece));
  return line.error();
}

std::vector<input> guarded() {
  const std::string line = "HTTP/1.1 200 OK\r\n";
  const std::string more{header_section};
  return {
      {"line_with_header_section", line + more},
      {"line_alone", line},
      {"phrase_of_31", "HTTP/1.1 416 Requested Range Not Satisfiable\r\n" + more},
      {"reason_of_4096", "HTTP/1.1 200 " + std::string(4096, 'x') + "\r\n" + more},
      {"bare_lf", "HTTP/1.1 200 OK\n" + more, permissive},
      {"error_in_code", "HTTP/1.1 2x0 OK\r\n" + more, strict, 0, errc::code},
      {"stream_in_one_piece", line + more, strict, 8192},
      {"stream_byte_by_byte", line + more, strict, 1},
  };
}

/// By the length of the line, the offset of the first error, and the size of a stream's pieces; and
/// lines that show a quirk.
std::vector<input> growing() {
  std::vector<input> all;
  const std::string more{header_section};
  for (const auto& [name, line] : std::initializer_list<std::pair<const char*, const char*>>{
           {"bare_lf", "HTTP/1.1 200 OK\n"},
           {"missing_version", "HTTP 200 OK\r\n"},
           {"leading_blank", "\r\nHTTP/1.1 200 OK\r\n"},
           {"icy_protocol", "ICY 200 OK\r\n"},
           {"lowercase_protocol", "http/1.1 200 OK\r\n"}})
    all.push_back({std::string{"quirky-"} + name, line + more, permissive});
  const std::string longest = "HTTP/1.1 200 " + std::string(8192 - 15, 'x') + "\r\n";
  all.push_back({"length-14", "HTTP/1.1 200\r\n" + more, interop});
  for (std::size_t size = 16; size <= 8192; size *= 2)
    all.push_back({"length-" + std::to_string(size),
                   "HTTP/1.1 200 " + std::string(size - 15, 'x') + "\r\n" + more});
  for (std::size_t at = 0; at <= 4096; at = at == 0 ? 1 : at * 2) {
    const errc expected = at < 5 ? errc::protocol : at < 9 ? errc::separator : errc::reason;
    all.push_back({"error-" + std::to_string(at), longest, strict, 0, expected});
    all.back().bytes[at] = '\x01';
  }
  for (std::size_t piece = 1; piece <= 8192; piece *= 2)
    all.push_back({"pieces-" + std::to_string(piece), longest, strict, piece});
  return all;
}

} // namespace

int main(int argc, char** argv) {
  const bool growth = argc > 1 && argv[1] == std::string_view{"growth"};
  for (const input& i : growth ? growing() : guarded()) {
    if (counted(i) != i.expected)
      return 1;
    std::puts(i.name.c_str());
  }
}
