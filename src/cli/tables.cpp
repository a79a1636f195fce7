// SPDX-License-Identifier: MIT
#include "report.hpp"
#include "text.hpp"
#include "unofficial.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace statusline::cli {
namespace {

using namespace std::string_view_literals;

using json = nlohmann::ordered_json;

json or_null(std::string_view text) { return text.empty() ? json{} : json(text); }

void print_json(output& out, const json& object) {
  out << without_hidden(object.dump(-1, ' ', false, json::error_handler_t::replace)) << "\n";
}

/// The entry of a code in a registry; `row` is null if there is none.
json entry_object(const registry& r, unsigned code, const registry_entry* row) {
  json object = {{"registry", r.name},
                 {"snapshot", or_null(r.snapshot)},
                 {"code", code},
                 {"class", to_string(classify(code))}};
  for (const char* const key :
       {"phrase", "state", "meaning", "advice", "heuristically_cacheable", "reference"})
    object[key] = nullptr;
  if (row == nullptr)
    return object;
  object["phrase"] = or_null(row->phrase);
  object["state"] = to_string(row->state);
  object["meaning"] = or_null(row->meaning);
  if (row->advice != client_advice::none)
    object["advice"] = to_string(row->advice);
  object["heuristically_cacheable"] = row->heuristically_cacheable;
  object["reference"] = or_null(row->reference);
  return object;
}

std::vector<unofficial_code> unofficial(unsigned code) {
  std::vector<unofficial_code> found;
  std::ranges::copy_if(unofficial_codes, std::back_inserter(found),
                       [code](const unofficial_code& u) { return u.code == code; });
  return found;
}

bool explain_one(output& out, unsigned code, std::span<const registry> registries, bool as_json) {
  if (!as_json)
    out << style{out.colour()}.bold(code_and_class(code)) << "\n";
  const auto unregistered = unofficial(code);
  bool known = !unregistered.empty();
  for (const registry& r : registries) {
    const auto [judged, phrase, row] =
        assess(status_line{{}, static_cast<std::uint16_t>(code), {}, {}}, r);
    known = known || row != nullptr;
    if (as_json) {
      json object = entry_object(r, code, row);
      object["standing"] = to_string(judged);
      object["aliases"] = json::array();
      for (const phrase_alias& a : aliases_of(code))
        object["aliases"].push_back({{"phrase", a.phrase}, {"kind", to_string(a.kind)}});
      for (const phrase_alias& a : r.aliases)
        if (a.code == code)
          object["aliases"].push_back({{"phrase", a.phrase}, {"kind", to_string(a.kind)}});
      object["unofficial"] = json::array();
      for (const unofficial_code& u : unregistered)
        object["unofficial"].push_back({{"phrase", or_null(u.phrase)}, {"source", u.source}});
      print_json(out, object);
      continue;
    }
    print_heading(out, r);
    if (row == nullptr || judged == standing::invalid)
      print_row(out, "code", std::string{to_string(judged)} + ": " + std::string{describe(judged)});
    if (row == nullptr)
      continue;
    print_row(out, "phrase", row->phrase.empty() ? "none" : quoted(row->phrase));
    print_row(out, "state", to_string(row->state));
    print_entry(out, *row);
    if (row->heuristically_cacheable || r.name == iana.name) // others are silent
      print_row(out, "cacheable", row->heuristically_cacheable ? "yes, by heuristics" : "no");
  }
  if (as_json)
    return known;
  if (!aliases_of(code).empty())
    out << "\n  Other phrases sent with this code\n";
  for (const phrase_alias& a : aliases_of(code))
    print_row(out, a.kind == alias_kind::former ? "former" : "alias", quoted(a.phrase));
  if (!unregistered.empty())
    out << "\n  Sent without a registration\n";
  for (const unofficial_code& u : unregistered)
    print_row(out, "by",
              std::string{u.source} +
                  (u.phrase.empty() ? "." : ". Its phrase is " + quoted(u.phrase) + '.'));
  const bool invalid = classify(code) == status_class::invalid;
  const bool listed = std::ranges::any_of(
      registries, [code](const registry& r) { return r.find(code) != nullptr; });
  if (!listed || invalid) {
    out << "\n";
    for (const std::string& row :
         wrap("A client treats it as " + std::to_string(invalid ? 5 : code / 100) +
                  "00 (RFC 9110 section 15).",
              out.columns() - 2))
      out << "  " << row << "\n";
  }
  return known;
}

/// The codes with a phrase in a registry, else those with which servers send it.
std::set<unsigned> codes_of(std::string_view phrase, std::span<const registry> registries) {
  std::set<unsigned> codes;
  for (const registry& r : registries)
    if (const registry_entry* const row = r.find(phrase))
      codes.insert(row->code);
  std::vector<registry_entry> also;
  for (const phrase_alias& a : aliases)
    also.push_back({.code = a.code, .phrase = a.phrase});
  for (const unofficial_code& u : unofficial_codes)
    also.push_back({.code = u.code, .phrase = u.phrase});
  if (codes.empty())
    if (const registry_entry* const row = registry{"", "", also}.find(phrase))
      codes.insert(row->code);
  return codes;
}

/// "; did you mean X?" for a phrase that is a few letters off, else "".
std::string near_miss(std::string_view phrase, std::span<const registry> registries) {
  constexpr std::size_t most = 64;
  if (phrase.size() > most)
    return "";
  std::size_t best = std::max<std::size_t>(2, phrase.size() / 4) + 1;
  std::string_view nearest;
  const auto fold = [](std::string_view text) {
    std::string folded{text};
    std::ranges::transform(folded, folded.begin(), lower);
    return folded;
  };
  const auto consider = [&](std::string_view known) {
    if (const std::size_t far = distance(fold(phrase), fold(known)); !known.empty() && far < best) {
      best = far;
      nearest = known;
    }
  };
  for (const registry& r : registries)
    for (const registry_entry& row : r.entries)
      consider(row.phrase);
  for (const phrase_alias& a : aliases)
    consider(a.phrase);
  for (const unofficial_code& u : unofficial_codes)
    consider(u.phrase);
  return nearest.empty() ? "" : "; did you mean " + std::string{nearest} + "?";
}

} // namespace

