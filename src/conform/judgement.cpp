// SPDX-License-Identifier: MIT
#include "judgement.hpp"

#include "danger.hpp"

#include <cli/text.hpp>

#include <algorithm>
#include <bit>
#include <map>

namespace statusline::conform {
namespace {

/// The answers to what is no case have their input as the id.
std::map<std::string, std::optional<told>> by_id(const verdict& v) {
  std::map<std::string, std::optional<told>> answers;
  for (const case_answer& a : v.answers)
    answers.emplace(a.id, a.answer);
  return answers;
}

/// A case, and what the subject answered about it.
using asked = std::pair<const test_case*, const told*>;

closest_policy find_closest(const std::vector<asked>& cases, bool complete) {
  // Whether a line is accepted, and how it is read; not when it is refused.
  const auto agrees_about = [&](const asked& c, quirk_set allowed) {
    const told* const got = c.second;
    if (got == nullptr)
      return false;
    const parse_result want = reference(c.first->input, allowed, complete);
    return want ? agrees(*got, want, complete) : got->outcome != outcome::accepted;
  };
  closest_policy best;
  std::uint16_t best_bits = 0;
  for (std::uint32_t bits = 0; bits < 1U << quirk_count; ++bits) {
    quirk_set allowed;
    for (std::uint8_t q = 0; q < quirk_count; ++q)
      if ((bits >> q & 1U) != 0)
        allowed.insert(static_cast<quirk>(q));
    std::size_t agree = 0;
    for (const asked& c : cases)
      if (agrees_about(c, allowed))
        ++agree;
    const auto quirks = std::popcount(bits);
    if (agree > best.agree || (agree == best.agree && quirks < std::popcount(best_bits))) {
      best.agree = agree;
      best.allowed = allowed;
      best_bits = static_cast<std::uint16_t>(bits);
    }
  }
  for (const asked& c : cases)
    if (!agrees_about(c, best.allowed))
      best.left_over.push_back(c.first->id);
  return best;
}

} // namespace

const std::vector<test_case>& all_cases() {
  static const std::vector<test_case> cases = read_cases(cases_json());
  return cases;
}

bool is_asked(const test_case& c) { return !c.max_size; }

bool judgement::passes() const { return stale.empty() && !std::ranges::count(accepted, false); }

judgement judge_verdict(const verdict& v, const std::vector<accepted_row>& rows) {
  judgement j;
  const auto answers = by_id(v);
  std::vector<asked> cases;
  for (const test_case& c : all_cases()) {
    const auto at = answers.find(c.id);
    if (at == answers.end())
      continue;
    j.cases.push_back(&c);
    cases.emplace_back(&c, at->second ? &*at->second : nullptr);
    j.diverges.emplace_back();
    if (at->second)
      j.diverges.back() = judge(*at->second, c.input, v.allowed, v.complete);
    for (const finding& f : v.findings)
      if (!at->second && f.case_id == c.id)
        j.diverges.back().push_back(f.what);
    if (at->second && j.diverges.back().empty())
      ++j.agree;
  }
  j.closest = find_closest(cases, v.complete);
  for (const finding& f : v.findings)
    j.accepted.push_back(lists(rows, f.what));
  for (const accepted_row& row : rows) {
    const auto at = answers.find(to_hex(row.witness));
    std::vector<divergence> shown;
    if (at != answers.end() && at->second)
      shown = judge(*at->second, row.witness, v.allowed, v.complete);
    for (const finding& f : v.findings)
      shown.push_back(f.what);
    shown.insert(shown.end(), v.explained.begin(), v.explained.end());
    if (!std::ranges::count(shown, row.what))
      j.stale.push_back(row);
  }
  return j;
}

std::string write_accepted(const verdict& v) {
  std::string text =
      "# Known divergences of " + cli::escape(v.subject) + " from " + policy_name(v.allowed) +
      ".\n# kind<TAB>detail<TAB>a witness in hex; see statusline-conform --accept.\n";
  for (const finding& f : v.findings)
    text += "# " + cli::quoted(f.input) + "\n" + std::string{to_string(f.what.kind)} + "\t" +
            f.what.detail + "\t" + to_hex(f.input) + "\n";
  return text;
}

std::string_view describe(difference d) noexcept {
  switch (d) {
  case difference::wider: return "It accepts a line that the policy refuses.";
  case difference::narrower: return "It refuses a line that the policy accepts.";
  case difference::other_code: return "It accepts the line with another status code.";
  case difference::other_reason: return "It accepts the line with another reason phrase.";
  case difference::other_version: return "It accepts the line with another version.";
  case difference::other_end: return "It stops at another byte.";
  case difference::waits: return "It asks for more bytes, though no byte can change the decision.";
  case difference::hasty: return "It decides before the line is complete.";
  case difference::splits: return "Its answer depends on how the bytes are cut into pieces.";
  case difference::crash: return "It crashes.";
  case difference::hang: return "It does not answer in time.";
  case difference::swallowed: return "The response after this one is lost.";
  case difference::desync: return "It takes other bytes for the response after this one.";
  }
  return "";
}

std::string danger_of(const finding& f, quirk_set allowed) {
  switch (f.what.kind) {
  case difference::wider: break;
  case difference::narrower: return "A response that RFC 9112 allows is lost.";
  case difference::other_code:
    return "Whoever reads the same bytes next to it sees another result of the request.";
  case difference::other_reason: return "";
  case difference::other_version:
    return "The version decides the framing and the life of the connection.";
  case difference::other_end:
    return f.got && f.got->outcome == outcome::accepted
               ? "The header section begins elsewhere: the response is split."
               : "";
  case difference::waits:
    return "A peer that sends this line holds the connection until a timeout.";
  case difference::hasty:
  case difference::splits: return "The answer depends on how the network cuts the bytes.";
  case difference::crash:
  case difference::hang: return "A peer that sends this line stops the program.";
  case difference::swallowed: return "A request gets no response, or that of another one.";
  case difference::desync: return "A request gets the response to another one.";
  }
  std::vector<std::string> sentences;
  const auto add = [&](std::string_view sentence) {
    if (std::ranges::find(sentences, sentence) == sentences.end())
      sentences.emplace_back(sentence);
  };
  quirk_set refused;
  for (;;) {
    const parse_result r = reference(f.input, allowed | refused);
    if (r.refused.empty()) {
      if (!r && r.error != errc::need_more)
        sentences = {std::string{remark_on(r.error).danger}};
      break;
    }
    refused |= r.refused;
    for (const quirk q : r.refused)
      add(remark_on(q).danger);
  }
  return cli::join(sentences, " ");
}

std::string answer_text(const told& t) {
  std::string text{to_string(t.outcome)};
  if (t.outcome == outcome::accepted) {
    std::vector<std::string> parts;
    if (t.major && t.minor)
      parts.push_back("version " + std::to_string(*t.major) + "." + std::to_string(*t.minor));
    if (t.code)
      parts.push_back("code " + std::to_string(*t.code));
    if (t.reason)
      parts.push_back("reason " + cli::quoted(*t.reason));
    if (t.end)
      parts.push_back("end " + std::to_string(*t.end));
    if (!parts.empty())
      text += ": " + cli::join(parts, ", ");
  } else if (t.outcome == outcome::refused && t.end) {
    text += " at byte " + std::to_string(*t.end);
  }
  return text;
}

told reference_answer(const finding& f, const verdict& v) {
  const parse_result r = reference(f.input, v.allowed, v.complete);
  told t;
  if (r) {
    t.outcome = outcome::accepted;
    t.code = r.line.code;
    t.major = r.line.version.major;
    t.minor = r.line.version.minor;
    t.reason = std::string{r.line.reason};
    t.end = r.end;
  } else if (r.error == errc::need_more && !v.complete) {
    t.outcome = outcome::need_more;
  } else {
    t.outcome = outcome::refused;
    t.end = r.end;
  }
  return t;
}

std::string policy_name(quirk_set allowed) {
  if (allowed == strict.allowed)
    return "strict";
  if (allowed == interop.allowed)
    return "interop";
  if (allowed == permissive.allowed)
    return "permissive";
  const quirk_set missing = permissive.allowed - allowed;
  if (missing.size() * 2 < quirk_count)
    return "permissive without " + cli::join(missing, ", ");
  return "strict with " + cli::join(allowed, ", ");
}

} // namespace statusline::conform
