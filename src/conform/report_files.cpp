// SPDX-License-Identifier: MIT
//
// The reports that programs and browsers read: JSON, JUnit's XML, HTML.
#include "report.hpp"

#include <cli/text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace statusline::conform {
namespace {

using json = nlohmann::ordered_json;

json names(quirk_set quirks) {
  json list = json::array();
  for (const quirk q : quirks)
    list.push_back(to_string(q));
  return list;
}

json to_json(const told& t) { return json::parse(write_told(t)); }

/// Text between tags, and in quoted attributes. Precondition: no controls but LF and HTAB.
std::string markup(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
    case '&': escaped += "&amp;"; break;
    case '<': escaped += "&lt;"; break;
    case '>': escaped += "&gt;"; break;
    case '"': escaped += "&quot;"; break;
    default: escaped += c;
    }
  }
  return escaped;
}

std::string name_of(const divergence& d) {
  return std::string{to_string(d.kind)} + (d.detail.empty() ? "" : ": " + cli::escape(d.detail));
}

std::string sentence_of(const finding& f, const verdict& v) {
  std::array<char, format_size> line{};
  const policy p = {v.allowed, f.input.size() + 1};
  const parse_result r = v.complete ? parse_complete(f.input, p) : parse(f.input, p);
  return {line.data(), format(r, f.input, line)};
}

/// The input, with the byte at which the reference stops marked.
std::string marked(const finding& f, const verdict& v) {
  constexpr std::size_t most = 200;
  const parse_result r = reference(f.input, v.allowed, v.complete);
  const std::string_view input = f.input;
  const std::size_t at = std::min(r.end, input.size());
  const std::size_t begin = at > most ? at - most : 0;
  const std::size_t end = std::min(input.size(), at + most);
  std::string text = begin > 0 ? "..." : "";
  text += markup(cli::escape(input.substr(begin, at - begin)));
  if (at < end && !r)
    text += "<mark>" + markup(cli::escape(input[at])) + "</mark>" +
            markup(cli::escape(input.substr(at + 1, end - at - 1)));
  else if (at < end)
    text += "<i>" + markup(cli::escape(input.substr(at, end - at))) + "</i>";
  return text + (end < input.size() ? "..." : "");
}

std::string junit_case(std::string_view group, std::string_view name, std::string_view failure,
                       std::string_view text) {
  std::string xml = "  <testcase classname=\"" + markup(group) + "\" name=\"" + markup(name) + "\"";
  if (failure.empty())
    return xml + "/>\n";
  xml += ">\n    <failure message=\"" + markup(failure) + "\">" + markup(text) + "</failure>\n";
  return xml + "  </testcase>\n";
}

std::string text_of(const finding& f, const verdict& v) {
  return "input    " + cli::escape(f.input) + "\nsubject  " +
         (f.got ? answer_text(*f.got) : std::string{describe(f.what.kind)}) + "\nexpected " +
         answer_text(reference_answer(f, v)) + "\n         " + sentence_of(f, v) + "\n" +
         (f.note.empty() ? "" : "note     " + cli::escape(f.note) + "\n");
}

} // namespace

