// SPDX-License-Identifier: MIT
//
// The meaning of a verdict: the cases that diverge, the closest policy, and the rows of an --accept
// file that list it. Every report prints this.
#pragma once

#include "verdict.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace statusline::conform {

/// The policy, of all 8192, that agrees with the subject about most cases; of several, one with the
/// fewest quirks.
struct closest_policy {
  quirk_set allowed;
  std::size_t agree = 0;
  std::vector<std::string> left_over; ///< ids of the cases about which it does not
};

struct judgement {
  /// The cases that were asked about, without those about a limit.
  std::vector<const test_case*> cases;
  /// The divergences of each, in the same order; empty if the subject agrees.
  std::vector<std::vector<divergence>> diverges;
  std::size_t agree = 0;
  closest_policy closest;
  /// For each finding, whether a row lists it.
  std::vector<bool> accepted;
  /// The rows that are no longer true.
  std::vector<accepted_row> stale;

  /// Whether nothing fails: no divergence without a row, and no row that is not true.
  [[nodiscard]] bool passes() const;
};

/// The cases that come with the program.
[[nodiscard]] const std::vector<test_case>& all_cases();
/// The cases that a subject is asked about: those that are not about a limit.
[[nodiscard]] bool is_asked(const test_case& c);

[[nodiscard]] judgement judge_verdict(const verdict& v, const std::vector<accepted_row>& rows);

/// The text of an --accept file with a row for each finding.
[[nodiscard]] std::string write_accepted(const verdict& v);

/// A sentence about each kind of difference.
[[nodiscard]] std::string_view describe(difference d) noexcept;
/// The danger of a parser that does this; empty if there is none.
[[nodiscard]] std::string danger_of(const finding& f, quirk_set allowed);
/// The answer of the subject, and that of the reference, in one line each.
[[nodiscard]] std::string answer_text(const told& t);
[[nodiscard]] told reference_answer(const finding& f, const verdict& v);
/// `strict`, or `strict + bare_lf`.
[[nodiscard]] std::string policy_name(quirk_set allowed);

} // namespace statusline::conform
