// SPDX-License-Identifier: MIT
#include "source.hpp"

#include "platform.hpp"
#include "text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace statusline::cli {

source::source(std::string name, output& pending)
    : name_{std::move(name)}, pending_{pending}, fd_{name_ == "-" ? platform::standard_input
                                                                  : platform::open(name_)} {
  if (fd_ < 0)
    fail();
}

source::~source() {
  if (fd_ != platform::standard_input)
    platform::close(fd_);
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
    // Makes room at the end: moves the held bytes to the front, or, if that is not enough, into a
    // buffer of twice the size, so that a long line is moved only a few times.
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
  if (before_read_)
    before_read_();
  pending_.flush();
  const std::ptrdiff_t got = platform::read(fd_, buffer_.get() + end_, capacity_ - end_);
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

std::string read_file(const std::string& name, std::size_t limit, output& pending) {
  source file{name, pending};
  return std::string{file.peek(limit).substr(0, limit)};
}

} // namespace statusline::cli