std::string report_json(const verdict& v, const judgement& j) {
  json findings = json::array();
  for (std::size_t i = 0; i < v.findings.size(); ++i) {
    const finding& f = v.findings[i];
    findings.push_back({{"kind", to_string(f.what.kind)},
                        {"detail", cli::escape(f.what.detail)},
                        {"accepted", static_cast<bool>(j.accepted[i])},
                        {"input_hex", to_hex(f.input)},
                        {"case", f.case_id ? json(*f.case_id) : json(nullptr)},
                        {"count", f.count},
                        {"got", f.got ? to_json(*f.got) : json(nullptr)},
                        {"expected", to_json(reference_answer(f, v))},
                        {"why", sentence_of(f, v)},
                        {"cuts", f.cuts},
                        {"danger", danger_of(f, v.allowed)},
                        {"note", cli::escape(f.note)}});
  }
  json stages = json::array();
  for (const stage& s : v.stages)
    stages.push_back(
        {{"name", s.name}, {"tests", s.tests}, {"different", s.different}, {"claims", s.claims}});
  json stale = json::array();
  for (const accepted_row& row : j.stale)
    stale.push_back({{"line", row.line},
                     {"kind", to_string(row.what.kind)},
                     {"detail", cli::escape(row.what.detail)},
                     {"input_hex", to_hex(row.witness)}});
  const json object = {
      {"kind", v.kind},
      {"subject", cli::escape(v.subject)},
      {"policy", {{"name", policy_name(v.allowed)}, {"allowed", names(v.allowed)}}},
      {"conforms", v.findings.empty()},
      {"passes", j.passes()},
      {"cases", {{"asked", j.cases.size()}, {"agree", j.agree}}},
      {"findings", findings},
      {"stale", stale},
      {"closest_policy",
       {{"allowed", names(j.closest.allowed)},
        {"agree", j.closest.agree},
        {"left_over", j.closest.left_over}}},
      {"stages", stages},
      {"theorem", v.theorem},
      {"assumptions", v.assumptions},
      {"sampled", v.sampled},
      {"states", v.states ? json(*v.states) : json(nullptr)},
      {"automaton", v.automaton},
      {"notes", v.notes},
  };
  return object.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string report_junit(const verdict& v, const judgement& j) {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  const auto add = [&](std::string_view group, std::string_view name, std::string_view failure,
                       std::string_view text) {
    ++tests;
    if (!failure.empty())
      ++failures;
    cases += junit_case(group, name, failure, text);
  };
  std::vector<divergence> accepted;
  for (std::size_t i = 0; i < v.findings.size(); ++i)
    if (j.accepted[i])
      accepted.push_back(v.findings[i].what);
  for (std::size_t i = 0; i < j.cases.size(); ++i) {
    const test_case& c = *j.cases[i];
    std::string failure;
    std::string text;
    for (const divergence& d : j.diverges[i])
      if (!explains(accepted, d)) {
        failure += (failure.empty() ? "" : "; ") + name_of(d);
        finding shown{d, c.input, c.id, {}, {}, 1, ""};
        for (const case_answer& a : v.answers)
          if (a.id == c.id)
            shown.got = a.answer;
        text = text_of(shown, v);
      }
    add("cases", c.id, failure, text);
  }
  for (std::size_t i = 0; i < v.findings.size(); ++i)
    add("divergences", name_of(v.findings[i].what),
        j.accepted[i] ? "" : std::string{describe(v.findings[i].what.kind)},
        text_of(v.findings[i], v));
  for (const stage& s : v.stages)
    if (s.different == 0)
      add("stages", cli::escape(s.name), "", "");
  for (const accepted_row& row : j.stale)
    add("accepted", name_of(row.what),
        "line " + std::to_string(row.line) + " of the list is no longer true",
        cli::escape(row.witness));
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"statusline-conform " +
         markup(cli::escape(v.subject)) + "\" tests=\"" + std::to_string(tests) + "\" failures=\"" +
         std::to_string(failures) + "\" errors=\"0\" skipped=\"0\">\n" + cases + "</testsuite>\n";
}

std::string draw(const std::string& dot) {
  namespace fs = std::filesystem;
  std::string svg;
  if (dot.empty())
    return svg;
  std::string name = (fs::temp_directory_path() / "statusline-XXXXXX").string();
  std::FILE* file = nullptr;
  if (const int opened = mkstemp(name.data()); opened != -1)
    file = fdopen(opened, "w");
  if (file == nullptr)
    return svg;
  const bool written = std::fwrite(dot.data(), 1, dot.size(), file) == dot.size();
  if (std::fclose(file) == 0 && written)
    if (std::FILE* const pipe = popen(("dot -Tsvg '" + name + "' 2>/dev/null").c_str(), "r")) {
      std::array<char, 4096> buffer{};
      while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        svg.append(buffer.data(), size);
      if (pclose(pipe) != 0)
        svg.clear();
    }
  std::error_code ignored;
  fs::remove(name, ignored);
  // Only the element: what precedes it is for a file of its own.
  const std::size_t begin = svg.find("<svg");
  return begin == svg.npos ? "" : svg.substr(begin);
}

std::string report_html(const verdict& v, const judgement& j, const std::string& picture) {
  const std::string subject = markup(cli::readable(v.subject));
  std::ostringstream page;
  page << "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
       << subject << ": conformance</title>\n"
       << R"(<style>
:root { --text: #1c1e21; --back: #fff; --soft: #59616b; --line: #d8dce1; --panel: #f5f6f8; --bad: #b3261e; --good: #1a6f37; --mark: #ffd9d4; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6ea; --back: #16181c; --soft: #9aa3ad; --line: #363b42; --panel: #1f2227; --bad: #ff8a80; --good: #7bd88f; --mark: #6b2620; }
}
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .4rem 0; }
.bad { color: var(--bad); } .good { color: var(--good); } .soft { color: var(--soft); }
.big { font-size: 1.2rem; font-weight: 600; }
article { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: .8rem 0; }
pre { background: var(--panel); padding: .5rem .7rem; border-radius: 6px; overflow-x: auto; margin: .5rem 0; font-size: .9rem; }
mark { background: var(--mark); color: inherit; border-radius: 2px; }
pre i { color: var(--soft); font-style: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .4rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.picture { background: #fff; border-radius: 6px; padding: .5rem; overflow-x: auto; }
.picture svg { max-width: none; height: auto; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .3rem; } }
</style>
)";
  page << "<h1>" << subject << "</h1>\n<p class=\"soft\">a " << v.kind
       << ", held against the policy " << policy_name(v.allowed)
       << " by statusline-conform</p>\n<p class=\"big " << (j.passes() ? "good" : "bad") << "\">";
  const auto listed = std::ranges::count(j.accepted, true);
  if (v.findings.empty())
    page << "Conforms";
  else
    page << cli::count(v.findings.size(), "divergence");
  if (listed != 0)
    page << ", " << listed << " accepted";
  if (!j.stale.empty())
    page << ", " << cli::count(j.stale.size(), "row") << " of the list no longer true";
  page << "</p>\n<dl><dt>cases</dt><dd>agrees on " << j.agree << " of " << j.cases.size()
       << "</dd>\n<dt>closest policy</dt><dd>" << policy_name(j.closest.allowed) << ": agrees on "
       << j.closest.agree << " of " << j.cases.size() << "</dd>\n";
  if (!j.closest.left_over.empty())
    page << "<dt>left over</dt><dd>" << cli::join(j.closest.left_over, ", ") << "</dd>\n";
  if (v.states)
    page << "<dt>automaton</dt><dd>" << cli::count(*v.states, "state") << "</dd>\n";
  for (const std::string& note : v.notes)
    page << "<dt>note</dt><dd>" << markup(cli::readable(note)) << "</dd>\n";
  page << "</dl>\n";

  if (!v.findings.empty())
    page << "<h2>Divergences</h2>\n";
  for (std::size_t i = 0; i < v.findings.size(); ++i) {
    const finding& f = v.findings[i];
    page << "<article>\n<h3 class=\"" << (j.accepted[i] ? "soft" : "bad") << "\">"
         << markup(name_of(f.what)) << (j.accepted[i] ? " (accepted)" : "") << "</h3>\n<p>"
         << describe(f.what.kind) << "</p>\n<pre>" << marked(f, v)
         << "</pre>\n<dl>\n<dt>subject</dt><dd>"
         << markup(f.got ? answer_text(*f.got) : std::string{"no answer"})
         << "</dd>\n<dt>expected</dt><dd>" << markup(answer_text(reference_answer(f, v)))
         << "</dd>\n<dt>why</dt><dd>" << markup(sentence_of(f, v)) << "</dd>\n";
    if (f.case_id)
      page << "<dt>case</dt><dd>" << *f.case_id << "</dd>\n";
    if (f.count > 1)
      page << "<dt>inputs</dt><dd>" << f.count << "</dd>\n";
    for (const std::size_t cut : f.cuts)
      page << "<dt>cut at</dt><dd>" << cut << "</dd>\n";
    if (!f.note.empty())
      page << "<dt>note</dt><dd>" << markup(cli::readable(f.note)) << "</dd>\n";
    if (const std::string danger = danger_of(f, v.allowed); !danger.empty())
      page << "<dt>danger</dt><dd>" << markup(danger) << "</dd>\n";
    page << "</dl>\n</article>\n";
  }
  for (const accepted_row& row : j.stale)
    page << "<article>\n<h3 class=\"bad\">no longer true: line " << row.line
         << " of the list</h3>\n<pre>" << markup(cli::escape(row.witness)) << "</pre>\n<p>"
         << markup(name_of(row.what)) << "</p>\n</article>\n";

  if (!v.stages.empty()) {
    page << "<h2>Tests</h2>\n<div class=\"scroll\"><table>\n<tr><th>tests</th><th "
            "class=\"n\">calls</th>"
            "<th class=\"n\">differ</th><th>for</th></tr>\n";
    for (const stage& s : v.stages)
      page << "<tr><td>" << markup(s.name) << "</td><td class=\"n\">" << s.tests
           << "</td><td class=\"n\">" << s.different << "</td><td>"
           << (s.claims ? "the theorem" : "a sample") << "</td></tr>\n";
    page << "</table></div>\n";
  }
  if (!v.theorem.empty() || !v.assumptions.empty() || !v.sampled.empty()) {
    page << "<h2>What this shows</h2>\n";
    if (!v.theorem.empty())
      page << "<p>" << markup(v.theorem) << "</p>\n";
    for (const std::string& assumption : v.assumptions)
      page << "<p>Assumed: " << markup(assumption) << "</p>\n";
    for (const std::string& text : v.sampled)
      page << "<p>" << markup(text) << "</p>\n";
  }
  if (!picture.empty())
    page << "<h2>Its automaton</h2>\n<div class=\"picture\">" << picture << "</div>\n";
  else if (!v.automaton.empty())
    page << "<h2>Its automaton</h2>\n<p class=\"soft\">For Graphviz, which is not installed "
            "here.</p>\n<pre>"
         << markup(v.automaton) << "</pre>\n";
  page << "</html>\n";
  return page.str();
}

} // namespace statusline::conform
