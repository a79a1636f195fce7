// SPDX-License-Identifier: MIT
//
// Two questions, answered many octets at a time: is this a canonical line, and where do the plain
// octets of a reason end? These functions only find lines and octets that the table accepts; they
// report no error.
//
// A canonical line is "HTTP/d.d ddd ", a reason of plain octets, CR LF; an octet is plain if a
// reason accepts it without a quirk. The first bytes of any line are *known* once they are found to
// be those of some canonical line: of "HTTP/1.1 200" CR LF twelve bytes are known.
//
// Tested by grammar_test, words_test, proof_strict_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/block.hpp>
#include <statusline/detail/grammar.hpp>
#include <statusline/line.hpp>

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace statusline::detail {

/// prefix_states[k] is the state after the first k bytes of the prefix, read from the table.
inline constexpr auto prefix_states = [] {
  std::array<state, prefix.size() + 1> states{};
  for (std::size_t k = 0; k < prefix.size(); ++k)
    states[k + 1] = grammar(states[k], octet_of[static_cast<unsigned char>(prefix[k])]).next;
  return states;
}();
static_assert(prefix_states[0] == state::start && prefix_states.back() == state::reason);

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
/// Whether there are three digits at `p`.
constexpr bool are_digits(const char* p) noexcept {
  return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]);
}
/// Reads "ddd". Precondition: are_digits(p).
constexpr std::uint16_t code_at(const char* p) noexcept {
  return static_cast<std::uint16_t>((p[0] * 10 + p[1]) * 10 + p[2] - '0' * 111);
}
/// Reads "d.d ". Precondition: p[0] and p[2] are digits; four bytes are read. S9: one 16-bit store,
/// or a load of both digits stalls
inline http_version version_at(const char* p) noexcept {
  if constexpr (std::endian::native != std::endian::little)
    return {static_cast<std::uint8_t>(p[0] - '0'), static_cast<std::uint8_t>(p[2] - '0')};
  std::uint32_t text = 0;
  std::memcpy(&text, p, sizeof text);
  const std::uint32_t digits = (text & 0x000f000f) * 0x10100 >> 16; // p[0] in the low byte
  return std::bit_cast<http_version>(static_cast<std::uint16_t>(digits));
}
/// Whether there is CR LF at `p`. Reads two bytes.
inline bool is_crlf(const char* p) noexcept {
  std::uint16_t read = 0, crlf = 0;
  std::memcpy(&read, p, sizeof read);
  std::memcpy(&crlf, "\r\n", sizeof crlf);
  return read == crlf;
}
/// The octets that a reason accepts without a quirk, read from the table.
inline constexpr auto plain_octets = [] {
  std::array<bool, octet_kinds> plain{};
  for (std::size_t o = 0; o < octet_kinds; ++o) {
    const cell& in_reason = grammar(state::reason, static_cast<octet>(o));
    plain[o] = in_reason.next == state::reason && in_reason.shows.empty();
  }
  return plain;
}();
/// Whether a reason accepts `c` without a quirk.
constexpr bool is_plain(char c) noexcept {
  return plain_octets[std::size_t(octet_of[static_cast<unsigned char>(c)])];
}

/// Where skip_blocks() stops: at an octet that is not plain, or only at CR and LF. The latter is
/// for a reason that has shown a control already.
enum class stop : bool { not_plain, line_end };

/// The bytes of a block at which to stop.
template <stop Where> STATUSLINE_ALWAYS_INLINE block::mask stops_in(const block& b) noexcept {
  if constexpr (Where == stop::not_plain)
    return b.not_plain();
  else
    return b.line_end();
}

