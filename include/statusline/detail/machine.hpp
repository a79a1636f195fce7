// SPDX-License-Identifier: MIT
//
// How a line is read
//
// *Canonical*, *plain* and *known* are defined in scan.hpp.
//
// The basic loop is easy. Start in state::start. For each octet look up the cell of its kind in
// `grammar`. If no rule made the cell, or it shows a quirk that the policy refuses, stop: that is
// the error, at the offset of this octet. Otherwise go to the cell's next state, until that is
// state::accepted. Constant evaluation is exactly this loop, and so is a stream that is fed one
// byte at a time.
//
// Four shortcuts sit on top. None changes an answer: proof_strict_test.cpp compares each of them
// with the plain loop, and every error is found by the loop.
//
// 1. `packed_cells` is the table with each cell in 32 bits: "no rule" and "refused quirk" are one
//    AND, and only a cell with acts() has more to do than to go to the next state.
// 2. decide() recognises most canonical lines by two 16-byte blocks, without the table. If it gives
//    up, it passes on how many bytes are canonical, and resume() puts the machine behind those.
// 3. skip_ahead() jumps where an irregular line may rejoin the canonical one: after a blank line,
//    after "http", at the code, in the reason.
// 4. A long reason is searched 64 bytes at a time.
//
// parse_line() in parse_line.hpp and machine::run() below do the same: they call decide(), and if
// that gives up, they run the loop. Three lines under `interop`:
//
// - "HTTP/1.1 200 OK" CR LF: decide() finds the prefix, and CR LF at 15. The line is accepted.
// - "HTTP/1.1 200" CR LF: byte 12 is CR, where the prefix has SP. decide() (or decide_short(), if
//   the buffer has no 16 bytes) gives up with 12 bytes known, and resume() enters state::digit_3
//   with version 1.1 and code 200. The loop reads CR: its cell shows missing_reason, which
//   `interop` allows, and leads to state::cr. The LF then leads to state::accepted. (`strict`
//   refuses missing_reason: errc::separator at 12.)
// - "HTTP/1.1  200 OK" CR LF: 9 bytes are known. The loop reads the second SP in state::gap; its
//   cell shows extra_space and leads back to state::gap. From there skip_ahead() reads "200 ",
//   skips "OK", and finds CR LF.
//
// S1, S2, ... are the notes in docs/speed.md: what was measured, and what else was tried.
//
// Tested by proof_strict_test, proof_native_test, exhaustive_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/scan.hpp>
#include <statusline/line.hpp>

namespace statusline::detail {

/// A cell of the table in one word. From the lowest bit on: the next state; `acts_bit`; the quirks
/// shown; and `never_bit`, which every policy refuses, where there is no rule.
struct packed_cell {
  static constexpr std::uint32_t acts_bit = 1u << 8;
  static constexpr std::uint32_t never_bit = 1u << 31;
  static_assert(state_count < acts_bit && quirk_count <= 15); // bits 16 to 30

  std::uint32_t bits = 0;

