// SPDX-License-Identifier: MIT
#include "openapi.hpp"

#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace statusline::cli {
namespace {

using json = nlohmann::ordered_json;

/// The kinds of object on the way from a document to its responses.
enum class part : std::uint8_t {
  document,
  components,
  paths,      // paths, and a callback: extensible, and each other member is a path item
  path_items, // the same with names that the author chooses: `x-...` is one of them
  path_item,
  operations,
  operation,
  callbacks,
  responses,  // of an operation: codes and extensions
  definitions // of components: names, some of which may be codes
};

/// The kind of a member; nothing if it leads to no response.
std::optional<part> part_of(part what, std::string_view key) {
  const bool extensible =
      what != part::path_items && what != part::operations && what != part::callbacks;
  if (extensible && key.starts_with("x-"))
    return std::nullopt;
  switch (what) {
  case part::document:
    if (key == "paths")
      return part::paths;
    if (key == "webhooks")
      return part::path_items;
    return key == "components" ? std::optional{part::components} : std::nullopt;
  case part::components:
    if (key == "responses")
      return part::definitions;
    if (key == "pathItems")
      return part::path_items;
    return key == "callbacks" ? std::optional{part::callbacks} : std::nullopt;
  case part::paths:
  case part::path_items: return part::path_item;
  case part::path_item:
    if (key == "summary" || key == "description" || key == "servers" || key == "parameters")
      return std::nullopt;
    return key == "additionalOperations" ? part::operations : part::operation;
  case part::operations: return part::operation;
  case part::operation:
    if (key == "responses")
      return part::responses;
    return key == "callbacks" ? std::optional{part::callbacks} : std::nullopt;
  case part::callbacks: return part::paths;
  case part::responses:
  case part::definitions: break;
  }
  return std::nullopt;
}

/// The offsets of the keys of a document, in its order. Precondition: it is valid JSON.
class key_offsets {
public:
  explicit key_offsets(std::string_view text) : text_{text} {}

  /// Precondition: there is a further key.
  std::size_t next() {
    for (;;) {
      const std::size_t begin = text_.find('"', at_);
      for (at_ = begin + 1; text_[at_] != '"';)
        at_ += text_[at_] == '\\' ? 2 : 1;
      const std::size_t after = text_.find_first_not_of(" \t\r\n", ++at_);
      if (after != text_.npos && text_[after] == ':')
        return begin;
    }
  }

private:
  std::string_view text_;
  std::size_t at_ = 0;
};

class openapi_reader {
public:
  explicit openapi_reader(std::string_view text) : text_{text} {}

  std::vector<openapi_response> read() {
    parse();
    open_.push_back({&document_, part::document});
    while (!open_.empty()) { // not recursive: the file chooses the depth
      const auto [value, what] = open_.back();
      open_.pop_back();
      visit(*value, what);
    }
    std::unordered_map<const json*, std::size_t> offsets;
    for (const auto& [key, response, component] : found_)
      offsets[response] = 0;
    locate(offsets);
    std::vector<openapi_response> responses;
    responses.reserve(found_.size());
    for (const auto& [key, response, component] : found_)
      responses.push_back({*key, description(*response), offsets[response], component});
    return responses;
  }

private:
  struct node {
    const json* value;
    part what;
    auto operator<=>(const node&) const = default;
  };
  struct entry {
    const std::string* key;
    const json* response;
    bool component;
  };

  void parse() {
    std::vector<std::unordered_set<std::string>> keys; // of each object that is open
    std::size_t count = 0, repeated = 0;
    const auto note_key = [&](int, json::parse_event_t event, const json& key) {
      if (event == json::parse_event_t::object_start) {
        keys.emplace_back();
      } else if (event == json::parse_event_t::object_end) {
        keys.pop_back();
      } else if (event == json::parse_event_t::key) {
        ++count;
        if (!keys.back().insert(key.get<std::string>()).second && repeated == 0)
          repeated = count;
      }
      return true;
    };
    try {
      document_ = json::parse(text_, note_key);
    } catch (const json::parse_error& error) {
      throw openapi_error{std::max<std::size_t>(error.byte, 1) - 1,
                          "this begins like JSON, and is not"};
    }
    if (!document_.is_object() || !(document_.contains("openapi") || document_.contains("swagger")))
      throw openapi_error{
          text_.find_first_of("{["),
          "this is JSON, but no OpenAPI document: expected a member openapi or swagger"};
    if (repeated == 0)
      return;
    key_offsets offsets{text_};
    while (--repeated != 0)
      offsets.next();
    throw openapi_error{offsets.next(),
                        "expected each key of an object once; this one is repeated"};
  }

