// SPDX-License-Identifier: MIT
//
// The registries against the files in corpus/registry/, in both directions; this test reads the
// files with separate code. And `assess` against an oracle that is written from its contract alone,
// slow and plain, for every code and every known phrase.
#include "support/guarded.hpp"

#include <statusline/registry.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace statusline {
namespace {

using tsv_row = std::map<std::string, std::string>;

/// The rows of a file in corpus/registry/. The first row that is no comment names the columns.
std::vector<tsv_row> rows_of(const std::string& name) {
  std::ifstream in{STATUSLINE_SOURCE_DIR "/corpus/registry/" + name, std::ios::binary};
  EXPECT_TRUE(in) << name;
  std::vector<std::string> columns;
  std::vector<tsv_row> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#'))
      continue;
    std::vector<std::string> fields(1);
    for (const char c : line)
      if (c == '\t')
        fields.emplace_back();
      else
        fields.back() += c;
    if (columns.empty()) {
      columns = fields;
      continue;
    }
    EXPECT_EQ(fields.size(), columns.size()) << name << ": " << line;
    rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i)
      rows.back()[columns[i]] = fields[i];
  }
  EXPECT_FALSE(rows.empty()) << name;
  return rows;
}

/// Decodes `\xNN`, as aliases.tsv has it.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text.compare(i, 2, "\\x") == 0) {
      out += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      out += text[i];
    }
  return out;
}

struct alias_row {
  unsigned code;
  std::string kind, phrase;
};

std::vector<alias_row> alias_rows() {
  std::vector<alias_row> out;
  for (tsv_row r : rows_of("aliases.tsv"))
    out.push_back({unsigned(std::stoi(r["code"])), r["kind"], unescaped(r["phrase"])});
  return out;
}

std::string fold(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '\t')
      continue;
    const std::string upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto at = upper.find(c);
    out += at == std::string::npos ? c : "abcdefghijklmnopqrstuvwxyz"[at];
  }
  return out;
}

status_line line(unsigned code, std::string_view reason, quirk_set quirks = {}) {
  return {reason, static_cast<std::uint16_t>(code), {1, 1}, quirks};
}

// A user's registry, as the header documents it.
constexpr registry_entry mine_rows[] = {
    {.code = 200, .phrase = "ok"},
    {.code = 202, .phrase = "Fine"},
    {.code = 203, .phrase = "Fine"},
    {.code = 299, .advice = client_advice::repeat_later, .phrase = "OK", .meaning = "Look again."},
    {.code = 429, .state = entry_state::temporary, .phrase = "Slow Down"},
    {.code = 499, .state = entry_state::deprecated, .phrase = "Gone Away"},
    {.code = 503, .state = entry_state::unused, .phrase = "Not Found"},
    {.code = 599, .state = entry_state::obsolete, .phrase = "Caf\xc3\xa9"},
    {.code = 999, .phrase = "Request denied"},
};
constexpr registry mine{"mine", "", mine_rows};
constexpr registry_index mine_index = index_of(mine_rows);
constexpr phrase_index mine_phrases = phrase_index_of(mine_rows);
constexpr registry mine_indexed{"mine", "", mine_rows, mine_index, mine_phrases};

// ---- at compile time

static_assert(iana.sorted() && documented.sorted() && mine.sorted());
static_assert(iana.name == "iana" && iana.snapshot == "2025-09-15" && iana.entries.size() == 64);
static_assert(documented.name == "documented" && documented.snapshot == "2022-09-20");
static_assert(documented.entries.size() == 20);
static_assert(iana.find(404u)->phrase == "Not Found");
static_assert(iana.find("not\tFOUND")->code == 404);
static_assert(iana.find(419u) == nullptr && iana.find("Nothing Of The Kind") == nullptr);
static_assert(documented.find(429)->phrase == "Too Many Request");
static_assert(mine.find(299)->meaning == "Look again." && mine.find(298) == nullptr);
static_assert(classify(404) == status_class::client_error);
static_assert(assess({.reason = "OK", .code = 200, .version = {}, .quirks = {}}, iana) ==
              assessment{standing::registered, phrase_standing::canonical, iana.find(200)});
static_assert(assess({.reason = "Nope", .code = 200, .version = {}, .quirks = {}}, mine) ==
              assessment{standing::registered, phrase_standing::custom, &mine_rows[0]});
static_assert(notes({.reason = " OK", .code = 99, .version = {2, 0}, .quirks = {}}) ==
              note_set{note::edge_whitespace, note::code_out_of_range, note::unusual_version});
static_assert(noexcept(classify(1)) && noexcept(iana.find(1)) && noexcept(
    iana.find("")) && noexcept(assess({}, iana)) && noexcept(notes({})));

constexpr registry_entry unsorted_rows[] = {{.code = 201, .phrase = "B"},
                                            {.code = 200, .phrase = "A"}};
constexpr registry_entry twice_rows[] = {{.code = 200, .phrase = "A"},
                                         {.code = 200, .phrase = "B"}};
static_assert(!registry{"", "", unsorted_rows}.sorted());
static_assert(!registry{"", "", twice_rows}.sorted());

// ---- the tables

