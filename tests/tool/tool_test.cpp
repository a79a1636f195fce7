// SPDX-License-Identifier: MIT
//
// The tool as its users run it: a process with arguments, files, pipes and an exit status.
#include "support/cases.hpp"
#include "support/judge.hpp"
#include "support/process.hpp"

#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>
#include <statusline/version.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace {

using namespace std::string_literals;
using namespace statusline;
using namespace statusline::support;
using nlohmann::ordered_json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::StartsWith;

/// The objects. Each must be one line, and there must be nothing else.
std::vector<ordered_json> objects(const outcome& o) {
  std::vector<ordered_json> list;
  std::istringstream lines{o.out};
  for (std::string line; std::getline(lines, line);) {
    list.push_back(ordered_json::parse(line));
    // The tool writes \uXXXX for some characters that the JSON library leaves as they are.
    const bool comparable = line.find("\\u") == line.npos;
    EXPECT_TRUE(!comparable || list.back().dump(-1, ' ', false) == line)
        << line << ": spaces, or a key twice";
  }
  EXPECT_TRUE(o.out.empty() || o.out.back() == '\n');
  return list;
}

template <class Set> ordered_json names(const Set& set) {
  auto list = ordered_json::array();
  for (const auto element : set)
    list.push_back(to_string(element));
  return list;
}

/// The expected output for an input. is_reason() judges `reason` separately.
ordered_json expected(std::string_view bytes, const policy& p, std::size_t offset,
                      const registry& r = iana) {
  auto findings = ordered_json::array();
  const parse_result result = explain(bytes, p, [&](quirk q, std::size_t at, std::size_t size) {
    findings.push_back({{"quirk", to_string(q)}, {"offset", at}, {"size", size}});
  });
  const status_line& line = result.line;
  const bool ok = result.error == errc::ok;
  const assessment says = assess(line, r);
  const auto value = [ok](auto v) { return ok ? ordered_json(v) : ordered_json(); };
  const bool advised = says.entry != nullptr && says.entry->advice != client_advice::none;
  ordered_json object = {
      {"source", "-"},
      {"offset", offset},
      {"ok", ok},
      {"error", ok ? ordered_json() : ordered_json(to_string(result.error))},
      {"end", result.end},
      {"version",
       value(std::to_string(line.version.major) + "." + std::to_string(line.version.minor))},
      {"code", value(line.code)},
      {"reason", nullptr},
      {"reason_hex", value(corpus::to_hex(line.reason))},
      {"quirks", names(line.quirks)},
      {"refused", names(result.refused)},
      {"findings", ok ? findings : ordered_json::array()},
      {"notes", ok ? names(notes(line)) : ordered_json::array()},
      {"class", value(to_string(classify(line.code)))},
      {"standing", value(to_string(says.code))},
      {"phrase", value(to_string(says.phrase))},
      {"registered_phrase",
       ok && says.entry != nullptr ? ordered_json(says.entry->phrase) : ordered_json()},
      {"advice", ok && advised ? ordered_json(to_string(says.entry->advice)) : ordered_json()}};
  if (!ok) {
    object["bytes_hex"] = corpus::to_hex(bytes.substr(0, 64));
    object["looks_like"] = nullptr; // see ToolParse.NamesLookalikes
    object["status_line_at"] = nullptr;
    const policy here{p.allowed - quirk::leading_blank, p.max_size};
    for (std::size_t at = bytes.size(); at-- > 1;)
      if (at <= p.max_size && parse_complete(bytes.substr(at), here))
        object["status_line_at"] = at;
  }
  return object;
}

/// The reason is present if it is UTF-8, by a second implementation, and has the same bytes.
void expect_object(const ordered_json& got, ordered_json want, const std::string& about) {
  if (!want["reason_hex"].is_null()) {
    std::string bytes;
    const std::string digits = want["reason_hex"];
    for (std::size_t i = 0; i < digits.size(); i += 2)
      bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    try {
      (void)ordered_json(bytes).dump();
      want["reason"] = bytes;
    } catch (const nlohmann::json::type_error&) {
      want["reason"] = nullptr;
    }
  }
  if (got.contains("looks_like") && want.contains("looks_like"))
    want["looks_like"] = got["looks_like"];
  EXPECT_EQ(got.dump(), want.dump()) << about;
}

std::string allow_all(const quirk_set& set) {
  std::string list;
  for (const quirk q : set)
    list += (list.empty() ? "" : ",") + std::string{to_string(q)};
  return list;
}

constexpr std::string_view ok_line = "HTTP/1.1 200 OK\r\n";

// --- one input ---------------------------------------------------------------------------------

TEST(ToolParse, PrintsTheObjectOfTheContract) {
  const outcome o = run({"parse", "--json"}, ok_line);
  EXPECT_EQ(
      o.out,
      R"({"source":"-","offset":0,"ok":true,"error":null,"end":17,"version":"1.1","code":200,)"
      R"("reason":"OK","reason_hex":"4f4b","quirks":[],"refused":[],"findings":[],"notes":[],)"
      R"("class":"success","standing":"registered","phrase":"canonical",)"
      R"("registered_phrase":"OK","advice":null})"
      "\n");
  EXPECT_EQ(o.status, 0);
  EXPECT_EQ(o.err, "");
}

TEST(ToolParse, PrintsNullsOnAnError) {
  const outcome o = run({"parse", "--json"}, "HTTP/1.1 200\n");
  EXPECT_EQ(o.out,
            R"({"source":"-","offset":0,"ok":false,"error":"separator","end":12,"version":null,)"
            R"("code":null,"reason":null,"reason_hex":null,"quirks":[],)"
            R"("refused":["missing_reason","bare_lf"],"findings":[],"notes":[],"class":null,)"
            R"("standing":null,"phrase":null,"registered_phrase":null,"advice":null,)"
            R"("bytes_hex":"485454502f312e31203230300a","looks_like":null,"status_line_at":null})"
            "\n");
  EXPECT_EQ(o.status, 1);
}

