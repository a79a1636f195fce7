// SPDX-License-Identifier: MIT
#include "proof_llhttp.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <unordered_map>

namespace statusline::proof {
namespace {

using peers::outcome;

char byte_of(std::size_t octet) { return static_cast<char>(static_cast<unsigned char>(octet)); }

/// The least number with as many digits.
int magnitude(int code) { return code < 1 ? 0 : code < 10 ? 1 : code < 100 ? 10 : 100; }

std::size_t octet_index(char byte) { return static_cast<unsigned char>(byte); }

/// Sorts the octets by their columns.
std::vector<oracle::group> groups_of(const oracle& o) {
  std::vector<oracle::group> groups;
  for (std::size_t octet = 0; octet < 256; ++octet) {
    const auto alike = [&](const oracle::group& g) {
      const std::size_t other = octet_index(g.example);
      return detail::octet_of[octet] == detail::octet_of[other] &&
             std::ranges::all_of(o.edges, [&](const auto& e) { return e[octet] == e[other]; });
    };
    auto found = std::ranges::find_if(groups, alike);
    if (found == groups.end())
      found = groups.insert(found, {{}, 0, byte_of(octet)});
    found->octets.set(octet);
    ++found->size;
    if (byte_of(octet) == 'X')
      found->example = 'X';
  }
  return groups;
}

/// The next octet of a canonical line in one of the table's states.
char canonical_byte(state at) {
  constexpr std::string_view line = "HTTP/1.1 200 OK\r\n";
  reader r;
  for (const char c : line) {
    if (r.at == at)
      return c;
    r.step(detail::grammar, kind_of(c), c, {});
  }
  return 'H';
}

octet_class class_of(char byte) {
  switch (kind_of(byte)) {
  case octet::cr: return octet_class::cr;
  case octet::lf: return octet_class::lf;
  case octet::sp: return octet_class::sp;
  case octet::htab:
  case octet::vt_ff: return octet_class::other_whitespace;
  case octet::digit: return octet_class::digit;
  case octet::control: return octet_class::control;
  default: return octet_class::text;
  }
}

struct joint {
  reader ours;
  std::uint32_t theirs;
  std::size_t parent;
  char byte;
};

std::string way_to(const std::vector<joint>& states, std::size_t i) {
  std::string bytes;
  for (; i != 0; i = states[i].parent)
    bytes += states[i].byte;
  return {bytes.rbegin(), bytes.rend()};
}

/// The differences that one step shows, without the place and the octets.
struct difference {
  reading theirs = reading::takes;
  reading ours = reading::takes;
  const char* their_error = "";
  quirk_set shows;
  errc error = errc::ok;
};

difference compare(const table& grammar, const reader& before, const reader& after, bool taken,
                   char byte, const oracle& o, const oracle::edge& edge) {
  const cell& entry = grammar(before.at, kind_of(byte));
  difference d;
  d.their_error = edge.error;
  if (!taken || !entry.shows.empty())
    d.error = detail::refusal(entry, taken ? entry.shows : quirk_set{});
  if (taken)
    d.shows = entry.shows;

  const bool accepted = after.line.error == errc::ok;
  d.ours = !taken ? reading::refuses : accepted ? reading::accepts : reading::takes;
  switch (edge.outcome) {
  case outcome::refused: d.theirs = reading::refuses; break;
  case outcome::need_more: d.theirs = reading::takes; break;
  case outcome::accepted: d.theirs = edge.takes ? reading::accepts : reading::accepts_before; break;
  }
  if (d.ours == reading::takes && d.theirs == reading::takes) {
    const bool as_reason = after.at == state::reason && (before.at == state::reason ||
                                                         entry.shows.contains(quirk::glued_reason));
    if (as_reason != edge.reason)
      d.theirs = reading::takes_unlike;
  }
  if (d.ours == reading::accepts && d.theirs == reading::accepts) {
    const peers::machine_fields& f = o.fields[edge.to];
    const reference::outcome& line = after.line;
    if ((o.has_codes && f.code != line.code) || f.major != line.version.major ||
        f.minor != line.version.minor)
      d.theirs = reading::accepts_unlike;
  }
  return d;
}

} // namespace

oracle explore(const peers::machine& m) {
  oracle o;
  o.name = m.name;
  std::unordered_map<peers::machine_state, std::uint32_t> ids;
  std::unordered_map<peers::machine_state, std::uint32_t> coarse;
  std::vector<peers::machine_state> states;
  const auto id_of = [&](const peers::machine_state& s, std::size_t from, char byte) {
    const auto [at, fresh] = ids.emplace(s, static_cast<std::uint32_t>(states.size()));
    if (fresh) {
      states.push_back(s);
      o.reached_from.emplace_back(static_cast<std::uint32_t>(from), byte);
      o.fields.push_back(m.fields(s));
      peers::machine_state plain = s;
      peers::machine_fields numbers = o.fields.back();
      numbers.code = magnitude(numbers.code);
      m.set_numbers(plain, numbers);
      o.without_code.push_back(
          coarse.emplace(plain, static_cast<std::uint32_t>(coarse.size())).first->second);
    }
    return at->second;
  };

  id_of(m.start(), 0, '\0');
  for (std::size_t from = 0; from < states.size(); ++from) {
    o.edges.emplace_back();
    if (o.fields[from].error != 0)
      continue; // accepted
    for (std::size_t octet = 0; octet < 256; ++octet) {
      peers::machine_state next = states[from];
      const char byte = byte_of(octet);
      const peers::machine_step step = m.step(next, &byte, 1);
      oracle::edge& e = o.edges[from][octet];
      e.outcome = step.outcome;
      e.error = step.error;
      e.takes = step.outcome != outcome::accepted || step.used == 1;
      e.reason = !step.reason.empty();
      if (step.outcome != outcome::refused)
        e.to = id_of(next, from, byte);
    }
  }
  o.groups = groups_of(o);
  return o;
}

std::string way_into(const oracle& o, std::uint32_t at) {
  std::string bytes;
  for (; at != 0; at = o.reached_from[at].first)
    bytes += o.reached_from[at].second;
  return {bytes.rbegin(), bytes.rend()};
}

oracle without_codes(const oracle& raw) {
  oracle o;
  o.name = raw.name;
  o.has_codes = false;
  const std::size_t count = std::ranges::max(raw.without_code) + 1;
  o.fields.resize(count);
  o.edges.resize(count);
  std::vector<bool> seen(count);
  for (std::size_t s = 0; s < raw.edges.size(); ++s) {
    const std::size_t plain = raw.without_code[s];
    auto edges = raw.edges[s];
    for (oracle::edge& e : edges)
      e.to = e.outcome == outcome::refused ? 0 : raw.without_code[e.to];
    peers::machine_fields fields = raw.fields[s];
    fields.code = magnitude(fields.code);
    if (!seen[plain]) {
      seen[plain] = true;
      o.edges[plain] = edges;
      o.fields[plain] = fields;
    } else if (edges != o.edges[plain] || fields != o.fields[plain]) {
      throw std::logic_error{raw.name + " looks at the digits of the status code"};
    }
  }
  o.groups = groups_of(o);
  return o;
}

walk_result walk(const table& ours, const oracle& theirs) {
  std::vector<joint> states{{{}, 0, 0, '\0'}};
  std::unordered_map<std::uint64_t, std::size_t> known;
  const auto number_of = [&](const reader& r, std::uint32_t their_state) {
    const std::uint64_t code = theirs.has_codes ? r.line.code : 0u;
    const std::uint64_t version = r.line.version.major * 10u + r.line.version.minor;
    return ((code * 100 + version) * detail::state_count + std::uint64_t(r.at)) << 32 | their_state;
  };
  known.emplace(number_of({}, 0), 0);

  using control = std::tuple<std::uint64_t, int, bool>;
  const auto control_of = [&](const joint& j) {
    const peers::machine_fields& f = theirs.fields[j.theirs];
    return control{f.current, f.index, f.in_span};
  };
  using kind =
      std::tuple<state, control, octet_class, reading, reading, std::string_view, unsigned, errc>;
  std::map<kind, divergence> found;

  for (std::size_t i = 0; i < states.size(); ++i) {
    const joint from = states[i];
    const char due = canonical_byte(from.ours.at);
    const auto take = [&](const oracle::group& group, char byte) {
      const oracle::edge& edge = theirs.edges[from.theirs][octet_index(byte)];
      reader next = from.ours;
      const bool taken = next.step(ours, kind_of(byte), byte, quirk_set::all());
      const difference d = compare(ours, from.ours, next, taken, byte, theirs, edge);
      if (d.ours != d.theirs || (d.ours != reading::refuses && !d.shows.empty())) {
        const kind k{from.ours.at, control_of(from), class_of(byte), d.theirs,
                     d.ours,       d.their_error,    d.shows.bits(), d.error};
        const auto [at, fresh] = found.try_emplace(k);
        divergence& entry = at->second;
        if (fresh) {
          entry = {.at = from.ours.at,
                   .after = {},
                   .theirs = d.theirs,
                   .ours = d.ours,
                   .their_error = d.their_error,
                   .shows = d.shows,
                   .error = d.error,
                   .octets = {},
                   .steps = 0,
                   .witness = way_to(states, i) + byte};
        }
        entry.octets |= group.octets;
        entry.steps += group.size;
      }
      if (taken && next.line.error == errc::need_more && edge.outcome == outcome::need_more &&
          known.emplace(number_of(next, edge.to), states.size()).second)
        states.push_back({next, edge.to, i, byte});
    };
    // The octet of a canonical line first, so that witnesses look like lines.
    const auto is_due = [&](const oracle::group& g) { return g.octets.test(octet_index(due)); };
    take(*std::ranges::find_if(theirs.groups, is_due), due);
    for (const oracle::group& g : theirs.groups)
      if (!is_due(g))
        take(g, g.example);
  }

  // llhttp's own number of a state changes from version to version; a way there does not.
  std::map<control, std::size_t> ways;
  for (const bool regular : {true, false})
    for (std::size_t i = 0; i < states.size(); ++i)
      if (states[i].ours.line.quirks.empty() == regular)
        ways.emplace(control_of(states[i]), i);

  walk_result result{states.size(), {}};
  for (auto& [k, d] : found) {
    d.after = way_to(states, ways.at(std::get<control>(k)));
    result.divergences.push_back(std::move(d));
  }
  std::ranges::sort(result.divergences, {}, [](const divergence& d) {
    return std::tuple{d.at, std::string_view{d.after}, d.witness.back(), d.theirs};
  });
  return result;
}

} // namespace statusline::proof
