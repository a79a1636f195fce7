// SPDX-License-Identifier: MIT
/// @file
/// The meaning of a status line: the class of its code, and the standing of its code and phrase in
/// a registry.
///
///     const auto r = statusline::parse(bytes);
///     if (!r) return fail(r.error, r.end);
///     const auto a = statusline::assess(r.line, statusline::iana);
///     if (a.phrase == statusline::phrase_standing::other_code) ...  // "200 Not Found"
///
/// The parser does not depend on this: no code and no phrase fails a parse that the grammar
/// accepts.
///
/// Tested by registry_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/enum_set.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>
#include <statusline/registry_entry.hpp>
#include <statusline/registry_tables.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace statusline {

/// The classes of RFC 9110 section 15, by the first digit of the code.
enum class status_class : std::uint8_t {
  informational, ///< 1xx: the request is being worked on
  success,       ///< 2xx: the request was understood and accepted
  redirection,   ///< 3xx: more is to be done to complete the request
  client_error,  ///< 4xx: the request is wrong or cannot be fulfilled
  server_error,  ///< 5xx: the server failed at a request that seems right
  invalid,       ///< outside 100 to 599
};

/// How many values `status_class` has.
inline constexpr std::uint8_t status_class_count = 6;

/// The class of a code, registered or not: a client treats an unknown x42 as x00 (RFC 9110 section
/// 15). O(1), for every value.
[[nodiscard]] constexpr status_class classify(unsigned code) noexcept {
  switch (code / 100) {
  case 1: return status_class::informational;
  case 2: return status_class::success;
  case 3: return status_class::redirection;
  case 4: return status_class::client_error;
  case 5: return status_class::server_error;
  default: return status_class::invalid;
  }
}

namespace registry_detail {

// Phrases are compared "folded": ASCII letters in lower case, SP and HTAB dropped.

/// Whether folding drops `c`.
[[nodiscard]] constexpr bool dropped(char c) noexcept { return c == ' ' || c == '\t'; }

/// The bits of an octet that its hash reads. Without bit 5, in which the two cases of a letter
/// differ, and without all bits of SP and HTAB: a blank is 0.
inline constexpr std::uint8_t hashed_bits = 0xd6;

/// Eight octets, in some order.
[[nodiscard]] constexpr std::uint64_t load_word(const char* p) noexcept {
  std::uint64_t word = 0;
  if (!std::is_constant_evaluated())
    std::memcpy(&word, p, sizeof word);
  else
    for (std::size_t i = 0; i < 8; ++i)
      word = word << 8 | static_cast<unsigned char>(p[i]);
  return word;
}

/// The bits in which two words differ.
template <class Word>
[[nodiscard]] constexpr Word difference(const char* a, const char* b) noexcept {
  Word x{}, y{};
  std::memcpy(&x, a, sizeof x);
  std::memcpy(&y, b, sizeof y);
  return x ^ y;
}

/// `a == b` without a call to memcmp, for texts as short as phrases; the last word overlaps the one
/// before it. (2026-11-25, parse and assess of shuffled registered phrases, in ns with GCC 12 and
/// Clang 14: 4.5 and 5.5. With `==` here 7.1 and 5.9, with a branch for each word 4.6 and 5.6.)
[[nodiscard]] STATUSLINE_ALWAYS_INLINE constexpr bool same_text(std::string_view a,
                                                                std::string_view b) noexcept {
  if (std::is_constant_evaluated())
    return a == b;
  if (a.size() != b.size())
    return false;
  const char* const p = a.data();
  const char* const q = b.data();
  const std::size_t n = a.size();
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 < n; i += 8)
      if (difference<std::uint64_t>(p + i, q + i) != 0)
        return false;
    return difference<std::uint64_t>(p + n - 8, q + n - 8) == 0;
  }
  if (n >= 4)
    return (difference<std::uint32_t>(p, q) | difference<std::uint32_t>(p + n - 4, q + n - 4)) == 0;
  if (n >= 2)
    return (difference<std::uint16_t>(p, q) | difference<std::uint16_t>(p + n - 2, q + n - 2)) == 0;
  return n == 0 || *p == *q;
}

