// SPDX-License-Identifier: MIT
#include "tester.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace statusline::conform {
namespace {

using nlohmann::json;

constexpr std::size_t batch_size = 65536;
constexpr std::size_t kept_examples = 20;

std::vector<unsigned> letters_of(const word& w) { return {w.begin(), w.end()}; }
word from_letters(const json& j) {
  word w;
  for (const unsigned c : j)
    w += static_cast<letter>(c);
  return w;
}

/// The automaton and the test sets of a policy, shared by its tests.
struct tables {
  machine table;
  suite whole;    ///< whose words go on behind a decision
  suite decisive; ///< whose words do not
};

std::shared_ptr<const tables> tables_of(quirk_set allowed, const std::vector<letter>& letters) {
  machine m = table_machine(allowed);
  const std::vector<letter> few = representatives(m, letters);
  suite whole{m, few, false};
  suite decisive{m, few, true};
  return std::make_shared<const tables>(
      tables{std::move(m), std::move(whole), std::move(decisive)});
}

} // namespace

void add(test_result& to, const test_result& from) {
  to.tests += from.tests;
  to.different += from.different;
  for (const finding& f : from.findings)
    add_finding(to.findings, f);
  for (const word& w : from.unsteady)
    if (to.unsteady.size() < kept_examples)
      to.unsteady.push_back(w);
  to.looked_on += from.looked_on;
  to.read_ahead += from.read_ahead;
  to.longest = std::max(to.longest, from.longest);
}

void to_json(json& j, const test_result& r) {
  json findings = json::array();
  for (const finding& f : r.findings)
    findings.push_back({{"kind", f.what.kind},
                        {"detail", f.what.detail},
                        {"input", to_hex(f.input)},
                        {"got", f.got ? json(write_told(*f.got)) : json(nullptr)},
                        {"cuts", f.cuts},
                        {"count", f.count},
                        {"note", f.note}});
  json unsteady = json::array();
  for (const word& w : r.unsteady)
    unsteady.push_back(letters_of(w));
  j = {{"tests", r.tests},     {"different", r.different}, {"findings", findings},
       {"unsteady", unsteady}, {"looked_on", r.looked_on}, {"read_ahead", r.read_ahead},
       {"longest", r.longest}};
}

void from_json(const json& j, test_result& r) {
  r.tests = j["tests"];
  r.different = j["different"];
  r.looked_on = j["looked_on"];
  r.read_ahead = j["read_ahead"];
  r.longest = j["longest"];
  for (const json& f : j["findings"]) {
    finding& to = r.findings.emplace_back();
    to.what = {f["kind"].get<difference>(), f["detail"].get<std::string>()};
    to.input = from_hex(f["input"].get<std::string>()).value_or("");
    if (!f["got"].is_null())
      to.got = read_told(f["got"].get<std::string>());
    to.cuts = f["cuts"].get<std::vector<std::size_t>>();
    to.count = f["count"];
    to.note = f["note"];
  }
  for (const json& w : j["unsteady"])
    r.unsteady.push_back(from_letters(w));
}

flow comparison::test(const word& w, observation expected, bool bare) {
  ++result.tests;
  result.longest = std::max(result.longest, w.size());
  if (batch_) {
    collected_.emplace_back(w, expected);
    if (collected_.size() == batch_size)
      flush();
    return flow::on;
  }
  const observation got = caller_.ask(w);
  if (got == expected)
    return flow::on;
  differs(w, got, expected);
  return bare ? flow::prune : flow::on;
}

void comparison::differs(const word& w, observation got, observation expected) {
  ++result.different;
  const bool none = w.empty();
  const auto state_at = [&](std::size_t at) {
    return at == w.npos ? -1 : machine_.run(machine_.start, w.substr(0, at));
  };
  const std::size_t first_cut = w.find(cut);
  // Of a word with cuts, where they are says more than what stands before the last letter.
  const int before = state_at(none ? w.npos : first_cut == w.npos ? w.size() - 1 : w.rfind(cut));
  kept& k = kept_[{got, expected, before, none ? cut : w.back(), state_at(first_cut)}];
  if (k.count++ == 0 || std::pair(w.size(), w) < std::pair(k.input.size(), k.input))
    k.input = w;
}

void comparison::flush() {
  std::vector<word> words;
  words.reserve(collected_.size());
  for (const auto& [w, expected] : collected_)
    words.push_back(w);
  const auto answers = caller_.tell_all(words);
  for (std::size_t i = 0; i < words.size(); ++i)
    if (const observation got = observe(answers[i], bytes_of(words[i]), caller_.allowed);
        got != collected_[i].second)
      differs(words[i], got, collected_[i].second);
  collected_.clear();
}

void comparison::judge_word(const word& w, const told& got, std::uint64_t count) {
  const std::string bytes = bytes_of(w);
  for (const divergence& d : judge(got, bytes, caller_.allowed)) {
    finding f;
    f.what = d;
    f.input = bytes;
    f.got = got;
    f.count = count;
    add_finding(result.findings, f);
  }
}

/// Where the subject asks for more and the table does not, the line that it waits for says more.
void comparison::complete_waits() {
  std::vector<word> longer;
  const std::vector<word> rests = completions(machine_, octets());
  for (const auto& [what, k] : kept_)
    if (outcome_of(std::get<0>(what)) == seen_need_more &&
        outcome_of(std::get<1>(what)) == seen_refused)
      for (const word& rest : rests)
        if (!rest.empty() && k.input.find(cut) == k.input.npos)
          longer.push_back(k.input + rest);
  const auto answers = caller_.tell_all(longer);
  for (std::size_t i = 0; i < longer.size(); ++i)
    if (answers[i] && answers[i]->outcome == outcome::accepted)
      judge_word(longer[i], *answers[i], 1);
}

