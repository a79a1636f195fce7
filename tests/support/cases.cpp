// SPDX-License-Identifier: MIT
#include "cases.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace statusline::corpus {
namespace {

[[noreturn]] void complain(const std::string& why) { throw std::invalid_argument{why}; }

bool is_word(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '_';
}

/// Parses a line of the format from the left.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_{text} {}

  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool take(std::string_view literal) {
    if (!rest_.starts_with(literal))
      return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  void expect(std::string_view literal) {
    if (!take(literal))
      complain("expected '" + std::string{literal} + "' before '" + std::string{rest_} + "'");
  }
  std::string_view word() {
    const auto end = std::ranges::find_if_not(rest_, is_word);
    const std::string_view w = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    if (w.empty())
      complain("expected a word before '" + std::string{rest_} + "'");
    rest_.remove_prefix(w.size());
    return w;
  }
  std::size_t number(int base = 10) {
    std::size_t n = 0;
    const std::string_view digits = word();
    const char* const end = digits.data() + digits.size();
    if (const auto [stop, error] = std::from_chars(digits.data(), end, n, base);
        error != std::errc{} || stop != end)
      complain("'" + std::string{digits} + "' is no number");
    return n;
  }
  template <class T> T at_most(T greatest) {
    const std::size_t n = number();
    if (n > greatest)
      complain(std::to_string(n) + " is over " + std::to_string(greatest));
    return static_cast<T>(n);
  }
  std::string_view until(char c) {
    const std::size_t n = rest_.find(c);
    if (n == rest_.npos)
      complain("expected '" + std::string(1, c) + "' further on");
    const std::string_view before = rest_.substr(0, n);
    rest_.remove_prefix(n + 1);
    return before;
  }
  char any() {
    if (done())
      complain("expected one more character");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  std::string_view some(std::size_t n) {
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(taken.size());
    return taken;
  }

private:
  std::string_view rest_;
};

quirk quirk_named(std::string_view name) {
  for (const quirk q : quirk_set::all())
    if (to_string(q) == name)
      return q;
  complain("'" + std::string{name} + "' is no quirk");
}

errc error_named(std::string_view name) {
  for (std::uint8_t e = 0; e < errc_count; ++e)
    if (to_string(errc{e}) == name)
      return errc{e};
  complain("'" + std::string{name} + "' is no outcome");
}

quirk_set read_quirks(scanner& s) {
  quirk_set set;
  while (s.take(" "))
    set.insert(quirk_named(s.word()));
  if (set.empty())
    complain("expected a quirk");
  return set;
}

verdict read_verdict(scanner& s) {
  verdict v;
  v.error = error_named(s.word());
  s.expect(v.error == errc::ok ? " to " : " at ");
  v.end = s.number();
  if (v.error != errc::ok) {
    if (s.take(", refused"))
      v.refused = read_quirks(s);
    return v;
  }
  s.expect(": ");
  v.version.major = s.at_most<std::uint8_t>(9);
  s.expect(".");
  v.version.minor = s.at_most<std::uint8_t>(9);
  s.expect(" ");
  v.code = s.at_most<std::uint16_t>(999);
  s.expect(" ");
  const bool absent = s.take("absent");
  if (!absent && !s.take("empty")) {
    s.expect("`");
    v.reason = unescape(s.until('`'));
  }
  if (s.take(", quirks"))
    v.quirks = read_quirks(s);
  if (absent != v.quirks.contains(quirk::missing_reason))
    complain("a reason is absent if and only if missing_reason shows");
  return v;
}

policy read_policy(scanner& s) {
  policy p = strict;
  if (s.take("interop"))
    p = interop;
  else if (s.take("permissive"))
    p = permissive;
  else
    s.expect("strict");
  for (;;) {
    if (s.take("+"))
      p.allowed.insert(quirk_named(s.word()));
    else if (s.take("-"))
      p.allowed = p.allowed - quirk_named(s.word());
    else
      break;
  }
  if (s.take(" max_size="))
    p.max_size = s.take("max") ? std::numeric_limits<std::size_t>::max() : s.number();
  return p;
}

struct named_policy {
  std::string name;
  policy value;
};

std::vector<named_policy> read_policies(scanner& s) {
  if (s.take("all"))
    return {{"strict", strict}, {"interop", interop}, {"permissive", permissive}};
  std::vector<named_policy> list;
  do {
    const std::string_view from = s.rest();
    const policy p = read_policy(s);
    list.push_back({std::string{from.substr(0, from.size() - s.rest().size())}, p});
  } while (s.take(", "));
  return list;
}

bool tells_of(const std::vector<expectation>& list, const policy& p, bool complete) {
  return std::ranges::any_of(
      list, [&](const expectation& x) { return x.policy == p && x.complete == complete; });
}

std::vector<reference::finding> read_runs(scanner& s) {
  std::vector<reference::finding> runs;
  do {
    s.expect(" ");
    const quirk q = quirk_named(s.word());
    s.expect(" ");
    const std::size_t offset = s.number();
    s.expect("+");
    runs.push_back({q, offset, s.number()});
  } while (s.take(","));
  return runs;
}

std::string camel_case(std::string_view heading) {
  std::string name;
  bool capital = true;
  for (const char c : heading) {
    const bool lower = 'a' <= c && c <= 'z';
    if (is_word(c) && c != '_')
      name += capital && lower ? static_cast<char>(c - 'a' + 'A') : c;
    capital = !is_word(c) || c == '_';
  }
  return name;
}

std::string escape_byte(char c) {
  switch (c) {
  case '\r': return "\\r";
  case '\n': return "\\n";
  case '\t': return "\\t";
  case '\0': return "\\0";
  case '\\': return "\\\\";
  }
  // In the files a backtick ends the bytes, and `{...*n}` is a repetition.
  if (' ' <= c && c <= '~' && c != '`' && c != '{' && c != '*')
    return {c};
  return "\\x" + to_hex({&c, 1});
}

/// A plain bullet is about `parse`. Its meaning for `parse_complete` is known at the case's end.
void read_bullet(example& e, scanner s, std::size_t line) {
  if (s.take("runs:")) {
    e.runs = read_runs(s);
  } else {
    const bool complete = s.take("complete ");
    const std::vector<named_policy> policies = read_policies(s);
    s.expect(": ");
    const verdict want = read_verdict(s);
    for (const named_policy& p : policies) {
      if (tells_of(e.expectations, p.value, complete))
        complain(p.name + " is there twice");
      e.expectations.push_back({p.name, p.value, complete, want, line});
    }
  }
  if (!s.done())
    complain("expected nothing before '" + std::string{s.rest()} + "'");
}

void finish(example& e) {
  for (const policy& p : {strict, interop, permissive})
    if (!tells_of(e.expectations, p, false))
      complain(e.name + " must tell of strict, interop and permissive");
  const std::vector<expectation> said = e.expectations;
  for (expectation x : said)
    if (!std::exchange(x.complete, true) && !tells_of(said, x.policy, true))
      e.expectations.push_back(std::move(x));
}

} // namespace

std::vector<example> read_cases(std::string_view text, const std::string& file) {
  std::vector<example> cases;
  enum class due { heading, input, bullets } state = due::heading;
  std::size_t number = 0;
  try {
    std::istringstream lines{std::string{text}};
    for (std::string line; ++number, std::getline(lines, line);) {
      const bool heading = line.starts_with("## ");
      if (heading || line.starts_with("# ")) {
        if (state == due::input)
          complain(cases.back().name + " has no input");
        if (state == due::bullets)
          finish(cases.back());
        state = due::heading;
      }
      if (heading) {
        example& e = cases.emplace_back();
        e.title = line.substr(3);
        e.name = camel_case(line);
        e.file = file;
        e.line = number;
        state = due::input;
      } else if (state == due::input && line.starts_with('`')) {
        if (line.size() < 2 || !line.ends_with('`'))
          complain("expected '`' at the line's end");
        cases.back().input = unescape(std::string_view{line}.substr(1, line.size() - 2));
        state = due::bullets;
      } else if (state == due::bullets && line.starts_with("- ")) {
        read_bullet(cases.back(), scanner{std::string_view{line}.substr(2)}, number);
      } else if (state == due::bullets && !line.empty()) {
        complain("expected '- ' or a heading");
      }
    }
    if (state == due::input)
      complain(cases.back().name + " has no input");
    if (state == due::bullets)
      finish(cases.back());
  } catch (const std::invalid_argument& e) {
    throw std::runtime_error{file + ":" + std::to_string(number) + ": " + e.what()};
  }
  return cases;
}

std::vector<example> read_cases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator{STATUSLINE_SOURCE_DIR "/corpus/cases"})
    if (entry.path().extension() == ".md" && entry.path().filename() != "README.md")
      files.push_back(entry.path());
  std::ranges::sort(files);

  std::vector<example> cases;
  std::map<std::string, std::string> places;
  for (const std::filesystem::path& path : files) {
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    for (example& e : read_cases(text.str(), path.filename().string())) {
      const std::string place = e.file + ":" + std::to_string(e.line);
      if (const auto [other, fresh] = places.emplace(e.name, place); !fresh)
        throw std::runtime_error{place + ": " + e.name + " is taken by " + other->second};
      cases.push_back(std::move(e));
    }
  }
  return cases;
}