/// The octets of a text from offset `i` on, at most eight: the first one in the lowest bits, zeros
/// after the end of the text.
[[nodiscard]] constexpr std::uint64_t octets_at(std::string_view text, std::size_t i) noexcept {
  const std::size_t left = text.size() - i;
  if (std::endian::native == std::endian::little && !std::is_constant_evaluated()) {
    if (left >= 8)
      return load_word(text.data() + i);
    if (text.size() >= 8) // two shifts, as there may be nothing left
      return load_word(text.data() + text.size() - 8) >> 8 >> 8 * (7 - left);
  }
  std::uint64_t octets = 0;
  for (std::size_t k = 0; k < left && k < 8; ++k)
    octets |= std::uint64_t{static_cast<unsigned char>(text[i + k])} << 8 * k;
  return octets;
}

/// The bits in which two words differ, but for the case of letters.
[[nodiscard]] constexpr std::uint64_t folded_difference(std::uint64_t a, std::uint64_t b) noexcept {
  constexpr std::uint64_t every = 0x0101010101010101;
  const std::uint64_t low = (a | 0x20 * every) & 0x7f * every;
  const std::uint64_t from_a = low + (0x80 - 'a') * every; // the top bit of an octet that is ASCII
  const std::uint64_t past_z = low + (0x7f - 'z') * every;
  const std::uint64_t letters = from_a & ~past_z & ~a & 0x80 * every;
  return (a ^ b) & ~(letters >> 2);
}

/// Whether two texts are equal but for the case of letters.
[[nodiscard]] constexpr bool same_but_for_case(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size())
    return false;
  if (a.size() >= 8) {
    const std::size_t last = a.size() - 8;
    for (std::size_t i = 0; i < last; i += 8)
      if (folded_difference(load_word(a.data() + i), load_word(b.data() + i)) != 0)
        return false;
    return folded_difference(load_word(a.data() + last), load_word(b.data() + last)) == 0;
  }
  return folded_difference(octets_at(a, 0), octets_at(b, 0)) == 0;
}

/// Whether two texts are equal when folded. O(size of both).
[[nodiscard]] constexpr bool same_folded(std::string_view a, std::string_view b) noexcept {
  std::size_t i = 0, j = 0;
  if (!a.empty() && !b.empty()) { // without an index most pairs differ here
    const int first_of_a = a[0] & hashed_bits, first_of_b = b[0] & hashed_bits;
    if (first_of_a != first_of_b && first_of_a != 0 && first_of_b != 0)
      return false;
  }
  if (same_but_for_case(a, b)) // the blanks are mostly at the same places
    return true;
  for (;;) {
    const std::uint64_t different = folded_difference(octets_at(a, i), octets_at(b, j));
    const std::size_t same = (std::min)(
        {static_cast<std::size_t>(std::countr_zero(different)) / 8, a.size() - i, b.size() - j});
    i += same;
    j += same;
    if (same == 8)
      continue;
    if (i < a.size() && dropped(a[i]))
      ++i;
    else if (j < b.size() && dropped(b[j]))
      ++j;
    else
      return i == a.size() && j == b.size();
  }
}

struct phrase_hash {
  std::uint8_t chain; ///< where an index has the first row of a chain
  std::uint8_t check; ///< stored in an index for each row, so that few rows are compared
};

/// From offset `n` on, a mask that keeps the last `n` octets of a word.
inline constexpr char last_octets[] = "\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff";

/// The beginning of a text of over 64 octets that ends with the 64th octet that counts, one with a
/// bit of `hashed_bits`; the whole text if it has fewer.
[[nodiscard]] STATUSLINE_NOINLINE constexpr std::string_view
hashed_part(std::string_view text) noexcept {
  const auto counts = [&](std::size_t i) { return (text[i] & hashed_bits) != 0; };
  std::size_t n = 0, counted = 0;
  for (; n < 64; ++n) // compilers vectorize this
    counted += counts(n);
  for (; n < text.size() && counted < 64; ++n)
    counted += counts(n);
  return text.substr(0, n);
}

