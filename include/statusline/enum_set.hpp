// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

namespace statusline {

/// A set of the values of a small enumeration: `quirk_set` and `note_set` are two of these. `Enum`
/// has the values 0 to `Count` - 1. A value of two bytes, four where `Count` is over 16 (it is at
/// most 32); every operation is O(1), none allocates or throws. Iterates in the order of the
/// enumeration:
/// `for (quirk q : line.quirks) std::puts(to_string(q).data());`
template <class Enum, std::uint8_t Count> class enum_set {
  static_assert(Count > 0 && Count <= 32);
  static constexpr std::uint32_t mask = 0xffffffff >> (32 - Count);
  using bits_type = std::conditional_t<(Count <= 16), std::uint16_t, std::uint32_t>;

public:
  using value_type = Enum;

  class iterator {
  public:
    using value_type = Enum;
    using difference_type = std::ptrdiff_t;
    constexpr iterator() noexcept = default;
    [[nodiscard]] constexpr Enum operator*() const noexcept {
      return static_cast<Enum>(std::countr_zero(rest_));
    }
    constexpr iterator& operator++() noexcept {
      rest_ = static_cast<bits_type>(rest_ & (rest_ - 1u));
      return *this;
    }
    constexpr iterator operator++(int) noexcept {
      const iterator before = *this;
      ++*this;
      return before;
    }
    friend constexpr bool operator==(iterator, iterator) noexcept = default;

  private:
    friend class enum_set;
    constexpr explicit iterator(bits_type rest) noexcept : rest_{rest} {}
    bits_type rest_ = 0;
  };

  constexpr enum_set() noexcept = default;
  // NOLINTNEXTLINE(google-explicit-constructor): one value is a set of one
  constexpr enum_set(Enum e) noexcept : bits_{static_cast<bits_type>(1u << unsigned(e))} {}
  constexpr enum_set(std::initializer_list<Enum> list) noexcept {
    for (const Enum e : list)
      insert(e);
  }
  /// Every value there is.
  [[nodiscard]] static constexpr enum_set all() noexcept { return from_bits(mask); }
  /// Bit i stands for the enumerator of value i; bits beyond the last one are dropped.
  [[nodiscard]] static constexpr enum_set from_bits(std::uint32_t bits) noexcept {
    enum_set s;
    s.bits_ = static_cast<bits_type>(bits & mask);
    return s;
  }
  [[nodiscard]] constexpr bits_type bits() const noexcept { return bits_; }

  [[nodiscard]] constexpr bool contains(Enum e) const noexcept {
    return (bits_ >> unsigned(e) & 1u) != 0;
  }
  constexpr enum_set& insert(Enum e) noexcept { return *this |= e; }
  [[nodiscard]] constexpr bool subset_of(enum_set other) const noexcept {
    return (bits_ & ~other.bits_) == 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(bits_));
  }
  [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{bits_}; }
  [[nodiscard]] constexpr iterator end() const noexcept { return iterator{}; }

  friend constexpr enum_set operator|(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ | b.bits_));
  }
  friend constexpr enum_set operator&(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ & b.bits_));
  }
  /// What is in `a` and not in `b`.
  friend constexpr enum_set operator-(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ & ~b.bits_));
  }
  constexpr enum_set& operator|=(enum_set other) noexcept { return *this = *this | other; }
  friend constexpr bool operator==(enum_set, enum_set) noexcept = default;

private:
  bits_type bits_ = 0;
};

} // namespace statusline