TEST(Registry, CountsWhatItLists) {
  EXPECT_EQ(status_class_count, unsigned(status_class::invalid) + 1);
  EXPECT_EQ(standing_count, unsigned(standing::invalid) + 1);
  EXPECT_EQ(phrase_standing_count, unsigned(phrase_standing::unnamed) + 1);
  EXPECT_EQ(note_count, unsigned(note::unusual_version) + 1);
  EXPECT_EQ(entry_state_count, unsigned(entry_state::obsolete) + 1);
  EXPECT_EQ(client_advice_count, unsigned(client_advice::repeat_on_new_connection) + 1);
  EXPECT_EQ(alias_kind_count, unsigned(alias_kind::unregistered) + 1);
}

TEST(Registry, RowsAreNothingUntilTheyAreSet) {
  EXPECT_EQ(registry_entry{},
            (registry_entry{0, entry_state::assigned, client_advice::none, false, "", "", ""}));
  EXPECT_EQ(phrase_alias{}, (phrase_alias{0, alias_kind::alias, ""}));
}

// The comparison must read each octet of the text, and no others.
TEST(Registry, ComparesTextsOfEachSize) {
  using registry_detail::same_text;
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string one = "aaaaaaaa" + std::string(size, 'x') + "aaaaaaaa";
    std::string other = "bbbbbbbb" + std::string(size, 'x') + "bbbbbbbb";
    const std::string_view text = std::string_view{one}.substr(8, size);
    EXPECT_TRUE(same_text(text, std::string_view{other}.substr(8, size))) << size;
    EXPECT_FALSE(same_text(text, std::string_view{one}.substr(8, size + 1))) << size;
    for (std::size_t at = 8; at < 8 + size; ++at) {
      other[at] = 'y';
      EXPECT_FALSE(same_text(text, std::string_view{other}.substr(8, size))) << size << ' ' << at;
      other[at] = 'x';
    }
  }
}

// As many as an index can hold.
struct many_rows {
  registry_entry rows[255];
};
constexpr many_rows many = [] {
  many_rows m{};
  for (unsigned i = 0; i < 255; ++i)
    m.rows[i].code = static_cast<std::uint16_t>(100 + i);
  return m;
}();
constexpr registry_index index_of_many = index_of(many.rows);

TEST(Registry, HasAnIndexOfAsManyRowsAsItCanHold) {
  const registry full{"full", "", many.rows, index_of_many};
  for (unsigned code = 0; code < 1100; ++code)
    EXPECT_EQ(full.find(code), code < 100 || code >= 355 ? nullptr : &many.rows[code - 100]);
}

TEST(Registry, HasAnIndexOfAsManyPhrasesAsItCanHold) {
  std::vector<std::string> names(255);
  std::vector<registry_entry> rows(255);
  for (std::size_t i = 0; i < 255; ++i) {
    names[i] = i % 3 == 0 ? "same" : "Phrase " + std::to_string(i);
    rows[i] = {.code = static_cast<std::uint16_t>(100 + i), .phrase = names[i]};
  }
  const phrase_index index = phrase_index_of(rows);
  const registry full{"full", "", rows, {}, index}, plain{"plain", "", rows};
  for (const std::string& name : names) {
    EXPECT_EQ(full.find(name), plain.find(name)) << name;
    EXPECT_EQ(full.find(fold(name)), plain.find(fold(name))) << name;
  }
  EXPECT_EQ(full.find("same")->code, 100);
  EXPECT_EQ(full.find("S A M E")->code, 100) << "the lowest code";
  EXPECT_EQ(full.find("Phrase 255"), nullptr);
}

static_assert(std::tuple_size_v<registry_index> == 1000, "a code over 999 does not compile");

TEST(Registry, KnowsWhetherItIsSorted) {
  for (const registry& r : {iana, documented, mine, mine_indexed, registry{"none", "", {}}})
    EXPECT_TRUE(r.sorted()) << r.name;
  EXPECT_FALSE((registry{"", "", unsorted_rows}.sorted()));
  EXPECT_FALSE((registry{"", "", twice_rows}.sorted()));
}

TEST(Classify, EveryCode) {
  for (unsigned code = 0; code < 70000; ++code) {
    const auto want = code >= 100 && code <= 199   ? status_class::informational
                      : code >= 200 && code <= 299 ? status_class::success
                      : code >= 300 && code <= 399 ? status_class::redirection
                      : code >= 400 && code <= 499 ? status_class::client_error
                      : code >= 500 && code <= 599 ? status_class::server_error
                                                   : status_class::invalid;
    ASSERT_EQ(classify(code), want) << code;
  }
  EXPECT_EQ(classify(~0u), status_class::invalid);
}

void expect_same(const registry& r, const std::string& file) {
  std::map<unsigned, tsv_row> want;
  for (tsv_row line : rows_of(file))
    want[unsigned(std::stoi(line["code"]))] = line;
  ASSERT_EQ(r.entries.size(), want.size());
  for (unsigned code = 0; code < 1100; ++code) {
    const registry_entry* const e = r.find(code);
    ASSERT_EQ(e != nullptr, want.contains(code)) << file << ' ' << code;
    if (e == nullptr)
      continue;
    tsv_row w = want[code];
    EXPECT_EQ(e->code, code);
    EXPECT_EQ(e->phrase, w["phrase"]) << code;
    EXPECT_EQ(e->meaning, w["meaning"]) << code;
    EXPECT_EQ(e->reference, w["reference"]) << code;
    EXPECT_EQ(to_string(e->state), w.contains("state") ? w["state"] : "assigned") << code;
    EXPECT_EQ(to_string(e->advice), w["advice"] == "-" ? "none" : w["advice"]) << code;
    EXPECT_EQ(e->heuristically_cacheable, w["cacheable"] == "yes") << code;
    EXPECT_FALSE(e->meaning.empty()) << code;
    EXPECT_TRUE(e->meaning.ends_with('.')) << code;
  }
  EXPECT_EQ(r.find(~0u), nullptr);
}

