// SPDX-License-Identifier: MIT
//
// Rows of inputs x columns of parsers, as benchmarks "<row>/<column>". Before any timing, each
// column parses every line of the row. A column with one wrong answer is left out of the row, and
// the output lists it. Two counters: `ns` for each line, and `ratio`, the same divided by the time
// of the column that it is compared with. That one is timed right before and after in each
// repetition, because a machine may be twice as fast in one second as in the next.
//
// --lines=FILE measures the lines of this file alone, as the row `lines`.
#include "rows.hpp"
#include "timing.hpp"

#include "support/peers/peer.hpp"

#include <statusline/registry.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>
#include <statusline/subject.h>
#include <statusline/version.hpp>

#include <benchmark/benchmark.h>

#include <dlfcn.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <optional>
#include <regex>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace statusline::bench {
namespace {

using peers::answer;
using peers::outcome;

/// The answer of the floors: where the line ends.
struct line_end {
  std::size_t size;
};

/// A wrong answer.
struct formality {
  answer empty;
};

answer tell(const parse_result& r) {
  answer a;
  a.outcome = r                            ? outcome::accepted
              : r.error == errc::need_more ? outcome::need_more
                                           : outcome::refused;
  a.code = r.line.code;
  a.major = r.line.version.major;
  a.minor = r.line.version.minor;
  a.reason = r.line.reason;
  a.end = r.end;
  return a;
}

/// A user of the library, with a policy that the compiler does not know.
struct user {
  policy p;
};

struct one_shot : user {
  parse_result operator()(std::string_view bytes) const { return parse(bytes, p); }
};

/// The C library, called as by a C program.
struct c_library {
  sl_policy p;
  sl_result operator()(std::string_view bytes) const {
    return sl_parse(bytes.data(), bytes.size(), p);
  }
};
answer tell(const sl_result& r) {
  answer a;
  a.outcome = r.error == SL_OK          ? outcome::accepted
              : r.error == SL_NEED_MORE ? outcome::need_more
                                        : outcome::refused;
  a.code = r.line.code;
  a.major = r.line.version_major;
  a.minor = r.line.version_minor;
  a.reason = {r.line.reason, r.line.reason_size};
  a.end = r.end;
  return a;
}

struct assessed {
  parse_result result;
  assessment judged;
};
const parse_result& parsed(const assessed& a) { return a.result; }
answer tell(const assessed& a) { return tell(parsed(a)); }
struct parse_and_assess : user {
  [[gnu::always_inline]] assessed operator()(std::string_view bytes) const {
    assessed a{parse(bytes, p), {}};
    if (a.result)
      a.judged = assess(a.result.line, iana);
    return a;
  }
};

/// A user of a stream ends up with the last part's result, the line, and the reason. The reason is
/// a view if it came in one part, and is joined otherwise, as in the adapters of the peers.
struct streamed {
  std::string_view reason;
  http_version version;
  std::uint16_t code = 0;
  errc error = errc::need_more;
  std::size_t end = 0;
};
answer tell(const streamed& s) {
  parse_result r;
  r.error = s.error;
  r.end = s.end;
  r.line = {s.reason, s.code, s.version, {}};
  return tell(r);
}
streamed ended(const stream_parser& s, std::string_view reason) {
  const stream_line line = s.line();
  return {reason, line.version, line.code, s.error(), s.end()};
}
struct stream_one : user {
  [[gnu::always_inline]] streamed operator()(std::string_view bytes) const {
    stream_parser s{p};
    const feed_result got = s.feed(bytes);
    return ended(s, got.reason_part);
  }
};
struct stream_two : user {
  [[gnu::always_inline]] streamed operator()(std::string_view bytes) const {
    stream_parser s{p};
    const std::size_t cut = std::min<std::size_t>(bytes.size(), 9); // before the code
    s.feed(bytes.substr(0, cut));
    const feed_result got = s.feed(bytes.substr(cut));
    return ended(s, got.reason_part);
  }
};
struct stream_pieces : user {
  std::size_t piece;
  [[gnu::always_inline]] streamed operator()(std::string_view bytes) const {
    static std::array<char, 8192> reason;
    std::size_t size = 0;
    stream_parser s{p};
    for (std::size_t i = 0; i < bytes.size() && s.error() == errc::need_more; i += piece) {
      const feed_result got = s.feed(bytes.substr(i, piece));
      got.reason_part.copy(reason.data() + size, got.reason_part.size());
      size += got.reason_part.size();
    }
    return ended(s, {reason.data(), size});
  }
};
struct stream_bytes : user {
  [[gnu::always_inline]] streamed operator()(std::string_view bytes) const {
    static std::array<char, 8192> reason;
    std::size_t size = 0;
    stream_parser s{p};
    for (std::size_t i = 0; i < bytes.size() && s.error() == errc::need_more; ++i) {
      const feed_result got = s.feed(bytes.substr(i, 1));
      if (!got.reason_part.empty())
        reason[size++] = got.reason_part.front();
    }
    return ended(s, {reason.data(), size});
  }
};

peers::scratch& scratch() {
  static peers::scratch s;
  return s;
}

struct peer_one {
  const peers::peer* peer;
  answer operator()(std::string_view bytes) const {
    return peer->parse(bytes.data(), bytes.size(), scratch());
  }
};
struct peer_bytes {
  const peers::peer* peer;
  answer operator()(std::string_view bytes) const {
    peer->start(scratch());
    answer a;
    for (std::size_t i = 0; i < bytes.size() && a.outcome == outcome::need_more; ++i)
      a = peer->feed(bytes.data() + i, 1, scratch());
    return a;
  }
};

/// A parser of the user's own, behind sl_subject_parse(). A value that it does not report is not
/// compared.
struct subject_answer {
  sl_subject_answer told;
};
struct by_subject {
  void (*parse)(const char*, std::size_t, sl_subject_answer*);
  subject_answer operator()(std::string_view bytes) const {
    subject_answer a{{-1, -1, -1, -1, nullptr, 0, SIZE_MAX}};
    parse(bytes.data(), bytes.size(), &a.told);
    return a;
  }
};

/// Loads it. Prints a message and returns nothing if that fails.
std::optional<by_subject> load_subject(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  void* const parse = library != nullptr ? dlsym(library, "sl_subject_parse") : nullptr;
  if (parse == nullptr) {
    std::fprintf(stderr, "bench: %s\n", dlerror());
    return std::nullopt;
  }
  return by_subject{reinterpret_cast<decltype(by_subject::parse)>(parse)};
}

/// Code that people write themselves. Both copy the reason, and neither looks for the LF.
struct by_sscanf {
  answer operator()(std::string_view bytes) const {
    static std::array<char, 8192> reason;
    answer a;
    int code = 0;
    reason[0] = '\0';
    if (std::sscanf(bytes.data(), "HTTP/%d.%d %d %8191[^\r\n]", &a.major, &a.minor, &code,
                    reason.data()) < 3) {
      a.outcome = outcome::refused;
      return a;
    }
    a.outcome = outcome::accepted;
    a.code = static_cast<std::uint16_t>(code);
    a.reason = reason.data();
    return a;
  }
};
struct by_regex {
  answer operator()(std::string_view bytes) const {
    static const std::regex line{R"(HTTP/(\d)\.(\d) (\d{3}) ([^\r\n]*)\r\n)"};
    std::cmatch m;
    answer a;
    if (!std::regex_search(bytes.data(), bytes.data() + bytes.size(), m, line,
                           std::regex_constants::match_continuous)) {
      a.outcome = outcome::refused;
      return a;
    }
    a.outcome = outcome::accepted;
    a.major = *m[1].first - '0';
    a.minor = *m[2].first - '0';
    a.code = static_cast<std::uint16_t>(std::stoi(m[3].str()));
    a.reason = {m[4].first, static_cast<std::size_t>(m[4].length())};
    a.end = static_cast<std::size_t>(m.length());
    return a;
  }
};

// The floors: every parser has to find the LF. Not inlined, as no parser is.
struct by_memchr {
  line_end operator()(std::string_view bytes) const {
    const void* const lf = std::memchr(bytes.data(), '\n', bytes.size());
    return {lf == nullptr
                ? 0
                : static_cast<std::size_t>(static_cast<const char*>(lf) - bytes.data()) + 1};
  }
};
struct by_copy {
  line_end operator()(std::string_view bytes) const {
    static std::array<char, 8192> to;
    const line_end found = by_memchr{}(bytes);
    std::memcpy(to.data(), bytes.data(), found.size);
    benchmark::DoNotOptimize(to.data());
    return found;
  }
};
#if defined(__SSE2__)
[[gnu::noinline]] std::size_t find_lf(const char* p, std::size_t n) {
  std::size_t at = 0;
  for (; n - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + at));
    const int mask = _mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8('\n')));
    if (mask != 0)
      return at + static_cast<unsigned>(std::countr_zero(static_cast<unsigned>(mask)));
  }
  while (at < n && p[at] != '\n')
    ++at;
  return at;
}
struct by_sse2 {
  line_end operator()(std::string_view bytes) const {
    return {find_lf(bytes.data(), bytes.size()) + 1};
  }
};
#endif

