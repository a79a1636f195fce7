// SPDX-License-Identifier: MIT
//
// The compiled code against the grammar's cells: one step, two steps and a tail from every state,
// for every octet and every policy; and parse() of both libraries for every octet after a way into
// every state. It runs for seconds, and covers everything that the compiler and the shortcuts made
// of the table. The cells alone are the definition: this test does not use the packed cells.
#include "support/cases.hpp"
#include "support/in_c.hpp"

#include <statusline/detail/machine.hpp>
#include <statusline/statusline.h>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace statusline {
namespace {

using detail::cell;
using detail::grammar;
using detail::octet;
using detail::octet_of;
using detail::state;

#ifdef STATUSLINE_QUICK_TESTS
constexpr std::uint32_t stride = 61; // an odd step, so that each quirk meets each other quirk
#else
constexpr std::uint32_t stride = 1;
#endif

/// Returns the first set of quirks for which `fine` is false. Tries every `step`th set.
template <class Fine> std::optional<quirk_set> first_wrong(std::uint32_t step, Fine fine) {
  for (std::uint32_t bits = 0; bits < 1u << quirk_count; bits += step)
    if (const auto allowed = quirk_set::from_bits(bits); !fine(allowed))
      return allowed;
  return fine(quirk_set::all()) ? std::nullopt : std::optional{quirk_set::all()};
}

// ---- This file's knowledge of the machine: these four functions, and that `run` and `finish`
// expect bytes and allowed quirks.

using detail::machine;

/// Makes a machine in a state. The other members hold `filled`, which no line leaves there, so that
/// a member shows if a step does not set it. At the start no byte was read: run() looks for a whole
/// line there.
machine machine_at(state at, bool filled) {
  machine m;
  m.where = at;
  m.end = at == state::start ? 0 : 7;
  if (!filled)
    return m;
  m.end = static_cast<std::size_t>(0x123456789a); // cut off where a size has 32 bits
  m.reason_begin = 0x1111;
  m.reason_end = 0x2222;
  m.passed.bits = detail::packed_cell::bits_of(quirk_set::from_bits(0x0a5a));
  m.code = 99;
  m.version = {9, 8};
  return m;
}

/// Everything observable. Within the reason its end is not observable: it is where the bytes end.
bool same(const machine& a, const machine& b) {
  return a.where == b.where && a.end == b.end && a.error == b.error && a.code == b.code &&
         a.version == b.version && a.quirks() == b.quirks() && a.refused == b.refused &&
         a.reason_begin == b.reason_begin &&
         (a.reason_end == b.reason_end || a.where == state::reason);
}

/// Reads one octet as the cell of the grammar defines; false if it is refused. The end of the input
/// counts as an octet without a byte.
bool step(machine& m, octet kind, char byte, quirk_set allowed) {
  const cell& c = grammar(m.where, kind);
  const quirk_set no = c.shows - allowed;
  if (c.next == state::failed || !no.empty()) {
    m.refused = no;
    m.error = refusal(c, no);
    return false;
  }
  if (kind == octet::digit) {
    const int value = byte - '0';
    if (m.where == state::slash)
      m.version.major = static_cast<std::uint8_t>(value);
    if (m.where == state::dot)
      m.version.minor = static_cast<std::uint8_t>(value);
    if (m.where == state::gap || m.where == state::digit_1 || m.where == state::digit_2)
      m.code = static_cast<std::uint16_t>(m.code * 10 + value);
  }
  if (m.where == state::digit_3) {
    const bool separated = c.next == state::reason && !c.shows.contains(quirk::glued_reason);
    m.reason_begin = m.reason_end = m.end + (separated ? 1 : 0);
  }
  if (m.where == state::reason)
    m.reason_end = m.end;
  m.passed.bits |= detail::packed_cell::bits_of(c.shows);
  m.where = c.next;
  m.end += kind != octet::end;
  if (m.where == state::accepted)
    m.error = errc::ok;
  return true;
}

/// Reads bytes until the line is decided. Returns how many were read.
std::size_t steps(machine& m, std::string_view bytes, quirk_set allowed) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (m.where == state::accepted)
      return i;
    const char byte = bytes[i];
    if (!step(m, octet_of[static_cast<unsigned char>(byte)], byte, allowed))
      return i;
  }
  return bytes.size();
}