TEST(Registry, IanaIsItsFile) { expect_same(iana, "iana.tsv"); }
TEST(Registry, DocumentedIsItsFile) { expect_same(documented, "documented.tsv"); }

TEST(Registry, AliasesAreTheirFile) {
  const auto want = alias_rows();
  ASSERT_EQ(aliases.size(), want.size());
  std::map<unsigned, std::size_t> count;
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(aliases[i].code, want[i].code) << i;
    EXPECT_EQ(to_string(aliases[i].kind), want[i].kind) << i;
    EXPECT_EQ(aliases[i].phrase, want[i].phrase) << i;
    ++count[want[i].code];
  }
  for (unsigned code = 0; code < 1100; ++code) {
    const auto some = aliases_of(code);
    ASSERT_EQ(some.size(), count.contains(code) ? count[code] : 0) << code;
    for (const phrase_alias& a : some)
      EXPECT_EQ(a.code, code);
  }
}

// Facts that the files must contain, written a second time from RFC 9110 and the other documents.
TEST(Registry, FactsOfTheStandards) {
  std::set<unsigned> cacheable;
  std::map<client_advice, std::set<unsigned>> advised;
  for (const registry_entry& e : iana.entries) {
    if (e.heuristically_cacheable)
      cacheable.insert(e.code);
    advised[e.advice].insert(e.code);
  }
  // RFC 9110 section 15.1
  EXPECT_EQ(cacheable,
            (std::set<unsigned>{200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501}));
  advised.erase(client_advice::none);
  EXPECT_EQ(advised, (std::map<client_advice, std::set<unsigned>>{
                         {client_advice::modify_request, {411, 417, 428, 431, 510}},
                         {client_advice::do_not_repeat_unmodified, {403, 507}},
                         {client_advice::authenticate, {401}},
                         {client_advice::authenticate_with_proxy, {407}},
                         {client_advice::repeat_later, {425}},
                         {client_advice::repeat_after_delay, {429, 503}},
                         {client_advice::repeat_if_retry_after, {413}},
                         {client_advice::repeat_on_new_connection, {408, 421}}}));
  EXPECT_EQ(iana.find(306)->phrase, "(Unused)");
  EXPECT_EQ(iana.find(306)->state, entry_state::unused);
  EXPECT_EQ(iana.find(418)->state, entry_state::unused);
  EXPECT_EQ(iana.find(104)->state, entry_state::temporary);
  EXPECT_EQ(iana.find(305)->state, entry_state::deprecated);
  EXPECT_EQ(iana.find(510)->state, entry_state::obsolete);
  EXPECT_EQ(documented.find(503)->advice, client_advice::modify_request);
  EXPECT_EQ(documented.find(408)->advice, client_advice::repeat_later);
  for (const tsv_row& r : rows_of("iana.tsv")) { // RFC 9110 sections 6.4.1 and 15.3.6
    const std::string& code = r.at("code");
    const bool none = code[0] == '1' || code == "204" || code == "205" || code == "304";
    EXPECT_EQ(r.at("content"), none ? "no" : "yes") << code;
  }
}

// ---- phrase_of

static_assert(phrase_of(404) == "Not Found");

// A phrase to send: never "(Unused)", and no phrase that assess() would report as made up.
TEST(PhraseOf, IsIanasOrWhatServersSend) {
  for (unsigned code = 0; code < 2000; ++code) {
    const registry_entry* const entry = iana.find(code);
    const std::string_view phrase = phrase_of(code);
    ASSERT_EQ(phrase.empty(), entry == nullptr) << code;
    if (entry == nullptr)
      continue;
    const assessment a = assess({phrase, entry->code, {1, 1}, {}}, iana);
    if (entry->state != entry_state::unused)
      EXPECT_EQ(a.phrase, phrase_standing::canonical) << code;
    else
      EXPECT_TRUE(a.phrase == phrase_standing::former || a.phrase == phrase_standing::alias)
          << code << ' ' << phrase;
  }
  EXPECT_EQ(phrase_of(306), "Switch Proxy");
  EXPECT_EQ(phrase_of(418), "I'm a Teapot");
  EXPECT_EQ(phrase_of(65536 + 404), "");
  EXPECT_EQ(phrase_of(UINT32_MAX), "");
  // The registry keeps IANA's text.
  EXPECT_EQ(iana.find(418)->phrase, "(Unused)");
  EXPECT_EQ(assess({"I'm a Teapot", 418, {1, 1}, {}}, iana).code, standing::unused);
}

// ---- find by phrase

TEST(FindPhrase, EveryPhraseExactAndFolded) {
  for (const registry* r : {&iana, &documented, &mine})
    for (const registry_entry& e : r->entries) {
      const auto first = std::ranges::find(r->entries, e.phrase, &registry_entry::phrase);
      EXPECT_EQ(r->find(e.phrase), &*first) << e.phrase;
      std::string spread = "\t";
      for (const char c : e.phrase)
        spread += std::string(1, c) + " \t";
      if (r != &mine) {
        EXPECT_EQ(r->find(spread), &*first) << spread;
      }
    }
}

