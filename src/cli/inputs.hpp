// SPDX-License-Identifier: MIT
//
// The status lines of a source: one at its head, each line, or each head of a stream of responses.
#pragma once

#include "source.hpp"

#include <statusline/statusline.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace statusline::cli {

enum class framing : std::uint8_t;

/// The policies that have a name.
inline constexpr std::array<std::pair<std::string_view, policy>, 3> policies = {
    {{"strict", strict}, {"interop", interop}, {"permissive", permissive}}};

/// One status line of a source, or the bytes that stand in its place.
struct input {
  const std::string& source;
  std::uint64_t offset;   ///< where in the source it begins
  std::string_view bytes; ///< at least those that decide it; valid during the visit
  parse_result result;    ///< as parse_complete() returns it
  framing body{};         ///< of the head that it begins, where --follow needs it
};

/// How a source is divided into inputs.
enum class division : std::uint8_t {
  whole, ///< one input at the head of the source
  lines, ///< each line
  heads, ///< each head of a stream of responses
};

/// What follows a head of a stream.
enum class body_rule : std::uint8_t {
  automatic, ///< what begins like a status line is the next head, else as `believed`
  none,      ///< always the next head
  believed,  ///< as the code and the header fields tell (RFC 9112 section 6.3)
};

struct reading {
  division by = division::whole;
  body_rule bodies = body_rule::automatic; ///< for division::heads
};

/// Calls `visit` for each input, in order, and adds to `body_bytes` the bytes that it passed over
/// as bodies. Needs memory for one line of at most `p.max_size` bytes. Reads no further than it
/// must.
void for_each_input(source& from, const reading& how, const policy& p,
                    const std::function<void(const input&)>& visit, std::uint64_t& body_bytes);

} // namespace statusline::cli