// ---- The sweeps. A failure names one place and ends the sweep.

/// Whether `run`, starting in `from`, does what the cells define.
bool runs_as_defined(state from, bool filled, std::string_view bytes, quirk_set allowed) {
  const machine begin = machine_at(from, filled);
  machine have = begin;
  const std::size_t taken = have.run(bytes.data(), bytes.size(), allowed);
  machine want = begin;
  return taken == steps(want, bytes, allowed) && same(have, want);
}

/// Every state in which a line may continue.
std::vector<state> open_states() {
  std::vector<state> all;
  for (std::uint8_t s = 0; s < detail::state_count; ++s)
    if (const auto at = static_cast<state>(s); at != state::accepted && at != state::failed)
      all.push_back(at);
  return all;
}

/// One byte of each kind that the grammar distinguishes.
std::string byte_of_each_kind() {
  std::string bytes;
  std::array<bool, detail::octet_kinds> seen{};
  for (int c = 0; c < 256; ++c) {
    const octet kind = octet_of[static_cast<std::size_t>(c)];
    if (!std::exchange(seen.at(static_cast<std::size_t>(kind)), true))
      bytes += static_cast<char>(c);
  }
  EXPECT_EQ(bytes.size(), detail::octet_kinds - 1u) << "the end is no byte";
  return bytes;
}

std::string show(state from, std::string_view bytes, quirk_set allowed) {
  return "from state " + std::to_string(int(from)) + ": " + corpus::escape(bytes) + ", policy " +
         std::to_string(allowed.bits());
}

TEST(Native, OneOctetFromEveryStateUnderEveryPolicy) {
  for (const state from : open_states())
    for (const bool filled : {false, true})
      for (int c = 0; c < 256; ++c) {
        const char byte = static_cast<char>(c);
        const auto wrong = first_wrong(stride, [&](quirk_set allowed) {
          return runs_as_defined(from, filled, {&byte, 1}, allowed);
        });
        ASSERT_FALSE(wrong) << show(from, {&byte, 1}, *wrong);
      }
}

TEST(Native, TheEndFromEveryStateUnderEveryPolicy) {
  for (const state from : open_states())
    for (const bool filled : {false, true}) {
      const auto wrong = first_wrong(1, [&](quirk_set allowed) {
        machine have = machine_at(from, filled), want = have;
        have.finish(allowed);
        step(want, octet::end, '\0', allowed);
        return same(have, want);
      });
      ASSERT_FALSE(wrong) << show(from, "", *wrong);
    }
}

// Two bytes at once take another path through the code than two calls.
TEST(Native, TwoOctetsFromEveryState) {
  const std::string kinds = byte_of_each_kind();
  for (const state from : open_states())
    for (int first = 0; first < 256; ++first)
      for (const char second : kinds) {
        const std::array bytes = {static_cast<char>(first), second};
        const std::string_view two{bytes.data(), bytes.size()};
        const bool of_its_kind = kinds.find(bytes[0]) != kinds.npos;
        const auto wrong = first_wrong(of_its_kind ? stride : 61, [&](quirk_set allowed) {
          return runs_as_defined(from, false, two, allowed);
        });
        ASSERT_FALSE(wrong) << show(from, two, *wrong);
      }
}

// ---- Whole lines

const std::string long_reason =
    "a reason of more than five blocks: one byte, then four at once, then what is left";

/// Bytes that lead to a state, and from there to the end of the line.
struct way {
  std::string to, on;
};

/// A way to and from each state, and one through the middle of each line's reason.
std::vector<way> ways() {
  std::vector<way> all;
  detail::state_set seen;
  for (const std::string& line :
       {"HTTP/3.7 429 " + long_reason + "\r\n", "\r\nHTTP/3.7 429 " + long_reason + "\r\n",
        "ICY 429 " + long_reason + "\r\n", "http/2 \v429\t" + long_reason + "\x01\r\r\n",
        "HTTP 429x\x01" + long_reason + "\n"}) {
    machine m = machine_at(state::start, false);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (!seen.contains(m.where) || i == 90)
        all.push_back({line.substr(0, i), line.substr(i)});
      seen |= m.where;
      EXPECT_EQ(steps(m, line.substr(i, 1), quirk_set::all()), 1u) << line << i;
    }
  }
  EXPECT_EQ(seen.size(), open_states().size());
  return all;
}

