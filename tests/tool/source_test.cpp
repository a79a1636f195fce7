// SPDX-License-Identifier: MIT
//
// The window over a file slides, and its buffer moves and grows, in pieces of 128 KiB. Every
// request around these edges must return the bytes of the file.
#include <cli/inputs.hpp>
#include <cli/output.hpp>
#include <cli/source.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace statusline::cli {
namespace {

constexpr std::size_t chunk = std::size_t{128} << 10;

/// Bytes that differ from place to place, without an LF.
std::string unlike(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < size; ++i)
    bytes += std::to_string(i) + ',';
  bytes.resize(size);
  return bytes;
}

/// A source whose bytes arrive in writes of at most `piece` bytes; 0: as fast as the pipe allows.
class fed_source {
public:
  fed_source(std::string_view bytes, std::size_t piece) {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      std::abort();
    from_.emplace("/proc/self/fd/" + std::to_string(ends_[0]), out_);
    writer_ = std::thread{[this, bytes, piece]() mutable {
      while (!bytes.empty()) {
        const std::size_t n = std::min(piece == 0 ? bytes.size() : piece, bytes.size());
        const ssize_t written = ::write(ends_[1], bytes.data(), n);
        if (written <= 0)
          break;
        bytes.remove_prefix(static_cast<std::size_t>(written));
      }
      ::close(ends_[1]);
    }};
  }
  ~fed_source() {
    while (!from_->peek(1).empty())
      from_->skip(from_->peek(1).size());
    writer_.join();
    ::close(ends_[0]);
  }
  fed_source(const fed_source&) = delete;
  fed_source& operator=(const fed_source&) = delete;
  source& operator*() { return *from_; }

private:
  output out_;
  std::array<int, 2> ends_{};
  std::optional<source> from_;
  std::thread writer_;
};

/// Requests `want` bytes. Returns whether the result is the file's bytes there, and enough of them.
bool sees(source& from, std::string_view bytes, std::size_t want) {
  const auto at = static_cast<std::size_t>(from.offset());
  const std::string_view seen = from.peek(want);
  return at <= bytes.size() && seen.size() >= std::min(want, bytes.size() - at) &&
         bytes.substr(at, seen.size()) == seen;
}

TEST(Source, ShowsWhatIsAskedForAcrossTheEdgesOfItsBuffer) {
  const std::string bytes = unlike(5 * chunk + 77);
  for (const std::size_t skipped : {std::size_t{0}, std::size_t{1}, chunk - 1, chunk, chunk + 1,
                                    2 * chunk - 1, 2 * chunk, 2 * chunk + 1, 3 * chunk}) {
    for (const std::size_t want :
         {std::size_t{1}, std::size_t{2}, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk,
          2 * chunk + 1, 4 * chunk, 5 * chunk + 76, 5 * chunk + 77, 5 * chunk + 78}) {
      fed_source fed{bytes, 0};
      source& from = *fed;
      ASSERT_TRUE(sees(from, bytes, skipped)) << skipped;
      from.skip(skipped);
      ASSERT_EQ(from.offset(), skipped);
      ASSERT_TRUE(sees(from, bytes, want)) << skipped << ' ' << want;
    }
  }
}

TEST(Source, ShowsWhatIsInTheFileWhateverIsAskedForBefore) {
  const std::string bytes = unlike(9 * chunk + 1234);
  std::mt19937 random{20261126};
  const auto below = [&](std::size_t n) { return random() % n; };
  for (const std::size_t piece : {std::size_t{0}, std::size_t{4099}, chunk, chunk + 1}) {
    for (int round = 0; round < 20; ++round) {
      fed_source fed{bytes, piece};
      source& from = *fed;
      std::size_t at = 0;
      while (at < bytes.size()) {
        const std::size_t want = below(4) == 0 ? below(3 * chunk) : 1 + below(100);
        ASSERT_TRUE(sees(from, bytes, want)) << at << ' ' << want;
        const std::size_t there = from.peek(want).size();
        const std::size_t n = below(3) == 0 ? there : below(there + 1);
        from.skip(n);
        at += n;
        ASSERT_EQ(from.offset(), at);
      }
      EXPECT_EQ(from.peek(1), "");
    }
  }
}

TEST(Source, GoesPastALineWhereverItEnds) {
  for (std::size_t size : {std::size_t{0}, chunk, 2 * chunk, 3 * chunk}) {
    for (std::size_t less = 0; less < 3; ++less) {
      const std::size_t line = size + 1 - std::min(less, size);
      const std::string bytes = unlike(line) + '\n' + unlike(line + 1) + '\n' + "end";
      fed_source fed{bytes, 0};
      source& from = *fed;
      ASSERT_TRUE(from.skip_line());
      ASSERT_EQ(from.offset(), line + 1);
      ASSERT_TRUE(sees(from, bytes, 1));
      ASSERT_TRUE(from.skip_line());
      ASSERT_EQ(from.offset(), 2 * line + 3);
      ASSERT_EQ(from.peek(4), "end");
      ASSERT_FALSE(from.skip_line());
      ASSERT_EQ(from.offset(), bytes.size());
    }
  }
}

// A line is read only until it is decided, and the bytes after it are where they were.
TEST(Source, GivesEachInputItsOwnBytes) {
  for (const std::size_t edge : {chunk, 2 * chunk}) {
    for (std::size_t shift = 0; shift < 40; ++shift) {
      const std::string first = "HTTP/1.1 200 " + std::string(edge - 15 - shift, 'a') + "\r\n";
      const std::string bytes = first + "HTTP/1.1 404 Not Found\r\n" + "HTTP/1.1 500 x";
      fed_source fed{bytes, 0};
      std::vector<std::size_t> offsets;
      const auto visit = [&](const input& in) {
        offsets.push_back(static_cast<std::size_t>(in.offset));
        const std::string_view rest = std::string_view{bytes}.substr(offsets.back());
        EXPECT_EQ(in.bytes, rest.substr(0, in.bytes.size()));
        EXPECT_EQ(in.result, parse_complete(rest, {{}, edge}));
      };
      std::uint64_t body_bytes = 0;
      for_each_input(*fed, {division::lines}, {{}, edge}, visit, body_bytes);
      EXPECT_EQ(body_bytes, 0u);
      EXPECT_EQ(offsets, (std::vector{std::size_t{0}, first.size(), first.size() + 24}));
    }
  }
}

} // namespace
} // namespace statusline::cli
