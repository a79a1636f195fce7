// SPDX-License-Identifier: MIT
//
// Registry files of any bytes. A rejection must be one printable line. An accepted file must be
// sorted, be the same after writing and reading it, and answer as a second, naive implementation
// does. The built-in registries must too. The last bytes choose the codes and phrases to look up.
#include "target.hpp"

#include <cli/registry_file.hpp>

#include <algorithm>
#include <array>
#include <sstream>
#include <vector>

namespace statusline::fuzz {
namespace {

std::string fold(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (const char c : text)
    if (c != ' ' && c != '\t')
      folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return folded;
}

/// A phrase, and the same without capitals and blanks.
struct asked_phrase {
  std::string_view exact;
  std::string folded = fold(exact);
  [[nodiscard]] bool is(std::string_view other, bool fold_it) const {
    return fold_it ? fold(other) == folded : other == exact;
  }
};

const registry_entry* find_slowly(const registry& r, unsigned code) {
  for (const registry_entry& row : r.entries)
    if (row.code == code)
      return &row;
  return nullptr;
}

const registry_entry* find_slowly(const registry& r, const asked_phrase& phrase) {
  for (const bool folded : {false, true})
    for (const registry_entry& row : r.entries)
      if (!row.phrase.empty() && phrase.is(row.phrase, folded))
        return &row;
  return nullptr;
}

standing standing_slowly(unsigned code, const registry_entry* row) {
  if (code < 100 || code > 599)
    return standing::invalid;
  if (row == nullptr)
    return standing::unregistered;
  constexpr std::array names = {standing::registered, standing::temporary, standing::deprecated,
                                standing::unused, standing::obsolete};
  return names.at(static_cast<std::size_t>(row->state));
}

/// The list of phrase standings from the top, as its documentation defines them.
phrase_standing phrase_slowly(const status_line& line, const asked_phrase& reason,
                              const registry_entry* row, const registry_entry* of_phrase,
                              const registry& r) {
  if (line.quirks.contains(quirk::missing_reason))
    return phrase_standing::absent;
  if (line.reason.empty())
    return phrase_standing::empty;
  if (row != nullptr && row->phrase.empty())
    return phrase_standing::unnamed;
  for (const bool folded : {false, true}) {
    if (row != nullptr && reason.is(row->phrase, folded))
      return folded ? phrase_standing::variant : phrase_standing::canonical;
    const auto known = [&](bool former) {
      const auto fits = [&](const phrase_alias& a) {
        return a.code == line.code && (a.kind == alias_kind::former) == former &&
               reason.is(a.phrase, folded);
      };
      return std::ranges::any_of(aliases, fits) || std::ranges::any_of(r.aliases, fits);
    };
    if (known(true))
      return phrase_standing::former;
    if (known(false))
      return phrase_standing::alias;
    for (const registry* other : {&iana, &documented})
      if (const auto* theirs = find_slowly(*other, line.code);
          theirs != nullptr && reason.is(theirs->phrase, folded))
        return phrase_standing::alias;
  }
  return of_phrase != nullptr ? phrase_standing::other_code : phrase_standing::custom;
}

/// In a different order.
bool notes_fit(const status_line& line) {
  const std::string_view text = line.reason;
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  const auto is = [&](note n, bool expected) { return notes(line).contains(n) == expected; };
  return is(note::unusual_version, line.version.major != 1 || line.version.minor > 1) &&
         is(note::code_out_of_range, line.code < 100 || line.code >= 600) &&
         is(note::edge_whitespace, !text.empty() && (blank(text[0]) || blank(text.back()))) &&
         is(note::obs_text,
            std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x7f; }));
}

std::string show(const assessment& a) {
  return std::string{to_string(a.code)} + ", " + std::string{to_string(a.phrase)} + ", " +
         (a.entry != nullptr ? "row " + std::to_string(a.entry->code) : "no row");
}

complaint judge_line(const status_line& line, const registry& r) {
  const std::string asked = std::to_string(line.code) + ' ' + std::string{line.reason};
  const asked_phrase reason{line.reason};
  const auto* const row = find_slowly(r, line.code);
  const auto* const of_phrase = find_slowly(r, reason);
  if (r.find(line.code) != row || r.find(line.reason) != of_phrase)
    return about(asked, "find differs from a search of all rows");
  if (r.find(line.code + 0x10000u) != nullptr)
    return about(asked, "find takes a code of 17 bits for one of 16");
  if (!notes_fit(line))
    return about(asked, "notes differ from what their names say");
  const assessment want{standing_slowly(line.code, row),
                        phrase_slowly(line, reason, row, of_phrase, r), row};
  const assessment have = assess(line, r);
  if (want == have)
    return {};
  return about(asked, "assess by " + std::string{r.name}) + "\n  want    " + show(want) +
         "\n  have    " + show(have);
}

