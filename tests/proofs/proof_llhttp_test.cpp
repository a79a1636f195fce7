// SPDX-License-Identifier: MIT
//
// The joint automaton of the grammar and llhttp shows exactly the divergences that
// docs/divergences.md lists. With STATUSLINE_WRITE set, the list is written.
#include "proof_llhttp.hpp"
#include "support/cases.hpp"

#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace statusline::proof {
namespace {

constexpr const char* document = STATUSLINE_SOURCE_DIR "/docs/divergences.md";

/// A paragraph of the document, and the kinds of divergence that it covers.
struct topic {
  const char* title;
  bool (*covers)(const divergence&);
  const char* right;
  const char* danger;
};

bool shows(const divergence& d, quirk q) { return d.shows.contains(q); }
bool takes(reading r) { return r != reading::refuses; }
bool never_ours(const divergence& d) { return d.ours == reading::refuses; }

constexpr detail::state_set in_code = state::gap | state::digit_1 | state::digit_2;
constexpr detail::state_set before_line = state::start | state::blank_cr | state::blank;

/// llhttp reads these octets as the reason, while the table still expects the code.
bool early_reason(const divergence& d) {
  return (in_code | state::digit_3).contains(d.at) && d.after.starts_with("HTTP/1.1 200 ");
}
/// The cell where that begins, and the cells where it shows.
bool code_lost(const divergence& d) {
  return early_reason(d) || d.theirs == reading::accepts_unlike ||
         (d.at == state::gap && d.octets.test(' ') && takes(d.theirs));
}

const topic topics[] = {
    {"A blank line before the status line",
     [](const divergence& d) { return shows(d, quirk::leading_blank); },
     "RFC 9112 section 2.2 lets a server skip a blank line before a request; nothing lets a client "
     "skip one before a response. strict is right; `leading_blank` allows the line.",
     "A body that was longer than its declared length by CRLF goes unnoticed: the first sign of a "
     "desynchronised connection is skipped."},
    {"More than one blank line, or half of one",
     [](const divergence& d) {
       const bool letter = d.octets.test('H') || d.octets.test('I');
       return never_ours(d) &&
              (d.octets.test('\r') || d.octets.test('\n') || (d.at == state::blank_cr && letter)) &&
              before_line.contains(d.at);
     },
     "RFC 9112 section 4: the line begins with its version. llhttp skips any number of CR and LF, "
     "in any order; no policy does here.",
     "An attacker can put any number of CR and LF between two responses, and the next reader may "
     "count them to either."},
    {"Other protocols",
     [](const divergence& d) {
       return never_ours(d) && takes(d.theirs) && (d.octets.test('R') || d.octets.test('E')) &&
              (before_line | state::ic).contains(d.at) && !d.octets.test('H');
     },
     "RFC 9112 section 2.3: HTTP-name is \"HTTP\". llhttp 9 also reads RTSP and ICE, and checks "
     "their versions separately.",
     "A response of another protocol on a port for HTTP is read as HTTP."},
    {"SHOUTcast's ICY",
     [](const divergence& d) {
       return shows(d, quirk::icy_protocol) ||
              (d.at == state::ic && d.ours == reading::takes && !takes(d.theirs));
     },
     "RFC 9112 section 2.3: HTTP-name is \"HTTP\". Both refuse it; `icy_protocol` allows it here. "
     "llhttp 9 reads as far as `IC`, since it knows ICE.",
     "Nothing, as no version is made up: it is reported as 0.0."},
    {"The protocol in lower case",
     [](const divergence& d) { return shows(d, quirk::lowercase_protocol); },
     "RFC 9112 section 2.3: HTTP-name is case-sensitive. Both refuse; "
     "`lowercase_protocol` allows it here.",
     "Readers that refuse the line may read it as an HTTP/0.9 body with status 200 (curl, "
     "Firefox): a filter that allows the quirk sees another status than they do."},
    {"No version", [](const divergence& d) { return shows(d, quirk::missing_version); },
     "RFC 9112 section 4: HTTP-version is not optional. Both refuse; `missing_version` allows "
     "it here.",
     "The default of the next reader decides on keep-alive and framing."},
    {"A version of one digit", [](const divergence& d) { return shows(d, quirk::short_version); },
     "RFC 9112 section 2.3: DIGIT \".\" DIGIT. Both refuse; `short_version` allows it here.",
     "`HTTP/2 200` is no HTTP/2: a reader that believes it expects another framing."},
    {"Versions that llhttp does not know",
     [](const divergence& d) {
       return d.at == state::dot && d.ours == reading::takes && d.theirs == reading::refuses;
     },
     "RFC 9112 section 2.3 accepts every pair of digits, and by RFC 9110 section 2.5 a recipient "
     "reads a higher minor version as the highest that it knows. llhttp accepts only 0.9, 1.0, 1.1 "
     "and 2.0: here it is stricter than the grammar.",
     "A server can make one of two readers drop the connection; no two readings."},
    {"A tab, vertical tab or form feed for the space",
     [](const divergence& d) {
       return d.shows == quirk_set{quirk::other_whitespace} && !takes(d.theirs);
     },
     "RFC 9112 section 4: SP; but a recipient may split at any white space, HTAB, VT and FF "
     "included, at the risk of response splitting. Neither is wrong: both refuse, "
     "`other_whitespace` allows it here.",
     "Readers that split at SP alone see another code: Chromium reads `HTTP/1.1<HTAB>404` as 200."},
    {"A further space before the code",
     [](const divergence& d) { return shows(d, quirk::extra_space) && !takes(d.theirs); },
     "RFC 9112 section 4: one SP; but a recipient may split at runs of white space. Neither is "
     "wrong: both refuse, `extra_space` allows it here.",
     "The next topic shows an attack on a reader that accepts it."},
    {"A second space ends the code before it began",
     [](const divergence& d) { return code_lost(d); },
     "RFC 9112 section 4: 3DIGIT after one SP. llhttp 8 in its loose mode reads the second space "
     "as the end of a code without digits: the code is 0, and the true one is the reason's first "
     "word. strict refuses at the second space; with `extra_space` the code is the one on the "
     "line.",
     "With code 0 the rules for 1xx, 204 and 304 (RFC 9112 section 6.3: no body) do not apply: the "
     "next response on the connection is swallowed as the body of this one."},
    {"Codes of any number of digits",
     [](const divergence& d) {
       return never_ours(d) && !early_reason(d) &&
              (in_code.contains(d.at) || (d.at == state::digit_3 && d.octets.test('0')));
     },
     "RFC 9112 section 4: 3DIGIT. llhttp 8 in its loose mode accepts any number of digits, even "
     "none, if their value is at most 999: `0000200` is 200, `HTTP/1.1 2` is 2 and an empty code "
     "is "
     "0.",
     "One reader's 2 or 20 is another one's truncated 200; code 0 has no body rule (see above)."},
    {"No reason and no space",
     [](const divergence& d) {
       return d.shows == quirk_set{quirk::missing_reason} && takes(d.theirs) && !early_reason(d);
     },
     "RFC 9112 section 4: a server must send the SP even if there is no reason. Nearly every "
     "reader accepts the line without; so do `missing_reason` and the policy interop.",
     "None known. The result distinguishes absent and empty."},
    {"LF alone", [](const divergence& d) { return shows(d, quirk::bare_lf) && !code_lost(d); },
     "RFC 9112 section 2.2: a recipient may recognize a single LF as a line terminator, so neither "
     "answer is wrong. llhttp 8 accepts it, llhttp 9 refuses; `bare_lf` and interop allow it here.",
     "An LF that was smuggled into a phrase ends the line for one reader and not for another: "
     "response splitting."},
    {"A reason that is glued to the code",
     [](const divergence& d) {
       return shows(d, quirk::glued_reason) && !takes(d.theirs) && !early_reason(d);
     },
     "RFC 9112 section 4: SP after the code. Both refuse; `glued_reason` allows it here.",
     "Little: the code is the same for every reader that accepts the line."},
    {"Control characters in the reason",
     [](const divergence& d) {
       return d.shows == quirk_set{quirk::control_in_reason} && d.at == state::reason;
     },
     "RFC 9112 section 4: HTAB, SP, VCHAR and obs-text. llhttp accepts every octet except CR and "
     "LF, "
     "and is wrong; strict refuses, `control_in_reason` allows it.",
     "NUL cuts a C string short, so that two layers see two phrases; ESC writes to the terminal "
     "that shows the log."},
    {"A second CR", [](const divergence& d) { return shows(d, quirk::repeated_cr); },
     "RFC 9112 section 2.2: a CR that ends no line is invalid. A reader that ends lines at LF "
     "ignores "
     "any CR before it, as `repeated_cr` does. llhttp ends the line at the second CR and begins "
     "the "
     "next line after it: an LF there is an empty one. strict refuses; "
     "with `repeated_cr` all of them are one line end.",
     "Where the LF counts as an empty line, the header section is over before it began: "
     "`Content-Length` becomes body, and the body the next response."},
    {"A CR that ends no line",
     [](const divergence& d) { return d.at == state::cr && never_ours(d); },
     "RFC 9112 section 2.2: a recipient must treat such a CR as invalid, or as SP. llhttp 8 in its "
     "loose mode ends the line with it and swallows the octet after it; no policy allows it here.",
     "Response splitting: `OK\\rContent-Length: 5` becomes the header field `ontent-Length`, and "
     "other readers see no header, or the whole one."},
};

// The printed text.

std::string code(std::string_view bytes) { return "`" + corpus::escape(bytes) + "`"; }

std::string octets(const std::bitset<256>& set) {
  const auto one = [](std::size_t o) {
    return corpus::escape(std::string(1, static_cast<char>(static_cast<unsigned char>(o))));
  };
  std::string text;
  for (std::size_t i = 0; i < 256; ++i) {
    if (!set.test(i))
      continue;
    std::size_t last = i;
    while (last + 1 < 256 && set.test(last + 1))
      ++last;
    text += (text.empty() ? "`" : ", `") + one(i) + (last > i ? "`-`" + one(last) : "") + "`";
    i = last;
  }
  return text;
}

std::string names(quirk_set set) {
  std::string text;
  for (const quirk q : set)
    text += (text.empty() ? "`" : ", `") + std::string{to_string(q)} + "`";
  return text;
}

std::string theirs(const divergence& d) {
  switch (d.theirs) {
  case reading::takes: return "accepts";
  case reading::takes_unlike: return d.at == state::reason ? "not as reason" : "as reason";
  case reading::accepts: return "ends the line";
  case reading::accepts_before: return "ends the line before it";
  case reading::accepts_unlike: return "ends the line, other code";
  case reading::refuses: break;
  }
  return "`" + d.their_error + "`";
}

std::string under_strict(const divergence& d) {
  const parse_result r = parse(d.witness, strict);
  if (r || r.error == errc::need_more)
    return r ? "ends the line" : "accepts";
  return "`" + std::string{to_string(r.error)} + "` at " + std::to_string(r.end);
}

std::string with_quirks(const divergence& d) {
  if (never_ours(d))
    return "never";
  return (d.ours == reading::accepts ? "ends the line" : "accepts") +
         (d.shows.empty() ? "" : ": " + names(d.shows));
}

/// The builds of llhttp that the document covers.
struct column {
  std::string_view version;
  std::string_view name;
};
constexpr column columns[] = {{"8.1.0 (loose)", "8.1.0"}, {"9 (lenient flags off)", "9"}};

struct walked {
  std::string_view name; ///< the column's; empty for a build that the document does not cover
  std::string version;
  const peers::machine* machine;
  oracle automaton;
  walk_result result;
};

/// Each llhttp of this build, those that the document covers first.
const std::vector<walked>& walks() {
  static const std::vector<walked> all = [] {
    std::vector<walked> list;
    for (const peers::machine& m : peers::llhttp_machines()) {
      const std::string version = m.version();
      const auto told = std::ranges::find_if(
          columns, [&](const column& c) { return version.starts_with(c.version); });
      oracle o = explore(m);
      walk_result result = walk(detail::grammar, o);
      list.push_back({told != std::end(columns) ? told->name : std::string_view{}, version, &m,
                      std::move(o), std::move(result)});
    }
    return list;
  }();
  return all;
}

// Not a view: Clang 14 does not compile GCC's std::ranges views.
std::vector<const walked*> documented() {
  std::vector<const walked*> those;
  for (const walked& w : walks())
    if (!w.name.empty())
      those.push_back(&w);
  return those;
}
bool all_are_here() { return documented().size() == std::size(columns); }

/// A row without the version, and without the steps at its end.
std::string essence_of(const divergence& d) {
  return std::string{" | "} + state_names[std::size_t(d.at)] + " | " +
         (d.after.empty() ? "at the start" : code(d.after)) + " | " + octets(d.octets) + " | " +
         code(d.witness) + " | " + theirs(d) + " | " + under_strict(d) + " | " + with_quirks(d) +
         " | ";
}

std::string line_of(const walked& w, const divergence& d) {
  return "| " + std::string{w.name.empty() ? std::string_view{w.version} : w.name} + essence_of(d) +
         std::to_string(d.steps) + " |\n";
}

std::string head_of(const walked& w) {
  return "- llhttp " + w.version + ": " + std::to_string(w.automaton.fields.size()) + " states, " +
         std::to_string(w.result.joint_states) + " joint states, " +
         std::to_string(w.result.divergences.size()) + " kinds of divergence.\n";
}

std::string generate() {
  std::ostringstream out;
  out << "# Where llhttp and statusline differ\n\n"
         "`tests/proofs/proof_llhttp_test.cpp` writes this page (with `STATUSLINE_WRITE=1`), and\n"
         "fails if the list is wrong. It walks the joint automaton of the grammar's table and a\n"
         "snapshot of llhttp's parser through all 256 octets, from the start to the end of the\n"
         "line. Both read every line that is not listed here alike: its end, the bytes of the\n"
         "reason, the code and the version.\n\n";
  for (const walked* const w : documented())
    out << head_of(*w);
  out << "\nA row is a kind of divergence: the table's state, a way to llhttp's state, the octets\n"
         "that are read differently there, a shortest input that shows it (the octet comes last),\n"
         "llhttp's answer to the octet, the place where strict stops on that input, the answer of\n"
         "permissive, and the number of steps (joint states times octets) of the walk that show\n"
         "it. An octet that both accept is listed if it shows a quirk: strict refuses it then.\n";
  for (const topic& t : topics) {
    out << "\n## " << t.title << "\n\n"
        << t.right << "\n\nWhat an attacker gains: " << t.danger
        << "\n\n| llhttp | state | way | octets | witness | by llhttp | strict | permissive | "
           "steps |\n|---|---|---|---|---|---|---|---|---:|\n";
    for (const walked* const w : documented())
      for (const divergence& d : w->result.divergences)
        if (t.covers(d))
          out << line_of(*w, d);
  }
  return out.str();
}

std::string read_document() {
  std::ostringstream text;
  text << std::ifstream{document, std::ios::binary}.rdbuf();
  return text.str();
}

TEST(LlhttpProof, EveryDivergenceHasOneTopicAndEveryTopicADivergence) {
  std::vector<std::size_t> uses(std::size(topics));
  for (const walked& w : walks()) {
    std::cout << head_of(w);
    for (const divergence& d : w.result.divergences) {
      std::size_t count = 0;
      for (std::size_t t = 0; t < std::size(topics); ++t) {
        if (topics[t].covers(d)) {
          ++count;
          ++uses[t];
        }
      }
      EXPECT_EQ(count, 1u) << line_of(w, d);
    }
  }
  if (!all_are_here())
    GTEST_SKIP() << "not every llhttp that the document covers is here";
  for (std::size_t t = 0; t < std::size(topics); ++t)
    EXPECT_NE(uses[t], 0u) << "unused: " << topics[t].title;
}

TEST(LlhttpProof, TheDocumentListsExactlyTheDivergences) {
  if (walks().empty())
    GTEST_SKIP() << "no llhttp";
  if (std::getenv("STATUSLINE_WRITE") != nullptr && all_are_here())
    std::ofstream{document, std::ios::binary} << generate();
  const std::string text = read_document();
  for (const walked* const w : documented()) {
    std::size_t listed = 0;
    const std::string mark = "\n| " + std::string{w->name} + " | ";
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark, at + 1))
      ++listed;
    EXPECT_EQ(listed, w->result.divergences.size()) << "llhttp " << w->name;
    for (const divergence& d : w->result.divergences)
      EXPECT_NE(text.find("\n" + line_of(*w, d)), text.npos) << "unlisted: " << line_of(*w, d);
    EXPECT_NE(text.find(head_of(*w)), text.npos) << head_of(*w);
  }
  if (!all_are_here())
    GTEST_SKIP() << "not every llhttp that the document covers is here";
  EXPECT_TRUE(generate() == text) << "it differs from what STATUSLINE_WRITE=1 writes";
}

