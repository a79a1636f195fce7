// SPDX-License-Identifier: MIT
#include "framing.hpp"
#include "hex.hpp"
#include "lookalike.hpp"
#include "report.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace statusline::cli {
namespace {

using json = nlohmann::ordered_json; // as in tables.cpp: one serializer in the program, not two

/// A JSON object, written member by member. A tree of values would be ten times as slow, and a file
/// may have a billion lines.
class object {
public:
  void add(std::string_view key, std::string_view value) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += key;
    text_ += "\":";
    text_ += value;
  }
  /// A name needs no escapes; an empty one becomes null.
  void add_name(std::string_view key, std::string_view name) {
    add(key, name.empty() ? "null" : '"' + std::string{name} + '"');
  }
  template <class Set> void add_names(std::string_view key, const Set& names) {
    add(key, names.empty() ? "[]" : "[\"" + join(names, "\",\"") + "\"]");
  }
  [[nodiscard]] std::string finish() { return std::move(text_) + '}'; }

private:
  std::string text_;
};

std::string string(std::string_view text) {
  const auto plain = [](char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, plain)) // nearly always, and much faster
    return '"' + std::string{text} + '"';
  return without_hidden(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string findings(const input& in, const policy& p) {
  std::string list;
  explain(in.bytes, p, [&](quirk q, std::size_t offset, std::size_t size) {
    object finding;
    finding.add_name("quirk", to_string(q));
    finding.add("offset", std::to_string(offset));
    finding.add("size", std::to_string(size));
    list += (list.empty() ? "" : ",") + finding.finish();
  });
  return '[' + list + ']';
}

} // namespace

void report_json(output& out, const input& in, const policy& p, const registry& r) {
  const auto& [line, error, refused, end] = in.result;
  const bool ok = error == errc::ok;
  const assessment judged = assess(line, r);
  const client_advice advice = judged.entry != nullptr ? judged.entry->advice : client_advice::none;

  object o;
  o.add("source", string(in.source));
  o.add("offset", std::to_string(in.offset));
  o.add("ok", ok ? "true" : "false");
  o.add_name("error", ok ? "" : to_string(error));
  o.add("end", std::to_string(end));
  o.add_name("version",
             !ok ? ""
                 : std::to_string(line.version.major) + '.' + std::to_string(line.version.minor));
  o.add("code", ok ? std::to_string(line.code) : "null");
  o.add("reason", ok && is_utf8(line.reason) ? string(line.reason) : "null");
  o.add("reason_hex", ok ? '"' + to_hex(line.reason) + '"' : "null");
  o.add_names("quirks", line.quirks);
  o.add_names("refused", refused);
  o.add("findings", line.quirks.empty() ? "[]" : findings(in, p));
  o.add_names("notes", ok ? notes(line) : note_set{});
  o.add_name("class", ok ? to_string(classify(line.code)) : "");
  o.add_name("standing", ok ? to_string(judged.code) : "");
  o.add_name("phrase", ok ? to_string(judged.phrase) : "");
  o.add("registered_phrase", ok && judged.entry != nullptr && !judged.entry->phrase.empty()
                                 ? string(judged.entry->phrase)
                                 : "null");
  o.add_name("advice", ok && advice != client_advice::none ? to_string(advice) : "");
  if (!ok) {
    constexpr std::size_t most = 64;
    const auto at = status_line_at(in.bytes, p);
    o.add("bytes_hex", '"' + to_hex(in.bytes.substr(0, most)) + '"');
    o.add_name("looks_like", looks_like(in.bytes).name);
    o.add("status_line_at", at ? std::to_string(*at) : "null");
  }
  if (const auto name = trouble_name(in.body); !name.empty())
    o.add_name("framing", name);
  out << o.finish() << "\n";
}

} // namespace statusline::cli
