// SPDX-License-Identifier: MIT
//
// Two questions that the table answers an octet at a time, answered many at a time: how far do
// these bytes follow the canonical line "HTTP/d.d ddd ", and how far does a reason go on with
// nothing irregular in it. Shortcuts through the table and nothing else: tests hold them to it.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/grammar.hpp>
#include <statusline/line.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace statusline::detail {

inline constexpr std::string_view canonical = "HTTP/1.1 200 ";

/// The state after each prefix of the canonical line, read off the table.
inline constexpr auto canonical_states = [] {
  std::array<state, canonical.size() + 1> states{};
  for (std::size_t k = 0; k < canonical.size(); ++k)
    states[k + 1] = grammar(states[k], octet_of[static_cast<unsigned char>(canonical[k])]).next;
  return states;
}();
static_assert(canonical_states.back() == state::reason);

/// The states from which a scan may go on: where a line that began irregularly comes back to the
/// canonical way, and the reason.
inline constexpr state_set may_scan = state::blank | state::http | state::gap | state::reason;
static_assert(canonical_states[0] == state::start && canonical_states[4] == state::http);

/// Three digits.
constexpr bool are_digits(const char* p) noexcept {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]);
}
constexpr std::uint16_t code_at(const char* p) noexcept {
  return static_cast<std::uint16_t>((p[0] * 10 + p[1]) * 10 + p[2] - '0' * 111);
}
/// "d.d ". Both digits are stored at once, for whoever reads them at once next: such a load waits
/// for two stores (2026-11-25: a tenth of a line in one piece).
inline http_version version_at(const char* p) noexcept {
  if constexpr (std::endian::native != std::endian::little)
    return {static_cast<std::uint8_t>(p[0] - '0'), static_cast<std::uint8_t>(p[2] - '0')};
  std::uint32_t text = 0;
  std::memcpy(&text, p, sizeof text);
  const std::uint32_t digits = (text & 0x000f000f) * 0x10100 >> 16;
  return std::bit_cast<http_version>(static_cast<std::uint16_t>(digits));
}

/// An octet that a reason takes without a quirk.
constexpr bool is_plain(char c) noexcept {
  const cell& in_reason = grammar(state::reason, octet_of[static_cast<unsigned char>(c)]);
  return in_reason.next == state::reason && in_reason.shows.empty();
}

/// What a block is compared with: a byte fits if, XORed with `expected`, it is at most `slack`.
/// That is 0 for a letter, 9 for a digit (which is XORed with '0'), and anything past the canonical
/// line. Twice as long as a block, so that one can be compared from the middle of the line on.
struct pattern {
  std::array<std::uint8_t, 32> expected{};
  std::array<std::uint8_t, 32> slack{};
};
inline constexpr pattern canonical_pattern = [] {
  pattern p;
  p.slack.fill(0xff);
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    const char c = canonical[i];
    const bool digit = c >= '0' && c <= '9';
    p.expected[i] = static_cast<std::uint8_t>(digit ? '0' : c);
    p.slack[i] = digit ? 9 : 0;
  }
  return p;
}();

/// Whether `c` fits at offset `i` of the canonical line.
constexpr bool fits_canonical(char c, std::size_t i) noexcept {
  return (static_cast<unsigned char>(c) ^ canonical_pattern.expected[i]) <=
         canonical_pattern.slack[i];
}

/// Eight bytes, the first one lowest on every machine.
inline std::uint64_t load_word(const char* p) noexcept {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(&word, p, sizeof word);
  else
    for (int i = 0; i < 8; ++i)
      word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return word;
}

// A block is 16 bytes. It says which of them are off the canonical line, which are controls, not
// plain (controls but HTAB), or line ends, as a mask of `bits_per_byte` bits for each, the first
// byte lowest.
#if defined(__SSE2__) || defined(_M_X64)
struct block {
  static constexpr std::size_t bits_per_byte = 1;
  __m128i bytes;