// Another version of llhttp may differ in fewer ways than those that the document covers. It may
// differ in a new way only if both refuse unless a quirk is allowed.
TEST(LlhttpProof, ABuildThatTheDocumentDoesNotTellOfShowsNothingNew) {
  const std::string text = read_document();
  std::size_t others = 0;
  for (const walked& w : walks()) {
    if (!w.name.empty())
      continue;
    ++others;
    for (const divergence& d : w.result.divergences)
      if (takes(d.theirs) || d.shows.empty()) {
        EXPECT_NE(text.find(essence_of(d)), text.npos) << line_of(w, d);
      }
  }
  if (others == 0)
    GTEST_SKIP() << "the document tells of every llhttp that is here";
}

// The walks use only the state that a parser keeps between two pieces of one octet. The parser
// itself, on the whole way to each state and one octet of each group, must return the same.
TEST(LlhttpProof, TheAutomataSayWhatTheParsersSay) {
  const auto room = std::make_unique<peers::scratch>();
  for (const walked& w : walks()) {
    const peers::peer* const parser = peers::find_peer(w.machine->name);
    ASSERT_NE(parser, nullptr);
    const oracle& o = w.automaton;
    for (std::uint32_t at = 0; at < o.edges.size(); ++at) {
      if (o.fields[at].error != 0)
        continue;
      std::string bytes = way_into(o, at) + '\0';
      for (const oracle::group& g : o.groups) {
        bytes.back() = g.example;
        const oracle::edge& edge = o.edges[at][static_cast<unsigned char>(g.example)];
        const peers::answer have = parser->parse(bytes.data(), bytes.size(), *room);
        ASSERT_EQ(have.outcome, edge.outcome) << w.version << ": " << corpus::escape(bytes);
        if (have.outcome == peers::outcome::refused) {
          ASSERT_STREQ(have.error, edge.error) << w.version << ": " << corpus::escape(bytes);
        } else if (have.outcome == peers::outcome::accepted) {
          const peers::machine_fields& f = o.fields[edge.to];
          ASSERT_EQ((std::tuple{int(have.code), have.major, have.minor, have.end}),
                    (std::tuple{f.code, f.major, f.minor, bytes.size() - (edge.takes ? 0u : 1u)}))
              << w.version << ": " << corpus::escape(bytes);
        }
      }
    }
  }
}

