// SPDX-License-Identifier: MIT
#include "judge.hpp"

#include "cases.hpp"
#include "reference_parser.hpp"

#include <random>

namespace statusline::support {
namespace {

using reference::outcome;

outcome answer_of(const parse_result& r, std::string_view bytes) {
  outcome o{r.error, r.refused, r.end, r.line.code, r.line.version, r.line.quirks, 0, 0};
  if (r) {
    o.reason_offset = static_cast<std::size_t>(r.line.reason.data() - bytes.data());
    o.reason_size = r.line.reason.size();
  }
  return o;
}

outcome answer_of(const stream_parser& s) {
  const stream_line l = s.line();
  return {s.error(), s.refused(), s.end(),         l.code,
          l.version, l.quirks,    l.reason_offset, l.reason_size};
}

std::string names(quirk_set set) {
  std::string text;
  for (const quirk q : set)
    text += (text.empty() ? "" : ",") + std::string{to_string(q)};
  return text.empty() ? "none" : text;
}

std::string show(const outcome& o) {
  return std::string{to_string(o.error)} + " end " + std::to_string(o.end) + ", version " +
         std::to_string(o.version.major) + '.' + std::to_string(o.version.minor) + ", code " +
         std::to_string(o.code) + ", reason " + std::to_string(o.reason_offset) + '+' +
         std::to_string(o.reason_size) + ", quirks " + names(o.quirks) + ", refused " +
         names(o.refused);
}

std::string complain(std::string_view what, std::string_view bytes, const policy& p) {
  return std::string{what} + "\n  input   " + corpus::escape(bytes) + "\n  allowed " +
         names(p.allowed) + ", max_size " + std::to_string(p.max_size);
}

complaint compare(std::string_view what, const outcome& want, const outcome& have,
                  std::string_view bytes, const policy& p) {
  if (want == have)
    return {};
  return complain(what, bytes, p) + "\n  want    " + show(want) + "\n  have    " + show(have);
}

complaint judge_honesty(const parse_result& r, std::string_view bytes, const policy& p) {
  if (r || r.error == errc::too_long)
    return {};
  if (!reference::can_be_completed(bytes.substr(0, r.end), p))
    return complain("the bytes before `end` can't become an acceptable line", bytes, p);
  if (r.error != errc::need_more && reference::can_be_completed(bytes.substr(0, r.end + 1), p))
    return complain("the byte at `end` still can be part of an acceptable line", bytes, p);
  return {};
}

complaint judge_explain(std::string_view bytes, const policy& p) {
  std::vector<reference::finding> have;
  const parse_result r = explain(bytes, p, [&](quirk q, std::size_t offset, std::size_t size) {
    have.push_back({q, offset, size});
  });
  if (r != parse_complete(bytes, p))
    return complain("explain does not return what parse_complete does", bytes, p);
  if (const auto want = reference::explain(bytes, p); want != have) {
    return complain("explain", bytes, p) + "\n  want    " + corpus::show(want) + "\n  have    " +
           corpus::show(have);
  }
  return {};
}

complaint judge_write(const parse_result& r, std::string_view bytes, const policy& p) {
  if (!r)
    return {};
  std::string out(r.line.reason.size() + 15, '\xaa');
  const std::string untouched = out;
  if (write(std::span{out}.first(out.size() - 1), r.line) != 0 || out != untouched)
    return complain("write does not refuse a buffer that is one byte short", bytes, p);
  const std::size_t size = write(out, r.line);
  if (r.line.quirks.contains(quirk::control_in_reason)) {
    if (size == 0 && out == untouched)
      return {};
    return complain("write takes a reason with a control byte", bytes, p);
  }
  const parse_result again = parse(std::string_view{out}.substr(0, size), {{}, size});
  if (size != out.size() || !again || again.end != size || again.line.code != r.line.code ||
      again.line.version != r.line.version || again.line.reason != r.line.reason)
    return complain("what write makes does not parse to the same", bytes, p);
  if (r.line.quirks.empty() && out != bytes.substr(0, r.end))
    return complain("write does not give a canonical line back", bytes, p);
  return {};
}

} // namespace

complaint judge_answer(std::string_view bytes, const policy& p) {
  if (auto c = compare("parse", reference::parse(bytes, p, false),
                       answer_of(parse(bytes, p), bytes), bytes, p))
    return c;
  return compare("parse_complete", reference::parse(bytes, p, true),
                 answer_of(parse_complete(bytes, p), bytes), bytes, p);
}

complaint judge(std::string_view bytes, const policy& p) {
  if (auto c = judge_answer(bytes, p))
    return c;
  const parse_result r = parse(bytes, p);
  if (parse(std::as_bytes(std::span{bytes}), p) != r ||
      parse_complete(std::as_bytes(std::span{bytes}), p) != parse_complete(bytes, p))
    return complain("the overload for std::byte says something else", bytes, p);
  if (auto c = judge_honesty(r, bytes, p))
    return c;
  if (auto c = judge_explain(bytes, p))
    return c;
  if (auto c = judge_write(parse_complete(bytes, p), bytes, p))
    return c;
  return judge_cuts(bytes, p, {});
}

complaint judge_filter(std::string_view bytes, const policy& p) {
  const policy all{quirk_set::all(), p.max_size};
  for (const bool complete : {false, true}) {
    const auto read = [&](const policy& q) {
      return complete ? parse_complete(bytes, q) : parse(bytes, q);
    };
    const parse_result mine = read(p);
    const parse_result widest = read(all);
    const bool allowed = widest && widest.line.quirks.subset_of(p.allowed);
    if (allowed != bool{mine} || (mine && mine != widest))
      return complain("the policy is not a filter", bytes, p);
  }
  return {};
}

complaint judge_cuts(std::string_view bytes, const policy& p, std::span<const std::size_t> cuts) {
  stream_parser stream{p};
  std::string reason;
  std::size_t used = 0;
  std::size_t begin = 0;
  const auto feed = [&](std::size_t end) {
    const feed_result got = stream.feed(bytes.substr(begin, end - begin));
    reason += got.reason_part;
    used += got.used;
    begin = end;
  };
  for (const std::size_t cut : cuts)
    feed(cut);
  feed(bytes.size());

  const auto check = [&](std::string_view what, const parse_result& whole) -> complaint {
    if (auto c = compare(what, answer_of(whole, bytes), answer_of(stream), bytes, p))
      return c;
    if (used != whole.end || (whole && reason != whole.line.reason))
      return complain("the stream used other bytes, or gave another reason", bytes, p);
    return {};
  };
  if (auto c = check("stream", parse(bytes, p)))
    return c;
  const errc before = stream.error();
  if (stream.finish() != stream.error() || (before != errc::need_more && before != stream.error()))
    return complain("finish changes what was decided", bytes, p);
  if (auto c = check("stream, finished", parse_complete(bytes, p)))
    return c;
  if (stream.error() == errc::need_more)
    return {};
  const feed_result more = stream.feed("HTTP/1.1 200 OK\r\n");
  if (more.error != stream.error() || more.used != 0 || !more.reason_part.empty())
    return complain("the stream goes on after the end", bytes, p);
  return check("stream, fed after the end", parse_complete(bytes, p));
}

std::vector<std::string> quirk_lines_and(const std::vector<std::string>& more) {
  std::vector<std::string> all{"HTTP/1.1 200 OK\r\n", "HTTP/1.1\t\f200\vOK\r\n"};
  for (const quirk q : quirk_set::all())
    all.emplace_back(example(q));
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool same(const stream_parser& stream, const parse_result& r) {
  const stream_line line = stream.line();
  return stream.error() == r.error && stream.end() == r.end && stream.refused() == r.refused &&
         line.code == r.line.code && line.version == r.line.version &&
         line.quirks == r.line.quirks && line.reason_size == r.line.reason.size() &&
         line.size == (r ? r.end : 0);
}

std::vector<policy> policies(std::size_t count, unsigned seed) {
  std::vector<policy> all{strict, interop, permissive};
  std::mt19937 random{seed};
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({quirk_set::from_bits(static_cast<std::uint32_t>(random()))});
  return all;
}

} // namespace statusline::support
