// SPDX-License-Identifier: MIT
//
// Prints the grammar's table as plain data for specification.py: "octet_of" with the kind of each
// octet; "cell STATE KIND NEXT SHOWS FLOOR"; "due QUIRK ERROR"; and the names of the states. It
// reads the cells that the rules make, not the packed ones that the library runs.
#include <statusline/detail/grammar.hpp>

#include <cstdio>

using namespace statusline;
using namespace statusline::detail;

int main() {
  std::printf("octet_of");
  for (const octet kind : octet_of)
    std::printf(" %d", int(kind));
  std::puts("");
  for (int s = 0; s < state_count; ++s) {
    for (int o = 0; o < octet_kinds; ++o) {
      const cell& c = grammar(state(s), octet(o));
      std::printf("cell %d %d %d %u %d\n", s, o, int(c.next), unsigned{c.shows.bits()},
                  int(c.floor));
    }
  }
  for (int q = 0; q < int(quirk_count); ++q)
    std::printf("due %d %d\n", q, int(expected_instead_of(quirk(q))));
}