/// The adapters of the peers return a peers::answer. This is the cost of returning one.
[[gnu::noinline]] answer say_nothing(const char* data, std::size_t size, peers::scratch&) noexcept {
  answer a;
  a.outcome = outcome::accepted;
  a.code = 200;
  a.reason = {data, size};
  return a;
}
struct nothing {
  formality operator()(std::string_view bytes) const {
    static auto* volatile say = &say_nothing;
    return {say(bytes.data(), bytes.size(), scratch())};
  }
};

/// Returns "" if the answer is right, else the difference.
std::string fault(const answer& a, const sample& s, const row& r) {
  if (!r.accepted) {
    if (a.outcome != outcome::refused)
      return "accepts it, or needs more";
    return ""; // only for the library: other parsers count offsets differently
  }
  if (a.outcome != outcome::accepted)
    return a.outcome == outcome::refused ? "refuses it" : "needs more";
  if (a.code != s.code)
    return "reads another code";
  if (a.reason != s.reason)
    return "reads another reason";
  if (a.end != peers::npos && a.end != s.size)
    return "ends elsewhere";
  if ((a.major != -1 && a.major != s.major) || (a.minor != -1 && a.minor != s.minor))
    return "reads another version";
  return "";
}
std::string fault(const subject_answer& a, const sample& s, const row& r) {
  const sl_subject_answer& t = a.told;
  answer theirs;
  theirs.outcome = t.outcome == SL_SUBJECT_ACCEPTED    ? outcome::accepted
                   : t.outcome == SL_SUBJECT_NEED_MORE ? outcome::need_more
                                                       : outcome::refused;
  theirs.code = t.code == -1 ? s.code : static_cast<std::uint16_t>(t.code);
  theirs.major = t.major;
  theirs.minor = t.minor;
  theirs.reason = t.reason == nullptr ? s.reason : std::string_view{t.reason, t.reason_size};
  theirs.end = t.end;
  return fault(theirs, s, r);
}
std::string fault(const line_end& a, const sample& s, const row&) {
  return a.size == s.size ? "" : "ends elsewhere";
}
std::string fault(const formality&, const sample&, const row&) { return ""; }
template <class Result> std::string fault(const Result& a, const sample& s, const row& r) {
  return fault(tell(a), s, r);
}

