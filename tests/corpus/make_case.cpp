// SPDX-License-Identifier: MIT
//
// Prints an input as a case in the format of corpus/cases: make_case FILE [HEADING]. The answers
// are those of the reference parser. If the library returns another answer, standard error lists
// both. `./dev case` runs it.
#include "support/cases.hpp"
#include "support/reference_parser.hpp"

#include <statusline/explain.hpp>
#include <statusline/parse.hpp>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace statusline;

namespace {

struct named_policy {
  const char* name;
  policy value;
};
const named_policy policies[] = {
    {"strict", strict}, {"interop", interop}, {"permissive", permissive}};

std::string by_reference(std::string_view bytes, const policy& p, bool complete) {
  const reference::outcome o = reference::parse(bytes, p, complete);
  return show(corpus::verdict{.error = o.error,
                              .end = o.end,
                              .refused = o.refused,
                              .version = o.version,
                              .code = o.code,
                              .reason = std::string{bytes.substr(o.reason_offset, o.reason_size)},
                              .quirks = o.quirks});
}

std::string by_library(std::string_view bytes, const policy& p, bool complete) {
  const parse_result r = complete ? parse_complete(bytes, p) : parse(bytes, p);
  return show(corpus::verdict{.error = r.error,
                              .end = r.end,
                              .refused = r.refused,
                              .version = r.line.version,
                              .code = r.line.code,
                              .reason = std::string{r.line.reason},
                              .quirks = r.line.quirks});
}

std::vector<reference::finding> runs_by_library(std::string_view bytes) {
  std::vector<reference::finding> runs;
  explain(bytes, permissive, [&](quirk q, std::size_t offset, std::size_t size) {
    runs.push_back({q, offset, size});
  });
  return runs;
}

struct bullet {
  std::string policies, answer;
};

void differ(const std::string& what, const std::string& expected, const std::string& found) {
  if (expected != found)
    std::fprintf(stderr, "make_case: %s: the reference has '%s', the library '%s'\n", what.c_str(),
                 expected.c_str(), found.c_str());
}

/// Bullets of parse(), or of parse_complete() for the policies under which its answer differs.
std::vector<bullet> bullets(std::string_view bytes, bool complete) {
  std::vector<bullet> list;
  for (const auto& [name, p] : policies) {
    const std::string answer = by_reference(bytes, p, complete);
    differ(std::string{name} + (complete ? ", complete" : ""), answer,
           by_library(bytes, p, complete));
    if (complete && answer == by_reference(bytes, p, false))
      continue;
    if (list.empty() || list.back().answer != answer)
      list.push_back({name, answer});
    else
      list.back().policies.append(", ").append(name);
  }
  if (list.size() == 1 && list.front().policies == "strict, interop, permissive")
    list.front().policies = "all";
  return list;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream bytes;
  std::ifstream file{path, std::ios::binary};
  if (std::filesystem::is_directory(path) || !file ||
      !(bytes << file.rdbuf() || file.peek() == std::ifstream::traits_type::eof()))
    throw std::runtime_error{"cannot read " + path.string()};
  return bytes.str();
}

} // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2 || argc > 3)
      return std::fprintf(stderr, "usage: make_case FILE [HEADING]\n"), 2;
    const std::string bytes = bytes_of(argv[1]);
    const std::string heading =
        argc == 3 ? argv[2] : std::filesystem::path{argv[1]}.stem().string();
    std::string text = "## " + heading + "\n`" + corpus::escape(bytes) + "`\n";
    for (const bool complete : {false, true})
      for (const bullet& b : bullets(bytes, complete))
        text += (complete ? "- complete " : "- ") + b.policies + ": " + b.answer + "\n";
    const std::vector<reference::finding> runs = reference::explain(bytes, permissive);
    differ("runs", corpus::show(runs), corpus::show(runs_by_library(bytes)));
    if (!runs.empty())
      text += "- runs: " + corpus::show(runs) + "\n";
    const std::vector<corpus::example> again = corpus::read_cases(text, "the case");
    if (again.size() != 1 || again.front().title != heading || again.front().input != bytes)
      throw std::runtime_error{"expected a heading of one line"};
    std::fputs(text.c_str(), stdout);
  } catch (const std::exception& e) {
    return std::fprintf(stderr, "make_case: %s\n", e.what()), 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}
