// SPDX-License-Identifier: MIT
#pragma once

#include "output.hpp"

#include <statusline/statusline.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace statusline::cli {

/// A file, seen through a window that slides over it and is no larger than what is asked for.
class source {
public:
  /// `-` is standard input. Throws input_error, as every read does.
  source(std::string name, output& pending);
  ~source();
  source(const source&) = delete;
  source& operator=(const source&) = delete;

  /// What comes next: at least `want` bytes, or all there are. Valid until the next call.
  std::string_view peek(std::size_t want) {
    while (end_ - begin_ < want && !ended_)
      read_more();
    return {buffer_.get() + begin_, end_ - begin_};
  }
  /// Goes past bytes that have been seen.
  void skip(std::size_t n) noexcept {
    begin_ += n;
    offset_ += n;
  }
  /// Goes past the next LF. False if there is none.
  bool skip_line();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

private:
  void read_more();
  [[noreturn]] void fail() const;

  std::string name_;
  output& pending_; // goes out before a read that may have to wait
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  int fd_;
  bool ended_ = false;
};

/// One status line of a source, or what stands in its place.
struct input {
  const std::string& source;
  std::uint64_t offset;   ///< where in the source it begins
  std::string_view bytes; ///< at least those that decide it
  parse_result result;    ///< as parse_complete gives it
};

enum class cut : std::uint8_t {
  whole, ///< one input at the head of the source
  lines, ///< each line
  heads, ///< each head of a stream of responses
};

/// Calls `visit` for each input, in order. Takes memory for one line of at most `p.max_size` bytes,
/// and reads no further than it has to.
void for_each_input(source& from, cut how, policy p,
                    const std::function<void(const input&)>& visit);

/// A file, up to `limit` bytes of it.
std::string read_file(const std::string& name, std::size_t limit, output& pending);

} // namespace statusline::cli