bool explain_codes(output& out, unsigned first, unsigned last, std::span<const registry> registries,
                   bool as_json) {
  if (first == last)
    return explain_one(out, first, registries, as_json);
  bool any = false;
  for (unsigned code = first; code <= last; ++code) { // of a range, those that are known
    const auto has = [code](const registry& r) { return r.find(code) != nullptr; };
    if (std::ranges::none_of(registries, has) && unofficial(code).empty())
      continue;
    if (any && !as_json)
      out << "\n";
    explain_one(out, code, registries, as_json);
    any = true;
  }
  if (!any)
    complain(out,
             "no code from " + std::to_string(first) + " to " + std::to_string(last) + " is known");
  return any;
}

bool explain_phrase(output& out, std::string_view phrase, std::span<const registry> registries,
                    bool as_json) {
  const std::set<unsigned> codes = codes_of(phrase, registries);
  if (codes.empty())
    complain(out, "no registry has the phrase " + quoted(phrase) + near_miss(phrase, registries));
  bool known = !codes.empty();
  for (const unsigned code : codes) {
    if (!as_json && code != *codes.begin())
      out << "\n";
    known = explain_one(out, code, registries, as_json) && known;
  }
  return known;
}

void print_registry(output& out, const registry& r, bool as_json) {
  if (as_json) {
    for (const registry_entry& row : r.entries)
      print_json(out, entry_object(r, row.code, &row));
    return;
  }
  const style look{out.colour()};
  const auto cell = [](std::string text, std::size_t width) {
    text.resize(std::max(width, text.size() + 2), ' ');
    return text;
  };
  constexpr std::size_t code_width = 6, before_phrase = 29;
  std::size_t phrase_width = 8;
  for (const registry_entry& row : r.entries)
    phrase_width =
        std::max(phrase_width, std::min<std::size_t>(readable(row.phrase).size(), 40) + 2);
  // On a narrow terminal the phrase comes first, and the rest below it.
  const bool narrow = before_phrase + phrase_width + "advice"sv.size() > out.columns();
  out << look.bold(readable(r.name)) << ": " << count(r.entries.size(), "code");
  if (!r.snapshot.empty())
    out << ", as of " << readable(r.snapshot);
  out << "\n\n"
      << look.dim(narrow
                      ? "code  phrase; state, cacheable, advice"
                      : "code  state       cacheable  " + cell("phrase", phrase_width) + "advice")
      << "\n";
  for (const registry_entry& row : r.entries) {
    const bool plain = row.state == entry_state::assigned;
    const std::string state{to_string(row.state)};
    const std::string advice{row.advice == client_advice::none ? "" : to_string(row.advice)};
    const std::size_t indent = narrow ? code_width : before_phrase;
    std::vector<std::string> lines = wrap(readable(row.phrase), out.columns() - indent);
    out << cell(code_and_class(row.code).substr(0, 3), code_width);
    if (narrow) {
      std::vector<std::string> words = {plain ? "" : look.yellow(state),
                                        row.heuristically_cacheable ? "cacheable" : "", advice};
      std::erase(words, "");
      for (const std::string& more : wrap(join(words, ", "), out.columns() - indent))
        if (!more.empty())
          lines.push_back(more);
    } else {
      const std::string padded = cell(state, 12);
      out << (plain ? padded : look.yellow(padded))
          << cell(row.heuristically_cacheable ? "yes" : "-", 11);
      if (indent + phrase_width + advice.size() <= out.columns() && lines.size() == 1)
        lines[0] = advice.empty() ? lines[0] : cell(lines[0], phrase_width) + advice;
      else if (!advice.empty())
        lines.push_back(advice);
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
      out << (i == 0 ? "" : std::string(indent, ' ')) << lines[i] << "\n";
  }
}

void print_quirks(output& out, bool as_json) {
  const style look{out.colour()};
  for (std::uint8_t i = 0; i < quirk_count; ++i) {
    const auto q = static_cast<quirk>(i);
    std::vector<std::string_view> acceptors;
    for (const auto& [name, p] : policies)
      if (p.allowed.contains(q))
        acceptors.push_back(name);
    const std::string_view error = to_string(parse_complete(example(q)).error);
    if (as_json) {
      print_json(out, {{"quirk", to_string(q)},
                       {"description", describe(q)},
                       {"example", example(q)},
                       {"error", error},
                       {"policies", acceptors}});
      continue;
    }
    const std::string shown = escape(example(q));
    out << look.bold(to_string(q))
        << (shown.size() + 20 <= out.columns() ? std::string(20 - to_string(q).size(), ' ')
                                               : "\n    ")
        << shown << "\n";
    print_row(out, "", describe(q));
    print_row(out, "",
              "Accepted by " + join(acceptors, " and ") + "; otherwise the error is " +
                  std::string{error} + ".");
  }
  if (!as_json)
    out << "\n" << look.bold("What each policy accepts") << "\n";
  for (const auto& [name, p] : policies) {
    if (as_json) {
      std::vector<std::string_view> allowed;
      for (const quirk q : p.allowed)
        allowed.push_back(to_string(q));
      print_json(out, {{"policy", name}, {"allowed", allowed}, {"max_size", p.max_size}});
    } else if (p == permissive) {
      print_row(out, name, "every quirk: to look at traffic, never to forward it");
    } else {
      print_row(out, name,
                p == strict ? "no quirk: exactly RFC 9112 section 4" : join(p.allowed, ", "));
    }
  }
}

} // namespace statusline::cli
