// SPDX-License-Identifier: MIT
//
// Registries of users: every form that a CSV or TSV file may have, and the message for each error.
#include <cli/registry_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace statusline::cli {
namespace {

using namespace std::literals;

loaded_registry read(const std::string& bytes) {
  std::istringstream in{bytes};
  return read_registry(in, "FILE");
}

/// The message for a rejected file, or "" for an accepted one.
std::string refusal(const std::string& bytes) {
  try {
    static_cast<void>(read(bytes));
  } catch (const registry_file_error& e) {
    return e.what();
  }
  return "";
}

/// "200 OK|404 Not Found"
std::string listing(const std::string& bytes) {
  std::string out;
  const loaded_registry loaded = read(bytes);
  for (const registry_entry& e : loaded.view().entries)
    out += (out.empty() ? "" : "|") + std::to_string(e.code) + ' ' + std::string{e.phrase};
  return out;
}

std::string bad_code(int line, const std::string& found, int column = 1) {
  return "FILE:" + std::to_string(line) + ':' + std::to_string(column) +
         ": expected a code of three digits, or a range such as 4XX, 400-499 or default; found \"" +
         found + '"';
}
std::string no_rows(int line, int column = 1) {
  return "FILE:" + std::to_string(line) + ':' + std::to_string(column) +
         ": no rows: expected a table with a column of codes, an OpenAPI document, or lines such "
         "as \"404 Not Found\"";
}

static_assert(!std::is_copy_constructible_v<loaded_registry>);
static_assert(std::is_nothrow_move_constructible_v<loaded_registry>);

// ---- what is read

TEST(RegistryFile, OwnFilesAreTheBuiltInRegistries) {
  for (const registry* const want : {&iana, &documented}) {
    const std::string path =
        STATUSLINE_SOURCE_DIR "/corpus/registry/" + std::string{want->name} + ".tsv";
    std::ifstream in{path, std::ios::binary};
    const loaded_registry loaded = read_registry(in, "a name");
    const registry have = loaded.view();
    EXPECT_EQ(have.name, "a name");
    EXPECT_EQ(have.snapshot, want->snapshot);
    ASSERT_EQ(have.entries.size(), want->entries.size());
    for (std::size_t i = 0; i < have.entries.size(); ++i)
      EXPECT_EQ(have.entries[i], want->entries[i]) << want->entries[i].code;
  }
}

/// IANA's own CSV as it is downloaded, made from the facts of `iana`: quotes around a comma (RFC
/// 4180), references in brackets, the state in the description, gaps as ranges.
std::string as_iana_writes_it() {
  const auto cell = [](const std::string& s) { return s.find(',') == s.npos ? s : '"' + s + '"'; };
  std::string out = "Value,Description,Reference\r\n";
  unsigned next = 100;
  const auto gap = [&](unsigned from, unsigned to) {
    if (from == to)
      out += std::to_string(from) + ",Unassigned,\r\n";
    if (from < to)
      out += std::to_string(from) + '-' + std::to_string(to) + ",Unassigned,\r\n";
  };
  for (const registry_entry& e : iana.entries) {
    gap(next, e.code - 1u);
    next = e.code + 1u;
    std::string phrase{e.phrase}, reference{e.reference};
    if (e.state == entry_state::obsolete)
      phrase += " (OBSOLETED)";
    if (e.state == entry_state::temporary)
      phrase += " (TEMPORARY - registered 2024-11-13, extension registered 2025-09-15, expires "
                "2026-11-13)";
    if (reference.starts_with("RFC "))
      reference.erase(3, 1);
    reference.insert(0, 1, '[') += ']';
    if (e.code == 510)
      reference += "[status-change-http-experiments-to-historic]";
    out += std::to_string(e.code) + ',' + cell(phrase) + ',' + cell(reference) + "\r\n";
  }
  gap(next, 599);
  return out;
}

TEST(RegistryFile, IanaCsvAsDownloaded) {
  const std::string csv = as_iana_writes_it();
  for (const char* const line :
       {"\r\n105-199,Unassigned,\r\n", "\r\n427,Unassigned,\r\n", "\r\n512-599,Unassigned,\r\n",
        "\r\n306,(Unused),\"[RFC9110, Section 15.4.7]\"\r\n", "\r\n103,Early Hints,[RFC8297]\r\n",
        "\r\n104,\"Upload Resumption Supported (TEMPORARY - registered 2024-11-13, extension "})
    EXPECT_NE(csv.find(line), csv.npos) << line;
  const loaded_registry loaded = read(csv);
  const registry have = loaded.view();
  ASSERT_EQ(have.entries.size(), iana.entries.size());
  for (const registry_entry& want : iana.entries) {
    const registry_entry* const e = have.find(want.code);
    ASSERT_NE(e, nullptr) << want.code;
    EXPECT_EQ(e->phrase, want.phrase);
    // IANA does not mark 305; RFC 9110 deprecates it.
    EXPECT_EQ(e->state, want.code == 305 ? entry_state::assigned : want.state) << want.code;
    EXPECT_EQ(e->advice, client_advice::none);
    EXPECT_EQ(e->meaning, "");
  }
  EXPECT_EQ(have.find(404)->reference, "[RFC9110, Section 15.5.5]");
  EXPECT_EQ(have.find(510)->reference, "[RFC2774][status-change-http-experiments-to-historic]");
}

TEST(RegistryFile, TheStateInThePhrase) {
  const auto state = [](const std::string& phrase) {
    const loaded_registry loaded = read("code\tphrase\n200\t" + phrase + '\n');
    const registry_entry& e = loaded.view().entries[0];
    return std::string{to_string(e.state)} + ": " + std::string{e.phrase};
  };
  EXPECT_EQ(state("(Unused)"), "unused: (Unused)");
  EXPECT_EQ(state("Fine (OBSOLETED)"), "obsolete: Fine");
  EXPECT_EQ(state("Fine (DEPRECATED)"), "deprecated: Fine");
  EXPECT_EQ(state("Fine  (DEPRECATED)"), "deprecated: Fine"); // and no blank remains
  EXPECT_EQ(state("Fine (TEMPORARY - registered 2024-11-13)"), "temporary: Fine");
  // Only in IANA's form; everything else is the phrase.
  EXPECT_EQ(state("Fine (Unused)"), "assigned: Fine (Unused)");
  EXPECT_EQ(state("Fine (obsoleted)"), "assigned: Fine (obsoleted)");
  EXPECT_EQ(state("Moved (temporary)"), "assigned: Moved (temporary)");
  EXPECT_EQ(state("(OBSOLETED)"), "assigned: (OBSOLETED)");
  EXPECT_EQ(state("Fine (OBSOLETED) again"), "assigned: Fine (OBSOLETED) again");
  // A state column has it instead.
  EXPECT_EQ(listing("code\tphrase\tstate\n200\tFine (OBSOLETED)\t\n"), "200 Fine (OBSOLETED)");
}

TEST(RegistryFile, EveryColumnInAnyOrderAndCase) {
  const loaded_registry loaded =
      read("Cacheable,ADVICE,other,State, Reference ,Meaning,Reason,VALUE\n"
           "yes,repeat_later,x,temporary,Chapter 3,It worked.,OK,200\n"
           "no,none,,assigned,,,Gone,410\n"
           "-,-,,-,,,Not Found,404\n"
           ",,,,,,Oh,500\n");
  const registry have = loaded.view();
  ASSERT_EQ(have.entries.size(), 4u);
  EXPECT_TRUE(have.sorted());
  EXPECT_EQ(have.entries[0], (registry_entry{.code = 200,
                                             .state = entry_state::temporary,
                                             .advice = client_advice::repeat_later,
                                             .heuristically_cacheable = true,
                                             .phrase = "OK",
                                             .meaning = "It worked.",
                                             .reference = "Chapter 3"}));
  EXPECT_EQ(have.entries[1], (registry_entry{.code = 404, .phrase = "Not Found"}));
  EXPECT_EQ(have.entries[2], (registry_entry{.code = 410, .phrase = "Gone"}));
  EXPECT_EQ(have.entries[3], (registry_entry{.code = 500, .phrase = "Oh"}));
}

TEST(RegistryFile, EveryNameOfStateAndAdvice) {
  for (std::uint8_t i = 0; i < entry_state_count; ++i) {
    const auto s = static_cast<entry_state>(i);
    const auto loaded = read("code,phrase,state\n200,OK," + std::string{to_string(s)} + '\n');
    EXPECT_EQ(loaded.view().entries[0].state, s);
  }
  for (std::uint8_t i = 0; i < client_advice_count; ++i) {
    const auto a = static_cast<client_advice>(i);
    const auto loaded = read("code,phrase,advice\n200,OK," + std::string{to_string(a)} + '\n');
    EXPECT_EQ(loaded.view().entries[0].advice, a);
  }
}

TEST(RegistryFile, FormsOfTheSame) {
  const std::string want = "200 OK|404 Not Found";
  EXPECT_EQ(listing("code,phrase\n200,OK\n404,Not Found\n"), want);
  EXPECT_EQ(listing("code\tphrase\n200\tOK\n404\tNot Found\n"), want);
  EXPECT_EQ(listing("code,phrase\r\n200,OK\r\n404,Not Found\r\n"), want);
  EXPECT_EQ(listing("code,phrase\n200,OK\n404,Not Found"), want); // no line end at the end
  EXPECT_EQ(listing("code,phrase\n404,Not Found\n200,OK\n"), want);
  EXPECT_EQ(listing("\xef\xbb\xbf"
                    "code,phrase\n200,OK\n404,Not Found\n"),
            want);
  EXPECT_EQ(listing("\xef\xbb\xbf# comment\n\ncode,phrase\n\n200,OK\n\r\n404,Not Found\n\n"), want);
  EXPECT_EQ(listing("# c\ncode\tphrase\n# c\n200\tOK\n#\t\n404\tNot Found\n# end"), want);
  EXPECT_EQ(listing("\"code\",\"phrase\"\n\"200\",\"OK\"\n\"404\",\"Not Found\"\n"), want);
  EXPECT_EQ(listing("\"code\"\t\"phrase\"\n200\t\"OK\"\n404\t\"Not Found\"\n"), want);
  // No header: code, phrase, meaning, advice.
  EXPECT_EQ(listing("200,OK\n404,Not Found\n"), want);
  EXPECT_EQ(listing("# c\n404\tNot Found\n200\tOK\tIt worked.\trepeat_later\n"), want);
  EXPECT_EQ(listing("\"404\",\"Not Found\"\n200,OK\n"), want);
  EXPECT_EQ(listing("100-199,Unassigned\n200,OK\n404,Not Found\n"), want);
  // In any combination with the others.
  EXPECT_EQ(listing("code,phrase\n200,OK\n404,Not Found\n450,Unassigned (DEPRECATED)\n"), want);
  const loaded_registry loaded = read("200\tOK\tIt worked.\trepeat_later\n");
  EXPECT_EQ(loaded.view().entries[0].meaning, "It worked.");
  EXPECT_EQ(loaded.view().entries[0].advice, client_advice::repeat_later);
}

TEST(RegistryFile, Quotes) {
  const loaded_registry loaded = read("code,phrase,meaning,reference\n"
                                      "200,\"Fine, \"\"really\"\"\",\"two\r\nlines,\n\tone\",\"\"\n"
                                      "201,\"\"\"\",,\"a\n\n\n\"\n"
                                      "202,b,,\n");
  const registry have = loaded.view();
  EXPECT_EQ(have.find(200)->phrase, "Fine, \"really\"");
  EXPECT_EQ(have.find(200)->meaning, "two lines, one");
  EXPECT_EQ(have.find(200)->reference, "");
  EXPECT_EQ(have.find(201)->phrase, "\"");
  EXPECT_EQ(have.find(201)->reference, "a ");
  EXPECT_EQ(have.find(202)->phrase, "b");
  // In TSV a quote inside a field is an ordinary byte.
  EXPECT_EQ(listing("code\tphrase\n200\tthe \"best\"\n"), "200 the \"best\"");
}

TEST(RegistryFile, PhrasesAreBytes) {
  std::string phrase;
  for (int c = 0x21; c < 0x100; ++c)
    if (c != 0x7f && c != '"' && c != ',')
      phrase += static_cast<char>(c);
  phrase.insert(5, " \xff  \xc3\xa9 ");
  EXPECT_EQ(listing("code,phrase\n200," + phrase + '\n'), "200 " + phrase);
  EXPECT_EQ(listing("code,phrase\n200,\"a\tb\"\n"), "200 a\tb"); // the grammar has HTAB in a reason
}

TEST(RegistryFile, EveryCodeOfThreeDigits) {
  std::string all = "code,phrase\n";
  for (unsigned code = 999; code < 1000; --code) {
    const std::string digits = std::to_string(1000 + code).substr(1);
    all.append(digits).append(",Phrase ").append(digits) += '\n';
  }
  const loaded_registry loaded = read(all);
  const registry have = loaded.view();
  ASSERT_EQ(have.entries.size(), 1000u);
  EXPECT_TRUE(have.sorted());
  for (unsigned code = 0; code < 1000; ++code)
    ASSERT_EQ(have.find(code)->phrase, "Phrase " + std::to_string(1000 + code).substr(1));
}

TEST(RegistryFile, MovedItStillHasItsTexts) {
  loaded_registry first = read("# snapshot: 2026-01-31\ncode,phrase,meaning\n200,OK,m\n");
  loaded_registry second = std::move(first);
  loaded_registry third = read("code,phrase\n404,Not Found\n");
  third = std::move(second);
  const registry have = third.view();
  EXPECT_EQ(have.name, "FILE");
  EXPECT_EQ(have.snapshot, "2026-01-31");
  EXPECT_EQ(have.find("OK")->meaning, "m");
  const status_line line{"OK", 200, {1, 1}, {}};
  EXPECT_EQ(assess(line, have),
            (assessment{standing::registered, phrase_standing::canonical, have.entries.data()}));
}

TEST(RegistryFile, Snapshot) {
  const auto snapshot = [](const std::string& bytes) {
    const loaded_registry loaded = read(bytes);
    return std::string{loaded.view().snapshot};
  };
  EXPECT_EQ(snapshot("# snapshot: 2026-01-31\ncode,phrase\n200,OK\n"), "2026-01-31");
  EXPECT_EQ(snapshot("# x\r\n# snapshot: 2026-01-31\r\ncode\tphrase\r\n200\tOK\r\n"), "2026-01-31");
  EXPECT_EQ(snapshot("code\tphrase\n# snapshot: 2026-01-31\n200\tOK\n"), "");
  EXPECT_EQ(snapshot("code,phrase\n200,OK\n"), "");
}

/// "200 OK|404 Not Found", each with its meaning in brackets if there is one.
std::string meanings(const std::string& bytes) {
  std::string out;
  const loaded_registry loaded = read(bytes);
  for (const registry_entry& e : loaded.view().entries)
    out += (out.empty() ? "" : "|") + std::to_string(e.code) +
           (e.phrase.empty() ? "" : ' ' + std::string{e.phrase}) +
           (e.meaning.empty() ? "" : " [" + std::string{e.meaning} + ']');
  return out;
}

TEST(RegistryFile, ColumnsAsDocumentationNamesThem) {
  EXPECT_EQ(meanings("Status Code,Description\n200,OK\n"), "200 OK");
  EXPECT_EQ(meanings("code,name,description\n404,Not Found,It is not there.\n"),
            "404 Not Found [It is not there.]");
  EXPECT_EQ(meanings("HTTP_STATUS-CODE;Status text;Details\n404;Not Found;Not, there.\n"),
            "404 Not Found [Not, there.]");
  EXPECT_EQ(meanings("Code\tDescription\n404 Not Found\tIt is not there.\n"),
            "404 Not Found [It is not there.]");
  EXPECT_EQ(meanings("code,description,details\n404,Not Found,Gone?\n"), "404 Not Found [Gone?]");
  EXPECT_EQ(meanings("status,code,message,reason\nx,404,Prose,Not Found\n"), "404 Not Found");
  EXPECT_EQ(meanings("status\n404\n"), "404");
  EXPECT_EQ(meanings("200;OK\n404;Not Found\n"), "200 OK|404 Not Found");
}

TEST(RegistryFile, CodesWithoutAPhraseAndTwice) {
  EXPECT_EQ(meanings("code,phrase,meaning\n404,,a\n404,Not Found,b\n404,Not Found,a\n404,Gone,c\n"),
            "404 Not Found [a b c]");
  const loaded_registry twice = read("code,phrase\n404,Not Found\n404,Gone\n404,Gone\n200,OK\n");
  ASSERT_EQ(twice.view().aliases.size(), 1u);
  const status_line gone{"gone", 404, {1, 1}, {}};
  EXPECT_EQ(assess({"Gone", 404, {1, 1}, {}}, twice.view()).phrase, phrase_standing::alias);
  EXPECT_EQ(assess(gone, twice.view()).phrase, phrase_standing::alias);
  const loaded_registry bare = read("code\n404\n200\n");
  const assessment a = assess({"Not Found", 404, {1, 1}, {}}, bare.view());
  EXPECT_EQ(a.code, standing::registered);
  EXPECT_EQ(a.phrase, phrase_standing::unnamed);
  EXPECT_EQ(assess({"", 404, {1, 1}, {}}, bare.view()).phrase, phrase_standing::empty);
  EXPECT_EQ(assess({"", 404, {1, 1}, quirk::missing_reason}, bare.view()).phrase,
            phrase_standing::absent);
  EXPECT_EQ(bare.view().find(" "), nullptr);
  EXPECT_EQ(bare.view().find(""), nullptr);
}

TEST(RegistryFile, Ranges) {
  const loaded_registry loaded =
      read("code,phrase,meaning\n4XX,,Client\n404,Not Found,\n500-501,x,\n600-999,,\n000-099,,\n");
  const registry r = loaded.view();
  EXPECT_EQ(r.entries.size(), 102u);
  EXPECT_TRUE(r.sorted());
  EXPECT_EQ(r.find(404u)->phrase, "Not Found");
  EXPECT_EQ(r.find(499u)->meaning, "Client");
  EXPECT_EQ(r.find(500u)->phrase, "");
  EXPECT_EQ(r.find(600u), nullptr);
  EXPECT_EQ(r.find(99u), nullptr);
  EXPECT_EQ(assess({"x", 417, {1, 1}, {}}, r).phrase, phrase_standing::unnamed);
  EXPECT_EQ(std::ranges::count(listing("code\ndefault\n"), '|'), 499);
  EXPECT_EQ(meanings("code,phrase\n400-401,a\tb\n"), "400 [a b]|401 [a b]");
}

TEST(RegistryFile, ARowLosesNothing) {
  // A range has no phrase, and everything else.
  const loaded_registry range =
      read("code,phrase,meaning,state,advice,cacheable,reference\n"
           "default,,Else,,,,\n4XX,Client errors,a,obsolete,repeat_later,yes,RFC\n4xx,,b,,,,\n"
           "400-401,,c,,,,\n");
  const registry_entry& row = *range.view().find(402u);
  EXPECT_EQ(row, (registry_entry{.code = 402,
                                 .state = entry_state::obsolete,
                                 .advice = client_advice::repeat_later,
                                 .heuristically_cacheable = true,
                                 .phrase = "",
                                 .meaning = "Client errors a b",
                                 .reference = "RFC"}));
  EXPECT_EQ(range.view().find(401u)->meaning, "c"); // the narrowest range
  EXPECT_EQ(range.view().find(500u)->meaning, "Else");
  EXPECT_EQ(refusal("code\n6XX\n"), no_rows(3)); // no range registers these
  // A phrase after the code is an alias of that in its column.
  const loaded_registry both = read("code,phrase\n404 Missing,Not Found\n");
  EXPECT_EQ(both.view().find(404u)->phrase, "Not Found");
  EXPECT_EQ(assess({"Missing", 404, {1, 1}, {}}, both.view()).phrase, phrase_standing::alias);
  EXPECT_EQ(refusal("code,phrase\n404 a\x1b,b\n"), "FILE:2:1: the control byte 0x1b in the phrase");
  // State and advice of a later row count, if no earlier row has another.
  const loaded_registry later =
      read("code,state,advice\n404,,\n404,unused,authenticate\n404,unused,\n");
  EXPECT_EQ(later.view().find(404u)->state, entry_state::unused);
  EXPECT_EQ(later.view().find(404u)->advice, client_advice::authenticate);
  EXPECT_EQ(refusal("code,state\n404,unused\n404,obsolete\n"),
            "FILE:3:1: expected the state unused of an earlier row of this code, found obsolete");
  EXPECT_EQ(refusal("advice,code\nauthenticate,4XX\nrepeat_later,4XX\n"),
            "FILE:3:14: expected the advice authenticate of an earlier row of this code, found "
            "repeat_later");
  // A table whose first row is wrong is no text.
  EXPECT_EQ(refusal("code\tphrase\nabc\tNo\n200\tOK\n"), bad_code(2, "abc"));
  // Markdown: a row without a code, a row without `|`, a column beyond the 64th.
  EXPECT_EQ(refusal("| Code | Name |\n|---|---|\n| 200 | OK |\n|  | Fine |\n"), bad_code(4, "", 4));
  EXPECT_EQ(
      meanings(
          "| Code | Name |\n|---|---|\n| 200 | OK |\n404 Not Found\n|  |  |\n| 410 | Gone |\n"),
      "200 OK|404 Not Found|410 Gone");
  EXPECT_EQ(meanings(std::string(65, '|') + "code\n|-|\n" + std::string(65, '|') + "404\n"), "404");
}

TEST(RegistryFile, Markdown) {
  EXPECT_EQ(
      meanings("# Codes\n\n| Status | Reason phrase | Meaning |\n|:---|---|---|\n| `200` | OK | It "
               "is **fine**. |\n| [404](#x) | Not Found | a \\| b |\n\nText | here\n\nCode | "
               "Name\n---|---\n503 | Busy\n"),
      "200 OK [It is fine.]|404 Not Found [a | b]|503 Busy");
  EXPECT_EQ(refusal("| Code |\n|---|\n| 20 |\n"), bad_code(3, "20", 3));
}

TEST(RegistryFile, OpenApi) {
  const std::string document = R"({"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {
    "200": {"description": "Fine."}, "4XX": {"description": "Your fault."},
    "404": {"$ref": "#/components/responses/Gone"}, "default": {"description": "Odd."}, "x-a": 1}},
    "put": {"responses": {"200": {"description": "Fine."}, "201": {"description": "Made\nit."}}}}},
    "components": {"responses": {"Gone": {"description": "Not here."}}}})";
  const loaded_registry loaded = read(document);
  const registry r = loaded.view();
  EXPECT_EQ(r.find(200u)->meaning, "Fine.");
  EXPECT_EQ(r.find(200u)->phrase, "");
  EXPECT_EQ(r.find(201u)->meaning, "Made it.");
  EXPECT_EQ(r.find(404u)->meaning, "Not here.");
  EXPECT_EQ(r.find(499u)->meaning, "Your fault.");
  EXPECT_EQ(r.find(599u)->meaning, "Odd.");
  EXPECT_EQ(r.entries.size(), 500u);
  EXPECT_EQ(meanings(R"({"swagger":"2.0","paths":{"/":{"get":{"responses":{"204":{}}}}}})"), "204");
  EXPECT_EQ(
      refusal("{\"a\": 1}"),
      "FILE:1:1: this is JSON, but no OpenAPI document: expected a member openapi or swagger");
  EXPECT_EQ(refusal("{\"a\": "), "FILE:1:7: this begins like JSON, and is not");
  EXPECT_EQ(refusal("\n{\"openapi\":\n \"3\",\n  x}"),
            "FILE:4:3: this begins like JSON, and is not");
  EXPECT_EQ(refusal("\xef\xbb\xbf{x"), "FILE:1:2: this begins like JSON, and is not");
  EXPECT_EQ(refusal(std::string(1 << 20, '[')),
            "FILE:1:1048577: this begins like JSON, and is not");
}

