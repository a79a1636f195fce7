// SPDX-License-Identifier: MIT
//
// One walk through the grammar's table, in as many pieces as the bytes come. parse(), the stream
// and the C ABI are this machine with different clothes on.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/scan.hpp>
#include <statusline/line.hpp>

namespace statusline::detail {

/// An entry of the table in one word, so that a step is one load, and one compare with what the
/// policy refuses. From the lowest bit on: the next state; whether the machine has more to do than
/// to go there; the quirks shown; and a bit that every policy refuses, for what no rule takes.
struct packed_cell {
  static constexpr std::uint32_t acts = 1u << 8;
  static constexpr std::uint32_t never = 1u << 31;
  static_assert(state_count < acts && quirk_count < 15);

  std::uint32_t bits;

  static constexpr std::uint32_t showing(quirk_set quirks) noexcept {
    return std::uint32_t{quirks.bits()} << 16;
  }
  static constexpr std::uint32_t refused_by(quirk_set allowed) noexcept {
    return never | showing(quirk_set::all() - allowed);
  }
  [[nodiscard]] constexpr state next() const noexcept { return static_cast<state>(bits & 0xff); }
  [[nodiscard]] constexpr quirk_set shows() const noexcept {
    return quirk_set::from_bits(bits >> 16);
  }
};

/// The whole table so. (2026-11-25: rows of 32 entries and the offset of the next row in place of
/// the next state make no irregular line faster, and a line that comes byte by byte 1.15 times as
/// slow.) An entry acts where it brings something to be kept (a digit of the version or the code,
/// where the reason begins and ends), where a scan may go on, and at the end.
inline constexpr auto moves = [] {
  using enum state;
  constexpr state_set keeps_digit = slash | dot | gap | digit_1 | digit_2;

  std::array<std::array<packed_cell, octet_kinds>, state_count> all{};
  for (std::size_t s = 0; s < state_count; ++s) {
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      const auto at = static_cast<state>(s);
      const auto on = static_cast<octet>(o);
      const cell& entry = grammar(at, on);
      const bool keeps =
          at == digit_3 || at == reason || (on == octet::digit && keeps_digit.contains(at));
      const bool arrives = (may_scan | accepted).contains(entry.next);
      const bool plain = at == reason && entry.next == reason && entry.shows.empty();
      all[s][o].bits = entry.next == failed
                           ? packed_cell::never
                           : std::uint32_t(entry.next) |
                                 ((keeps || arrives) && !plain ? packed_cell::acts : 0) |
                                 packed_cell::showing(entry.shows);
    }
  }
  return all;
}();

struct machine {
  // In this order: GCC 12 copies `end` and what stands beside it as one vector, which has to wait
  // for the two stores before it (2026-11-24: 12 % of a line in one piece).
  std::size_t reason_begin = 0; // counted like `end`
  std::size_t reason_end = 0;
  std::size_t end = 0; // bytes taken since the line began
  quirk_set quirks;
  quirk_set refused;
  std::uint16_t code = 0;
  http_version version;
  state at = state::start;
  errc error = errc::need_more;

  // Not defaulted: GCC 12 would clear the whole and then read back what it has just written in
  // pieces (2026-11-24: 17 % of a line in one piece).
  constexpr machine() noexcept {} // NOLINT(modernize-use-equals-default)

  /// Takes bytes until the line is decided or they end; the size limit is the caller's.
  /// Returns how many it took: on an error, those before the offending one. Not inlined: GCC 12
  /// warns of reads past small buffers that its own inlining made up.
  STATUSLINE_NOINLINE constexpr std::size_t run(const char* p, std::size_t n,
                                                quirk_set allowed) noexcept {
    if (n == 1) {
      const bool taken = step(octet_of[static_cast<unsigned char>(*p)], *p, allowed);
      end += taken;
      return taken;
    }
    if (at != state::start || std::is_constant_evaluated())
      return run_by_table(p, n, allowed, 0);
    if (const std::size_t cr = n >= block_size ? short_line(p, n) : 0; cr != 0)
      return take_canonical(p, cr);
    return run_from_start(p, n, allowed);
  }

