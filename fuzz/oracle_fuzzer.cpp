// SPDX-License-Identifier: MIT
//
// Compares with the peers. Each one's language is a row of `dialects`, and one small reader works
// by such a row: a peer must read as its dialect defines, and `strict` is the dialect of RFC 9112.
// Bytes that a dialect and statusline both accept must be the same line in both, except for
// `known_divergence`. The dialects are compared with the library even if no peer is installed.
#include "target.hpp"

#include <support/peers/peer.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace statusline::fuzz {
namespace {

enum class blank_lines : std::uint8_t { none, any, cr_and_lf_at_will };
enum class protocols : std::uint8_t { http, h_and_any_four, http_rtsp_ice };
enum class versions : std::uint8_t { all, major_1, of_1_0_and_1_1, of_llhttp };
enum class after_cr : std::uint8_t { lf, lf_or_cr, any };
constexpr std::size_t any_number = std::string_view::npos;

struct dialect {
  std::string_view peer;
  std::string_view build{};    ///< a part of its version(), if it has several languages
  std::size_t most_spaces = 1; ///< before the code
  std::size_t least_digits = 3;
  std::size_t most_digits = 3; ///< the value is at most 999
  blank_lines before = blank_lines::none;
  protocols protocol = protocols::http;
  versions known = versions::all;
  bool reason_missing = false; ///< may be, with the SP before it
  bool controls = false;       ///< may be in a reason
  bool bare_lf = false;
  after_cr last = after_cr::lf;
  bool hides_obs_text = false; ///< reports no reason for some that are not empty
};

// clang-format off
constexpr dialect llhttp_9 = {
    .peer = "llhttp9",
    .before = blank_lines::cr_and_lf_at_will, .protocol = protocols::http_rtsp_ice,
    .known = versions::of_llhttp,
    .reason_missing = true, .controls = true, .last = after_cr::lf_or_cr};

constexpr dialect installed_as_llhttp(dialect d) {
  d.peer = "llhttp";
  d.build = "9.";
  return d;
}

constexpr dialect dialects[] = {
    {.peer = "strict"},
    {.peer = "llhttp", .build = "8.1.0 (loose)",
     .least_digits = 0, .most_digits = any_number,
     .before = blank_lines::cr_and_lf_at_will, .known = versions::of_llhttp,
     .reason_missing = true, .controls = true, .bare_lf = true, .last = after_cr::any},
    llhttp_9,
    installed_as_llhttp(llhttp_9),
    {.peer = "http_parser", .build = "(loose)",
     .most_spaces = any_number, .least_digits = 1, .most_digits = any_number,
     .before = blank_lines::cr_and_lf_at_will, .protocol = protocols::h_and_any_four,
     .reason_missing = true, .controls = true, .bare_lf = true, .last = after_cr::any},
    {.peer = "beast", .known = versions::of_1_0_and_1_1},
    {.peer = "picohttpparser", .known = versions::major_1, .bare_lf = true},
    {.peer = "httparse",
     .before = blank_lines::any, .known = versions::of_1_0_and_1_1,
     .reason_missing = true, .bare_lf = true, .hides_obs_text = true},
};
// clang-format on

bool knows(versions set, http_version v) {
  switch (set) {
  case versions::all: return true;
  case versions::major_1: return v.major == 1;
  case versions::of_1_0_and_1_1: return v.major == 1 && v.minor <= 1;
  case versions::of_llhttp:
    return (v.major == 0 && v.minor == 9) || (v.major == 1 && v.minor <= 1) ||
           (v.major == 2 && v.minor == 0);
  }
  return false;
}

struct reading {
  unsigned code = 0;
  http_version version;
  std::string_view reason;
  std::size_t end = 0;
};

/// Reads a line from the left by a dialect.
class reader {
public:
  reader(const dialect& d, std::string_view bytes) : is_{d}, rest_{bytes}, size_{bytes.size()} {}

