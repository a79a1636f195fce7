// SPDX-License-Identifier: MIT
#include "claim.hpp"
#include "learner.hpp"
#include "native.hpp"
#include "options.hpp"
#include "product.hpp"
#include "tester.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace statusline::conform {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds default_timeout{2000};

json to_json_text(const std::optional<told>& t) { return t ? json(write_told(*t)) : json(nullptr); }

/// Asks about each word, and returns the answers as text.
children::job ask_each(std::vector<word> words) {
  return [words = std::move(words)](native_caller& c) {
    json answers = json::array();
    for (const word& w : words)
      answers.push_back(to_json_text(c.tell(w)));
    return answers;
  };
}

std::optional<told> from_json_text(const json& j) {
  return j.is_string() ? std::optional{read_told(j.get_ref<const std::string&>())} : std::nullopt;
}

/// The tests of K=1 once more: at another address, and what is decided in front of bytes that
/// cannot be read.
json look_again(native_caller& c, quirk_set allowed) {
  test_result r;
  const machine m = table_machine(allowed);
  const suite words{m, representatives(m, octets()), true};
  words.each(free_places(octets(), 2), [&](const word& w, observation, bool) {
    ++r.tests;
    const observation here = c.ask(w);
    if (c.tails().empty() && c.ask_elsewhere(w) != here) {
      ++r.different;
      r.unsteady.push_back(w);
    }
    if (outcome_of(here) == seen_accepted || outcome_of(here) == seen_refused) {
      ++r.looked_on;
      if (c.tails().empty() && c.reads_ahead(w))
        ++r.read_ahead;
    }
    return r.unsteady.size() < 20 ? flow::on : flow::stop;
  });
  return r;
}

} // namespace