/// An OpenAPI document with these responses of an operation. They begin in line 2, at byte 1.
std::string with_responses(const std::string& responses, const std::string& more = "") {
  return "{\"openapi\": \"3.1.0\", \"paths\": {\"/a\": {\"get\": {\"responses\": {\n" + responses +
         "}}}}" + more + "}";
}

TEST(RegistryFile, OpenApiRefusesAKeyThatIsNoCode) {
  for (const std::string key : {"2x0", "20", "abc", "2000", "", "X-a", "4XXX", "x", "40\\u0034x"})
    EXPECT_THAT(refusal(with_responses("\"200\": {},\n \"" + key + "\": {}")),
                testing::StartsWith("FILE:3:2: expected a code of three digits"))
        << key;
  EXPECT_EQ(refusal(with_responses("\"2x0\": {}")), bad_code(2, "2x0"));
  EXPECT_EQ(meanings(with_responses(R"("200": {}, "x-note": {"2x0": {}}, "x-": 1)")), "200");
  for (const std::string key : {"4XX", "4xx", "default"})
    EXPECT_GE(std::ranges::count(listing(with_responses('"' + key + "\": {}")), '|'), 99);
  // Strings that look like keys are none.
  EXPECT_EQ(refusal(with_responses(
                R"("200": {"description": "\\\"20\": {\\", "x" : ["b", "c\":"]}, "20": {})")),
            bad_code(2, "20", 63));
}

