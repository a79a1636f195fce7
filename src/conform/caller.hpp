// SPDX-License-Identifier: MIT
#pragma once

#include "judge.hpp"
#include "machine.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace statusline::conform {

/// The subject failed too often to go on.
struct too_many_failures : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The observation that an answer about `bytes` makes, next to the reference under a policy.
[[nodiscard]] inline observation observe(const std::optional<told>& got, std::string_view bytes,
                                         quirk_set allowed) {
  if (!got)
    return seen_dead;
  const parse_result want = reference(bytes, allowed);
  switch (got->outcome) {
  case outcome::need_more: return seen_need_more;
  case outcome::refused:
    return !want && want.error != errc::need_more && got->end && *got->end != want.end
               ? seen_refused | seen_other_end
               : seen_refused;
  case outcome::accepted: break;
  }
  unsigned seen = seen_accepted;
  if (want) {
    if (got->code && *got->code != want.line.code)
      seen |= seen_other_code;
    if ((got->major && *got->major != want.line.version.major) ||
        (got->minor && *got->minor != want.line.version.minor))
      seen |= seen_other_version;
    if (got->reason && *got->reason != want.line.reason)
      seen |= seen_other_reason;
    if (got->end && *got->end != want.end)
      seen |= seen_other_end;
  }
  return static_cast<observation>(seen);
}

/// Asks a subject. Every call is one of its own: a subject knows nothing of the ones before.
class caller {
public:
  caller() = default;
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;
  virtual ~caller() = default;

  /// Its answer; nothing if it dies. A word with cuts is asked about in pieces.
  [[nodiscard]] virtual std::optional<told> tell(const word& w) = 0;
  /// The same for many words, in their order.
  [[nodiscard]] virtual std::vector<std::optional<told>> tell_all(const std::vector<word>& words) {
    std::vector<std::optional<told>> answers;
    answers.reserve(words.size());
    for (const word& w : words)
      answers.push_back(tell(w));
    return answers;
  }
  /// The same as an observation.
  [[nodiscard]] virtual observation ask(const word& w) {
    return observe(tell(w), bytes_of(w), allowed);
  }

  quirk_set allowed; ///< of the reference
};

} // namespace statusline::conform
