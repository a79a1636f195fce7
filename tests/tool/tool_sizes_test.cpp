// SPDX-License-Identifier: MIT
//
// The tool on sources, lines and limits of more than 2^16, 2^31 and 2^32 bytes. The sources are
// sparse files in memory: they need no space, and are read in a second or two.
#include "support/process.hpp"
#include "support/wide_memory.hpp"

#include <cli/report.hpp>
#include <cli/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace statusline;
using namespace statusline::support;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

/// A file in memory, which a started process sees too. It is a hole except where the test wrote.
class sparse_file {
public:
  sparse_file() : fd_{::memfd_create("sparse", 0)} {
    if (fd_ < 0)
      std::abort();
  }
  ~sparse_file() { ::close(fd_); }
  sparse_file(const sparse_file&) = delete;
  sparse_file& operator=(const sparse_file&) = delete;

  void put(std::uint64_t at, std::string_view bytes) const {
    if (::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
        static_cast<ssize_t>(bytes.size()))
      std::abort();
  }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  [[nodiscard]] int number() const { return fd_; }

private:
  int fd_;
};
static_assert(sizeof(off_t) == 8);

constexpr std::string_view ok_line = "HTTP/1.1 200 OK\r\n";
constexpr std::string_view not_found = "HTTP/1.1 404 Not Found\r\n";

/// `what@offset` of each object: a code, or an error, and its offset.
std::vector<std::string> places(const outcome& o) {
  std::vector<std::string> all;
  std::istringstream lines{o.out};
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line);
    const std::string what = object["ok"] ? object["code"].dump() : std::string{object["error"]};
    all.push_back(what + '@' + object["offset"].dump());
  }
  return all;
}

TEST(ToolSizes, LinesAreWhereTheyBeginWhateverTheOffset) {
  const sparse_file file;
  file.put(0, ok_line);
  for (const std::uint64_t edge : {1ull << 16, 1ull << 31, 1ull << 32})
    file.put(edge - 2, '\n' + std::string{not_found} + std::string{ok_line}); // on both sides of it
  EXPECT_THAT(places(run({"parse", "--lines", "--json", file.path()})),
              ElementsAre("200@0", "protocol@17", "404@65535", "200@65559", "protocol@65576",
                          "404@2147483647", "200@2147483671", "protocol@2147483688",
                          "404@4294967295", "200@4294967319"));
  const outcome quiet = run({"parse", "--lines", "--quiet", "--json", file.path()});
  EXPECT_EQ(quiet.out, "{\"inputs\":10,\"valid\":7,\"invalid\":3,\"failed_on\":0}\n");
  const outcome text = run({"parse", "--lines", file.path()});
  EXPECT_THAT(text.out, HasSubstr(file.path() + ", offset 2147483671: valid\n"));
  EXPECT_THAT(text.out,
              HasSubstr(file.path() + ", offset 2147483688: not valid: protocol at offset 0\n"));
  EXPECT_THAT(text.out, HasSubstr(file.path() + ", offset 4294967319: valid\n"));
}

TEST(ToolSizes, HeadsAreWhereTheyBeginWhateverTheOffset) {
  const sparse_file file;
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nX: ";
  file.put(0, interim);
  for (const std::uint64_t edge : {1ull << 16, 1ull << 31, 1ull << 32})
    file.put(edge - 5, "\r\n\r\n" + interim); // begins at the byte before the edge
  file.put((1ull << 32) + 100, "\r\n\r\n" + std::string{ok_line} + "\r\n");
  EXPECT_THAT(
      places(run({"parse", "--follow", "--json", file.path()})),
      ElementsAre("103@0", "103@65535", "103@2147483647", "103@4294967295", "200@4294967400"));
}

// Only the bytes that decide the line are read, and kept in memory.
void expect_limits(const std::vector<std::string>& limits) {
  for (const std::string& limit : limits) {
    for (const std::string mode : {"--json", "--lines", "--follow"}) {
      const arguments args = {"parse", "--json", mode, "--max-size", limit};
      EXPECT_THAT(places(run(args, ok_line)), ElementsAre("200@0")) << limit << mode;
      EXPECT_THAT(places(run(args, ok_line.substr(0, 15))), ElementsAre("need_more@0"))
          << limit << mode;
      EXPECT_THAT(places(run(args, "HTTP/1.1 200 \x01\r\n")), ElementsAre("reason@0"))
          << limit << mode;
    }
  }
}

TEST(ToolSizes, ALimitMayBeAsLargeAsASizeIs) {
  expect_limits({"18", "65537", "4294967295", std::to_string(SIZE_MAX)});
  // One more than a size can be is rejected, and so are numbers whose low bits are a valid size.
  const std::string beyond = sizeof(std::size_t) > 4 ? "18446744073709551616" : "4294967296";
  EXPECT_EQ(run({"parse", "--max-size", beyond}, ok_line).status, 2);
  EXPECT_EQ(run({"parse", "--max-size", "18446744073709551716"}, ok_line).status, 2);
  EXPECT_EQ(run({"parse", "--max-size", "340282366920938463463374607431768211473"}, ok_line).status,
            2);
}