template <class Ask> void lap(const Ask& ask, std::span<const std::string_view> lines) {
  for (const std::string_view line : lines) {
    auto result = ask(line);
    benchmark::DoNotOptimize(result);
  }
}

sl_policy c_policy(const policy& p) {
  sl_policy c = SL_STRICT;
  for (const quirk q : p.allowed)
    c.allowed |= sl_quirks{1} << static_cast<unsigned>(q);
  c.max_size = p.max_size;
  return c;
}

enum class kind { library, peer, floor };

/// One column: how to parse the lines of a lap, and how to parse one line.
struct column {
  std::string name;
  bench::kind kind = kind::peer;
  bool needs_head = false;
  bool needs_nul = false;
  std::function<void(std::span<const std::string_view>)> laps;
  std::function<std::string(std::string_view, const sample&, const row&)> fault_of;
};

template <class Ask> column make(kind k, const std::string& name, Ask ask) {
  return {.name = name,
          .kind = k,
          .laps = [ask](std::span<const std::string_view> lines) { lap(ask, lines); },
          .fault_of = [ask](std::string_view bytes, const sample& s,
                            const row& r) { return fault(ask(bytes), s, r); }};
}

/// The columns of the library parse under this policy, except two that have a policy's name.
std::vector<column> columns(const policy& p, const std::optional<by_subject>& subject) {
  using enum kind;
  std::vector<column> all;
  all.push_back(make(library, "statusline", one_shot{p}));
  all.push_back(make(library, "statusline_interop", one_shot{interop}));
  all.push_back(make(library, "statusline_permissive", one_shot{permissive}));
  all.push_back(make(library, "statusline_c", c_library{c_policy(p)}));
  all.push_back(make(library, "statusline_assess", parse_and_assess{p}));
  all.push_back(make(library, "statusline_stream", stream_one{p}));
  all.push_back(make(library, "statusline_stream2", stream_two{p}));
  all.push_back(make(library, "statusline_bytes", stream_bytes{p}));
  for (std::size_t piece = 2; piece < 8192; piece *= 4)
    all.push_back(
        make(library, "statusline_by_" + std::to_string(piece), stream_pieces{{p}, piece}));
  for (const peers::peer& other : peers::all_peers()) {
    const std::string_view name = other.name;
    if (name == "llhttp9")
      continue; // translated from WebAssembly: for comparison of answers, not of speed
    all.push_back(make(peer, other.name, peer_one{&other}));
    all.back().needs_head = other.needs_head;
    if (name == "llhttp")
      all.push_back(make(peer, "llhttp_bytes", peer_bytes{&other}));
  }
  if (subject) {
    all.push_back(make(peer, "subject", *subject));
    all.back().needs_head = (*subject)("HTTP/1.1 200 OK\r\n").told.outcome == SL_SUBJECT_NEED_MORE;
  }
  all.push_back(make(peer, "sscanf", by_sscanf{}));
  all.back().needs_nul = true;
  all.push_back(make(peer, "std_regex", by_regex{}));
  all.push_back(make(floor, "memchr", by_memchr{}));
#if defined(__SSE2__)
  all.push_back(make(floor, "sse2_lf", by_sse2{}));
#endif
  all.push_back(make(floor, "copy", by_copy{}));
  all.push_back(make(floor, "nothing", nothing{}));
  return all;
}