  void visit(const json& value, part what) {
    std::vector<node> inside;
    for (const auto& [key, member] : value.items()) {
      if (key == "$ref" && member.is_string()) {
        if (const node target{&follow(member), what}; followed_.insert(target).second)
          open_.push_back(target);
        continue;
      }
      const bool listed = what == part::responses || what == part::definitions;
      const auto kind = part_of(what, key);
      if (listed ? what == part::responses && key.starts_with("x-") : !kind)
        continue;
      if (!member.is_object() && !member.is_null())
        fail(member, "expected an object as the value of " + quoted(std::string_view{key}));
      if (listed)
        found_.push_back({&key, &member, what == part::definitions});
      else
        inside.push_back({&member, *kind});
    }
    open_.insert(open_.end(), inside.rbegin(), inside.rend());
  }

  /// The object that a reference leads to.
  [[nodiscard]] const json& follow(const json& reference) const {
    const auto& text = reference.get_ref<const std::string&>();
    if (!text.starts_with('#'))
      fail(reference, "the reference " + quoted(std::string_view{text}) +
                          " leads to another file; expected one in this file");
    try {
      const json& target = document_.at(json::json_pointer{text.substr(1)});
      if (target.is_object() && text.size() > 1)
        return target;
    } catch (const json::exception&) { // as if it led to something else
    }
    fail(reference, "the reference " + quoted(std::string_view{text}) + " leads to no object");
  }

  /// The first `description` of a response and of those that it refers to.
  [[nodiscard]] std::string description(const json& response) const {
    std::set<const json*> followed;
    for (const json* at = &response; at->is_object() && followed.insert(at).second;) {
      if (const auto text = at->find("description"); text != at->end()) {
        if (!text->is_string())
          fail(*text, "expected a text as the value of \"description\"");
        return text->get<std::string>();
      }
      const auto reference = at->find("$ref");
      if (reference == at->end() || !reference->is_string())
        break;
      at = &follow(*reference);
    }
    return {};
  }

  /// Sets the offset of each of these members of an object.
  void locate(std::unordered_map<const json*, std::size_t>& wanted) const {
    key_offsets offsets{text_};
    struct place {
      const json* value;
      bool has_key;
    };
    std::vector<place> open = {{&document_, false}};
    while (!open.empty()) {
      const auto [value, has_key] = open.back();
      open.pop_back();
      if (has_key) {
        const std::size_t at = offsets.next();
        if (const auto found = wanted.find(value); found != wanted.end())
          found->second = at;
      }
      if (const auto* const object = value->get_ptr<const json::object_t*>())
        for (auto member = object->rbegin(); member != object->rend(); ++member)
          open.push_back({&member->second, true});
      else if (const auto* const array = value->get_ptr<const json::array_t*>())
        for (auto element = array->rbegin(); element != array->rend(); ++element)
          open.push_back({&*element, false});
    }
  }

  /// Precondition: `member` is one of an object.
  [[noreturn]] void fail(const json& member, const std::string& reason) const {
    std::unordered_map<const json*, std::size_t> place = {{&member, 0}};
    locate(place);
    throw openapi_error{place[&member], reason};
  }

  std::string_view text_;
  json document_;
  std::vector<node> open_;
  std::set<node> followed_;
  std::vector<entry> found_;
};

} // namespace

std::vector<openapi_response> read_openapi(std::string_view text) {
  return openapi_reader{text}.read();
}

} // namespace statusline::cli
