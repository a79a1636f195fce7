// SPDX-License-Identifier: MIT
//
// The result of a run of `statusline-conform`. The kinds of subject fill it in, and the reports
// print it.
#pragma once

#include "accept.hpp"
#include "cases.hpp"
#include "judge.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace statusline::conform {

/// The subject cannot be run: exit status 3.
struct subject_error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// A divergence, with the shortest input that was found to show it.
struct finding {
  divergence what;
  std::string input;
  std::optional<std::string> case_id; ///< if the input is a case
  std::optional<told> got;            ///< absent after a crash or a hang
  std::vector<std::size_t> cuts;      ///< offsets at which the input was cut; for `splits`
  std::uint64_t count = 1;            ///< of the inputs that were found to show it
  std::string note;                   ///< a further sentence: the signal of a crash, ...
};

/// The answer of a subject about a case. None: it crashed, hung, or was not asked.
struct case_answer {
  std::string id;
  std::optional<told> answer;
};

/// A set of tests that ran as one.
struct stage {
  std::string name;            ///< "K=2, 256 octets", "sweep of codes"
  std::uint64_t tests = 0;     ///< calls
  std::uint64_t different = 0; ///< of those
  bool claims = false;         ///< the theorem rests on it; the others are samples
};

struct verdict {
  std::string kind;      ///< "library", "command" or "client"
  std::string subject;   ///< its name, if it has one, else what was given
  quirk_set allowed;     ///< by the policy that it is held against
  bool complete = false; ///< whether the reference is parse_complete(): no more bytes come
  std::vector<case_answer> answers;
  std::vector<finding> findings;     ///< one for each divergence, in the order of what()
  std::vector<divergence> explained; ///< `splits` that the findings explain
  std::vector<stage> stages;         ///< in the order in which they ran
  /// The proved claim, with the length of the inputs; empty if nothing is proved.
  std::string theorem;
  std::vector<std::string> assumptions;
  std::vector<std::string> sampled;  ///< what is tested only, and what is not covered
  std::optional<std::size_t> states; ///< of the learned automaton
  std::string automaton;             ///< as DOT; empty if none was learned
  std::vector<std::string> notes;    ///< "cuts not tested", ...
};

/// Called with the work that is done, and all of it, in any unit.
using progress = std::function<void(std::uint64_t done, std::uint64_t all)>;

/// The answer in a line of JSON as an adapter prints it:
/// `{"outcome":"accepted","code":200,"version":"1.1","reason_hex":"4f4b","end":17}`, only `outcome`
/// required; `null` is the same as an absent member, and other members are ignored. Throws
/// std::runtime_error with what was expected.
[[nodiscard]] told read_told(std::string_view json);
/// The same as one line of JSON.
[[nodiscard]] std::string write_told(const told& t);

/// Adds a finding: a further input of a known divergence counts, and replaces a longer one.
void add_finding(std::vector<finding>& findings, finding f);

/// Inputs, each with the id of its case, if it is one.
using case_inputs = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// The finding that a subject died of some bytes, or hung, under a policy.
[[nodiscard]] finding finding_of_death(std::string bytes, difference kind, std::string note,
                                       quirk_set allowed, const case_inputs& inputs);

/// The id of the case with these bytes.
[[nodiscard]] std::optional<std::string> case_of(const case_inputs& inputs, std::string_view bytes);

/// Leaves out the findings that the others explain, and sorts the rest by kind and detail. What is
/// left out counts where it is explained.
void reduce_findings(std::vector<finding>& findings);

/// A rule for the input that shows it best: cases first, then short ones, then the smaller bytes.
[[nodiscard]] bool shows_better(const finding& a, const finding& b);

} // namespace statusline::conform
