// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace statusline::cli {

/// What went wrong with a file, in the one line that the user is told: `NAME: reason`.
struct input_error : std::runtime_error {
  using runtime_error::runtime_error;
};
struct output_error : std::runtime_error {
  using runtime_error::runtime_error;
};
/// The reader of standard output has closed the pipe: nobody is left to tell.
struct reader_gone {};

/// Standard output, buffered. Unlike a std::ostream it says why a write failed, and so tells a full
/// disk (output_error) from a closed pipe (reader_gone).
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

/// `statusline: message` on standard error, after all that has been said on standard output.
void complain(output& out, std::string_view message);

} // namespace statusline::cli