TEST(FindPhrase, ExactBeforeFoldedAndLowestCodeInEach) {
  EXPECT_EQ(mine.find("OK")->code, 299);
  EXPECT_EQ(mine.find("ok")->code, 200);
  EXPECT_EQ(mine.find("Ok")->code, 200);
  EXPECT_EQ(mine.find("Fine")->code, 202);
  EXPECT_EQ(mine.find("fine")->code, 202);
  EXPECT_EQ(iana.find("(Unused)")->code, 306);
  EXPECT_EQ(iana.find("( u n u s e d )")->code, 306);
  // Only ASCII is folded, only SP and HTAB are dropped.
  EXPECT_EQ(mine.find("caf\xc3\xa9")->code, 599);
  EXPECT_EQ(mine.find("CAF\xc3\x89"), nullptr);
  EXPECT_EQ(iana.find("Not\xa0"
                      "Found"),
            nullptr);
  EXPECT_EQ(iana.find("Not-Found"), nullptr);
  EXPECT_EQ(iana.find("Not\vFound"), nullptr);
  EXPECT_EQ(iana.find("[ot Found"), nullptr);
  EXPECT_EQ(iana.find("Not Foun"), nullptr);
  EXPECT_EQ(iana.find("Not Foundd"), nullptr);
  EXPECT_EQ(iana.find(""), nullptr);
  EXPECT_EQ(iana.find(" \t "), nullptr);
  EXPECT_EQ(iana.find(std::string_view{"OK\0", 3}), nullptr);
  // Aliases are no phrases.
  EXPECT_EQ(iana.find("Moved Temporarily"), nullptr);
}

TEST(FindPhrase, EveryByteAgainstEveryByte) {
  for (int a = 0; a < 256; ++a) {
    const std::string phrase{'x', static_cast<char>(a), 'y'};
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const phrase_index index = phrase_index_of(rows);
    for (const registry& r : {registry{"", "", rows}, registry{"", "", rows, {}, index}}) {
      for (int b = 0; b < 256; ++b) {
        const std::string wanted{'x', static_cast<char>(b), 'y'};
        ASSERT_EQ(r.find(wanted) != nullptr, fold(phrase) == fold(wanted)) << a << ' ' << b;
        // The same in a word of eight octets, which are compared at once.
        const std::string eight = "abc" + phrase + "de", other = "ABC" + wanted + "DE";
        ASSERT_EQ(registry_detail::same_folded(eight, other), fold(eight) == fold(other))
            << a << ' ' << b;
      }
    }
  }
}

// Blanks, case and NUL at any place of texts around whole words of eight octets.
TEST(FindPhrase, FoldsTextsWithBlanksAnywhere) {
  std::mt19937 random{1};
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  unsigned same = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string a, b;
    const auto rare = [&] { return below(16) == 0; };
    for (unsigned left = below(28); left-- > 0;) {
      const char c = "aBz@[`{\0\x01\xc1\xe1"[below(11)];
      for (std::string* text : {&a, &b}) {
        while (rare())
          *text += below(2) == 0 ? ' ' : '\t';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        *text += letter && below(2) == 0 ? static_cast<char>(c ^ 0x20) : c;
      }
    }
    if (rare())
      a += "\0"[0];
    if (rare() && !b.empty())
      b[below(static_cast<unsigned>(b.size()))] ^= 0x20;
    const bool expected = fold(a) == fold(b);
    ASSERT_EQ(registry_detail::same_folded(a, b), expected) << round;
    ASSERT_EQ(registry_detail::same_folded(b, a), expected) << round;
    same += expected;
  }
  EXPECT_GT(same, 100000U);
}

/// Looks a reason up in a registry of one row, with an index and without.
void expect_found(std::string_view phrase, std::string_view reason, phrase_standing standing) {
  const registry_entry rows[] = {{.code = 200, .phrase = phrase}};
  const phrase_index index = phrase_index_of(rows);
  for (const registry& r : {registry{"", "", rows}, registry{"", "", rows, {}, index}}) {
    EXPECT_EQ(r.find(reason), phrase.empty() ? nullptr : &rows[0]) << reason;
    EXPECT_EQ(assess({reason, 200, {1, 1}, {}}, r).phrase, standing) << reason;
  }
}

TEST(FindPhrase, ReadsNothingOutsideEither) {
  support::guarded of_phrase, of_reason;
  for (std::size_t size = 1; size <= 26; ++size) {
    const std::string phrase = std::string{"abcdefghijklmnopqrstuvwxyz"}.substr(0, size);
    for (const std::size_t blanks : {0u, 1u, 2u, 10u, 60u}) {
      for (std::size_t at = 0; at <= size; ++at) {
        std::string reason = phrase;
        std::ranges::transform(reason, reason.begin(), [](char c) { return c ^ ' '; });
        reason.insert(at, blanks, at % 2 == 0 ? ' ' : '\t');
        constexpr auto variant = phrase_standing::variant;
        expect_found(of_phrase.at_begin(phrase), of_reason.at_begin(reason), variant);
        expect_found(of_phrase.at_end(phrase), of_reason.at_begin(reason), variant);
        expect_found(of_phrase.at_begin(phrase), of_reason.at_end(reason), variant);
        expect_found(of_phrase.at_end(phrase), of_reason.at_end(reason), variant);
      }
    }
  }
  expect_found("", of_reason.at_begin(" "), phrase_standing::unnamed);
  expect_found("", of_reason.at_end(""), phrase_standing::empty);
}