  static block load(const char* p) noexcept {
    return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))};
  }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept {
    return {_mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low))};
  }
  [[nodiscard]] std::uint32_t off_canonical(std::size_t from) const noexcept {
    const auto constant = [from](const auto& a) {
      return load(reinterpret_cast<const char*>(a.data() + from)).bytes;
    };
    const __m128i off = _mm_xor_si128(bytes, constant(canonical_pattern.expected));
    const __m128i excess = _mm_subs_epu8(off, constant(canonical_pattern.slack));
    return mask_of(_mm_cmpeq_epi8(excess, _mm_setzero_si128())) ^ 0xffff;
  }
  [[nodiscard]] std::uint32_t control() const noexcept { return mask_of(controls()); }
  [[nodiscard]] std::uint32_t not_plain() const noexcept {
    return mask_of(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), controls()));
  }
  [[nodiscard]] std::uint32_t line_end() const noexcept {
    return mask_of(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))));
  }

  static bool any_control_in_four(const char* p) noexcept {
    const __m128i a = load(p).bytes, b = load(p + 16).bytes;
    const __m128i c = load(p + 32).bytes, d = load(p + 48).bytes;
    const block least{_mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d))};
    const __m128i del = _mm_set1_epi8(0x7f);
    const __m128i dels = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(a, del), _mm_cmpeq_epi8(b, del)),
                                      _mm_or_si128(_mm_cmpeq_epi8(c, del), _mm_cmpeq_epi8(d, del)));
    return mask_of(_mm_or_si128(least.below_space(), dels)) != 0;
  }

private:
  [[nodiscard]] __m128i below_space() const noexcept {
    return _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  }
  [[nodiscard]] __m128i controls() const noexcept {
    return _mm_or_si128(below_space(), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f)));
  }
  static std::uint32_t mask_of(__m128i lanes) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(lanes));
  }
};
inline constexpr std::string_view scan_name = "sse2";
#elif defined(__aarch64__) && defined(__ARM_NEON)
struct block {
  static constexpr std::size_t bits_per_byte = 4;
  uint8x16_t bytes;

  static block load(const char* p) noexcept {
    return {vld1q_u8(reinterpret_cast<const std::uint8_t*>(p))};
  }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept {
    return {vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)))};
  }
  [[nodiscard]] std::uint64_t off_canonical(std::size_t from) const noexcept {
    const uint8x16_t off = veorq_u8(bytes, vld1q_u8(canonical_pattern.expected.data() + from));
    return mask_of(vcgtq_u8(off, vld1q_u8(canonical_pattern.slack.data() + from)));
  }
  [[nodiscard]] std::uint64_t control() const noexcept { return mask_of(controls()); }
  [[nodiscard]] std::uint64_t not_plain() const noexcept {
    return mask_of(vbicq_u8(controls(), vceqq_u8(bytes, vdupq_n_u8('\t'))));
  }
  [[nodiscard]] std::uint64_t line_end() const noexcept {
    return mask_of(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\r')), vceqq_u8(bytes, vdupq_n_u8('\n'))));
  }

  static bool any_control_in_four(const char* p) noexcept {
    const uint8x16_t two = vorrq_u8(load(p).controls(), load(p + 16).controls());
    const uint8x16_t more = vorrq_u8(load(p + 32).controls(), load(p + 48).controls());
    return mask_of(vorrq_u8(two, more)) != 0;
  }

private:
  [[nodiscard]] uint8x16_t controls() const noexcept {
    return vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vceqq_u8(bytes, vdupq_n_u8(0x7f)));
  }
  static std::uint64_t mask_of(uint8x16_t lanes) noexcept {
    const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4);
    return vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
  }
};
inline constexpr std::string_view scan_name = "neon";
#else
struct block {
  static constexpr std::size_t bits_per_byte = 1;
  std::uint64_t low, high;

