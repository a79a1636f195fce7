// SPDX-License-Identifier: MIT
//
// The languages of the peers, learned from their answers alone.
#pragma once

#include "support/peers/peer.hpp"

#include <conform/learner.hpp>
#include <conform/options.hpp>

#include <memory>
#include <string>

namespace statusline::conform {

/// A peer, asked in this process. One that needs whole heads may refuse a line late, or early by
/// the size of what it got: of that one it is only told what it accepts.
class peer_caller : public caller {
public:
  explicit peer_caller(const peers::peer& p) : peer_{p} { allowed = strict.allowed; }

  std::optional<told> tell(const word& w) override {
    told t;
    switch (peers::ask(peer_, bytes_of(w), *room_).outcome) {
    case peers::outcome::accepted: t.outcome = outcome::accepted; break;
    case peers::outcome::need_more: t.outcome = outcome::need_more; break;
    case peers::outcome::refused:
      t.outcome = peer_.needs_head ? outcome::need_more : outcome::refused;
      break;
    }
    return t;
  }

private:
  const peers::peer& peer_;
  std::unique_ptr<peers::scratch> room_ = std::make_unique<peers::scratch>();
};

/// A peer's automaton up to its first decision. The cases of corpus/conformance may show a state.
inline learned learn_peer(const peers::peer& p) {
  peer_caller c{p};
  learn_options o;
  for (const test_case& one : read_cases(cases_json()))
    o.known.push_back(word_of(one.input));
  return learn(c, o);
}

} // namespace statusline::conform
