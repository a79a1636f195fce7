// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <cli/report.hpp>
#include <cli/text.hpp>

#include <algorithm>

namespace statusline::conform {
namespace {

using cli::count;
using cli::output;
using cli::print_row;

constexpr std::size_t ids_shown = 6;

std::string thousands(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, ",");
  return digits;
}

void print_wrapped(output& out, std::string_view text) {
  for (const std::string& row : cli::wrap(text, out.columns() - 2))
    out << "  " << row << "\n";
}

void print_finding(output& out, const verdict& v, const finding& f, bool accepted) {
  const cli::style look{out.colour()};
  const std::string name = std::string{to_string(f.what.kind)} +
                           (f.what.detail.empty() ? "" : ": " + cli::escape(f.what.detail));
  out << "\n" << (accepted ? look.dim(name) : look.red(name));
  if (f.case_id)
    out << ", case " << *f.case_id;
  if (f.count > 1)
    out << " (" << thousands(f.count) << " inputs)";
  out << (accepted ? ", accepted by the list\n" : "\n");
  const policy p = {v.allowed, f.input.size() + 1};
  cli::print_marked(out, f.input, parse_complete(f.input, p), p);
  print_row(out, "subject", f.got ? answer_text(*f.got) : std::string{describe(f.what.kind)});
  print_row(out, "expected", answer_text(reference_answer(f, v)));
  if (!f.cuts.empty()) {
    std::vector<std::string> cuts;
    for (const std::size_t cut : f.cuts)
      cuts.push_back(std::to_string(cut));
    print_row(out, "cut at", cli::join(cuts, ", "));
  }
  print_row(out, "note", cli::readable(f.note));
  print_row(out, "danger", danger_of(f, v.allowed));
}

void print_closest(output& out, const judgement& j) {
  const closest_policy& c = j.closest;
  std::string text = policy_name(c.allowed) + ": agrees on " + std::to_string(c.agree) + " of " +
                     count(j.cases.size(), "case");
  if (!c.left_over.empty()) {
    const auto shown = std::min(ids_shown, c.left_over.size());
    text += "; left over: " +
            cli::join(std::vector(c.left_over.begin(),
                                  c.left_over.begin() + static_cast<std::ptrdiff_t>(shown)),
                      ", ");
    if (shown < c.left_over.size())
      text += ", and " + std::to_string(c.left_over.size() - shown) + " more";
  }
  print_row(out, "closest", text);
}

} // namespace

void report_text(output& out, const verdict& v, const judgement& j) {
  const cli::style look{out.colour()};
  const auto listed = static_cast<std::size_t>(std::ranges::count(j.accepted, true));
  out << look.bold(cli::readable(v.subject)) << " (" << v.kind << "), held against "
      << policy_name(v.allowed) << ": ";
  if (v.findings.empty())
    out << look.green("conforms");
  else
    out << (j.passes() ? look.green(count(v.findings.size(), "divergence"))
                       : look.red(count(v.findings.size(), "divergence")));
  if (listed != 0)
    out << ", " << std::to_string(listed) << " accepted";
  out << "\n\n";
  print_row(out, "cases",
            "agrees on " + std::to_string(j.agree) + " of " + std::to_string(j.cases.size()));
  for (const stage& s : v.stages)
    print_row(out, s.claims ? "proof" : "tests",
              s.name + ": " + thousands(s.tests) + (s.tests == 1 ? " call" : " calls") +
                  (s.different == 0 ? "" : ", " + thousands(s.different) + " differ"));
  if (v.states)
    print_row(out, "automaton", count(*v.states, "state"));
  print_closest(out, j);
  for (const std::string& note : v.notes)
    print_row(out, "note", cli::readable(note));

  for (std::size_t i = 0; i < v.findings.size(); ++i)
    print_finding(out, v, v.findings[i], j.accepted[i]);
  for (const accepted_row& row : j.stale) {
    out << "\n"
        << look.red("no longer true") << ": line " << std::to_string(row.line)
        << " of the list of accepted divergences\n";
    print_row(out, "row",
              std::string{to_string(row.what.kind)} + " " + cli::escape(row.what.detail) + " " +
                  cli::quoted(row.witness));
  }
  if (!v.theorem.empty()) {
    out << "\n";
    print_wrapped(out, v.theorem);
  }
  for (const std::string& assumption : v.assumptions) {
    out << "\n";
    print_wrapped(out, "Assumed: " + assumption);
  }
  for (const std::string& text : v.sampled) {
    out << "\n";
    print_wrapped(out, text);
  }
}

} // namespace statusline::conform
