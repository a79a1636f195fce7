// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include "support/guarded.hpp"
#include "support/reference_parser.hpp"

#include <statusline/registry.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <fstream>
#include <memory>
#include <random>

namespace statusline::bench {
namespace {

/// The header section of a usual server.
constexpr std::string_view head = "Date: Mon, 23 Nov 2026 10:20:30 GMT\r\n"
                                  "Server: nginx/1.22.1\r\n"
                                  "Content-Type: text/html; charset=utf-8\r\n"
                                  "Content-Length: 6132\r\n"
                                  "Connection: keep-alive\r\n"
                                  "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT\r\n"
                                  "ETag: \"655b1c80-17f4\"\r\n"
                                  "Accept-Ranges: bytes\r\n\r\n";

/// Bytes that stay where they are. A NUL follows each text.
std::string_view keep(std::string text) {
  static std::deque<std::string> texts;
  return texts.emplace_back(std::move(text));
}

/// A line by its parts, before it has a place.
struct parts {
  std::string line;
  std::string reason;
  std::uint16_t code = 200;
  std::uint8_t major = 1;
  std::uint8_t minor = 1;

  static parts of(std::uint16_t code, std::string reason, std::uint8_t minor = 1) {
    return {"HTTP/1." + std::to_string(minor) + ' ' + std::to_string(code) + ' ' + reason + "\r\n",
            std::move(reason), code, 1, minor};
  }
};

sample place(const parts& p, std::string_view bytes, std::string_view with_empty_head) {
  const std::size_t at = p.line.find(p.reason, std::min<std::size_t>(p.line.size(), 4));
  return {bytes,         with_empty_head,
          p.line.size(), bytes.substr(p.reason.empty() ? 0 : at, p.reason.size()),
          p.code,        p.major,
          p.minor};
}

sample alone(const parts& p) { return place(p, keep(p.line), keep(p.line + "\r\n")); }
sample with_head(const parts& p) {
  const std::string_view bytes = keep(p.line + std::string{head});
  return place(p, bytes, bytes);
}

/// The same line again and again, so that a lap is long enough to be timed. With `put`, each copy
/// has a separate place, so that no single place decides.
row same(std::string name, std::string what, const sample& s) {
  row r;
  r.name = std::move(name);
  r.what = std::move(what);
  r.samples.assign(64, s);
  return r;
}
row same(std::string name, std::string what, sample (*put)(const parts&), const parts& p,
         std::size_t times = 64) {
  row r = same(std::move(name), std::move(what), put(p));
  r.samples.resize(times);
  for (sample& s : r.samples)
    s = put(p);
  return r;
}

/// The 40 most frequent pairs of code and phrase after "200 OK".
const std::vector<parts>& usual() {
  static const std::vector<parts> pairs = [] {
    constexpr std::array<std::pair<std::uint16_t, const char*>, 40> list{{
        {304, "Not Modified"},
        {404, "Not Found"},
        {302, "Found"},
        {301, "Moved Permanently"},
        {204, "No Content"},
        {206, "Partial Content"},
        {403, "Forbidden"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {201, "Created"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {502, "Bad Gateway"},
        {429, "Too Many Requests"},
        {303, "See Other"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {202, "Accepted"},
        {504, "Gateway Timeout"},
        {410, "Gone"},
        {405, "Method Not Allowed"},
        {302, "Moved Temporarily"},
        {409, "Conflict"},
        {422, "Unprocessable Entity"},
        {100, "Continue"},
        {101, "Switching Protocols"},
        {412, "Precondition Failed"},
        {416, "Requested Range Not Satisfiable"},
        {413, "Request Entity Too Large"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {415, "Unsupported Media Type"},
        {407, "Proxy Authentication Required"},
        {501, "Not Implemented"},
        {451, "Unavailable For Legal Reasons"},
        {411, "Length Required"},
        {414, "Request-URI Too Long"},
        {207, "Multi-Status"},
        {423, "Locked"},
        {505, "HTTP Version Not Supported"},
    }};
    std::vector<parts> all;
    all.reserve(list.size());
    for (const auto& [code, phrase] : list)
      all.push_back(parts::of(code, phrase));
    return all;
  }();
  return pairs;
}

/// Lines as in traffic: 64 % "HTTP/1.1 200 OK". Of the rest, a tenth has HTTP/1.0, and a tenth has
/// an unregistered phrase of up to 64 bytes. The earlier a pair is in the list, the more frequent.
std::vector<parts> traffic(std::size_t count) {
  std::mt19937 random{2026};
  const auto share = [&](unsigned percent) { return random() % 100 < percent; };
  const auto ok = [&] { return parts::of(200, "OK", share(10) ? 0 : 1); };
  std::vector<parts> all;
  while (all.size() < count) {
    if (all.size() * 100 < count * 64) {
      all.push_back(parts::of(200, "OK"));
    } else if (share(10)) {
      std::string phrase(1 + random() % 64, ' ');
      for (char& c : phrase)
        c = static_cast<char>('a' + random() % 26);
      all.push_back(parts::of(static_cast<std::uint16_t>(200 + random() % 400), phrase));
    } else if (share(10)) {
      all.push_back(ok());
    } else {
      const std::size_t i = std::min(random() % usual().size(), random() % usual().size());
      const parts& p = usual()[i];
      all.push_back(parts::of(p.code, p.reason, share(10) ? 0 : 1));
    }
  }
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

void add_ok(std::vector<row>& all) {
  const parts ok = parts::of(200, "OK");
  all.push_back(same("ok", "the 17 bytes `HTTP/1.1 200 OK`, CR, LF", alone, ok));
  all.push_back(same("ok+head", "the same with a header section after it", with_head, ok));
}

void add_mix(std::vector<row>& all) {
  row bare;
  bare.name = "mix";
  bare.what = "2048 lines by the shares of real traffic, shuffled";
  row headed;
  headed.name = "mix+head";
  headed.what = "the same, each with a header section after it";
  for (const parts& p : traffic(2048)) {
    bare.samples.push_back(alone(p));
    headed.samples.push_back(with_head(p));
  }
  all.push_back(std::move(bare));
  all.push_back(std::move(headed));
}

/// Each length from 14 bytes, which only a line without a reason has, to 80: alone, and from 15
/// bytes in a pair with the same line and 64 bytes after it.
void add_tail(std::vector<row>& all) {
  static std::deque<support::guarded> pages;
  row tail;
  tail.name = "tail";
  tail.what =
      "lines of 15 to 80 bytes, shuffled, each with its last byte before a page that nobody "
      "may read";
  tail.nul_after = false;
  std::vector<row> pairs;
  for (std::size_t size = 14; size <= 80; ++size) {
    const parts p =
        size == 14 ? parts{"HTTP/1.1 200\r\n", ""} : parts::of(200, std::string(size - 15, 'x'));
    const sample at_end =
        place(p, pages.emplace_back().at_end(p.line), pages.emplace_back().at_end(p.line + "\r\n"));
    if (size > 14)
      tail.samples.push_back(at_end);

    const std::string followed = p.line + std::string{head.substr(0, 64)};
    const std::string name = "tail-" + std::to_string(size);
    row here = same(name, "", at_end);
    here.compared_with = name + "+64";
    row longer = same(here.compared_with, "", place(p, pages.emplace_back().at_end(followed), ""));
    here.allowed = longer.allowed = size == 14 ? interop : strict;
    here.columns = longer.columns = row::named::none;
    here.nul_after = longer.nul_after = false;
    pairs.push_back(std::move(here));
    pairs.push_back(std::move(longer));
  }
  std::vector<sample> once = tail.samples;
  std::mt19937 random{14};
  for (int lap = 1; lap < 16; ++lap)
    tail.samples.insert(tail.samples.end(), once.begin(), once.end());
  std::shuffle(tail.samples.begin(), tail.samples.end(), random);
  all.push_back(std::move(tail));
  std::move(pairs.begin(), pairs.end(), std::back_inserter(all));
}

void add_long(std::vector<row>& all) {
  const auto phrase = [](std::size_t size) {
    std::string text;
    while (text.size() < size)
      text += "The quick brown fox jumps over the lazy dog. ";
    text.resize(size);
    return text;
  };
  const parts long_one = parts::of(200, phrase(256));
  const parts huge = parts::of(200, phrase(8192 - 15));
  all.push_back(same("long", "a reason of 256 bytes", alone, long_one, 16));
  all.push_back(same("long+head", "the same with a header section", with_head, long_one, 16));
  all.push_back(
      same("huge", "a line of 8 KiB, as long as the default limit allows", alone, huge, 4));
  all.push_back(same("huge+head", "the same with a header section", with_head, huge, 4));
}

void add_latin1(std::vector<row>& all) {
  row r;
  r.name = "latin1+head";
  r.what = "phrases in Latin-1 and UTF-8, shuffled, each with a header section after it";
  for (const char* reason :
       {"P\xe1gina no encontrada", "Acc\xe8s interdit", "Nicht ge\xe4ndert", "OK \xe2\x9c\x93",
        "\xd0\x9d\xd0\xb5 \xd0\xbd\xd0\xb0\xd0\xb9\xd0\xb4\xd0\xb5\xd0\xbd\xd0\xbe",
        "Erro interno do servi\xe7o"})
    r.samples.insert(r.samples.end(), 32, with_head(parts::of(404, reason)));
  std::shuffle(r.samples.begin(), r.samples.end(), std::mt19937{1});
  all.push_back(std::move(r));
}

/// For assess(): each code of the registry with its phrase.
void add_canonical(std::vector<row>& all) {
  row r;
  r.name = "canonical+head";
  r.what = "each code that IANA lists, with its registered phrase and a header section, shuffled";
  for (const registry_entry& e : iana.entries)
    r.samples.insert(r.samples.end(), 16, with_head(parts::of(e.code, std::string{e.phrase})));
  std::shuffle(r.samples.begin(), r.samples.end(), std::mt19937{2});
  all.push_back(std::move(r));
}

void add_quirky(std::vector<row>& all) {
  const auto add = [&](quirk q, const parts& p) {
    row r = same("quirky-" + std::string{to_string(q)}, "", with_head, p);
    r.allowed = permissive;
    r.compared_with = "ok+head";
    r.columns = row::named::peers;
    all.push_back(std::move(r));
  };
  using enum quirk;
  add(missing_reason, {"HTTP/1.1 200\r\n", ""});
  add(bare_lf, {"HTTP/1.1 200 OK\n", "OK"});
  add(repeated_cr, {"HTTP/1.1 200 OK\r\r\n", "OK"});
  add(leading_blank, {"\r\nHTTP/1.1 200 OK\r\n", "OK"});
  add(extra_space, {"HTTP/1.1  200 OK\r\n", "OK"});
  add(other_whitespace, {"HTTP/1.1\t200 OK\r\n", "OK"});
  add(lowercase_protocol, {"http/1.1 200 OK\r\n", "OK"});
  add(short_version, {"HTTP/2 200 OK\r\n", "OK", 200, 2, 0});
  add(missing_version, {"HTTP 200 OK\r\n", "OK", 200, 0, 0});
  add(icy_protocol, {"ICY 200 OK\r\n", "OK", 200, 0, 0});
  add(glued_reason, {"HTTP/1.1 200-OK\r\n", "-OK"});
  add(control_in_reason, {"HTTP/1.1 200 O\x01K\r\n", "O\x01K"});
}

/// Wrong at each offset in turn: a byte that no rule and no other parser accepts there.
void add_bad(std::vector<row>& all) {
  const std::string line = "HTTP/1.1 200 OK\r\n";
  for (std::size_t at = 0; at < line.size(); ++at) {
    parts p = parts::of(200, "OK");
    p.line[at] = at == 12 ? '0' : at == line.size() - 1 ? 'x' : '\x01'; // a fourth digit; CR, x
    p.reason.clear();
    const std::string offset = (at < 10 ? "0" : "") + std::to_string(at);
    row r = same("bad-" + offset, "", with_head, p);
    r.accepted = false;
    r.refused_at = at;
    r.compared_with = "ok+head";
    r.columns = row::named::peers;
    all.push_back(std::move(r));
  }
}

/// Growth: with the length of the line, and with the place of the first error in a line of 8 KiB.
void add_growth(std::vector<row>& all) {
  const auto name = [](const char* what, std::size_t n) { return what + std::to_string(n); };
  for (std::size_t size = 14; size <= 8192; size = size == 14 ? 16 : size * 2) {
    const parts p =
        size == 14 ? parts{"HTTP/1.1 200\r\n", ""} : parts::of(200, std::string(size - 15, 'x'));
    row r = same(name("length-", size), "", with_head, p, size > 1024 ? 4 : 16);
    r.allowed = size == 14 ? interop : strict;
    r.columns = row::named::few;
    all.push_back(std::move(r));
  }
  for (std::size_t at = 16; at <= 4096; at *= 2) {
    parts p = parts::of(200, std::string(8192 - 15, 'x'));
    p.line[at] = '\x01';
    p.reason.clear();
    row r = same(name("error-", at), "", with_head, p, 4);
    r.accepted = false;
    r.refused_at = at;
    r.columns = row::named::none;
    all.push_back(std::move(r));
  }
}

/// More lines than the last-level cache has bytes for, each in a separate place, in an order that
/// no prefetcher predicts.
void add_cold(std::vector<row>& all) {
  constexpr std::size_t lap = 2048;
  const auto make = [&](std::string name, std::string what, std::size_t slot, std::size_t count,
                        bool headed) {
    const std::vector<parts> lines = traffic(lap);
    static std::deque<std::vector<char>> memory;
    std::vector<char>& m = memory.emplace_back(slot * count);
    row r;
    r.name = std::move(name);
    r.what = std::move(what);
    r.lap_size = lap;
    r.nul_after = false;
    r.samples.reserve(count);
    std::vector<std::size_t> slots(count);
    for (std::size_t i = 0; i < count; ++i)
      slots[i] = i;
    std::shuffle(slots.begin(), slots.end(), std::mt19937{7});
    for (std::size_t i = 0; i < count; ++i) {
      const parts& p = lines[i % lines.size()];
      char* const to = m.data() + slots[i] * slot;
      const std::string text = p.line + (headed ? std::string{head} : "\r\n");
      text.copy(to, text.size());
      r.samples.push_back(place(p, {to, headed ? text.size() : p.line.size()}, {to, text.size()}));
    }
    all.push_back(std::move(r));
  };
  make("cold", "lines as in `mix`, 64 MiB of them in random order", 128, lap * 256, false);
  make("cold+head", "the same with a header section after each, 96 MiB", 384, lap * 128, true);
}

std::vector<row> make_rows() {
  std::vector<row> all;
  add_ok(all);
  add_mix(all);
  add_tail(all);
  add_long(all);
  add_latin1(all);
  add_canonical(all);
  add_quirky(all);
  add_bad(all);
  add_growth(all);
  add_cold(all);
  for (row& r : all)
    r.seal();
  return all;
}

} // namespace

void row::seal() {
  for (const sample& s : samples) {
    bytes_.push_back(s.bytes);
    with_empty_head_.push_back(s.with_empty_head);
  }
  if (lap_size == 0)
    lap_size = samples.size();
}

std::span<const std::string_view> row::next_lap(bool with_empty_head) const {
  const auto& views = with_empty_head ? with_empty_head_ : bytes_;
  const std::size_t from = next_;
  next_ = from + 2 * lap_size <= views.size() ? from + lap_size : 0;
  return {views.data() + from, lap_size};
}

const std::vector<row>& rows() {
  static const std::vector<row> all = make_rows();
  return all;
}

row read_lines(const std::string& file) {
  row r;
  r.name = "lines";
  r.what = "the lines of a file";
  std::ifstream in{file, std::ios::binary};
  if (!in)
    std::fprintf(stderr, "bench: cannot read %s\n", file.c_str());
  quirk_set quirks;
  std::size_t count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    if (!in.eof())
      line += '\n';
    const reference::outcome expected = reference::parse(line, permissive, false);
    if (expected.error != errc::ok || expected.end != line.size())
      continue;
    quirks |= expected.quirks;
    const std::string_view bytes = keep(line);
    r.samples.push_back({bytes, keep(line + "\r\n"), bytes.size(),
                         bytes.substr(expected.reason_offset, expected.reason_size), expected.code,
                         expected.version.major, expected.version.minor});
  }
  if (count != r.samples.size() || count == 0)
    std::fprintf(stderr, "bench: %zu of %zu lines of %s are no status line, and are left out\n",
                 count - r.samples.size(), count, file.c_str());
  if (!r.samples.empty()) {
    r.allowed = policy{quirks};
    for (std::size_t i = 0; r.samples.size() < 64; ++i) // long enough to be timed
      r.samples.push_back(r.samples[i]);
  }
  r.seal();
  return r;
}

const row* find_row(std::string_view name) {
  for (const row& r : rows())
    if (r.name == name)
      return &r;
  return nullptr;
}

} // namespace statusline::bench
