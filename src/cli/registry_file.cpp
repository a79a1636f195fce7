// SPDX-License-Identifier: MIT
#include "registry_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string_view>
#include <utility>

namespace statusline::cli {

registry_file_error::registry_file_error(const std::string& file, std::size_t line,
                                         const std::string& reason)
    : std::runtime_error{file + ':' + (line == 0 ? "" : std::to_string(line) + ':') + ' ' + reason},
      line_{line} {}

namespace {

constexpr std::size_t max_fields = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_number(std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_digit); }

std::string hex(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {digits[byte >> 4u], digits[byte & 15u]};
}

/// Bytes of the file, in quotes and fit for a message.
std::string quoted(std::string_view bytes) {
  constexpr std::size_t most = 40;
  std::string out = "\"";
  for (const char c : bytes.substr(0, most))
    if (c >= 0x20 && c < 0x7f)
      out += c;
    else
      out += "\\x" + hex(c);
  return out + (bytes.size() > most ? "...\"" : "\"");
}

/// A row: the line where it begins, and its fields without quotes.
struct record {
  std::size_t line = 0;
  std::vector<std::string> fields;
};

enum class column : std::uint8_t { code, phrase, meaning, reference, state, advice, cacheable };
constexpr std::size_t column_count = 7;

/// What a header may call each column.
constexpr std::pair<std::string_view, column> column_names[] = {
    {"code", column::code},           {"value", column::code},    {"phrase", column::phrase},
    {"description", column::phrase},  {"reason", column::phrase}, {"meaning", column::meaning},
    {"reference", column::reference}, {"state", column::state},   {"advice", column::advice},
    {"cacheable", column::cacheable},
};

std::optional<column> column_named(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  for (const auto& [name, c] : column_names)
    if (std::ranges::equal(name, text, {}, {}, registry_detail::lower))
      return c;
  return std::nullopt;
}

/// The value of this name among the first `count` of an enumeration.
template <class Enum> std::optional<Enum> value_named(std::string_view name, std::uint8_t count) {
  for (std::uint8_t i = 0; i < count; ++i)
    if (to_string(static_cast<Enum>(i)) == name)
      return static_cast<Enum>(i);
  return std::nullopt;
}

/// Takes the state off a phrase into which IANA has written it.
entry_state take_state(std::string& phrase) {
  if (phrase == "(Unused)")
    return entry_state::unused;
  const std::size_t open = phrase.rfind(" (");
  if (open == std::string::npos || !phrase.ends_with(')'))
    return entry_state::assigned;
  const auto inside = std::string_view{phrase}.substr(open + 2);
  entry_state state = entry_state::assigned;
  if (inside == "OBSOLETED)")
    state = entry_state::obsolete;
  else if (inside == "DEPRECATED)")
    state = entry_state::deprecated;
  else if (inside.starts_with("TEMPORARY - "))
    state = entry_state::temporary;
  if (state != entry_state::assigned)
    phrase.resize(phrase.find_last_not_of(" \t", open) + 1);
  return state;
}

} // namespace

/// Goes over the bytes of a file once.
class registry_reader {
public:
  registry_reader(std::string_view text, std::string name) : text_{text} {
    result_.name_ = std::move(name);
  }

  loaded_registry read() {
    if (text_.starts_with("\xef\xbb\xbf"))
      text_.remove_prefix(3);
    skip_preamble();
    delimiter_ = text_.substr(0, text_.find('\n')).find('\t') != text_.npos ? '\t' : ',';
    const std::string_view first = text_.substr(text_.starts_with('"') ? 1 : 0, 1);
    if (!first.empty() && !is_digit(first.front())) {
      read_header();
    } else {
      place_ = {0, 1, 2, none, none, 3, none};
      width_ = 4;
    }
    while (next_record())
      read_row();
    if (result_.entries_.empty())
      fail(line_, "no rows");
    return finish();
  }

private:
  static constexpr std::size_t none = max_fields;

  [[noreturn]] void fail(std::size_t line, const std::string& reason) const {
    throw registry_file_error{result_.name_, line, reason};
  }

  void skip_line() {
    const std::size_t end = text_.find('\n');
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
    if (end != text_.npos)
      ++line_;
  }

  [[nodiscard]] bool at_blank_line() const {
    return text_.starts_with('\n') || text_.starts_with("\r\n");
  }

