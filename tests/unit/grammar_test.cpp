// SPDX-License-Identifier: MIT
//
// The table itself, and the shortcuts through it.
#include <statusline/detail/machine.hpp>
#include <statusline/statusline.hpp>

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>

namespace statusline::detail {
namespace {

constexpr state all_states(std::size_t i) { return static_cast<state>(i); }

/// A machine in each state of a line, reached by a shortest way under `permissive`.
std::map<state, machine> machines() {
  std::map<state, machine> found{{state::start, {}}};
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [where, reached] : std::map{found}) {
      for (int byte = 0; byte < 256; ++byte) {
        machine next = reached;
        const char c = static_cast<char>(byte);
        next.run(&c, 1, quirk_set::all());
        if (next.error == errc::need_more)
          grown |= found.emplace(next.where, next).second;
      }
    }
  }
  return found;
}

TEST(Grammar, EveryStateIsReached) {
  EXPECT_EQ(machines().size(), state_count - 2u); // all but `accepted` and `failed`
}

TEST(Grammar, CountsWhatItLists) {
  EXPECT_EQ(state_count, std::size_t(state::failed) + 1);
  EXPECT_EQ(octet_kinds, std::size_t(octet::end) + 1);
  EXPECT_EQ(octet_of.size(), 256u);
}

TEST(Grammar, NothingLeavesTheFinalStates) {
  for (const state final : {state::accepted, state::failed})
    for (std::size_t o = 0; o < octet_kinds; ++o)
      EXPECT_EQ(grammar(final, static_cast<octet>(o)).next, state::failed);
}

TEST(Grammar, EveryQuirkIsShownByARule) {
  quirk_set shown;
  for (const rule& r : rules)
    shown |= r.shows;
  EXPECT_EQ(shown, quirk_set::all());
}

TEST(Grammar, EveryStateAndEveryQuirkHasAnError) {
  for (std::size_t s = 0; s + 2 < state_count; ++s)
    EXPECT_NE(expected_in(all_states(s)), errc::ok) << s;
  for (const quirk q : quirk_set::all())
    EXPECT_NE(expected_instead_of(q), errc::ok) << to_string(q);
}

// The filter law, one step at a time. Each of the 8192 policies accepts an octet if and only if
// `permissive` does, and the policy allows the quirks that show; then the next state is the same.
TEST(Grammar, EveryPolicyIsAFilterOnEveryStep) {
  for (const auto& [where, from] : machines()) {
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      int byte = 0;
      while (byte < 256 && octet_of[static_cast<std::size_t>(byte)] != static_cast<octet>(o))
        ++byte;
      const machine& start = from; // Clang 14 captures no structured binding
      const auto take = [&](quirk_set allowed) {
        machine m = start;
        m.passed = {};
        const char c = static_cast<char>(byte);
        if (byte < 256)
          m.run(&c, 1, allowed);
        else
          m.finish(allowed);
        return m;
      };
      const machine widest = take(quirk_set::all());
      for (std::uint32_t bits = 0; bits < 1u << quirk_count; ++bits) {
        const quirk_set allowed = quirk_set::from_bits(bits);
        const machine mine = take(allowed);
        const bool possible =
            widest.where != from.where || widest.end != from.end || widest.error == errc::ok;
        const bool taken = mine.where == widest.where && mine.end == widest.end &&
                           mine.error == widest.error && mine.quirks() == widest.quirks() &&
                           mine.code == widest.code && mine.version == widest.version &&
                           mine.reason_begin == widest.reason_begin;
        ASSERT_EQ(taken, !possible || widest.quirks().subset_of(allowed))
            << "state " << int(where) << " octet " << o << " policy " << bits;
        if (!taken) {
          ASSERT_EQ(mine.refused, widest.quirks() - allowed);
          ASSERT_EQ(mine.where, from.where);
        }
      }
    }
  }
}

