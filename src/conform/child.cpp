// SPDX-License-Identifier: MIT
#include "child.hpp"

#include "verdict.hpp"

#include <cli/text.hpp>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

extern char** environ; // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace statusline::conform {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t output_limit = std::size_t{4} << 20U;
/// How long the end of a program can go unnoticed if another one holds its output open.
constexpr milliseconds tick{20};

class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_{fd} {}
  descriptor(descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { close(); }

  void close() {
    if (fd_ >= 0)
      ::close(std::exchange(fd_, -1));
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_ = -1;
};

struct pipe_ends {
  pipe_ends() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
      throw subject_error{std::string{"no pipe: "} + std::strerror(errno)};
    in = descriptor{ends[0]};
    out = descriptor{ends[1]};
  }
  descriptor in, out;
};

/// Reads what is there; closes at the end of the file.
void drain(descriptor& from, std::string& to) {
  std::array<char, 65536> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init)
  const ssize_t size = ::read(from.get(), buffer.data(), buffer.size());
  if (size <= 0) {
    if (size == 0 || errno != EINTR)
      from.close();
    return;
  }
  if (to.size() < output_limit)
    to.append(buffer.data(), static_cast<std::size_t>(size));
}

/// Reads from both until both are at their end or `until`. Returns whether something was there.
bool drain_both(descriptor& out, descriptor& err, child_end& end, milliseconds wait) {
  std::array<pollfd, 2> files = {{{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}}};
  const int ready = ::poll(files.data(), files.size(), static_cast<int>(wait.count()));
  if (ready <= 0)
    return false;
  if (files[0].revents != 0)
    drain(out, end.out);
  if (files[1].revents != 0)
    drain(err, end.err);
  return true;
}

pid_t start(const std::vector<std::string>& words, const pipe_ends& out, const pipe_ends& err) {
  std::vector<char*> args;
  for (const std::string& word : words)
    args.push_back(const_cast<char*>(word.c_str())); // NOLINT: posix_spawn() does not write
  args.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.out.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.out.get(), STDERR_FILENO);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&how, &signals);
  sigaddset(&signals, SIGPIPE); // which this program ignores
  posix_spawnattr_setsigdefault(&how, &signals);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how, static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF));
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, args[0], &files, &how, args.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&how);
  if (error != 0)
    throw subject_error{cli::quoted(words[0]) + " cannot be started: " + std::strerror(error)};
  return pid;
}

} // namespace

std::vector<std::string> split_words(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (std::exchange(inside, false))
        words.push_back(std::exchange(word, {}));
      continue;
    }
    inside = true;
    if (c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (c == '\\' && quote != '\'' && i + 1 < command.size())
      word += command[++i];
    else
      word += c;
  }
  if (quote != 0)
    throw subject_error{"the command has an open quote: " + cli::quoted(command)};
  if (inside)
    words.push_back(word);
  if (words.empty())
    throw subject_error{"the command is empty"};
  return words;
}

child_end run_child(const std::vector<std::string>& words, milliseconds limit) {
  pipe_ends out;
  pipe_ends err;
  const auto until = clock::now() + limit;
  const pid_t pid = start(words, out, err);
  out.out.close();
  err.out.close();
  child_end end;
  int status = 0;
  for (;;) {
    const bool open = out.in.get() >= 0 || err.in.get() >= 0;
    // Without an output to wait for, its end is near.
    const bool read = drain_both(out.in, err.in, end, open ? tick : milliseconds{1});
    if (!read || !open) {
      const pid_t ended = ::waitpid(pid, &status, WNOHANG);
      if (ended == pid)
        break;
    }
    if (clock::now() >= until) {
      end.timed_out = true;
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, &status, 0);
      break;
    }
  }
  ::kill(-pid, SIGKILL);
  while (drain_both(out.in, err.in, end, milliseconds{0})) {
  }
  if (WIFSIGNALED(status))
    end.signal = WTERMSIG(status);
  else
    end.status = WEXITSTATUS(status);
  return end;
}

} // namespace statusline::conform