  static constexpr std::uint32_t bits_of(quirk_set quirks) noexcept {
    return std::uint32_t{quirks.bits()} << 16;
  }
  [[nodiscard]] constexpr state next() const noexcept { return static_cast<state>(bits & 0xff); }
  [[nodiscard]] constexpr bool acts() const noexcept { return (bits & acts_bit) != 0; }
  [[nodiscard]] constexpr bool refused_by(quirk_set allowed) const noexcept {
    return (bits & (never_bit | bits_of(quirk_set::all() - allowed))) != 0;
  }
  [[nodiscard]] constexpr bool shows(quirk q) const noexcept { return (bits & bits_of(q)) != 0; }
  [[nodiscard]] constexpr quirk_set shows() const noexcept {
    return quirk_set::from_bits(bits >> 16);
  }
};

/// The states from which skip_ahead() may skip.
inline constexpr state_set can_skip = state::blank | state::http | state::gap | state::reason;
static_assert(prefix_states[4] == state::http);

/// The whole table in this form. A cell acts if it stores a digit or a bound of the reason, if it
/// leads to a state in `can_skip`, or if it ends the line. A plain octet within the reason does not
/// act: skip_ahead() has run when the reason began.
// S8: 20 cells a row; the next state, not its offset
inline constexpr auto packed_cells = [] {
  using enum state;
  constexpr state_set keeps_digit = slash | dot | gap | digit_1 | digit_2;

  std::array<std::array<packed_cell, octet_kinds>, state_count> all{};
  for (std::size_t s = 0; s < state_count; ++s) {
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      const auto from = static_cast<state>(s);
      const auto on = static_cast<octet>(o);
      const cell& entry = grammar(from, on);
      const bool keeps =
          from == digit_3 || from == reason || (on == octet::digit && keeps_digit.contains(from));
      const bool arrives = (can_skip | accepted).contains(entry.next);
      const bool plain = from == reason && entry.next == reason && entry.shows.empty();
      const bool acts = (keeps || arrives) && !plain;
      all[s][o].bits = entry.next == failed
                           ? packed_cell::never_bit
                           : std::uint32_t(entry.next) | (acts ? packed_cell::acts_bit : 0) |
                                 packed_cell::bits_of(entry.shows);
    }
  }
  return all;
}();

/// Runs the table over a line that arrives in any number of pieces. parse() uses it for what
/// decide() leaves open; a stream_parser is one of these and a limit.
struct machine {
  // S11: in this order, or a copy of `end` stalls
  std::size_t reason_begin = 0; // offsets count from the first byte of the line
  std::size_t reason_end = 0;   // final once the line ends
  std::size_t end = 0;          // bytes read by earlier calls; walk() does not change it
  packed_cell passed;           // the cells passed so far, ORed: only the quirks mean something
  quirk_set refused;
  std::uint16_t code = 0;
  http_version version;
  state where = state::start;
  errc error = errc::need_more;

  // S12: not defaulted, or GCC clears the whole first
  constexpr machine() noexcept {} // NOLINT(modernize-use-equals-default)

  /// Reads the `n` bytes at `p` until the line ends or has an error; the size limit is the
  /// caller's. Returns how many it read: on an error, those before the offending one. Precondition:
  /// `error` is need_more. Not inlined: otherwise GCC 12 reports false out-of-bounds reads
  /// (-Warray-bounds) in callers with small buffers.
  STATUSLINE_NOINLINE constexpr std::size_t run(const char* p, std::size_t n,
                                                quirk_set allowed) noexcept {
    if (n == 1) {
      if (step(*p, end, allowed).refused_by(allowed))
        return 0;
      ++end;
      return 1;
    }
    if (where != state::start || std::is_constant_evaluated())
      return run_rest(p, 0, n, allowed);
    const decided steps = {*this, p, n, allowed};
    return decide(p, n, steps);
  }

  /// Ends the input: no more bytes will come.
  constexpr void finish(quirk_set allowed) noexcept {
    if (error == errc::need_more)
      step(octet::end, '\0', end, allowed);
  }

  /// Enters the state that the table is in after the first `known` bytes of a line; they are at
  /// `p`. Returns `known`. Precondition: the machine is new, and they begin a canonical line.
  STATUSLINE_ALWAYS_INLINE constexpr std::size_t resume(const char* p, std::size_t known) noexcept {
    assert(where == state::start && end == 0);
    if (known >= prefix.size()) {
      assert(are_digits(p + 9));
      read_prefix(p);
      reason_begin = prefix.size();
      return known;
    }
    where = prefix_states[known];
    if (known > 5)
      version.major = static_cast<std::uint8_t>(p[5] - '0');
    if (known > 7)
      version.minor = static_cast<std::uint8_t>(p[7] - '0');
    if (known > 9) // S7: no loop
      code = static_cast<std::uint16_t>(p[9] - '0');
    if (known > 10)
      code = static_cast<std::uint16_t>(code * 10 + (p[10] - '0'));
    if (known > 11)
      code = static_cast<std::uint16_t>(code * 10 + (p[11] - '0'));
    return known;
  }

