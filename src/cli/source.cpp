// SPDX-License-Identifier: MIT
#include "source.hpp"

#include "text.hpp"

#include <statusline/registry.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace statusline::cli {

source::source(std::string name, output& pending)
    : name_{std::move(name)}, pending_{pending}, fd_{name_ == "-" ? STDIN_FILENO
                                                                  : ::open(name_.c_str(),
                                                                           O_RDONLY | O_CLOEXEC)} {
  if (fd_ < 0)
    fail();
}

source::~source() {
  if (fd_ != STDIN_FILENO)
    ::close(fd_);
}

void source::fail() const {
  const int reason = errno;
  throw input_error{display_name(name_) + ": " +
                    (reason == EBADF ? "not open" : std::strerror(reason))};
}

void source::read_more() {
  constexpr std::size_t chunk = std::size_t{128} << 10;
  const std::size_t held = end_ - begin_;
  if (capacity_ - end_ < chunk) {
    // Room is made at the end: by moving what is held to the front, and where that would not be
    // enough into a buffer of twice the size, so that a long line is moved a few times only.
    if (capacity_ - held < chunk) {
      const std::size_t larger = std::max(2 * capacity_, 2 * chunk);
      auto buffer = std::make_unique_for_overwrite<char[]>(larger);
      std::copy_n(buffer_.get() + begin_, held, buffer.get());
      buffer_ = std::move(buffer);
      capacity_ = larger;
    } else {
      std::memmove(buffer_.get(), buffer_.get() + begin_, held);
    }
    begin_ = 0;
    end_ = held;
  }
  pending_.flush();
  ssize_t got = 0;
  do
    got = ::read(fd_, buffer_.get() + end_, capacity_ - end_);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    fail();
  end_ += static_cast<std::size_t>(got);
  ended_ = got == 0;
}

bool source::skip_line() {
  for (std::string_view seen = peek(1); !seen.empty(); seen = peek(1)) {
    const std::size_t lf = seen.find('\n');
    skip(lf == seen.npos ? seen.size() : lf + 1);
    if (lf != seen.npos)
      return true;
  }
  return false;
}

namespace {

/// The bytes here that decide a status line. `one_line`: and none beyond the first LF.
std::string_view deciding(source& from, policy p, bool one_line) {
  std::string_view seen = from.peek(1);
  stream_parser parser{p};
  for (std::size_t fed = 0; fed < seen.size(); seen = from.peek(fed + 1)) {
    if (one_line)
      if (const std::size_t lf = seen.find('\n', fed); lf != seen.npos)
        return seen.substr(0, lf + 1);
    parser.feed(seen.substr(fed));
    if (parser.error() != errc::need_more)
      break;
    fed = seen.size();
  }
  return seen;
}

/// Goes past the first empty line. False if there is none.
bool skip_head(source& from) {
  do {
    std::string_view seen = from.peek(1);
    if (seen.starts_with('\r'))
      seen = from.peek(2);
    const std::size_t blank = seen.starts_with('\n') ? 1 : seen.starts_with("\r\n") ? 2 : 0;
    from.skip(blank);
    if (blank != 0)
      return true;
  } while (from.skip_line());
  return false;
}

} // namespace

void for_each_input(source& from, cut how, policy p,
                    const std::function<void(const input&)>& visit) {
  const auto show = [&](std::string_view bytes) {
    const input here{from.name(), from.offset(), bytes, parse_complete(bytes, p)};
    visit(here);
    return here.result;
  };

  if (how == cut::lines) {
    while (!from.peek(1).empty()) {
      std::string_view line = from.peek(1);
      const std::size_t lf = line.find('\n');
      line = lf != line.npos ? line.substr(0, lf + 1) : deciding(from, p, true);
      const bool whole = line.back() == '\n';
      show(line);
      from.skip(line.size());
      if (!whole)
        from.skip_line();
    }
    return;
  }

  policy next = p;
  next.allowed = p.allowed - quirk::leading_blank;
  for (bool more = true; more;) {
    const parse_result head = show(deciding(from, p, false));
    if (how == cut::whole)
      return;
    if (head)
      from.skip(head.end);
    more = skip_head(from) && !from.peek(1).empty();
    const bool interim =
        head && classify(head.line.code) == status_class::informational && head.line.code != 101;
    more = more && (interim || parse_complete(deciding(from, next, false), next));
  }
}

std::string read_file(const std::string& name, std::size_t limit, output& pending) {
  source file{name, pending};
  return std::string{file.peek(limit).substr(0, limit)};
}

} // namespace statusline::cli
