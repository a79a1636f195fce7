// SPDX-License-Identifier: MIT
//
// The man page and the completion, which the build makes from the definition of the command line.
#include "support/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

using namespace statusline::support;
using testing::HasSubstr;
using testing::StartsWith;

const setting docs_tool{STATUSLINE_DOCS_TOOL, {}};

TEST(ToolDocs, TheManPageNamesEverything) {
  const outcome o = run({"man", STATUSLINE_SCHEMA}, "", docs_tool);
  EXPECT_EQ(o.status, 0);
  EXPECT_THAT(o.out, StartsWith(".TH STATUSLINE 1"));
  for (const std::string section :
       {"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "JSON", "EXIT STATUS", "EXAMPLES"})
    EXPECT_THAT(o.out, HasSubstr("\n.SH " + section + "\n"));
  for (const std::string option : {"policy", "allow", "max\\-size", "registry", "json", "quiet",
                                   "fail\\-on", "lines", "follow"})
    EXPECT_THAT(o.out, HasSubstr("\\-\\-" + option + "\\fR"));
  for (const std::string member : {"source", "registered_phrase", "status_line_at", "framing"})
    EXPECT_THAT(o.out, HasSubstr("\n\\fB" + member + "\\fR\n"));
}

TEST(ToolDocs, TheCompletionCompletes) {
  const outcome script = run({"bash"}, "", docs_tool);
  EXPECT_EQ(script.status, 0);
  if (!std::filesystem::exists("/bin/bash"))
    GTEST_SKIP() << "/bin/bash is not installed";
  const auto complete = [&](const std::string& words) {
    const std::string ask = script.out + "COMP_WORDS=(" + words +
                            ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_statusline\n"
                            "printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    return run({"-c", ask}, "", setting{"/bin/bash", {}}).out;
  };
  EXPECT_EQ(complete("statusline p"), "parse\n");
  EXPECT_EQ(complete("statusline parse --po"), "--policy\n");
  EXPECT_EQ(complete("statusline parse --policy int"), "interop\n");
  EXPECT_EQ(complete("statusline parse --policy = int"), "interop\n");
  EXPECT_EQ(complete("statusline parse --allow bare_lf,repeated_cr,le"),
            "bare_lf,repeated_cr,leading_blank\n");
  EXPECT_EQ(complete("statusline parse --fail-on other_c"), "other_code\n");
  EXPECT_EQ(complete("statusline registry docum"), "documented\n");
  EXPECT_THAT(complete("statusline parse /bin/bas"), HasSubstr("/bin/bash\n"));
  EXPECT_EQ(complete("statusline quirks --j"), "--json\n");
}

} // namespace
