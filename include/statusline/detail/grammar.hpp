// SPDX-License-Identifier: MIT
//
// The grammar as data. `rules` below is the language; the rest of this file only turns it into a
// table of (state, octet) -> (next state, quirks shown, error). The parser, the stream, explain(),
// the picture of the automaton in the docs and the proofs all read this one table.
//
// An octet *shows* a quirk if it is irregular in that way. A policy allows a set of quirks and
// refuses the others; it is only a filter: it never changes where an octet leads.
//
// Tested by grammar_test, proof_strict_test, proof_mutants_test.
#pragma once

#include <statusline/enum_set.hpp>
#include <statusline/error.hpp>
#include <statusline/quirk.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace statusline::detail {

// clang-format off

/// The kinds of octet that the grammar distinguishes.
enum class octet : std::uint8_t {
  cr, lf, sp, htab, vt_ff, digit, slash, dot,
  upper_h, upper_t, upper_p, lower_h, lower_t, lower_p, upper_i, upper_c, upper_y,
  control, // 0x00 to 0x1f except those above, and 0x7f
  other,   // every other VCHAR, and obs-text
  end,     // the end of a complete input, read as one more octet
};
inline constexpr std::uint8_t octet_kinds = 20;

/// A state is named after what has been read.
enum class state : std::uint8_t {
  start, blank_cr, blank,                     // nothing; the CR of a blank line; the blank line
  h, ht, htt, http, slash, major, dot, minor, // "H" to "HTTP/1.1"
  i, ic, icy,                                 // "I" to "ICY"
  gap,                                        // the separator before the code
  digit_1, digit_2, digit_3,                  // the code
  reason, cr,                                 // the SP after it and the reason; CR after that
  accepted,
  failed,                                     // no rule; no machine ever enters it
};
inline constexpr std::uint8_t state_count = 22;

using octet_set = enum_set<octet, octet_kinds>;
using state_set = enum_set<state, state_count>;
constexpr octet_set operator|(octet a, octet b) noexcept { return octet_set{a} | octet_set{b}; }
constexpr state_set operator|(state a, state b) noexcept { return state_set{a} | state_set{b}; }

/// In any state of `from`, any octet of `on` leads to `to` and shows the quirks `shows`. A (state,
/// octet) pair without a rule is an error.
struct rule {
  state_set from;
  octet_set on;
  state to;
  quirk_set shows = {};
};

