// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace statusline::support {

setting after(const std::string& commands) { return {STATUSLINE_TOOL, commands}; }

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return; // the tool has read enough
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

outcome run(const arguments& args, const feeder& feed, const setting& how) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<std::array<int, 2>, 3> pipes{};
  for (auto& p : pipes)
    if (::pipe2(p.data(), O_CLOEXEC) != 0)
      std::abort();

  // A shell closes and redirects files as a user would.
  std::vector<std::string> words = {how.program};
  if (!how.commands.empty())
    words = {"/bin/sh", "-c", how.commands + "; exec \"$@\"", "sh", how.program};
  words.insert(words.end(), args.begin(), args.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(pipes[0][0], 0);
    ::dup2(pipes[1][1], 1);
    ::dup2(pipes[2][1], 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(pipes[0][0]);
  ::close(pipes[1][1]);
  ::close(pipes[2][1]);
  std::thread writer{[&] {
    if (feed)
      feed(pipes[0][1]);
    ::close(pipes[0][1]);
  }};

  outcome result;
  std::array<pollfd, 2> open = {{{pipes[1][0], POLLIN, 0}, {pipes[2][0], POLLIN, 0}}};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    ::poll(open.data(), open.size(), -1);
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0)
        continue;
      std::array<char, 65536> piece{};
      const ssize_t n = ::read(open[i].fd, piece.data(), piece.size());
      if (n > 0)
        (i == 0 ? result.out : result.err).append(piece.data(), static_cast<size_t>(n));
      if (n == 0) {
        ::close(open[i].fd);
        open[i].fd = -1;
      }
    }
  }
  writer.join();
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.peak_kib = usage.ru_maxrss;
  return result;
}

outcome run(const arguments& args, std::string_view input, const setting& how) {
  return run(
      args, [input](int fd) { write_all(fd, input); }, how);
}

scratch::scratch() {
  std::string name = std::filesystem::temp_directory_path() / "statusline-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    std::abort();
  directory_ = name;
}

scratch::~scratch() { std::filesystem::remove_all(directory_); }

std::string scratch::file(const std::string& name, std::string_view bytes) const {
  std::ofstream{directory_ / name, std::ios::binary} << bytes;
  return directory_ / name;
}

} // namespace statusline::support
