// SPDX-License-Identifier: MIT
/// @file
/// `parse_many()` reads the lines of a buffer into columns.
///
///     std::uint16_t code[256];
///     statusline::http_version version[256];
///     statusline::quirk_set quirks[256];
///     statusline::errc error[256];
///     std::size_t reason_offset[256], reason_size[256], end[256];
///     const statusline::line_columns out = {
///         .capacity = 256, .code = code, .version = version, .quirks = quirks, .error = error,
///         .reason_offset = reason_offset, .reason_size = reason_size, .end = end};
///     while (const std::size_t rows = statusline::parse_many(bytes, statusline::interop, out)) {
///       for (std::size_t i = 0; i < rows; ++i)
///         if (error[i] == statusline::errc::ok) count(code[i]);
///       bytes.remove_prefix(end[rows - 1]);
///     }
///     if (!bytes.empty()) last(statusline::parse_complete(bytes, statusline::interop));
///
/// Tested by batch_test.
#pragma once

#include <statusline/compiler.hpp>
#include <statusline/detail/parse_line.hpp>
#include <statusline/detail/scan.hpp>
#include <statusline/error.hpp>
#include <statusline/line.hpp>
#include <statusline/parse.hpp>
#include <statusline/quirk.hpp>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace statusline {

/// Where parse_many() writes: the caller's arrays, each of at least `capacity` elements, none of
/// them null. Row i is the elements i of all of them.
struct line_columns {
  std::size_t capacity;       ///< how many rows there is room for
  std::uint16_t* code;        ///< as in status_line
  http_version* version;      ///< as in status_line
  quirk_set* quirks;          ///< as in status_line
  errc* error;                ///< as in parse_result
  std::size_t* reason_offset; ///< where the reason begins in the buffer, in bytes
  std::size_t* reason_size;   ///< in bytes
  std::size_t* end;           ///< one past the line's LF, an offset in the buffer in bytes
};

/// Parses each line of `bytes`, and returns how many rows it wrote: one for each LF, until the
/// columns are full. Row i is about the bytes from `end[i - 1]` (from 0 for the first row) up to
/// `end[i]`. It holds the result of parse_complete() for these bytes and this policy. Unless
/// `error` is `ok`, the other columns are zero, `end` excepted.
///
/// To go on, remove the first `end[rows - 1]` bytes and call it again. Bytes after the last LF are
/// never read as a line: append to them, or call parse_complete() if no more come. For where a line
/// is wrong, and which quirks were refused, call parse_complete() with the bytes of its row.
///
/// Each LF ends a line, also without a CR before it. So `quirk::leading_blank` never shows: an
/// empty line is a row of its own, whose error is `protocol`, or `need_more` if the policy allows
/// `leading_blank`. The buffer must hold nothing but status lines: a header field is a row too.
///
/// Never allocates, throws or reads outside `bytes`. O(size of `bytes`), or, if the columns are
/// filled, O(`end` of the last row + `capacity`). docs/speed.md compares it with a
/// loop over parse().
[[nodiscard]] constexpr std::size_t parse_many(std::string_view bytes, policy p,
                                               const line_columns& out) noexcept;

/// An array of char does not compile: it would be read up to a NUL. Pass the size:
/// `parse_many({buffer, n}, ...)`.
template <std::size_t N>
std::size_t parse_many(char (&unsized_buffer)[N], policy, const line_columns&) = delete;

} // namespace statusline

namespace statusline::detail {

/// Stores the row of a line that parse_complete() returns as `r`.
STATUSLINE_NOINLINE constexpr void store_row(const line_columns& out, std::size_t row,
                                             const char* p, const parse_result& r) noexcept {
  const bool ok = r.error == errc::ok;
  out.code[row] = r.line.code;
  out.version[row] = r.line.version;
  out.quirks[row] = r.line.quirks;
  out.error[row] = r.error;
  out.reason_offset[row] = ok ? static_cast<std::size_t>(r.line.reason.data() - p) : 0;
  out.reason_size[row] = r.line.reason.size();
}

/// What decide() leads to in parse_many(), for the line between two offsets of the buffer.
struct row_steps {
  const line_columns& out; // with no quirk and no error in this row
  std::size_t row;
  const char* p; // the buffer
  std::size_t begin;
  std::size_t end;
  quirk_set allowed;
  std::size_t max_size;

