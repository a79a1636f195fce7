// SPDX-License-Identifier: MIT
//
// Sixteen bytes at a time: which of them match "HTTP/d.d ddd ", and which are controls. There is a
// `block` for SSE2, one for NEON, and one that any other machine can run, of two 64-bit words. This
// file knows the prefix, and nothing else of the grammar.
//
// Tested by grammar_test, words_test.
#pragma once

#include <statusline/compiler.hpp>

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace statusline::detail {

/// How a canonical line (see scan.hpp) begins; any digit may stand in place of each digit.
inline constexpr std::string_view prefix = "HTTP/1.1 200 ";

/// A byte matches the prefix if, XORed with `expected`, it is at most `tolerance`: 0 for a letter;
/// 9 for a digit, which is XORed with '0'; any value for the three bytes after the prefix.
struct pattern {
  std::array<char, 16> expected{};
  std::array<char, 16> tolerance{};
};
inline constexpr pattern prefix_pattern = [] {
  pattern p;
  p.tolerance.fill('\xff');
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    const char c = prefix[i];
    const bool digit = c >= '0' && c <= '9';
    p.expected[i] = digit ? '0' : c;
    p.tolerance[i] = digit ? '\x09' : '\0';
  }
  return p;
}();

/// The 8 bytes at `p`, the first one lowest on every machine.
inline std::uint64_t load_word(const char* p) noexcept {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(&word, p, sizeof word);
  else
    for (int i = 0; i < 8; ++i)
      word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return word;
}

// Each `block` has the same interface. A `mask` answers a question about its bytes. It has
// `bits_per_byte` bits for each byte, the first byte in the lowest: all are set for "yes", none for
// "no".
//
//   load(p)                 the 16 bytes at `p`
//   of_words(low, high)     the same from two words as load_word() returns them
//   off_prefix()            bytes that do not match the prefix
//   control()               bytes 0x00 to 0x1f and 0x7f
//   not_plain()             the same without HTAB: a reason accepts any other byte without a quirk
//   line_end()              CR and LF
//   line_feed()             LF
//   any_control_in_four(p)  whether any of the 64 bytes at `p` is a control; HTAB is one
#if defined(__SSE2__) || defined(_M_X64)
struct block {
  using mask = std::uint32_t;
  static constexpr std::size_t bits_per_byte = 1;
  __m128i bytes;

  static block load(const char* p) noexcept {
    return {_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))};
  }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept {
    return {_mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low))};
  }
  [[nodiscard]] mask off_prefix() const noexcept {
    const __m128i off = _mm_xor_si128(bytes, load(prefix_pattern.expected.data()).bytes);
    const __m128i excess = _mm_subs_epu8(off, load(prefix_pattern.tolerance.data()).bytes);
    return mask_of(_mm_cmpeq_epi8(excess, _mm_setzero_si128())) ^ 0xffff;
  }
  [[nodiscard]] mask control() const noexcept { return mask_of(controls()); }
  [[nodiscard]] mask not_plain() const noexcept {
    return mask_of(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), controls()));
  }
  [[nodiscard]] mask line_end() const noexcept {
    return mask_of(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))));
  }
  [[nodiscard]] mask line_feed() const noexcept {
    return mask_of(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
  }

  static bool any_control_in_four(const char* p) noexcept {
    const __m128i a = load(p).bytes, b = load(p + 16).bytes;
    const __m128i c = load(p + 32).bytes, d = load(p + 48).bytes;
    const block least = {_mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d))};
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
  static mask mask_of(__m128i lanes) noexcept {
    return static_cast<mask>(_mm_movemask_epi8(lanes));
  }
};
inline constexpr std::string_view scan_name = "sse2";
#elif defined(__aarch64__) && defined(__ARM_NEON)
struct block {
  using mask = std::uint64_t;
  static constexpr std::size_t bits_per_byte = 4;
  uint8x16_t bytes;

