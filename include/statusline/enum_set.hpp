// SPDX-License-Identifier: MIT
/// @file
/// The set type behind `quirk_set` and `note_set`. Included by statusline.hpp and registry.hpp.
///
/// Tested by quirk_test.
#pragma once

#include <statusline/compiler.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

namespace statusline {

/// A set of the values of a small enumeration: `quirk_set` and `note_set` are two of these. `Enum`
/// has the values 0 to `Count` - 1; any other is in no set. A value of two bytes, four where
/// `Count` is over 16 (it is at most 32); every operation is O(1), none allocates or throws.
/// Iterates in the order of the enumeration:
///
///     for (const statusline::quirk q : line.quirks) std::puts(to_string(q).data());
template <class Enum, std::uint8_t Count> class enum_set {
  static_assert(Count > 0 && Count <= 32);
  static constexpr std::uint32_t mask = 0xffffffff >> (32 - Count);
  using bits_type = std::conditional_t<(Count <= 16), std::uint16_t, std::uint32_t>;

public:
  using value_type = Enum; ///< the type of a member

  /// Input iterator over the members, by value, in the order of the enumeration.
  /// It holds its own copy of the set: it may outlive the set, and ignores later changes.
  class iterator {
  public:
    using value_type = Enum;                ///< the type of a member
    using difference_type = std::ptrdiff_t; ///< for the standard's algorithms
    /// Past the end of every set.
    constexpr iterator() noexcept = default;
    /// The current member. Precondition: not at the end.
    [[nodiscard]] constexpr Enum operator*() const noexcept {
      return static_cast<Enum>(std::countr_zero(rest_));
    }
    /// Moves to the next member. Precondition: not at the end.
    constexpr iterator& operator++() noexcept {
      rest_ = static_cast<bits_type>(rest_ & (rest_ - 1u));
      return *this;
    }
    /// Moves to the next member, and returns the iterator as it was. Precondition: not at the end.
    constexpr iterator operator++(int) noexcept {
      const iterator before = *this;
      ++*this;
      return before;
    }
    /// Whether both iterators have the same members left.
    friend constexpr bool operator==(iterator, iterator) noexcept = default;

  private:
    friend class enum_set;
    constexpr explicit iterator(bits_type rest) noexcept : rest_{rest} {}
    bits_type rest_ = 0;
  };

  /// The empty set.
  constexpr enum_set() noexcept = default;
  /// The set of that one value.
  // NOLINTNEXTLINE(google-explicit-constructor): one value is a set of one
  constexpr enum_set(Enum e) noexcept : bits_{bit_of(e)} {}
  /// The set of all that are listed.
  constexpr enum_set(std::initializer_list<Enum> list) noexcept {
    for (const Enum e : list)
      insert(e);
  }
  /// The set of every value.
  [[nodiscard]] static constexpr enum_set all() noexcept { return from_bits(mask); }
  /// Bit i stands for the enumerator of value i; bits beyond the last one are dropped.
  [[nodiscard]] static constexpr enum_set from_bits(std::uint32_t bits) noexcept {
    enum_set s;
    s.bits_ = static_cast<bits_type>(bits & mask);
    return s;
  }
  /// The set as bits, to store or send; from_bits() reads them.
  [[nodiscard]] constexpr std::uint32_t bits() const noexcept { return bits_; }

  /// Whether `e` is in the set.
  [[nodiscard]] constexpr bool contains(Enum e) const noexcept { return (bits_ & bit_of(e)) != 0; }
  /// Adds `e`, if it is not a member yet.
  constexpr enum_set& insert(Enum e) noexcept { return *this |= e; }
  /// Whether `other` has every member of this set: `line.quirks.subset_of(policy.allowed)`.
  [[nodiscard]] constexpr bool subset_of(enum_set other) const noexcept {
    return (bits_ & ~other.bits_) == 0;
  }
  /// Whether the set has no member.
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  /// The number of members.
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return static_cast<std::size_t>(std::popcount(bits_));
  }
  /// At the first member.
  [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{bits_}; }
  /// Past the last member.
  [[nodiscard]] constexpr iterator end() const noexcept { return iterator{}; }

  /// The members of either set.
  friend constexpr enum_set operator|(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ | b.bits_));
  }
  /// The members of both sets.
  friend constexpr enum_set operator&(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ & b.bits_));
  }
  /// The members of `a` that are not in `b`.
  friend constexpr enum_set operator-(enum_set a, enum_set b) noexcept {
    return from_bits(static_cast<std::uint32_t>(a.bits_ & ~b.bits_));
  }
  /// Adds the members of `other`.
  constexpr enum_set& operator|=(enum_set other) noexcept { return *this = *this | other; }
  /// Whether both have the same members.
  friend constexpr bool operator==(enum_set, enum_set) noexcept = default;

private:
  /// 0 for a value outside the enumeration, of whatever size and sign.
  static constexpr bits_type bit_of(Enum e) noexcept {
    const auto i = static_cast<std::uint64_t>(e);
    return i < Count ? static_cast<bits_type>(1u << i) : bits_type{0};
  }

  bits_type bits_ = 0;
};

} // namespace statusline
