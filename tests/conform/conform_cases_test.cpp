// SPDX-License-Identifier: MIT
//
// Compares the conformance cases with corpus/cases, which people wrote, and with the reference
// parser. Both share no code with the library that generated the cases.
#include "support/cases.hpp"
#include "support/reference_parser.hpp"

#include <conform/cases.hpp>
#include <conform/danger.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace statusline::conform {
namespace {

const std::vector<test_case>& all() {
  static const std::vector<test_case> cases = read_cases(cases_json());
  return cases;
}

const std::map<std::string, policy> policies{
    {"strict", strict}, {"interop", interop}, {"permissive", permissive}};

policy limited(policy p, const test_case& c) {
  p.max_size = c.max_size.value_or(p.max_size);
  return p;
}

answer as_answer(const reference::outcome& o) {
  const bool ok = o.error == errc::ok;
  return {ok, ok ? "" : std::string{to_string(o.error)}, o.end, o.refused};
}

TEST(ConformCases, AreWrittenAsTheyAreRead) { EXPECT_EQ(write_cases(all()), cases_json()); }

TEST(ConformCases, AreWhatTheReferenceAnswers) {
  for (const test_case& c : all()) {
    SCOPED_TRACE(c.id);
    ASSERT_EQ(c.policies.size(), policies.size());
    for (const auto& [name, p] : policies)
      EXPECT_EQ(c.policies.at(name), as_answer(reference::parse(c.input, limited(p, c), true)));

    const reference::outcome widest = reference::parse(c.input, limited(permissive, c), true);
    std::optional<parts> line;
    if (widest.error == errc::ok)
      line = {widest.code, widest.version, c.input.substr(widest.reason_offset, widest.reason_size),
              widest.end, widest.quirks};
    EXPECT_EQ(c.line, line);

    const reference::outcome first = reference::parse(c.input, limited(strict, c), true);
    EXPECT_EQ(c.verdict, first.error == errc::ok          ? "valid"
                         : first.error == errc::need_more ? "incomplete"
                                                          : "invalid");
    EXPECT_EQ(c.error, first.error == errc::ok ? "" : to_string(first.error));
    EXPECT_EQ(c.error_offset, first.error == errc::ok ? std::nullopt : std::optional{first.end});
    EXPECT_EQ(c.danger.has_value(), c.verdict != "valid");
    EXPECT_NE(c.danger, "");
  }
}

// The refusals determine the answer under any policy: it is the first refusal with a quirk that the
// policy does not allow.
TEST(ConformCases, RefusalsAreThoseOfTheReference) {
  for (const test_case& c : all()) {
    SCOPED_TRACE(c.id);
    policy p = limited(strict, c);
    for (const refusal& r : c.refusals) {
      EXPECT_EQ(r.allowed, p.allowed);
      EXPECT_EQ(r.why, as_answer(reference::parse(c.input, p, true)));
      p.allowed |= r.why.refused;
    }
    const bool stuck = !c.refusals.empty() && c.refusals.back().why.refused.empty();
    EXPECT_EQ(reference::parse(c.input, p, true).error == errc::ok, !stuck);
    EXPECT_EQ(c.line.has_value(), !stuck);
  }
}

TEST(ConformCases, HaveEachInputAndEachExpectationOfTheCorpus) {
  std::map<std::pair<std::string, std::optional<std::size_t>>, const test_case*> by_title;
  for (const test_case& c : all()) {
    std::string title = c.title;
    if (c.max_size)
      title.resize(title.rfind(", max_size "));
    by_title[{title, c.max_size}] = &c;
  }
  std::size_t compared = 0;
  for (const corpus::example& e : corpus::read_cases()) {
    ASSERT_TRUE(by_title.contains({e.title, {}})) << e.title;
    for (const corpus::expectation& x : e.expectations) {
      std::optional<std::size_t> limit;
      if (x.policy.max_size != strict.max_size)
        limit = x.policy.max_size;
      const auto found = by_title.find({e.title, limit});
      if (found == by_title.end() || !x.complete)
        continue; // SIZE_MAX and `parse`, which a case does not cover
      EXPECT_EQ(found->second->input, e.input);
      EXPECT_EQ(found->second->source, e.file);
      for (const auto& [name, p] : policies) {
        if (p.allowed != x.policy.allowed)
          continue;
        ++compared;
        const answer& a = found->second->policies.at(name);
        EXPECT_EQ(a.ok, x.want.error == errc::ok) << e.file << ':' << x.line;
        EXPECT_EQ(a.error, a.ok ? "" : to_string(x.want.error)) << e.file << ':' << x.line;
        EXPECT_EQ(a.end, x.want.end) << e.file << ':' << x.line;
        EXPECT_EQ(a.refused, x.want.refused) << e.file << ':' << x.line;
        if (!a.ok)
          continue;
        const parts want{x.want.code, x.want.version, x.want.reason, x.want.end, x.want.quirks};
        EXPECT_EQ(found->second->line, want) << e.file << ':' << x.line;
      }
    }
  }
  EXPECT_GT(compared, 800u);
}

TEST(ConformCases, HaveIdsThatAreFileNamesAndPaths) {
  std::set<std::string> ids;
  for (const test_case& c : all()) {
    EXPECT_TRUE(ids.insert(c.id).second) << c.id;
    EXPECT_EQ(c.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos)
        << c.id;
    EXPECT_FALSE(c.id.empty());
  }
}

TEST(ConformCases, ShowEachQuirkAloneAndItsDanger) {
  for (const quirk q : quirk_set::all()) {
    std::size_t alone = 0;
    for (const test_case& c : all()) {
      if (!c.line || c.line->quirks != q)
        continue;
      ++alone;
      EXPECT_EQ(c.danger, remark_on(q).danger) << c.id;
      EXPECT_EQ(c.rfc, remark_on(q).rfc) << c.id;
    }
    EXPECT_GT(alone, 1u) << to_string(q);
  }
}

TEST(ConformCases, ThatContradictThemselvesAreNotRead) {
  const std::string text{cases_json().substr(0, cases_json().find('\n', 2))};
  const std::string one = text.substr(0, text.size() - 1) + "]";
  EXPECT_EQ(read_cases(one).size(), 1u);
  const auto with = [&](const std::string& was, const std::string& now) {
    std::string changed = one;
    const std::size_t at = changed.find(was);
    EXPECT_NE(at, std::string::npos) << was;
    return changed.replace(at, was.size(), now);
  };
  EXPECT_THROW(std::ignore = read_cases(with("\"input_hex\":\"4", "\"input_hex\":\"g")),
               std::runtime_error);
  EXPECT_THROW(std::ignore = read_cases(with("\"input_hex\":\"4", "\"input_hex\":\"")),
               std::runtime_error);
  EXPECT_THROW(std::ignore = read_cases(with("\"quirks\":[\"", "\"quirks\":[\"a")),
               std::runtime_error);
  EXPECT_THROW(std::ignore = read_cases(with("\"title\":", "\"more\":1,\"title\":")),
               std::runtime_error);
  EXPECT_THROW(std::ignore = read_cases(with("\"title\":", "\"titel\":")), std::exception);
}

} // namespace
} // namespace statusline::conform