  static block load(const char* p) noexcept {
    return {vld1q_u8(reinterpret_cast<const std::uint8_t*>(p))};
  }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept {
    return {vreinterpretq_u8_u64(vcombine_u64(vcreate_u64(low), vcreate_u64(high)))};
  }
  [[nodiscard]] mask off_prefix() const noexcept {
    const uint8x16_t off = veorq_u8(bytes, load(prefix_pattern.expected.data()).bytes);
    return mask_of(vcgtq_u8(off, load(prefix_pattern.tolerance.data()).bytes));
  }
  [[nodiscard]] mask control() const noexcept { return mask_of(controls()); }
  [[nodiscard]] mask not_plain() const noexcept {
    return mask_of(vbicq_u8(controls(), vceqq_u8(bytes, vdupq_n_u8('\t'))));
  }
  [[nodiscard]] mask line_end() const noexcept {
    return mask_of(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\r')), vceqq_u8(bytes, vdupq_n_u8('\n'))));
  }
  [[nodiscard]] mask line_feed() const noexcept {
    return mask_of(vceqq_u8(bytes, vdupq_n_u8('\n')));
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
  static mask mask_of(uint8x16_t lanes) noexcept {
    const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4);
    return vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
  }
};
inline constexpr std::string_view scan_name = "neon";
#else
struct block {
  using mask = std::uint32_t;
  static constexpr std::size_t bits_per_byte = 1;
  std::uint64_t low, high;

  static block load(const char* p) noexcept { return {load_word(p), load_word(p + 8)}; }
  static block of_words(std::uint64_t low, std::uint64_t high) noexcept { return {low, high}; }

  [[nodiscard]] mask off_prefix() const noexcept {
    const block expected = load(prefix_pattern.expected.data());
    const block tolerance = load(prefix_pattern.tolerance.data());
    return mask_of(over(low ^ expected.low, tolerance.low),
                   over(high ^ expected.high, tolerance.high));
  }
  [[nodiscard]] mask control() const noexcept { return mask_of(controls(low), controls(high)); }
  [[nodiscard]] mask not_plain() const noexcept {
    return mask_of(controls(low) & ~equal(low, '\t'), controls(high) & ~equal(high, '\t'));
  }
  [[nodiscard]] mask line_end() const noexcept {
    return mask_of(equal(low, '\r') | equal(low, '\n'), equal(high, '\r') | equal(high, '\n'));
  }
  [[nodiscard]] mask line_feed() const noexcept {
    return mask_of(equal(low, '\n'), equal(high, '\n'));
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
  /// The top bit of each byte of `x` that is `c`, a control.
  static constexpr std::uint64_t equal(std::uint64_t x, char c) noexcept {
    return ~over(x ^ static_cast<unsigned char>(c) * every, 0) & top;
  }
  static constexpr std::uint64_t controls(std::uint64_t x) noexcept {
    return (~over(x, 0x1f * every) & top) | equal(x, '\x7f');
  }
  /// One bit for each of the sixteen top bits.
  static constexpr mask mask_of(std::uint64_t lower, std::uint64_t upper) noexcept {
    return gather(lower) | gather(upper) << 8;
  }
  static constexpr mask gather(std::uint64_t w) noexcept {
    return static_cast<mask>(((w & top) >> 7) * 0x0102040810204080 >> 56);
  }
};
inline constexpr std::string_view scan_name = "words";
#endif
inline constexpr std::size_t block_size = 16;

/// The offset of the first byte in a mask. Precondition: there is one.
constexpr std::size_t first_in(block::mask mask) noexcept {
  assert(mask != 0);
  return static_cast<unsigned>(std::countr_zero(mask)) / block::bits_per_byte;
}
/// A mask with one bit for each byte: `m & (m - 1)` is the rest after the first byte.
constexpr block::mask one_bit_each(block::mask mask) noexcept {
  return block::bits_per_byte == 1 ? mask : mask & static_cast<block::mask>(0x1111111111111111);
}
/// Clears the bits of the block's last byte.
constexpr block::mask but_last(block::mask mask) noexcept {
  constexpr std::size_t bits = (block_size - 1) * block::bits_per_byte;
  return mask & static_cast<block::mask>((std::uint64_t{1} << bits) - 1);
}

/// The `n` bytes at `p` and NULs after them. Precondition: n < block_size.
inline block load_short(const char* p, std::size_t n) noexcept {
  assert(n < block_size);
  if (n > 8) // the second word overlaps the first; the shift drops what both have
    return block::of_words(load_word(p), load_word(p + n - 8) >> (8 * (block_size - n)));
  std::uint64_t low = 0;
  for (std::size_t i = n; i != 0; --i) // S6: backwards, so that each shift is by 8
    low = low << 8 | static_cast<unsigned char>(p[i - 1]);
  return block::of_words(low, 0);
}

} // namespace statusline::detail
