// SPDX-License-Identifier: MIT
//
// The rows many-*: a buffer full of lines, by a loop over parse() and by parse_many(). Each column
// writes the same columns of 512 rows; before any timing they must be equal for the whole buffer.
#include "rows.hpp"
#include "timing.hpp"

#if __has_include(<statusline/batch.hpp>) // --against an older revision
#include <statusline/batch.hpp>
#include <statusline/statusline.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::bench {
namespace {

constexpr std::size_t capacity = 512;

/// The columns that are filled again and again, by the types of C++ and C.
struct table {
  std::array<std::uint16_t, capacity> code{};
  std::array<http_version, capacity> version{};
  std::array<quirk_set, capacity> quirks{};
  std::array<errc, capacity> error{};
  std::array<std::size_t, capacity> reason_offset{}, reason_size{}, end{};
  std::array<sl_http_version, capacity> c_version{};
  std::array<sl_quirks, capacity> c_quirks{};
  std::array<sl_error, capacity> c_error{};
};
table& rows_here() {
  static table t;
  return t;
}

/// A loop over parse(), as people write it: the same columns, one line after another.
[[gnu::noinline]] std::size_t by_loop(std::string_view bytes, const policy& p) {
  table& t = rows_here();
  std::size_t row = 0, begin = 0;
  for (; row < capacity && begin < bytes.size(); ++row) {
    const parse_result r = parse(bytes.substr(begin), p);
    t.code[row] = r.line.code;
    t.version[row] = r.line.version;
    t.quirks[row] = r.line.quirks;
    t.error[row] = r.error;
    t.reason_offset[row] =
        r ? static_cast<std::size_t>(r.line.reason.data() - bytes.data()) : std::size_t{0};
    t.reason_size[row] = r.line.reason.size();
    begin = r ? begin + r.end : bytes.find('\n', begin + r.end) + 1;
    t.end[row] = begin;
  }
  return row;
}

[[gnu::noinline]] std::size_t by_many(std::string_view bytes, const policy& p) {
  table& t = rows_here();
  return parse_many(bytes, p,
                    {capacity, t.code.data(), t.version.data(), t.quirks.data(), t.error.data(),
                     t.reason_offset.data(), t.reason_size.data(), t.end.data()});
}

[[gnu::noinline]] std::size_t by_many_in_c(std::string_view bytes, const policy& p) {
  table& t = rows_here();
  const sl_columns out = {
      capacity,         t.code.data(),          t.c_version.data(),   t.c_quirks.data(),
      t.c_error.data(), t.reason_offset.data(), t.reason_size.data(), t.end.data()};
  return sl_parse_many(bytes.data(), bytes.size(), {p.max_size, p.allowed.bits()}, &out);
}

/// What `wc -l` does.
[[gnu::noinline]] std::size_t by_memchr(std::string_view bytes, const policy&) {
  table& t = rows_here();
  std::size_t row = 0, begin = 0;
  for (; row < capacity && begin < bytes.size(); ++row) {
    const void* const lf = std::memchr(bytes.data() + begin, '\n', bytes.size() - begin);
    t.end[row] = begin = static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1;
  }
  return row;
}

using filler = std::size_t (*)(std::string_view, const policy&);
struct way {
  const char* name;
  filler fill;
};
constexpr std::array ways = {way{"statusline", by_loop}, way{"statusline_many", by_many},
                             way{"statusline_many_c", by_many_in_c}, way{"memchr", by_memchr}};

struct buffer {
  std::string name;
  std::string what;
  std::string bytes;
  std::size_t lines = 0;
};

std::size_t pass(const buffer& b, filler fill) {
  std::string_view rest = b.bytes;
  std::size_t lines = 0;
  while (const std::size_t rows = fill(rest, interop)) {
    benchmark::DoNotOptimize(&rows_here());
    benchmark::ClobberMemory();
    lines += rows;
    rest.remove_prefix(rows_here().end[rows - 1]);
  }
  return lines;
}

/// Whether the three ways to fill the columns agree on each row.
bool right(buffer& b) {
  std::string_view rest = b.bytes;
  while (!rest.empty()) {
    const std::size_t rows = by_loop(rest, interop);
    const table want = rows_here();
    const table& t = rows_here();
    const auto same = [&](std::size_t i) {
      return t.code[i] == want.code[i] && t.reason_offset[i] == want.reason_offset[i] &&
             t.reason_size[i] == want.reason_size[i] && t.end[i] == want.end[i];
    };
    bool all = by_many(rest, interop) == rows;
    for (std::size_t i = 0; i < rows; ++i)
      all = all && same(i) && t.version[i] == want.version[i] && t.quirks[i] == want.quirks[i] &&
            t.error[i] == want.error[i];
    all = all && by_many_in_c(rest, interop) == rows;
    for (std::size_t i = 0; i < rows; ++i)
      all = all && same(i) && t.c_version[i].major == want.version[i].major &&
            t.c_version[i].minor == want.version[i].minor &&
            t.c_quirks[i] == want.quirks[i].bits() && int(t.c_error[i]) == int(want.error[i]);
    if (!all)
      return false;
    b.lines += rows;
    rest.remove_prefix(want.end[rows - 1]);
  }
  return true;
}

void run(benchmark::State& state, const buffer& b, filler fill) {
  double taken = 0, loop = 0;
  const auto time = [&](filler f) {
    const double begin = cpu_time();
    benchmark::DoNotOptimize(pass(b, f));
    return cpu_time() - begin;
  };
  while (state.KeepRunning()) { // the two in turn
    loop += time(by_loop);
    taken += time(fill);
  }
  state.counters["ns"] =
      taken / static_cast<double>(state.iterations()) / static_cast<double>(b.lines);
  state.counters["ratio"] = taken / loop;
}

/// Lines in a random order that no predictor learns: 4 MiB.
template <class Next> std::string filled(Next&& next) {
  constexpr std::size_t size = std::size_t{4} << 20;
  std::string bytes;
  bytes.reserve(size + 100);
  while (bytes.size() < size)
    bytes += next();
  return bytes;
}

std::string mixed(std::mt19937& random) {
  constexpr std::array others = {"404 Not Found",
                                 "301 Moved Permanently",
                                 "304 Not Modified",
                                 "302 Found",
                                 "500 Internal Server Error",
                                 "403 Forbidden",
                                 "206 Partial Content",
                                 "204 No Content",
                                 "503 Service Unavailable",
                                 "401 Unauthorized"};
  const bool ok = random() % 100 < 64;
  return std::string{"HTTP/1.1 "} + (ok ? "200 OK" : others[random() % others.size()]) + "\r\n";
}

/// The first lines of the captured responses.
std::vector<std::string> captured() {
  std::vector<std::string> lines;
  std::vector<std::filesystem::path> files;
  for (const auto& file :
       std::filesystem::directory_iterator{STATUSLINE_SOURCE_DIR "/corpus/captured"})
    if (file.path().extension() == ".http")
      files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream in{path, std::ios::binary};
    if (std::string line; std::getline(in, line) && !in.eof())
      lines.push_back(line + '\n');
  }
  return lines;
}

