// SPDX-License-Identifier: MIT
//
// The meaning of a verdict, and the reports that programs read.
#include <conform/judgement.hpp>
#include <conform/machine.hpp>
#include <conform/report.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace statusline::conform {
namespace {

using testing::HasSubstr;
using testing::Not;

told answer_under(const test_case& c, quirk_set allowed) {
  const parse_result r = reference(c.input, allowed);
  told t;
  t.outcome = r                            ? outcome::accepted
              : r.error == errc::need_more ? outcome::need_more
                                           : outcome::refused;
  if (r) {
    t.code = r.line.code;
    t.reason = std::string{r.line.reason};
    t.end = r.end;
  }
  return t;
}

/// A subject that behaves like another policy.
verdict subject_of(quirk_set allowed, const std::string& changed = {}) {
  verdict v;
  v.kind = "library";
  v.subject = "a <subject> & \"co\"\x1b[31m";
  for (const test_case& c : all_cases()) {
    if (!is_asked(c))
      continue;
    told t = answer_under(c, allowed);
    if (c.id == changed)
      t.code = 599;
    v.answers.push_back({c.id, t});
    for (const divergence& d : judge(t, c.input, v.allowed)) {
      finding f;
      f.what = d;
      f.input = c.input;
      f.case_id = c.id;
      f.got = t;
      add_finding(v.findings, f);
    }
  }
  reduce_findings(v.findings);
  return v;
}

std::vector<accepted_row> rows_of(const verdict& v) {
  std::vector<accepted_row> rows;
  for (const finding& f : v.findings)
    rows.push_back({f.what, f.input, rows.size() + 1});
  return rows;
}

TEST(Judgement, OfAParserThatConforms) {
  const judgement j = judge_verdict(subject_of({}), {});
  EXPECT_TRUE(j.passes());
  EXPECT_EQ(j.agree, j.cases.size());
  EXPECT_GT(j.cases.size(), 700U);
  EXPECT_EQ(j.closest.allowed, quirk_set{});
  EXPECT_TRUE(j.closest.left_over.empty());
}

TEST(Judgement, FindsThePolicyThatIsClosest) {
  for (const quirk_set allowed :
       {interop.allowed, permissive.allowed, quirk_set{quirk::icy_protocol},
        quirk::bare_lf | quirk::repeated_cr}) {
    const judgement j = judge_verdict(subject_of(allowed), {});
    EXPECT_FALSE(j.passes());
    // Whether the end of the input is a line end is no question for a parser that is not told of
    // it.
    EXPECT_EQ(j.closest.allowed, allowed - quirk_set{quirk::unterminated}) << policy_name(allowed);
    EXPECT_EQ(j.closest.agree, j.cases.size());
  }
}

TEST(Judgement, ListsTheCasesThatNoPolicyExplains) {
  const std::string changed = "a-reason-of-two-words";
  const judgement j = judge_verdict(subject_of(interop.allowed, changed), {});
  EXPECT_EQ(j.closest.allowed, interop.allowed);
  EXPECT_EQ(j.closest.left_over, std::vector{changed});
}

TEST(Judgement, OfAListPassesIfItIsWholeAndTrue) {
  verdict v = subject_of(interop.allowed);
  auto rows = rows_of(v);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(judge_verdict(v, rows).passes());

  auto fewer = rows;
  fewer.pop_back();
  EXPECT_FALSE(judge_verdict(v, fewer).passes()) << "a divergence that is not listed";
  EXPECT_TRUE(judge_verdict(v, fewer).stale.empty());

  rows.push_back({{difference::wider, "icy_protocol"}, "ICY 200 OK\r\n", 99});
  told no;
  no.outcome = outcome::refused;
  v.answers.push_back({to_hex("ICY 200 OK\r\n"), no});
  const judgement j = judge_verdict(v, rows);
  EXPECT_FALSE(j.passes()) << "a row that is no longer true";
  ASSERT_EQ(j.stale.size(), 1U);
  EXPECT_EQ(j.stale[0].line, 99U);

  // It is true again if its witness shows it, though no case does.
  v.answers.back().answer->outcome = outcome::accepted;
  EXPECT_TRUE(judge_verdict(v, rows).passes());
}

TEST(Judgement, ACrashIsNoAgreement) {
  verdict v = subject_of({});
  v.answers.front().answer.reset();
  finding f;
  f.what = {difference::crash, ""};
  f.input = all_cases().front().input;
  f.case_id = v.answers.front().id;
  v.findings.push_back(f);
  const judgement j = judge_verdict(v, {});
  EXPECT_EQ(j.agree, j.cases.size() - 1);
  EXPECT_EQ(j.diverges.front(), std::vector{f.what});
  EXPECT_FALSE(j.passes());
}

TEST(WrittenList, ReadsBack) {
  const verdict v = subject_of(permissive.allowed);
  std::istringstream in{write_accepted(v)};
  auto rows = read_accepted(in, "x");
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i].line = i + 1;
  EXPECT_EQ(rows, rows_of(v));
}

TEST(Json, HasWhatTheTextHas) {
  const verdict v = subject_of(interop.allowed);
  const auto j = nlohmann::json::parse(report_json(v, judge_verdict(v, {})));
  EXPECT_EQ(j["conforms"], false);
  EXPECT_EQ(j["policy"]["name"], "strict");
  EXPECT_EQ(j["closest_policy"]["allowed"],
            (std::vector<std::string>{"missing_reason", "bare_lf"}));
  ASSERT_EQ(j["findings"].size(), v.findings.size());
  EXPECT_EQ(j["findings"][0]["kind"], "wider");
  EXPECT_EQ(from_hex(j["findings"][0]["input_hex"].get<std::string>()), v.findings[0].input);
  EXPECT_EQ(j["findings"][0]["expected"]["outcome"], "refused");
}

TEST(Files, EscapeWhatASubjectIsCalled) {
  const verdict v = subject_of(interop.allowed);
  const judgement j = judge_verdict(v, rows_of(v));
  for (const std::string& text : {report_junit(v, j), report_html(v, j, "")}) {
    EXPECT_THAT(text, HasSubstr("a &lt;subject&gt; &amp; &quot;co&quot;"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

TEST(Dot, EscapesWhatASubjectIsCalled) {
  EXPECT_THAT(to_dot(table_machine({}), "a\x1b\n\"b"), HasSubstr(R"(label="a\\x1b\\n\"b")"));
}

TEST(Junit, CountsWhatItHolds) {
  const verdict v = subject_of(interop.allowed);
  const auto counted = [](const std::string& xml, std::string_view text) {
    std::size_t n = 0;
    for (std::size_t at = xml.find(text); at != xml.npos; at = xml.find(text, at + 1))
      ++n;
    return n;
  };
  for (const auto& rows : {std::vector<accepted_row>{}, rows_of(v)}) {
    const std::string xml = report_junit(v, judge_verdict(v, rows));
    const std::string tests = std::to_string(counted(xml, "<testcase "));
    const std::string failures = std::to_string(counted(xml, "<failure "));
    EXPECT_THAT(xml, HasSubstr("tests=\"" + tests + "\" failures=\"" + failures + "\""));
    EXPECT_EQ(failures == "0", !rows.empty());
  }
}

TEST(Texts, EveryKindHasASentence) {
  for (std::uint8_t k = 0; k < difference_count; ++k) {
    EXPECT_FALSE(describe(static_cast<difference>(k)).empty());
    EXPECT_FALSE(to_string(static_cast<difference>(k)).empty());
  }
}

} // namespace
} // namespace statusline::conform
