// SPDX-License-Identifier: MIT
//
// The answer of a subject, someone else's parser, about some bytes, and how it differs from that of
// parse(). It needs nothing but the headers of the library, so that a fuzz target has it
// too.
#pragma once

#include <statusline/statusline.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace statusline::conform {

enum class outcome : std::uint8_t { accepted, need_more, refused };

[[nodiscard]] constexpr std::string_view to_string(outcome o) noexcept {
  switch (o) {
  case outcome::accepted: return "accepted";
  case outcome::need_more: return "need_more";
  case outcome::refused: return "refused";
  }
  return "";
}

/// The answer of a subject. Code, version and reason count only if it accepted the line, `end` only
/// if it decided. A member without a value was not told.
struct told {
  conform::outcome outcome = conform::outcome::need_more;
  std::optional<int> code;
  std::optional<int> major;
  std::optional<int> minor;
  std::optional<std::string> reason;
  std::optional<std::size_t> end;

  friend bool operator==(const told&, const told&) = default;
};

/// How a subject differs from the reference. Names and order are those of the report.
enum class difference : std::uint8_t {
  wider,         ///< accepts a line that the policy refuses
  narrower,      ///< refuses a line that the policy accepts
  other_code,    ///< both accept; the subject has another code
  other_reason,  ///< ... another reason
  other_version, ///< ... another version
  other_end,     ///< both decide; the subject has another end
  waits,         ///< asks for more where no byte can change the decision
  hasty,         ///< decides a line that is still incomplete
  splits,        ///< answers otherwise when the bytes arrive in other pieces
  crash,         ///< dies
  hang,          ///< does not return in time
  swallowed,     ///< a client: the next response is missing
  desync,        ///< a client: the next response is not the one that was sent
};
inline constexpr std::uint8_t difference_count = 13;

[[nodiscard]] constexpr std::string_view to_string(difference d) noexcept {
  switch (d) {
  case difference::wider: return "wider";
  case difference::narrower: return "narrower";
  case difference::other_code: return "other_code";
  case difference::other_reason: return "other_reason";
  case difference::other_version: return "other_version";
  case difference::other_end: return "other_end";
  case difference::waits: return "waits";
  case difference::hasty: return "hasty";
  case difference::splits: return "splits";
  case difference::crash: return "crash";
  case difference::hang: return "hang";
  case difference::swallowed: return "swallowed";
  case difference::desync: return "desync";
  }
  return "";
}

/// One difference, and which part of the grammar it is about. Two inputs with the same divergence
/// are the same finding, and the same row of an `--accept` file. The detail:
///
/// `wider`: the quirks of the line that the policy refuses, joined by `+`, with `incomplete` if the
/// line has no end; or `never:` and the error, if no policy accepts the line.
///
/// `narrower`, and `other_*` of an accepted line: the quirks of the line, then its uncommon
/// features
/// (`version`, `code`, `empty_reason`, `htab`, `obs_text`, `long_reason`), joined by `+`; or
/// `regular`.
///
/// `other_end` of a refused line: as for `wider`. The end may be that of any policy that allows
/// more.
///
/// `waits`: `complete` if the line is accepted, else as for `wider`.
///
/// `hasty`: the outcome, `@`, and the error for a byte that fits nowhere.
///
/// `splits`: the nature of the line, see nature_of(); if the place is known, then `@` and the part
/// that was expected at each cut, joined by `+`; `end` behind the line.
///
/// Others: empty, or added by the runner.
struct divergence {
  difference kind = difference::wider;
  std::string detail;

  divergence() = default;
  divergence(difference k, std::string d) : kind{k}, detail{std::move(d)} {}

  friend bool operator==(const divergence&, const divergence&) = default;
  friend auto operator<=>(const divergence&, const divergence&) = default;
};

