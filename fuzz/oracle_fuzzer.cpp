// SPDX-License-Identifier: MIT
//
// Compares with the peers. dialects.hpp has the automaton of each, which statusline-conform learned
// from its answers: a peer must decide every input as its automaton does. Where a peer and
// statusline accept the same bytes, they must read the same line, except for `known_divergence`.
#include "dialects.hpp"
#include "target.hpp"

#include <support/peers/peer.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace statusline::fuzz {
namespace {

struct reading {
  peers::outcome outcome = peers::outcome::need_more;
  std::size_t end = 0; ///< the octets read up to the decision
};

/// Reads up to the first decision.
reading read(const dialect& d, std::string_view bytes) {
  constexpr peers::outcome outcomes[] = {peers::outcome::need_more, peers::outcome::accepted,
                                         peers::outcome::refused};
  std::size_t state = 0;
  reading r;
  while (r.end != bytes.size() && r.outcome == peers::outcome::need_more) {
    state = d.steps[state * d.kind_count + d.kinds[static_cast<unsigned char>(bytes[r.end++])]];
    r.outcome = outcomes[d.outcomes[state]];
  }
  return r;
}

std::string show(peers::outcome o) {
  constexpr const char* names[] = {"accepted", "need_more", "refused"};
  return names[static_cast<std::size_t>(o)];
}

std::string show(unsigned code, int major, int minor, std::string_view reason, std::size_t end) {
  return std::to_string(major) + '.' + std::to_string(minor) + ' ' + std::to_string(code) + " \"" +
         corpus::escape(reason) + "\" to " + std::to_string(end);
}

/// Null if the peer is not installed, or in another version than the one that was asked.
const peers::peer* peer_of(const dialect& d) {
  const peers::peer* const p = peers::find_peer(d.peer);
  return p != nullptr && p->version().starts_with(d.version) ? p : nullptr;
}

/// Whether a peer and `permissive` are known to accept the same bytes as different lines.
bool known_divergence(std::string_view peer, const status_line& ours) {
  // llhttp 8: a code of no digits, and the second SP begins a reason.
  return peer == "llhttp" && ours.quirks.contains(quirk::extra_space);
}

/// Reasons with obs-text, which httparse does not report.
bool hides(std::string_view peer, std::string_view reason) {
  return peer == "httparse" &&
         std::ranges::any_of(reason, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

complaint judge_peer(const dialect& d, const peers::peer& p, std::string_view bytes) {
  static const auto room = std::make_unique<peers::scratch>();
  const reading want = read(d, bytes);
  // The automaton ignores bytes after the line; a peer may read them.
  const std::size_t lf = bytes.find('\n', std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
  if (want.outcome == peers::outcome::accepted)
    bytes = bytes.substr(0, want.end);
  else if (p.needs_head && lf != bytes.npos)
    bytes = bytes.substr(0, lf + 1);
  const peers::answer a = peers::ask(p, bytes, *room);
  const bool accepts = a.outcome == peers::outcome::accepted;
  const bool as_learned = p.needs_head ? accepts == (want.outcome == peers::outcome::accepted)
                                       : a.outcome == want.outcome;
  if (!as_learned)
    return about(bytes, std::string{d.peer} + " does not decide as its automaton") +
           "\n  want    " + show(want.outcome) + "\n  have    " + show(a.outcome);
  if (!accepts)
    return {};
  const parse_result r = parse(bytes, {quirk_set::all(), bytes.size() + 1});
  const status_line& ours = r.line;
  if (!r || known_divergence(d.peer, ours))
    return {};
  const std::string_view reason = hides(d.peer, ours.reason) ? "" : ours.reason;
  if (a.code == ours.code && a.major == ours.version.major && a.minor == ours.version.minor &&
      a.reason == reason && (a.end == peers::npos || a.end == r.end) && r.end == want.end)
    return {};
  return about(bytes, std::string{d.peer} + " and statusline read another line from these bytes") +
         "\n  peer    " + show(a.code, a.major, a.minor, a.reason, a.end) + "\n  ours    " +
         show(ours.code, ours.version.major, ours.version.minor, ours.reason, r.end);
}

} // namespace

complaint check(std::string_view input) {
  static const auto installed = [] {
    std::array<const peers::peer*, std::size(dialects)> list{};
    std::ranges::transform(dialects, list.begin(), peer_of);
    return list;
  }();
  const std::string_view bytes = input.substr(0, support::guarded::capacity);
  for (std::size_t i = 0; i < std::size(dialects); ++i)
    if (installed[i] != nullptr)
      if (auto c = judge_peer(dialects[i], *installed[i], bytes))
        return c;
  return {};
}

} // namespace statusline::fuzz
