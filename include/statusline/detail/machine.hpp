// SPDX-License-Identifier: MIT
//
// One walk through the grammar's table, in as many pieces as the bytes come. parse(), the stream
// and the C ABI are this machine with different clothes on.
#pragma once

#include <statusline/detail/scan.hpp>
#include <statusline/line.hpp>

namespace statusline::detail {

struct machine {
  std::size_t end = 0;          // bytes taken since the line began
  std::size_t reason_begin = 0; // in the same count
  std::size_t reason_end = 0;
  quirk_set quirks;
  quirk_set refused;
  std::uint16_t code = 0;
  http_version version;
  state at = state::start;
  errc error = errc::need_more;

  /// Takes bytes until the line is decided or they end; the size limit is the caller's.
  /// Returns how many it took: on an error, those before the offending one. Not inlined: GCC 12
  /// warns of reads past small buffers that its own inlining made up.
  [[gnu::noinline]] constexpr std::size_t run(const char* p, std::size_t n,
                                              quirk_set allowed) noexcept {
    machine m = *this; // in registers: `p` may point anywhere, and so to *this
    std::size_t taken = 0;
    for (;;) {
      if (m.at == state::reason)
        taken = m.quirks.contains(quirk::control_in_reason)
                    ? skip_reason<stop::at_line_end>(p, taken, n)
                    : skip_reason<stop::at_odd>(p, taken, n);
      else if (joins_canonical.contains(m.at) && taken < n)
        taken = m.follow_canonical(p, taken, n);
      if (taken == n ||
          !m.step(octet_of[static_cast<unsigned char>(p[taken])], p[taken], end + taken, allowed))
        break;
      ++taken;
      if (m.at == state::accepted)
        break;
    }
    m.end += taken;
    *this = m;
    return taken;
  }

  /// No more bytes will come.
  constexpr void finish(quirk_set allowed) noexcept {
    if (error == errc::need_more)
      step(octet::end, '\0', end, allowed);
  }

private:
  /// Goes the canonical way as far as the bytes do, to where the table would be then.
  constexpr std::size_t follow_canonical(const char* p, std::size_t taken, std::size_t n) noexcept {
    const std::size_t from = canonical_offset[std::size_t(at)];
    if (from == canonical.size() || !fits_canonical(p[taken], from))
      return taken;
    const std::size_t to = from + canonical_run(p + taken, n - taken, from);
    const auto digit = [&](std::size_t i) {
      return static_cast<std::uint8_t>(p[taken + i - from] - '0');
    };
    const auto passes = [&](std::size_t i) { return from <= i && i < to; };
    if (passes(5))
      version.major = digit(5);
    if (passes(7))
      version.minor = digit(7);
    for (std::size_t i = std::max(from, std::size_t{9}); i < std::min(to, std::size_t{12}); ++i)
      code = static_cast<std::uint16_t>(code * 10 + digit(i));
    at = canonical_states[to];
    taken += to - from;
    if (to == canonical.size())
      reason_begin = end + taken;
    return taken;
  }

  /// Follows one entry of the table. False if it refuses: nothing but the error is changed then.
  constexpr bool step(octet kind, char byte, std::size_t offset, quirk_set allowed) noexcept {
    const cell& entry = grammar(at, kind);
    if (entry.next == state::failed || !entry.shows.subset_of(allowed)) {
      refused = entry.shows - allowed;
      error = refusal(entry, refused);
      return false;
    }
    if (at == state::digit_3) {
      const bool separated =
          entry.next == state::reason && !entry.shows.contains(quirk::glued_reason);
      reason_begin = reason_end = offset + (separated ? 1 : 0);
    } else if (at == state::reason) {
      reason_end = offset; // the last time that this is said is right
    } else if (kind == octet::digit) {
      const int value = byte - '0';
      if (at == state::slash)
        version.major = static_cast<std::uint8_t>(value);
      else if (at == state::dot)
        version.minor = static_cast<std::uint8_t>(value);
      else
        code = static_cast<std::uint16_t>(code * 10 + value);
    }
    quirks |= entry.shows;
    at = entry.next;
    if (at == state::accepted)
      error = errc::ok;
    return true;
  }
};

} // namespace statusline::detail
