// SPDX-License-Identifier: MIT
#pragma once

#include "target.hpp"

#include <support/in_c.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Compares the C library, which is translated from the headers, with the headers.
namespace statusline::fuzz {

using support::same_in_c;
using support::to_c;

inline complaint judge_c(std::string_view bytes, const policy& p) {
  if (!same_in_c(sl_parse(bytes.data(), bytes.size(), to_c(p)), parse(bytes, p)))
    return about(bytes, "sl_parse differs from parse");
  if (!same_in_c(sl_parse_complete(bytes.data(), bytes.size(), to_c(p)), parse_complete(bytes, p)))
    return about(bytes, "sl_parse_complete differs from parse_complete");
  return {};
}

/// In pieces that end at the offsets `ends`, ascending. Each piece is overwritten after feeding.
inline complaint judge_c_pieces(std::string_view bytes, const policy& p,
                                std::span<const std::size_t> ends) {
  static fenced memory;
  stream_parser cpp{p};
  sl_stream c;
  sl_stream_init(&c, to_c(p));
  for (std::size_t begin = 0; const std::size_t end : ends) {
    const std::string_view piece = memory(bytes.substr(begin, end - begin));
    begin = end;
    const feed_result want = cpp.feed(piece);
    const sl_piece have = sl_stream_feed(&c, piece.data(), piece.size());
    if (int(have.error) != int(want.error) || have.used != want.used ||
        have.reason_size != want.reason_part.size() ||
        (have.reason_size != 0 && have.reason != want.reason_part.data()) || !same_in_c(c, cpp))
      return about(bytes.substr(0, end), "sl_stream_feed differs from feed");
    stream_parser finished = cpp;
    sl_stream ended = c;
    if (int(sl_stream_finish(&ended)) != int(finished.finish()) || !same_in_c(ended, finished))
      return about(bytes.substr(0, end), "sl_stream_finish differs from finish");
  }
  return {};
}

/// Writes `line` with room for one byte too few, for exactly the line, and for more.
inline complaint judge_c_write(const status_line& line) {
  const std::size_t size = line.reason.size() + 15;
  std::string have(size + 1, '\xaa'), want = have;
  const sl_line c = {line.reason.data(), line.reason.size(), 0,
                     line.code,          line.version.major, line.version.minor};
  for (const std::size_t room : {size - 1, size, size + 1})
    if (sl_write(have.data(), room, &c) != write({want.data(), room}, line) || have != want)
      return about(line.reason, "sl_write differs from write");
  return {};
}

} // namespace statusline::fuzz