/// The octets of a text, summed and XORed; of a long one its first 64 that count. Texts that are
/// equal when folded have the same hash, and few others do. O(size up to the last of these octets).
[[nodiscard]] constexpr phrase_hash hash_of(std::string_view text) noexcept {
  if (text.size() > 64)
    text = hashed_part(text);
  std::uint64_t sums = 0; // four sums of 16 bits
  std::uint64_t parity = 0;
  const auto add = [&](std::uint64_t octets) { // eight of them
    constexpr std::uint64_t every = 0x0101010101010101, every_other = 0x00ff00ff00ff00ff;
    octets &= every * hashed_bits;
    sums += (octets & every_other) + (octets >> 8 & every_other);
    parity ^= octets;
  };
  const char* p = text.data();
  const char* const end = p + text.size();
  for (; end - p >= 8; p += 8)
    add(load_word(p));
  if (text.size() >= 8) { // the rest: a word that ends with the text, without what was added
    add(load_word(end - 8) & load_word(last_octets + (end - p)));
  } else {
    std::uint64_t octets = 0;
    for (; p < end; ++p)
      octets = octets << 8 | static_cast<unsigned char>(*p);
    add(octets);
  }
  const std::uint64_t sum = sums * 0x0001000100010001 >> 49; // without bit 0, which is 0
  parity ^= parity >> 32;
  parity ^= parity >> 16;
  parity ^= parity >> 8;
  return {static_cast<std::uint8_t>(sum + 2 * parity),
          static_cast<std::uint8_t>(sum >> 8 ^ parity)};
}

} // namespace registry_detail

/// The row of each code from 000 to 999, for the O(1) look-up; 255 where a code has none.
using registry_index = std::array<std::uint8_t, 1000>;

/// The index of at most 255 rows, for the fourth member of `registry`. Made by the compiler, so it
/// costs 1000 bytes and no time. A code over 999 does not compile.
template <std::size_t N>
[[nodiscard]] consteval registry_index index_of(const registry_entry (&rows)[N]) noexcept {
  static_assert(N <= 255);
  registry_index index{};
  index.fill(255);
  for (std::size_t i = 0; i < N; ++i)
    index[rows[i].code] = static_cast<std::uint8_t>(i);
  return index;
}

/// The rows of each phrase, for the look-up by phrase: the first row of each hash, the next row
/// with the same hash as a row, and a second part of each row's hash.
using phrase_index = std::array<std::uint8_t, 768>;

/// The index of rows with a `phrase`, for the fifth member of `registry`. Precondition: at most 255
/// rows. O(size of all phrases); made by the compiler for constants.
template <class Rows>
[[nodiscard]] constexpr phrase_index phrase_index_of(const Rows& rows) noexcept {
  phrase_index index{};
  index.fill(255);
  for (std::size_t i = std::size(rows); i-- > 0;) { // from the last: a chain begins with the first
    if (rows[i].phrase.empty())                     // nobody looks for it
      continue;
    const registry_detail::phrase_hash hash = registry_detail::hash_of(rows[i].phrase);
    index[256 + i] = index[hash.chain];
    index[512 + i] = hash.check;
    index[hash.chain] = static_cast<std::uint8_t>(i);
  }
  return index;
}

namespace registry_detail {

/// The first row in the index, with that hash, for which `f(row)` is true; else 255. The rows come
/// in their order.
template <class F>
[[nodiscard]] constexpr std::size_t find_row(std::span<const std::uint8_t> index, phrase_hash hash,
                                             const F& f) noexcept {
  std::size_t row = index[hash.chain];
  while (row != 255 && (index[512 + row] != hash.check || !f(row)))
    row = index[256 + row];
  return row;
}

/// Calls `f` for each row in the index with that hash, in their order.
template <class F>
constexpr void for_each_row(std::span<const std::uint8_t> index, phrase_hash hash,
                            const F& f) noexcept {
  for (std::size_t row = index[hash.chain]; row != 255; row = index[256 + row])
    if (index[512 + row] == hash.check)
      f(row);
}

} // namespace registry_detail

