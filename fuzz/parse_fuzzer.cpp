// SPDX-License-Identifier: MIT
//
// One call: any bytes under any policy and limit, which the last three bytes define. The result
// must be the reference parser's, need_more and every offset honest, explain and write must agree,
// and the policy must be a filter. write() must write one line of RFC 9112 for any reason, code and
// version, or nothing. The C library must return the same.
#include "c_library.hpp"
#include "target.hpp"

#include <algorithm>
#include <span>

namespace statusline::fuzz {
namespace {

complaint judge_write(const status_line& line) {
  const std::string_view reason = line.reason;
  const bool writable = line.code <= 999 && line.version.major <= 9 && line.version.minor <= 9 &&
                        std::ranges::none_of(reason, [](char c) {
                          return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
                        });

  std::string out(reason.size() + 20, '\xaa');
  const std::size_t size = write(out, line);
  const std::string_view written = std::string_view{out}.substr(0, size);
  const std::string_view beyond = std::string_view{out}.substr(size);
  if (size != (writable ? reason.size() + 15 : 0))
    return about(reason, "write takes what it should refuse, or the other way round");
  if (beyond.find_first_not_of('\xaa') != beyond.npos)
    return about(reason, "write touches more than it says");
  if (!writable)
    return {};
  const parse_result r = parse(written, {{}, size});
  if (!r || r.end != size || r.line != line)
    return about(reason, "what write makes is another line: " + corpus::escape(written));
  return {};
}

/// Any bytes as a reason, also after many others, so that it is long.
complaint judge_write(std::string_view bytes, tail numbers) {
  const unsigned low =
      numbers.byte(); // one after the other: a single expression has no fixed order
  const auto code = static_cast<std::uint16_t>(low | numbers.byte() << 8);
  const unsigned version = numbers.byte();
  status_line line{
      bytes,
      code < 0x8000 ? static_cast<std::uint16_t>(code % 1024) : code,
      {static_cast<std::uint8_t>(version % 16), static_cast<std::uint8_t>(version / 16)},
      {}};
  if (auto c = judge_write(line))
    return c;
  if (auto c = judge_c_write(line))
    return c;
  const std::string longer = std::string(numbers.byte() * std::size_t{64}, 'x').append(bytes);
  line.reason = longer;
  if (auto c = judge_write(line))
    return c;
  return judge_c_write(line);
}

} // namespace

complaint check(std::string_view input) {
  static fenced memory;
  tail numbers{input};
  const policy p = numbers.policy();
  const std::string_view bytes = memory(numbers.rest());
  if (auto c = support::judge(bytes, p))
    return c;
  if (auto c = support::judge_filter(bytes, p))
    return c;
  if (auto c = judge_c(bytes, p))
    return c;
  return judge_write(bytes, tail{input});
}

} // namespace statusline::fuzz