/// A short timing of the column that another one is compared with, in ns for each line.
double time_once(const column& c, const row& r) {
  constexpr double enough = 300e3; // much more than reading the clock costs
  for (std::size_t laps = 1;; laps *= 2) {
    const double begin = cpu_time();
    for (std::size_t i = 0; i < laps; ++i)
      c.laps(r.next_lap(c.needs_head));
    const double taken = cpu_time() - begin;
    if (taken >= enough)
      return taken / static_cast<double>(laps * r.lap_size);
  }
}

void run(benchmark::State& state, const row& r, const column& c, const row& against_row,
         const column& against) {
  const double before = time_once(against, against_row);
  const double begin = cpu_time();
  while (state.KeepRunning())
    c.laps(r.next_lap(c.needs_head));
  const double taken = cpu_time() - begin;
  const double after = time_once(against, against_row);
  const double ns =
      taken / static_cast<double>(state.iterations()) / static_cast<double>(r.lap_size);
  state.counters["ns"] = ns;
  state.counters["ratio"] = 2 * ns / (before + after);
}

/// Returns the first line that the column gets wrong; "" if there is none.
std::string first_fault(const row& r, const column& c) {
  if (c.needs_nul && !r.nul_after)
    return "needs a NUL after the bytes";
  for (const sample& s : r.samples) {
    const auto bytes = c.needs_head ? s.with_empty_head : s.bytes;
    if (std::string f = c.fault_of(bytes, s, r); !f.empty())
      return f;
  }
  return "";
}

const column& find(const std::vector<column>& all, std::string_view name) {
  return *std::find_if(all.begin(), all.end(), [&](const column& c) { return c.name == name; });
}

/// The library must be right about all of it, to the byte.
bool library_is_right(const row& r) {
  return std::all_of(r.samples.begin(), r.samples.end(), [&](const sample& s) {
    const parse_result mine = parse(s.bytes, r.allowed);
    return fault(mine, s, r).empty() && (r.accepted || mine.end == r.refused_at);
  });
}

