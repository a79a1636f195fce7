// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace statusline::cli {

output::output() {
  if (::isatty(STDOUT_FILENO) == 0)
    return;
  const char* const no_colour = std::getenv("NO_COLOR");
  colour_ = no_colour == nullptr || *no_colour == '\0';
  // Lines of more than 100 columns are no easier to read on a wider terminal.
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0)
    columns_ = std::clamp<std::size_t>(size.ws_col, 60, 100);
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
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR)
      continue;
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

void hold_standard_files() {
  // Read-only where it would be written and the other way round, so that both fail with EBADF.
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF)
      (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace statusline::cli
