// SPDX-License-Identifier: MIT
#include <support/peers/llhttp_machine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>
#include <vector>

// Tests the adapters, not the peers: each must report the known answers of its peer.
namespace {

using namespace statusline::peers;
using namespace std::literals;

std::string text(const answer& a) {
  if (a.outcome == outcome::need_more)
    return "more";
  if (a.outcome == outcome::refused)
    return "refused";
  return std::to_string(a.code) + ' ' + std::to_string(a.major) + '.' + std::to_string(a.minor) +
         " [" + std::string{a.reason} + ']';
}

/// The peer's name, and which build of it, if builds differ.
std::string kind(const peer& p) {
  std::string name = p.name;
  const std::string version = p.version();
  const auto says = [&version](std::string_view what) {
    return version.find(what) != std::string::npos;
  };
  if (name == "llhttp")
    name += version.substr(0, version.find('.'));
  if (says("(strict)"))
    name += " strict";
  if (says("source tree"))
    name += " tree";
  return name;
}

struct row {
  std::string_view bytes;
  std::string expected; ///< of every peer except these
  std::map<std::string, std::string> but = {};
  std::size_t end = 0; ///< on `accepted`; 0 for all bytes
};

const std::string ok = "200 1.1 [OK]", no = "refused", more = "more", unchecked = "?";

const row rows[] = {
    {"HTTP/1.1 200 OK\r\n", ok},
    {"HTTP/1.1 404 Not Found\r\n", "404 1.1 [Not Found]"},
    {"HTTP/1.0 302 Moved Temporarily\r\n", "302 1.0 [Moved Temporarily]"},
    {"HTTP/1.1 200 \r\n", "200 1.1 []"},
    {"HTTP/1.1 999 a\tb c!\r\n", "999 1.1 [a\tb c!]"},
    {"HTTP/1.1 200 OK\r\n\r\n", ok, {}, 17},
    {"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", ok, {}, 17},
    {"HTTP/1.1 200 \xe9t\xe9\r\n", "200 1.1 [\xe9t\xe9]", {{"httparse", "200 1.1 []"}}},
    {"HTTP/1.1 200\r\n",
     "200 1.1 []",
     {{"beast", no}, {"picohttpparser", no}, {"picohttpparser tree", unchecked}}},
    {"HTTP/1.1 200 OK\n", ok, {{"llhttp9", no}, {"beast", no}}},
    {"\r\nHTTP/1.1 200 OK\r\n",
     ok,
     {{"beast", no}, {"picohttpparser", no}, {"picohttpparser tree", no}}},
    {"HTTP/1.1  200 OK\r\n",
     no,
     {{"llhttp8", "0 1.1 [200 OK]"},
      {"llhttp8 strict", "0 1.1 [200 OK]"},
      {"http_parser", ok},
      {"http_parser strict", ok},
      {"picohttpparser tree", unchecked}}},
    {"HTTP/1.1 200 OK\rX", no, {{"llhttp8", ok}, {"http_parser", ok}}},
    {"HTTP/1.1 200 O\0K\r\n"sv,
     "200 1.1 [O\0K]"s,
     {{"beast", no}, {"picohttpparser", no}, {"picohttpparser tree", no}, {"httparse", no}}},
    {"HTTP/1.1 2000 OK\r\n", no},
    {"HTTP/1.1 2x0 OK\r\n", no},
    {"garbage\r\n", no},
    {"", more},
    {"HTTP/1", more},
    {"HTTP/1.1 20", more},
    {"HTTP/1.1 200 ", more},
    {"HTTP/1.1 200 O", more},
    {"HTTP/1.1 200 OK\r", more},
};

std::string expected_of(const row& r, const peer& p) {
  const auto found = r.but.find(kind(p));
  return found != r.but.end() ? found->second : r.expected;
}

class peers_test : public testing::Test {
protected:
  std::unique_ptr<scratch> room = std::make_unique<scratch>();

  struct heard {
    answer last;      ///< without the reason, whose bytes may be gone
    std::string said; ///< text() of it
    std::size_t reason_size = 0;
  };