  /// No more bytes will come.
  constexpr void finish(quirk_set allowed) noexcept {
    if (error == errc::need_more)
      step(octet::end, '\0', allowed);
  }

  /// Is where the table would be after the first `known` bytes at `p`, their canonical_run().
  STATUSLINE_ALWAYS_INLINE constexpr void resume(const char* p, std::size_t known) noexcept {
    if (known >= canonical.size()) {
      follow(p, 0);
      reason_begin = canonical.size();
    } else {
      at = canonical_states[known];
      if (known > 5)
        version.major = static_cast<std::uint8_t>(p[5] - '0');
      if (known > 7)
        version.minor = static_cast<std::uint8_t>(p[7] - '0');
      if (known == 12)
        code = code_at(p + 9);
      else
        for (std::size_t i = 9; i < known; ++i)
          code = static_cast<std::uint16_t>(code * 10 + (p[i] - '0'));
    }
  }

  /// As run(), from p[taken] on; `end` stays as it is, and counts the bytes before p[0].
  template <bool ScanFirst>
  STATUSLINE_ALWAYS_INLINE constexpr std::size_t walk(const char* p, std::size_t taken,
                                                      std::size_t n, quirk_set allowed) noexcept {
    std::uint32_t shown = packed_cell::showing(quirks);
    bool goes_on = ScanFirst || take_moves(p, taken, n, allowed, shown);
    while (goes_on) {
      taken = scan(p, taken, n, (shown & packed_cell::showing(quirk::control_in_reason)) != 0);
      goes_on = at != state::accepted && take_moves(p, taken, n, allowed, shown);
    }
    quirks = packed_cell{shown}.shows();
    return taken;
  }

private:
  /// Moves until there is something to do, and does it. False if the walk is over.
  STATUSLINE_ALWAYS_INLINE constexpr bool take_moves(const char* p, std::size_t& taken,
                                                     std::size_t n, quirk_set allowed,
                                                     std::uint32_t& shown) noexcept {
    const std::uint32_t refused_bits = packed_cell::refused_by(allowed);
    const auto kind = [&] { return octet_of[static_cast<unsigned char>(p[taken])]; };
    while (taken != n) {
      const packed_cell m = move_on(kind());
      if ((m.bits & refused_bits) != 0) {
        refuse(kind(), allowed); // looked up again, which frees a register on the way
        return false;
      }
      shown |= m.bits;
      if ((m.bits & packed_cell::acts) != 0)
        act(p[taken], end + taken, m);
      at = m.next();
      ++taken;
      if ((m.bits & packed_cell::acts) != 0)
        return at != state::accepted;
    }
    return false;
  }

  /// A whole canonical line whose CR is at `cr`.
  STATUSLINE_ALWAYS_INLINE std::size_t take_canonical(const char* p, std::size_t cr) noexcept {
    follow(p, 0);
    reason_begin = canonical.size();
    accept(cr);
    return end = cr + 2;
  }

  STATUSLINE_NOINLINE std::size_t run_from_start(const char* p, std::size_t n,
                                                 quirk_set allowed) noexcept {
    const std::size_t known = canonical_run(p, n);
    return ends_canonical(p, known, n) ? take_canonical(p, known)
                                       : run_by_table(p, n, allowed, known);
  }

  /// The first `known` bytes are a canonical_run().
  STATUSLINE_NOINLINE constexpr std::size_t
  run_by_table(const char* p, std::size_t n, quirk_set allowed, std::size_t known) noexcept {
    machine m; // in registers: `p` may point anywhere, and so to *this
    m.become(*this);
    if (known != 0)
      m.resume(p, known);
    const std::size_t taken = m.walk<true>(p, known, n, allowed);
    m.end += taken;
    become(m);
    return taken;
  }

