// SPDX-License-Identifier: MIT
#pragma once

#include "support/reference_parser.hpp"

#include <statusline/detail/grammar.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <iterator>
#include <string_view>

/// A second runtime, for any table and without shortcuts. The proofs walk it, so that they can be
/// run on a wrong table. proof_strict_test.cpp compares it with the library.
namespace statusline::proof {

using detail::cell;
using detail::octet;
using detail::state;
using detail::table;

/// The states by their names in grammar.hpp.
inline constexpr const char* state_names[] = {
    "start",   "blank_cr", "blank",  "h",  "ht",       "htt",    "http", "slash",
    "major",   "dot",      "minor",  "i",  "ic",       "icy",    "gap",  "digit_1",
    "digit_2", "digit_3",  "reason", "cr", "accepted", "failed",
};
static_assert(std::size(state_names) == detail::state_count);

/// The kinds of octet by their names there.
inline constexpr const char* octet_names[] = {
    "cr",      "lf",      "sp",      "htab",    "vt_ff",   "digit",   "slash",
    "dot",     "upper_h", "upper_t", "upper_p", "lower_h", "lower_t", "lower_p",
    "upper_i", "upper_c", "upper_y", "control", "other",   "end",
};
static_assert(std::size(octet_names) == detail::octet_kinds);

/// A writable table with the bytes of detail::table.
struct open_table {
  std::array<std::array<cell, detail::octet_kinds>, detail::state_count> cells;
  bool ambiguous;

  explicit open_table(const table& t) { *this = std::bit_cast<open_table>(t); }
  [[nodiscard]] cell& at(state s, octet o) { return cells[std::size_t(s)][std::size_t(o)]; }
  [[nodiscard]] table closed() const { return std::bit_cast<table>(*this); }
};

inline octet kind_of(char c) { return detail::octet_of[static_cast<unsigned char>(c)]; }

struct reader {
  state at = state::start;
  reference::outcome line{errc::need_more, {}, 0, 0, {}, {}, 0, 0};

  /// Returns false if the octet is refused; the line then holds the error.
  bool step(const table& grammar, octet kind, char byte, quirk_set allowed) {
    const cell& c = grammar(at, kind);
    if (c.next == state::failed || !c.shows.subset_of(allowed)) {
      line.refused = c.shows - allowed;
      line.error = detail::refusal(c, line.refused);
      return false;
    }
    const auto digit = static_cast<std::uint8_t>(byte - '0');
    if (at == state::digit_3) {
      const bool glued = c.shows.contains(quirk::glued_reason);
      line.reason_offset = line.end + (c.next == state::reason && !glued ? 1 : 0);
      reason_end = line.reason_offset;
    } else if (at == state::reason) {
      reason_end = line.end;
    } else if (at == state::slash && kind == octet::digit) {
      line.version.major = digit;
    } else if (at == state::dot && kind == octet::digit) {
      line.version.minor = digit;
    } else if (kind == octet::digit) {
      line.code = static_cast<std::uint16_t>(line.code * 10 + digit);
    }
    line.quirks |= c.shows;
    line.end += kind == octet::end ? 0 : 1;
    at = c.next;
    if (at == state::accepted) {
      line.error = errc::ok;
      line.reason_size = reason_end - line.reason_offset;
    }
    return true;
  }

  void run(const table& grammar, std::string_view bytes, quirk_set allowed) {
    if (line.error == errc::need_more)
      line.refused = {}; // the answer of finish() is no longer valid
    for (const char c : bytes)
      if (line.error != errc::need_more || !step(grammar, kind_of(c), c, allowed))
        return;
  }
  void finish(const table& grammar, quirk_set allowed) {
    if (line.error == errc::need_more)
      step(grammar, octet::end, '\0', allowed);
  }
  /// As parse() and parse_complete() return it: no line if there is an error.
  [[nodiscard]] reference::outcome outcome() const {
    if (line.error == errc::ok)
      return line;
    return {line.error, line.refused, line.end, 0, {}, {}, 0, 0};
  }

private:
  std::size_t reason_end = 0;
};

} // namespace statusline::proof
