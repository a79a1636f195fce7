// SPDX-License-Identifier: MIT
//
// `parse --follow`: each head of a stream is an input, and each other byte counts as a body.
#include "support/cases.hpp"
#include "support/process.hpp"
#include "support/reference_streams.hpp"

#include <statusline/statusline.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::string_literals;
using namespace statusline;
using namespace statusline::support;
using nlohmann::json;
using reference::bodies;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::pair<const char*, bodies>, 3> rules = {
    {{"auto", bodies::automatic}, {"none", bodies::none}, {"skip", bodies::skip}}};

arguments with(arguments args, const arguments& more) {
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

/// `CODE@OFFSET` or `ERROR@OFFSET` for each input, and the framing if the tool names it.
std::vector<std::string> follow(std::string_view bytes, const arguments& more = {}) {
  std::vector<std::string> seen;
  std::istringstream lines{run(with({"parse", "--json", "--follow"}, more), bytes).out};
  for (std::string line; std::getline(lines, line);) {
    const json o = json::parse(line);
    seen.push_back((o["ok"] ? o["code"].dump() : std::string{o["error"]}) + "@" +
                   o["offset"].dump() +
                   (o.contains("framing") ? " " + std::string{o["framing"]} : ""));
  }
  return seen;
}

const std::string go = "HTTP/1.1 100 Continue\r\n\r\n";
const std::string fine = "HTTP/1.1 200 OK\r\n\r\n";
const std::string missing = "HTTP/1.1 404 Not Found\r\n\r\n";

/// A head with these fields, each with its CRLF.
std::string with_fields(const std::string& fields) {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
}

TEST(Follow, GoesFromHeadToHead) {
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  EXPECT_THAT(follow(go + hints + fine), ElementsAre("100@0", "103@25", "200@62"));
  EXPECT_THAT(follow(fine + missing), ElementsAre("200@0", "404@19"));
  EXPECT_THAT(follow("HTTP/1.1 200 OK\r\n"), ElementsAre("200@0"));
  EXPECT_THAT(follow("HTTP/1.1 200 OK\r\nA: b"), ElementsAre("200@0"));
  EXPECT_THAT(follow("HTTP/1.1 200 OK\n\n" + fine, {"--allow", "bare_lf"}),
              ElementsAre("200@0", "200@17"));
  EXPECT_THAT(follow("HTTP/1.1 200 OK\r\nA: b\r\n\r\r\r\n" + fine), ElementsAre("200@0", "200@27"));
}

TEST(Follow, JudgesEachBadHead) {
  for (const std::string bad : {"HTTP/2 502 \r\n\r\n", "HTTP/1.1 4O4\r\n\r\n", "HTTP 502 x\r\n\r\n",
                                "ICY 502 x\r\n\r\n", "http/1.1 502 x\r\n\r\n"}) {
    const std::string stream = "HTTP/1.1 200 Connection established\r\n\r\n" + bad;
    const outcome o = run({"parse", "--follow", "--quiet", "--fail-on", "server_error"}, stream);
    EXPECT_EQ(o.status, 1) << bad;
    EXPECT_THAT(o.out, HasSubstr("2 inputs: 1 valid, 1 not valid"));
    EXPECT_EQ(follow(stream + fine).size(), 3u) << bad;
  }
}

TEST(Follow, GoesOnAfterARefusedHead) {
  EXPECT_THAT(follow("HTTP/1.1 2x\r\nA: b\r\n\r\n" + fine), ElementsAre("code@0", "200@21"));
  EXPECT_THAT(follow("HTTP/1.1 2x\r\nA: b\r\n\r\nbody"), ElementsAre("code@0"));
  EXPECT_THAT(follow("HTTP/1.1 2x\r\nContent-Length: 4\r\n\r\nbody" + fine),
              ElementsAre("code@0", "200@38"));
  EXPECT_THAT(follow("\r\n" + fine), ElementsAre("protocol@0", "200@2"));
  EXPECT_THAT(follow("\n\n" + fine), ElementsAre("protocol@0", "protocol@1", "200@2"));
  EXPECT_THAT(follow("x\r\n" + fine), ElementsAre("protocol@0", "200@3"));
}

TEST(Follow, ExpectsAHeadAfterAnInterimResponse) {
  EXPECT_THAT(follow(go), ElementsAre("100@0", "need_more@25"));
  EXPECT_THAT(follow(go + "x"), ElementsAre("100@0", "protocol@25"));
  EXPECT_THAT(follow(go + "\r\n" + fine), ElementsAre("100@0", "protocol@25", "200@27"));
  EXPECT_THAT(follow(go + "\r\n" + fine, {"--policy", "permissive"}),
              ElementsAre("100@0", "200@25"));
  EXPECT_THAT(follow("HTTP/1.1 100 Continue\r\nA: b"), ElementsAre("100@0"));
  // It has no body, with any fields.
  EXPECT_THAT(follow("HTTP/1.1 199 x\r\nContent-Length: 19\r\n\r\n" + fine),
              ElementsAre("199@0", "200@38"));
}

TEST(Follow, ExpectsAHeadOrTheEndAfter204And304) {
  for (const std::string code : {"204", "304"}) {
    const std::string head = "HTTP/1.1 " + code + " x\r\nContent-Length: 5\r\n\r\n";
    const std::string end = std::to_string(head.size());
    EXPECT_THAT(follow(head), ElementsAre(code + "@0"));
    EXPECT_THAT(follow(head + "hello"), ElementsAre(code + "@0", "protocol@" + end));
    EXPECT_THAT(follow(head + fine), ElementsAre(code + "@0", "200@" + end));
  }
}

TEST(Follow, LooksAtNothingAfter101) {
  const std::string upgrade = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
  for (const auto& [name, rule] : rules) {
    EXPECT_THAT(follow(upgrade + fine, {"--body", name}), ElementsAre("101@0"));
    EXPECT_EQ(run({"parse", "--follow", "--quiet", "--body", name}, upgrade + "\x81\x05hello").out,
              "1 input: 1 valid, 0 not valid; 7 bytes in bodies\n");
  }
}

TEST(Follow, PassesOverABodyOfAGivenLength) {
  const std::string five = with_fields("content-LENGTH \t: 5\r\n");
  const std::string end = std::to_string(five.size() + 5);
  EXPECT_THAT(follow(five + "hello" + missing), ElementsAre("200@0", "404@" + end));
  EXPECT_THAT(follow(five + "hellox"), ElementsAre("200@0", "protocol@" + end));
  EXPECT_THAT(follow(five + "hell"), ElementsAre("200@0")) << "cut short";
  EXPECT_THAT(follow(with_fields("Content-Length: 5, 05\r\nContent-Length:5\r\n") + "hello" + fine),
              ElementsAre("200@0", testing::StartsWith("200@")));
  EXPECT_THAT(follow(with_fields("Content-Length:\r\n 5\r\n") + "hello" + fine),
              ElementsAre("200@0", testing::StartsWith("200@")))
      << "folded";
  EXPECT_THAT(follow(with_fields("Content-Length: 0\r\n") + "hello"),
              ElementsAre("200@0", "protocol@38"));
}

TEST(Follow, NamesLengthsThatDecideNothing) {
  for (const std::string value :
       {"", "5x", "+5", "5 5", "5,", ",5", "0x5", "9223372036854775808", "5\r5"}) {
    const std::string stream = with_fields("Content-Length: " + value + "\r\n") + "hello" + fine;
    EXPECT_THAT(follow(stream), ElementsAre("200@0 invalid_length")) << value;
    const outcome o = run({"parse", "--follow", "--quiet"}, stream);
    EXPECT_EQ(o.status, 0);
    EXPECT_EQ(o.err, "statusline: standard input: the head at offset 0: Content-Length is not a "
                     "number of bytes; the rest is read as the body.\n");
    EXPECT_EQ(o.out, "1 input: 1 valid, 0 not valid; 24 bytes in bodies\n");
  }
  EXPECT_THAT(follow(with_fields("Content-Length: 9223372036854775807\r\n") + "hello"),
              ElementsAre("200@0"));
  EXPECT_THAT(follow(with_fields("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello" + fine),
              ElementsAre("200@0 different_lengths"));
  EXPECT_THAT(follow(with_fields("Content-Length: 5, 6\r\n") + "hello" + fine),
              ElementsAre("200@0 different_lengths"));
  EXPECT_THAT(run({"parse", "--follow"}, with_fields("Content-Length: 5, 6\r\n")).out,
              HasSubstr("    body       different_lengths: "));
  EXPECT_THAT(follow("HTTP/1.1 204 x\r\nContent-Length: 5, 6\r\n\r\n"), ElementsAre("204@0"));
}

const std::string chunked =
    with_fields("Transfer-Encoding: gzip , Chunked\r\nContent-Length: 1\r\n");

const std::vector<std::string>& chunked_bodies() {
  static const std::vector<std::string> bodies = {
      "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n",
      "5;a=b;c=\"d;\"\r\nhello\r\n00000000000000000\r\n\r\n",
      "5  \r\nhello\r\nA\r\n0123456789\r\n0\r\nX-Y: z\r\nZ:\r\n\r\n",
      "13\r\n" + fine + "\r\n0\r\n\r\n"};
  return bodies;
}

TEST(Follow, PassesOverAChunkedBody) {
  for (const std::string& body : chunked_bodies()) {
    const std::string end = std::to_string(chunked.size() + body.size());
    EXPECT_THAT(follow(chunked + body + missing), ElementsAre("200@0", "404@" + end)) << body;
    EXPECT_THAT(follow(chunked + body + "x"), ElementsAre("200@0", "protocol@" + end)) << body;
  }
}

TEST(Follow, AChunkedBodyMayEndAnywhereFurther) {
  for (const std::string& body : chunked_bodies())
    for (std::size_t cut = 0; cut < body.size(); ++cut)
      EXPECT_THAT(follow(chunked + body.substr(0, cut)), ElementsAre("200@0")) << body << cut;
}

TEST(Follow, FindsTheByteWhereChunksBreak) {
  const std::vector<std::pair<std::string, std::size_t>> broken = {
      {"x", 0},
      {"5\n", 1},
      {"5\rx", 2},
      {"5 x", 2},
      {"5;\x01", 2},
      {"5\r\nhellox", 8},
      {"5\r\nhello\rx", 9},
      {"5\r\nhello\r\n\r\n", 10},
      {"8000000000000000\r\n", 15},
      {"70000000000000000\r\n", 16},
      {"0\r\nA b: c\r\n\r\n", 4},
      {"0\r\n: c\r\n\r\n", 3},
      {"0\r\nA: \x01\r\n\r\n", 6},
      {"0\r\n folded\r\n\r\n", 3},
  };
  for (const auto& [body, at] : broken) {
    const auto seen = follow(chunked + body);
    ASSERT_GE(seen.size(), 2u) << body;
    EXPECT_EQ(seen[1], "protocol@" + std::to_string(chunked.size() + at)) << body;
  }
  EXPECT_THAT(follow(chunked + "0\r\n" + missing),
              ElementsAre("200@0", "404@" + std::to_string(chunked.size() + 3)));
}

TEST(Follow, ReportsABodyThatTheEndCutsOff) {
  const auto complaint = [](const std::string& stream) {
    const outcome o = run({"parse", "--follow", "--quiet"}, stream);
    EXPECT_EQ(o.status, 0) << "the head is valid";
    return o.err;
  };
  const std::string of = "statusline: standard input: ends after ";
  const std::string length = with_fields("Content-Length: 9\r\n"),
                    chunks = with_fields("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(complaint(fine + length + "12345678"),
            of + "8 bytes of the body of the head at offset 19; 1 byte missing\n");
  EXPECT_EQ(complaint(chunks + "5\r\nhel"),
            of + "6 bytes of the body of the head at offset 0, before its last chunk\n");
  for (const std::string part : {"5", "5\r\nhello", "5\r\nhello\r\n", "0\r\n", "0\r\nA: b\r\n"})
    EXPECT_THAT(complaint(chunks + part), HasSubstr("before its last chunk")) << part;
  EXPECT_EQ(complaint(length + "123456789"), "");
  EXPECT_EQ(complaint(chunks + "5\r\nhello\r\n0\r\n\r\n"), "");
  EXPECT_EQ(complaint(length), "") << "it may answer a HEAD";
  EXPECT_EQ(complaint(length + length), "") << "as these may";
  EXPECT_EQ(complaint(fine + "a body that ends with the connection"), "");
}

TEST(Follow, ReadsOtherCodingsToTheEnd) {
  for (const std::string value : {"gzip", "chunked, gzip", "", "chunkedx", "chun ked",
                                  "x;a=\",chunked\"", "x;a=\"\\\",chunked"})
    EXPECT_THAT(follow(with_fields("Transfer-Encoding: " + value + "\r\n") + "0\r\n\r\n" + fine),
                ElementsAre("200@0 not_chunked"))
        << value;
  EXPECT_THAT(follow(with_fields("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n") +
                     "0\r\n\r\n" + fine),
              ElementsAre("200@0", testing::StartsWith("200@")));
}

TEST(Follow, ReadsABodyWithoutFieldsToTheEnd) {
  EXPECT_THAT(follow(fine + "a body\r\n\r\n" + fine), ElementsAre("200@0"));
  EXPECT_EQ(run({"parse", "--follow", "--quiet", "--json"}, fine + "a body\r\n\r\n" + fine).out,
            "{\"inputs\":1,\"valid\":1,\"invalid\":0,\"failed_on\":0,\"body_bytes\":29}\n");
}

TEST(Follow, ReportsABodyThatBeginsLikeAStatusLine) {
  const std::string length = with_fields("Content-Length: 5\r\n");
  const std::string end = std::to_string(length.size());
  for (const std::string text : {"HTTP/", "hTtP/x", "HTTP 5", "http\v\f \t5", "ICY 5", "icy\t\t2",
                                 "\r\n \tHTTP/1.1 200 OK"}) {
    EXPECT_THAT(follow(length + text), testing::Contains(testing::EndsWith("@" + end))) << text;
    EXPECT_THAT(follow(length + text, {"--body", "skip"}), testing::SizeIs(text.size() > 5 ? 2 : 1))
        << text;
  }
  for (const std::string text :
       {"HTTP", "HTTP ", "HTTPx", "ICY x", "ICY5 ", "HTT", "\r\n", "xHTTP/"})
    EXPECT_THAT(follow(length + text.substr(0, 5)), ElementsAre("200@0")) << text;
  // More blanks than the tool keeps in memory: the fields decide.
  EXPECT_THAT(follow(fine + std::string(std::size_t{1} << 21, ' ') + "HTTP/1.1 200 OK"),
              ElementsAre("200@0"));
}

TEST(Follow, EndsAHeadWhereAnotherBegins) {
  EXPECT_THAT(follow("HTTP/1.1 200 OK\r\nA: b\r\nhttp/1.1 404 x\r\n\r\n"),
              ElementsAre("200@0", "protocol@23"));
  EXPECT_THAT(follow("HTTP/1.1 100 x\r\nHTTP/1.1 404 x\r\n\r\n"), ElementsAre("100@0", "404@16"));
  EXPECT_THAT(follow("HTTP/1.1 200 OK\r\nHTTP/x: y\r\n\r\n"), ElementsAre("200@0"));
}

TEST(Follow, CanBeToldWhatFollowsAHead) {
  const std::string stream = with_fields("Content-Length: 26\r\n") + missing + fine;
  EXPECT_THAT(follow(stream), ElementsAre("200@0", "404@39", "200@65"));
  EXPECT_THAT(follow(stream, {"--body", "auto"}), ElementsAre("200@0", "404@39", "200@65"));
  EXPECT_THAT(follow(stream, {"--body", "skip"}), ElementsAre("200@0", "200@65"));
  EXPECT_THAT(follow(stream, {"--body", "none"}), ElementsAre("200@0", "404@39", "200@65"));
  EXPECT_THAT(follow(with_fields("Content-Length: 5\r\n") + "hello", {"--body", "none"}),
              ElementsAre("200@0", "protocol@38"));
}

TEST(Follow, PrintsAHeadBeforeItReadsTheBody) {
  // The body does not come within the time limit of the head.
  const outcome o = run({"-c", "exec 2>/dev/null; timeout 20 head -n 1 < <({ printf "
                               "'HTTP/1.1 200 OK\\r\\n\\r\\n'; sleep 40; } | " STATUSLINE_TOOL
                               " parse --json --follow)"},
                        "", setting{"/bin/bash", {}});
  EXPECT_THAT(o.out, HasSubstr("\"code\":200"));
}

std::string random_stream(std::mt19937& random) {
  static const std::vector<std::string> pieces = {"HTTP/1.1 200 OK\r\n",
                                                  "HTTP/1.1 100 x\r\n",
                                                  "HTTP/1.1 101 x\r\n",
                                                  "HTTP/1.1 204 \r\n",
                                                  "HTTP/1.1 304 x\r\n",
                                                  "HTTP/1.0 404 x\n",
                                                  "http/1.1 200",
                                                  "HTTP",
                                                  "ICY 200 OK\r\n",
                                                  "HTTP/",
                                                  "\r\n",
                                                  "\r\n\r\n",
                                                  "\n",
                                                  "\r",
                                                  " ",
                                                  "\t",
                                                  "\v",
                                                  "x",
                                                  "5",
                                                  "7",
                                                  "0",
                                                  "a",
                                                  ",",
                                                  ":",
                                                  ";",
                                                  "\"",
                                                  "\\",
                                                  "Content-Length: ",
                                                  "content-length:",
                                                  "Content-Length : 5\r\n",
                                                  "Content-Length: 3\r\n",
                                                  "Transfer-Encoding: chunked\r\n",
                                                  "Transfer-Encoding: ",
                                                  "chunked",
                                                  "gzip",
                                                  "3\r\nabc\r\n",
                                                  "0\r\n\r\n",
                                                  "0\r\n",
                                                  "A: b\r\n",
                                                  "8000000000000000",
                                                  "7fffffffffffffff"};
  std::string bytes;
  for (std::size_t n = random() % 24; n-- > 0;)
    bytes += pieces[random() % pieces.size()];
  return bytes;
}

void expect_random_streams(int count) {
  std::mt19937 random{20261126};
  const scratch files;
  for (const auto& [name, rule] : rules) {
    for (const auto& [policy_name, p] : {std::pair{"strict", strict}, {"permissive", permissive}}) {
      std::vector<std::string> streams;
      arguments args = {"parse", "--json", "--follow", "--body", name, "--policy", policy_name};
      for (int i = 0; i < count; ++i) {
        streams.push_back(random_stream(random));
        args.push_back(files.file(std::to_string(i), streams.back()));
      }
      std::istringstream lines{run(args).out};
      for (std::size_t i = 0; i < streams.size(); ++i) {
        for (const auto& [offset, framing] : reference::heads_of(streams[i], p, rule).list) {
          std::string line;
          ASSERT_TRUE(std::getline(lines, line));
          const json have = json::parse(line);
          const std::string about = corpus::escape(streams[i]) + " --body " + name;
          ASSERT_EQ(have["source"], files.path() + "/" + std::to_string(i)) << about;
          ASSERT_EQ(have["offset"], offset) << about;
          ASSERT_EQ(have.value("framing", ""), framing) << about;
          const auto line_there =
              reference::parse(std::string_view{streams[i]}.substr(offset), p, true);
          ASSERT_EQ(have["ok"], line_there.error == errc::ok) << about;
          ASSERT_EQ(have["end"], line_there.end) << about;
        }
      }
      std::string more;
      EXPECT_FALSE(std::getline(lines, more)) << more;
    }
  }
}

TEST(Follow, AgreesWithTheReferenceOnRandomStreams) {
#ifdef STATUSLINE_QUICK_TESTS
  expect_random_streams(150);
#else
  expect_random_streams(400);
#endif
}

TEST(Follow, AgreesWithTheReferenceOnManyRandomStreamsFurther) { expect_random_streams(1500); }

TEST(Follow, CountsEveryByteOnce) {
  // A stream without a refused head consists of heads and bodies, for any cuts.
  std::string stream;
  std::size_t in_bodies = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string size = std::to_string(i);
    const std::string body = i % 3 == 0 ? std::string(static_cast<std::size_t>(i), 'x')
                                        : "4\r\nabcd\r\n0\r\nA: b\r\n\r\n";
    stream += with_fields(i % 3 == 0 ? "Content-Length: " + size + "\r\n"
                                     : "Transfer-Encoding: chunked\r\n") +
              body;
    in_bodies += body.size();
  }
  EXPECT_EQ(run({"parse", "--follow", "--quiet"}, stream).out,
            "5000 inputs: 5000 valid, 0 not valid; " + std::to_string(in_bodies) +
                " bytes in bodies\n");
}

TEST(Follow, NeedsConstantMemory) {
  const std::string part(std::size_t{1} << 20, 'h');
  const outcome o = run({"parse", "--follow", "--quiet"}, [&](int fd) {
    for (const std::string start :
         {"", "Content-Length: 67108864\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n4000000\r\n",
          "Content-Length: "}) {
      write_all(fd, "HTTP/1.1 200 OK\r\n");
      write_all(fd, start);
      for (int i = 0; i < 64; ++i)
        write_all(fd, part);
      write_all(fd, start.empty()                    ? "\r\n\r\n"
                    : start.ends_with("4000000\r\n") ? "\r\n0\r\n\r\n"
                                                     : "");
    }
  });
  EXPECT_EQ(o.out, "4 inputs: 4 valid, 0 not valid; 134217744 bytes in bodies\n");
#ifndef STATUSLINE_QUICK_TESTS
  EXPECT_LT(o.peak_kib, 64 * 1024);
#endif
}

} // namespace
