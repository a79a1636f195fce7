// SPDX-License-Identifier: MIT
// The parsers of tests/support/peers, in this process: survey_peers [NAME]. Without a name: lists
// them. The line itself on each line in, in hex, with what follows it.
#include "answer.hpp"

#include <support/peers/peer.hpp>

#include <memory>

int main(int argc, char** argv) {
  using namespace statusline;
  if (argc < 2) {
    for (const peers::peer& p : peers::all_peers())
      std::puts(p.name);
    return 0;
  }
  const peers::peer* const p = peers::find_peer(argv[1]);
  if (p == nullptr)
    return 2;
  const auto scratch = std::make_unique<peers::scratch>();
  return survey::answer_all(p->version(), [&](const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
      bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    const peers::answer got = p->parse(bytes.data(), bytes.size(), *scratch);
    survey::answer a;
    if (got.outcome == peers::outcome::accepted) {
      a = {true, got.code, {}, {}, {}};
      if (got.reason.data() != nullptr)
        a.reason = got.reason;
      if (got.major >= 0 && got.minor >= 0)
        a.version = std::to_string(got.major) + "." + std::to_string(got.minor);
    }
    return a;
  });
}
