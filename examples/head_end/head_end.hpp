// SPDX-License-Identifier: MIT
//
// Where the head of a response ends: the status line, and the header section with its empty line.
// The bytes arrive in pieces of any size, and none is kept. Copy this file; head_end_c is for C.
//
// Two quirks of the policy hold for every line of the head, `bare_lf` and `repeated_cr`, so that a
// line end is the same thing everywhere. The empty line is a line end alone: CRLF, or LF, or CRs
// and LF. Under no policy does the header section accept:
// - a CR that ends no line, and a NUL: parsers disagree about both (RFC 9112 section 2.2);
// - a blank before the first field (the same section). Later a line that begins with a blank is a
//   folded one (section 5.2), and not the empty line, even if it has nothing but blanks.
// Names and values of fields are not judged.
#pragma once

#include <statusline/statusline.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The limits of a head. That of the status line is in the policy.
struct head_limits {
  std::size_t line = 8192;  ///< bytes of a line of the header section, with its line end
  std::size_t lines = 256;  ///< lines of the header section, without the empty one
  std::size_t head = 65536; ///< bytes of the whole head
};

enum class head_state : std::uint8_t {
  need_more,
  complete,        ///< the head ends at size()
  bad_status_line, ///< status_line().error() has the reason
  bare_lf,         ///< an LF without a CR, which the policy does not allow
  bare_cr,         ///< a CR that ends no line
  nul,
  leading_blank, ///< SP or HTAB before the first field
  long_line,     ///< as head_limits has them: this and the next two
  many_lines,
  long_head,
};

[[nodiscard]] constexpr std::string_view to_string(head_state s) noexcept {
  constexpr std::string_view names[] = {"need_more",  "complete", "bad_status_line", "bare_lf",
                                        "bare_cr",    "nul",      "leading_blank",   "long_line",
                                        "many_lines", "long_head"};
  return names[static_cast<std::size_t>(s)];
}

class head_end {
public:
  explicit head_end(statusline::policy p = statusline::interop, head_limits limits = {})
      : policy_{p}, limits_{limits}, status_line_{p} {}

  /// Reads the next bytes, and returns how many of them belong to the head. Those after them begin
  /// the body once state() is `complete`; on an error the first one is the offending byte.
  std::size_t feed(std::string_view piece) {
    const std::size_t before = size_;
    if (state_ != head_state::need_more)
      return 0;
    piece = piece.substr(0, limits_.head - size_);
    if (status_line_.error() == statusline::errc::need_more) {
      const auto got = status_line_.feed(piece);
      piece.remove_prefix(got.used);
      size_ += got.used;
      if (!got && got.error != statusline::errc::need_more)
        state_ = head_state::bad_status_line;
    }
    for (auto c = piece.begin(); c != piece.end() && state_ == head_state::need_more; ++c) {
      state_ = after(*c);
      size_ += state_ <= head_state::complete ? 1 : 0;
      if (state_ == head_state::need_more && line_size_ == limits_.line)
        state_ = head_state::long_line;
    }
    if (state_ == head_state::need_more && size_ == limits_.head)
      state_ = head_state::long_head;
    return size_ - before;
  }

  /// If the input ends while this is `need_more`, the head is cut short: it is no head.
  [[nodiscard]] head_state state() const { return state_; }
  /// The size of the head; on an error the offset of the offending byte.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const statusline::stream_parser& status_line() const { return status_line_; }
  /// Begins another head: after a 1xx other than 101, and after the body.
  void reset() { *this = head_end{policy_, limits_}; }

private:
  head_state after(char c) {
    if (c == '\n')
      return after_line_feed();
    if (has_cr_ && (c != '\r' || !policy_.allowed.contains(statusline::quirk::repeated_cr)))
      return head_state::bare_cr;
    if (c == '\0')
      return head_state::nul;
    if (c == '\r') {
      has_cr_ = true;
    } else if (is_empty_) {
      if (lines_ == limits_.lines)
        return head_state::many_lines;
      if (lines_ == 0 && (c == ' ' || c == '\t'))
        return head_state::leading_blank;
      is_empty_ = false;
    }
    ++line_size_;
    return head_state::need_more;
  }
  head_state after_line_feed() {
    if (!has_cr_ && !policy_.allowed.contains(statusline::quirk::bare_lf))
      return head_state::bare_lf;
    if (is_empty_)
      return head_state::complete;
    ++lines_;
    line_size_ = 0;
    has_cr_ = false;
    is_empty_ = true;
    return head_state::need_more;
  }

  statusline::policy policy_;
  head_limits limits_;
  statusline::stream_parser status_line_;
  head_state state_ = head_state::need_more;
  std::size_t size_ = 0, lines_ = 0;
  // The line that is being read: its bytes so far, whether a CR was among them, and nothing else.
  std::size_t line_size_ = 0;
  bool has_cr_ = false, is_empty_ = true;
};
