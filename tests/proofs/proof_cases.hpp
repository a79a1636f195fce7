// SPDX-License-Identifier: MIT
#pragma once

#include "proof_reader.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

/// The answers of any table to a conformance case, so that a wrong table can be tried too.
namespace statusline::proof {

/// The result of parse_complete() by this table.
inline reference::outcome complete(const table& t, std::string_view bytes, quirk_set allowed) {
  reader r;
  r.run(t, bytes, allowed);
  r.finish(t, allowed);
  reference::outcome o = r.outcome();
  if (o.reason_size == 0)
    o.reason_offset = 0; // a case has the bytes of a reason, and not its place
  return o;
}

/// All answers that a case lists: under the three policies, then under one policy for each refusal.
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
