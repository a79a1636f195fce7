// SPDX-License-Identifier: MIT
//
// How an answer differs from the reference, and the list of divergences that a user accepts.
#include <conform/judge.hpp>
#include <conform/subject.hpp>
#include <conform/verdict.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace statusline::conform {
namespace {

using namespace std::literals;

told refused() {
  told t;
  t.outcome = outcome::refused;
  return t;
}
told waiting() { return {}; }
told accepted() {
  told t;
  t.outcome = outcome::accepted;
  return t;
}

/// `kind detail` of each divergence, separated by `; `.
std::string shown(const told& got, std::string_view bytes, quirk_set allowed = {},
                  bool complete = false) {
  std::string text;
  for (const divergence& d : judge(got, bytes, allowed, complete))
    text += (text.empty() ? "" : "; ") + std::string{to_string(d.kind)} + " " + d.detail;
  EXPECT_EQ(text.empty(), agrees(got, reference(bytes, allowed, complete), complete)) << bytes;
  return text;
}

TEST(Judge, NamesWhatIsAcceptedTooMuch) {
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 200 OK\r\n"), "");
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 200 OK\n"), "wider bare_lf");
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 200 OK\n", interop.allowed), "");
  EXPECT_EQ(shown(accepted(), "http/1.1 200\n"), "wider missing_reason+bare_lf+lowercase_protocol");
  EXPECT_EQ(shown(accepted(), "http/1.1 200\n", interop.allowed), "wider lowercase_protocol");
  EXPECT_EQ(shown(accepted(), "http/1.1 2"), "wider lowercase_protocol+incomplete");
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 2000 OK\r\n"), "wider never:separator");
  EXPECT_EQ(shown(accepted(), "\r\n\r\nHTTP/1.1 200 OK\r\n"), "wider never:protocol");
}

TEST(Judge, NamesWhatIsRefusedTooMuch) {
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 OK\n"), "");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 OK\r\n"), "narrower regular");
  EXPECT_EQ(shown(refused(), "HTTP/3.1 099 \r\n"), "narrower version+code+empty_reason");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 \tK\xe9\r\n"), "narrower htab+obs_text");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 " + std::string(65, 'x') + "\r\n"),
            "narrower long_reason");
  EXPECT_EQ(shown(refused(), "ICY 200\n", permissive.allowed),
            "narrower missing_reason+bare_lf+icy_protocol");
}

TEST(Judge, NamesWhenItIsDecided) {
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK\r"), "");
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK\r\n"), "waits complete");
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK\n"), "waits bare_lf");
  EXPECT_EQ(shown(waiting(), "XTTP"), "waits never:protocol");
  EXPECT_EQ(shown(refused(), "HTTP/"), "hasty refused@version");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 "), "hasty refused@code");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200"), "hasty refused@separator");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 O", permissive.allowed), "hasty refused@reason");
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 200 OK\r"), "hasty accepted@line_end");
}

TEST(Judge, OfACompleteInputWaitingIsRefusing) {
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK", {}, true), "");
  EXPECT_EQ(shown(refused(), "HTTP/1.1 200 OK", {}, true), "");
  EXPECT_EQ(shown(accepted(), "HTTP/1.1 200 OK", {}, true), "wider unterminated");
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK", permissive.allowed, true), "narrower unterminated");
  EXPECT_EQ(shown(waiting(), "HTTP/1.1 200 OK\r\n", {}, true), "narrower regular");
}

TEST(Judge, ComparesEachValueThatIsTold) {
  const std::string_view line = "HTTP/1.1 404 No\r\n";
  told t = accepted();
  t.code = 404;
  t.major = 1;
  t.minor = 1;
  t.reason = "No";
  t.end = line.size();
  EXPECT_EQ(shown(t, line), "");
  const auto with = [&](auto&& change) {
    told other = t;
    change(other);
    return shown(other, line);
  };
  EXPECT_EQ(with([](told& o) { o.code = 40; }), "other_code regular");
  EXPECT_EQ(with([](told& o) { o.major = 2; }), "other_version regular");
  EXPECT_EQ(with([](told& o) { o.minor = 0; }), "other_version regular");
  EXPECT_EQ(with([](told& o) { o.reason = "N"; }), "other_reason regular");
  EXPECT_EQ(with([](told& o) { o.reason = ""; }), "other_reason regular");
  EXPECT_EQ(with([](told& o) { o.end = 16; }), "other_end regular");
  EXPECT_EQ(with([](told& o) {
              o.code = 1;
              o.end = 1;
            }),
            "other_code regular; other_end regular");
  told r = refused();
  r.end = 9;
  EXPECT_EQ(shown(r, "HTTP/1.1 x"), "");
  r.end = 10;
  EXPECT_EQ(shown(r, "HTTP/1.1 x"), "other_end never:code");
}