namespace {

finding split_finding(const std::string& bytes, std::vector<std::size_t> cuts, const told& got,
                      const told& at_once) {
  finding f;
  f.what = grounds::split_at(bytes, cuts);
  f.input = bytes;
  f.got = got;
  f.cuts = std::move(cuts);
  f.note = "all at once it answers " + std::string{to_string(at_once.outcome)};
  return f;
}

} // namespace

std::vector<finding> cut_everywhere(caller& c, const std::string& bytes) {
  std::vector<finding> found;
  const word whole = word_of(bytes);
  const auto at_once = c.tell(whole);
  for (std::size_t at = 0; at_once && at <= bytes.size(); ++at)
    if (const auto got = c.tell(whole.substr(0, at) + cut + whole.substr(at));
        got && contradict(*got, *at_once))
      found.push_back(split_finding(bytes, {at}, *got, *at_once));
  return found;
}

test_result comparison::conclude() {
  if (!collected_.empty())
    flush();
  complete_waits();
  std::vector<word> words;
  for (const auto& [what, k] : kept_)
    words.push_back(k.input);
  const auto answers = caller_.tell_all(words);
  std::size_t i = 0;
  for (const auto& [what, k] : kept_) {
    const std::optional<told>& got = answers[i++];
    if (!got)
      continue; // who runs the subject reports its death
    const std::string bytes = bytes_of(k.input);
    const std::vector<std::size_t> cuts = cuts_of(k.input);
    if (!cuts.empty()) {
      // The pieces matter only if all at once has another answer.
      const auto at_once = caller_.tell(word_of(bytes));
      if (!at_once || !contradict(*at_once, *got))
        continue;
      std::vector<finding> found = cut_everywhere(caller_, bytes);
      if (found.empty()) // it takes all these cuts
        found.push_back(split_finding(bytes, cuts, *got, *at_once));
      found.front().count = k.count;
      for (finding& f : found)
        add_finding(result.findings, std::move(f));
      continue;
    }
    judge_word(k.input, *got, k.count);
  }
  return std::move(result);
}

std::vector<stage_plan> plan_tests(const test_options& o) {
  std::vector<stage_plan> plans;
  const auto t = tables_of(o.allowed, octets());
  for (int extra = 0; extra <= o.extra_states; ++extra) {
    const bool decisive = o.tails || extra >= 2;
    const suite& words = decisive ? t->decisive : t->whole;
    stage_plan p;
    p.name = "K=" + std::to_string(extra) + ", all octets" + (decisive ? ", up to a decision" : "");
    p.claims = true;
    p.decisive = decisive;
    p.extra_states = extra;
    // A part that is short costs more to begin than to run.
    p.parts = extra >= 2 ? words.parts() : 1;
    p.run = [t, o, extra, decisive](caller& c, std::size_t part) {
      const suite& s = decisive ? t->decisive : t->whole;
      comparison to{c, t->table, !o.native};
      const auto test = [&](const word& w, observation expected, bool bare) {
        return to.test(w, expected, bare);
      };
      const places free = free_places(octets(), static_cast<std::size_t>(extra) + 1);
      if (extra >= 2)
        s.part(part, free, test);
      else
        s.each(free, test);
      return to.conclude();
    };
    plans.push_back(std::move(p));
  }

  stage_plan numbers;
  numbers.name = "codes and versions";
  numbers.run = [t, o](caller& c, std::size_t) {
    comparison to{c, t->table, !o.native};
    number_sweep([&](const word& w) { (void)to.test(w, t->table.answer(w), false); });
    return to.conclude();
  };
  plans.push_back(std::move(numbers));
  stage_plan reasons;
  reasons.name = "octets and sizes of reasons";
  reasons.run = [t, o](caller& c, std::size_t) {
    comparison to{c, t->table, !o.native};
    reason_sweep(!o.native, o.native ? 65536 : 8192,
                 [&](const word& w) { (void)to.test(w, t->table.answer(w), false); });
    return to.conclude();
  };
  plans.push_back(std::move(reasons));
  if (!o.pieces)
    return plans;

  const auto with_cut = tables_of(o.allowed, octets_and_cut());
  for (int extra = 0; extra <= std::min(o.extra_states, 1); ++extra) {
    stage_plan p;
    p.name = "K=" + std::to_string(extra) + ", octets and cuts";
    p.cuts = true;
    p.claims = true;
    p.decisive = o.tails;
    p.extra_states = extra;
    p.run = [t = with_cut, o, extra](caller& c, std::size_t) {
      comparison to{c, t->table, !o.native};
      const auto test = [&](const word& w, observation, bool) {
        const word pieces = w.find(cut) == w.npos ? cut + w : w; // an empty piece, then all
        ++to.result.tests;
        const observation got = c.ask(pieces);
        if (const observation at_once = c.ask(word_of(bytes_of(w))); got != at_once)
          to.differs(pieces, got, at_once);
        return flow::on;
      };
      (o.tails ? t->decisive : t->whole)
          .each(free_places(octets_and_cut(), static_cast<std::size_t>(extra) + 1), test);
      return to.conclude();
    };
    plans.push_back(std::move(p));
  }
  return plans;
}

} // namespace statusline::conform