TEST(RegistryFile, OpenApiReadsOperationsOnly) {
  // A gateway's integration, a schema and an example have members of this name as well.
  EXPECT_EQ(
      meanings(with_responses(
          R"("200": {"description": "a", "content": {"t": {"schema":
    {"properties": {"responses": {"type": "array"}}}, "example": {"responses": {"20": 1}}}}}})"
          R"(, "x-gateway": {"responses": {"default": {}, "4\\d{2}": {}}}, "y": {"z": {"a": {}})",
          R"(, "definitions": {"A": {"properties": {"responses": {"oneOf": []}}}})")),
      "200 [a]");
  // Everywhere that operations can be.
  EXPECT_EQ(meanings(R"({"openapi": "3.2.0",
    "webhooks": {"x-hook": {"post": {"responses": {"201": {}}}}},
    "paths": {"x-a": 1, "/a": {"summary": "s", "servers": [], "parameters": [], "get": {"callbacks":
      {"x-c": {"{$url}": {"post": {"responses": {"202": {}}}}}}, "responses": {"203": {}}},
      "additionalOperations": {"COPY": {"responses": {"204": {}}}}},
      "/b": {"$ref": "#/components/pathItems/B"}, "/c": {"$ref": "#/z/c"}},
    "components": {"pathItems": {"B": {"put": {"responses": {"205": {}}}}},
      "callbacks": {"C": {"u": {"post": {"responses": {"206": {}}}}}},
      "responses": {"Name": {"description": "x"}, "207": {"description": "component"}}},
    "z": {"c": {"get": {"responses": {"208": {}}}, "$ref": "#/paths/~1c"}}})"),
            "201|202|203|204|205|206|207 [component]|208");
}

