// SPDX-License-Identifier: MIT
#include "support/cases.hpp"
#include "support/reference_parser.hpp"

#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::corpus {

/// GoogleTest prints this next to a case's name.
void PrintTo(const example& e, std::ostream* out) {
  *out << e.file << ':' << e.line << " `" << escape(e.input) << '`';
}

namespace {

/// The cases are read before any test runs. A test reports an error in them later.
struct corpus_or_error {
  std::vector<example> cases;
  std::string error;
};

const corpus_or_error& the_corpus() {
  static const corpus_or_error read = [] {
    corpus_or_error c;
    try {
      c.cases = read_cases();
    } catch (const std::exception& e) {
      c.error = e.what();
    }
    return c;
  }();
  return read;
}

verdict by_reference(std::string_view bytes, const policy& p, bool complete) {
  const reference::outcome o = reference::parse(bytes, p, complete);
  return {.error = o.error,
          .end = o.end,
          .refused = o.refused,
          .version = o.version,
          .code = o.code,
          .reason = std::string{bytes.substr(o.reason_offset, o.reason_size)},
          .quirks = o.quirks};
}

parse_result by_library(std::string_view bytes, const policy& p, bool complete) {
  return complete ? statusline::parse_complete(bytes, p) : statusline::parse(bytes, p);
}

verdict as_verdict(const parse_result& r) {
  return {.error = r.error,
          .end = r.end,
          .refused = r.refused,
          .version = r.line.version,
          .code = r.line.code,
          .reason = std::string{r.line.reason},
          .quirks = r.line.quirks};
}

std::vector<reference::finding> runs_by_library(std::string_view bytes) {
  std::vector<reference::finding> runs;
  statusline::explain(bytes, permissive, [&](quirk q, std::size_t offset, std::size_t size) {
    runs.push_back({q, offset, size});
  });
  return runs;
}

class Cases : public ::testing::TestWithParam<example> {
protected:
  /// Reports a failure at the line of the case's own file.
  void check(const expectation& x, const verdict& have) const {
    if (have == x.want)
      return;
    ADD_FAILURE_AT(GetParam().file.c_str(), static_cast<int>(x.line))
        << "  input `" << escape(GetParam().input) << "`\n  " << x.policy_name << ", "
        << (x.complete ? "parse_complete" : "parse") << "\n  want  " << show(x.want) << "\n  have  "
        << show(have);
  }
  void check_runs(const std::vector<reference::finding>& have) const {
    const example& e = GetParam();
    if (e.runs && have != *e.runs)
      ADD_FAILURE_AT(e.file.c_str(), static_cast<int>(e.line))
          << "  input `" << escape(e.input) << "`\n  want runs  " << show(*e.runs)
          << "\n  have runs  " << show(have);
  }
};

TEST_P(Cases, Reference) {
  for (const expectation& x : GetParam().expectations)
    check(x, by_reference(GetParam().input, x.policy, x.complete));
  check_runs(reference::explain(GetParam().input, permissive));
}

TEST_P(Cases, Library) {
  const std::string_view bytes = GetParam().input;
  for (const expectation& x : GetParam().expectations) {
    const parse_result r = by_library(bytes, x.policy, x.complete);
    check(x, as_verdict(r));
    // The reason must view the input's own bytes, not equal bytes elsewhere.
    if (r.error == errc::ok) {
      const std::size_t offset = reference::parse(bytes, x.policy, x.complete).reason_offset;
      EXPECT_EQ(r.line.reason.data(), bytes.data() + offset);
    }
  }
  check_runs(runs_by_library(bytes));
}

// The expectations are consistent: `need_more` is honest, and the offset of an error is minimal.
TEST_P(Cases, AreMinimal) {
  const std::string_view bytes = GetParam().input;
  for (const expectation& x : GetParam().expectations) {
    if (x.complete || x.want.error == errc::too_long)
      continue;
    SCOPED_TRACE(GetParam().file + ":" + std::to_string(x.line));
    EXPECT_TRUE(reference::can_be_completed(bytes.substr(0, x.want.end), x.policy));
    if (x.want.error != errc::ok && x.want.error != errc::need_more) {
      EXPECT_FALSE(reference::can_be_completed(bytes.substr(0, x.want.end + 1), x.policy));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Cases, ::testing::ValuesIn(the_corpus().cases),
                         [](const auto& each) { return each.param.name; });

TEST(CaseFiles, AreWellFormed) { EXPECT_EQ(the_corpus().error, ""); }

TEST(CaseFiles, ShowEveryQuirkAcceptedAndRefusedAlone) {
  quirk_set accepted;
  quirk_set refused;
  for (const example& e : the_corpus().cases)
    for (const expectation& x : e.expectations) {
      if (x.want.quirks.size() == 1)
        accepted |= x.want.quirks;
      if (x.want.refused.size() == 1)
        refused |= x.want.refused;
    }
  for (const quirk q : quirk_set::all()) {
    EXPECT_TRUE(accepted.contains(q)) << to_string(q);
    EXPECT_TRUE(refused.contains(q)) << to_string(q);
  }
}

TEST(CaseFiles, EscapesComeBack) {
  std::string every_byte;
  for (int b = 0; b < 256; ++b)
    every_byte += static_cast<char>(b);
  every_byte.append(100, '{').append(100, '*');
  EXPECT_EQ(unescape(escape(every_byte)), every_byte);
  EXPECT_EQ(escape("a\r\n\t\\`{\xff" + std::string(16, 'x')), R"(a\r\n\t\\\x60\x7b\xff{x*16})");
}

TEST(CaseFiles, ErrorsNameFileAndLine) {
  const std::string head = "# Title\n\n## Case\n`HTTP`\n";
  const std::string good = head + "- all: need_more at 4\n";
  EXPECT_EQ(read_cases(good, "x.md").size(), 1u);

  const auto error = [](const std::string& text) -> std::string {
    try {
      (void)read_cases(text, "x.md");
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "none";
  };
  EXPECT_EQ(error(head + "- all: need more at 4\n"), "x.md:5: 'need' is no outcome");
  EXPECT_EQ(error(head + "- lax: need_more at 4\n"),
            "x.md:5: expected 'strict' before 'lax: need_more at 4'");
  EXPECT_EQ(error(head + "- all: need_more at four\n"), "x.md:5: 'four' is no number");
  EXPECT_EQ(error(head + "- all: code at 4, refused hope\n"), "x.md:5: 'hope' is no quirk");
  EXPECT_EQ(error(head + "- all: ok to 4: 1.1 200 absent\n"),
            "x.md:5: a reason is absent if and only if missing_reason shows");
  EXPECT_EQ(error(good + "- strict: need_more at 4\n"), "x.md:6: strict is there twice");
  EXPECT_EQ(error(head + "- strict: need_more at 4\n## Next\n"),
            "x.md:6: Case must tell of strict, interop and permissive");
  EXPECT_EQ(error(head + "- all: ok to 4: 1.1 65736 empty\n"), "x.md:5: 65736 is over 999");
  EXPECT_EQ(error(good + "prose\n"), "x.md:6: expected '- ' or a heading");
  EXPECT_EQ(error("## Case\n`\\q`\n"), "x.md:2: expected r, n, t, 0, \\ or xNN after '\\'");
  EXPECT_EQ(error("## Case\n\n## Case\n"), "x.md:3: Case has no input");
}

} // namespace
} // namespace statusline::corpus