std::vector<buffer> make_buffers() {
  std::mt19937 random{1}; // NOLINT(cert-msc51-cpp): the same lines in each run
  std::vector<buffer> all;
  all.push_back(
      {"many-ok", "a buffer of `HTTP/1.1 200 OK`", filled([] { return "HTTP/1.1 200 OK\r\n"; })});
  all.push_back({"many-mix", "a buffer of ten status lines, 64 % of them `HTTP/1.1 200 OK`",
                 filled([&] { return mixed(random); })});
  all.push_back({"many-odd", "the same; 5 % end with a bare LF or have no reason", filled([&] {
                   if (random() % 20 != 0)
                     return mixed(random);
                   return std::string{random() % 2 == 0 ? "HTTP/1.1 200 OK\n" : "HTTP/1.1 200\r\n"};
                 })});
  if (const auto lines = captured(); !lines.empty())
    all.push_back({"many-captured", "a buffer of the captured status lines, shuffled",
                   filled([&] { return lines[random() % lines.size()]; })});
  return all;
}

} // namespace

bool add_many() {
  static std::vector<buffer> buffers = make_buffers();
  for (buffer& b : buffers) {
    if (!right(b)) {
      std::fprintf(stderr, "bench: parse_many differs from parse in row %s\n", b.name.c_str());
      return false;
    }
    for (const way& w : ways) {
      auto* const one =
          benchmark::RegisterBenchmark((b.name + '/' + w.name).c_str(),
                                       [&b, w](benchmark::State& state) { run(state, b, w.fill); });
      add_quantiles(one);
    }
    benchmark::AddCustomContext("row " + b.name, b.what);
  }
  return true;
}

} // namespace statusline::bench
#else
bool statusline::bench::add_many() { return true; }
#endif
