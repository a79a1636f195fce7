// SPDX-License-Identifier: MIT
/// @file
/// `stream_parser` reads a line whose bytes come in pieces.
///
/// Tested by stream_test, cases_test, corpus_test, exhaustive_test, every_byte_test, sizes_test,
/// proof_strict_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/machine.hpp>
#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/quirk.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace statusline {

/// The result of feeding one piece.
struct feed_result {
  errc error = errc::need_more; ///< as stream_parser::error()
  std::size_t used = 0;         ///< bytes of the piece that belong to the line
  std::string_view reason_part; ///< of those the bytes of the reason: a view of the piece, or ""

  /// Whether the line has ended: `error` is `ok`. O(1).
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return error == errc::ok; }
};

/// A line that was fed in pieces. Offsets count from the first byte fed since the parser was made
/// or reset.
struct stream_line {
  std::uint16_t code = 0;        ///< as status_line::code
  http_version version;          ///< as status_line::version
  quirk_set quirks;              ///< as status_line::quirks
  std::size_t size = 0;          ///< bytes of the whole line: parse_result::end
  std::size_t reason_offset = 0; ///< where the reason begins, in bytes
  std::size_t reason_size = 0;   ///< in bytes: the sum of all `reason_part`

  /// Whether all members are equal. O(1).
  friend constexpr bool operator==(const stream_line&, const stream_line&) noexcept = default;
};

/// Parses one status line (RFC 9112 section 4) as its bytes arrive, in pieces of any size, empty
/// ones too. It returns what parse() returns for all of them at once: the same error, `end` (the
/// sum of `used`) and line. It stores no byte: its state has a fixed size, and it can be copied.
/// Each byte is read once. Use one stream_parser from one thread at a time.
///
///     statusline::stream_parser line{statusline::interop};
///     while (line.error() == statusline::errc::need_more) {
///       const std::string_view piece = receive(); // empty once the connection is closed
///       if (piece.empty()) break;
///       const auto got = line.feed(piece);
///       reason.append(got.reason_part); // if the reason is wanted
///       rest = piece.substr(got.used);  // once error() is ok, the header section begins here
///     }
///     if (line.finish() != statusline::errc::ok) // need_more: the line was cut off
///       return fail(line.error(), line.end());
///     use(line.line(), reason, rest);
///
/// After `ok` or an error it uses no more bytes until reset(): `used` is 0, and the error stays. On
/// an error discard the parts of the reason: they are part of no line.
class stream_parser {
public:
  /// Starts a line, and copies the policy. O(1).
  constexpr explicit stream_parser(policy p = strict) noexcept : policy_{p} { reset(); }

  /// Feeds the next bytes. On an error `used` counts the bytes before the offending one.
  /// `reason_part` views the piece, and is valid as long as it is; the parser keeps no reference to
  /// it. A temporary std::string does not compile. O(piece).
  constexpr feed_result feed(std::string_view piece) noexcept {
    if (machine_.error != errc::need_more)
      return {machine_.error, 0, {}};
    machine_.refused = {}; // of an earlier finish()
    const std::size_t begin = machine_.end;
    const std::size_t room = (std::min)(piece.size(), policy_.max_size - begin);
    const std::size_t used = machine_.run(piece.data(), room, policy_.allowed);
    hold_to_limit();

    const bool goes_on = machine_.where == detail::state::reason;
    const std::size_t from = (std::max)(machine_.reason_begin, begin);
    const std::size_t to = goes_on ? machine_.end : machine_.reason_end;
    // Not substr(): its range check would need a symbol from the C++ library.
    const std::string_view part =
        from < to ? std::string_view{piece.data() + (from - begin), to - from} : "";
    return {machine_.error, used, part};
  }
  /// feed() for bytes that come as std::byte. Not constexpr. O(piece).
  feed_result feed(std::span<const std::byte> piece) noexcept {
    return feed({reinterpret_cast<const char*>(piece.data()), piece.size()});
  }
  /// A temporary that owns its bytes does not compile: `reason_part` would dangle.
  template <detail::owning_temporary T> feed_result feed(T&&) = delete;
  /// An array of char does not compile: it would be read up to a NUL. Pass the size:
  /// `feed({buffer, n})`.
  template <std::size_t N> feed_result feed(char (&unsized_buffer)[N]) = delete;

  /// Ends the input, and returns what parse_complete() returns for all bytes, as error() then does.
  /// If that is `need_more`, the line was cut off: refused() lists the quirks as parse_result does,
  /// and more bytes can still be fed. Changes nothing once the line is decided. O(1).
  constexpr errc finish() noexcept {
    machine_.finish(policy_.allowed);
    return machine_.error;
  }

  /// `need_more` until the line is decided; then `ok`, or what was expected at end(). O(1).
  [[nodiscard]] constexpr errc error() const noexcept { return machine_.error; }
  /// As parse_result::end: the sum of all `used` since the parser was made or reset, in bytes.
  /// O(1).
  [[nodiscard]] constexpr std::size_t end() const noexcept { return machine_.end; }
  /// As parse_result::refused. O(1).
  [[nodiscard]] constexpr quirk_set refused() const noexcept { return machine_.refused; }
  /// The line, once error() is `ok`; until then and on an error, stream_line{}. O(1).
  [[nodiscard]] constexpr stream_line line() const noexcept {
    if (machine_.error != errc::ok)
      return {};
    return {machine_.code, machine_.version,      machine_.quirks(),
            machine_.end,  machine_.reason_begin, machine_.reason_end - machine_.reason_begin};
  }

  /// Starts another line under the same policy, as if just made: say, for the response after a 1xx,
  /// once the header section of that one was read. O(1).
  constexpr void reset() noexcept {
    machine_ = {};
    hold_to_limit();
  }
  /// Starts another line under a new policy. O(1).
  constexpr void reset(policy p) noexcept {
    policy_ = p;
    reset();
  }

private:
  constexpr void hold_to_limit() noexcept {
    if (machine_.error == errc::need_more && machine_.end == policy_.max_size)
      machine_.error = errc::too_long;
  }

  policy policy_;
  detail::machine machine_;
};

static_assert(sizeof(stream_parser) <= 64);

} // namespace statusline
