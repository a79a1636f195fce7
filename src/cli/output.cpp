// SPDX-License-Identifier: MIT
#include "output.hpp"

#include "platform.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace statusline::cli {

output::output() {
  // Lines of more than 100 columns are no easier to read on a wider terminal.
  const auto set_columns = [this](std::size_t width) {
    if (width != 0)
      columns_ = std::clamp<std::size_t>(width, 40, 100);
  };
  if (const char* const width = std::getenv("COLUMNS"))
    set_columns(std::strtoul(width, nullptr, 10));
  if (!platform::is_terminal(platform::standard_output))
    return;
  terminal_ = true;
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  colour_ = (no_colour == nullptr || *no_colour == '\0') &&
            (kind == nullptr || std::string_view{kind} != "dumb");
  set_columns(platform::columns(platform::standard_output));
}

output& output::operator<<(std::string_view text) {
  constexpr std::size_t enough = std::size_t{64} << 10;
  buffer_ += text;
  if (buffer_.size() >= enough)
    flush();
  return *this;
}

void output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const std::ptrdiff_t written =
        platform::write(platform::standard_output, rest.data(), rest.size());
    if (written < 0) {
      const int reason = errno;
      buffer_.clear();
      if (reason == EPIPE)
        throw reader_gone{};
      throw output_error{std::string{"standard output: "} +
                         (reason == EBADF ? "not open" : std::strerror(reason))};
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void complain(output& out, std::string_view message) {
  out.flush();
  std::fprintf(stderr, "statusline: %.*s\n", static_cast<int>(message.size()), message.data());
}

} // namespace statusline::cli