TEST(ToolParse, NamesWhatStandsInPlaceOfALine) {
  const auto at = [](const outcome& o, std::size_t i) { return objects(o).at(i); };
  const ordered_json alert =
      at(run({"parse", "--json"}, std::string_view{"\x15\x03\x03\0\x02\x02P", 7}), 0);
  EXPECT_EQ(alert["looks_like"], "tls_alert");
  EXPECT_EQ(alert["bytes_hex"], "15030300020250");
  EXPECT_THAT(run({"parse"}, "\x15\x03\x03").out, HasSubstr("the server expects TLS"));
  EXPECT_THAT(run({"parse"}, "HTTP/2 200 \r\n").out,
              HasSubstr("--allow short_version accepts this line. curl prints"));

  const std::string rest = "{}HTTP/1.1 200 OK\r\n\r\n";
  EXPECT_EQ(at(run({"parse", "--json"}, rest), 0)["status_line_at"], 2);
  EXPECT_THAT(run({"parse"}, rest).out, HasSubstr("2 bytes stand before a status line"));
  // The tool uses only its own input: the line, the head, else the file up to the limit.
  const std::string apart = "{}\r\nHTTP/1.1 200 OK\r\n\r\n";
  EXPECT_EQ(at(run({"parse", "--json"}, apart), 0)["status_line_at"], 4);
  EXPECT_EQ(at(run({"parse", "--json", "--max-size", "3"}, apart), 0)["status_line_at"], nullptr);
  EXPECT_EQ(at(run({"parse", "--json", "--lines"}, apart), 0)["status_line_at"], nullptr);
  EXPECT_EQ(at(run({"parse", "--json", "--follow"}, apart), 0)["status_line_at"], nullptr);
  EXPECT_EQ(at(run({"parse", "--json", "--follow"}, "x\r\ny HTTP/1.1 200 OK\r\n\r\n"),
               0)["status_line_at"],
            5);
  EXPECT_EQ(at(run({"parse", "--json", "--lines"}, "x HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n"),
               0)["status_line_at"],
            2);
  const std::string far =
      std::string(5000, 'x') + "HTTP/1.1 200 " + std::string(5000, 'y') + "\r\n";
  for (const arguments& args : {arguments{"parse", "--json"},
                                {"parse", "--json", "--lines"},
                                {"parse", "--json", "--follow"}})
    EXPECT_EQ(at(run(args, far), 0)["status_line_at"], 5000);
}

TEST(ToolParse, PrintsOneLineForEachInput) {
  const outcome o = run({"parse", "--brief", "--lines", "--fail-on", "2xx"},
                        "HTTP/1.1 200 OK\r\nHTTP/1.1 2x0\n\x15\x03\x03\n");
  EXPECT_EQ(
      o.out,
      "standard input: accepted, no quirks: `HTTP/1.1 200 OK\\r\\n`, but --fail-on 2xx\n"
      "standard input, offset 17: byte 10: expected the second of three digits of the status "
      "code, found 'x': `HTTP/1.1 2x0\\n`\n"
      "standard input, offset 30: byte 0: expected \"HTTP/\", in capitals, at the very start of "
      "the line, found 0x15: `\\x15\\x03\\x03\\n` This is a TLS alert: the server expects TLS on "
      "this port.\n");
  EXPECT_EQ(o.status, 1);
}

TEST(ToolParse, ColoursIfAsked) {
  EXPECT_THAT(run({"parse", "--color", "always"}, ok_line).out, HasSubstr("\x1b[1;32m"));
  for (const arguments& args :
       {arguments{"parse"}, {"parse", "--color", "auto"}, {"parse", "--color=never"}})
    EXPECT_THAT(run(args, ok_line).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(run({"parse", "--color", "always", "--json"}, ok_line).out, Not(HasSubstr("\x1b")));
  EXPECT_EQ(run({"parse", "--color", "yes"}, ok_line).status, 2);
}

TEST(ToolParse, PointsAtWhatIsMissing) {
  const outcome o = run({"parse"}, "HTTP/1.1 200\n");
  EXPECT_EQ(o.status, 1);
  EXPECT_THAT(o.out, StartsWith("standard input: not valid: separator at offset 12\n\n"
                                "    HTTP/1.1 200\\n\n"
                                "                ^~ separator: Expected"));
  EXPECT_THAT(o.out, HasSubstr("missing_reason: "));
  EXPECT_THAT(o.out, HasSubstr("--allow missing_reason,bare_lf accepts"));
}

TEST(ToolParse, NamesWhatEvenPermissiveRefuses) {
  EXPECT_THAT(run({"parse"}, "HTTP/1.1  20x\r\n").out,
              HasSubstr("No policy accepts this line: even permissive stops at offset 12, code."));
  EXPECT_THAT(run({"parse"}, "HTTP/1.1 2000\r\n").out, HasSubstr("No policy accepts this line."));
}

TEST(ToolParse, SaysWhatEachRegistrySays) {
  constexpr std::string_view line = "HTTP/1.1 429 Too Many Request\r\n\r\n";
  const outcome both = run({"parse"}, line);
  EXPECT_THAT(both.out, HasSubstr("  iana, as of "));
  EXPECT_THAT(both.out, HasSubstr("  documented, as of "));
  const outcome own = run({"parse", "--registry", "documented"}, line);
  EXPECT_THAT(own.out, HasSubstr("phrase     canonical"));
  EXPECT_THAT(run({"parse"}, ok_line).out,
              HasSubstr(": registered, with this phrase\n    meaning    The request succeeded.\n"));
  EXPECT_THAT(own.out, Not(HasSubstr("iana")));
  const outcome other = run({"parse", "--registry", "iana"}, line);
  EXPECT_THAT(other.out, HasSubstr("phrase     alias"));
  EXPECT_THAT(other.out, HasSubstr("\"Too Many Requests\""));
  EXPECT_EQ(both.status + own.status + other.status, 0);
}

TEST(ToolParse, LetsNothingThroughThatATerminalWouldInterpret) {
  for (const bool long_one : {false, true}) {
    std::string reason(long_one ? 3000 : 0, 'x');
    for (int c = 0; c < 256; ++c)
      if (c != '\n' && c != '\r')
        reason += static_cast<char>(c);
    const outcome o = run({"parse", "--policy", "permissive"}, "HTTP/1.1 200 " + reason + "\n");
    EXPECT_EQ(o.status, 0);
    std::istringstream lines{o.out};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100u);
      for (const char c : line)
        EXPECT_TRUE(c >= 0x20 && c < 0x7f) << line;
    }
  }
  const scratch files;
  const outcome o = run({"parse", files.path() + "/\x1b[31m\xff\xc2\x9b\xe2\x80\xa8"});
  EXPECT_THAT(o.err, HasSubstr(R"(\x1b[31m\xff\xc2\x9b\xe2\x80\xa8: No such)"));
}