/// A list of the status codes that an API or a standard knows. A view: name, rows and index live
/// elsewhere, mostly in constants. `entries` must be sorted by code, each code once:
///
///     inline constexpr statusline::registry_entry rows[] = {
///         {.code = 200, .phrase = "OK"},
///         {.code = 299, .phrase = "Nearly OK", .meaning = "It worked, but do look at the log."},
///     };
///     inline constexpr statusline::registry mine{"mine", "2026-01-31", rows};
///     static_assert(mine.sorted());
///
/// The built-in registries have two indexes, which make `find` by code and by phrase O(1) in the
/// number of rows. A registry of at most 255 rows can have them too, as further members:
///
///     inline constexpr auto by_code = statusline::index_of(rows);
///     inline constexpr auto by_phrase = statusline::phrase_index_of(rows);
///     inline constexpr statusline::registry mine{"mine", "2026-01-31", rows, by_code, by_phrase};
struct registry {
  std::string_view name;                      ///< what to call it in a report
  std::string_view snapshot;                  ///< the date of the facts, YYYY-MM-DD, or nothing
  std::span<const registry_entry> entries;    ///< sorted by code, each code once
  std::span<const std::uint8_t> index = {};   ///< made from `entries` by index_of, or nothing
  std::span<const std::uint8_t> phrases = {}; ///< made from them by phrase_index_of, or nothing
  std::span<const phrase_alias> aliases = {}; ///< further phrases of its codes, in any order

  /// The row of a code, or null; it lives as long as `entries`. O(1) with an index, else O(log n).
  [[nodiscard]] constexpr const registry_entry* find(unsigned code) const noexcept {
    return at(position(code));
  }

  /// The row with this phrase (aliases do not count), or null; it lives as long as `entries`. It is
  /// the first row, and so the lowest code, with the same bytes; else the first one that is the
  /// same when both are folded (ASCII case ignored, SP and HTAB dropped). O(size of `phrase`) with
  /// an index of phrases, else O(size of `phrase` and of all phrases here).
  [[nodiscard]] constexpr const registry_entry* find(std::string_view phrase) const noexcept {
    return at(position(phrase));
  }

  /// find() by code, as an offset into `entries`; at least their size if find() returns null.
  /// Costs the same. (In a constant expression under UBSan, GCC cannot compare a row's address with
  /// null: its bug 71962.)
  [[nodiscard]] constexpr std::size_t position(unsigned code) const noexcept {
    if (!index.empty())
      return code < index.size() ? index[code] : entries.size();
    return search(code);
  }
  /// find() by phrase, as an offset into `entries`; at least their size if find() returns null.
  /// Costs the same.
  [[nodiscard]] constexpr std::size_t position(std::string_view phrase) const noexcept {
    const auto exact = [&](std::size_t row) { return entries[row].phrase == phrase; };
    const auto alike = [&](std::size_t row) {
      return registry_detail::same_folded(entries[row].phrase, phrase);
    };
    if (!phrases.empty()) {
      const registry_detail::phrase_hash hash = registry_detail::hash_of(phrase);
      const std::size_t row = registry_detail::find_row(phrases, hash, exact);
      return row != 255 ? row : registry_detail::find_row(phrases, hash, alike);
    }
    if (phrase.empty()) // rows without a phrase do not count
      return entries.size();
    std::size_t row = 0;
    while (row < entries.size() && !exact(row))
      ++row;
    if (row == entries.size()) {
      for (row = 0; row < entries.size() && !alike(row);)
        ++row;
      if (row < entries.size() && entries[row].phrase.empty()) // asked for blanks
        return entries.size();
    }
    return row;
  }

  /// Whether `entries` is as it must be: sorted by code, each code once. O(n).
  [[nodiscard]] constexpr bool sorted() const noexcept {
    return std::ranges::adjacent_find(entries, std::ranges::greater_equal{},
                                      &registry_entry::code) == entries.end();
  }

private:
  [[nodiscard]] STATUSLINE_NOINLINE constexpr std::size_t search(unsigned code) const noexcept {
    const auto row = std::ranges::lower_bound(entries, code, {}, &registry_entry::code);
    return row != entries.end() && row->code == code ? offset(row) : entries.size();
  }
  [[nodiscard]] constexpr const registry_entry* at(std::size_t i) const noexcept {
    return i < entries.size() ? &entries[i] : nullptr;
  }
  [[nodiscard]] constexpr std::size_t
  offset(std::span<const registry_entry>::iterator row) const noexcept {
    return static_cast<std::size_t>(row - entries.begin());
  }
};

