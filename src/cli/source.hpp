// SPDX-License-Identifier: MIT
#pragma once

#include "output.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace statusline::cli {

/// A file, seen through a sliding window that is no larger than the largest request.
class source {
public:
  /// `-` is standard input. Throws input_error, as every read does.
  source(std::string name, output& pending);
  ~source();
  source(const source&) = delete;
  source& operator=(const source&) = delete;

  /// Returns the next bytes: at least `want`, or all there are. Valid until the next call.
  std::string_view peek(std::size_t want) {
    while (end_ - begin_ < want && !ended_)
      read_more();
    return {buffer_.get() + begin_, end_ - begin_};
  }
  /// Skips bytes that have been seen.
  void skip(std::size_t n) noexcept {
    begin_ += n;
    offset_ += n;
  }
  /// Skips up to and including the next LF. False if there is none.
  bool skip_line();

  /// Sets a function that is called before each read of the file.
  void before_reads(std::function<void()> f) { before_read_ = std::move(f); }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

private:
  void read_more();
  [[noreturn]] void fail() const;

  std::string name_;
  std::function<void()> before_read_;
  output& pending_; // flushed before a read that may have to wait
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t offset_ = 0;
  int fd_;
  bool ended_ = false;
};

/// A file, up to `limit` bytes of it.
std::string read_file(const std::string& name, std::size_t limit, output& pending);

} // namespace statusline::cli