  static block load(const char* p) noexcept { return {load_word(p), load_word(p + 8)}; }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept { return {low, high}; }

  [[nodiscard]] std::uint32_t off_canonical(std::size_t from) const noexcept {
    const auto word_of = [from](const auto& a, std::size_t at) {
      return load_word(reinterpret_cast<const char*>(a.data() + from + at));
    };
    const auto off = [&](std::uint64_t w, std::size_t at) {
      return over(w ^ word_of(canonical_pattern.expected, at),
                  word_of(canonical_pattern.slack, at));
    };
    return mask_of(off(low, 0), off(high, 8));
  }
  [[nodiscard]] std::uint32_t control() const noexcept {
    return mask_of(controls(low), controls(high));
  }
  [[nodiscard]] std::uint32_t not_plain() const noexcept {
    return mask_of(controls(low) & ~equal(low, '\t'), controls(high) & ~equal(high, '\t'));
  }
  [[nodiscard]] std::uint32_t line_end() const noexcept {
    return mask_of(equal(low, '\r') | equal(low, '\n'), equal(high, '\r') | equal(high, '\n'));
  }

  static bool any_control_in_four(const char* p) noexcept {
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < 64; i += 8)
      any |= controls(load_word(p + i));
    return any != 0;
  }

private:
  static constexpr std::uint64_t every = 0x0101010101010101;
  static constexpr std::uint64_t top = 0x80 * every;

  /// The top bit of each byte of `x` that is over the byte of `limit`: 0 to 0x7f, or 0xff.
  static constexpr std::uint64_t over(std::uint64_t x, std::uint64_t limit) noexcept {
    return (((x & ~top) + (~(limit | top) & 0x7f * every)) | x) & ~limit & top;
  }
  /// The top bit of each byte of `x` that is `c`; a control.
  static constexpr std::uint64_t equal(std::uint64_t x, char c) noexcept {
    return ~over(x ^ static_cast<unsigned char>(c) * every, 0) & top;
  }
  static constexpr std::uint64_t controls(std::uint64_t x) noexcept {
    return (~over(x, 0x1f * every) & top) | equal(x, '\x7f');
  }
  /// One bit for each of the sixteen top bits.
  static constexpr std::uint32_t mask_of(std::uint64_t lower, std::uint64_t upper) noexcept {
    constexpr auto gather = [](std::uint64_t w) {
      return static_cast<std::uint32_t>(((w & top) >> 7) * 0x0102040810204080 >> 56);
    };
    return gather(lower) | gather(upper) << 8;
  }
};
inline constexpr std::string_view scan_name = "words";
#endif
inline constexpr std::size_t block_size = 16;

template <class Mask> constexpr std::size_t first_in(Mask mask) noexcept {
  return static_cast<unsigned>(std::countr_zero(mask)) / block::bits_per_byte;
}
/// The mask without what it says of the block's last byte.
template <class Mask> constexpr Mask but_last(Mask mask) noexcept {
  constexpr std::size_t bits = (block_size - 1) * block::bits_per_byte;
  return mask & static_cast<Mask>((std::uint64_t{1} << bits) - 1);
}

/// How many of the `n` bytes at `p`, less than a block, are the beginning of a canonical line; at
/// most up to the SP after its code. O(1).
inline std::size_t canonical_run_of_few(const char* p, std::size_t n) noexcept {
  if (n > 8) {
    // Filled up with zeros, which fit nothing on the canonical line but past its end.
    const std::uint64_t high = load_word(p + n - 8) >> (8 * (block_size - n));
    const auto off = block::of_words(load_word(p), high).off_canonical(0);
    return off == 0 ? canonical.size() : first_in(off);
  }
  std::size_t k = 0;
  while (k < n && fits_canonical(p[k], k))
    ++k;
  return k;
}