  /// Blank lines and comments before the header.
  void skip_preamble() {
    constexpr std::string_view key = "# snapshot: ";
    while (text_.starts_with('#') || at_blank_line()) {
      if (text_.starts_with(key)) {
        const auto rest = text_.substr(key.size());
        result_.snapshot_ = clean(line_, "snapshot", rest.substr(0, rest.find_first_of("\r\n")));
      }
      skip_line();
    }
  }

  /// The next row into record_. False at the end.
  bool next_record() {
    while (at_blank_line() || (delimiter_ == '\t' && text_.starts_with('#')))
      skip_line();
    if (text_.empty())
      return false;
    record_.line = line_;
    record_.fields.clear();
    do {
      if (record_.fields.size() == max_fields)
        fail(line_, "more than " + std::to_string(max_fields) + " fields");
      record_.fields.push_back(text_.starts_with('"') ? quoted_field() : bare_field());
    } while (take(delimiter_));
    if (take('\r') && !text_.starts_with('\n'))
      fail(line_, "a CR without LF");
    if (take('\n'))
      ++line_;
    else if (!text_.empty())
      fail(line_, "text after the closing quote");
    return true;
  }

  bool take(char c) {
    if (!text_.starts_with(c))
      return false;
    text_.remove_prefix(1);
    return true;
  }

  /// RFC 4180: any bytes between quotes, a quote among them doubled.
  std::string quoted_field() {
    const std::size_t opened = line_;
    std::string field;
    for (;;) {
      text_.remove_prefix(1); // the opening quote, or the second of two
      const std::size_t end = text_.find('"');
      if (end == text_.npos)
        fail(opened, "a quote that is not closed");
      const auto part = text_.substr(0, end);
      line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
      field += part;
      text_.remove_prefix(end + 1);
      if (!text_.starts_with('"'))
        return field;
      field += '"';
    }
  }

  /// Up to the next delimiter or line end. CSV has no quote in such a field, TSV may.
  std::string bare_field() {
    const char stop[] = {delimiter_, '\r', '\n'};
    const std::size_t end =
        std::min(text_.find_first_of(std::string_view{stop, sizeof stop}), text_.size());
    const auto field = text_.substr(0, end);
    if (delimiter_ == ',' && field.find('"') != field.npos)
      fail(line_, "a quote inside a field that does not begin with one");
    text_.remove_prefix(end);
    return std::string{field};
  }

  void read_header() {
    next_record();
    place_.fill(none);
    width_ = record_.fields.size();
    for (std::size_t i = 0; i < width_; ++i) {
      const auto c = column_named(record_.fields[i]);
      if (!c)
        continue;
      if (place(*c) != none)
        fail(record_.line, "a second column of the same kind, " + quoted(record_.fields[i]));
      place(*c) = i;
    }
    if (place(column::code) == none)
      fail(record_.line, "no column \"code\" or \"value\"");
    if (place(column::phrase) == none)
      fail(record_.line, "no column \"phrase\", \"description\" or \"reason\"");
  }

  std::size_t& place(column c) { return place_[static_cast<std::size_t>(c)]; }

  /// The field of a column; nothing where the file or the row does not have it.
  std::string_view field(column c) {
    const std::size_t i = place(c);
    return i < record_.fields.size() ? std::string_view{record_.fields[i]} : std::string_view{};
  }