// An index reads 64 octets of a phrase. '!', '(' and 0x01 hash as blanks do, and are none.
TEST(FindPhrase, ReadsLongPhrasesWhereverTheBlanksAre) {
  std::mt19937 random{20261128}; // NOLINT(cert-msc51-cpp): the same phrases in each run
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 5000; ++round) {
    std::string phrase;
    for (std::size_t left = 30 + below(120); left-- > 0;)
      phrase += "aBz09!(\x01\xe4"[below(9)];
    std::string reason = phrase;
    for (std::size_t blanks = below(40); blanks-- > 0;)
      reason.insert(below(reason.size() + 1), 1 + below(2) * below(30), below(2) == 0 ? ' ' : '\t');
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const phrase_index index = phrase_index_of(rows);
    const registry r{"", "", rows, {}, index};
    ASSERT_EQ(r.find(reason), rows) << round;
    reason[below(reason.size())] = 'q';
    ASSERT_EQ(r.find(reason) == rows, fold(reason) == fold(phrase)) << round;
  }
}

// Phrases of every length around whole words of eight octets.
TEST(FindPhrase, LongPhrases) {
  for (std::size_t size = 1; size <= 140; ++size) {
    const std::string phrase = std::string(size - 1, 'a') + 'b';
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const phrase_index index = phrase_index_of(rows);
    const registry r{"long", "", rows, {}, index};
    EXPECT_EQ(r.find(phrase), rows);
    EXPECT_EQ(r.find(std::string(size - 1, 'A') + "\t B "), rows) << size;
    EXPECT_EQ(r.find(std::string(size - 1, 'A') + "C"), nullptr) << size;
    EXPECT_EQ(r.find(std::string(size - 1, 'A')), nullptr) << size;
    EXPECT_EQ(r.find(std::string(size - 1, 'A') + "BB"), nullptr) << size;
  }
  const std::string blanks(8000, ' ');
  EXPECT_EQ(iana.find(blanks + "not" + blanks + "found" + blanks)->code, 404);
}

// ---- assess

/// `assess` by its contract, over the rows of the files.
class judge {
public:
  judge() {
    for (const alias_row& a : alias_rows())
      (a.kind == "former" ? former_ : alias_)[a.code].push_back({a.phrase, fold(a.phrase)});
    for (const char* const file : {"iana.tsv", "documented.tsv"})
      for (tsv_row r : rows_of(file))
        alias_[unsigned(std::stoi(r["code"]))].push_back({r["phrase"], fold(r["phrase"])});
  }

  phrase_standing phrase(unsigned code, const std::string& reason, quirk_set quirks,
                         const registry& r) {
    if (quirks.contains(quirk::missing_reason))
      return phrase_standing::absent;
    if (reason.empty())
      return phrase_standing::empty;
    by_code& own = own_[&r];
    if (own.empty())
      for (const registry_entry& e : r.entries)
        own[e.code] = {{std::string{e.phrase}, fold(std::string{e.phrase})}};
    const name wanted{reason, fold(reason)};
    if (exact(own, code, wanted))
      return phrase_standing::canonical;
    if (exact(former_, code, wanted))
      return phrase_standing::former;
    if (exact(alias_, code, wanted))
      return phrase_standing::alias;
    if (alike(own, code, wanted))
      return phrase_standing::variant;
    if (alike(former_, code, wanted))
      return phrase_standing::former;
    if (alike(alias_, code, wanted))
      return phrase_standing::alias;
    for (const auto& [other, names] : own)
      if (names[0].folded == wanted.folded)
        return phrase_standing::other_code;
    return phrase_standing::custom;
  }

private:
  struct name {
    std::string bytes, folded;
  };
  using by_code = std::map<unsigned, std::vector<name>>;

  static bool exact(by_code& in, unsigned code, const name& wanted) {
    return in.contains(code) && std::ranges::count(in[code], wanted.bytes, &name::bytes) != 0;
  }
  static bool alike(by_code& in, unsigned code, const name& wanted) {
    return in.contains(code) && std::ranges::count(in[code], wanted.folded, &name::folded) != 0;
  }

  by_code former_, alias_;
  std::map<const registry*, by_code> own_;
};

std::string upper(std::string s) {
  for (char& c : s)
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
  return s;
}

/// Every phrase of a registry or an alias, and small changes of each.
std::vector<std::string> phrases(bool wrong_too) {
  std::set<std::string> plain{"", " ", "\t", "Nothing Of The Kind", "OKAY", "404 Not Found"};
  for (const registry* r : {&iana, &documented, &mine})
    for (const registry_entry& e : r->entries)
      plain.emplace(e.phrase);
  for (const alias_row& a : alias_rows())
    plain.insert(a.phrase);
  std::set<std::string> all = plain;
  if (wrong_too)
    for (const std::string& s : plain) {
      all.insert({upper(s), fold(s), s + ' ', '\t' + s, s + '.', s + '\0'});
      if (!s.empty())
        all.insert(s.substr(1));
    }
  return {all.begin(), all.end()};
}