namespace registry_tables {
inline constexpr registry_index iana_index = index_of(iana);
inline constexpr registry_index documented_index = index_of(documented);
inline constexpr phrase_index iana_phrases = phrase_index_of(iana);
inline constexpr phrase_index documented_phrases = phrase_index_of(documented);

/// Every known phrase with its code: aliases and the rows of both registries, in the order of their
/// codes, each name of a code once.
inline constexpr auto names = [] {
  constexpr auto all = [] {
    std::array<phrase_alias, std::size(aliases) + std::size(iana) + std::size(documented)> list;
    const phrase_alias* a = std::begin(aliases);
    const registry_entry *i = std::begin(iana), *d = std::begin(documented);
    const auto code_of = [](const auto* next, const auto* end) {
      return next != end ? next->code : std::uint16_t{1000}; // after the last
    };
    std::size_t n = 0;
    for (;;) {
      const std::uint16_t codes[] = {code_of(a, std::end(aliases)), code_of(i, std::end(iana)),
                                     code_of(d, std::end(documented))};
      const std::uint16_t code = (std::ranges::min)(codes);
      if (code == 1000)
        return std::pair{list, n};
      const phrase_alias name = code == codes[0] ? *a++
                                : code == codes[1]
                                    ? phrase_alias{code, alias_kind::alias, (i++)->phrase}
                                    : phrase_alias{code, alias_kind::alias, (d++)->phrase};
      std::size_t same = n;
      while (same > 0 && list[same - 1].code == code && list[same - 1].phrase != name.phrase)
        --same;
      if (same == 0 || list[same - 1].code != code)
        list[n++] = name;
    }
  }();
  std::array<phrase_alias, all.second> different;
  std::ranges::copy_n(all.first.begin(), all.second, different.begin());
  return different;
}();
static_assert(std::size(names) <= 255);
/// The offset in `names` of the first name of each code; [1000] is the end of those of 999.
inline constexpr auto names_by_code = [] {
  std::array<std::uint8_t, 1001> first{};
  std::uint8_t n = 0;
  for (std::size_t code = 0; code < first.size(); ++code) {
    while (n < names.size() && names[n].code < code)
      ++n;
    first[code] = n;
  }
  return first;
}();
/// The names of a code. O(1).
[[nodiscard]] constexpr std::span<const phrase_alias> names_of(unsigned code) noexcept {
  if (code > 999)
    return {};
  return {names.data() + names_by_code[code], names.data() + names_by_code[code + 1]};
}
inline constexpr phrase_index names_by_phrase = phrase_index_of(names);
} // namespace registry_tables

/// The IANA HTTP Status Code Registry, as of `iana.snapshot`.
inline constexpr registry iana{"iana", registry_tables::iana_snapshot, registry_tables::iana,
                               registry_tables::iana_index, registry_tables::iana_phrases};
/// The table in the documentation of one public API, phrases byte for byte, as of
/// `documented.snapshot`: an example of an API's own table. Make a `registry` for your own.
inline constexpr registry documented{"documented", registry_tables::documented_snapshot,
                                     registry_tables::documented, registry_tables::documented_index,
                                     registry_tables::documented_phrases};

/// Every known phrase that is not registered, sorted by code.
inline constexpr std::span<const phrase_alias> aliases{registry_tables::aliases};

/// Those of one code, of static lifetime. O(log n).
[[nodiscard]] constexpr std::span<const phrase_alias> aliases_of(unsigned code) noexcept {
  return {std::ranges::lower_bound(aliases, code, {}, &phrase_alias::code),
          std::ranges::upper_bound(aliases, code, {}, &phrase_alias::code)};
}

/// The phrase to send with a code: that of `iana`; nothing for a code that is not listed there, as
/// `write` accepts. IANA's text for the reserved 306 and 418 is "(Unused)", which no server means:
/// for these it is "Switch Proxy" (draft-cohen-http-305-306-responses-00) and "I'm a Teapot" (RFC
/// 7168 section 2.3.3). `iana` and `assess` stay with IANA's text. O(1), static lifetime.
///
///     const auto size = statusline::write(out, {statusline::phrase_of(502), 502, {1, 1}, {}});
[[nodiscard]] constexpr std::string_view phrase_of(unsigned code) noexcept {
  const std::size_t row = iana.position(code);
  if (row >= iana.entries.size())
    return {};
  const registry_entry& entry = iana.entries[row];
  if (entry.state != entry_state::unused)
    return entry.phrase;
  return code == 306 ? "Switch Proxy" : "I'm a Teapot"; // registry_test: there are only these two
}

