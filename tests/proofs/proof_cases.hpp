// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

/// A conformance case as any table answers it, so that a table that is wrong can be asked too.
namespace statusline::proof {

/// What parse_complete() would return, by this table.
inline reference::outcome complete(const table& t, std::string_view bytes, quirk_set allowed) {
  reader r;
  r.run(t, bytes, allowed);
  r.finish(t, allowed);
  reference::outcome o = r.outcome();
  if (o.reason_size == 0)
    o.reason_offset = 0; // a case has the bytes of a reason, and not their place
  return o;
}

/// All answers that a case lists: the three policies, then one policy for each refusal.
inline std::vector<reference::outcome> observe(const table& t, std::string_view bytes) {
  std::vector<reference::outcome> answers;
  for (const policy& p : {strict, interop, permissive})
    answers.push_back(complete(t, bytes, p.allowed));
  quirk_set allowed;
  for (reference::outcome o = answers.front(); o.error != errc::ok && !o.refused.empty();) {
    allowed |= o.refused;
    o = complete(t, bytes, allowed);
    answers.push_back(o);
  }
  return answers;
}

/// The entries of the grammar that an input reads under `permissive`, the last one at its end.
inline std::vector<std::pair<state, octet>> entries_of(std::string_view bytes) {
  std::vector<std::pair<state, octet>> entries;
  state at = state::start;
  for (std::size_t i = 0; i <= bytes.size() && at != state::accepted && at != state::failed; ++i) {
    const octet kind = i < bytes.size() ? kind_of(bytes[i]) : octet::end;
    entries.emplace_back(at, kind);
    at = detail::grammar(at, kind).next;
  }
  return entries;
}

} // namespace statusline::proof