inline constexpr auto rules = [] {
  using enum octet;
  using enum quirk;
  using s = state;

  constexpr auto odd_space = htab | vt_ff;
  constexpr auto text = slash | dot | upper_h | upper_t | upper_p | lower_h | lower_t | lower_p |
                        upper_i | upper_c | upper_y | other;

  return std::to_array<rule>({
    // Irregular: a blank line before the status line. (RFC 9112 section 2.2 lets *servers* skip one
    // before a request; many clients do the same.)
    {s::start,            lf,        s::blank,    leading_blank},
    {s::start,            cr,        s::blank_cr, leading_blank},
    {s::blank_cr,         lf,        s::blank},

    // HTTP-name = %s"HTTP" ; HTTP-version = HTTP-name "/" DIGIT "." DIGIT   RFC 9112 section 2.3
    {s::start | s::blank, upper_h,   s::h},
    {s::h,                upper_t,   s::ht},
    {s::ht,               upper_t,   s::htt},
    {s::htt,              upper_p,   s::http},
    {s::start | s::blank, lower_h,   s::h,        lowercase_protocol},
    {s::h,                lower_t,   s::ht,       lowercase_protocol},
    {s::ht,               lower_t,   s::htt,      lowercase_protocol},
    {s::htt,              lower_p,   s::http,     lowercase_protocol},
    {s::http,             slash,     s::slash},
    {s::slash,            digit,     s::major},
    {s::major,            dot,       s::dot},
    {s::dot,              digit,     s::minor},

    // "ICY" in place of the version: SHOUTcast, NTRIP.
    {s::start | s::blank, upper_i,   s::i,        icy_protocol},
    {s::i,                upper_c,   s::ic},
    {s::ic,               upper_y,   s::icy},

    // status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF     RFC 9112 section 4
    // The first SP. It may come early, after "HTTP/2" or "HTTP":
    {s::minor | s::icy,   sp,        s::gap},
    {s::minor | s::icy,   odd_space, s::gap,      other_whitespace},
    {s::major,            sp,        s::gap,      short_version},
    {s::major,            odd_space, s::gap,      short_version | other_whitespace},
    {s::http,             sp,        s::gap,      missing_version},
    {s::http,             odd_space, s::gap,      missing_version | other_whitespace},
    {s::gap,              sp,        s::gap,      extra_space},
    {s::gap,              odd_space, s::gap,      other_whitespace},

    // status-code = 3DIGIT                                                    RFC 9112 section 4
    {s::gap,              digit,     s::digit_1},
    {s::digit_1,          digit,     s::digit_2},
    {s::digit_2,          digit,     s::digit_3},

    // The second SP, or what servers send in its place. A fourth digit is never accepted.
    {s::digit_3,          sp,        s::reason},
    {s::digit_3,          odd_space, s::reason,   other_whitespace},
    {s::digit_3,          text,      s::reason,   glued_reason},
    {s::digit_3,          control,   s::reason,   glued_reason | control_in_reason},
    {s::digit_3,          cr,        s::cr,       missing_reason},
    {s::digit_3,          lf,        s::accepted, missing_reason | bare_lf},
    {s::digit_3,          end,       s::accepted, missing_reason | unterminated},

    // reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )                      RFC 9112 section 4
    {s::reason, htab | sp | digit | text, s::reason},
    {s::reason, vt_ff | control,     s::reason,   control_in_reason},

    // CRLF. A CR before anything but CR or LF is never accepted: parsers read it in four ways, and an
    // attacker can split a response where two of them disagree.
    {s::reason,           cr,        s::cr},
    {s::cr,               lf,        s::accepted},
    {s::reason,           lf,        s::accepted, bare_lf},
    {s::cr,               cr,        s::cr,       repeated_cr},
    {s::reason | s::cr,   end,       s::accepted, unterminated},
  });
}();

/// The error for an octet that has no rule in a state. It names the expected part of the line.
constexpr errc expected_in(state where) noexcept {
  using enum state;
  switch (where) {
  case start: case blank_cr: case blank: case i: case ic:
  case h: case ht: case htt: case http:      return errc::protocol; // up to the "/"
  case slash: case major: case dot:          return errc::version;
  case minor: case icy: case digit_3:        return errc::separator;
  case gap: case digit_1: case digit_2:      return errc::code;
  case reason:                               return errc::reason;
  case cr:                                   return errc::line_end;
  case accepted: case failed:                break;
  }
  return errc::ok;
}

/// The error for an octet that shows a refused quirk. It names the part expected in its place.
constexpr errc expected_instead_of(quirk q) noexcept {
  using enum quirk;
  switch (q) {
  case unterminated:                         return errc::need_more;
  case leading_blank: case lowercase_protocol:
  case icy_protocol: case missing_version:   return errc::protocol;
  case short_version:                        return errc::version;
  case missing_reason: case glued_reason:
  case other_whitespace:                     return errc::separator;
  case extra_space:                          return errc::code;
  case control_in_reason:                    return errc::reason;
  case bare_lf: case repeated_cr:            return errc::line_end;
  }
  return errc::ok;
}

/// States in which an octet only completes a quirk that the one before it began ("ICY", CR LF). For
/// explain().
inline constexpr state_set continues = state::blank_cr | state::i | state::ic;

// clang-format on

