// SPDX-License-Identifier: MIT
//
// Compares the C library with the headers on random lines, policies and cuts.
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace sl = statusline;

namespace {

bool same(const sl_result& c, const sl::parse_result& cpp) {
  const sl::status_line& line = cpp.line;
  return c.error == int(cpp.error) && c.end == cpp.end && c.refused == cpp.refused.bits() &&
         c.line.reason == line.reason.data() && c.line.reason_size == line.reason.size() &&
         c.line.quirks == line.quirks.bits() && c.line.code == line.code &&
         c.line.version_major == line.version.major && c.line.version_minor == line.version.minor;
}

bool same(const sl_stream& c, const sl::stream_parser& cpp) {
  const sl_stream_result r = sl_stream_line(&c);
  const sl::stream_line line = cpp.line();
  return r.error == int(cpp.error()) && r.end == cpp.end() && r.refused == cpp.refused().bits() &&
         r.reason_offset == line.reason_offset && r.reason_size == line.reason_size &&
         r.quirks == line.quirks.bits() && r.code == line.code &&
         r.version_major == line.version.major && r.version_minor == line.version.minor;
}

class dice {
public:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(engine_);
  }
  std::string line() {
    static constexpr std::string_view bytes = "HTTPhttpICY/.0129 \t\v\f\r\n\0\x7f\xc3Z";
    static constexpr std::string_view seeds[] = {"HTTP/1.1 200 OK\r\n", "\r\nHTTP/1.0 404 \r\n",
                                                 "ICY 200 OK\r\n", "HTTP/2 200\n",
                                                 "HTTP 502 x\r\r\n"};
    std::string text{seeds[below(std::size(seeds))]};
    for (std::size_t changes = below(4); changes > 0 && !text.empty(); --changes)
      text.replace(below(text.size()), below(2), below(3), bytes[below(bytes.size())]);
    return text;
  }

private:
  std::mt19937 engine_{9112};
};

bool agree(dice& d) {
  const std::string text = d.line();
  const sl::policy cpp{sl::quirk_set::from_bits(std::uint32_t(d.below(2) * d.below(1 << 13))),
                       1 + d.below(40)};
  const sl_policy c{cpp.max_size, cpp.allowed.bits()};
  if (!same(sl_parse(text.data(), text.size(), c), sl::parse(text, cpp)) ||
      !same(sl_parse_complete(text.data(), text.size(), c), sl::parse_complete(text, cpp)))
    return false;

  sl_stream c_stream;
  sl_stream_init(&c_stream, c);
  sl::stream_parser cpp_stream{cpp};
  for (std::size_t at = 0, size = 0; at < text.size(); at += size) {
    size = 1 + d.below(text.size() - at);
    const sl_piece a = sl_stream_feed(&c_stream, text.data() + at, size);
    const sl::feed_result b = cpp_stream.feed(std::string_view{text}.substr(at, size));
    if (a.error != int(b.error) || a.used != b.used || a.reason_size != b.reason_part.size() ||
        (a.reason_size != 0 && a.reason != b.reason_part.data()) || !same(c_stream, cpp_stream))
      return false;
  }
  return sl_stream_finish(&c_stream) == int(cpp_stream.finish()) && same(c_stream, cpp_stream);
}

} // namespace

int main() {
  dice d;
  for (int i = 0; i < 200'000; ++i)
    if (!agree(d)) {
      std::printf("round %d differs\n", i);
      return 1;
    }
}