void expect_as_judged(judge& j, unsigned code, const std::string& reason, quirk_set quirks,
                      const registry& r) {
  const assessment a = assess(line(code, reason, quirks), r);
  ASSERT_EQ(to_string(a.phrase), to_string(j.phrase(code, reason, quirks, r)))
      << r.name << ' ' << code << ' ' << testing::PrintToString(reason);
  ASSERT_EQ(a.entry, r.find(code));
}

TEST(Assess, EveryCodeWithEveryPhraseAsJudged) {
  judge j;
  const auto plain = phrases(false);
  for (const registry* r : {&iana, &documented, &mine})
    for (unsigned code = 0; code < 1000; ++code) {
      // For an unknown code, one phrase in seven is enough.
      const bool known = iana.find(code) || mine.find(code) || !aliases_of(code).empty();
      for (std::size_t i = known ? 0 : code % 7; i < plain.size(); i += known ? 1 : 7)
        ASSERT_NO_FATAL_FAILURE(expect_as_judged(j, code, plain[i], {}, *r));
    }
}

constexpr registry_entry nameless_rows[] = {{.code = 200, .phrase = {}},
                                            {.code = 404, .phrase = "Not Found"}};
constexpr phrase_alias nameless_aliases[] = {{404, alias_kind::alias, "Gone"},
                                             {404, alias_kind::former, "Lost"}};
constexpr phrase_index nameless_phrases = phrase_index_of(nameless_rows);

TEST(Assess, CodesWithoutAPhraseAndAliasesOfItsOwn) {
  const registry plain{"", "", nameless_rows, {}, {}, nameless_aliases};
  const registry indexed{"", "", nameless_rows, {}, nameless_phrases, nameless_aliases};
  for (const registry& r : {plain, indexed}) {
    const auto phrase = [&r](unsigned code, std::string_view reason, quirk_set quirks = {}) {
      return assess({reason, static_cast<std::uint16_t>(code), {1, 1}, quirks}, r).phrase;
    };
    EXPECT_EQ(phrase(200, "OK"), phrase_standing::unnamed);
    EXPECT_EQ(phrase(200, " "), phrase_standing::unnamed);
    EXPECT_EQ(phrase(200, ""), phrase_standing::empty);
    EXPECT_EQ(phrase(200, "", quirk::missing_reason), phrase_standing::absent);
    EXPECT_EQ(phrase(404, "Gone"), phrase_standing::alias);
    EXPECT_EQ(phrase(404, "gone"), phrase_standing::alias);
    EXPECT_EQ(phrase(404, "Lost"), phrase_standing::former);
    EXPECT_EQ(phrase(500, "Gone"), phrase_standing::custom);
    EXPECT_EQ(phrase(404, " "), phrase_standing::custom);
    for (const std::string_view none : {"", " ", "\t"})
      EXPECT_EQ(r.find(none), nullptr);
    EXPECT_EQ(r.find("not found"), &nameless_rows[1]);
  }
}

TEST(Assess, PhrasesALittleWrongAsJudged) {
  judge j;
  const auto wrong = phrases(true);
  ASSERT_GT(wrong.size(), 800u);
  std::set<phrase_standing> seen;
  for (const registry* r : {&iana, &documented, &mine, &mine_indexed})
    for (const unsigned code : {200u, 203u, 302u, 306u, 407u, 413u, 418u, 422u, 429u, 499u, 999u})
      for (const std::string& reason : wrong) {
        ASSERT_NO_FATAL_FAILURE(expect_as_judged(j, code, reason, {}, *r));
        seen.insert(assess(line(code, reason), *r).phrase);
      }
  EXPECT_EQ(seen.size(), phrase_standing_count - 2u); // all except absent and unnamed
}

TEST(Assess, APartOfABuiltInRegistryStillKnowsThePhrasesOfTheWhole) {
  const registry part{"part", "", iana.entries.first(10)};
  EXPECT_EQ(assess(line(404, "Not Found"), part).phrase, phrase_standing::alias);
  EXPECT_EQ(assess(line(404, "not found"), part).phrase, phrase_standing::alias);
}

TEST(Assess, ACodeOfNoClassIsInvalidThoughARegistryHasIt) {
  constexpr registry_entry rows[] = {{.code = 99, .phrase = "Early"},
                                     {.code = 600, .phrase = "Late"}};
  const registry odd{"odd", "", rows};
  EXPECT_EQ(assess({"Early", 99, {1, 1}, {}}, odd).code, standing::invalid);
  EXPECT_EQ(assess({"Late", 600, {1, 1}, {}}, odd).code, standing::invalid);
}

TEST(Assess, EveryAliasRow) {
  for (const alias_row& a : alias_rows()) {
    const auto want = a.kind == "former" ? phrase_standing::former : phrase_standing::alias;
    EXPECT_EQ(assess(line(a.code, a.phrase), iana).phrase, want) << a.code << ' ' << a.phrase;
    EXPECT_EQ(assess(line(a.code, a.phrase), mine).phrase, want) << a.code << ' ' << a.phrase;
    EXPECT_EQ(assess(line(a.code, a.phrase), registry{}).phrase, want) << a.code << ' ' << a.phrase;
  }
}