  std::optional<reading> read() {
    reading line;
    skip_blank_lines();
    const bool taken = protocol() && digit(line.version.major) && take(".") &&
                       digit(line.version.minor) && knows(is_.known, line.version) && spaces() &&
                       code(line.code) && reason(line.reason) && line_end();
    line.end = size_ - rest_.size();
    return taken ? std::optional{line} : std::nullopt;
  }

private:
  bool take(std::string_view text) {
    const bool there = rest_.starts_with(text);
    rest_.remove_prefix(there ? text.size() : 0);
    return there;
  }
  bool take_any() {
    const bool there = !rest_.empty();
    rest_.remove_prefix(there ? 1 : 0);
    return there;
  }
  template <class Is> std::string_view take_while(const Is& is) {
    const auto end = std::ranges::find_if_not(rest_, is);
    const auto run = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(run.size());
    return run;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  void skip_blank_lines() {
    if (is_.before == blank_lines::none)
      return;
    const bool at_will = is_.before == blank_lines::cr_and_lf_at_will;
    while (take("\n") || take("\r\n") || (at_will && take("\r")))
      ;
  }
  bool protocol() {
    switch (is_.protocol) {
    case protocols::http: return take("HTTP/");
    case protocols::http_rtsp_ice: return take("HTTP/") || take("RTSP/") || take("ICE/");
    case protocols::h_and_any_four: break;
    }
    return take("H") && take_any() && take_any() && take_any() && take_any();
  }
  bool digit(std::uint8_t& value) {
    if (rest_.empty() || !is_digit(rest_.front()))
      return false;
    value = static_cast<std::uint8_t>(rest_.front() - '0');
    rest_.remove_prefix(1);
    return true;
  }
  bool spaces() {
    // A second space is left for the code, which cannot begin with one.
    std::size_t n = 0;
    while (n < is_.most_spaces && take(" "))
      ++n;
    return n != 0;
  }
  bool code(unsigned& value) {
    const std::string_view digits = take_while(is_digit);
    for (const char c : digits)
      value = std::min(value * 10 + static_cast<unsigned>(c - '0'), 1000u);
    return digits.size() >= is_.least_digits && digits.size() <= is_.most_digits && value <= 999;
  }
  bool reason(std::string_view& bytes) {
    if (!take(" "))
      return is_.reason_missing;
    bytes = take_while([this](char c) {
      const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7f';
      return c != '\r' && c != '\n' && (!control || c == '\t' || is_.controls);
    });
    return true;
  }
  bool line_end() {
    if (is_.bare_lf && take("\n"))
      return true;
    return take("\r") && (take("\n") || (is_.last == after_cr::lf_or_cr && take("\r")) ||
                          (is_.last == after_cr::any && take_any()));
  }

  const dialect& is_;
  std::string_view rest_;
  std::size_t size_;
};

std::string show(const std::optional<reading>& line) {
  if (!line)
    return "refused, or more is wanted";
  return std::to_string(line->version.major) + '.' + std::to_string(line->version.minor) + ' ' +
         std::to_string(line->code) + " \"" + corpus::escape(line->reason) + "\" to " +
         std::to_string(line->end);
}

complaint differ(const dialect& d, const char* what, std::string_view bytes,
                 const std::optional<reading>& want, const std::optional<reading>& have) {
  return about(bytes, std::string{d.peer} + what) + "\n  want    " + show(want) + "\n  have    " +
         show(have);
}

bool has_obs_text(std::string_view bytes) {
  return std::ranges::any_of(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Returns null if the peer is not installed, or is a build with another language.
const peers::peer* peer_of(const dialect& d) {
  const peers::peer* const p = peers::find_peer(d.peer);
  return p != nullptr && p->version().find(d.build) != std::string::npos ? p : nullptr;
}

complaint judge_peer(const dialect& d, const peers::peer* p, const std::optional<reading>& want,
                     std::string_view bytes) {
  static const auto room = std::make_unique<peers::scratch>();
  if (p == nullptr)
    return {};
  // The library ignores bytes after the line; a peer may read them.
  const std::size_t lf = bytes.find('\n');
  if (want)
    bytes = bytes.substr(0, want->end);
  else if (p->needs_head && lf != bytes.npos)
    bytes = bytes.substr(0, lf + 1);
  const peers::answer a = peers::ask(*p, bytes, *room);
  const bool accepted = a.outcome == peers::outcome::accepted;
  if (!accepted && !want)
    return {};
  const bool hidden = want && d.hides_obs_text && has_obs_text(want->reason);
  const std::string_view reason = want && !hidden ? want->reason : "";
  if (accepted && want && a.code == want->code && a.reason == reason &&
      a.major == want->version.major && a.minor == want->version.minor &&
      (a.end == peers::npos || a.end == want->end))
    return {};
  std::optional<reading> have;
  if (accepted)
    have = {a.code,
            {static_cast<std::uint8_t>(a.major), static_cast<std::uint8_t>(a.minor)},
            a.reason,
            a.end};
  return differ(d, " does not read as its dialect says", bytes, want, have);
}

/// Whether a dialect and `permissive` accept the same bytes as different lines.
bool known_divergence(const dialect& d, const status_line& ours) {
  // A code of no digits, and the second SP begins a reason.
  if (d.least_digits == 0 && ours.quirks.contains(quirk::extra_space))
    return true;
  // The second CR is read as the LF, and the next line begins with the LF.
  return d.last != after_cr::lf && ours.quirks.contains(quirk::repeated_cr);
}

complaint judge_dialect(const dialect& d, const std::optional<reading>& theirs,
                        std::string_view bytes) {
  const policy all{quirk_set::all(), bytes.size() + 1};
  const parse_result r = parse(bytes, all);
  std::optional<reading> ours;
  if (r)
    ours = {r.line.code, r.line.version, r.line.reason, r.end};
  const bool regular = r && r.line.quirks.empty();
  if (regular && !theirs && knows(d.known, r.line.version))
    return differ(d, " refuses a line of RFC 9112", bytes, ours, theirs);
  if (d.peer == "strict" && theirs && !regular)
    return differ(d, " takes a line that is none", bytes, ours, theirs);
  if (ours && theirs && !known_divergence(d, r.line) &&
      (ours->code != theirs->code || ours->version != theirs->version ||
       ours->reason != theirs->reason || ours->end != theirs->end))
    return differ(d, " and statusline take another line from the same bytes", bytes, theirs, ours);
  return {};
}

} // namespace

complaint check(std::string_view input) {
  static const auto installed = [] {
    std::array<const peers::peer*, std::size(dialects)> list{};
    std::ranges::transform(dialects, list.begin(), peer_of);
    return list;
  }();
  const std::string_view bytes = input.substr(0, support::guarded::capacity);
  for (std::size_t i = 0; i < std::size(dialects); ++i) {
    const dialect& d = dialects[i];
    const std::optional<reading> line = reader{d, bytes}.read();
    if (auto c = judge_dialect(d, line, bytes))
      return c;
    if (auto c = judge_peer(d, installed[i], line, bytes))
      return c;
  }
  return {};
}

} // namespace statusline::fuzz
