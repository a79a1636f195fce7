// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

/// A second way from RFC 9112 to a table: its ABNF as text, turned into an automaton by
/// derivatives. Shares nothing with the library.
namespace statusline::support {

struct automaton {
  struct node {
    std::array<std::uint32_t, 256> next{};
    bool accepts = false;
    bool dead = false; ///< no continuation is accepted
  };
  std::vector<node> nodes; ///< the first one is the start
};

/// Returns the automaton of one rule. Rules are lines of RFC 5234 and RFC 7405, as far as these
/// need it: names, "literals", %s"literals", %x0D, %x21-7E, groups, [options], a/b, n, n*m. Throws
/// std::invalid_argument.
[[nodiscard]] automaton compile(std::string_view rules, std::string_view start);

/// RFC 9112 section 4, with the rules that it uses from RFC 9110 and RFC 5234.
extern const std::string_view status_line_abnf;

/// The automaton of `status-line`.
[[nodiscard]] const automaton& strict_automaton();

} // namespace statusline::support