TEST(Told, IsReadAsItIsWritten) {
  const std::string all =
      R"({"outcome":"accepted","code":200,"version":"1.1","reason_hex":"4f4b","end":17})";
  const told t = read_told(all);
  EXPECT_EQ(t.code, 200);
  EXPECT_EQ(t.major, 1);
  EXPECT_EQ(t.minor, 1);
  EXPECT_EQ(t.reason, "OK");
  EXPECT_EQ(t.end, 17U);
  EXPECT_EQ(write_told(t), all);
  EXPECT_EQ(read_told(R"({"outcome":"refused","code":null,"why":"x"})"), refused());
  EXPECT_EQ(read_told(R"({"outcome":"need_more"})"), waiting());
}

TEST(Told, ReportsWhatItExpected) {
  const auto error = [](std::string_view json) {
    try {
      (void)read_told(json);
    } catch (const std::runtime_error& e) {
      return std::string{e.what()};
    }
    return std::string{"accepted"};
  };
  EXPECT_EQ(error("junk"), "expected a JSON object on one line");
  EXPECT_EQ(error("[]"), "expected a JSON object on one line");
  EXPECT_EQ(error("{}"), "expected \"outcome\": accepted, need_more or refused");
  EXPECT_EQ(error(R"({"outcome":"ok"})"),
            "expected \"outcome\": accepted, need_more or refused, found \"ok\"");
  for (const auto code : {"-1", "\"200\"", "2.5", "99999999999"})
    EXPECT_NE(error(R"({"outcome":"accepted","code":)"s + code + "}").find("\"code\": a whole"),
              std::string::npos)
        << code;
  for (const auto version : {"1.1", "\"1\"", "\"1.10\"", "\"HTTP/1.1\""})
    EXPECT_NE(error(R"({"outcome":"accepted","version":)"s + version + "}").find("such as 1.1"),
              std::string::npos)
        << version;
  EXPECT_NE(error(R"({"outcome":"accepted","reason_hex":"4"})").find("bytes in hex"),
            std::string::npos);
  EXPECT_NE(error(R"({"outcome":"accepted","end":-1})").find("an offset"), std::string::npos);
}

std::vector<accepted_row> read(const std::string& text) {
  std::istringstream in{text};
  return read_accepted(in, "known.tsv");
}

TEST(Told, ByALibraryHasAReasonThatFits) {
  sl_subject_answer answer = nothing_told;
  answer.outcome = SL_SUBJECT_ACCEPTED;
  answer.reason = "OK";
  answer.reason_size = 2;
  EXPECT_EQ(told_of(answer).reason, "OK");
  answer.reason_size = SIZE_MAX;
  try {
    (void)told_of(answer);
    ADD_FAILURE() << "it has read " << answer.reason_size << " bytes";
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(e.what(), "the subject answered with a reason of " + std::to_string(SIZE_MAX) +
                            " bytes; expected at most 1048576");
  }
}