  /// Runs the loop from p[taken] on, until the line ends or has an error or all `n` bytes are read.
  /// Returns the offset at which it stopped. `end` stays: it counts the bytes before p[0].
  STATUSLINE_ALWAYS_INLINE constexpr std::size_t walk(const char* p, std::size_t taken,
                                                      std::size_t n, quirk_set allowed) noexcept {
    while (taken != n) {
      const packed_cell entry = step(p[taken], end + taken, allowed);
      if (entry.refused_by(allowed))
        break;
      ++taken;
      if (!entry.acts()) // S15: the one test of a step that does nothing else
        continue;
      if (where != state::accepted)
        taken = skip_ahead(p, taken, n);
      if (where == state::accepted)
        break;
    }
    return taken;
  }

  [[nodiscard]] constexpr quirk_set quirks() const noexcept { return passed.shows(); }

private:
  /// What decide() leads to; S3: all of it by value, but for the machine.
  struct decided {
    machine& m;
    const char* p;
    std::size_t n;
    quirk_set allowed;

    std::size_t accept(std::size_t cr) const noexcept { return m.accept_canonical(p, cr); }
    std::size_t go_on(std::size_t known) const noexcept { return decide_long(p, known, n, *this); }
    std::size_t give_up(std::size_t known) const noexcept {
      return m.run_rest(p, known, n, allowed);
    }
    std::size_t short_of() const noexcept { return m.run_short(p, n, allowed); }
  };

  /// Reads any line with the table. Precondition: the first `known` bytes begin a canonical line; 0
  /// if this is not the first piece.
  STATUSLINE_NOINLINE constexpr std::size_t run_rest(const char* p, std::size_t known,
                                                     std::size_t n, quirk_set allowed) noexcept {
    assert(error == errc::need_more && (known == 0 || where == state::start));
    machine m; // A copy, in registers: `p` may point into *this, so members would be read again.
    m.assign(*this);
    std::size_t taken = where == state::start ? m.resume(p, known) : m.skip_ahead(p, 0, n);
    if (m.where != state::accepted)
      taken = m.walk(p, taken, n, allowed);
    m.end += taken;
    assign(m);
    return taken;
  }

  /// Reads a first piece of less than one block.
  STATUSLINE_NOINLINE std::size_t run_short(const char* p, std::size_t n,
                                            quirk_set allowed) noexcept {
    const decided steps = {*this, p, n, allowed};
    return decide_short(p, n, steps);
  }

  /// Reads a whole canonical line, whose CR is at `cr`; returns its size.
  STATUSLINE_ALWAYS_INLINE std::size_t accept_canonical(const char* p, std::size_t cr) noexcept {
    read_prefix(p);
    reason_begin = prefix.size();
    accept_at(cr);
    return end = cr + 2;
  }

  // S13: one by one, or vector loads wait for smaller stores
  STATUSLINE_ALWAYS_INLINE constexpr void assign(const machine& m) noexcept {
    reason_begin = m.reason_begin;
    reason_end = m.reason_end;
    end = m.end;
    passed = m.passed;
    refused = m.refused;
    code = m.code;
    version = m.version;
    where = m.where;
    error = m.error;
  }

  /// Follows the cell of one octet, and returns that cell. If the policy refuses it, only `error`
  /// and `refused` change.
  STATUSLINE_ALWAYS_INLINE constexpr packed_cell step(octet kind, char byte, std::size_t offset,
                                                      quirk_set allowed) noexcept {
    const packed_cell entry = packed_cells[std::size_t(where)][std::size_t(kind)];
    if (entry.refused_by(allowed)) {
      refuse(kind, allowed);
      return entry;
    }
    if (entry.acts())
      record(entry, byte, offset);
    passed.bits |= entry.bits;
    where = entry.next();
    return entry;
  }
  STATUSLINE_ALWAYS_INLINE constexpr packed_cell step(char byte, std::size_t offset,
                                                      quirk_set allowed) noexcept {
    return step(octet_of[static_cast<unsigned char>(byte)], byte, offset, allowed);
  }

