// SPDX-License-Identifier: MIT
#include "inputs.hpp"

#include "framing.hpp"

#include <statusline/batch.hpp>
#include <statusline/registry.hpp>

#include <algorithm>
#include <array>

namespace statusline::cli {
namespace {

using visitor = std::function<void(const input&)>;

/// The bytes here that decide a status line. `one_line`: and none beyond the first LF.
std::string_view deciding(source& from, const policy& p, bool one_line) {
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

/// The bytes of an input with an error, up to ahead_of(p). Reads no further than the end of a line
/// or of a head, if the input is one.
std::string_view ahead(source& from, const policy& p, division by) {
  const std::size_t most = ahead_of(p);
  if (by == division::whole)
    return from.peek(most).substr(0, most);
  for (std::size_t line = 0, at = 0; at < most; ++at) {
    const std::string_view seen = from.peek(at + 1);
    const std::size_t lf = seen.find('\n', at);
    if (seen.size() <= at)
      return seen;
    at = lf == seen.npos ? seen.size() - 1 : lf;
    if (lf == seen.npos || lf >= most)
      continue;
    const bool empty = seen.substr(line, lf - line).find_first_not_of('\r') == seen.npos;
    if (by == division::lines || empty || version_follows(from, lf + 1))
      return from.peek(lf + 1).substr(0, lf + 1);
    line = lf + 1;
  }
  return from.peek(most).substr(0, most);
}

/// The next line, which ends at an LF, at the end of the source, or where no policy goes on.
void next_line(source& from, const reading& how, const policy& p, const visitor& visit) {
  std::string_view line = from.peek(1);
  const std::size_t lf = line.find('\n');
  line = lf != line.npos ? line.substr(0, lf + 1) : deciding(from, p, true);
  const bool whole = line.back() == '\n';
  const std::size_t size = line.size();
  const parse_result result = parse_complete(line, p);
  if (!result && how.ahead)
    line = ahead(from, p, division::lines);
  visit({from.name(), from.offset(), line, result});
  from.skip(size);
  if (!whole)
    from.skip_line();
}

void for_each_line(source& from, const reading& how, const policy& p, const visitor& visit) {
  while (!from.peek(1).empty())
    next_line(from, how, p, visit);
}

/// The end of a head.
enum class head_end : std::uint8_t { empty_line, next_head, end_of_source };

/// Goes to the end of a head, past the empty line. `refused`: from its first byte on, and the first
/// line holds no field.
head_end skip_head(source& from, bool refused, framing_fields& fields) {
  for (bool is_field = !refused;; is_field = true) {
    if (is_field && version_follows(from))
      return head_end::next_head;
    bool empty = true, ended = false;
    while (!ended) {
      const std::string_view seen = from.peek(1);
      if (seen.empty())
        return head_end::end_of_source;
      const std::size_t lf = seen.find('\n');
      ended = lf != seen.npos;
      const std::string_view part = seen.substr(0, ended ? lf + 1 : lf);
      empty = empty && part.find_first_not_of("\r\n") == part.npos;
      if (is_field)
        fields.read(part);
      from.skip(part.size());
    }
    if (empty)
      return head_end::empty_line;
  }
}

/// Whether bytes that begin like a status line follow here, after any blanks. Every line that a
/// policy accepts begins so.
bool status_line_follows(source& from) {
  constexpr std::size_t most = std::size_t{1} << 20; // blanks that are held in memory
  const auto skip_any = [&](std::size_t at, std::string_view bytes) {
    for (; at < most; ++at) {
      const std::string_view seen = from.peek(at + 1);
      if (seen.size() <= at || bytes.find(seen[at]) == bytes.npos)
        break;
    }
    return at;
  };
  const std::size_t begin = skip_any(0, "\r\n \t");
  if (next_is(from, "http/", begin))
    return true;
  for (const std::string_view name : {"http", "icy"}) {
    if (!next_is(from, name, begin))
      continue;
    const std::size_t gap = begin + name.size();
    const std::size_t digit = skip_any(gap, " \t\v\f");
    const std::string_view seen = from.peek(digit + 1);
    if (digit > gap && seen.size() > digit && seen[digit] >= '0' && seen[digit] <= '9')
      return true;
  }
  return false;
}

/// Counts the bytes that the source skips, also if reading it throws.
class passed_over {
public:
  passed_over(const source& from, std::uint64_t& total) : from_{from}, total_{total} {}
  ~passed_over() { total_ += from_.offset() - begin_; }
  passed_over(const passed_over&) = delete;
  passed_over& operator=(const passed_over&) = delete;

private:
  const source& from_;
  std::uint64_t& total_;
  std::uint64_t begin_ = from_.offset();
};

std::optional<cut_body> for_each_head(source& from, const reading& how, const policy& p,
                                      const visitor& visit, std::uint64_t& body_bytes) {
  const body_rule bodies = how.bodies;
  std::string line; // kept while the header section is read
  bool due = true;  // an input, even where nothing is there
  while (due || !from.peek(1).empty()) {
    const std::uint64_t begin = from.offset();
    const std::string_view seen = deciding(from, p, false);
    const parse_result first = parse_complete(seen, p);
    const std::size_t lf =
        first ? first.end - 1 : std::min(seen.find('\n', first.end), seen.size());
    line = seen.substr(0, lf + 1);
    const parse_result result = parse_complete(line, p);
    const unsigned code = result ? result.line.code : 0;
    if (!result && how.ahead) {
      // A blank line ends the head, even before the byte that has the error.
      const bool at_a_byte = result.error != errc::need_more && result.error != errc::too_long;
      line.resize(std::min(line.size(), result.end + (at_a_byte ? 1 : 0))); // or at the end
      if (const auto head = ahead(from, p, division::heads); head.size() > line.size())
        line = head;
    }
    from.skip(result ? result.end : 0);

    framing_fields fields;
    const head_end end = skip_head(from, !result, fields);
    const framing by_fields = fields.finish();
    const bool interim = code / 100 == 1 && code != 101;
    const bool has_body = bodies != body_rule::none && !interim && code != 101 && code != 204 &&
                          code != 304 && end == head_end::empty_line;
    visit({from.name(), begin, line, result, has_body ? by_fields : framing::unspecified});

    due = interim && end == head_end::empty_line;
    const bool upgraded = code == 101 && end == head_end::empty_line; // the rest is not HTTP
    if (!upgraded && (!has_body || (bodies == body_rule::automatic && status_line_follows(from))))
      continue;
    const passed_over counted{from, body_bytes};
    const std::uint64_t body = from.offset();
    std::uint64_t missing = 0;
    bool whole = true;
    if (!upgraded && by_fields == framing::chunked)
      whole = skip_chunked(from);
    else if (!upgraded && by_fields == framing::length)
      whole = (missing = skip_bytes(from, fields.length())) == 0;
    else
      skip_bytes(from, UINT64_MAX);
    // A head alone, as of HEAD, has no body that could be cut off.
    if (!whole && from.offset() != body)
      return cut_body{begin, from.offset() - body, missing};
  }
  return std::nullopt;
}

} // namespace

std::optional<cut_body> for_each_input(source& from, const reading& how, const policy& p,
                                       const visitor& visit, std::uint64_t& body_bytes) {
  switch (how.by) {
  case division::heads: return for_each_head(from, how, p, visit, body_bytes);
  case division::lines: for_each_line(from, how, p, visit); break;
  case division::whole: {
    std::string_view bytes = deciding(from, p, false);
    const parse_result result = parse_complete(bytes, p);
    if (!result && how.ahead)
      bytes = ahead(from, p, division::whole);
    visit({from.name(), from.offset(), bytes, result});
  }
  }
  return std::nullopt;
}

void count_lines(source& from, const policy& p, std::uint64_t& lines, std::uint64_t& valid) {
  constexpr std::size_t capacity = 1024;
  static std::array<std::uint16_t, capacity> code;
  static std::array<http_version, capacity> version;
  static std::array<quirk_set, capacity> quirks;
  static std::array<errc, capacity> error;
  static std::array<std::size_t, capacity> reason_offset, reason_size, end;
  const line_columns out = {capacity,     code.data(),          version.data(),     quirks.data(),
                            error.data(), reason_offset.data(), reason_size.data(), end.data()};
  const auto visit = [&](const input& in) {
    ++lines;
    valid += in.result ? 1 : 0;
  };
  while (!from.peek(1).empty()) {
    const std::size_t rows = parse_many(from.peek(1), p, out);
    if (rows == 0) { // the LF has not been read yet, or there is none
      next_line(from, {}, p, visit);
      continue;
    }
    lines += rows;
    valid += static_cast<std::uint64_t>(std::count(error.data(), error.data() + rows, errc::ok));
    from.skip(end[rows - 1]);
  }
}

} // namespace statusline::cli