/// The standing of a code in a registry.
enum class standing : std::uint8_t {
  registered,   ///< listed, and assigned
  temporary,    ///< listed, with this state; so are the next three
  deprecated,   ///< listed, and not to be sent any more
  unused,       ///< listed, and reserved
  obsolete,     ///< listed, and no longer in force
  unregistered, ///< not listed
  invalid,      ///< outside 100 to 599 (RFC 9110 section 15), listed or not
};

/// How many values `standing` has.
inline constexpr std::uint8_t standing_count = 7;

/// The standing of a reason phrase for its code. RFC 9112 section 4 tells clients to ignore the
/// phrase; this is for programs that check servers.
enum class phrase_standing : std::uint8_t {
  absent,     ///< no SP after the code: quirk::missing_reason
  empty,      ///< no bytes after the SP
  canonical,  ///< byte for byte the phrase of the registry
  former,     ///< the name that an older RFC gave this code
  alias,      ///< a name that servers, libraries or the other built-in registry give this code
  variant,    ///< the phrase of the registry but for ASCII case and blanks
  other_code, ///< a phrase that the registry has for another code
  custom,     ///< any other
  unnamed,    ///< not empty, and the registry lists the code without a phrase
};

/// How many values `phrase_standing` has.
inline constexpr std::uint8_t phrase_standing_count = 9;

/// The result of assess().
struct assessment {
  standing code;               ///< the standing of the code
  phrase_standing phrase;      ///< the standing of the phrase for that code
  const registry_entry* entry; ///< the row of the code, or null; lives as long as the registry's

  /// Whether the answers and the row (by its address) are the same. O(1).
  friend constexpr bool operator==(const assessment&, const assessment&) noexcept = default;
};