  // S23: inlined, or the machine is put in memory
  STATUSLINE_ALWAYS_INLINE constexpr void refuse(octet kind, quirk_set allowed) noexcept {
    const cell& entry = grammar(where, kind);
    refused = entry.shows - allowed;
    error = refusal(entry, refused);
  }

  /// Carries out the action of a cell: stores a digit or a bound of the reason, or ends the line.
  /// Precondition: `where` is still the state before the cell's.
  STATUSLINE_ALWAYS_INLINE constexpr void record(packed_cell entry, char byte,
                                                 std::size_t offset) noexcept {
    if (where == state::digit_3) {
      const bool after_space = entry.next() == state::reason && !entry.shows(quirk::glued_reason);
      reason_begin = reason_end = offset + (after_space ? 1 : 0);
    } else if (where == state::reason) {
      reason_end = offset; // For each octet that is not plain. The last is CR, LF or the end.
    } else if (byte >= '0' && byte <= '9') {
      const int value = byte - '0';
      if (where == state::slash)
        version.major = static_cast<std::uint8_t>(value);
      else if (where == state::dot)
        version.minor = static_cast<std::uint8_t>(value);
      else
        code = static_cast<std::uint16_t>(code * 10 + value);
    }
    if (entry.next() == state::accepted)
      error = errc::ok;
  }

  /// Skips from p[taken] over octets that the loop would accept without a quirk that is new;
  /// returns the offset of the next octet to read. If it skips CR LF, where == state::accepted.
  /// Precondition: `where` was entered with the byte before p[taken], in this piece or an earlier.
  STATUSLINE_ALWAYS_INLINE constexpr std::size_t skip_ahead(const char* p, std::size_t taken,
                                                            std::size_t n) noexcept {
    if (std::is_constant_evaluated())
      return taken;
    switch (where) {
    case state::blank: taken = rejoin(p, taken, n, 0); break;
    case state::http: // a piece may begin inside of "HTTP"
      taken = taken < 4 ? taken : rejoin(p, taken, n, 4);
      break;
    case state::gap: taken = skip_code(p, taken, n); break;
    case state::reason: break;
    default: return taken;
    }
    if (where != state::reason || n < block_size)
      return taken;
    taken = passed.shows(quirk::control_in_reason) ? skip_blocks<stop::line_end>(p, taken, n)
                                                   : skip_blocks<stop::not_plain>(p, taken, n);
    if (n - taken >= 2 && is_crlf(p + taken)) {
      accept_at(end + taken);
      taken += 2;
    }
    return taken;
  }

  /// Skips the rest of the prefix, if it is there: p[taken - read] is its first byte.
  // S16: inlined with a constant `read`
  STATUSLINE_ALWAYS_INLINE std::size_t rejoin(const char* p, std::size_t taken, std::size_t n,
                                              std::size_t read) noexcept {
    const std::size_t begin = taken - read;
    if (n - begin < block_size ||
        block::load(p + begin).off_prefix() >> (read * block::bits_per_byte) != 0)
      return taken;
    read_prefix(p + begin);
    taken = begin + prefix.size();
    reason_begin = reason_end = end + taken;
    return taken;
  }

  /// Skips "ddd ", if it is there.
  STATUSLINE_ALWAYS_INLINE std::size_t skip_code(const char* p, std::size_t taken,
                                                 std::size_t n) noexcept {
    if (n - taken < 4 || !are_digits(p + taken) || p[taken + 3] != ' ')
      return taken;
    code = code_at(p + taken);
    where = state::reason;
    taken += 4;
    reason_begin = reason_end = end + taken;
    return taken;
  }

  /// Reads the prefix of a canonical line.
  void read_prefix(const char* p) noexcept {
    version = version_at(p + 5);
    code = code_at(p + 9);
    where = state::reason;
  }

  /// Ends the line with CR LF; the reason ends at `offset`.
  constexpr void accept_at(std::size_t offset) noexcept {
    reason_end = offset;
    where = state::accepted;
    error = errc::ok;
  }
};

} // namespace statusline::detail