/// The first offset in [from, n) at which to stop, or `n`. Reads nothing outside [0, n).
/// Precondition: from <= n and n >= block_size. O(n - from).
template <stop Where>
STATUSLINE_ALWAYS_INLINE std::size_t skip_blocks(const char* p, std::size_t from,
                                                 std::size_t n) noexcept {
  assert(from <= n && n >= block_size);
  std::size_t i = from;
  while (n - i >= block_size) {
    if (const auto mask = stops_in<Where>(block::load(p + i)); mask != 0)
      return i + first_in(mask);
    i += block_size;
    // S10: a reason that is longer than a block may be much longer, so 64 bytes at a time
    if constexpr (Where == stop::not_plain)
      if (i - from == block_size)
        while (n - i >= 4 * block_size && !block::any_control_in_four(p + i))
          i += 4 * block_size;
  }
  if (i == n)
    return n;
  // Less than a block is left: load the last whole one, and drop the bytes before `i`.
  const std::size_t seen = block_size - (n - i);
  const auto last = block::load(p + n - block_size);
  const auto mask = stops_in<Where>(last) >> (seen * block::bits_per_byte);
  return mask != 0 ? i + first_in(mask) : n;
}

/// The offset of the first octet that is not plain, or `n`. O(n).
constexpr std::size_t skip_plain(const char* p, std::size_t n) noexcept {
  if (!std::is_constant_evaluated() && n >= block_size)
    return skip_blocks<stop::not_plain>(p, 0, n);
  std::size_t i = 0;
  while (i < n && is_plain(p[i]))
    ++i;
  return i;
}

/// The two blocks of decide(), which is below with its contract: at `p` and at p + second.
template <class Steps>
STATUSLINE_ALWAYS_INLINE auto decide_by(const char* p, std::size_t second,
                                        const Steps& steps) noexcept {
  if (const auto off = block::load(p).off_prefix(); off != 0)
    return steps.give_up(first_in(off));
  const auto controls = but_last(block::load(p + second).control());
  if (controls == 0)
    return steps.go_on(second + block_size - 1);
  const std::size_t first = second + first_in(controls);
  if (is_crlf(p + first))
    return steps.accept(first);
  return p[first] == '\t' ? steps.go_on(first) : steps.give_up(first); // HTAB is rare: tested last
}

/// Is there a canonical line in the `n` bytes at `p`? Two blocks decide that for most lines. Calls
/// one of these, and returns its result:
///
/// - steps.accept(cr): yes; its CR is at `cr`
/// - steps.go_on(known): the second block has a HTAB, or no end of the reason: decide_long()
/// decides
/// - steps.give_up(known): the table has to decide what follows the first `known` bytes
/// - steps.short_of(): there is less than one block; decide_short() decides
///
/// The first block holds the prefix. The second normally follows the prefix; near the end of the
/// buffer it is moved back to end with the buffer, and overlaps the prefix, which has no control.
/// Its last byte is ignored, so that CR LF can be compared as a pair without reading past the end.
// S3: calls, not a result to switch on; S4: what else was tried
template <class Steps>
STATUSLINE_ALWAYS_INLINE auto decide(const char* p, std::size_t n, const Steps& steps) noexcept {
  if (n >= prefix.size() + block_size)
    return decide_by(p, prefix.size(), steps); // S2: a constant offset
  if (n >= block_size)
    return decide_by(p, n - block_size, steps);
  return steps.short_of();
}

/// decide() for a reason of any length. Precondition: the first `known` bytes begin a canonical
/// line, prefix.size() <= known <= n, n >= block_size.
template <class Steps>
STATUSLINE_ALWAYS_INLINE auto decide_long(const char* p, std::size_t known, std::size_t n,
                                          const Steps& steps) noexcept {
  assert(known >= prefix.size());
  known = skip_blocks<stop::not_plain>(p, known, n);
  return n - known >= 2 && is_crlf(p + known) ? steps.accept(known) : steps.give_up(known);
}

/// decide() for less than one block. The only canonical line that short has an empty reason.
template <class Steps>
STATUSLINE_ALWAYS_INLINE auto decide_short(const char* p, std::size_t n,
                                           const Steps& steps) noexcept {
  // The NULs after n do not match the prefix: at most n bytes are known, and 13 only if n >= 13.
  if (const auto off = load_short(p, n).off_prefix(); off != 0)
    return steps.give_up(first_in(off));
  const bool whole = n == prefix.size() + 2 && is_crlf(p + prefix.size());
  return whole ? steps.accept(prefix.size()) : steps.give_up(prefix.size());
}

} // namespace statusline::detail
