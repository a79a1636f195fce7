// SPDX-License-Identifier: MIT
//
// The status lines of a source: one at its head, each line, or each head of a stream of responses.
#pragma once

#include "source.hpp"

#include <statusline/statusline.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace statusline::cli {

enum class framing : std::uint8_t;

/// The policies that have a name.
inline constexpr std::array<std::pair<std::string_view, policy>, 3> policies = {
    {{"strict", strict}, {"interop", interop}, {"permissive", permissive}}};

/// One status line of a source, or the bytes in its place.
struct input {
  const std::string& source;
  std::uint64_t offset;   ///< its offset in the source
  std::string_view bytes; ///< at least those that decide it; on an error those that reading::ahead
                          ///< asks for; valid during the visit
  parse_result result;    ///< the result of parse_complete()
  framing body{};         ///< of the head that it begins, if --follow needs it
};

/// How a source is divided into inputs.
enum class division : std::uint8_t {
  whole, ///< one input at the head of the source
  lines, ///< each line
  heads, ///< each head of a stream of responses
};

/// The bytes after a head of a stream.
enum class body_rule : std::uint8_t {
  automatic, ///< a line that begins like a status line is the next head, else as `believed`
  none,      ///< always the next head
  believed,  ///< as the code and the header fields determine (RFC 9112 section 6.3)
};

struct reading {
  division by = division::whole;
  body_rule bodies = body_rule::automatic; ///< for division::heads
  bool ahead = true; ///< of an input with an error, read the bytes that a report on it needs
};

/// How much of an input with an error is read ahead: a line that begins at an offset up to the
/// limit of the policy, and a first line to recognise. A limit over 64 KiB counts as that.
[[nodiscard]] constexpr std::size_t ahead_of(const policy& p) noexcept {
  constexpr std::size_t least = std::size_t{8} << 10, most = std::size_t{64} << 10;
  return 2 * (p.max_size < least ? least : p.max_size > most ? most : p.max_size);
}

/// A body that the end of the source cuts off.
struct cut_body {
  std::uint64_t head;    ///< the offset of its head
  std::uint64_t present; ///< how many bytes of it are there, in bytes
  std::uint64_t missing; ///< how many are not; 0 if the body does not tell, as it is chunked
};

/// Calls `visit` for each input, in order, and adds the size of skipped bodies to `body_bytes`.
/// Returns the body that the source ends in: under division::heads, if any byte of it is there.
/// Needs memory for one line of at most `p.max_size` bytes, or ahead_of(p). Reads no further than
/// necessary.
std::optional<cut_body> for_each_input(source& from, const reading& how, const policy& p,
                                       const std::function<void(const input&)>& visit,
                                       std::uint64_t& body_bytes);

/// The same for division::lines where only the numbers count: adds to them, also if reading throws.
void count_lines(source& from, const policy& p, std::uint64_t& lines, std::uint64_t& valid);

} // namespace statusline::cli
