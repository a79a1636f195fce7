// SPDX-License-Identifier: MIT
#include "reference_parser.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace statusline::reference {
namespace {

using namespace std::string_view_literals;

/// A quirk at its offset, and the error that it causes under a policy which does not allow it.
struct sighting {
  quirk q;
  errc error;
  std::size_t offset;
  std::size_t size;
};

/// The meaning of the bytes, before the policy is applied: leniency never changes meaning.
struct reading {
  std::vector<sighting> seen;
  errc error = errc::ok; ///< an error under every policy; need_more at the end of the bytes
  std::size_t end = 0;
  bool line_ended = false;
  unsigned code = 0;
  unsigned major = 0;
  unsigned minor = 0;
  std::size_t reason_offset = 0;
  std::size_t reason_size = 0;
};

/// Stands for the byte after the last one.
constexpr int no_byte = -1;

bool is_digit(int c) { return '0' <= c && c <= '9'; }
bool is_separating(int c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
bool is_line_end(int c) { return c == '\r' || c == '\n'; }
bool is_control(int c) { return (0 <= c && c < 0x20 && c != '\t') || c == 0x7f; }

/// Reads the bytes from the left, part by part. Each part returns whether the next one may
/// continue.
class reader {
public:
  reader(std::string_view bytes, bool complete) : bytes_{bytes}, complete_{complete} {}

  reading read() {
    if (leading_blank() && protocol() && before_code() && code() && after_code() && reason())
      line_end();
    line_.end = at_;
    return line_;
  }

private:
  int next() const {
    return at_ < bytes_.size() ? static_cast<unsigned char>(bytes_[at_]) : no_byte;
  }
  bool out_of_bytes() const { return next() == no_byte; }
  bool take(char c) {
    if (next() != c)
      return false;
    ++at_;
    return true;
  }
  bool take_digit(unsigned& number) {
    if (!is_digit(next()))
      return false;
    number = number * 10 + static_cast<unsigned>(next() - '0');
    ++at_;
    return true;
  }
  void see(quirk q, errc error, std::size_t size) { line_.seen.push_back({q, error, at_, size}); }
  bool stop(errc due) {
    line_.error = out_of_bytes() ? errc::need_more : due;
    return false;
  }

  bool leading_blank() {
    if (!is_line_end(next()))
      return true;
    see(quirk::leading_blank, errc::protocol, next() == '\r' ? 2 : 1);
    take('\r');
    return take('\n') || stop(errc::protocol);
  }

  bool protocol() {
    if (next() == 'I') {
      see(quirk::icy_protocol, errc::protocol, 3);
      return (take('I') && take('C') && take('Y')) || stop(errc::protocol);
    }
    for (const char* letters : {"Hh", "Tt", "Tt", "Pp"}) {
      if (next() == letters[1])
        see(quirk::lowercase_protocol, errc::protocol, 1);
      if (!take(letters[0]) && !take(letters[1]))
        return stop(errc::protocol);
    }
    if (is_separating(next())) {
      see(quirk::missing_version, errc::protocol, 0);
      return true;
    }
    return take('/') ? version() : stop(errc::protocol);
  }

  bool version() {
    if (!take_digit(line_.major))
      return stop(errc::version);
    if (is_separating(next())) {
      see(quirk::short_version, errc::version, 0);
      return true;
    }
    return (take('.') && take_digit(line_.minor)) || stop(errc::version);
  }

  bool before_code() {
    if (!is_separating(next()))
      return stop(errc::separator);
    if (next() != ' ')
      see(quirk::other_whitespace, errc::separator, 1);
    for (++at_; is_separating(next()); ++at_)
      see(next() == ' ' ? quirk::extra_space : quirk::other_whitespace, errc::code, 1);
    return true;
  }

  bool code() {
    for (int digit = 0; digit < 3; ++digit)
      if (!take_digit(line_.code))
        return stop(errc::code);
    return true;
  }

  bool after_code() {
    if (take(' '))
      return true;
    if (is_separating(next())) {
      see(quirk::other_whitespace, errc::separator, 1);
      ++at_;
      return true;
    }
    if (is_digit(next()))
      return stop(errc::separator);
    if (is_line_end(next()) || (out_of_bytes() && complete_))
      see(quirk::missing_reason, errc::separator, 0);
    else if (!out_of_bytes())
      see(quirk::glued_reason, errc::separator, 1);
    return true;
  }

  bool reason() {
    line_.reason_offset = at_;
    for (; !out_of_bytes() && !is_line_end(next()); ++at_)
      if (is_control(next()))
        see(quirk::control_in_reason, errc::reason, 1);
    line_.reason_size = at_ - line_.reason_offset;
    return true;
  }

  void line_end() {
    if (next() == '\n')
      see(quirk::bare_lf, errc::line_end, 1);
    take('\r');
    for (; next() == '\r'; ++at_)
      see(quirk::repeated_cr, errc::line_end, 1);
    line_.line_ended = take('\n');
    if (line_.line_ended)
      return;
    if (out_of_bytes() && complete_)
      see(quirk::unterminated, errc::need_more, 0);
    else
      stop(errc::line_end);
  }

  std::string_view bytes_;
  bool complete_;
  std::size_t at_ = 0;
  reading line_;
};

outcome judge(const reading& line, const policy& p) {
  outcome verdict;
  verdict.error = line.error;
  verdict.end = line.end;
  const auto refused = [&](const sighting& s) { return !p.allowed.contains(s.q); };
  const auto first = std::ranges::find_if(line.seen, refused);
  if (first != line.seen.end()) {
    verdict.end = first->offset;
    verdict.error = first->error;
    for (const sighting& s : line.seen)
      if (refused(s) && s.offset == first->offset) {
        verdict.refused.insert(s.q);
        verdict.error = std::min(verdict.error, s.error);
      }
  }

  // An error must be within the limit to count; a line may end right at it.
  const bool accepted_to_its_end = verdict.error == errc::ok && line.line_ended;
  if (accepted_to_its_end ? verdict.end > p.max_size : verdict.end >= p.max_size) {
    verdict.error = errc::too_long;
    verdict.refused = {};
    verdict.end = p.max_size;
  }

  if (verdict.error == errc::ok) {
    verdict.code = static_cast<std::uint16_t>(line.code);
    verdict.version = {static_cast<std::uint8_t>(line.major),
                       static_cast<std::uint8_t>(line.minor)};
    for (const sighting& s : line.seen)
      verdict.quirks.insert(s.q);
    verdict.reason_offset = line.reason_offset;
    verdict.reason_size = line.reason_size;
  }
  return verdict;
}

} // namespace

outcome parse(std::string_view bytes, const policy& p, bool complete) {
  return judge(reader{bytes, complete}.read(), p);
}

std::vector<finding> explain(std::string_view bytes, const policy& p) {
  const reading line = reader{bytes, true}.read();
  const outcome verdict = judge(line, p);
  std::vector<finding> runs;
  for (sighting s : line.seen) {
    if (verdict.error != errc::ok) {
      if (s.offset >= verdict.end)
        continue;
      s.size = std::min(s.size, verdict.end - s.offset);
    }
    const auto grows = [&](const finding& f) {
      return f.q == s.q && f.offset + f.size == s.offset;
    };
    const auto run = std::ranges::find_if(runs, grows);
    if (run != runs.end())
      run->size += s.size;
    else
      runs.push_back({s.q, s.offset, s.size});
  }
  std::ranges::sort(runs, [](const finding& a, const finding& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.q < b.q;
  });
  return runs;
}

bool can_be_completed(std::string_view prefix, const policy& p) {
  const policy unlimited{p.allowed, std::numeric_limits<std::size_t>::max()};
  // After any start, the missing bytes are the tail of a canonical line: of one after a blank
  // line's CR, or of SHOUTcast's.
  for (const std::string_view whole : {"\nHTTP/1.1 200 OK\r\n"sv, "ICY 200 OK\r\n"sv})
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      const std::string line = std::string{prefix}.append(whole.substr(cut));
      if (parse(line, unlimited, false).error == errc::ok)
        return true;
    }
  return false;
}

} // namespace statusline::reference
