// SPDX-License-Identifier: MIT
//
// Two questions that the table answers an octet at a time, answered many at a time: how far do
// these bytes follow the canonical line "HTTP/d.d ddd ", and how far does a reason go on with
// nothing irregular in it. Shortcuts through the table and nothing else: tests hold them to it.
#pragma once

#include <statusline/detail/grammar.hpp>

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

/// An octet that a reason takes without a quirk.
constexpr bool is_plain(char c) noexcept {
  const cell& in_reason = grammar(state::reason, octet_of[static_cast<unsigned char>(c)]);
  return in_reason.next == state::reason && in_reason.shows.empty();
}

/// What a block is compared with: a byte fits if, XORed with `expected`, it is at most `slack`.
/// That is 0 for a letter, 9 for a digit (which is XORed with '0'), and anything after the 13
/// bytes.
struct pattern {
  std::array<std::uint8_t, 16> expected{};
  std::array<std::uint8_t, 16> slack{};
};
inline constexpr pattern canonical_pattern = [] {
  pattern p;
  for (std::size_t i = 0; i < 16; ++i) {
    const char c = i < canonical.size() ? canonical[i] : '\0';
    const bool digit = c >= '0' && c <= '9';
    p.expected[i] = static_cast<std::uint8_t>(digit ? '0' : c);
    p.slack[i] = digit ? 9 : i < canonical.size() ? 0 : 0xff;
  }
  return p;
}();

/// Eight bytes, or the first `n` < 8 and zeros, the first one lowest on every machine.
constexpr std::uint64_t load_word(const char* p, std::size_t n = 8) noexcept {
  std::uint64_t word = 0;
  if (n == 8 && std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
    std::memcpy(&word, p, sizeof word);
    return word;
  }
  for (std::size_t i = 0; i < n; ++i)
    word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return word;
}

// A block is 16 bytes. It says which of them are off the canonical line, and which are not plain,
// as a mask of `bits_per_byte` bits for each, the first byte lowest.
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
  [[nodiscard]] std::uint32_t off_canonical() const noexcept {
    const auto constant = [](const auto& a) {
      return load(reinterpret_cast<const char*>(&a)).bytes;
    };
    const __m128i off = _mm_xor_si128(bytes, constant(canonical_pattern.expected));
    const __m128i excess = _mm_subs_epu8(off, constant(canonical_pattern.slack));
    return mask_of(_mm_cmpeq_epi8(excess, _mm_setzero_si128())) ^ 0xffff;
  }
  [[nodiscard]] std::uint32_t not_plain() const noexcept {
    const __m128i below_space = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    const __m128i tab = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'));
    const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
    return mask_of(_mm_or_si128(_mm_andnot_si128(tab, below_space), del));
  }

private:
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
  [[nodiscard]] std::uint64_t off_canonical() const noexcept {
    const uint8x16_t off = veorq_u8(bytes, vld1q_u8(canonical_pattern.expected.data()));
    return mask_of(vcgtq_u8(off, vld1q_u8(canonical_pattern.slack.data())));
  }
  [[nodiscard]] std::uint64_t not_plain() const noexcept {
    const uint8x16_t below_space = vcltq_u8(bytes, vdupq_n_u8(0x20));
    const uint8x16_t tab = vceqq_u8(bytes, vdupq_n_u8('\t'));
    const uint8x16_t del = vceqq_u8(bytes, vdupq_n_u8(0x7f));
    return mask_of(vorrq_u8(vbicq_u8(below_space, tab), del));
  }

private:
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

  [[nodiscard]] std::uint32_t off_canonical() const noexcept {
    constexpr auto word = [](const std::array<std::uint8_t, 16>& a, std::size_t at) {
      std::uint64_t w = 0;
      for (std::size_t i = 0; i < 8; ++i)
        w |= std::uint64_t{a[at + i]} << (8 * i);
      return w;
    };
    constexpr auto& expected = canonical_pattern.expected;
    constexpr auto& slack = canonical_pattern.slack;
    return mask_of(over(low ^ word(expected, 0), word(slack, 0)),
                   over(high ^ word(expected, 8), word(slack, 8)));
  }
  [[nodiscard]] std::uint32_t not_plain() const noexcept {
    constexpr auto odd = [](std::uint64_t x) {
      const std::uint64_t tab_or_more = over(x, 0x08 * every);
      return (~over(x, 0x1f * every) & (over(x, 0x09 * every) | ~tab_or_more)) |
             (over(x, 0x7e * every) & ~over(x, 0x7f * every));
    };
    return mask_of(odd(low), odd(high));
  }

private:
  static constexpr std::uint64_t every = 0x0101010101010101;
  static constexpr std::uint64_t top = 0x80 * every;

  /// The top bit of each byte of `x` that is over the byte of `limit`: 0 to 0x7f, or 0xff.
  static constexpr std::uint64_t over(std::uint64_t x, std::uint64_t limit) noexcept {
    return (((x & ~top) + (~(limit | top) & 0x7f * every)) | x) & ~limit & top;
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

/// The first 16 bytes of `p`, which has `n`; a short input is filled up with zeros, which fit
/// nothing on the canonical line.
inline block load_head(const char* p, std::size_t n) noexcept {
  if (n >= block_size)
    return block::load(p);
  // Two words, the second out of the end of the last eight bytes.
  if (n > 8)
    return block::of_words(load_word(p), load_word(p + n - 8) >> (8 * (16 - n)));
  return block::of_words(load_word(p, n), 0);
}

/// How many bytes of `p`, which has `n`, follow the canonical line: 0 to 13. O(1).
constexpr std::size_t canonical_prefix(const char* p, std::size_t n) noexcept {
  if (!std::is_constant_evaluated()) {
    const auto off = load_head(p, n).off_canonical();
    return off == 0 ? canonical.size() : first_in(off);
  }
  std::size_t k = 0;
  while (k < std::min(n, canonical.size()) &&
         (static_cast<unsigned char>(p[k]) ^ canonical_pattern.expected[k]) <=
             canonical_pattern.slack[k])
    ++k;
  return k;
}

/// The first offset in [from, n) whose byte is not plain, or `n`. Reads nothing outside [0, n).
/// O(n - from).
constexpr std::size_t skip_plain(const char* p, std::size_t from, std::size_t n) noexcept {
  std::size_t at = from;
  if (!std::is_constant_evaluated()) {
    for (; n - at >= block_size; at += block_size)
      if (const auto odd = block::load(p + at).not_plain(); odd != 0)
        return at + first_in(odd);
    if (n >= block_size && at < n) {
      // The last block, read again in part, so that a line at the end of its buffer costs no more.
      const std::size_t seen = block_size - (n - at);
      const auto odd = block::load(p + n - block_size).not_plain() >> (seen * block::bits_per_byte);
      return odd != 0 ? at + first_in(odd) : n;
    }
  }
  while (at < n && is_plain(p[at]))
    ++at;
  return at;
}

/// Whether `p` has CR LF first. Two bytes are read.
constexpr bool is_crlf(const char* p) noexcept {
  if (std::is_constant_evaluated())
    return p[0] == '\r' && p[1] == '\n';
  constexpr std::array<char, 2> crlf{'\r', '\n'};
  std::uint16_t have = 0;
  std::memcpy(&have, p, sizeof have);
  return have == std::bit_cast<std::uint16_t>(crlf);
}

} // namespace statusline::detail