  /// How many bytes of the line may be read.
  [[nodiscard]] constexpr std::size_t size() const noexcept {
    return (std::min)(end - begin, max_size);
  }
  /// The same line, as parse_complete() reads it.
  [[nodiscard]] constexpr first_parse_steps as_parsed(parse_result& r) const noexcept {
    return {r, p + begin, size(), allowed, max_size, no_end::finish};
  }

  void accept(std::size_t cr) const noexcept {
    const http_version version = version_at(p + begin + 5);
    const std::uint16_t code = code_at(p + begin + 9); // all is read before anything is written
    out.code[row] = code;
    out.version[row] = version;
    out.reason_offset[row] = begin + prefix.size();
    out.reason_size[row] = cr - prefix.size();
  }
  void go_on(std::size_t known) const noexcept {
    if (size() < block_size) // with a HTAB, a line may be that short
      return give_up(known);
    decide_long(p + begin, known, size(), *this);
  }
  constexpr void give_up(std::size_t known) const noexcept {
    parse_result r;
    as_parsed(r).give_up(known);
    store_row(out, row, p, r);
  }
  void short_of() const noexcept {
    parse_result r;
    as_parsed(r).short_of();
    store_row(out, row, p, r);
  }
};

/// How many bytes are searched for LFs before the lines in them are read. S26: so no line waits for
/// the end of the one before it.
inline constexpr std::size_t batch_size = 2048;

/// Lists the offset behind each LF of the `n` bytes at `p`, and returns how many there are. May
/// write one element more. Precondition: n <= batch_size. O(n).
constexpr std::size_t list_line_ends(const char* p, std::size_t n, std::uint16_t* ends) noexcept {
  assert(n <= batch_size);
  constexpr auto last_byte =
      static_cast<block::mask>(std::uint64_t{1} << ((block_size - 1) * block::bits_per_byte));
  std::size_t count = 0, i = 0;
  for (; !std::is_constant_evaluated() && n - i >= block_size; i += block_size) {
    // Most lines have at least 15 bytes, so a block has one LF or none, and no branch tells which.
    const auto feeds = one_bit_each(block::load(p + i).line_feed());
    ends[count] = static_cast<std::uint16_t>(i + 1 + first_in(feeds | last_byte));
    count += feeds != 0;
    for (block::mask rest = feeds & (feeds - 1); rest != 0; rest &= rest - 1)
      ends[count++] = static_cast<std::uint16_t>(i + 1 + first_in(rest));
  }
  for (; i < n; ++i)
    if (p[i] == '\n')
      ends[count++] = static_cast<std::uint16_t>(i + 1);
  return count;
}

} // namespace statusline::detail

namespace statusline {

constexpr std::size_t parse_many(std::string_view bytes, policy p,
                                 const line_columns& out) noexcept {
  std::uint16_t ends[detail::batch_size + 1];
  std::size_t rows = 0, begin = 0, base = 0;
  while (base < bytes.size() && rows < out.capacity) {
    // No more bytes than the columns are likely to need.
    const std::size_t most = 64 * (std::min)(out.capacity - rows, detail::batch_size / 64);
    const std::size_t n = (std::min)(bytes.size() - base, most);
    const std::size_t listed = detail::list_line_ends(bytes.data() + base, n, ends);
    const std::size_t count = (std::min)(listed, out.capacity - rows);
    quirk_set* const quirks = out.quirks + rows;
    errc* const error = out.error + rows;
    for (std::size_t k = 0; k < count; ++k)
      quirks[k] = {};
    for (std::size_t k = 0; k < count; ++k)
      error[k] = errc::ok;
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t end = base + ends[k];
      const std::size_t readable = (std::min)(bytes.size() - begin, p.max_size);
      const detail::row_steps steps = {out, rows, bytes.data(), begin, end, p.allowed, p.max_size};
      if (std::is_constant_evaluated())
        steps.give_up(0);
      else
        detail::decide(bytes.data() + begin, readable, steps);
      out.end[rows] = end;
      begin = end;
      ++rows;
    }
    base += n;
  }
  return rows;
}

} // namespace statusline