namespace registry_detail {

/// The standings of listed codes are the states of rows, in their order.
[[nodiscard]] constexpr standing standing_of(const registry_entry& entry) noexcept {
  static_assert(std::uint8_t(standing::registered) == std::uint8_t(entry_state::assigned) &&
                std::uint8_t(standing::temporary) == std::uint8_t(entry_state::temporary) &&
                std::uint8_t(standing::deprecated) == std::uint8_t(entry_state::deprecated) &&
                std::uint8_t(standing::unused) == std::uint8_t(entry_state::unused) &&
                std::uint8_t(standing::obsolete) == std::uint8_t(entry_state::obsolete));
  const bool in_range = entry.code >= 100 && entry.code <= 599; // classify() divides
  return in_range ? static_cast<standing>(entry.state) : standing::invalid;
}

/// The standing of another name of a code. Of two standings the callers keep the lower one.
[[nodiscard]] constexpr phrase_standing standing_of(const phrase_alias& a) noexcept {
  using enum phrase_standing;
  static_assert(former < alias && alias < variant && variant < other_code && other_code < custom);
  return a.kind == alias_kind::former ? former : alias;
}

/// The standing of a reason that is no name of its code byte for byte, and not the registry's
/// phrase in another case.
[[nodiscard]] STATUSLINE_NOINLINE constexpr phrase_standing
folded_standing(std::string_view reason, unsigned code, const registry& r) noexcept {
  const phrase_hash hash = hash_of(reason);
  phrase_standing best = phrase_standing::custom;
  const auto row = [&](std::size_t i) {
    const registry_entry& entry = r.entries[i];
    const phrase_standing found =
        entry.code == code ? phrase_standing::variant : phrase_standing::other_code;
    if (found < best && (same_text(entry.phrase, reason) || same_folded(entry.phrase, reason)) &&
        !entry.phrase.empty()) // rarely empty
      best = found;
  };
  if (!r.phrases.empty())
    for_each_row(r.phrases, hash, row);
  else
    for (std::size_t i = 0; i < r.entries.size(); ++i)
      row(i);
  if (best == phrase_standing::variant)
    return best;
  const auto other_name = [&](const phrase_alias& a) {
    if (a.code == code && standing_of(a) < best && same_folded(a.phrase, reason))
      best = standing_of(a);
  };
  for (const phrase_alias& a : r.aliases)
    other_name(a);
  for_each_row(registry_tables::names_by_phrase, hash,
               [&](std::size_t i) { other_name(registry_tables::names[i]); });
  return best;
}

/// The standing of a reason that is not the phrase of `own`, the row of its code, if there is one.
/// The first that fits wins: another name of the code byte for byte, a former one before an alias;
/// the registry's phrase in another spelling; another name in another spelling; another code's
/// phrase.
[[nodiscard]] constexpr phrase_standing
irregular_phrase(const status_line& line, const registry& r,
                 std::span<const registry_entry> own) noexcept {
  if (line.quirks.contains(quirk::missing_reason))
    return phrase_standing::absent;
  // S25: a copy of the member would be one load of 16 bytes, which waits for two stores.
  const std::string_view reason{line.reason.data(), line.reason.size()};
  if (reason.empty())
    return phrase_standing::empty;
  if (!own.empty() && own[0].phrase.empty())
    return phrase_standing::unnamed;
  const unsigned code = line.code;
  phrase_standing best = phrase_standing::custom;
  const auto name = [&](const phrase_alias& a) {
    if (a.code == code && same_text(a.phrase, reason))
      best = (std::min)(best, standing_of(a));
  };
  for (const phrase_alias& a : r.aliases)
    name(a);
  for (const phrase_alias& a : registry_tables::names_of(code))
    name(a);
  if (best != phrase_standing::custom)
    return best;
  if (!own.empty() && same_but_for_case(own[0].phrase, reason))
    return phrase_standing::variant;
  return folded_standing(reason, code, r);
}

/// Everything but the common case, kept out of the way of that one.
[[nodiscard]] STATUSLINE_NOINLINE constexpr assessment
assess_irregular(const status_line& line, const registry& r,
                 std::span<const registry_entry> own) noexcept {
  const phrase_standing phrase = irregular_phrase(line, r, own);
  if (!own.empty())
    return {standing_of(own[0]), phrase, &own[0]};
  const bool invalid = classify(line.code) == status_class::invalid;
  return {invalid ? standing::invalid : standing::unregistered, phrase, nullptr};
}

} // namespace registry_detail

/// Looks a line up in a registry: the standing of its code, that of its phrase (the first that
/// fits), and the row. The phrases that older RFCs, servers and the other built-in registry use for
/// the code count with every registry. The phrase that the registry has for the code costs one
/// look-up and one compare. Any other costs O(size of the reason and of the registry's aliases)
/// with an index of phrases, else O(size of the reason and of all phrases of the registry).
[[nodiscard]] STATUSLINE_ALWAYS_INLINE constexpr assessment assess(const status_line& line,
                                                                   const registry& r) noexcept {
  const std::size_t row = r.position(line.code);
  if (row >= r.entries.size())
    return registry_detail::assess_irregular(line, r, {});
  const registry_entry& entry = r.entries[row];
  if (registry_detail::same_text(entry.phrase, line.reason) && !line.reason.empty() &&
      !line.quirks.contains(quirk::missing_reason))
    return {registry_detail::standing_of(entry), phrase_standing::canonical, &entry};
  return registry_detail::assess_irregular(line, r, {&entry, 1});
}

/// A fact about a line that the grammar accepts without a quirk, and that a reader should know.
enum class note : std::uint8_t {
  obs_text,          ///< a byte over 0x7f in the reason, in any encoding (RFC 9112 section 4)
  edge_whitespace,   ///< the reason begins or ends with SP or HTAB
  code_out_of_range, ///< the code is outside 100 to 599 (RFC 9110 section 15)
  unusual_version,   ///< the version is neither 1.0 nor 1.1
};

/// How many values `note` has.
inline constexpr std::uint8_t note_count = 4;

/// A set of notes: two bytes, every operation O(1), iterates in the order of the enumeration.
using note_set = enum_set<note, note_count>;