TEST(Accepted, IsReadByLines) {
  const auto rows = read("# a list\n\nwider\tbare_lf\t480a\r\ncrash\t\t\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (accepted_row{{difference::wider, "bare_lf"}, "H\n", 3}));
  EXPECT_EQ(rows[1], (accepted_row{{difference::crash, ""}, "", 4}));
  EXPECT_TRUE(lists(rows, {difference::wider, "bare_lf"}));
  EXPECT_FALSE(lists(rows, {difference::wider, "bare_lf+missing_reason"}));
  EXPECT_FALSE(lists(rows, {difference::waits, "bare_lf"}));
}

TEST(Accepted, ReportsTheLineAndWhatItExpected) {
  const auto error = [](const std::string& text) {
    try {
      (void)read(text);
    } catch (const std::runtime_error& e) {
      return std::string{e.what()};
    }
    return std::string{"accepted"};
  };
  EXPECT_EQ(error("#\nwider\tx\n"),
            "known.tsv:2: expected three columns: kind, detail, witness in hex, separated by tabs");
  EXPECT_EQ(error("wider\tx\t41\t\n"),
            "known.tsv:1: expected three columns: kind, detail, witness in hex, separated by tabs");
  EXPECT_EQ(error("width\tx\t41\n"), "known.tsv:1: \"width\" is no kind of divergence");
  EXPECT_EQ(error("wider\tx\t4g\n"), "known.tsv:1: expected a witness in hex, two digits a byte");
  EXPECT_EQ(error("wider\tx\t41\nwider\tx\t42\n"),
            "known.tsv:2: the same kind and detail as in line 1");
}

TEST(Explained, ByWhatTheSubjectIsKnownToAccept) {
  const std::vector<divergence> known = {{difference::wider, "bare_lf"},
                                         {difference::wider, "extra_space"},
                                         {difference::narrower, "version"},
                                         {difference::wider, "never:code"}};
  const auto explained = [&](difference kind, const char* detail) {
    return explains(known, {kind, detail});
  };
  EXPECT_TRUE(explained(difference::wider, "bare_lf"));
  EXPECT_TRUE(explained(difference::wider, "bare_lf+extra_space"));
  EXPECT_FALSE(explained(difference::wider, "bare_lf+icy_protocol"));
  EXPECT_FALSE(explained(difference::wider, "bare_lf+incomplete"));
  EXPECT_TRUE(explained(difference::waits, "extra_space+incomplete"));
  EXPECT_FALSE(explained(difference::waits, "icy_protocol+incomplete"));
  EXPECT_FALSE(explained(difference::waits, "complete"));
  EXPECT_TRUE(explained(difference::narrower, "version+empty_reason"));
  EXPECT_FALSE(explained(difference::narrower, "regular"));
  EXPECT_FALSE(explained(difference::other_code, "version"));
  EXPECT_FALSE(explained(difference::wider, "never:line_end"));
  EXPECT_FALSE(explained(difference::crash, "bare_lf"));
  EXPECT_FALSE(explains({}, {difference::wider, ""}));
  EXPECT_TRUE(explains({{difference::narrower, "regular"}}, {difference::narrower, "version"}));
}

TEST(Explained, ASplitAtItsPlaceOnly) {
  const auto explained = [](const char* known, const char* detail) {
    return explains({{difference::splits, known}}, {difference::splits, detail});
  };
  EXPECT_TRUE(explained("regular@line_end", "regular@line_end"));
  EXPECT_TRUE(explained("regular@line_end", "version+htab@line_end"));
  EXPECT_TRUE(explained("htab@reason", "version+htab@reason"));
  EXPECT_FALSE(explained("regular@line_end", "regular@reason"));
  EXPECT_FALSE(explained("regular@line_end", "regular@line_end+end"));
  EXPECT_FALSE(explained("htab@reason", "regular@reason"));
  EXPECT_FALSE(explained("regular@line_end", "never:line_end@line_end"));
  EXPECT_FALSE(explained("regular@line_end", "incomplete@line_end"));
  EXPECT_FALSE(explained("", "regular@line_end")); // a row of an older list
  EXPECT_TRUE(explained("regular", "version"));    // of a client
  EXPECT_FALSE(explained("version", "regular"));
}

TEST(Splits, AreNamedByTheLineAndThePlace) {
  const auto detail = [](std::string_view bytes, const std::vector<std::size_t>& cuts) {
    return grounds::split_at(bytes, cuts).detail;
  };
  const std::string line = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(detail(line, {0}), "regular@protocol");
  EXPECT_EQ(detail(line, {6}), "regular@version");
  EXPECT_EQ(detail(line, {12}), "regular@separator");
  EXPECT_EQ(detail(line, {14}), "regular@reason");
  EXPECT_EQ(detail(line, {16}), "regular@line_end");
  EXPECT_EQ(detail(line, {9, 17}), "regular@code+end");
  EXPECT_EQ(detail("HTTP/2 200\r\n", {10}), "missing_reason+short_version+version@separator");
  EXPECT_EQ(detail("HTTP/1.1 20x", {12}), "never:code@code");
  EXPECT_EQ(detail("HTTP/1.1", {1}), "incomplete@protocol");
}

TEST(Findings, AreReducedToThoseThatExplainTheOthers) {
  std::vector<finding> list;
  for (const char* const detail : {"bare_lf+missing_reason", "missing_reason", "bare_lf"}) {
    finding f;
    f.what = {difference::wider, detail};
    list.push_back(f);
  }
  reduce_findings(list);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].what.detail, "bare_lf");
  EXPECT_EQ(list[1].what.detail, "missing_reason");
}

TEST(Findings, KeepTheInputThatShowsThemBest) {
  std::vector<finding> list;
  const auto add = [&](std::string input, std::optional<std::string> id = {}) {
    finding f;
    f.what = {difference::wider, "bare_lf"};
    f.input = std::move(input);
    f.case_id = std::move(id);
    add_finding(list, f);
  };
  add("HTTP/1.1 200 OK\n");
  add("HTTP/1.1 200 \n");
  add("HTTP/1.1 200 A\n");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].input, "HTTP/1.1 200 \n");
  EXPECT_EQ(list[0].count, 3U);
  add("HTTP/1.1 200 Okay\n", "a-case");
  EXPECT_EQ(list[0].case_id, "a-case");
  EXPECT_EQ(list[0].count, 4U);
}

} // namespace
} // namespace statusline::conform