namespace grounds {

inline void add(std::string& list, std::string_view word) {
  if (!list.empty())
    list += '+';
  list += word;
}

inline std::string joined(quirk_set quirks) {
  std::string list;
  for (const quirk q : quirks)
    add(list, to_string(q));
  return list;
}

/// The features of an accepted line that a test of common lines misses.
inline std::string features(const status_line& line) {
  constexpr std::size_t common = 64;
  std::string list = joined(line.quirks);
  const bool versioned =
      !line.quirks.contains(quirk::missing_version) && !line.quirks.contains(quirk::icy_protocol);
  if (versioned && (line.version.major != 1 || line.version.minor > 1))
    add(list, "version");
  if (line.code < 100 || line.code > 599)
    add(list, "code");
  if (line.reason.empty() && !line.quirks.contains(quirk::missing_reason))
    add(list, "empty_reason");
  bool htab = false;
  bool obs_text = false;
  for (const char c : line.reason) {
    htab = htab || c == '\t';
    obs_text = obs_text || static_cast<unsigned char>(c) > 0x7f;
  }
  if (htab)
    add(list, "htab");
  if (obs_text)
    add(list, "obs_text");
  if (line.reason.size() > common)
    add(list, "long_reason");
  return list.empty() ? "regular" : list;
}

/// The quirks that the policy refuses and the bytes show, with `incomplete` if they are no whole
/// line; or `never:` and the error that stays.
inline std::string refusal(std::string_view bytes, quirk_set allowed, bool complete) {
  quirk_set refused;
  for (;;) {
    const policy p = {allowed | refused, bytes.size() + 1};
    const parse_result r = complete ? parse_complete(bytes, p) : parse(bytes, p);
    if (!r.refused.empty()) {
      refused |= r.refused;
      continue;
    }
    if (!r && r.error != errc::need_more)
      return "never:" + std::string{to_string(r.error)};
    std::string list = joined(refused);
    if (!r)
      add(list, "incomplete");
    return list;
  }
}

/// Whether some policy that allows more stops there. A subject that is wider stops later, and that
/// is no divergence of its own.
inline bool stops_at(std::size_t end, std::string_view bytes, quirk_set allowed, bool complete) {
  for (;;) {
    const policy p = {allowed, bytes.size() + 1};
    const parse_result r = complete ? parse_complete(bytes, p) : parse(bytes, p);
    if (r.end == end)
      return true;
    if (r.refused.empty())
      return false;
    allowed |= r.refused;
  }
}

/// The part of the grammar that an incomplete line stops in: the error for a NUL there.
inline std::string expected_after(std::string_view bytes, quirk_set allowed) {
  std::string probe{bytes};
  probe += '\0';
  allowed = allowed - (quirk::control_in_reason | quirk::glued_reason);
  return std::string{to_string(parse(probe, policy{allowed, probe.size() + 1}).error)};
}

/// The nature of a line under every policy: its features, `incomplete`, or `never:` and the error
/// if no policy accepts it.
inline std::string nature_of(std::string_view bytes, bool complete) {
  const policy p = {quirk_set::all(), bytes.size() + 1};
  const parse_result r = complete ? parse_complete(bytes, p) : parse(bytes, p);
  return r ? features(r.line) : refusal(bytes, quirk_set::all(), complete);
}

/// A difference between bytes that are cut at these offsets and the same bytes at once.
inline divergence split_at(std::string_view bytes, const std::vector<std::size_t>& cuts) {
  std::string places;
  for (const std::size_t at : cuts) {
    const std::string_view piece = bytes.substr(0, at);
    add(places, parse(piece, policy{quirk_set::all(), piece.size() + 1})
                    ? "end"
                    : expected_after(piece, quirk_set::all()));
  }
  return {difference::splits, nature_of(bytes, false) + '@' + places};
}

} // namespace grounds

/// The reference: parse() without a limit, or parse_complete() if no more bytes come.
[[nodiscard]] inline parse_result reference(std::string_view bytes, quirk_set allowed,
                                            bool complete = false) {
  const policy p = {allowed, bytes.size() + 1};
  return complete ? parse_complete(bytes, p) : parse(bytes, p);
}

/// Whether two answers contradict each other. A value that one of them lacks is not compared.
[[nodiscard]] inline bool contradict(const told& a, const told& b) {
  const auto differ = [](const auto& x, const auto& y) { return x && y && *x != *y; };
  return a.outcome != b.outcome || differ(a.code, b.code) || differ(a.major, b.major) ||
         differ(a.minor, b.minor) || differ(a.reason, b.reason) || differ(a.end, b.end);
}

/// Whether an answer is that of the reference, as far as it was told. Of a complete input,
/// `need_more` and a refusal are the same answer. O(size of the reason).
[[nodiscard]] inline bool agrees(const told& got, const parse_result& want, bool complete = false) {
  if (want.error == errc::need_more && !complete)
    return got.outcome == outcome::need_more;
  const auto is = [](const auto& value, const auto& wanted) { return !value || *value == wanted; };
  if (!want)
    return got.outcome != outcome::accepted && (complete || got.outcome == outcome::refused) &&
           (got.outcome == outcome::need_more || is(got.end, want.end));
  return got.outcome == outcome::accepted && is(got.code, want.line.code) &&
         is(got.reason, want.line.reason) && is(got.major, want.line.version.major) &&
         is(got.minor, want.line.version.minor) && is(got.end, want.end);
}

/// How an answer about `bytes` differs from the reference under a policy; empty if it agrees. O(n).
[[nodiscard]] inline std::vector<divergence> judge(const told& got, std::string_view bytes,
                                                   quirk_set allowed, bool complete = false) {
  const parse_result want = reference(bytes, allowed, complete);
  if (agrees(got, want, complete))
    return {};
  const bool undecided = want.error == errc::need_more && !complete;
  switch (got.outcome) {
  case outcome::need_more:
    if (complete)
      return {{difference::narrower, grounds::features(want.line)}};
    return {{difference::waits, want ? "complete" : grounds::refusal(bytes, allowed, complete)}};
  case outcome::refused:
    if (undecided)
      return {{difference::hasty, "refused@" + grounds::expected_after(bytes, allowed)}};
    if (want)
      return {{difference::narrower, grounds::features(want.line)}};
    if (grounds::stops_at(*got.end, bytes, allowed, complete))
      return {};
    return {{difference::other_end, grounds::refusal(bytes, allowed, complete)}};
  case outcome::accepted: break;
  }
  if (undecided)
    return {{difference::hasty, "accepted@" + grounds::expected_after(bytes, allowed)}};
  if (!want)
    return {{difference::wider, grounds::refusal(bytes, allowed, complete)}};
  std::vector<divergence> found;
  const auto differ = [&](bool yes, difference kind) {
    if (yes)
      found.push_back({kind, grounds::features(want.line)});
  };
  differ(got.code && *got.code != want.line.code, difference::other_code);
  differ(got.reason && *got.reason != want.line.reason, difference::other_reason);
  differ((got.major && *got.major != want.line.version.major) ||
             (got.minor && *got.minor != want.line.version.minor),
         difference::other_version);
  differ(got.end && *got.end != want.end, difference::other_end);
  return found;
}

} // namespace statusline::conform
