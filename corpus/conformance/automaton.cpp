// SPDX-License-Identifier: MIT
//
// Prints src/conform/automaton.hpp: the table of the grammar as data, for programs that judge other
// parsers and share no code with this one. A test compares.
//
//     print_automaton > src/conform/automaton.hpp     # ./dev conform generate does it
#include <statusline/detail/grammar.hpp>

#include <cstdio>

using namespace statusline;
using namespace statusline::detail;

int main() {
  std::printf("// SPDX-License-Identifier: MIT\n"
              "//\n"
              "// Generated from the table of the grammar by corpus/conformance/automaton.cpp.\n"
              "#pragma once\n\n"
              "#include <array>\n#include <cstdint>\n\n"
              "namespace statusline::conform {\n\n"
              "// clang-format off\n\n");
  // The end of the input is no octet: the last kind is left out.
  constexpr unsigned kinds = octet_kinds - 1;
  std::printf("inline constexpr unsigned table_states = %u, table_kinds = %u;\n", state_count,
              kinds);
  std::printf(
      "inline constexpr unsigned table_start = %u, table_accepted = %u, table_failed = %u;\n\n",
      static_cast<unsigned>(state::start), static_cast<unsigned>(state::accepted),
      static_cast<unsigned>(state::failed));
  std::printf("/// The kind of each octet.\n"
              "inline constexpr std::array<std::uint8_t, 256> table_kind = {{");
  for (unsigned c = 0; c < 256; ++c)
    std::printf("%s%u,", c % 32 == 0 ? "\n  " : " ", static_cast<unsigned>(octet_of[c]));
  std::printf("\n}};\n\n"
              "/// Where an octet leads, and the quirks that it shows: the bit n is the quirk n.\n"
              "struct table_step { std::uint8_t next; std::uint16_t shows; };\n"
              "inline constexpr std::array<std::array<table_step, table_kinds>, table_states> "
              "table = {{\n");
  for (unsigned s = 0; s < state_count; ++s) {
    std::printf("  {{");
    for (unsigned o = 0; o < kinds; ++o) {
      const cell& c = grammar(static_cast<state>(s), static_cast<octet>(o));
      unsigned shows = 0;
      for (const quirk q : c.shows)
        shows |= 1U << static_cast<unsigned>(q);
      std::printf("%s{%u, %u}", o == 0 ? "" : ", ", static_cast<unsigned>(c.next), shows);
    }
    std::printf("}},\n");
  }
  std::printf("}};\n\n// clang-format on\n\n} // namespace statusline::conform\n");
}
