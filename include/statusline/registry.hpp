// SPDX-License-Identifier: MIT
/// @file
/// What a status line means: the class of its code, and what a registry says of its code and
/// phrase.
///
///     const auto r = statusline::parse(bytes);
///     const auto a = statusline::assess(r.line, statusline::iana);
///     if (a.phrase == statusline::phrase_standing::other_code) ...  // "200 Not Found"
///
/// The parser knows nothing of this: no phrase and no number fails a parse that the grammar takes.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/enum_set.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>
#include <statusline/registry_entry.hpp>
#include <statusline/registry_tables.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

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

/// Phrases are compared "folded": ASCII letters in lower case, SP and HTAB dropped.
[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool dropped(char c) noexcept { return c == ' ' || c == '\t'; }

/// Takes the next folded octet off the front of `text`. False at the end.
[[nodiscard]] constexpr bool next(std::string_view& text, char& c) noexcept {
  while (!text.empty()) {
    c = lower(text.front());
    const bool skip = dropped(text.front());
    text.remove_prefix(1);
    if (!skip)
      return true;
  }
  return false;
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
[[nodiscard]] constexpr bool same_text(std::string_view a, std::string_view b) noexcept {
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

/// A text to be compared, folded, with many others. The head is folded once, here: so a reason of
/// many blanks costs its size once, and not once for each phrase of a registry.
class folded {
public:
  constexpr explicit folded(std::string_view text) noexcept : rest_{text} {
    for (char c = 0; size_ < head_.size() && next(rest_, c); ++size_)
      head_[size_] = c;
  }
  /// O(size of `other`), and of the text itself only where their first 64 octets are the same.
  [[nodiscard]] constexpr bool matches(std::string_view other) const noexcept {
    char c = 0;
    for (std::size_t i = 0; i < size_; ++i)
      if (!next(other, c) || c != head_[i])
        return false;
    char d = 0;
    for (std::string_view rest = rest_; next(rest, d);)
      if (!next(other, c) || c != d)
        return false;
    return !next(other, c);
  }

private:
  std::array<char, 64> head_{};
  std::size_t size_ = 0;
  std::string_view rest_;
};

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
/// With `inline constexpr auto index = statusline::index_of(rows);` as a fourth member, `find` by
/// code is O(1) as it is in the built-in registries.
struct registry {
  std::string_view name;                    ///< what to call it in a report
  std::string_view snapshot;                ///< the date of the facts, YYYY-MM-DD, or nothing
  std::span<const registry_entry> entries;  ///< sorted by code, each code once
  std::span<const std::uint8_t> index = {}; ///< made from `entries` by index_of, or nothing

  /// The row of a code, or null; it lives as long as `entries`. O(1) with an index, else O(log n).
  [[nodiscard]] constexpr const registry_entry* find(unsigned code) const noexcept {
    return at(position(code));
  }

  /// The row with this phrase (aliases do not count), or null; it lives as long as `entries`. It is
  /// the first row, and so the lowest code, with the same bytes; else the first one that is the
  /// same when both are folded (ASCII case ignored, SP and HTAB dropped). O(size of `phrase` + size
  /// of all phrases here).
  [[nodiscard]] constexpr const registry_entry* find(std::string_view phrase) const noexcept {
    return at(position(phrase));
  }

  /// find() by code, as an offset into `entries`; at least their size where find() gives null.
  /// Costs the same. (In a constant expression under UBSan, GCC cannot compare a row's address with
  /// null: its bug 71962.)
  [[nodiscard]] constexpr std::size_t position(unsigned code) const noexcept {
    if (!index.empty())
      return code < index.size() ? index[code] : entries.size();
    return search(code);
  }
  /// find() by phrase, as an offset into `entries`; at least their size where find() gives null.
  /// Costs the same.
  [[nodiscard]] constexpr std::size_t position(std::string_view phrase) const noexcept {
    const auto exact = std::ranges::find(entries, phrase, &registry_entry::phrase);
    if (exact != entries.end())
      return offset(exact);
    const registry_detail::folded wanted{phrase};
    const auto alike = [&wanted](std::string_view other) { return wanted.matches(other); };
    return offset(std::ranges::find_if(entries, alike, &registry_entry::phrase));
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
} // namespace registry_tables

/// The IANA HTTP Status Code Registry, as of `iana.snapshot`.
inline constexpr registry iana{"iana", registry_tables::iana_snapshot, registry_tables::iana,
                               registry_tables::iana_index};
/// The table of one API's documentation, phrases byte for byte, as of `documented.snapshot`.
inline constexpr registry documented{"documented", registry_tables::documented_snapshot,
                                     registry_tables::documented,
                                     registry_tables::documented_index};

/// Every phrase that is known beside the registered ones, sorted by code.
inline constexpr std::span<const phrase_alias> aliases{registry_tables::aliases};

/// Those of one code, of static lifetime. O(log n).
[[nodiscard]] constexpr std::span<const phrase_alias> aliases_of(unsigned code) noexcept {
  return {std::ranges::lower_bound(aliases, code, {}, &phrase_alias::code),
          std::ranges::upper_bound(aliases, code, {}, &phrase_alias::code)};
}

/// What a registry says of a code.
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

/// What a reason phrase is for its code. RFC 9112 section 4 has a client ignore the phrase: this
/// is for those who look all the same.
enum class phrase_standing : std::uint8_t {
  absent,     ///< no SP after the code: quirk::missing_reason
  empty,      ///< no bytes after the SP
  canonical,  ///< byte for byte the phrase of the registry
  former,     ///< the name that an older RFC gave this code
  alias,      ///< a name that servers, libraries or the other built-in registry give this code
  variant,    ///< the phrase of the registry but for ASCII case and blanks
  other_code, ///< a phrase that the registry has for another code
  custom,     ///< any other
};

/// How many values `phrase_standing` has.
inline constexpr std::uint8_t phrase_standing_count = 8;

/// The answer of `assess`.
struct assessment {
  standing code;               ///< what the registry says of the code
  phrase_standing phrase;      ///< what the phrase is for that code
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

/// `is` tells whether a phrase is the one that was received: byte for byte in a first round, folded
/// in a second. Gives `former`, `alias`, or `custom` for neither.
template <class Is>
[[nodiscard]] constexpr phrase_standing among_aliases(unsigned code, const Is& is) noexcept {
  const auto known = aliases_of(code);
  const auto is_former = [&is](const phrase_alias& a) {
    return a.kind == alias_kind::former && is(a.phrase);
  };
  if (std::ranges::any_of(known, is_former))
    return phrase_standing::former;
  if (std::ranges::any_of(known, is, &phrase_alias::phrase))
    return phrase_standing::alias;
  // The registry that is asked may be one of these: its own phrase has been compared before.
  for (const registry* other : {&iana, &documented}) {
    const std::size_t row = other->position(code);
    if (row < other->entries.size() && is(other->entries[row].phrase))
      return phrase_standing::alias;
  }
  return phrase_standing::custom;
}

/// A phrase that is not the registry's own for the code, whose row is `row`.
[[nodiscard]] constexpr phrase_standing irregular_phrase(const status_line& line, const registry& r,
                                                         std::size_t row) noexcept {
  const std::string_view reason = line.reason;
  if (line.quirks.contains(quirk::missing_reason))
    return phrase_standing::absent;
  if (reason.empty())
    return phrase_standing::empty;

  const auto same = [reason](std::string_view phrase) { return phrase == reason; };
  const phrase_standing exact = among_aliases(line.code, same);
  if (exact != phrase_standing::custom)
    return exact;

  const folded folded_reason{reason};
  const auto alike = [&](std::string_view phrase) { return folded_reason.matches(phrase); };
  if (row < r.entries.size() && alike(r.entries[row].phrase))
    return phrase_standing::variant;
  const phrase_standing similar = among_aliases(line.code, alike);
  if (similar != phrase_standing::custom)
    return similar;

  const bool other = r.position(reason) < r.entries.size();
  return other ? phrase_standing::other_code : phrase_standing::custom;
}

/// Everything but the common case, kept out of the way of that one.
[[nodiscard]] STATUSLINE_NOINLINE constexpr assessment
assess_irregular(const status_line& line, const registry& r, std::size_t row) noexcept {
  const phrase_standing phrase = irregular_phrase(line, r, row);
  if (row < r.entries.size())
    return {standing_of(r.entries[row]), phrase, &r.entries[row]};
  const bool invalid = classify(line.code) == status_class::invalid;
  return {invalid ? standing::invalid : standing::unregistered, phrase, nullptr};
}

} // namespace registry_detail

/// What a registry says of a line: the standing of its code, that of its phrase (the first that
/// fits), and the row. The phrases that older RFCs, servers and the other built-in registry use for
/// the code count whatever the registry. The phrase that the registry has for the code costs one
/// look-up and one compare; any other O(size of the reason + size of the registry).
[[nodiscard]] STATUSLINE_ALWAYS_INLINE constexpr assessment assess(const status_line& line,
                                                                   const registry& r) noexcept {
  const std::size_t row = r.position(line.code);
  if (row < r.entries.size()) {
    const registry_entry& entry = r.entries[row];
    if (registry_detail::same_text(entry.phrase, line.reason) && !line.reason.empty() &&
        !line.quirks.contains(quirk::missing_reason))
      return {registry_detail::standing_of(entry), phrase_standing::canonical, &entry};
  }
  return registry_detail::assess_irregular(line, r, row);
}

/// What the grammar takes without a quirk, and a reader should know of.
enum class note : std::uint8_t {
  obs_text,          ///< a byte over 0x7f in the reason, in whatever encoding (RFC 9112 section 4)
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

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
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

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
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

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
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
  }
  return "";
}

/// The name as it is spelled above. O(1), static lifetime; "" for a value outside the enumeration.
[[nodiscard]] constexpr std::string_view to_string(note n) noexcept {
  switch (n) {
  case note::obs_text: return "obs_text";
  case note::edge_whitespace: return "edge_whitespace";
  case note::code_out_of_range: return "code_out_of_range";
  case note::unusual_version: return "unusual_version";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime.
[[nodiscard]] constexpr std::string_view describe(standing s) noexcept {
  switch (s) {
  case standing::registered: return "The registry lists the code.";
  case standing::temporary: return "The registry lists the code for the time being only.";
  case standing::deprecated:
    return "The registry lists the code, which is not to be sent any more.";
  case standing::unused: return "The registry reserves the code: it has no meaning.";
  case standing::obsolete: return "The registry lists the code, which is no longer in force.";
  case standing::unregistered: return "The registry does not list the code.";
  case standing::invalid: return "The code is outside 100 to 599, where no code has a meaning.";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime.
[[nodiscard]] constexpr std::string_view describe(phrase_standing p) noexcept {
  switch (p) {
  case phrase_standing::absent: return "There is no phrase, and no space to begin one.";
  case phrase_standing::empty: return "The phrase is empty, which the grammar allows.";
  case phrase_standing::canonical: return "The phrase is that of the registry, byte for byte.";
  case phrase_standing::former: return "The phrase is the one that an older RFC has for the code.";
  case phrase_standing::alias:
    return "The phrase is not that of the registry, but others are known to send it with the code.";
  case phrase_standing::variant:
    return "The phrase is that of the registry but for capitals, spaces or tabs.";
  case phrase_standing::other_code: return "The registry has this phrase for another code.";
  case phrase_standing::custom: return "The phrase is the server's own.";
  }
  return "";
}

/// One sentence for a person. O(1), static lifetime.
[[nodiscard]] constexpr std::string_view describe(note n) noexcept {
  switch (n) {
  case note::obs_text:
    return "The reason has bytes that are not ASCII; nothing says in what encoding.";
  case note::edge_whitespace: return "The reason begins or ends with a space or a tab.";
  case note::code_out_of_range: return "The code is outside 100 to 599, so it belongs to no class.";
  case note::unusual_version: return "The version is neither 1.0 nor 1.1.";
  }
  return "";
}

} // namespace statusline
