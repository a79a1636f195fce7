// SPDX-License-Identifier: MIT
#pragma once

#include "judge.hpp"

#include <statusline/subject.h>

#include <stdexcept>
#include <string>

namespace statusline::conform {

/// An answer in which nothing is told yet, as every call begins.
inline constexpr sl_subject_answer nothing_told{-1, -1, -1, -1, nullptr, 0, SIZE_MAX};

/// The answer that a subject stored. Throws std::runtime_error if the outcome is none of the three,
/// or if the reason is longer than any input.
[[nodiscard]] inline told told_of(const sl_subject_answer& a) {
  told t;
  switch (a.outcome) {
  case SL_SUBJECT_ACCEPTED: t.outcome = outcome::accepted; break;
  case SL_SUBJECT_NEED_MORE: t.outcome = outcome::need_more; break;
  case SL_SUBJECT_REFUSED: t.outcome = outcome::refused; break;
  default:
    throw std::runtime_error{"the subject answered with the outcome " + std::to_string(a.outcome) +
                             "; expected SL_SUBJECT_ACCEPTED, _NEED_MORE or _REFUSED"};
  }
  if (t.outcome != outcome::need_more && a.end != SIZE_MAX)
    t.end = a.end;
  if (t.outcome != outcome::accepted)
    return t;
  if (a.code != -1)
    t.code = a.code;
  if (a.major != -1)
    t.major = a.major;
  if (a.minor != -1)
    t.minor = a.minor;
  if (a.reason == nullptr)
    return t;
  constexpr std::size_t most = std::size_t{1} << 20; // no input is as long
  if (a.reason_size > most)
    throw std::runtime_error{"the subject answered with a reason of " +
                             std::to_string(a.reason_size) + " bytes; expected at most " +
                             std::to_string(most)};
  t.reason = std::string{a.reason, a.reason_size};
  return t;
}

} // namespace statusline::conform