TEST(Scan, PlainBytesAreThoseOfTheTable) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool plain = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    EXPECT_EQ(is_plain(static_cast<char>(byte)), plain) << byte;
  }
}

TEST(Scan, BlocksFindEveryByteAtEveryPosition) {
  const auto expect = [](auto mask, const std::array<char, block_size>& bytes, auto wanted) {
    for (std::size_t i = 0; i < block_size; ++i)
      for (std::size_t bit = 0; bit < block::bits_per_byte; ++bit)
        ASSERT_EQ((mask >> (i * block::bits_per_byte + bit) & 1) != 0, wanted(bytes[i]))
            << int(bytes[i]) << " at " << i;
  };
  for (std::size_t at = 0; at < block_size; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      for (const char around : {'x', '\x80', '\t', '\0', '\x7f'}) {
        std::array<char, block_size> bytes{};
        bytes.fill(around);
        bytes[at] = static_cast<char>(byte);
        const block b = block::load(bytes.data());
        expect(b.not_plain(), bytes, [](char c) { return !is_plain(c); });
        expect(b.control(), bytes, [](char c) { return !is_plain(c) || c == '\t'; });
        expect(b.line_end(), bytes, [](char c) { return c == '\r' || c == '\n'; });
        if (HasFatalFailure())
          return;
      }
    }
  }
}

TEST(Scan, FourBlocksShowEveryControlAtEveryPosition) {
  for (std::size_t at = 0; at < 4 * block_size; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      for (const char around : {' ', '~', '\x80', '\xff'}) {
        std::array<char, 4 * block_size> bytes{};
        bytes.fill(around);
        bytes[at] = static_cast<char>(byte);
        ASSERT_EQ(block::any_control_in_four(bytes.data()), byte < 0x20 || byte == 0x7f)
            << byte << " at " << at;
      }
    }
  }
}

// Every byte of a prefix, and three arbitrary ones after it.
TEST(Scan, BlocksFindWhatIsOffThePrefix) {
  for (std::size_t at = 0; at < block_size; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string bytes = std::string{prefix} + "\x01\x02\x03";
      bytes[at] = static_cast<char>(byte);
      const bool digit = at < prefix.size() && prefix[at] >= '0' && prefix[at] <= '9';
      const bool fits = at >= prefix.size() ||
                        (digit ? byte >= '0' && byte <= '9' : byte == static_cast<int>(prefix[at]));
      const auto off = block::load(bytes.data()).off_prefix();
      ASSERT_EQ(off == 0, fits) << byte << " at " << at;
      if (!fits) {
        ASSERT_EQ(first_in(off), at) << byte;
        ASSERT_EQ(off >> at * block::bits_per_byte >> block::bits_per_byte, 0u) << byte;
      }
    }
  }
}

TEST(Scan, AShortBlockEndsInNuls) {
  const std::string bytes = "\x01 3456789abcdef";
  for (std::size_t size = 0; size < block_size; ++size) {
    const std::string padded = bytes.substr(0, size) + std::string(block_size - size, '\0');
    for (std::size_t at = 0; at <= size; ++at) { // a second control, or the same bytes
      std::string want = padded;
      want[at] = at < size ? '\r' : want[at];
      const std::string have = want.substr(0, size);
      ASSERT_EQ(load_short(have.data(), size).control(), block::load(want.data()).control())
          << size << ' ' << at;
      ASSERT_EQ(load_short(have.data(), size).off_prefix(), block::load(want.data()).off_prefix())
          << size << ' ' << at;
    }
  }
}

