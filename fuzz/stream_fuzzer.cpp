// SPDX-License-Identifier: MIT
//
// The stream: any bytes, cut anywhere, must end as one call does, and at each cut have the result
// of one call for the bytes so far. The last bytes define the policy, the number of cuts, and the
// distances between them. A stream of the C library must return the same at each cut.
#include "c_library.hpp"
#include "target.hpp"

#include <algorithm>
#include <vector>

namespace statusline::fuzz {
namespace {

using support::same;

std::vector<std::size_t> cuts(tail& numbers) {
  std::vector<std::size_t> offsets(numbers.byte() % 16);
  std::size_t at = 0;
  for (std::size_t& offset : offsets)
    offset = at += numbers.byte();
  for (std::size_t& offset : offsets)
    offset = std::min(offset, numbers.rest().size());
  return offsets;
}

/// Each piece is overwritten after feeding, so a read behind it finds the next one, or a guard
/// page.
complaint judge_forgetting(std::string_view bytes, const policy& p, std::vector<std::size_t> ends) {
  static fenced memory;
  stream_parser stream{p};
  std::string reason;
  std::size_t begin = 0;
  ends.push_back(bytes.size());
  for (const std::size_t end : ends) {
    const std::string_view piece = memory(bytes.substr(begin, end - begin));
    const feed_result got = stream.feed(piece);
    reason += got.reason_part;
    begin = end;
    if (got.error != stream.error() || got.used > piece.size() ||
        got.reason_part.size() > got.used ||
        (!got.reason_part.empty() &&
         (got.reason_part.data() < piece.data() ||
          got.reason_part.data() + got.reason_part.size() > piece.data() + got.used)))
      return about(bytes, "a piece's answer is not about the piece");

    const std::string_view so_far = bytes.substr(0, end);
    const parse_result r = parse(so_far, p);
    if (!same(stream, r) || (r && reason != r.line.reason))
      return about(so_far, "a stream whose pieces go away differs from one shot");
    stream_parser finished = stream;
    finished.finish();
    if (!same(finished, parse_complete(so_far, p)))
      return about(so_far, "finish differs from parse_complete");
    if (finished.error() == errc::need_more)
      stream = finished; // more bytes can still be fed
  }

  const parse_result whole = parse(bytes, p);
  stream.reset();
  stream.feed(bytes);
  if (!same(stream, whole))
    return about(bytes, "a stream that was reset remembers something");
  stream.reset(permissive);
  stream.feed(bytes);
  if (!same(stream, parse(bytes, permissive)))
    return about(bytes, "a stream that was reset remembers its policy");
  return {};
}

} // namespace

complaint check(std::string_view input) {
  static_assert(sizeof(stream_parser) <= 64);
  static fenced memory;
  tail numbers{input};
  const policy p = numbers.policy();
  auto offsets = cuts(numbers);
  const std::string_view bytes = memory(numbers.rest());
  if (auto c = support::judge_cuts(bytes, p, offsets))
    return c;
  if (auto c = judge_forgetting(bytes, p, offsets))
    return c;
  offsets.push_back(bytes.size());
  return judge_c_pieces(bytes, p, offsets);
}

} // namespace statusline::fuzz
