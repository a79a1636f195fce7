// SPDX-License-Identifier: MIT
#include "verdict.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <tuple>

namespace statusline::conform {
namespace {

using nlohmann::json;

[[noreturn]] void expected(const std::string& what, const json& found) {
  throw std::runtime_error{"expected " + what + ", found " +
                           found.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 60)};
}

/// Null where the member is absent.
const json* member(const json& object, const char* name) {
  const auto at = object.find(name);
  return at == object.end() || at->is_null() ? nullptr : &*at;
}

int number(const json& value, const char* name, int most) {
  if (!value.is_number_integer() || value < 0 || value > most)
    expected("\"" + std::string{name} + "\": a whole number from 0 to " + std::to_string(most),
             value);
  return value.get<int>();
}

} // namespace

told read_told(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (object.is_discarded() || !object.is_object())
    throw std::runtime_error{"expected a JSON object on one line"};
  told t;
  const json* const outcome = member(object, "outcome");
  if (outcome == nullptr)
    throw std::runtime_error{"expected \"outcome\": accepted, need_more or refused"};
  if (*outcome == "accepted")
    t.outcome = outcome::accepted;
  else if (*outcome == "need_more")
    t.outcome = outcome::need_more;
  else if (*outcome == "refused")
    t.outcome = outcome::refused;
  else
    expected("\"outcome\": accepted, need_more or refused", *outcome);
  if (const json* const code = member(object, "code"))
    t.code = number(*code, "code", std::numeric_limits<int>::max());
  if (const json* const version = member(object, "version")) {
    const char* const form = "\"version\": a text such as 1.1";
    if (!version->is_string())
      expected(form, *version);
    const auto& parts = version->get_ref<const std::string&>();
    if (parts.size() != 3 || parts[1] != '.' || parts[0] < '0' || parts[0] > '9' ||
        parts[2] < '0' || parts[2] > '9')
      expected(form, *version);
    t.major = parts[0] - '0';
    t.minor = parts[2] - '0';
  }
  if (const json* const reason = member(object, "reason_hex")) {
    const auto bytes =
        reason->is_string() ? from_hex(reason->get_ref<const std::string&>()) : std::nullopt;
    if (!bytes)
      expected("\"reason_hex\": bytes in hex", *reason);
    t.reason = *bytes;
  }
  if (const json* const end = member(object, "end")) {
    if (!end->is_number_unsigned())
      expected("\"end\": an offset in bytes", *end);
    t.end = end->get<std::size_t>();
  }
  return t;
}

std::string write_told(const told& t) {
  nlohmann::ordered_json object = {{"outcome", to_string(t.outcome)}};
  if (t.code)
    object["code"] = *t.code;
  if (t.major && t.minor)
    object["version"] = std::to_string(*t.major) + "." + std::to_string(*t.minor);
  if (t.reason)
    object["reason_hex"] = to_hex(*t.reason);
  if (t.end)
    object["end"] = *t.end;
  return object.dump();
}

bool shows_better(const finding& a, const finding& b) {
  const auto rank = [](const finding& f) {
    return std::tuple{!f.case_id.has_value(), f.input.size(), f.input, f.cuts};
  };
  return rank(a) < rank(b);
}

void add_finding(std::vector<finding>& findings, finding f) {
  const auto known =
      std::ranges::find_if(findings, [&](const finding& g) { return g.what == f.what; });
  if (known == findings.end()) {
    findings.push_back(std::move(f));
    return;
  }
  f.count += known->count;
  known->count = f.count;
  if (shows_better(f, *known))
    *known = std::move(f);
}

std::optional<std::string> case_of(const case_inputs& inputs, std::string_view bytes) {
  for (const auto& [input, id] : inputs)
    if (id && input == bytes)
      return id;
  return std::nullopt;
}

finding finding_of_death(std::string bytes, difference kind, std::string note, quirk_set allowed,
                         const case_inputs& inputs) {
  finding f;
  const parse_result want = reference(bytes, allowed);
  f.what = {kind, want ? grounds::features(want.line) : grounds::refusal(bytes, allowed, false)};
  f.case_id = case_of(inputs, bytes);
  f.input = std::move(bytes);
  f.note = std::move(note);
  return f;
}

void reduce_findings(std::vector<finding>& findings) {
  // Simple ones first, since they explain the others.
  std::ranges::stable_sort(findings, {}, [](const finding& f) {
    return std::tuple{f.what.kind, std::ranges::count(f.what.detail, '+'),
                      !f.what.detail.starts_with("regular"), f.what.detail};
  });
  std::vector<finding> kept;
  std::vector<divergence> known;
  for (finding& f : findings) {
    if (explains(known, f.what)) {
      for (finding& k : kept)
        if (explains({k.what}, f.what)) {
          k.count += f.count;
          break;
        }
      continue;
    }
    known.push_back(f.what);
    kept.push_back(std::move(f));
  }
  findings = std::move(kept);
}

} // namespace statusline::conform