TEST(Assess, PhrasesByExample) {
  using enum phrase_standing;
  const struct {
    unsigned code;
    const char* reason;
    phrase_standing iana, documented;
  } cases[] = {
      {429, "Too Many Requests", canonical, alias}, // the other built-in registry's phrase
      {429, "Too Many Request", alias, canonical},
      {429, "too many request", alias, variant},
      {429, "TOO MANY REQUESTS", variant, alias},
      {200, "OK", canonical, canonical},
      {200, "Ok", variant, variant},
      {200, " OK", variant, variant},
      {200, "Connection established", alias, alias},
      {200, "CONNECTION ESTABLISHED", alias, alias},
      {200, "Not Found", other_code, other_code},
      {200, "notfound", other_code, other_code},
      {200, "Gateway Timeout", other_code, other_code},
      {200, "I'm a teapot", custom, custom}, // an alias of another code
      {200, "Fine", custom, custom},
      {200, "", empty, empty},
      {200, " ", custom, custom},
      {302, "Moved Temporarily", former, former},
      {302, "moved temporarily", former, former},
      {302, "Found", canonical, alias},
      {302, "D\xe9plac\xe9 Temporairement", alias, alias},
      {400, "Bad request", alias, alias}, // an exact alias wins over a variant
      {400, "BAD REQUEST", variant, variant},
      {407, "Unauthorized", alias, alias}, // an exact alias wins over another code's phrase
      {407, "UNAUTHORIZED", alias, alias},
      {413, "Payload Too Large", former, former},
      {413, "Content Too Large", canonical, alias},
      {418, "(Unused)", canonical, alias},
      {418, "I'm a teapot", alias, alias},
      {499, "client has closed connection", alias, alias},
      {599, "OK", other_code, other_code},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(to_string(assess(line(c.code, c.reason), iana).phrase), to_string(c.iana))
        << c.code << ' ' << c.reason;
    EXPECT_EQ(to_string(assess(line(c.code, c.reason), documented).phrase), to_string(c.documented))
        << c.code << ' ' << c.reason;
  }
  // A registry without the code whose phrase it is.
  EXPECT_EQ(assess(line(200, "Found"), documented).phrase, custom);
  EXPECT_EQ(assess(line(200, "Found"), iana).phrase, other_code);
}

TEST(Assess, AbsentAndEmpty) {
  for (const registry* r : {&iana, &documented, &mine})
    for (const unsigned code : {200u, 299u, 404u, 777u}) {
      EXPECT_EQ(assess(line(code, ""), *r).phrase, phrase_standing::empty);
      EXPECT_EQ(assess(line(code, "", quirk::missing_reason), *r).phrase, phrase_standing::absent);
      EXPECT_EQ(assess(line(code, "", quirk::bare_lf), *r).phrase, phrase_standing::empty);
    }
  // No parse returns this: a reason, and the quirk of a missing one.
  EXPECT_EQ(assess(line(200, "OK", quirk::missing_reason), iana).phrase, phrase_standing::absent);
  // An empty phrase in a registry equals an empty one on the line.
  constexpr registry_entry rows[] = {{.code = 200, .phrase = ""}};
  EXPECT_EQ(assess(line(200, ""), registry{"", "", rows}).phrase, phrase_standing::empty);
}

TEST(Assess, StandingOfEveryCode) {
  std::map<unsigned, std::string> state;
  for (tsv_row r : rows_of("iana.tsv"))
    state[unsigned(std::stoi(r["code"]))] = r["state"];
  for (unsigned code = 0; code < 1000; ++code) {
    const assessment a = assess(line(code, "x"), iana);
    const std::string want = code < 100 || code > 599    ? "invalid"
                             : !state.contains(code)     ? "unregistered"
                             : state[code] == "assigned" ? "registered"
                                                         : state[code];
    ASSERT_EQ(to_string(a.code), want) << code;
    ASSERT_EQ(a.entry, iana.find(code)) << code;
  }
  EXPECT_EQ(assess(line(200, ""), mine).code, standing::registered);
  EXPECT_EQ(assess(line(429, ""), mine).code, standing::temporary);
  EXPECT_EQ(assess(line(499, ""), mine).code, standing::deprecated);
  EXPECT_EQ(assess(line(503, ""), mine).code, standing::unused);
  EXPECT_EQ(assess(line(599, ""), mine).code, standing::obsolete);
  EXPECT_EQ(assess(line(404, ""), mine).code, standing::unregistered);
  // No table has a row for these, nor reads another row in its place.
  static_assert(assess({"x", 1000, {1, 1}, {}}, iana) ==
                assessment{standing::invalid, phrase_standing::custom, nullptr});
  EXPECT_EQ(assess(line(65535, ""), iana).code, standing::invalid);
  // Listed, and invalid; the row is returned.
  EXPECT_EQ(assess(line(999, "Request denied"), mine),
            (assessment{standing::invalid, phrase_standing::canonical, &mine_rows[8]}));
}

// The comparison of the common case works by words: every size, a difference at every place.
TEST(Assess, CanonicalIsByteForByte) {
  std::string reason;
  for (std::size_t size = 1; size <= 40; ++size) {
    reason += static_cast<char>('a' + size % 26);
    const std::string phrase = reason;
    const registry_entry rows[] = {{.code = 299, .phrase = phrase}};
    const registry r{"", "", rows};
    EXPECT_EQ(assess(line(299, reason), r).phrase, phrase_standing::canonical) << size;
    EXPECT_EQ(assess(line(299, reason + '!'), r).phrase, phrase_standing::custom) << size;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = reason;
      other[at] = static_cast<char>(other[at] ^ 0x80);
      EXPECT_EQ(assess(line(299, other), r).phrase, phrase_standing::custom) << size << ' ' << at;
    }
  }
}