  /// Cut at each of the offsets, in ascending order. Each piece is a copy that is overwritten
  /// afterwards.
  heard fed(const peer& p, std::string_view bytes, std::vector<std::size_t> cuts) {
    p.start(*room);
    heard h;
    std::size_t from = 0;
    cuts.push_back(bytes.size());
    for (const std::size_t to : cuts) {
      const auto piece = std::make_unique<std::string>(bytes.substr(from, to - from));
      h.last = p.feed(piece->data(), piece->size(), *room);
      h.said = text(h.last);
      h.reason_size = std::exchange(h.last.reason, {}).size();
      if (h.last.outcome != outcome::need_more)
        break;
      from = to;
    }
    return h;
  }
};

TEST_F(peers_test, says_which_peers_are_in) {
  for (const char* name :
       {"llhttp", "llhttp9", "http_parser", "beast", "picohttpparser", "httparse"}) {
    const peer* p = find_peer(name);
    std::printf("peer %s: %s\n", name, p ? p->version().c_str() : "NOT IN THIS BUILD");
    if (p) {
      EXPECT_STRNE(p->beyond, "");
    }
  }
  EXPECT_EQ(find_peer("none"), nullptr);
  EXPECT_EQ(find_peer("beast") != nullptr,
            std::any_of(all_peers().begin(), all_peers().end(),
                        [](const peer& p) { return p.name == "beast"sv; }));
}

TEST_F(peers_test, give_known_answers) {
  for (const peer& p : all_peers()) {
    for (const row& r : rows) {
      SCOPED_TRACE(std::string{p.name} + ", " + testing::PrintToString(std::string{r.bytes}));
      const std::string expected = expected_of(r, p);
      const answer a = ask(p, r.bytes, *room);
      if (expected != unchecked) {
        EXPECT_EQ(text(a), expected);
      }
      if (a.outcome == outcome::accepted && a.end != npos) {
        EXPECT_EQ(a.end, r.end != 0 ? r.end : r.bytes.size());
      }
      if (!a.reason.empty()) {
        EXPECT_GE(a.reason.data(), r.bytes.data());
        EXPECT_LE(a.reason.data() + a.reason.size(), r.bytes.data() + r.bytes.size());
      }
      EXPECT_EQ(*a.error != 0, a.outcome == outcome::refused);
    }
  }
}

TEST_F(peers_test, answer_pieces_as_they_answer_the_whole) {
  for (const peer& p : all_peers()) {
    if (p.feed == nullptr)
      continue;
    for (const row& r : rows) {
      SCOPED_TRACE(std::string{p.name} + ", " + testing::PrintToString(std::string{r.bytes}));
      const answer whole = p.parse(r.bytes.data(), r.bytes.size(), *room);
      const std::string said = text(whole);
      std::vector<std::vector<std::size_t>> ways;
      for (std::size_t cut = 0; cut <= r.bytes.size(); ++cut)
        ways.push_back({cut});
      ways.emplace_back();
      for (std::size_t cut = 1; cut < r.bytes.size(); ++cut)
        ways.back().push_back(cut);
      for (const auto& cuts : ways) {
        const heard h = fed(p, r.bytes, cuts);
        EXPECT_EQ(h.said, said);
        EXPECT_EQ(h.last.end, whole.end);
        EXPECT_STREQ(h.last.error, whole.error);
        EXPECT_STREQ(h.last.detail, whole.detail);
      }
    }
  }
}

TEST_F(peers_test, need_the_empty_line_only_where_they_say_so) {
  constexpr std::string_view line = "HTTP/1.1 200 OK\r\n";
  for (const peer& p : all_peers())
    EXPECT_EQ(p.parse(line.data(), line.size(), *room).outcome,
              p.needs_head ? outcome::need_more : outcome::accepted)
        << p.name;
}

TEST_F(peers_test, join_a_long_reason) {
  const std::string reason(reason_collector::capacity + 1000, 'r');
  const std::string line = "HTTP/1.1 200 " + reason + "\r\n";
  for (const peer& p : all_peers()) {
    if (p.needs_head)
      continue;
    EXPECT_EQ(p.parse(line.data(), line.size(), *room).reason, reason) << p.name;
    if (p.feed == nullptr)
      continue;
    EXPECT_EQ(fed(p, line, {100}).reason_size, reason_collector::capacity) << p.name;
    EXPECT_TRUE(room->reason.cut()) << p.name;
  }
}

// llhttp as a machine whose state is a value.

struct walked {
  machine_state state;
  machine_step last;
  std::string reason;
  std::size_t used = 0;
};

walked walk(const machine& m, machine_state from, std::string_view bytes) {
  walked w{.state = from, .last = {}, .reason = {}};
  for (const char& c : bytes) {
    w.last = m.step(w.state, &c, 1);
    w.reason += w.last.reason;
    w.used += w.last.used;
    if (w.last.outcome != outcome::need_more)
      break;
  }
  return w;
}

TEST_F(peers_test, each_llhttp_has_a_machine) {
  std::vector<std::string> names;
  for (const machine& m : llhttp_machines())
    names.emplace_back(m.name);
  std::vector<std::string> wanted;
  for (const char* name : {"llhttp", "llhttp9"})
    if (find_peer(name))
      wanted.emplace_back(name);
  EXPECT_EQ(names, wanted);
}

TEST_F(peers_test, the_machine_in_steps_says_what_the_peer_says) {
  for (const machine& m : llhttp_machines()) {
    const peer& p = *find_peer(m.name);
    for (const row& r : rows) {
      SCOPED_TRACE(std::string{m.name} + ", " + testing::PrintToString(std::string{r.bytes}));
      const answer a = p.parse(r.bytes.data(), r.bytes.size(), *room);
      const walked w = walk(m, m.start(), r.bytes);
      EXPECT_EQ(w.last.outcome, a.outcome);
      EXPECT_STREQ(w.last.error, a.error);
      EXPECT_EQ(w.used, a.outcome == outcome::need_more ? r.bytes.size() : a.end);
      if (a.outcome == outcome::accepted) {
        const machine_fields f = m.fields(w.state);
        EXPECT_EQ(w.reason, a.reason);
        EXPECT_EQ(f.code, a.code);
        EXPECT_EQ(f.major, a.major);
        EXPECT_EQ(f.minor, a.minor);
      }
    }
  }
}

TEST_F(peers_test, a_restored_machine_goes_on_the_same) {
  for (const machine& m : llhttp_machines()) {
    for (const row& r : rows) {
      for (std::size_t cut = 0; cut <= r.bytes.size(); ++cut) {
        SCOPED_TRACE(std::string{m.name} + ", " + testing::PrintToString(std::string{r.bytes}) +
                     ", " + std::to_string(cut));
        const walked first = walk(m, m.start(), r.bytes.substr(0, cut));
        if (first.last.outcome != outcome::need_more)
          continue;
        const machine_state saved = first.state;
        const walked once = walk(m, saved, r.bytes.substr(cut));
        walk(m, m.start(), "HTTP/1.0 999 something else");
        const walked again = walk(m, saved, r.bytes.substr(cut));
        EXPECT_EQ(once.state, again.state);
        EXPECT_EQ(once.reason, again.reason);
        EXPECT_EQ(once.last.outcome, again.last.outcome);
        EXPECT_EQ(once.used, again.used);
      }
    }
  }
}

TEST_F(peers_test, a_machine_keeps_what_matters_and_forgets_the_rest) {
  for (const machine& m : llhttp_machines()) {
    SCOPED_TRACE(m.name);
    const auto after = [&m](std::string_view bytes) { return walk(m, m.start(), bytes).state; };
    EXPECT_EQ(after("\r\n\r\n"), m.start());
    EXPECT_EQ(after("HTTP/1.1 200 OK"), after("HTTP/1.1 200 Something else"));
    EXPECT_EQ(after("\nHTTP/1.1 200 "), after("HTTP/1.1 200 "));
    EXPECT_NE(after("HTT"), after("HTTP"));
    EXPECT_NE(after("HTTP/1.1 200"), after("HTTP/1.1 201"));
    EXPECT_NE(after("HTTP/1.0 200"), after("HTTP/1.1 200"));
    EXPECT_NE(after("HTTP/1.1 200 OK"), after("HTTP/1.1 200 OK\r"));
    EXPECT_EQ(std::hash<machine_state>{}(after("HTTP/")),
              std::hash<machine_state>{}(after("HTTP/")));

    machine_state changed = after("HTTP/1.1 200 OK");
    machine_fields f = m.fields(changed);
    EXPECT_TRUE(f.in_span);
    f.code = 404;
    f.minor = 0;
    m.set_numbers(changed, f);
    EXPECT_EQ(m.fields(changed), f);
    EXPECT_EQ(changed, after("HTTP/1.0 404 OK"));

    machine_state dead = after("X");
    const machine_step still = m.step(dead, "H", 1);
    EXPECT_EQ(still.outcome, outcome::refused);
    EXPECT_EQ(still.used, 0u);
  }
}

} // namespace