constexpr octet kind_of(unsigned char c) noexcept {
  using enum octet;
  switch (c) {
  case '\r': return cr;
  case '\n': return lf;
  case ' ': return sp;
  case '\t': return htab;
  case '\v':
  case '\f': return vt_ff;
  case '/': return slash;
  case '.': return dot;
  case 'H': return upper_h;
  case 'T': return upper_t;
  case 'P': return upper_p;
  case 'h': return lower_h;
  case 't': return lower_t;
  case 'p': return lower_p;
  case 'I': return upper_i;
  case 'C': return upper_c;
  case 'Y': return upper_y;
  default: break;
  }
  if (c >= '0' && c <= '9')
    return digit;
  return c < 0x20 || c == 0x7f ? control : other;
}

inline constexpr auto octet_of = [] {
  std::array<octet, 256> kinds{};
  for (unsigned c = 0; c < 256; ++c)
    kinds[c] = kind_of(static_cast<unsigned char>(c));
  return kinds;
}();

/// One entry of the table. `floor` is the errc of the part that its state is in; a refusal never
/// reports an earlier one.
struct cell {
  state next = state::failed;
  errc floor = errc::ok;
  quirk_set shows;

  friend constexpr bool operator==(const cell&, const cell&) noexcept = default;
};

class table {
public:
  template <std::size_t N> constexpr explicit table(const std::array<rule, N>& list) noexcept {
    for (std::size_t s = 0; s < state_count; ++s) {
      for (std::size_t o = 0; o < octet_kinds; ++o) {
        const bool at_end = static_cast<octet>(o) == octet::end;
        cells_[s][o].floor = at_end ? errc::need_more : expected_in(static_cast<state>(s));
      }
    }
    for (const rule& r : list) {
      for (std::size_t s = 0; s < state_count; ++s) {
        for (std::size_t o = 0; o < octet_kinds; ++o) {
          if (!r.from.contains(static_cast<state>(s)) || !r.on.contains(static_cast<octet>(o)))
            continue;
          cell& c = cells_[s][o];
          ambiguous_ = ambiguous_ || c.next != state::failed;
          c.next = r.to;
          c.shows = r.shows;
        }
      }
    }
  }

  [[nodiscard]] constexpr const cell& operator()(state from, octet o) const noexcept {
    return cells_[std::size_t(from)][std::size_t(o)];
  }
  [[nodiscard]] constexpr bool ambiguous() const noexcept { return ambiguous_; }

private:
  std::array<std::array<cell, octet_kinds>, state_count> cells_{};
  bool ambiguous_ = false;
};

inline constexpr table grammar{rules};

static_assert(!grammar.ambiguous(), "two rules cover the same state and octet");

/// The error to report for a cell. `refused` are the quirks that the policy refuses; each stands in
/// place of a part, and the first of these parts is the error. But none before `floor`: for a HTAB
/// among the blanks before the code it is `code`, not `separator`. If `refused` is empty, no rule
/// made the cell: the error is `floor`.
constexpr errc refusal(const cell& c, quirk_set refused) noexcept {
  errc first = refused.empty() ? c.floor : errc::too_long;
  for (const quirk q : refused)
    first = (std::min)(first, expected_instead_of(q));
  return (std::max)(first, c.floor);
}

/// From each state that a line can be in, octets that show no quirk lead to acceptance. So a line
/// that a policy accepts so far can be completed under that policy: need_more is true, and the
/// first octet refused is the earliest offset at which the line is lost.
constexpr bool every_state_completes(const table& t) noexcept {
  std::array<bool, state_count> completes{};
  completes[std::size_t(state::accepted)] = true;
  for (std::size_t round = 0; round < state_count; ++round) {
    for (std::size_t s = 0; s < state_count; ++s) {
      for (std::size_t o = 0; o < octet_kinds; ++o) {
        const cell& c = t(static_cast<state>(s), static_cast<octet>(o));
        if (static_cast<octet>(o) != octet::end && c.shows.empty() &&
            completes[std::size_t(c.next)])
          completes[s] = true;
      }
    }
  }
  return std::all_of(completes.begin(), completes.end() - 1, [](bool b) { return b; });
}
static_assert(every_state_completes(grammar));

} // namespace statusline::detail
