// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace statusline::cli {

/// An error with a file, as the one line that the user sees: `NAME: reason`.
struct input_error : std::runtime_error {
  using runtime_error::runtime_error;
};
struct output_error : std::runtime_error {
  using runtime_error::runtime_error;
};
/// The reader of standard output has closed the pipe, so no message is printed.
struct reader_gone {};

/// Standard output, buffered. Unlike a std::ostream it reports why a write failed, and so
/// distinguishes a full disk (output_error) from a closed pipe (reader_gone).
class output {
public:
  output& operator<<(std::string_view text);
  void flush();

  [[nodiscard]] bool colour() const noexcept { return colour_; }
  void set_colour(bool colour) noexcept { colour_ = colour; }
  [[nodiscard]] bool terminal() const noexcept { return terminal_; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

  output();

private:
  std::string buffer_;
  std::size_t columns_ = 100;
  bool colour_ = false;
  bool terminal_ = false;
};

/// Prints `statusline: message` on standard error, after flushing standard output.
void complain(output& out, std::string_view message);

} // namespace statusline::cli