TEST(Native, AWholeLineFromEveryState) {
  for (const state from : open_states())
    for (const way& w : ways())
      for (int c = 0; c < 256; ++c) {
        const std::string bytes = static_cast<char>(c) + w.on + "Server: x\r\n\r\n";
        const auto wrong = first_wrong(stride * 509, [&](quirk_set allowed) {
          return runs_as_defined(from, false, bytes, allowed);
        });
        ASSERT_FALSE(wrong) << show(from, bytes, *wrong);
      }
}

/// The answer to an input under every policy: a policy filters the quirks that show.
class definition {
public:
  definition(std::string_view bytes, bool complete) {
    machine m = machine_at(state::start, false);
    m.end = 0;
    const auto follow = [&](octet kind, char byte) {
      const cell& c = grammar(m.where, kind);
      if (!c.shows.empty())
        showing_.push_back({m.end, c});
      return step(m, kind, byte, quirk_set::all());
    };
    bool open = true;
    for (std::size_t i = 0; open && i < bytes.size(); ++i)
      open = follow(octet_of[static_cast<unsigned char>(bytes[i])], bytes[i]) &&
             m.where != state::accepted;
    if (open && complete)
      follow(octet::end, '\0');
    widest_.error = m.error;
    widest_.end = m.end;
    if (m.error == errc::ok)
      widest_.line = {bytes.substr(m.reason_begin, m.reason_end - m.reason_begin), m.code,
                      m.version, m.quirks()};
  }
  [[nodiscard]] parse_result under(quirk_set allowed) const {
    for (const auto& [offset, entry] : showing_)
      if (const quirk_set no = entry.shows - allowed; !no.empty())
        return {{}, refusal(entry, no), no, offset};
    return widest_;
  }

private:
  struct shown {
    std::size_t offset;
    cell entry;
  };
  std::vector<shown> showing_;
  parse_result widest_;
};

/// Compares the members themselves: two reasons of equal bytes may be at different places.
bool same(const parse_result& have, const parse_result& want) {
  return have.error == want.error && have.end == want.end && have.refused == want.refused &&
         have.line.code == want.line.code && have.line.version == want.line.version &&
         have.line.quirks == want.line.quirks &&
         have.line.reason.data() == want.line.reason.data() &&
         have.line.reason.size() == want.line.reason.size();
}

/// Compares parse() and parse_complete() of both libraries; returns "" if they agree.
std::string judge_parse(std::string_view bytes, std::uint32_t every) {
  for (const bool complete : {false, true}) {
    const definition defined{bytes, complete};
    const auto wrong = first_wrong(every, [&](quirk_set allowed) {
      const policy p{allowed};
      const sl_policy c{SL_MAX_SIZE, allowed.bits()};
      const parse_result want = defined.under(allowed);
      const auto& in_c = complete ? sl_parse_complete : sl_parse;
      return same(complete ? parse_complete(bytes, p) : parse(bytes, p), want) &&
             support::same_in_c(in_c(bytes.data(), bytes.size(), c), want);
    });
    if (wrong)
      return show(state::start, bytes, *wrong) + (complete ? ", complete" : "");
  }
  return {};
}

TEST(Native, ParseOfEveryOctetBehindAWayToEveryState) {
  for (const way& w : ways())
    for (int c = 0; c < 256; ++c)
      ASSERT_EQ(judge_parse(w.to + static_cast<char>(c), stride), "");
}

TEST(Native, ParseOfALineWithEveryOctetInPlaceOfOne) {
  for (const way& w : ways())
    for (int c = 0; c < 256; ++c)
      ASSERT_EQ(
          judge_parse(w.to + static_cast<char>(c) + w.on.substr(1) + "Server: x\r\n", stride * 61),
          "");
}

} // namespace
} // namespace statusline