/// Whether the column applies to the row. `mine` is the row's own column.
bool belongs(const column& c, const column& mine, const row& r) {
  if (&c == &mine)
    return true;
  if (r.columns == row::named::few)
    return c.name == "statusline_stream" || c.name == "llhttp" || c.name == "memchr" ||
           c.name == "subject";
  if (r.columns != row::named::all)
    return c.kind == kind::peer && r.columns == row::named::peers;
  return c.name != "statusline_interop" &&
         (!c.name.starts_with("statusline_by_") || r.name == "huge");
}

/// As /proc/cpuinfo has it.
std::string processor() {
  std::ifstream info{"/proc/cpuinfo"};
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name"))
      return line.substr(line.find(':') + 2);
  return "unknown";
}

/// Registers a row's benchmarks. The context of the output lists the columns that are left out, and
/// why. `usual` is the policy of the column `statusline`.
bool add(const row& r, const std::vector<column>& all, const policy& usual) {
  if (!library_is_right(r)) {
    std::fprintf(stderr, "bench: statusline is wrong about row %s\n", r.name.c_str());
    return false;
  }
  const auto column_for = [&](const policy& p) -> const column& {
    return find(all, p == usual        ? "statusline"
                     : p == permissive ? "statusline_permissive"
                                       : "statusline_interop");
  };
  const column& mine = column_for(r.allowed);
  const row& other_row = r.compared_with.empty() ? r : *find_row(r.compared_with);
  std::string left_out;
  for (const column& c : all) {
    if (!belongs(c, mine, r))
      continue;
    if (const std::string f = first_fault(r, c); !f.empty()) {
      left_out += (left_out.empty() ? "" : "; ") + c.name + ' ' + f;
      continue;
    }
    const row& against_row = &c == &mine ? other_row : r;
    const column& against = &c == &mine ? column_for(other_row.allowed) : mine;
    const auto timed = [&](benchmark::State& state) { run(state, r, c, against_row, against); };
    auto* const one = benchmark::RegisterBenchmark((r.name + '/' + c.name).c_str(), timed);
    add_quantiles(one);
  }
  if (!left_out.empty())
    benchmark::AddCustomContext("left out of " + r.name, left_out);
  return true;
}

} // namespace
} // namespace statusline::bench

int main(int argc, char** argv) {
  using namespace statusline;
  using namespace statusline::bench;
  benchmark::Initialize(&argc, argv);
  std::vector<row> own;
  std::optional<by_subject> subject;
  int left = 1; // the arguments that neither it nor Google Benchmark knows
  for (int i = 1; i < argc; ++i) {
    constexpr std::string_view lines = "--lines=";
    constexpr std::string_view library = "--subject=";
    const std::string_view argument = argv[i];
    if (argument.starts_with(lines)) {
      own.push_back(read_lines(argv[i] + lines.size()));
      if (own.front().samples.empty())
        return 1;
    } else if (argument.starts_with(library)) {
      subject = load_subject(argv[i] + library.size());
      if (!subject)
        return 1;
    } else {
      argv[left++] = argv[i];
    }
  }
  argc = left;
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  const policy usual = own.empty() ? strict : own.front().allowed;
  const std::vector<column> all = columns(usual, subject);
  for (const row& r : own.empty() ? rows() : own) {
    if (!add(r, all, usual))
      return 1;
    if (!r.what.empty())
      benchmark::AddCustomContext("row " + r.name, r.what);
  }
  if (own.empty() && !add_many())
    return 1;
  benchmark::AddCustomContext("processor", processor());
  benchmark::AddCustomContext("compiler", STATUSLINE_COMPILER);
  benchmark::AddCustomContext("flags", STATUSLINE_FLAGS);
  benchmark::AddCustomContext("statusline", std::string{version});
  for (const peers::peer& p : peers::all_peers())
    benchmark::AddCustomContext(std::string{"peer "} + p.name,
                                p.version() + "; does more: " + p.beyond);
  return benchmark::RunSpecifiedBenchmarks() == 0 ? 1 : 0;
}
