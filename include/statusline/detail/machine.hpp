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
    std::size_t taken = end == 0 ? shortcut(p, n) : 0;
    while (error == errc::need_more) {
      if (at == state::reason)
        taken = skip_plain(p, taken, n);
      if (taken == n)
        break;
      const auto byte = static_cast<unsigned char>(p[taken]);
      if (step(grammar(at, octet_of[byte]), byte, end + taken, allowed))
        ++taken;
    }
    end += taken;
    return taken;
  }

  /// No more bytes will come.
  constexpr void finish(quirk_set allowed) noexcept {
    if (error == errc::need_more)
      step(grammar(at, octet::end), 0, end, allowed);
  }

private:
  /// Goes the canonical way as far as the bytes do, leaving the machine as the table would.
  constexpr std::size_t shortcut(const char* p, std::size_t n) noexcept {
    const std::size_t taken = canonical_prefix(p, n);
    at = canonical_states[taken];
    const auto digit = [p](std::size_t i) { return static_cast<std::uint8_t>(p[i] - '0'); };
    if (taken > 5)
      version.major = digit(5);
    if (taken > 7)
      version.minor = digit(7);
    for (std::size_t i = 9; i < taken && i < 12; ++i)
      code = static_cast<std::uint16_t>(code * 10 + digit(i));
    if (taken == canonical.size())
      reason_begin = taken;
    return taken;
  }

  /// Follows one entry of the table. False if it refuses: nothing but the error is changed then.
  constexpr bool step(const cell& entry, unsigned char byte, std::size_t offset,
                      quirk_set allowed) noexcept {
    if (entry.next == state::failed || !entry.shows.subset_of(allowed)) {
      refused = entry.shows - allowed;
      error = refusal(entry, refused);
      return false;
    }
    if (at == state::digit_3) {
      const bool separated =
          entry.next == state::reason && !entry.shows.contains(quirk::glued_reason);
      reason_begin = reason_end = offset + (separated ? 1 : 0);
    } else if (at == state::reason && entry.next != state::reason) {
      reason_end = offset;
    }
    switch (entry.next) {
    case state::major: version.major = static_cast<std::uint8_t>(byte - '0'); break;
    case state::minor: version.minor = static_cast<std::uint8_t>(byte - '0'); break;
    case state::digit_1:
    case state::digit_2:
    case state::digit_3: code = static_cast<std::uint16_t>(code * 10 + (byte - '0')); break;
    case state::accepted: error = errc::ok; break;
    default: break;
    }
    quirks |= entry.shows;
    at = entry.next;
    return true;
  }
};

} // namespace statusline::detail