  /// An assignment. One by one: GCC 12 copies the members in blocks of 16 bytes, which wait for the
  /// stores of smaller ones just before (2026-11-25: half of the time of a line in two pieces).
  STATUSLINE_ALWAYS_INLINE constexpr void become(const machine& m) noexcept {
    reason_begin = m.reason_begin;
    reason_end = m.reason_end;
    end = m.end;
    quirks = m.quirks;
    refused = m.refused;
    code = m.code;
    version = m.version;
    at = m.at;
    error = m.error;
  }

  /// Goes on from p[taken] as far as a scan shows that the table would, and nothing else happens.
  STATUSLINE_ALWAYS_INLINE constexpr std::size_t scan(const char* p, std::size_t taken,
                                                      std::size_t n, bool control_shown) noexcept {
    if (!may_scan.contains(at) || std::is_constant_evaluated())
      return taken;
    if (at == state::gap) {
      if (n - taken < 4 || !are_digits(p + taken))
        return taken;
      code = code_at(p + taken);
      at = state::digit_3;
      taken += 3;
      if (p[taken] != ' ')
        return taken;
      at = state::reason;
      reason_begin = reason_end = end + ++taken;
    } else if (at != state::reason) {
      const std::size_t from = at == state::http ? 4 : 0;
      if (n - taken < block_size || !is_canonical(p + taken, from))
        return taken;
      follow(p + taken, from);
      taken += canonical.size() - from;
      reason_begin = reason_end = end + taken;
    }
    if (n >= block_size)
      taken = control_shown ? skip_blocks<stop::at_line_end>(p, taken, n)
                            : skip_blocks<stop::at_odd>(p, taken, n);
    if (n - taken >= 2 && is_crlf(p + taken)) {
      accept(end + taken);
      taken += 2;
    }
    return taken;
  }

  /// Has gone the canonical way up to the SP after the code; its bytes from offset `from` on, where
  /// the version or what stands before it begins, are at `p`.
  void follow(const char* p, std::size_t from) noexcept {
    version = version_at(p + 5 - from);
    code = code_at(p + 9 - from);
    at = state::reason;
  }

  /// CR LF after a reason, which ends at `offset`.
  constexpr void accept(std::size_t offset) noexcept {
    reason_end = offset;
    at = state::accepted;
    error = errc::ok;
  }

  /// Follows one entry of the table; false if it refuses, and nothing but the error is changed
  /// then.
  STATUSLINE_ALWAYS_INLINE constexpr bool step(octet kind, char byte, quirk_set allowed) noexcept {
    const packed_cell m = move_on(kind);
    if ((m.bits & packed_cell::refused_by(allowed)) != 0) {
      refuse(kind, allowed);
      return false;
    }
    if ((m.bits & packed_cell::acts) != 0)
      act(byte, end, m);
    quirks |= m.shows();
    at = m.next();
    return true;
  }

  [[nodiscard]] constexpr packed_cell move_on(octet kind) const noexcept {
    return moves[std::size_t(at)][std::size_t(kind)];
  }
  constexpr void refuse(octet kind, quirk_set allowed) noexcept {
    const cell& entry = grammar(at, kind);
    refused = entry.shows - allowed;
    error = refusal(entry, refused);
  }

  /// Keeps what an entry tells that does more than to lead on.
  STATUSLINE_ALWAYS_INLINE constexpr void act(char byte, std::size_t offset,
                                              packed_cell m) noexcept {
    if (at == state::digit_3) {
      const bool glued = (m.bits & packed_cell::showing(quirk::glued_reason)) != 0;
      reason_begin = reason_end = offset + (m.next() == state::reason && !glued ? 1 : 0);
    } else if (at == state::reason) {
      reason_end = offset; // the last time that this is said is right
    } else if (byte >= '0' && byte <= '9') {
      const int value = byte - '0';
      if (at == state::slash)
        version.major = static_cast<std::uint8_t>(value);
      else if (at == state::dot)
        version.minor = static_cast<std::uint8_t>(value);
      else
        code = static_cast<std::uint16_t>(code * 10 + value);
    }
    if (m.next() == state::accepted)
      error = errc::ok;
  }
};

} // namespace statusline::detail