  void read_row() {
    const std::size_t line = record_.line;
    if (record_.fields.size() > width_)
      fail(line, std::to_string(record_.fields.size()) + " fields, more than the " +
                     std::to_string(width_) + " columns");
    const auto code = field(column::code);
    const auto phrase = field(column::phrase);
    const std::size_t dash = code.find('-');
    const bool range =
        dash != code.npos && is_number(code.substr(0, dash)) && is_number(code.substr(dash + 1));
    if (range && phrase != "Unassigned")
      fail(line, "the range " + quoted(code) + " is not Unassigned");
    if (range)
      return;
    if (!is_number(code))
      fail(line, "the code " + quoted(code) + " is not a number");
    if (code.size() != 3)
      fail(line, "the code " + quoted(code) + " is not three digits");

    registry_entry entry;
    loaded_registry::texts texts{std::string{phrase}, {}, {}};
    if (place(column::state) == none)
      entry.state = take_state(texts.phrase);
    if (texts.phrase == "Unassigned")
      return;

    entry.code =
        static_cast<std::uint16_t>((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
    std::size_t& first = line_of_[entry.code];
    if (first != 0)
      fail(line, "the code " + std::string{code} + " is in line " + std::to_string(first) + " too");
    first = line;

    check_phrase(line, phrase);
    texts.meaning = clean(line, "meaning", field(column::meaning));
    texts.reference = clean(line, "reference", field(column::reference));
    if (place(column::state) != none)
      entry.state = named(column::state, "state", entry_state_count, entry_state::assigned);
    entry.advice = named(column::advice, "advice", client_advice_count, client_advice::none);
    entry.heuristically_cacheable = yes_or_no(line, field(column::cacheable));
    result_.entries_.push_back(entry);
    result_.texts_.push_back(std::move(texts));
  }

  void check_phrase(std::size_t line, std::string_view phrase) const {
    if (phrase.empty())
      fail(line, "the phrase is empty");
    for (const char c : phrase)
      if (is_control(c) && c != '\t')
        fail(line, "the control byte 0x" + hex(c) + " in the phrase");
    if (registry_detail::dropped(phrase.front()) || registry_detail::dropped(phrase.back()))
      fail(line, "the phrase " + quoted(phrase) + " begins or ends with white space");
  }

  /// A text for people: every run of line ends and tabs is one space, other controls are refused.
  [[nodiscard]] std::string clean(std::size_t line, const std::string& what,
                                  std::string_view text) const {
    std::string out;
    bool gap = false;
    for (const char c : text) {
      const bool blank = c == '\r' || c == '\n' || c == '\t';
      if (is_control(c) && !blank)
        fail(line, "the control byte 0x" + hex(c) + " in the " + what);
      if (!blank)
        out += c;
      else if (!gap)
        out += ' ';
      gap = blank;
    }
    return out;
  }

  template <class Enum>
  Enum named(column c, const std::string& what, std::uint8_t count, Enum otherwise) {
    const auto name = field(c);
    if (name.empty() || name == "-")
      return otherwise;
    const auto value = value_named<Enum>(name, count);
    if (value)
      return *value;
    std::string known;
    for (std::uint8_t i = 0; i < count; ++i)
      known.append(i == 0 ? "" : ", ").append(to_string(static_cast<Enum>(i)));
    fail(record_.line, "the " + what + ' ' + quoted(name) + " is not one of: " + known);
  }

  [[nodiscard]] bool yes_or_no(std::size_t line, std::string_view text) const {
    if (text == "yes")
      return true;
    if (text.empty() || text == "-" || text == "no")
      return false;
    fail(line, "cacheable is " + quoted(text) + ", not yes or no");
  }

  /// Sorts by code, and lets the entries view their texts, which move no more.
  loaded_registry finish() {
    auto& entries = result_.entries_;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto& texts = result_.texts_[i];
      entries[i].phrase = texts.phrase;
      entries[i].meaning = texts.meaning;
      entries[i].reference = texts.reference;
    }
    std::ranges::sort(entries, {}, &registry_entry::code);
    if (entries.size() <= most_indexed)
      result_.phrases_ = phrase_index_of(entries);
    return std::move(result_);
  }

  std::string_view text_; ///< what is still to be read
  std::size_t line_ = 1;  ///< the line of its first byte
  char delimiter_ = ',';
  std::array<std::size_t, column_count> place_{}; ///< of each column in a row, or none
  std::size_t width_ = 0;                         ///< of the header
  record record_;
  std::array<std::size_t, 1000> line_of_{}; ///< where each code was, or 0
  loaded_registry result_;
};

loaded_registry read_registry(std::istream& in, std::string name) {
  if (!in)
    throw registry_file_error{name, 0, "cannot be read"};
  std::string text;
  std::array<char, 16384> piece{};
  do {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  } while (in && text.size() <= max_registry_file);
  if (in.bad())
    throw registry_file_error{name, 0, "cannot be read"};
  if (const std::size_t nul = text.find('\0'); nul != text.npos) {
    const auto before = std::string_view{text}.substr(0, nul);
    throw registry_file_error{name, 1 + static_cast<std::size_t>(std::ranges::count(before, '\n')),
                              "a NUL byte: this is no text file"};
  }
  if (text.size() > max_registry_file)
    throw registry_file_error{name, 0,
                              "larger than " + std::to_string(max_registry_file) + " bytes"};
  return registry_reader{text, std::move(name)}.read();
}

} // namespace statusline::cli