/// The kind of divergence, for any code, without octets and steps.
using plain_kind =
    std::tuple<state, std::string, reading, reading, std::string, unsigned, errc, char>;

std::set<plain_kind> plain_kinds(const walk_result& result) {
  std::set<plain_kind> kinds;
  for (const divergence& d : result.divergences)
    kinds.insert({d.at, d.after, d.theirs, d.ours, d.their_error, d.shows.bits(), d.error,
                  d.witness.back()});
  return kinds;
}

// The proof with table mutants ignores the codes, and the walks above cover every code.
TEST(LlhttpProof, WithoutCodesTheWalkFindsTheSameKinds) {
  for (const walked& w : walks()) {
    std::set<plain_kind> want = plain_kinds(w.result);
    std::erase_if(want, [](const plain_kind& k) {
      return std::get<2>(k) == reading::accepts_unlike; // except where the two differ by the code
    });
    EXPECT_EQ(plain_kinds(walk(detail::grammar, without_codes(w.automaton))), want) << w.version;
  }
}

TEST(LlhttpProof, CodesAreNotForgottenWhereOneOfThemIsSpecial) {
  for (const walked& w : walks()) {
    oracle special = w.automaton;
    const auto is_204 = [](const peers::machine_fields& f) {
      return f.code == 204 && f.error == 0;
    };
    const auto found = std::ranges::find_if(special.fields, is_204);
    ASSERT_NE(found, special.fields.end());
    const auto at = static_cast<std::size_t>(found - special.fields.begin());
    EXPECT_NO_THROW((void)without_codes(special));
    special.edges[at][' '].outcome = peers::outcome::refused;
    EXPECT_THROW((void)without_codes(special), std::logic_error) << w.version;
  }
}

// Parses the witnesses once more with the parsers themselves instead of their automata.
TEST(LlhttpProof, TheWitnessesShowIt) {
  for (const walked& w : walks()) {
    for (const divergence& d : w.result.divergences) {
      SCOPED_TRACE(line_of(w, d));
      peers::machine_state at = w.machine->start();
      const peers::machine_step step = w.machine->step(at, d.witness.data(), d.witness.size());
      EXPECT_EQ(step.outcome == peers::outcome::refused, d.theirs == reading::refuses);
      EXPECT_EQ(step.outcome == peers::outcome::need_more,
                d.theirs == reading::takes || d.theirs == reading::takes_unlike);
      const parse_result r = parse(d.witness, permissive);
      EXPECT_EQ(r.error == errc::ok, d.ours == reading::accepts);
      EXPECT_EQ(r.error == errc::need_more, d.ours == reading::takes);
    }
  }
}

} // namespace
} // namespace statusline::proof