TEST(RegistryFile, OpenApiLosesNothing) {
  const auto refused = [](const std::string& document) {
    const std::string text = refusal(document);
    return text.substr(std::min<std::size_t>(text.size(), 5));
  };
  EXPECT_EQ(refused(with_responses("\"200\": {},\n\"404\": {},\n \"404\": {}")),
            "4:2: expected each key of an object once; this one is repeated");
  EXPECT_EQ(refused(with_responses("\"200\": {\"$ref\": \"#/x\"}")),
            "2:9: the reference \"#/x\" leads to no object");
  EXPECT_EQ(refused(with_responses("\"200\": {\"$ref\": \"b.json#/x\"}")),
            "2:9: the reference \"b.json#/x\" leads to another file; expected one in this file");
  EXPECT_EQ(refused("{\"swagger\": \"2.0\",\n\"paths\": {\"/\": {\"$ref\": \"b.json\"}}}"),
            "2:17: the reference \"b.json\" leads to another file; expected one in this file");
  EXPECT_EQ(refused(with_responses("\"200\": 1")),
            "2:1: expected an object as the value of \"200\"");
  EXPECT_EQ(refused(with_responses("\"200\": {\"description\": []}")),
            "2:9: expected a text as the value of \"description\"");
  EXPECT_EQ(refused(with_responses("\"200\": {\"description\": \"\\u001b\"}")),
            "2:1: the control byte 0x1b in the meaning");
  EXPECT_EQ(refused("{\"openapi\": \"3\", \"paths\": {\"/\": {\"get\": {\n \"responses\": []}}}}"),
            "2:2: expected an object as the value of \"responses\"");
  EXPECT_EQ(refused("{\"openapi\": \"3\",\n \"paths\": []}"),
            "2:2: expected an object as the value of \"paths\"");
  // A reference to a reference, one with a text, and a circle.
  EXPECT_EQ(
      meanings(with_responses(
          R"("404": {"$ref": "#/a"}, "405": {"$ref": "#/a", "description": "own"}, "406": {"$ref": "#/c"})",
          R"(, "a": {"$ref": "#/b"}, "b": {"description": "b"}, "c": {"$ref": "#/c"})")),
      "404 [b]|405 [own]|406");
}

TEST(RegistryFile, TextOfAPage) {
  EXPECT_EQ(
      meanings("Table 1 Status codes\n\nStatus Code\n\nDescription\n\n200 OK\n\nThe request is "
               "normal.\r\n\n  404 Not Found\n\nIt is\nnot there.\n\n12 of them.\n"),
      "200 OK [The request is normal.]|404 Not Found [It is not there. 12 of them.]");
}

TEST(RegistryFile, TextWithPunctuationRangesOrCodesAlone) {
  EXPECT_EQ(
      meanings("200 - OK\n404: Not Found\nIt is - not: there.\n410 : Gone\n"
               "500 \xe2\x80\x93 Oh\n501 \xe2\x80\x94 No\n502:Bad\n5 - no code\n"),
      "200 OK|404 Not Found [It is - not: there.]|410 Gone|500 Oh|501 No [502:Bad 5 - no code]");
  EXPECT_EQ(meanings("code,meaning\n404: Not Found,m\n"), "404 Not Found [m]");
  EXPECT_EQ(meanings("503 -1 is what it returns\n"), "503 -1 is what it returns");
  // A range is a row, where the page has it in digits; "default" may be any word of a page.
  const std::string text = "404 Not Found\n\nGone.\n\n5XX Server errors\n\nTry again.\n\n"
                           "400-405\n\nYour fault.\n\ndefault\n\n6XXL\n";
  const loaded_registry loaded = read(text);
  const registry r = loaded.view();
  EXPECT_EQ(r.entries.size(), 106u);
  EXPECT_EQ(r.find(404u)->meaning, "Gone.");
  EXPECT_EQ(r.find(405u)->meaning, "Your fault. default 6XXL");
  EXPECT_EQ(r.find(599u)->meaning, "Server errors Try again.");
  EXPECT_EQ(r.find(599u)->phrase, "");
  EXPECT_EQ(r.find(200u), nullptr);
  const loaded_registry range = read("5xx Server errors\n");
  EXPECT_EQ(range.view().find(500u)->meaning, "Server errors");
  // A list of codes alone.
  EXPECT_EQ(meanings("404\n\n 200\r\n"), "200|404");
  EXPECT_EQ(std::ranges::count(meanings("200\n4xx\ndefault\n"), '|'), 499);
  EXPECT_EQ(meanings("4xx\n200\n").substr(0, 8), "200|400|");
  EXPECT_EQ(refusal("200\n\nOK\n"), no_rows(4)); // a code and its phrase in two paragraphs
}

TEST(RegistryFile, NamesTheScriptForHtmlAndYaml) {
  EXPECT_THAT(refusal("\n<!DOCTYPE html><table>"), testing::HasSubstr("registry_to_tsv.py"));
  EXPECT_THAT(refusal("\n <p>"), testing::StartsWith("FILE:2:2: this is HTML; "));
  EXPECT_THAT(refusal("info:\n  x\nswagger: '2.0'\nopenapi: 3\n"),
              testing::StartsWith("FILE:3:1: this is YAML; "));
  EXPECT_THAT(refusal("# x\nopenapi: 3.0.0\n"), testing::HasSubstr("registry_to_tsv.py"));
  EXPECT_THAT(refusal("info:\n  x\nswagger: '2.0'\n"), testing::HasSubstr("registry_to_tsv.py"));
}

// ---- what is refused

TEST(RegistryFile, Refused) {
  const std::string h = "code,phrase,meaning,state,advice,cacheable\n";
  const std::pair<std::string, std::string> cases[] = {
      {h + "200,OK\nabc,No\n", bad_code(3, "abc")},
      {h + ",No\n", bad_code(2, "")},
      {h + "+20,No\n", bad_code(2, "+20")},
      {h + "2e2,No\n", bad_code(2, "2e2")},
      {h + "20-,No\n", bad_code(2, "20-")},
      {h + "-20,Unassigned\n", bad_code(2, "-20")},
      {h + "\x1b[m,No\n", bad_code(2, "\\x1b[m")},
      {h + std::string(70, 'x') + ",No\n", bad_code(2, std::string(60, 'x')) + "... (70 bytes)"},
      {h + "40,No\n", bad_code(2, "40")},
      {h + "1000,No\n", bad_code(2, "1000")},
      {h + "0200,Unassigned\n", bad_code(2, "0200")},
      {h + "99999999999999999999,No\n", bad_code(2, "99999999999999999999")},
      {h + "200,\"a\rb\"\n", "FILE:2:5: the control byte 0x0d in the phrase"},
      {h + "200,\"a\nb\"\n", "FILE:2:5: the control byte 0x0a in the phrase"},
      {h + "200,a\x1b\n", "FILE:2:5: the control byte 0x1b in the phrase"},
      {h + "200,a\x7f\n", "FILE:2:5: the control byte 0x7f in the phrase"},
      {h + "200, OK\n", "FILE:2:5: the phrase \" OK\" begins or ends with white space"},
      {h + "200,\"OK\t\"\n", "FILE:2:5: the phrase \"OK\\t\" begins or ends with white space"},
      {h + "200,OK,a\x1b[31m\n", "FILE:2:8: the control byte 0x1b in the meaning"},
      {h + "4XX,a\x1b[31m\n", "FILE:2:5: the control byte 0x1b in the meaning"},
      {"code,phrase,reference\n200,OK,\x7f\n", "FILE:2:8: the control byte 0x7f in the reference"},
      {"# snapshot: \x1b\ncode,phrase\n200,OK\n",
       "FILE:1:13: the control byte 0x1b in the snapshot"},
      {h + "200,OK,,old\n", "FILE:2:9: the state \"old\" is not one of: assigned, temporary, "
                            "deprecated, unused, obsolete"},
      {h + "200,OK,,Assigned\n", "FILE:2:9: the state \"Assigned\" is not one of: assigned, "
                                 "temporary, deprecated, unused, obsolete"},
      {h + "200,OK,,,retry\n",
       "FILE:2:10: the advice \"retry\" is not one of: none, modify_request, "
       "do_not_repeat_unmodified, authenticate, authenticate_with_proxy, repeat_later, "
       "repeat_after_delay, repeat_if_retry_after, repeat_on_new_connection"},
      {h + "200,OK,,,,maybe\n", "FILE:2:11: cacheable is \"maybe\", not yes or no"},
      {h + "200,OK,,,,no,more\n", "FILE:2:14: 7 fields, more than the 6 columns"},
      {"200,OK,Not, quoted\n201,Created,a,-,b\n",
       "FILE:1:12: the advice \" quoted\" is not one of: none, "
       "modify_request, do_not_repeat_unmodified, authenticate, authenticate_with_proxy, "
       "repeat_later, repeat_after_delay, repeat_if_retry_after, repeat_on_new_connection"},
      {"200,OK,a,-,b\n", "FILE:1:12: 5 fields, more than the 4 columns"},
      {h + std::string(64, ',') + '\n', "FILE:2:65: more than 64 fields"},
      {"phrase,meaning\nOK,x\n", no_rows(3)},
      {"hello world\n", no_rows(2)},
      {h + "200,OK\n404,\"Not\n\nFound\n", "FILE:3:5: a quote that is not closed"},
      {h + "200,OK,\"a\n\",\"b\n", "FILE:3:3: a quote that is not closed"},
      {h + "200,\"\n", "FILE:2:5: a quote that is not closed"},
      {h + "200,OK,\"a\n\"\"b\n", "FILE:2:8: a quote that is not closed"},
      {h + "200,\"OK\"x\n", "FILE:2:9: text after the closing quote"},
      {h + "200,\"OK\" \n", "FILE:2:9: text after the closing quote"},
      {"code\tphrase\n200\t\"OK\" x\n", "FILE:2:9: text after the closing quote"},
      {h + "200,O\"K\"\n", "FILE:2:6: a quote inside a field that does not begin with one"},
      {h + "200,OK\r404,No\r", "FILE:2:7: a CR without LF"},
      {h + "200,OK\r", "FILE:2:7: a CR without LF"},
      {h + "# no comment\n", bad_code(2, "# no comment")}, // CSV has none
      {"", no_rows(1)},
      {"\xef\xbb\xbf", no_rows(1)},
      {"# c\n\n", no_rows(3)},
      {h, no_rows(2)},
      {h + "105-199,Unassigned\n427,Unassigned\n", no_rows(4)},
      {h + "200,OK\n201,a\0b\n"s, "FILE:3:6: a NUL byte: this is no text file"},
      {"\0"s, "FILE:1:1: a NUL byte: this is no text file"},
      // The reported line is the first one of the row, also after rows of several lines.
      {h + "200,OK,\"a\nb\nc\"\n20,No\n", bad_code(5, "20")},
      {h + "20,OK,\"a\nb\nc\"\n", bad_code(2, "20")},
  };
  for (const auto& [bytes, want] : cases)
    EXPECT_EQ(refusal(bytes), want) << testing::PrintToString(bytes);
}

TEST(RegistryFile, TheColumnOfAFieldInEveryTable) {
  const std::string control = ": the control byte 0x1b in the ";
  EXPECT_EQ(refusal("phrase;code\nOK; 20\n"), bad_code(2, " 20", 4));
  EXPECT_EQ(refusal("phrase;code\nOK\n"), bad_code(2, "")); // no field: the row
  EXPECT_EQ(refusal("\xef\xbb\xbf"
                    "200;a\x1b\n"),
            "FILE:1:5" + control + "phrase");
  EXPECT_EQ(refusal("# c\ncode\tphrase\tmeaning\n200\t\xc3\xa9\t\x1b\n"),
            "FILE:3:8" + control + "meaning");
  EXPECT_EQ(refusal("code,phrase,meaning\n\"200\",\"a\"\"b\",\"\x1b\"\n"),
            "FILE:2:14" + control + "meaning");
  // A field may begin on a later line than its row.
  EXPECT_EQ(refusal("meaning,phrase,code\n\"a\nb\",OK,20\n"), bad_code(3, "20", 7));
  EXPECT_EQ(refusal("x\n\n  | Name | Code |\n  |---|---|\n  | a \\| b | `40` |\n"),
            bad_code(5, "40", 14));
  EXPECT_EQ(refusal("Code | Name\n---|---\n404 | a | b | c\n"),
            "FILE:3:11: 4 fields, more than the 2 columns");
  EXPECT_EQ(refusal("404 Not Found\n  405 a\x1b\n"), "FILE:2:3" + control + "phrase");
  EXPECT_EQ(refusal("404 Not Found\n\n It is\n\x1b\n"), "FILE:3:2" + control + "meaning");
}

TEST(RegistryFile, ErrorsNameTheFileTheLineAndTheColumn) {
  try {
    std::istringstream in{"200,OK\n20,OK\n"};
    static_cast<void>(read_registry(in, "dir/mine.csv"));
    FAIL() << "not refused";
  } catch (const registry_file_error& e) {
    EXPECT_EQ(e.what(), "dir/mine.csv" + bad_code(2, "20").substr(4));
    EXPECT_EQ(e.line(), 2u);
    EXPECT_EQ(e.column(), 1u);
  }
}

TEST(RegistryFile, StreamsThatCannotBeRead) {
  for (const char* const path :
       {STATUSLINE_SOURCE_DIR "/corpus/registry", STATUSLINE_SOURCE_DIR "/corpus/no/such"})
    try {
      std::ifstream in{path, std::ios::binary};
      static_cast<void>(read_registry(in, "FILE"));
      FAIL() << path;
    } catch (const registry_file_error& e) {
      EXPECT_EQ(e.what(), "FILE: cannot be read"s);
      EXPECT_EQ(e.line(), 0u);
      EXPECT_EQ(e.column(), 0u);
    }
}

TEST(RegistryFile, TheLargestFileFurther) {
  const std::string head = "code,phrase\n200,OK\n";
  const std::string most = head + std::string(max_registry_file - head.size(), '\n');
  EXPECT_EQ(listing(most), "200 OK");
  EXPECT_EQ(refusal(most + '\n'), "FILE: larger than 16777216 bytes");
}

// Every prefix and every one-byte change is accepted, or rejected with one printable line. It never
// results in an invalid registry.
TEST(RegistryFile, DamagedFiles) {
#ifdef STATUSLINE_QUICK_TESTS
  constexpr int step = 5;
#else
  constexpr int step = 1;
#endif
  const std::string whole = "# c\ncode,phrase,meaning,state\r\n200,\"O,\"\"K\",\"a\nb\",unused\n"
                            "105-199,Unassigned\n404,Not Found (OBSOLETED),,-\n";
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    inputs.push_back(whole.substr(0, i));
    if (i == whole.size())
      break;
    for (int c = 0; c < 256; ++c) {
      if (c % step != 0 && "\",\r-"s.find(static_cast<char>(c)) == std::string::npos)
        continue;
      inputs.push_back(whole);
      inputs.back()[i] = static_cast<char>(c);
    }
  }
  std::map<bool, int> count;
  for (const std::string& bytes : inputs)
    try {
      const loaded_registry loaded = read(bytes);
      const registry have = loaded.view();
      ++count[true];
      ASSERT_FALSE(have.entries.empty());
      ASSERT_TRUE(have.sorted());
      for (const registry_entry& e : have.entries) {
        ASSERT_LT(e.code, 1000);
      }
    } catch (const registry_file_error& e) {
      ++count[false];
      const std::string what = e.what();
      ASSERT_TRUE(what.starts_with("FILE:" + std::to_string(e.line()) + ':' +
                                   std::to_string(e.column()) + ": "))
          << what;
      for (const char c : what)
        ASSERT_TRUE(c >= 0x20 && c < 0x7f) << what;
    }
  EXPECT_GT(count[true], 1000);
  EXPECT_GT(count[false], 1000);
}

} // namespace
} // namespace statusline::cli