/// Whether `p`, which has at least a block, goes on along the canonical line from its offset `from`
/// to its end.
inline bool is_canonical(const char* p, std::size_t from) noexcept {
  return block::load(p).off_canonical(from) == 0;
}

/// What ends a run of a reason's bytes: one that is not plain, or, once a control byte has shown
/// its quirk and was allowed, only the line end.
enum class stop : bool { at_odd, at_line_end };

/// skip_reason() for an `n` of at least a block; not constexpr.
template <stop Where>
STATUSLINE_ALWAYS_INLINE std::size_t skip_blocks(const char* p, std::size_t from,
                                                 std::size_t n) noexcept {
  const auto ends = [](const block& b) {
    if constexpr (Where == stop::at_odd)
      return b.not_plain();
    else
      return b.line_end();
  };
  std::size_t at = from;
  while (n - at >= block_size) {
    if (const auto mask = ends(block::load(p + at)); mask != 0)
      return at + first_in(mask);
    at += block_size;
    // What does not end there may be long (2026-11-25: 45 % off 8 KiB; two at a time 15 %). Not
    // asked again after that: mostly it is the line's end that has been met.
    if constexpr (Where == stop::at_odd)
      if (at - from == block_size)
        while (n - at >= 4 * block_size && !block::any_control_in_four(p + at))
          at += 4 * block_size;
  }
  if (at == n)
    return n;
  // The last block, read again in part, so that a line at the end of its buffer costs no more.
  const std::size_t seen = block_size - (n - at);
  const auto mask = ends(block::load(p + n - block_size)) >> (seen * block::bits_per_byte);
  return mask != 0 ? at + first_in(mask) : n;
}

/// The first offset in [from, n) where the run ends, or `n`. Reads nothing outside [0, n).
/// O(n - from).
template <stop Where>
constexpr std::size_t skip_reason(const char* p, std::size_t from, std::size_t n) noexcept {
  if (!std::is_constant_evaluated() && n >= block_size)
    return skip_blocks<Where>(p, from, n);
  const auto goes_on = [](char c) {
    return Where == stop::at_odd ? is_plain(c) : c != '\r' && c != '\n';
  };
  std::size_t at = from;
  while (at < n && goes_on(p[at]))
    ++at;
  return at;
}

/// Whether `p` has CR LF first. Two bytes are read.
inline bool is_crlf(const char* p) noexcept {
  constexpr std::array<char, 2> crlf{'\r', '\n'};
  std::uint16_t have = 0;
  std::memcpy(&have, p, sizeof have);
  return have == std::bit_cast<std::uint16_t>(crlf);
}

/// How many of the `n` bytes at `p` are seen to be the beginning of a canonical line: past the SP
/// after its code, those that are plain. All of them if there is a block of bytes. O(n).
STATUSLINE_ALWAYS_INLINE std::size_t canonical_run(const char* p, std::size_t n) noexcept {
  if (n < block_size)
    return canonical_run_of_few(p, n);
  const auto off = block::load(p).off_canonical(0);
  return off != 0 ? first_in(off) : skip_blocks<stop::at_odd>(p, canonical.size(), n);
}

/// Whether CR LF comes after the reason of a canonical line of which `run` bytes are known.
inline bool ends_canonical(const char* p, std::size_t run, std::size_t n) noexcept {
  return run >= canonical.size() && n - run >= 2 && is_crlf(p + run);
}

/// The offset of the CR of a canonical line that two blocks show to be one; else 0. `n`, the bytes
/// that there are, is at least a block.
STATUSLINE_ALWAYS_INLINE std::size_t short_line(const char* p, std::size_t n) noexcept {
  if (!is_canonical(p, 0))
    return 0;
  const std::size_t second = (std::min)(canonical.size(), n - block_size);
  const auto odd = but_last(block::load(p + second).control());
  const std::size_t run = second + first_in(odd);
  return odd != 0 && is_crlf(p + run) ? run : 0;
}

} // namespace statusline::detail