/// Every character in UTF-8 that a terminal may obey, or not show.
std::string hidden_characters() {
  std::string all;
  const auto add = [&all](unsigned first, unsigned last) {
    for (unsigned c = first; c <= last; ++c) {
      if (c < 0x80) {
        all += static_cast<char>(c);
      } else if (c < 0x800) {
        all += {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
      } else if (c < 0x10000) {
        all += {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
                static_cast<char>(0x80 | (c & 0x3f))};
      } else {
        all += {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3f)),
                static_cast<char>(0x80 | (c >> 6 & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
      }
    }
  };
  add(0x7f, 0x9f); // DEL and the C1 controls: U+0085 ends a line, U+009B begins a sequence
  add(0x61c, 0x61c);
  add(0x200b, 0x200f);
  add(0x2028, 0x202e); // line and paragraph separator, bidirectional controls
  add(0x2060, 0x206f);
  add(0xfeff, 0xfeff);
  add(0xe0000, 0xe007f); // tags
  return all;
}

TEST(ToolOutput, WritesHiddenCharactersAsEscapes) {
  const std::string hidden = hidden_characters();
  const std::string kept = "\xc3\xa4\xe2\x80\x99\xf0\x9f\x98\x80"; // letters, a quote, a face
  const scratch files;
  const std::string name = files.file("a\x7f\xc2\x9b\xe2\x80\xa8", ok_line);
  const std::string own = files.file("own.tsv", "code\tphrase\tmeaning\n299\t" + hidden + kept +
                                                    "\tIt \xe2\x80\xae means.\n");
  const std::string line = "HTTP/1.1 299 " + hidden + kept + "\n";
  const std::vector<outcome> outcomes = {
      run({"parse", "--json", "--policy", "permissive"}, line),
      run({"parse", "--policy", "permissive", "--registry", own}, line),
      run({"parse", "--json", name}),
      run({"parse", name, name + "-not-there"}),
      run({"registry", "--json", own}),
      run({"registry", own}),
      run({"explain", "--json", "--registry", own, "299"}),
      run({"explain", "--registry", own, "299"}),
      run({"explain", "--registry", own, hidden}),
      run({"parse", "--fail-on", hidden}),
      run({hidden}),
  };
  for (const outcome& o : outcomes) {
    for (const std::string& text : {o.out, o.err}) {
      EXPECT_EQ(text.find('\x7f'), text.npos);
      for (std::size_t i = 0; i < hidden.size();) {
        std::size_t size = 1;
        while (i + size < hidden.size() && (hidden[i + size] & 0xc0) == 0x80)
          ++size;
        EXPECT_EQ(text.find(hidden.substr(i, size)), text.npos)
            << corpus::to_hex(hidden.substr(i, size));
        i += size;
      }
    }
  }
  EXPECT_EQ(objects(outcomes[0]).at(0)["reason"], hidden + kept);
  EXPECT_THAT(outcomes[0].out, HasSubstr(kept));
  EXPECT_THAT(outcomes[0].out, HasSubstr("\\u009b"));
  EXPECT_THAT(outcomes[0].out, HasSubstr("\\udb40\\udc7f")); // U+E007F
  EXPECT_EQ(objects(outcomes[2]).at(0)["source"], name);
}

TEST(ToolParse, ShowsALongLineAroundWhatMatters) {
  const std::string line = "HTTP/1.1 200 " + std::string(8000, 'a') + "\r\r\n";
  const outcome o = run({"parse", "--policy", "permissive"}, line);
  EXPECT_THAT(o.out, HasSubstr("aaa\\r\\r\\n\n"));
  EXPECT_THAT(o.out, HasSubstr("^~ repeated_cr (offset 8014)"));
  EXPECT_LT(o.out.size(), 2000u);

  std::string many = "HTTP/1.1 200 ";
  for (int i = 0; i < 4000; ++i)
    many += "a\x01";
  const outcome m = run({"parse", "--policy", "permissive"}, many + "\r\n");
  EXPECT_THAT(m.out, HasSubstr("and 3992 more"));
}

TEST(ToolParse, ReadsNoFurtherThanItMust) {
  // The writer never stops: the tool must not wait for its end.
  const auto endless = [](std::string_view first) {
    return [first](int fd) {
      write_all(fd, first);
      std::string more(65536, 'x');
      while (::write(fd, more.data(), more.size()) > 0) {
      }
    };
  };
  EXPECT_EQ(run({"parse", "--json"}, endless(ok_line)).status, 0);
  EXPECT_EQ(run({"parse", "--json"}, endless("FTP")).status, 1);
  EXPECT_THAT(run({"parse", "--json"}, endless("HTTP/1.1 200 ")).out, HasSubstr("too_long"));
}

TEST(ToolParse, TakesBytesOneByOne) {
  constexpr std::string_view bytes = "\r\nhttp/1.1\t200\x0b\rOK\r\r\nHTTP/1.1 204 \r\n";
  const feeder slowly = [&](int fd) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
      write_all(fd, bytes.substr(i, 1));
  };
  for (const std::string mode : {"--lines", "--follow", "--json"})
    EXPECT_EQ(run({"parse", "--json", mode, "--policy", "permissive"}, slowly).out,
              run({"parse", "--json", mode, "--policy", "permissive"}, bytes).out);
}

TEST(ToolParse, HoldsALineToItsSize) {
  for (const std::size_t limit : {0u, 1u, 12u, 16u, 17u, 18u}) {
    const arguments args = {"parse", "--json", "--max-size", std::to_string(limit)};
    const auto got = objects(run(args, ok_line));
    ASSERT_EQ(got.size(), 1u);
    expect_object(got[0], expected(ok_line, {{}, limit}, 0), std::to_string(limit));
  }
  const std::string most = std::to_string(std::numeric_limits<std::size_t>::max());
  const auto all = objects(run({"parse", "--json", "--max-size", most}, ok_line));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["code"], 200);
}

TEST(ToolParse, AnEmptyFileIsOneInput) {
  for (const arguments& args : {arguments{"parse", "--json"}, {"parse", "--json", "--follow"}}) {
    const auto got = objects(run(args, ""));
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0]["error"], "need_more");
  }
  const outcome none = run({"parse", "--json", "--lines"}, "");
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.status, 0);
}

TEST(ToolParse, AgreesWithEveryCase) {
  // One process for each policy, with a file for each case.
  struct task {
    std::string where, input;
    corpus::verdict want;
  };
  std::map<std::pair<unsigned, std::size_t>, std::vector<task>> by_policy;
  for (const corpus::example& c : corpus::read_cases())
    for (const corpus::expectation& e : c.expectations)
      if (e.complete)
        by_policy[{e.policy.allowed.bits(), e.policy.max_size}].push_back(
            {c.file + ":" + std::to_string(e.line), c.input, e.want});

  for (const auto& [key, tasks] : by_policy) {
    const policy p{quirk_set::from_bits(key.first), key.second};
    const scratch files;
    arguments args = {"parse", "--json", "--max-size", std::to_string(p.max_size)};
    if (!p.allowed.empty())
      args.insert(args.end(), {"--allow", allow_all(p.allowed)});
    for (std::size_t i = 0; i < tasks.size(); ++i)
      args.push_back(files.file(std::to_string(i), tasks[i].input));
    const auto got = objects(run(args));
    ASSERT_EQ(got.size(), tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const auto& [where, input, want] = tasks[i];
      const bool ok = want.error == errc::ok;
      ordered_json object = expected(input, p, 0);
      object["source"] = got[i]["source"];
      expect_object(got[i], object, where);
      EXPECT_EQ(got[i]["error"], ok ? ordered_json() : ordered_json(to_string(want.error)))
          << where;
      EXPECT_EQ(got[i]["end"], want.end) << where;
      EXPECT_EQ(got[i]["refused"], names(want.refused)) << where;
      if (!ok)
        continue;
      EXPECT_EQ(got[i]["code"], want.code) << where;
      EXPECT_EQ(got[i]["reason_hex"], corpus::to_hex(want.reason)) << where;
      EXPECT_EQ(got[i]["quirks"], names(want.quirks)) << where;
    }
  }
}