std::string show(const verdict& v) {
  std::ostringstream out;
  const auto list = [&out](std::string_view label, quirk_set set) {
    if (!set.empty())
      out << label;
    for (const quirk q : set)
      out << ' ' << to_string(q);
  };
  out << to_string(v.error) << (v.error == errc::ok ? " to " : " at ") << v.end;
  list(", refused", v.refused);
  if (v.error != errc::ok)
    return out.str();
  out << ": " << int{v.version.major} << '.' << int{v.version.minor} << ' ';
  out << std::setw(3) << std::setfill('0') << v.code << ' ';
  if (!v.reason.empty())
    out << '`' << escape(v.reason) << '`';
  else
    out << (v.quirks.contains(quirk::missing_reason) ? "absent" : "empty");
  list(", quirks", v.quirks);
  return out.str();
}

std::string show(const std::vector<reference::finding>& runs) {
  std::ostringstream out;
  for (const reference::finding& f : runs)
    out << (&f == runs.data() ? "" : ", ") << to_string(f.q) << ' ' << f.offset << '+' << f.size;
  return out.str();
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) / 16];
    text += digits[static_cast<unsigned char>(c) % 16];
  }
  return text;
}

std::string escape(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto end = std::ranges::find_if_not(bytes, [&](char c) { return c == bytes.front(); });
    const std::size_t size = static_cast<std::size_t>(end - bytes.begin());
    // Shorter repetitions are easier to read as they are.
    const bool fold = size >= 16;
    const std::string once = escape_byte(bytes.front());
    text += fold ? "{" + once + "*" + std::to_string(size) + "}" : once;
    bytes.remove_prefix(fold ? size : 1);
  }
  return text;
}

std::string unescape(std::string_view text) {
  std::string bytes;
  scanner s{text};
  while (!s.done()) {
    if (s.take("{")) {
      const std::string once = unescape(s.until('*'));
      for (std::size_t n = s.number(); n > 0; --n)
        bytes += once;
      s.expect("}");
    } else if (!s.take("\\")) {
      bytes += s.any();
    } else if (s.take("x")) {
      bytes += static_cast<char>(scanner{s.some(2)}.number(16));
    } else {
      static constexpr std::string_view letters = "rnt0\\", meant{"\r\n\t\0\\", 5};
      const std::size_t which = letters.find(s.any());
      if (which == letters.npos)
        complain("expected r, n, t, 0, \\ or xNN after '\\'");
      bytes += meant[which];
    }
  }
  return bytes;
}

} // namespace statusline::corpus