verdict check_library(const library_options& o) {
  children run{o.subject, o.allowed, o.timeout.count() == 0 ? default_timeout : o.timeout, o.jobs};
  verdict v;
  v.kind = "library";
  v.allowed = o.allowed;

  const json facts = run.run({[](native_caller& c) {
    return json{{"name", c.name()}, {"pieces", c.reads_pieces()}, {"tails", c.tails()}};
  }})[0];
  if (facts.is_null())
    throw subject_error{o.subject + ": it dies of every line"};
  v.subject = facts["name"].get<std::string>();
  if (v.subject.empty())
    v.subject = o.subject;
  const bool pieces = facts["pieces"];
  const bool tails = !facts["tails"].empty();
  if (tails)
    v.notes.emplace_back(
        "it needs the whole head: each line was tested with several rests behind it");
  if (!pieces)
    v.notes.emplace_back("cuts not tested: there is no sl_subject_parse_pieces");

  // The cases, and what else was asked for.
  std::vector<word> words;
  case_inputs inputs;
  for (const test_case& c : read_cases(cases_json()))
    if (!c.max_size)
      inputs.emplace_back(c.input, c.id);
  for (const std::string& input : o.inputs)
    inputs.emplace_back(input, std::nullopt);
  words.reserve(inputs.size());
  for (const auto& [input, id] : inputs)
    words.push_back(word_of(input));
  const json answers = run.run({ask_each(words)})[0];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto& [input, id] = inputs[i];
    const auto got = answers.is_array() ? from_json_text(answers[i]) : std::nullopt;
    v.answers.push_back({id.value_or(to_hex(input)), got});
    if (!got || !id)
      continue;
    for (const divergence& d : judge(*got, input, o.allowed)) {
      finding f;
      f.what = d;
      f.input = input;
      f.case_id = id;
      f.got = got;
      add_finding(v.findings, f);
    }
  }

  // The tests. Every part of every stage is a job.
  test_options how;
  how.allowed = o.allowed;
  how.extra_states = o.extra_states;
  how.pieces = pieces;
  how.tails = tails;
  const std::vector<stage_plan> plans = plan_tests(how);
  std::vector<children::job> jobs;
  for (const stage_plan& p : plans)
    for (std::size_t part = 0; part < p.parts; ++part)
      jobs.emplace_back([&p, part](native_caller& c) { return json(p.run(c, part)); });
  jobs.emplace_back([&o](native_caller& c) { return look_again(c, o.allowed); });
  if (pieces) // a row of `splits` in an --accept file has an input that must show it
    jobs.emplace_back([&inputs](native_caller& c) {
      test_result cuts;
      for (const auto& [input, id] : inputs)
        for (finding& f : cut_everywhere(c, input))
          add_finding(cuts.findings, std::move(f));
      return json(cuts);
    });
  if (o.learn)
    jobs.emplace_back([&o, &words](native_caller& c) {
      learn_options l;
      l.extra_states = o.extra_states;
      l.known = words;
      return json(learn(c, l));
    });
  const std::vector<json> results = run.run(jobs, o.progress);

  claim_facts claim;
  claim.allowed = o.allowed;
  claim.pieces = pieces;
  claim.agrees = true;
  std::size_t next = 0;
  for (const stage_plan& p : plans) {
    test_result all;
    bool complete = true;
    for (std::size_t part = 0; part < p.parts; ++part) {
      const json& j = results[next++];
      if (j.is_null())
        complete = false;
      else
        add(all, j.get<test_result>());
    }
    v.stages.push_back({p.name + (complete ? "" : ", not finished"), all.tests, all.different,
                        p.claims && complete});
    for (const finding& f : all.findings)
      add_finding(v.findings, f);
    claim.longest = std::max(claim.longest, all.longest);
    if (p.claims && !p.cuts) {
      claim.agrees = claim.agrees && complete && all.different == 0;
      claim.decisive = claim.decisive || p.decisive;
      if (complete)
        claim.extra_states = std::max(claim.extra_states, p.extra_states);
    }
  }
  if (const json& j = results[next++]; !j.is_null()) {
    const auto again = j.get<test_result>();
    claim.steady_tested = !tails;
    claim.unsteady = again.unsteady.size();
    claim.looked_on = tails ? 0 : again.looked_on;
    claim.read_ahead = again.read_ahead;
  }

  if (pieces) {
    if (const json& j = results[next++]; !j.is_null())
      for (auto cuts = j.get<test_result>(); finding & f : cuts.findings) {
        f.case_id = case_of(inputs, f.input);
        add_finding(v.findings, std::move(f));
      }
  }

  if (o.learn && !results[next].is_null()) {
    const auto l = results[next].get<learned>();
    if (!l.stopped.empty()) {
      v.notes.push_back("no automaton was learned: " + l.stopped);
    } else {
      v.states = l.automaton.size();
      v.automaton = to_dot(l.automaton, v.subject);
      const machine table = table_machine(o.allowed);
      const std::vector<word> differ = first_differences(l.automaton, table);
      const std::vector<word> dead = dead_waits(l.automaton, table);
      const json told_about = run.run({ask_each(differ)})[0];
      for (std::size_t i = 0; told_about.is_array() && i < differ.size(); ++i) {
        const auto got = from_json_text(told_about[i]);
        const std::string bytes = bytes_of(differ[i]);
        if (!got)
          continue;
        for (const divergence& d : judge(*got, bytes, o.allowed)) {
          finding f;
          f.what = d;
          f.input = bytes;
          f.got = got;
          add_finding(v.findings, f);
        }
      }
      for (const word& w : dead) {
        finding f;
        f.input = bytes_of(w);
        f.what = {difference::waits, "dead@" + grounds::expected_after(f.input, o.allowed)};
        f.got = told{};
        f.note = "it accepts no continuation of these bytes, and asks for more";
        add_finding(v.findings, f);
      }
    }
  }
  for (const death& d : run.deaths()) {
    finding f = finding_of_death(bytes_of(d.input), d.kind, d.note, o.allowed, inputs);
    f.cuts = cuts_of(d.input);
    add_finding(v.findings, std::move(f));
    claim.agrees = false;
  }
  if (run.gave_up())
    v.notes.push_back("it died " + std::to_string(children::most_deaths) +
                      " times, and was not asked further");
  claim.agrees = claim.agrees && v.findings.empty();
  state_claim(v, claim);
  for (const finding& f : v.findings)
    if (f.what.kind == difference::splits)
      v.explained.push_back(f.what);
  reduce_findings(v.findings);
  return v;
}

} // namespace statusline::conform