TEST(Assess, AnIndexChangesNothing) {
  for (unsigned code = 0; code < 1100; ++code)
    ASSERT_EQ(mine.find(code), mine_indexed.find(code)) << code;
  // An index that was not made from the rows never leads out of them.
  ASSERT_EQ(mine.position(999), 8u);
  for (const std::size_t rows : {std::size_t{1}, std::size_t{8}}) {
    const registry cut{"", "", std::span{mine_rows}.first(rows), mine_index};
    EXPECT_EQ(cut.find(999), nullptr);
    EXPECT_EQ(assess(line(999, "request  denied"), cut),
              (assessment{standing::invalid, phrase_standing::custom, nullptr}));
  }
}

// ---- notes

TEST(Notes, EveryByteAtEachPlace) {
  for (unsigned byte = 0; byte < 256; ++byte)
    for (const std::size_t at : {0u, 1u, 2u}) {
      std::string reason = "abc";
      reason[at] = static_cast<char>(byte);
      note_set want;
      if (byte >= 0x80)
        want.insert(note::obs_text);
      if ((byte == ' ' || byte == '\t') && at != 1)
        want.insert(note::edge_whitespace);
      ASSERT_EQ(notes(line(200, reason)), want) << byte << " at " << at;
    }
}

TEST(Notes, CodesAndVersions) {
  for (unsigned code = 0; code < 1000; ++code)
    ASSERT_EQ(notes(line(code, "OK")).contains(note::code_out_of_range), code < 100 || code > 599);
  for (std::uint8_t major = 0; major < 10; ++major)
    for (std::uint8_t minor = 0; minor < 10; ++minor) {
      const status_line l{"OK", 200, {major, minor}, {}};
      const bool usual = major == 1 && minor <= 1;
      ASSERT_EQ(notes(l), usual ? note_set{} : note_set{note::unusual_version});
    }
  EXPECT_EQ(notes(line(200, "")), note_set{});
  EXPECT_EQ(notes(line(200, "\x80")), note::obs_text);
  EXPECT_EQ(notes({"\xff ", 600, {0, 9}, {}}), note_set::all());
}

TEST(Notes, TheSet) {
  note_set s = note::unusual_version | note::obs_text;
  EXPECT_EQ(std::vector<note>(s.begin(), s.end()),
            (std::vector<note>{note::obs_text, note::unusual_version}));
  EXPECT_EQ(s.size(), 2u);
  EXPECT_TRUE(s.contains(note::obs_text) && !s.contains(note::edge_whitespace));
  EXPECT_EQ(s.insert(note::edge_whitespace).size(), 3u);
  EXPECT_EQ(note_set::all() - s, note::code_out_of_range);
  EXPECT_EQ(s & note::obs_text, note::obs_text);
  EXPECT_TRUE(s.subset_of(note_set::all()) && !note_set::all().subset_of(s));
  EXPECT_EQ(note_set::from_bits(0xffff), note_set::all());
  EXPECT_EQ(note_set::all().bits(), 15u);
  EXPECT_TRUE(note_set{}.empty() && !s.empty());
}

// ---- names

template <class Enum> void expect_names(std::vector<std::string> want, std::uint8_t count) {
  ASSERT_EQ(want.size(), count);
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_EQ(to_string(static_cast<Enum>(i)), want[i]);
  EXPECT_EQ(to_string(static_cast<Enum>(count)), "");
  EXPECT_EQ(to_string(static_cast<Enum>(255)), "");
}

template <class Enum> void expect_sentences(std::uint8_t count) {
  std::set<std::string_view> seen;
  for (std::uint8_t i = 0; i < count; ++i) {
    const std::string_view text = describe(static_cast<Enum>(i));
    EXPECT_TRUE(text.ends_with('.') && text.size() > 20) << text;
    EXPECT_TRUE(seen.insert(text).second) << text;
  }
  EXPECT_EQ(describe(static_cast<Enum>(count)), "");
}

TEST(Names, OfEveryEnumerator) {
  expect_names<status_class>(
      {"informational", "success", "redirection", "client_error", "server_error", "invalid"},
      status_class_count);
  expect_names<entry_state>({"assigned", "temporary", "deprecated", "unused", "obsolete"},
                            entry_state_count);
  expect_names<client_advice>({"none", "modify_request", "do_not_repeat_unmodified", "authenticate",
                               "authenticate_with_proxy", "repeat_later", "repeat_after_delay",
                               "repeat_if_retry_after", "repeat_on_new_connection"},
                              client_advice_count);
  expect_names<alias_kind>({"former", "alias", "unregistered"}, alias_kind_count);
  expect_names<standing>(
      {"registered", "temporary", "deprecated", "unused", "obsolete", "unregistered", "invalid"},
      standing_count);
  expect_names<phrase_standing>({"absent", "empty", "canonical", "former", "alias", "variant",
                                 "other_code", "custom", "unnamed"},
                                phrase_standing_count);
  expect_names<note>({"obs_text", "edge_whitespace", "code_out_of_range", "unusual_version"},
                     note_count);
  expect_sentences<client_advice>(client_advice_count);
  expect_sentences<standing>(standing_count);
  expect_sentences<phrase_standing>(phrase_standing_count);
  expect_sentences<note>(note_count);
}

} // namespace
} // namespace statusline