TEST(Scan, SkipStopsWhereTheTableWould) {
  for (std::size_t size = 0; size <= 180; size += size < 70 || size > 170 ? 1 : 17) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char odd : {'\r', '\n', '\x01', '\x7f', '\t', 'x'}) {
        std::string bytes(size, 'x');
        bytes[at] = odd;
        ASSERT_EQ(skip_plain(bytes.data(), size), is_plain(odd) ? size : at) << size << ' ' << at;
        if (size < block_size)
          continue;
        const bool stops = odd == '\r' || odd == '\n';
        for (std::size_t from = 0; from <= size; ++from) {
          const std::size_t want = at < from ? size : at;
          ASSERT_EQ(skip_blocks<stop::not_plain>(bytes.data(), from, size),
                    is_plain(odd) ? size : want)
              << size << ' ' << from << ' ' << at;
          ASSERT_EQ(skip_blocks<stop::line_end>(bytes.data(), from, size), stops ? want : size)
              << size << ' ' << from << ' ' << at;
        }
      }
    }
  }
}

/// How far the table follows the prefix, and then plain bytes; at most `limit` bytes.
std::size_t canonical_way(std::string_view bytes, std::size_t limit) {
  state s = state::start;
  std::size_t k = 0;
  for (; k < std::min(bytes.size(), limit); ++k) {
    const cell& c = grammar(s, octet_of[static_cast<unsigned char>(bytes[k])]);
    if (c.next != prefix_states[std::min(k + 1, prefix.size())] || !c.shows.empty())
      break;
    s = c.next;
  }
  return k;
}

struct decision {
  bool accepted;
  std::size_t known;
  friend bool operator==(const decision&, const decision&) = default;
};

/// Every outcome of decide() in parse() and in the stream, against the table.
struct steps_of {
  std::string_view bytes;

  static decision accept(std::size_t cr) { return {true, cr}; }
  static decision give_up(std::size_t known) { return {false, known}; }
  [[nodiscard]] decision go_on(std::size_t known) const {
    return decide_long(bytes.data(), known, bytes.size(), *this);
  }
  [[nodiscard]] decision short_of() const {
    return decide_short(bytes.data(), bytes.size(), *this);
  }
};

TEST(Scan, DecideKnowsWhatTheTableSays) {
  for (const std::string_view after : {"", "x", "\r", "\r\n", "\r\nServer: x\r\nDate: today\r\n"}) {
    for (std::size_t size = 0; size <= 40; ++size) {
      const std::string line =
          ("HTTP/1.1 200 " + std::string(40, 'x')).substr(0, size) + std::string{after};
      for (std::size_t at = 0; at < std::max<std::size_t>(line.size(), 1); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
          std::string bytes = line;
          if (!bytes.empty())
            bytes[at] = static_cast<char>(byte);
          const std::size_t n = bytes.size();
          const std::size_t known =
              canonical_way(bytes, n < block_size ? prefix.size() : n); // short: only to the SP
          const bool whole = known >= prefix.size() && bytes.compare(known, 2, "\r\n") == 0;
          ASSERT_EQ(decide(bytes.data(), n, steps_of{bytes}), (decision{whole, known}))
              << byte << " at " << at << " of " << line;
        }
      }
    }
  }
}

TEST(Machine, PackedCellsAreThoseOfTheGrammar) {
  for (std::size_t s = 0; s < state_count; ++s) {
    for (std::size_t o = 0; o < octet_kinds; ++o) {
      const cell& entry = grammar(all_states(s), static_cast<octet>(o));
      const packed_cell packed = packed_cells[s][o];
      for (std::uint32_t bits = 0; bits < 1u << quirk_count; ++bits) {
        const quirk_set allowed = quirk_set::from_bits(bits);
        ASSERT_EQ(!packed.refused_by(allowed),
                  entry.next != state::failed && entry.shows.subset_of(allowed));
      }
      if (entry.next != state::failed) {
        ASSERT_EQ(packed.next(), entry.next);
        ASSERT_EQ(packed.shows(), entry.shows);
        for (const quirk q : quirk_set::all())
          ASSERT_EQ(packed.shows(q), entry.shows.contains(q));
      }
    }
  }
}

} // namespace
} // namespace statusline::detail