TEST(ToolSizes, ALimitMayBeNextToAnyEdgeFurther) {
  expect_limits({"65535", "65536", "2147483647", "2147483648", std::to_string(SIZE_MAX - 1)});
  if constexpr (sizeof(std::size_t) > 4)
    expect_limits(
        {"4294967296", "4294967297", "4294967312", "9223372036854775807", "9223372036854775808"});
}

TEST(ToolSizes, ALineOfAsManyBytesAsTheLimitPasses) {
  for (const std::size_t size : {65535u, 65536u, 65537u, 131071u, 131072u, 131073u, 262144u}) {
    const std::string line = "HTTP/1.1 200 " + std::string(size - 15, 'a') + "\r\n";
    for (const std::string mode : {"--json", "--lines", "--follow"}) {
      const auto parse = [&](std::size_t limit) {
        return json::parse(
            run({"parse", "--json", mode, "--max-size", std::to_string(limit)}, line).out);
      };
      const json whole = parse(size);
      EXPECT_EQ(whole["code"], 200) << size << mode;
      EXPECT_EQ(whole["end"], size) << mode;
      EXPECT_EQ(whole["reason"].get<std::string>().size(), size - 15) << mode;
      const json cut = parse(size - 1);
      EXPECT_EQ(cut["error"], "too_long") << size << mode;
      EXPECT_EQ(cut["end"], size - 1) << mode;
    }
  }
  const std::string longer(70'000, 'a');
  EXPECT_THAT(run({"parse", "--max-size", "65536"}, "HTTP/1.1 200 " + longer).out,
              testing::AllOf(HasSubstr("too_long at offset 65536\n"),
                             HasSubstr("The limit is 65536 bytes; --max-size raises it.")));
}

TEST(ToolSizes, AFindingIsWhereItStandsInALongLine) {
  constexpr std::size_t size = std::size_t{1} << 20;
  const std::string line =
      "HTTP/1.1 200 " + std::string(size, 'a') + '\x01' + std::string(size, 'b') + "\r\r\n";
  const arguments args = {"parse", "--policy", "permissive", "--max-size", "4194304"};
  const outcome text = run(args, line);
  EXPECT_THAT(text.out, HasSubstr("control_in_reason (offset 1048589)"));
  EXPECT_THAT(text.out, HasSubstr("repeated_cr (offset 2097167)"));
  EXPECT_THAT(text.out, HasSubstr("... (2097153 bytes)"));
  arguments as_json = args;
  as_json.emplace_back("--json");
  EXPECT_EQ(json::parse(run(as_json, line).out)["findings"],
            (json{{{"quirk", "control_in_reason"}, {"offset", 1048589}, {"size", 1}},
                  {{"quirk", "repeated_cr"}, {"offset", 2097167}, {"size", 1}}}));
}

TEST(ToolSizes, WhatIsCountedMayHave64Bits) {
  EXPECT_EQ(cli::count(1, "byte"), "1 byte");
  EXPECT_EQ(cli::count((1ull << 32) + 1, "byte"), "4294967297 bytes");
  EXPECT_EQ(cli::count(~0ull, "input"), "18446744073709551615 inputs");
}

/// The standard output meanwhile.
template <class Say> std::string written(Say say) {
  const sparse_file file;
  const int before = ::dup(STDOUT_FILENO);
  if (before < 0 || ::dup2(file.number(), STDOUT_FILENO) < 0)
    std::abort();
  cli::output out;
  say(out);
  out.flush();
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  std::string text(static_cast<std::size_t>(::lseek(file.number(), 0, SEEK_END)), '\0');
  EXPECT_EQ(::pread(file.number(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  return text;
}

/// The tool would have to hold such a line in memory.
template <class Parse> void expect_error_past_32_bits(const policy& p, Parse parsed) {
  if constexpr (sizeof(std::size_t) > 4) {
    const auto at = static_cast<std::size_t>((std::uint64_t{1} << 32) + 100);
    const wide_memory memory{at + 2, 'a'};
    memory.put(0, "HTTP/1.1 200 ");
    memory.put(at, "\n");
    const std::string_view bytes = memory.first(at + 1);
    const std::string name = "a file";
    const cli::input in{name, std::uint64_t{1} << 63, bytes, parsed(bytes)};
    const json object =
        json::parse(written([&](cli::output& out) { cli::report_json(out, in, p, iana); }));
    EXPECT_EQ(object["error"], "line_end");
    EXPECT_EQ(object["end"], at);
    EXPECT_EQ(object["offset"], std::uint64_t{1} << 63);
  }
}

TEST(ToolSizes, AnErrorPast32BitsIsReportedWhereItIs) {
  expect_error_past_32_bits(strict, [](std::string_view bytes) {
    return parse_result{{}, errc::line_end, {}, bytes.size() - 1};
  });
}

TEST(ToolSizes, AnErrorPast32BitsIsFoundWhereItIsFurther) {
  const policy unlimited{{}, std::numeric_limits<std::size_t>::max()};
  expect_error_past_32_bits(
      unlimited, [&](std::string_view bytes) { return parse_complete(bytes, unlimited); });
}

} // namespace
