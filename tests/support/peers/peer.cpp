// SPDX-License-Identifier: MIT
#include "llhttp_machine.hpp"

#include <vector>

namespace statusline::peers {

// The lists are written by cmake/peers.cmake: PEER(name) for each adapter that is compiled in,
// MACHINE(name) for each llhttp.
#define PEER(name) extern const peer name##_peer;
#define MACHINE(name) extern const machine name##_machine;
#include "peer_list.inc"
#undef MACHINE
#undef PEER

std::span<const peer> all_peers() {
  static const std::vector<peer> all{
#define PEER(name) name##_peer,
#define MACHINE(name)
#include "peer_list.inc"
#undef MACHINE
#undef PEER
  };
  return all;
}

std::span<const machine> llhttp_machines() {
  static const std::vector<machine> all{
#define PEER(name)
#define MACHINE(name) name##_machine,
#include "peer_list.inc"
#undef MACHINE
#undef PEER
  };
  return all;
}

const peer* find_peer(std::string_view name) {
  for (const peer& p : all_peers())
    if (p.name == name)
      return &p;
  return nullptr;
}

answer ask(const peer& p, std::string_view line, scratch& s) {
  constexpr std::string_view empty_head = "\r\n";
  if (!p.needs_head || !line.ends_with('\n') || line.size() + empty_head.size() > s.head.size())
    return p.parse(line.data(), line.size(), s);

  char* const head = s.head.data();
  line.copy(head, line.size());
  empty_head.copy(head + line.size(), empty_head.size());
  answer a = p.parse(head, line.size() + empty_head.size(), s);
  if (!a.reason.empty())
    a.reason = line.substr(static_cast<std::size_t>(a.reason.data() - head), a.reason.size());
  return a;
}

} // namespace statusline::peers
