// SPDX-License-Identifier: MIT
#include "cases.hpp"

#include "danger.hpp"

#include <cli/hex.hpp>
#include <statusline/error.hpp>
#include <statusline/parse.hpp>

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <utility>

namespace statusline::conform {
namespace {

using cli::to_hex;
using json = nlohmann::ordered_json;

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9')
      return c - '0';
    if (c >= 'a' && c <= 'f')
      return c - 'a' + 10;
    throw std::runtime_error{"cases: expected a hexadecimal digit in lower case"};
  };
  if (hex.size() % 2 != 0)
    throw std::runtime_error{"cases: expected two digits a byte"};
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(static_cast<unsigned char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

json names(quirk_set set) {
  json list = json::array();
  for (const quirk q : set)
    list.push_back(to_string(q));
  return list;
}

quirk_set set_of(const json& list) {
  quirk_set set;
  for (const json& name : list) {
    const quirk_set before = set;
    for (const quirk q : quirk_set::all())
      if (to_string(q) == name.get_ref<const std::string&>())
        set.insert(q);
    if (set == before)
      throw std::runtime_error{"cases: no quirk, or twice: " + name.get<std::string>()};
  }
  return set;
}

json or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

std::string or_empty(const json& value) {
  return value.is_null() ? std::string{} : value.get<std::string>();
}

template <class T> json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

template <class T> std::optional<T> optional_of(const json& value) {
  if (value.is_null())
    return std::nullopt;
  return value.get<T>();
}

json written(const answer& a) {
  return {{"ok", a.ok}, {"error", or_null(a.error)}, {"end", a.end}, {"refused", names(a.refused)}};
}

answer answer_of(const json& j) {
  return {j.at("ok").get<bool>(), or_empty(j.at("error")), j.at("end").get<std::size_t>(),
          set_of(j.at("refused"))};
}

json written(const test_case& c) {
  json j;
  j["id"] = c.id;
  j["title"] = c.title;
  j["source"] = c.source;
  j["input_hex"] = to_hex(c.input);
  if (c.max_size)
    j["max_size"] = *c.max_size;
  j["verdict"] = c.verdict;
  j["code"] = c.line ? json(c.line->code) : json(nullptr);
  j["version"] = nullptr;
  if (c.line) {
    const char version[] = {static_cast<char>('0' + c.line->version.major), '.',
                            static_cast<char>('0' + c.line->version.minor), '\0'};
    j["version"] = version;
  }
  j["reason_hex"] = c.line ? json(to_hex(c.line->reason)) : json(nullptr);
  j["end"] = c.line ? json(c.line->end) : json(nullptr);
  j["quirks"] = names(c.line ? c.line->quirks : quirk_set{});
  j["error"] = or_null(c.error);
  j["error_offset"] = or_null(c.error_offset);
  for (const char* const name : {"strict", "interop", "permissive"})
    j["policies"][name] = written(c.policies.at(name));
  j["refusals"] = json::array();
  for (const refusal& r : c.refusals) {
    json step = {{"allowed", names(r.allowed)}};
    step.update(written(r.why));
    step.erase("ok");
    j["refusals"].push_back(std::move(step));
  }
  j["rfc"] = c.rfc;
  j["danger"] = or_null(c.danger);
  return j;
}

test_case case_of(const json& j) {
  test_case c;
  c.id = j.at("id").get<std::string>();
  c.title = j.at("title").get<std::string>();
  c.source = j.at("source").get<std::string>();
  c.input = from_hex(j.at("input_hex").get_ref<const std::string&>());
  if (j.contains("max_size"))
    c.max_size = j.at("max_size").get<std::size_t>();
  c.verdict = j.at("verdict").get<std::string>();
  if (!j.at("code").is_null()) {
    parts& line = c.line.emplace();
    line.code = j.at("code").get<std::uint16_t>();
    const auto version = j.at("version").get<std::string>();
    if (version.size() != 3)
      throw std::runtime_error{"cases: no version: " + version};
    line.version = {static_cast<std::uint8_t>(version[0] - '0'),
                    static_cast<std::uint8_t>(version[2] - '0')};
    line.reason = from_hex(j.at("reason_hex").get_ref<const std::string&>());
    line.end = j.at("end").get<std::size_t>();
    line.quirks = set_of(j.at("quirks"));
  }
  c.error = or_empty(j.at("error"));
  c.error_offset = optional_of<std::size_t>(j.at("error_offset"));
  for (const auto& [name, value] : j.at("policies").items())
    c.policies[name] = answer_of(value);
  for (const json& step : j.at("refusals"))
    c.refusals.push_back({set_of(step.at("allowed")),
                          {false, or_empty(step.at("error")), step.at("end").get<std::size_t>(),
                           set_of(step.at("refused"))}});
  c.rfc = j.at("rfc").get<std::string>();
  c.danger = optional_of<std::string>(j.at("danger"));
  if (written(c) != j)
    throw std::runtime_error{"cases: " + c.id +
                             " has a member that is unknown, or contradicts another"};
  return c;
}

answer answer_of(const parse_result& r) {
  return {r.error == errc::ok, r.error == errc::ok ? "" : std::string{to_string(r.error)}, r.end,
          r.refused};
}

} // namespace

std::vector<test_case> read_cases(std::string_view text) {
  std::vector<test_case> cases;
  for (const json& j : json::parse(text))
    cases.push_back(case_of(j));
  return cases;
}

std::string write_cases(const std::vector<test_case>& cases) {
  std::string text = "[";
  for (const test_case& c : cases) {
    text.append(text.size() == 1 ? "\n" : ",\n");
    text.append(written(c).dump());
  }
  return text + "\n]\n";
}

test_case judge_case(std::string_view input, std::optional<std::size_t> max_size) {
  test_case c;
  c.input = input;
  c.max_size = max_size;
  const auto under = [&](policy p) {
    p.max_size = max_size.value_or(p.max_size);
    return parse_complete(input, p);
  };
  c.policies = {{"strict", answer_of(under(strict))},
                {"interop", answer_of(under(interop))},
                {"permissive", answer_of(under(permissive))}};
  if (const parse_result r = under(permissive))
    c.line = {r.line.code, r.line.version, std::string{r.line.reason}, r.end, r.line.quirks};

  const parse_result first = under(strict);
  c.verdict = first ? "valid" : first.error == errc::need_more ? "incomplete" : "invalid";
  const bool quirky = first.error != errc::need_more && !first.refused.empty();
  const remark about = quirky ? remark_on(*first.refused.begin()) : remark_on(first.error);
  c.rfc = about.rfc;
  if (first)
    return c;
  c.danger = about.danger;
  c.error = to_string(first.error);
  c.error_offset = first.end;
  policy allowed = strict;
  for (parse_result r = first; !r; r = under(allowed)) {
    c.refusals.push_back({allowed.allowed, answer_of(r)});
    if (r.refused.empty())
      break;
    allowed.allowed |= r.refused;
  }
  return c;
}

} // namespace statusline::conform