TEST(ToolParse, ReadsWhatServersSend) {
  const std::filesystem::path directory = STATUSLINE_SOURCE_DIR "/corpus/captured";
  std::vector<ordered_json> want;
  arguments args = {"parse", "--json"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
    if (!entry.is_regular_file())
      continue;
    std::ifstream file{entry.path(), std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    if (!bytes.starts_with("HTTP/"))
      continue; // it lists the places of the others
    want.push_back(expected(bytes, strict, 0));
    want.back()["source"] = entry.path().string();
    args.push_back(entry.path());
  }
  EXPECT_FALSE(want.empty());
  const auto got = objects(run(args));
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    expect_object(got[i], want[i], args[i + 2]);
}

// --- many inputs -------------------------------------------------------------------------------

/// Bytes that are almost status lines.
std::string nearly(std::mt19937& random) {
  static const std::vector<std::string> pieces = {
      "HTTP/1.1", "HTTP/1.0", "http/1.1", "HTTP/2", "HTTP", "ICY",      " ",    "  ",
      "\t",       "\v",       "200",      "404",    "99",   "1000",     " OK",  " Not Found",
      "\r\n",     "\n",       "\r",       "\r\r\n", "\0"s,  "\xc3\xa4", "\xff", "\x1b[m"};
  const auto below = [&](std::size_t n) { return random() % n; };
  std::string bytes;
  if (below(4) == 0) {
    for (std::size_t n = below(12); n-- > 0;)
      bytes += pieces[below(pieces.size())];
  } else {
    bytes = "HTTP/1.1 200 OK\r\n";
    for (std::size_t n = below(4); n-- > 0 && !bytes.empty();) {
      const std::size_t at = below(bytes.size());
      if (below(2) == 0)
        bytes[at] = static_cast<char>(below(256));
      else
        bytes.replace(at, below(3), pieces[below(pieces.size())]);
    }
  }
  return bytes;
}

void expect_lines(const std::string& bytes, const policy& p, const arguments& more) {
  arguments args = {"parse", "--json", "--lines", "--max-size", std::to_string(p.max_size)};
  args.insert(args.end(), more.begin(), more.end());
  const outcome o = run(args, bytes);
  const auto got = objects(o);
  std::size_t begin = 0;
  bool all_ok = true;
  for (std::size_t i = 0; begin < bytes.size(); ++i) {
    ASSERT_LT(i, got.size());
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
    const std::string line = bytes.substr(begin, end - begin);
    ordered_json want = expected(line, p, begin);
    all_ok = all_ok && want["ok"];
    expect_object(got[i], std::move(want), corpus::to_hex(line.substr(0, 300)));
    begin = end;
    if (begin == bytes.size()) {
      EXPECT_EQ(got.size(), i + 1);
    }
  }
  EXPECT_EQ(o.status, all_ok ? 0 : 1);
}

void expect_random_lines(int count) {
  std::mt19937 random{20261122}; // NOLINT(cert-msc51-cpp): the same lines in each run
  for (const std::size_t limit : {std::size_t{8192}, std::size_t{15}}) {
    for (const auto& [name, p] :
         {std::pair{"strict", strict}, {"interop", interop}, {"permissive", permissive}}) {
      std::string bytes;
      for (int i = 0; i < count; ++i)
        bytes += nearly(random);
      expect_lines(bytes, {p.allowed, limit}, {"--policy", name});
    }
  }
}

TEST(ToolLines, SayOfThousandsWhatTheLibrarySays) { expect_random_lines(1'500); }

TEST(ToolLines, SayOfTensOfThousandsWhatTheLibrarySaysFurther) { expect_random_lines(10'000); }

TEST(ToolLines, KeepEveryByteOfTheReason) {
  std::string bytes;
  for (int c = 0; c < 256; ++c)
    bytes += "HTTP/1.1 200 <"s + static_cast<char>(c) + ">\r\n"; // CR and LF are errors
  expect_lines(bytes, permissive, {"--policy", "permissive"});
}

TEST(ToolLines, KeepUtf8AndNothingThatLooksLikeIt) {
  std::string bytes;
  for (const std::string_view reason : {"\xc3\xa4",
                                        "\xe2\x82\xac",
                                        "\xf0\x9f\x98\x80",
                                        "\xc0\x80",
                                        "\xc1\xbf",
                                        "\xe0\x80\x80",
                                        "\xe0\x9f\xbf",
                                        "\xe0\xa0\x80",
                                        "\xed\x9f\xbf",
                                        "\xed\xa0\x80",
                                        "\xf0\x80\x80\x80",
                                        "\xf0\x8f\xbf\xbf",
                                        "\xf0\x90\x80\x80",
                                        "\xf4\x8f\xbf\xbf",
                                        "\xf4\x90\x80\x80",
                                        "\xf5",
                                        "\xe2\x82",
                                        "\xc3",
                                        "\x80",
                                        "\xc3\xa4\xff"})
    bytes += "HTTP/1.1 200 " + std::string{reason} + "\r\n";
  expect_lines(bytes, strict, {});
}

/// A line at every place around the size of a buffer, and a line longer than that.
void expect_lines_across(std::size_t edge) {
  for (std::size_t shift = 0; shift < 20; shift += 3) {
    std::string bytes = "HTTP/1.1 200 " + std::string(edge - 15 - shift, 'a') + "\r\n";
    bytes += "HTTP/1.1 404 Not Found\r\n\n\r\nHTTP/1.1 200 ";
    bytes += std::string(2 * edge, 'b') + "\r\nHTTP/1.1 200 OK";
    expect_lines(bytes, {quirk_set::all(), 1u << 20}, {"--policy", "permissive"});
#ifdef STATUSLINE_QUICK_TESTS
    if (shift % 9 != 0) // the other two cost the most
      continue;
#endif
    expect_lines(bytes, {{}, 8192}, {});
    expect_lines(bytes, {{}, edge}, {});
  }
}

// The tool reads 128 KiB at once.
TEST(ToolLines, AreWholeAcrossTheEdgesOfABuffer) { expect_lines_across(131072); }

TEST(ToolLines, AreWholeAcrossTheEdgesOfOtherBuffersFurther) {
  expect_lines_across(65536);
  expect_lines_across(262144);
}

TEST(ToolLines, AnEarlierErrorWinsOverTheLimit) {
  const std::string bytes = "HTTP/1.1 200 \x01" + std::string(100'000, 'x') + "\n" +
                            "HTTP/1.1 200 " + std::string(100'000, 'x') + "\n" +
                            std::string{ok_line};
  const auto got = objects(run({"parse", "--json", "--lines"}, bytes));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0]["error"], "reason");
  EXPECT_EQ(got[1]["error"], "too_long");
  EXPECT_EQ(got[1]["end"], 8192);
  EXPECT_EQ(got[2]["ok"], true);
}

TEST(ToolLines, TakeConstantMemory) {
#ifdef STATUSLINE_QUICK_TESTS
  constexpr std::size_t size = std::size_t{64} << 20;
#else
  constexpr std::size_t size = std::size_t{1} << 30;
#endif
  std::string block;
  while (block.size() < (1u << 20))
    block += ok_line;
  const std::size_t blocks = size / block.size() + 1;
  const outcome o = run({"parse", "--lines", "--quiet"}, [&](int fd) {
    for (std::size_t i = 0; i < blocks; ++i)
      write_all(fd, block);
  });
  const std::string n = std::to_string(blocks * (block.size() / ok_line.size()));
  EXPECT_EQ(o.out, n + " inputs: " + n + " valid, 0 not valid\n");
  EXPECT_EQ(o.status, 0);
#ifndef STATUSLINE_QUICK_TESTS
  EXPECT_LT(o.peak_kib, 64 * 1024);
#endif
}

TEST(ToolLines, SkipAnEndlessLineInConstantMemory) {
  const std::string block(1u << 20, 'x');
  for (const std::string start : {"", "HTTP/1.1 200 "}) {
    const outcome o = run({"parse", "--lines", "--quiet"}, [&](int fd) {
      write_all(fd, start);
      for (int i = 0; i < 128; ++i)
        write_all(fd, block);
      write_all(fd, "\n");
      write_all(fd, ok_line);
    });
    EXPECT_EQ(o.out, "2 inputs: 1 valid, 1 not valid\n");
#ifndef STATUSLINE_QUICK_TESTS
    EXPECT_LT(o.peak_kib, 64 * 1024);
#endif
  }
}

TEST(ToolLines, QuietCountsWhatJsonLists) {
  std::mt19937 random{7}; // NOLINT(cert-msc51-cpp): the same lines in each run
  const auto lines = support::quirk_lines_and({"", "\n", std::string(9000, 'x') + '\n'});
  std::string bytes;
  while (bytes.size() < 400'000) // several times what the tool reads at once
    bytes += lines[random() % lines.size()];
  bytes += "HTTP/1.1 200 " + std::string(200'000, 'y'); // no LF, and over every limit
  for (const char* policy : {"strict", "interop", "permissive"}) {
    const outcome listed = run({"parse", "--lines", "--json", "--policy", policy}, bytes);
    std::size_t all = 0, valid = 0;
    for (std::size_t at = 0; (at = listed.out.find("\n", at)) != std::string::npos; ++at)
      ++all;
    for (std::size_t at = 0; (at = listed.out.find("\"ok\":true", at)) != std::string::npos; ++at)
      ++valid;
    EXPECT_EQ(run({"parse", "--lines", "--quiet", "--json", "--policy", policy}, bytes).out,
              "{\"inputs\":" + std::to_string(all) + ",\"valid\":" + std::to_string(valid) +
                  ",\"invalid\":" + std::to_string(all - valid) + ",\"failed_on\":0}\n");
  }
}

// --- judging -----------------------------------------------------------------------------------

TEST(ToolFailOn, MatchesEveryKindOfName) {
  const auto status = [](const std::string& names, std::string_view line) {
    return run({"parse", "--quiet", "--policy", "permissive", "--fail-on", names}, line).status;
  };
  EXPECT_EQ(status("bare_lf", "HTTP/1.1 200 OK\n"), 1);
  EXPECT_EQ(status("obs_text", "HTTP/1.1 200 \xff\r\n"), 1);
  EXPECT_EQ(status("unregistered", "HTTP/1.1 299 OK\r\n"), 1);
  EXPECT_EQ(status("other_code", "HTTP/1.1 404 OK\r\n"), 1);
  EXPECT_EQ(status("client_error", "HTTP/1.1 404 Not Found\r\n"), 1);
  EXPECT_EQ(status("invalid", "HTTP/1.1 600 \r\n"), 1);
  EXPECT_EQ(status("bare_lf,obs_text,unregistered,other_code,client_error,invalid", ok_line), 0);
  EXPECT_EQ(status("success,bare_lf", ok_line), 1);
}

TEST(ToolFailOn, GoesByTheRegistryThatIsChosen) {
  const arguments args = {"parse", "--quiet", "--fail-on", "unregistered,other_code"};
  constexpr std::string_view line = "HTTP/1.1 302 Found\r\n";
  EXPECT_EQ(run(args, line).status, 0);
  arguments documented_too = args;
  documented_too.insert(documented_too.end(), {"--registry", "documented"});
  EXPECT_EQ(run(documented_too, line).status, 1);
}

TEST(ToolFailOn, MatchesCodes) {
  const auto status = [](const char* list, std::string_view line) {
    return run({"parse", "--quiet", "--fail-on", list}, line).status;
  };
  constexpr std::string_view denied = "HTTP/1.1 999 Denied\r\n";
  EXPECT_EQ(status("200", ok_line), 1);
  EXPECT_EQ(status("2xx", ok_line), 1);
  EXPECT_EQ(status("404,100-199,3XX,201-299", ok_line), 0);
  EXPECT_EQ(status("404,100-200", ok_line), 1);
  EXPECT_EQ(status("9XX", denied), 1);
  EXPECT_EQ(status("600-999", denied), 1);
  EXPECT_EQ(status("600-998,000-599", denied), 0);
  for (const char* const wrong : {"20", "2000", "2x", "x00", "2xX", "200-", "200-20", "300-200",
                                  "-200", "+20", "200 ", "200-2000"})
    EXPECT_EQ(status(wrong, ok_line), 2) << wrong;
}

TEST(Tool, HasShortNames) {
  EXPECT_EQ(run({"parse", "-q"}, ok_line).out, run({"parse", "--quiet"}, ok_line).out);
  EXPECT_EQ(run({"-V"}).out, run({"--version"}).out);
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
  EXPECT_EQ(run({"help", "parse"}).out, run({"parse", "--help"}).out);
  EXPECT_EQ(run({"help", "parse"}).status, 0);
  const outcome unknown = run({"help", "pars"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean parse?"));
}

TEST(ToolQuiet, Counts) {
  constexpr std::string_view lines = "HTTP/1.1 200 OK\r\nHTTP/1.1 404 OK\r\nx\n";
  EXPECT_EQ(run({"parse", "--quiet"}, ok_line).out, "1 input: 1 valid, 0 not valid\n");
  EXPECT_EQ(run({"parse", "--quiet", "--lines", "--fail-on", "other_code"}, lines).out,
            "3 inputs: 2 valid, 1 not valid, 1 matched by --fail-on\n");
  const outcome o =
      run({"parse", "--quiet", "--json", "--lines", "--fail-on", "other_code"}, lines);
  EXPECT_EQ(o.out, "{\"inputs\":3,\"valid\":2,\"invalid\":1,\"failed_on\":1}\n");
  EXPECT_EQ(o.status, 1);
}

TEST(ToolRegistry, CanBeTheUsersOwn) {
  const scratch files;
  const std::string own = files.file("own.tsv", "code\tphrase\tmeaning\tadvice\n"
                                                "200\tSure\tIt went well.\t-\n"
                                                "299\tNearly\tLook again.\trepeat_later\n");
  const auto got = objects(run({"parse", "--json", "--registry", own}, "HTTP/1.1 299 Nearly\r\n"));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0]["standing"], "registered");
  EXPECT_EQ(got[0]["phrase"], "canonical");
  EXPECT_EQ(got[0]["advice"], "repeat_later");
  EXPECT_THAT(run({"explain", "--registry", own, "nearly"}).out, HasSubstr("Look again."));
  EXPECT_THAT(run({"registry", own}).out, HasSubstr("Sure"));
}

TEST(ToolRegistry, MayBeGivenMoreThanOnce) {
  const scratch files;
  const std::string own = files.file("own,1.tsv", "code\tphrase\n200\tSure\n");
  const arguments two = {"--registry", own, "--registry", "iana",
                         "--registry", own, "--registry", "iana"};
  const auto with = [&](arguments args) {
    args.insert(args.end(), two.begin(), two.end());
    return run(args, ok_line);
  };
  const std::string text = with({"parse"}).out;
  EXPECT_LT(text.find("own,1.tsv"), text.find("  iana, as of "));
  EXPECT_EQ(text.find("own,1.tsv"), text.rfind("own,1.tsv")) << "each once";
  EXPECT_THAT(text, Not(HasSubstr("documented")));
  EXPECT_EQ(objects(with({"parse", "--json"})).at(0)["registered_phrase"], "Sure");
  EXPECT_EQ(with({"parse", "--quiet", "--fail-on", "canonical"}).status, 0);
  EXPECT_EQ(objects(with({"explain", "200", "--json"})).size(), 2u);
  EXPECT_THAT(with({"parse", "--summary"}).out, HasSubstr("200 Sure"));
}

TEST(ToolRegistry, IsRefusedBeforeAnythingIsRead) {
  const scratch files;
  const std::string broken = files.file("broken.tsv", "code\tphrase\n200\tOK\n2x0\tOh\n");
  const outcome o = run({"parse", "--json", "--registry", broken}, ok_line);
  EXPECT_EQ(o.status, 3);
  EXPECT_EQ(o.out, "");
  EXPECT_THAT(o.err, StartsWith("statusline: " + broken + ":3:1: "));
  EXPECT_EQ(std::ranges::count(o.err, '\n'), 1);
  for (const std::string& name : {files.path() + "/none", files.path()}) {
    for (const arguments& args : {arguments{"parse", "--registry", name},
                                  {"registry", name},
                                  {"explain", "--registry", name, "200"}}) {
      const outcome e = run(args, ok_line);
      EXPECT_EQ(e.status, 3);
      EXPECT_THAT(e.err, StartsWith("statusline: " + name + ": "));
      EXPECT_EQ(e.out, "");
    }
  }
}

TEST(ToolRegistry, WritesWhatReadsBackTheSame) {
  const scratch files;
  const std::string own =
      files.file("own.csv", "# snapshot: 2026-01-31\ncode,phrase,meaning\n"
                            "404,\"\"\"Not\tFound\",\"a \"\"b\"\"\"\n404,Gone,c\n4XX,,\n");
  for (const std::string& name : {own, "iana"s, "documented"s}) {
    const std::string tsv = run({"registry", name, "--write", "tsv"}).out;
    const std::string again = files.file("again.tsv", tsv);
    EXPECT_EQ(run({"registry", again, "--write", "tsv"}).out, tsv) << name;
    EXPECT_THAT(run({"registry", name, "--write", "cpp"}).out, HasSubstr("_registry.sorted());\n"));
  }
  EXPECT_EQ(run({"registry", "iana", "--write", "tsv", "--json"}).status, 2);
  EXPECT_EQ(run({"registry", "iana", "--write", "xml"}).status, 2);
}

TEST(ToolRegistry, HoldsALineToADocumentationPage) {
  const scratch files;
  const std::string page =
      files.file("page.txt", "Status codes\n\n200 OK\n\nThe request is normal.\n");
  const std::string api = files.file(
      "api.json",
      R"({"openapi":"3.1.0","paths":{"/":{"get":{"responses":{"2XX":{"description":"x"}}}}}})");
  EXPECT_EQ(objects(run({"parse", "--json", "--registry", page}, ok_line)).at(0)["phrase"],
            "canonical");
  const ordered_json unnamed = objects(run({"parse", "--json", "--registry", api}, ok_line)).at(0);
  EXPECT_EQ(unnamed["standing"], "registered");
  EXPECT_EQ(unnamed["phrase"], "unnamed");
  EXPECT_EQ(unnamed["registered_phrase"], nullptr);
  EXPECT_EQ(run({"parse", "--quiet", "--fail-on", "unnamed", "--registry", api}, ok_line).status,
            1);
}

// --- the other commands ------------------------------------------------------------------------

TEST(ToolExplain, KnowsCodesAndPhrases) {
  EXPECT_THAT(run({"explain", "429"}).out, HasSubstr("\"Too Many Requests\""));
  EXPECT_THAT(run({"explain", "429"}).out, HasSubstr("\"Too Many Request\""));
  EXPECT_THAT(run({"explain", "302"}).out, HasSubstr("former     \"Moved Temporarily\""));
  EXPECT_THAT(run({"explain", "Not Found"}).out, StartsWith("404, client error"));
  EXPECT_THAT(run({"explain", "not", "FOUND"}).out, StartsWith("404, client error"));
  EXPECT_THAT(run({"explain", "moved", "temporarily"}).out, StartsWith("302, redirection"));
  EXPECT_THAT(run({"explain", "429", "--registry", "documented"}).out,
              Not(HasSubstr("Too Many Requests")));
  EXPECT_EQ(run({"explain", "000"}).status, 0);
  EXPECT_EQ(run({"explain", "0"}).out, run({"explain", "000"}).out);
  EXPECT_THAT(run({"explain", "499"}).out, HasSubstr("nginx: "));
  EXPECT_EQ(run({"explain", "499"}).status, 0);
  EXPECT_EQ(run({"explain", "599"}).status, 0);
  EXPECT_THAT(run({"explain", "430"}).out, HasSubstr("\"Shopify Security Rejection\""));
  EXPECT_THAT(run({"explain", "client closed request"}).out, StartsWith("499, "));
  // Copied from list to list, and sent by nobody who documents it.
  for (const char* const code : {"218", "450", "598"})
    EXPECT_EQ(run({"explain", code}).status, 1) << code;
  EXPECT_EQ(run({"explain", "299"}).status, 1);
  EXPECT_EQ(run({"explain", "404", "299"}).status, 1);
  EXPECT_EQ(run({"explain", "404", "410"}).out,
            run({"explain", "404"}).out + "\n" + run({"explain", "410"}).out);
  EXPECT_THAT(run({"explain", "4xx"}).out, HasSubstr("\n499, client error\n"));
  EXPECT_THAT(run({"explain", "404-410"}).out, HasSubstr("\n410, client error\n"));
  EXPECT_EQ(run({"explain", "290-299"}).status, 1);
  EXPECT_THAT(run({"explain", "enhance", "your", "calm"}).out, StartsWith("420, "));
  EXPECT_THAT(run({"explain", "Not", "Fuond"}).err, HasSubstr("did you mean Not Found?"));
  EXPECT_THAT(run({"explain", "Moved", "Temporarly"}).err,
              HasSubstr("did you mean Moved Temporarily?"));
  EXPECT_EQ(run({"explain", "302"}).status, 0);
  const outcome unknown = run({"explain", "no", "such", "phrase"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("no such phrase"));
}

TEST(ToolExplain, AgreesWithParseOnCodesWithoutAMeaning) {
  for (const std::string code : {"000", "099", "600", "999"}) {
    const outcome text = run({"explain", code});
    EXPECT_EQ(text.status, code == "000" || code == "999" ? 0 : 1);
    EXPECT_THAT(text.out, HasSubstr("code       invalid: "));
    EXPECT_THAT(text.out, HasSubstr("A client treats it as 500 (RFC 9110 section 15)."));
    EXPECT_THAT(text.out, Not(HasSubstr("unregistered")));
    const auto explained = objects(run({"explain", "--json", code}));
    const auto parsed = objects(run({"parse", "--json"}, "HTTP/1.1 " + code + " x\r\n"));
    ASSERT_EQ(explained.size(), 2u);
    EXPECT_EQ(explained[0]["standing"], "invalid");
    EXPECT_EQ(explained[0]["standing"], parsed.at(0)["standing"]);
  }
  // A user's registry lists it, and it still has no meaning.
  const scratch files;
  const std::string own = files.file("own.tsv", "code\tphrase\n299\tFine\n999\tDenied\n");
  EXPECT_THAT(run({"explain", "--registry", own, "999"}).out, HasSubstr("code       invalid: "));
  EXPECT_THAT(run({"explain", "--registry", own, "999"}).out, HasSubstr("\"Denied\""));
  EXPECT_EQ(objects(run({"explain", "--json", "--registry", own, "299"})).at(0)["standing"],
            "registered");
}

TEST(ToolExplain, PrintsJson) {
  const auto got = objects(run({"explain", "--json", "404"}));
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0]["registry"], "iana");
  EXPECT_EQ(got[1]["registry"], "documented");
  EXPECT_EQ(got[1]["advice"], "modify_request");
  EXPECT_EQ(got[0]["heuristically_cacheable"], true);
}

TEST(ToolRegistry, PrintsTheTable) {
  EXPECT_EQ(objects(run({"registry", "--json"})).size(), iana.entries.size());
  EXPECT_EQ(objects(run({"registry", "--json", "documented"})).size(), documented.entries.size());
  const outcome o = run({"registry"});
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(o.out, '\n')), iana.entries.size() + 3);
  EXPECT_THAT(o.out, HasSubstr(std::string{iana.snapshot}));
}

TEST(ToolQuirks, PrintsAll) {
  const outcome o = run({"quirks"});
  for (const quirk q : quirk_set::all())
    EXPECT_THAT("\n" + o.out, HasSubstr("\n" + std::string{to_string(q)} + " "));
  EXPECT_EQ(objects(run({"quirks", "--json"})).size(), quirk_count + 3u);
}

TEST(ToolVersion, SaysWhatItIsMadeOf) {
  const outcome o = run({"--version"});
  std::string all = "statusline " + std::string{version} + "\nscan by ";
  all += detail::scan_name;
  for (const registry* r : {&iana, &documented})
    all += '\n' + std::string{r->name} + " registry as of " + std::string{r->snapshot};
  EXPECT_EQ(o.out, all + '\n');
  EXPECT_THAT(o.out,
              ContainsRegex("^statusline [0-9]+\\.[0-9]+\\.[0-9]+\nscan by (sse2|neon|words)\n"
                            "iana registry as of 20[0-9]{2}-[0-9]{2}-[0-9]{2}\n"));
  EXPECT_EQ(o.err, "");
  EXPECT_EQ(o.status, 0);
}

// --- what goes wrong ---------------------------------------------------------------------------

TEST(ToolUsage, IsCheckedBeforeAnythingIsRead) {
  const std::vector<std::pair<arguments, std::string>> wrong = {
      {{}, "a command is required: parse, explain, registry, quirks"},
      {{"pars"}, "unknown command 'pars', did you mean parse?"},
      {{"--nope"}, "--nope"},
      {{"parse", "--nope"}, "--nope"},
      {{"parse", "--allow", "bare_fl"}, "unknown quirk 'bare_fl', did you mean bare_lf?"},
      {{"parse", "--allow", "bare_lf,"}, "unknown quirk ''"},
      {{"parse", "--allow", ""}, "unknown quirk ''"},
      {{"parse", "--allow", "\x1b[31m"}, "\\x1b[31m"},
      {{"parse", "--allow"}, "--allow"},
      {{"parse", "--policy", "lax"}, "(known: strict, interop, permissive)"},
      {{"parse", "--max-size", "ten"}, "'ten' is not a number"},
      {{"parse", "--max-size", "-1"}, "'-1' is not a number"},
      {{"parse", "--max-size", "0x10"}, "'0x10' is not a number"},
      {{"parse", "--max-size", ""}, "'' is not a number"},
      {{"parse", "--max-size", "18446744073709551616"}, "not a number"},
      {{"parse", "--fail-on", "other_cod"}, "did you mean other_code?"},
      {{"parse", "--lines", "--follow"}, "--follow"},
      {{"parse", "--body", "none"}, "--body needs --follow"},
      {{"parse", "--lines", "--body", "none"}, "--body needs --follow"},
      {{"parse", "--follow", "--body", "some"}, "(known: auto, none, skip)"},
      {{"parse", "--follow", "--body", ""}, "unknown rule ''"},
      {{"parse", "--registry=", "x"}, "--registry: the value after '=' is empty"},
      {{"explain", "--registry=", "200"}, "--registry: the value after '=' is empty"},
      {{"parse", "--policy=", "strict"}, "--policy: the value after '=' is empty"},
      {{"parse", "--allow=", "bare_lf"}, "--allow: the value after '=' is empty"},
      {{"parse", "--max-size=", "9"}, "--max-size: the value after '=' is empty"},
      {{"parse", "--fail-on=", "invalid"}, "--fail-on: the value after '=' is empty"},
      {{"parse", "--body=", "none"}, "--body: the value after '=' is empty"},
      {{"parse", "--json="}, "--json: the value after '=' is empty"},
      {{"parse", "--registry", ""}, "the name of the registry is empty"},
      {{"explain", "--registry", "", "200"}, "the name of the registry is empty"},
      {{"registry", ""}, "the name of the registry is empty"},
      {{"parse", "--registry", "-"}, "standard input can be the registry or an input, not both"},
      {{"parse", "--registry", "-", "x", "-"}, "not both"},
      {{"explain"}, "a code or a phrase"},
      {{"explain", "42"}, "three digits"},
      {{"explain", "4040"}, "three digits"},
      {{"registry", "iana", "documented"}, "documented"},
      {{"quirks", "x"}, "x"},
  };
  for (const auto& [args, message] : wrong) {
    const outcome o = run(args, ok_line);
    EXPECT_EQ(o.status, 2) << message;
    EXPECT_EQ(o.out, "") << message;
    EXPECT_THAT(o.err, StartsWith("statusline: "));
    EXPECT_THAT(o.err, HasSubstr(message));
    EXPECT_EQ(std::ranges::count(o.err, '\n'), 1) << o.err;
  }
}

TEST(ToolUsage, EachCommandHelpsWithAnExample) {
  for (const std::string command : {"parse", "explain", "registry", "quirks"}) {
    const outcome o = run({command, "--help"});
    EXPECT_EQ(o.status, 0);
    EXPECT_THAT(o.out, HasSubstr("Usage: statusline " + command));
    EXPECT_THAT(o.out, HasSubstr("Example:\n  "));
  }
  for (const arguments& args : {arguments{"--help"}, {"parse", "--help"}, {"explain", "--help"}}) {
    const outcome o = run(args);
    EXPECT_EQ(o.status, 0);
    std::istringstream lines{o.out};
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(ToolUsage, TakesAnyNameForAFile) {
  const scratch files;
  for (const std::string name : {"[a,b]", "{}", "%%", "parse", "a b", "\xff", "ä"}) {
    const std::string path = files.file(name, ok_line);
    EXPECT_EQ(run({"parse", "--quiet", path}).status, 0) << name;
    const setting there = after("cd " + files.path());
    EXPECT_EQ(run({"parse", "--quiet", name}, "", there).status, 0) << name;
  }
  (void)files.file("--json", ok_line);
  EXPECT_EQ(run({"parse", "--quiet", "--", "--json"}, "", after("cd " + files.path())).out,
            "1 input: 1 valid, 0 not valid\n");
}

TEST(ToolFiles, OneThatCannotBeReadStopsNoOther) {
  const scratch files;
  const std::string good = files.file("good", ok_line);
  const std::string bad = files.file("bad", "x");
  const std::string none = files.path() + "/none";
  const outcome o = run({"parse", "--json", good, none, files.path(), bad, good});
  EXPECT_EQ(o.status, 3);
  const auto got = objects(o);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0]["source"], good);
  EXPECT_EQ(got[1]["source"], bad);
  EXPECT_EQ(got[2]["source"], good);
  EXPECT_EQ(o.err, "statusline: " + none + ": No such file or directory\nstatusline: " +
                       files.path() + ": Is a directory\n");
  EXPECT_EQ(run({"parse", "--quiet", good, bad}).status, 1);
  EXPECT_EQ(run({"parse", "--quiet", good, good}).out, "2 inputs: 2 valid, 0 not valid\n");
}

TEST(ToolFiles, MayHaveMoreBytesThan32BitsCount) {
  const scratch files;
  const std::string large = files.file("large", ok_line);
  std::filesystem::resize_file(large, std::uintmax_t{5} << 30); // a hole, which needs no space
  const outcome o = run({"parse", "--json", large});
  EXPECT_EQ(o.err, "");
  EXPECT_EQ(objects(o).at(0)["code"], 200);
}

TEST(ToolFiles, NamesThatAreNotUtf8AreReplacedInJson) {
  const scratch files;
  const auto got = objects(run({"parse", "--json", files.file("\xff\xc3", ok_line)}));
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0]["source"], files.path() + "/\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(ToolFiles, StandardInputThatIsClosed) {
  const outcome o = run({"parse", "--json"}, "", after("exec 0<&-"));
  EXPECT_EQ(o.status, 3);
  EXPECT_EQ(o.out, "");
  EXPECT_EQ(o.err, "statusline: standard input: not open\n");
  // A file that is opened meanwhile does not get its number either.
  const scratch files;
  const outcome two =
      run({"parse", "--json", files.file("good", ok_line), "-"}, "", after("exec 0<&-"));
  EXPECT_EQ(two.status, 3);
  EXPECT_EQ(objects(two).size(), 1u);
}

TEST(ToolOutput, ThatIsClosedOrFullIsAnError) {
  const scratch files;
  const std::string good = files.file("good", ok_line);
  for (const arguments& args : {arguments{"parse", "--json", good},
                                {"parse", good},
                                {"parse", "--quiet", good},
                                {"registry"},
                                {"quirks"},
                                {"explain", "200"},
                                {"--help"},
                                {"--version"}}) {
    const outcome closed = run(args, "", after("exec 1>&-"));
    EXPECT_EQ(closed.status, 3) << args[0];
    EXPECT_EQ(closed.err, "statusline: standard output: not open\n");
    const outcome full = run(args, "", after("exec 1>/dev/full"));
    EXPECT_EQ(full.status, 3) << args[0];
    EXPECT_EQ(full.err, "statusline: standard output: No space left on device\n");
  }
  EXPECT_EQ(std::filesystem::file_size(good), ok_line.size()) << "the file was written to";
}

TEST(ToolOutput, AReaderThatHasSeenEnoughEndsItQuietly) {
  const scratch files;
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += ok_line;
  const std::string many = files.file("many", lines);
  const setting how{"/bin/sh", {}};
  const outcome o =
      run({"-c", STATUSLINE_TOOL " parse --json --lines '" + many + "' | head -n 1; exec true"}, "",
          how);
  EXPECT_EQ(objects(o).size(), 1u);
  EXPECT_EQ(o.err, "");
  const outcome status = run({"-c", "{ " STATUSLINE_TOOL " parse --json --lines '" + many +
                                        "'; echo $? >&2; } | head -n 1 >/dev/null"},
                             "", how);
  EXPECT_EQ(status.err, "0\n");
}

} // namespace