/// Every column, in quotes.
std::string write_csv(const registry& r) {
  std::ostringstream out;
  const auto quoted = [&](std::string_view text) {
    out << '"';
    for (const char c : text)
      out << (c == '"' ? "\"\"" : std::string(1, c));
    out << '"';
  };
  if (!r.snapshot.empty())
    out << "# snapshot: " << r.snapshot << '\n';
  out << "code,phrase,meaning,reference,state,advice,cacheable\n";
  for (const registry_entry& row : r.entries) {
    out << row.code / 100 << row.code / 10 % 10 << row.code % 10;
    for (const std::string_view text :
         {row.phrase, row.meaning, row.reference, to_string(row.state), to_string(row.advice)}) {
      out << ',';
      quoted(text);
    }
    out << (row.heuristically_cacheable ? ",yes\n" : ",no\n");
  }
  return out.str();
}

cli::loaded_registry load(const std::string& bytes) {
  std::istringstream in{bytes};
  return cli::read_registry(in, "FILE");
}

complaint judge_refusal(const cli::registry_file_error& e, const std::string& bytes) {
  const std::string_view text = e.what();
  const auto printable = [](char c) { return c >= ' ' && c < '\x7f'; };
  const auto lines = std::ranges::count(bytes, '\n') + 1;
  if (text.starts_with("FILE:") && std::ranges::all_of(text, printable) &&
      e.line() <= static_cast<std::size_t>(lines))
    return {};
  return about(bytes, "the message for a bad file is no printable line, or names no line of it") +
         "\n  message " + corpus::escape(text);
}

complaint judge_round_trip(const registry& r) {
  const std::string written = write_csv(r);
  try {
    const cli::loaded_registry second = load(written);
    if (second.view().snapshot == r.snapshot &&
        std::ranges::equal(second.view().entries, r.entries))
      return {};
  } catch (const cli::registry_file_error& e) {
    return about(written, e.what());
  }
  return about(written, "a registry that is written and read again is another one");
}

/// One byte changed, at each of up to 64 places: it must not be the phrase any more.
complaint judge_places(const registry& r, const registry_entry& row, tail numbers) {
  std::string phrase{row.phrase};
  const std::size_t step = phrase.size() / 64 + 1;
  for (std::size_t at = numbers.byte() % step; at < phrase.size(); at += step) {
    const char before = phrase[at];
    const int other_bits = 1 + static_cast<int>(numbers.byte() % 0xff);
    phrase[at] = static_cast<char>(before ^ other_bits);
    const status_line line{phrase, row.code, {1, 1}, {}};
    if (assess(line, r).phrase == phrase_standing::canonical)
      return judge_line(line, r);
    phrase[at] = before;
  }
  return {};
}

/// A few codes and phrases, related or not.
complaint judge_answers(const registry& r, tail& numbers, int questions) {
  const auto pick = [&](const auto& from) -> const auto& {
    return from[numbers.byte() % std::size(from)];
  };
  for (int i = 0; i < questions; ++i) {
    const registry_entry& row = pick(r.entries);
    const phrase_alias& alias = pick(aliases);
    const std::array codes = {row.code, alias.code, pick(iana.entries).code,
                              static_cast<std::uint16_t>(numbers.byte() * 4 % 1000),
                              static_cast<std::uint16_t>(numbers.byte() << 8 | 0xe7u)};
    const std::array<std::string, 6> phrases = {std::string{row.phrase},     ' ' + fold(row.phrase),
                                                std::string{alias.phrase},   fold(alias.phrase),
                                                std::string{numbers.rest()}, ""};
    const std::uint16_t code = pick(codes);
    const std::string& phrase = pick(phrases);
    const unsigned last = numbers.byte();
    const quirk_set quirks = quirk_set::from_bits(last & 3);
    const http_version version = {static_cast<std::uint8_t>(1 ^ last >> 6),
                                  static_cast<std::uint8_t>(1 ^ (last >> 4 & 3))};
    for (const registry* const asked : {&r, &iana, &documented})
      if (auto c = judge_line({phrase, code, version, quirks}, *asked))
        return c;
    if (auto c = judge_places(r, row, numbers))
      return c;
  }
  return {};
}

complaint judge_registry(const registry& r) {
  if (!r.sorted())
    return "the rows are not sorted";
  return judge_round_trip(r);
}

} // namespace

complaint check(std::string_view input) {
  const std::string bytes{input};
  tail numbers{input};
  std::optional<cli::loaded_registry> loaded;
  try {
    loaded.emplace(load(bytes));
  } catch (const cli::registry_file_error& e) {
    if (auto c = judge_refusal(e, bytes))
      return c;
  }
  auto c = loaded ? judge_registry(loaded->view()) : complaint{};
  if (!c)
    c = loaded ? judge_answers(loaded->view(), numbers, 6) : judge_answers(documented, numbers, 1);
  if (c)
    *c += "\n  file    " + corpus::escape(bytes);
  return c;
}

} // namespace statusline::fuzz