/// The set of two notes. O(1).
[[nodiscard]] constexpr note_set operator|(note a, note b) noexcept {
  return note_set{a} | note_set{b};
}

/// The notes on a line. O(size of the reason).
[[nodiscard]] constexpr note_set notes(const status_line& line) noexcept {
  note_set found;
  unsigned char bits = 0;
  for (const char c : line.reason)
    bits |= static_cast<unsigned char>(c);
  if (bits >= 0x80)
    found.insert(note::obs_text);
  const auto blank = registry_detail::dropped;
  if (!line.reason.empty() && (blank(line.reason.front()) || blank(line.reason.back())))
    found.insert(note::edge_whitespace);
  if (classify(line.code) == status_class::invalid)
    found.insert(note::code_out_of_range);
  if (line.version != http_version{1, 0} && line.version != http_version{1, 1})
    found.insert(note::unusual_version);
  return found;
}

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(status_class c) noexcept {
  switch (c) {
  case status_class::informational: return "informational";
  case status_class::success: return "success";
  case status_class::redirection: return "redirection";
  case status_class::client_error: return "client_error";
  case status_class::server_error: return "server_error";
  case status_class::invalid: return "invalid";
  }
  return "";
}

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(standing s) noexcept {
  switch (s) {
  case standing::registered: return "registered";
  case standing::temporary: return "temporary";
  case standing::deprecated: return "deprecated";
  case standing::unused: return "unused";
  case standing::obsolete: return "obsolete";
  case standing::unregistered: return "unregistered";
  case standing::invalid: return "invalid";
  }
  return "";
}

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(phrase_standing p) noexcept {
  switch (p) {
  case phrase_standing::absent: return "absent";
  case phrase_standing::empty: return "empty";
  case phrase_standing::canonical: return "canonical";
  case phrase_standing::former: return "former";
  case phrase_standing::alias: return "alias";
  case phrase_standing::variant: return "variant";
  case phrase_standing::other_code: return "other_code";
  case phrase_standing::custom: return "custom";
  case phrase_standing::unnamed: return "unnamed";
  }
  return "";
}

/// The name of the value, as above; "" for any other value. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view to_string(note n) noexcept {
  switch (n) {
  case note::obs_text: return "obs_text";
  case note::edge_whitespace: return "edge_whitespace";
  case note::code_out_of_range: return "code_out_of_range";
  case note::unusual_version: return "unusual_version";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(standing s) noexcept {
  switch (s) {
  case standing::registered: return "The registry lists the code.";
  case standing::temporary: return "The registry lists the code temporarily.";
  case standing::deprecated:
    return "The registry lists the code as deprecated: servers should not send it.";
  case standing::unused: return "The registry reserves the code: it has no meaning.";
  case standing::obsolete: return "The registry lists the code as obsolete.";
  case standing::unregistered: return "The registry does not list the code.";
  case standing::invalid: return "The code is outside 100 to 599: it has no meaning.";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(phrase_standing p) noexcept {
  switch (p) {
  case phrase_standing::absent: return "There is no phrase, and no space before it.";
  case phrase_standing::empty: return "The phrase is empty, which the grammar allows.";
  case phrase_standing::canonical: return "The phrase is that of the registry, byte for byte.";
  case phrase_standing::former: return "The phrase is that of an older RFC for the code.";
  case phrase_standing::alias:
    return "The phrase is not that of the registry, but servers or other registries use it for the "
           "code.";
  case phrase_standing::variant:
    return "The phrase is that of the registry except for case, spaces or tabs.";
  case phrase_standing::other_code: return "The registry has this phrase for another code.";
  case phrase_standing::custom: return "The phrase is the server's own.";
  case phrase_standing::unnamed: return "The registry lists the code without a phrase.";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime, a NUL after it.
[[nodiscard]] constexpr std::string_view describe(note n) noexcept {
  switch (n) {
  case note::obs_text: return "The reason has bytes outside ASCII; their encoding is unknown.";
  case note::edge_whitespace: return "The reason begins or ends with a space or a tab.";
  case note::code_out_of_range: return "The code is outside 100 to 599: it belongs to no class.";
  case note::unusual_version: return "The version is neither 1.0 nor 1.1.";
  }
  return "";
}

} // namespace statusline
