// SPDX-License-Identifier: MIT
#include "strict_automaton.hpp"

#include <algorithm>
#include <bitset>
#include <cctype>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace statusline::support {

const std::string_view status_line_abnf = R"(
  status-line   = HTTP-version SP status-code SP [ reason-phrase ] CRLF
  HTTP-version  = HTTP-name "/" DIGIT "." DIGIT
  HTTP-name     = %s"HTTP"
  status-code   = 3DIGIT
  reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
  obs-text      = %x80-FF
  CRLF          = CR LF
  CR            = %x0D
  LF            = %x0A
  HTAB          = %x09
  SP            = %x20
  VCHAR         = %x21-7E
  DIGIT         = %x30-39
)";

namespace {

using octets = std::bitset<256>;

/// A regular expression. Two with the same `key` are the same language. The converse is not needed,
/// only that the keys of all derivatives are finitely many.
struct expression;
using regex = std::shared_ptr<const expression>;
struct expression {
  enum { nothing, empty, set, sequence, choice, star } kind;
  octets members;
  regex a, b;
  bool nullable;
  std::string key;
};

regex make(expression e) { return std::make_shared<const expression>(std::move(e)); }

const regex nothing = make({expression::nothing, {}, {}, {}, false, "0"});
const regex empty = make({expression::empty, {}, {}, {}, true, "1"});

regex any_of(const octets& members) {
  return make({expression::set, members, {}, {}, false, members.to_string()});
}
regex sequence(const regex& a, const regex& b) {
  if (a == nothing || b == nothing)
    return nothing;
  if (a == empty || b == empty)
    return a == empty ? b : a;
  return make({expression::sequence,
               {},
               a,
               b,
               a->nullable && b->nullable,
               "(" + a->key + "." + b->key + ")"});
}
void collect(const regex& e, std::map<std::string_view, regex>& into) {
  if (e->kind == expression::choice) {
    collect(e->a, into);
    collect(e->b, into);
  } else if (e != nothing) {
    into.emplace(e->key, e);
  }
}
/// Alternatives in order and each of them once: else the derivatives might never end.
regex choice(const regex& a, const regex& b) {
  std::map<std::string_view, regex> all;
  collect(a, all);
  collect(b, all);
  regex e = nothing;
  for (const auto& [key, each] : all) {
    e = e == nothing ? each
                     : make({expression::choice,
                             {},
                             each,
                             e,
                             each->nullable || e->nullable,
                             "(" + each->key + "|" + e->key + ")"});
  }
  return e;
}
regex star(const regex& a) { return make({expression::star, {}, a, {}, true, a->key + "*"}); }

regex derivative(const regex& e, std::size_t octet) {
  switch (e->kind) {
  case expression::nothing:
  case expression::empty: return nothing;
  case expression::set: return e->members.test(octet) ? empty : nothing;
  case expression::choice: return choice(derivative(e->a, octet), derivative(e->b, octet));
  case expression::star: return sequence(derivative(e->a, octet), e);
  case expression::sequence: break;
  }
  const regex first = sequence(derivative(e->a, octet), e->b);
  return e->a->nullable ? choice(first, derivative(e->b, octet)) : first;
}

/// Reads ABNF from the left. A name stands for its rule, before or after it.
class abnf {
public:
  explicit abnf(std::string_view rules) {
    while (!rules.empty()) {
      const std::string_view line = rules.substr(0, rules.find('\n'));
      rules.remove_prefix(std::min(rules.size(), line.size() + 1));
      if (const std::size_t equals = line.find('='); equals != line.npos) {
        rest_ = line;
        const std::string_view name = word();
        bodies_[name] = line.substr(equals + 1);
      }
    }
  }
  regex rule(std::string_view name) {
    const auto body = bodies_.find(name);
    if (body == bodies_.end())
      throw std::invalid_argument{"no rule " + std::string{name}};
    const std::string_view outer = std::exchange(rest_, body->second);
    regex e = alternatives();
    skip_space();
    if (!rest_.empty())
      throw std::invalid_argument{"unexpected: " + std::string{rest_}};
    rest_ = outer;
    return e;
  }

private:
  static bool is_space(char c) { return c == ' '; }
  void skip_space() {
    while (!rest_.empty() && is_space(rest_.front()))
      rest_.remove_prefix(1);
  }
  bool take(std::string_view literal) {
    skip_space();
    if (!rest_.starts_with(literal))
      return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  template <class Belongs> std::string_view while_(Belongs belongs) {
    std::size_t n = 0;
    while (n < rest_.size() && belongs(static_cast<unsigned char>(rest_[n])))
      ++n;
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  std::string_view word() {
    skip_space();
    return while_([](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
  }
  std::size_t number(int base) {
    const std::string digits{while_([&](unsigned char c) {
      return base == 16 ? std::isxdigit(c) != 0 : std::isdigit(c) != 0;
    })};
    return std::stoul(digits, nullptr, base);
  }
  bool at_digit() const {
    return !rest_.empty() && std::isdigit(static_cast<unsigned char>(rest_.front())) != 0;
  }

  regex alternatives() {
    regex e = concatenation();
    while (take("/"))
      e = choice(e, concatenation());
    return e;
  }
  regex concatenation() {
    regex e = repetition();
    for (skip_space(); !rest_.empty() && std::string_view{"/)]"}.find(rest_.front()) == rest_.npos;
         skip_space())
      e = sequence(e, repetition());
    return e;
  }
  regex repetition() {
    skip_space();
    std::size_t least = 1, more = 0;
    bool unbounded = false;
    const bool counted = at_digit();
    if (counted)
      least = number(10);
    if (take("*")) {
      least = counted ? least : 0;
      unbounded = !at_digit();
      more = unbounded ? 0 : number(10) - least;
    }
    const regex one = element();
    regex e = unbounded ? star(one) : empty;
    for (; more > 0; --more)
      e = choice(empty, sequence(one, e));
    for (; least > 0; --least)
      e = sequence(one, e);
    return e;
  }
  regex element() {
    if (take("(")) {
      const regex e = alternatives();
      return take(")") ? e : throw std::invalid_argument{"no )"};
    }
    if (take("[")) {
      const regex e = alternatives();
      return take("]") ? choice(e, empty) : throw std::invalid_argument{"no ]"};
    }
    if (take("%x")) {
      const std::size_t from = number(16);
      const std::size_t to = take("-") ? number(16) : from;
      octets range;
      for (std::size_t octet = from; octet <= to; ++octet)
        range.set(octet);
      return any_of(range);
    }
    const bool exact = take("%s");
    if (take("\"")) {
      regex e = empty;
      for (const char c : while_([](unsigned char each) { return each != '"'; })) {
        const auto u = static_cast<unsigned char>(c);
        octets letter;
        letter.set(u);
        if (!exact) {
          letter.set(static_cast<std::size_t>(std::tolower(u)));
          letter.set(static_cast<std::size_t>(std::toupper(u)));
        }
        e = sequence(e, any_of(letter));
      }
      return take("\"") ? e : throw std::invalid_argument{"no closing quote"};
    }
    return rule(word());
  }

  std::map<std::string_view, std::string_view> bodies_;
  std::string_view rest_;
};

} // namespace

automaton compile(std::string_view rules, std::string_view start) {
  automaton result;
  std::vector<regex> states;
  std::map<std::string, std::uint32_t> numbers;
  const auto number_of = [&](const regex& e) {
    const auto [at, fresh] = numbers.emplace(e->key, static_cast<std::uint32_t>(states.size()));
    if (fresh)
      states.push_back(e);
    return at->second;
  };
  number_of(abnf{rules}.rule(start));
  for (std::size_t s = 0; s < states.size(); ++s) {
    automaton::node& n = result.nodes.emplace_back();
    n.accepts = states[s]->nullable;
    n.dead = states[s]->kind == expression::nothing;
    for (std::size_t octet = 0; octet < 256; ++octet)
      n.next[octet] = number_of(derivative(states[s], octet));
  }
  return result;
}

const automaton& strict_automaton() {
  static const automaton a = compile(status_line_abnf, "status-line");
  return a;
}

} // namespace statusline::support
