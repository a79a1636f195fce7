// SPDX-License-Identifier: MIT
#include "registry_file.hpp"
#include "hex.hpp"
#include "openapi.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace statusline::cli {

registry_file_error::registry_file_error(const std::string& file, const std::string& reason)
    : std::runtime_error{file + ": " + reason} {}

registry_file_error::registry_file_error(const std::string& file, std::size_t line,
                                         std::size_t column, const std::string& reason)
    : std::runtime_error{file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " +
                         reason},
      line_{line}, column_{column} {}

namespace {

using namespace std::string_view_literals;

constexpr std::size_t max_fields = 64;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool is_number(std::string_view s) { return !s.empty() && std::ranges::all_of(s, is_digit); }

std::string hex(char c) { return to_hex({&c, 1}); }

enum class column : std::uint8_t { code, phrase, meaning, reference, state, advice, cacheable };
constexpr std::size_t column_count = 7;

/// The names that documentation has for each column, in lower case without blanks and punctuation.
/// Of two columns for one role, the one that is first here counts. `description` is in two roles.
constexpr std::pair<std::string_view, column> column_names[] = {
    {"code", column::code},           {"value", column::code},
    {"status", column::code},         {"statuscode", column::code},
    {"httpstatuscode", column::code}, {"httpcode", column::code},
    {"httpstatus", column::code},     {"phrase", column::phrase},
    {"reason", column::phrase},       {"reasonphrase", column::phrase},
    {"name", column::phrase},         {"title", column::phrase},
    {"message", column::phrase},      {"text", column::phrase},
    {"statustext", column::phrase},   {"statusdescription", column::phrase},
    {"meaning", column::meaning},     {"description", column::meaning},
    {"details", column::meaning},     {"reference", column::reference},
    {"state", column::state},         {"advice", column::advice},
    {"cacheable", column::cacheable},
};

/// The name of a column as column_names has it.
std::string plain_name(std::string_view text) {
  std::string name;
  for (const char c : text)
    if (is_digit(c) || is_letter(c))
      name += lower(c);
  return name;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = " \t\r"sv;
  const std::size_t begin = text.find_first_not_of(blank);
  return begin == text.npos ? text.substr(0, 0)
                            : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

/// The contents of a cell in the column of codes: codes from `first` to `last`, and perhaps a
/// phrase.
struct code_cell {
  unsigned first = 0, last = 0;
  bool range = false;
  std::string_view phrase;
};

/// The number of three digits at the start; nothing if there are not exactly three.
std::optional<unsigned> three_digits(std::string_view text) {
  if (text.size() < 3 || !is_number(text.substr(0, 3)) || (text.size() > 3 && is_digit(text[3])))
    return std::nullopt;
  return static_cast<unsigned>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
}

/// The phrase after a code: "404 Not Found", "404: Not Found", "404 - Not Found", or with a longer
/// dash. Nothing if the code does not end there.
std::optional<std::string_view> phrase_after(std::string_view rest) {
  if (rest.empty())
    return rest;
  if (rest.front() != ':' && rest.front() != ' ' && rest.front() != '\t')
    return std::nullopt;
  const std::string_view text = trimmed(rest);
  for (const auto mark : {":"sv, "-"sv, "\xe2\x80\x93"sv, "\xe2\x80\x94"sv})
    if (text.starts_with(mark) && (text.size() == mark.size() || text[mark.size()] == ' '))
      return trimmed(text.substr(mark.size()));
  return rest.front() == ':' ? std::nullopt : std::optional{text};
}

std::optional<code_cell> read_code_cell(std::string_view text) {
  text = trimmed(text);
  if (plain_name(text) == "default")
    return code_cell{100, 599, true, {}};
  if (text.size() >= 3 && is_digit(text[0]) && plain_name(text.substr(1, 2)) == "xx") {
    const auto phrase = phrase_after(text.substr(3));
    const unsigned hundred = static_cast<unsigned>(text[0] - '0') * 100;
    return phrase ? std::optional{code_cell{hundred, hundred + 99, true, *phrase}} : std::nullopt;
  }
  const std::size_t dash = text.find('-');
  if (dash != text.npos && is_number(trimmed(text.substr(0, dash)))) {
    const auto first = three_digits(trimmed(text.substr(0, dash)));
    const auto last = three_digits(trimmed(text.substr(dash + 1)));
    if (first && last && *first <= *last && trimmed(text.substr(dash + 1)).size() == 3)
      return code_cell{*first, *last, true, {}};
  }
  const auto code = three_digits(text);
  if (!code)
    return std::nullopt;
  const auto phrase = phrase_after(text.substr(3));
  return phrase ? std::optional{code_cell{*code, *code, false, *phrase}} : std::nullopt;
}

/// The value of this name among the first `count` of an enumeration.
template <class Enum> std::optional<Enum> value_named(std::string_view name, std::uint8_t count) {
  for (std::uint8_t i = 0; i < count; ++i)
    if (to_string(static_cast<Enum>(i)) == name)
      return static_cast<Enum>(i);
  return std::nullopt;
}

/// Removes the state from a phrase into which IANA has written it.
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

/// Reads a file in the first form that fits, and collects its rows.
class registry_reader {
public:
  registry_reader(std::string_view text, std::string name) : whole_{text} {
    result_.name_ = std::move(name);
  }

  loaded_registry read() {
    if (whole_.starts_with("\xef\xbb\xbf"))
      whole_.remove_prefix(3);
    text_ = whole_;
    if (const std::size_t nul = text_.find('\0'); nul != text_.npos)
      fail(nul, "a NUL byte: this is no text file");
    const std::string_view content = without_blanks(text_);
    if (content.starts_with('{') || content.starts_with('['))
      read_json();
    else if (is_html(content))
      fail(offset(content),
           "this is HTML; python3 share/statusline/registry_to_tsv.py turns its tables into TSV");
    else if (const std::size_t key = yaml_key(text_); key != text_.npos)
      fail(key, "this is YAML; python3 share/statusline/registry_to_tsv.py turns it into TSV");
    else if (!read_markdown())
      read_lines();
    return finish();
  }

private:
  /// A row: the offset where it begins, its fields without quotes, and the offset of each.
  struct record {
    std::size_t at = 0;
    std::vector<std::string> fields;
    std::vector<std::size_t> starts;
  };

  /// A text, and the offset in the file where it begins.
  struct located {
    std::string_view text;
    std::size_t at = 0;
  };
  /// The texts of a row in the file.
  struct row {
    located code, phrase, meaning, reference;
    std::optional<entry_state> state = {}; ///< nothing: the phrase may have it, as IANA's does
    client_advice advice = client_advice::none;
    bool cacheable = false;
  };

  static std::string_view without_blanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == text.npos ? text.substr(0, 0) : text.substr(begin);
  }
  static bool is_html(std::string_view text) {
    return text.size() > 1 && text[0] == '<' &&
           (text[1] == '!' || text[1] == '?' || is_digit(text[1]) || lower(text[1]) >= 'a');
  }
  /// The offset of the first line that begins with one of the two keys of OpenAPI, or npos.
  static std::size_t yaml_key(std::string_view text) {
    const auto line_with = [text](std::string_view key) {
      std::size_t at = text.find(key);
      while (at != text.npos && at != 0 && text[at - 1] != '\n')
        at = text.find(key, at + 1);
      return at;
    };
    return std::min(line_with("openapi:"), line_with("swagger:"));
  }

  void read_json() {
    try {
      for (const auto& [code, description, at, component] : read_openapi(text_))
        if (!component || read_code_cell(code))
          add({{code, at}, {}, {description, at}, {}, entry_state::assigned});
    } catch (const openapi_error& error) {
      fail(error.at(), error.what());
    }
  }

  // --- Markdown

  /// The cells of a row; none if the line has no `|`.
  [[nodiscard]] record cells_of(std::string_view line) const {
    line = trimmed(line);
    record cells{offset(line), {}, {}};
    if (line.find('|') == line.npos)
      return cells;
    if (line.starts_with('|'))
      line.remove_prefix(1);
    std::string cell;
    std::size_t begin = 0;
    const auto add_until = [&](std::size_t end) {
      cells.starts.push_back(offset(line) + std::min(line.find_first_not_of(" \t", begin), end));
      cells.fields.push_back(without_marks(trimmed(cell)));
      cell.clear();
      begin = end + 1;
    };
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|')
        cell += line[++i];
      else if (line[i] == '|')
        add_until(i);
      else
        cell += line[i];
    }
    if (!trimmed(cell).empty())
      add_until(line.size());
    return cells;
  }
  /// The text of a cell: without code, emphasis, and the addresses of links.
  static std::string without_marks(std::string_view cell) {
    std::string text;
    for (std::size_t i = 0; i < cell.size(); ++i) {
      if (cell[i] == '`' || cell[i] == '*')
        continue;
      if (cell[i] == '[') {
        const std::size_t middle = cell.find("](", i);
        const std::size_t end = middle == cell.npos ? middle : cell.find(')', middle);
        if (end != cell.npos) {
          text += cell.substr(i + 1, middle - i - 1);
          i = end;
          continue;
        }
      }
      text += cell[i];
    }
    return std::string{trimmed(text)};
  }
  static bool is_separator(std::string_view line) {
    return line.find('-') != line.npos && line.find('|') != line.npos &&
           line.find_first_not_of(" \t\r|:-") == line.npos;
  }

  /// Reads every table that has a column of codes. False if there is none.
  bool read_markdown() {
    bool found = false, in_table = false;
    record before;
    for (std::string_view rest = text_; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (is_separator(line) && !before.fields.empty() && !in_table) {
        record_ = before;
        in_table = read_header();
        found = found || in_table;
        continue;
      }
      before = cells_of(line);
      // GFM: a row of one cell needs no `|`. Any other text ends the table here.
      if (in_table && before.fields.empty() && read_code_cell(line))
        before = {offset(trimmed(line)), {std::string{trimmed(line)}}, {offset(trimmed(line))}};
      in_table = in_table && !before.fields.empty();
      record_ = before;
      const auto empty = [](const std::string& cell) { return cell.empty(); };
      if (in_table && !std::ranges::all_of(before.fields, empty))
        read_row();
    }
    return found;
  }

  // --- CSV, TSV, plain text

  /// The rest of the forms: a table with a header, one without, or text.
  void read_lines() {
    skip_preamble();
    const std::string_view first = text_.substr(0, text_.find('\n'));
    // Without a header the columns are code, phrase, meaning, advice.
    const std::size_t end = first.find_first_of(",;\t");
    std::string_view cell = first.substr(0, end);
    if (cell.size() > 2 && cell.starts_with('"') && cell.ends_with('"'))
      cell = cell.substr(1, cell.size() - 2);
    if (const auto code = read_code_cell(cell); end != first.npos && code && code->phrase.empty()) {
      delimiter_ = first[end];
      place_ = {0, 1, 2, none, none, 3, none};
      width_ = 4;
      return read_rows();
    }
    const auto begin = text_;
    for (const char c : {'\t', ',', ';'}) {
      text_ = begin;
      delimiter_ = c;
      if (first.find(c) == first.npos && c != ',')
        continue;
      if (!first.empty() && next_record() && read_header()) {
        const auto after_header = text_;
        const bool is_table = next_record() && (read_code_cell(field(column::code).text) ||
                                                (width_ > 1 && record_.fields.size() == width_));
        text_ = begin;
        if (!is_table && read_text())
          return;
        text_ = after_header;
        return read_rows();
      }
    }
    text_ = begin;
    read_text();
  }

  void read_rows() {
    while (next_record())
      read_row();
  }

  /// Text as it is copied from a page: a line that begins with a code and a phrase, or with a range
  /// of digits, and the paragraphs up to the next such line, which are its meaning. Or a list of
  /// codes alone. False if it is neither.
  bool read_text() {
    const auto begin = text_;
    if (read_list())
      return true;
    text_ = begin;
    return read_paragraphs();
  }

  /// Lines that are a code or a range each, and nothing else.
  bool read_list() {
    std::vector<row> rows;
    for (; !text_.empty(); skip_line()) {
      const std::string_view line = trimmed(text_.substr(0, text_.find('\n')));
      const auto cell = read_code_cell(line);
      if (!line.empty() && !(cell && cell->phrase.empty()))
        return false;
      if (!line.empty())
        rows.push_back({located{line, offset(line)}, {}, {}, {}});
    }
    for (const row& r : rows)
      add(r);
    return !rows.empty();
  }

  bool read_paragraphs() {
    located code;
    std::string meaning;
    std::size_t meaning_at = 0;
    bool found = false;
    const auto done = [&] {
      if (found)
        add({code, {}, {meaning, meaning_at}, {}});
      meaning.clear();
    };
    while (!text_.empty()) {
      const std::string_view line = trimmed(text_.substr(0, text_.find('\n')));
      const auto cell = read_code_cell(line);
      const bool range = cell && cell->range && is_digit(line[0]);
      if (range || (cell && !cell->range && !cell->phrase.empty())) {
        done();
        found = true;
        code = {line, offset(line)};
      } else if (found && !line.empty()) {
        if (meaning.empty())
          meaning_at = offset(line);
        meaning += (meaning.empty() ? "" : " ") + std::string{line};
      }
      skip_line();
    }
    done();
    return found;
  }

  static constexpr auto none = static_cast<std::size_t>(-1);

  /// The offset of a part of the file.
  [[nodiscard]] std::size_t offset(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - whole_.data());
  }

  /// Refuses the file because of its byte at this offset.
  [[noreturn]] void fail(std::size_t at, const std::string& reason) const {
    const std::string_view before = whole_.substr(0, at);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    throw registry_file_error{result_.name_, lines + 1,
                              before.size() - (before.rfind('\n') + 1) + 1, reason};
  }

  void skip_line() {
    const std::size_t end = text_.find('\n');
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
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
        result_.snapshot_ =
            clean("snapshot", {rest.substr(0, rest.find_first_of("\r\n")), offset(rest)});
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
    record_ = {offset(text_), {}, {}};
    do {
      record_.starts.push_back(offset(text_));
      if (record_.fields.size() == max_fields)
        fail(offset(text_), "more than " + std::to_string(max_fields) + " fields");
      record_.fields.push_back(text_.starts_with('"') ? quoted_field() : bare_field());
    } while (take(delimiter_));
    if (take('\r') && !text_.starts_with('\n'))
      fail(offset(text_) - 1, "a CR without LF");
    if (!take('\n') && !text_.empty())
      fail(offset(text_), "text after the closing quote");
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
    const std::size_t opened = offset(text_);
    std::string field;
    for (;;) {
      text_.remove_prefix(1); // the opening quote, or the second of two
      const std::size_t end = text_.find('"');
      if (end == text_.npos)
        fail(opened, "a quote that is not closed");
      field += text_.substr(0, end);
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
    if (const std::size_t quote = field.find('"'); delimiter_ == ',' && quote != field.npos)
      fail(offset(text_) + quote, "a quote inside a field that does not begin with one");
    text_.remove_prefix(end);
    return std::string{field};
  }

  /// Finds the columns in record_. False if none has codes.
  bool read_header() {
    place_.fill(none);
    std::array<std::size_t, column_count> rank{};
    width_ = record_.fields.size();
    for (std::size_t i = 0; i < width_; ++i) {
      const std::string name = plain_name(record_.fields[i]);
      for (std::size_t n = 0; n < std::size(column_names); ++n) {
        const auto& [known, role] = column_names[n];
        std::size_t& best = rank[static_cast<std::size_t>(role)];
        if (name != known || (place(role) != none && best <= n))
          continue;
        place(role) = i;
        best = n;
      }
    }
    const auto named = [this](std::string_view name) {
      const auto found = std::ranges::find(record_.fields, name, plain_name);
      return found == record_.fields.end()
                 ? none
                 : static_cast<std::size_t>(found - record_.fields.begin());
    };
    description_ = place(column::phrase) == none ? named("description") : none;
    details_ = place(column::meaning) == description_ ? named("details") : place(column::meaning);
    return place(column::code) != none;
  }

  std::size_t& place(column c) { return place_[static_cast<std::size_t>(c)]; }

  /// The field of a column; nothing, at the start of the row, if the file or the row has none.
  located field(column c) { return field_at(place(c)); }
  [[nodiscard]] located field_at(std::size_t i) const {
    return i < record_.fields.size() ? located{record_.fields[i], record_.starts[i]}
                                     : located{{}, record_.at};
  }

  void read_row() {
    if (record_.fields.size() > width_)
      fail(record_.starts[width_], std::to_string(record_.fields.size()) +
                                       " fields, more than the " + std::to_string(width_) +
                                       " columns");
    row r{field(column::code), field(column::phrase), field(column::meaning),
          field(column::reference)};
    const auto cell = read_code_cell(r.code.text);
    if (description_ != none && cell && cell->phrase.empty()) {
      r.phrase = field_at(description_);
      r.meaning = field_at(details_);
    }
    if (place(column::state) != none)
      r.state = named(column::state, "state", entry_state_count, entry_state::assigned);
    r.advice = named(column::advice, "advice", client_advice_count, client_advice::none);
    r.cacheable = yes_or_no(field(column::cacheable));
    add(r);
  }

  /// Adds a row: another code, or more about an existing one.
  void add(const row& r) {
    const auto cell = read_code_cell(r.code.text);
    if (!cell)
      fail(r.code.at,
           "expected a code of three digits, or a range such as 4XX, 400-499 or default; "
           "found " +
               quoted(r.code.text));
    const located phrase = r.phrase.text.empty() ? located{cell->phrase, r.code.at} : r.phrase;
    loaded_registry::texts texts{std::string{phrase.text}, {}, {}};
    registry_entry entry;
    entry.state = r.state ? *r.state : take_state(texts.phrase);
    if (texts.phrase == "Unassigned")
      return;
    texts.meaning = clean("meaning", r.meaning);
    texts.reference = clean("reference", r.reference);
    entry.advice = r.advice;
    entry.heuristically_cacheable = r.cacheable;
    if (cell->range) { // has no phrase: what stands there is the beginning of the meaning
      const std::string title = clean("meaning", {texts.phrase, phrase.at});
      texts.meaning = title + (title.empty() || texts.meaning.empty() ? "" : " ") + texts.meaning;
      texts.phrase.clear();
      return add_range(*cell, r.code.at, entry, texts);
    }
    check_phrase({texts.phrase, phrase.at});
    entry.code = static_cast<std::uint16_t>(cell->first);
    if (!cell->phrase.empty() && cell->phrase != texts.phrase) {
      check_phrase({cell->phrase, r.code.at});
      result_.other_phrases_.insert({entry.code, std::string{cell->phrase}});
    }
    std::size_t& place = row_of_[entry.code];
    if (place == 0) {
      result_.entries_.push_back(entry);
      result_.texts_.push_back(std::move(texts));
      place = result_.entries_.size();
      return;
    }
    merge(r.code.at, result_.entries_[place - 1], result_.texts_[place - 1], entry,
          std::move(texts));
  }

  void add_range(const code_cell& cell, std::size_t at, const registry_entry& entry,
                 const loaded_registry::texts& texts) {
    const auto [place, added] =
        ranges_.try_emplace({cell.last - cell.first, cell.first}, code_range{entry, texts});
    if (!added)
      merge(at, place->second.entry, place->second.texts, entry, texts);
  }

  /// Another row of a code or range, at `at`: the first phrase stays, another one is an alias.
  void merge(std::size_t at, registry_entry& first, loaded_registry::texts& have,
             const registry_entry& entry, loaded_registry::texts texts) {
    if (have.phrase.empty())
      have.phrase = std::move(texts.phrase);
    else if (!texts.phrase.empty() && texts.phrase != have.phrase)
      result_.other_phrases_.insert({entry.code, std::move(texts.phrase)});
    const auto join = [](std::string& to, const std::string& more) {
      if (more.empty() || to == more || to.starts_with(more + ' ') || to.ends_with(' ' + more) ||
          to.find(' ' + more + ' ') != to.npos)
        return;
      to += (to.empty() ? "" : " ") + more;
    };
    join(have.meaning, texts.meaning);
    join(have.reference, texts.reference);
    const auto take = [&](auto& to, auto from, auto otherwise, const std::string& what) {
      if (to == otherwise)
        to = from;
      else if (from != otherwise && from != to)
        fail(at, "expected the " + what + ' ' + std::string{to_string(to)} +
                     " of an earlier row of this code, found " + std::string{to_string(from)});
    };
    take(first.state, entry.state, entry_state::assigned, "state");
    take(first.advice, entry.advice, client_advice::none, "advice");
    first.heuristically_cacheable |= entry.heuristically_cacheable;
  }

  void check_phrase(const located& where) const {
    const std::string_view phrase = where.text;
    if (phrase.empty())
      return; // the code has none
    for (const char c : phrase)
      if (is_control(c) && c != '\t')
        fail(where.at, "the control byte 0x" + hex(c) + " in the phrase");
    if (registry_detail::dropped(phrase.front()) || registry_detail::dropped(phrase.back()))
      fail(where.at, "the phrase " + quoted(phrase) + " begins or ends with white space");
  }

  /// A text for people: every run of line ends and tabs is one space, other controls are refused.
  [[nodiscard]] std::string clean(const std::string& what, const located& where) const {
    std::string out;
    bool gap = false;
    for (const char c : where.text) {
      const bool blank = c == '\r' || c == '\n' || c == '\t';
      if (is_control(c) && !blank)
        fail(where.at, "the control byte 0x" + hex(c) + " in the " + what);
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
    const auto [name, at] = field(c);
    if (name.empty() || name == "-")
      return otherwise;
    const auto value = value_named<Enum>(name, count);
    if (value)
      return *value;
    std::string known;
    for (std::uint8_t i = 0; i < count; ++i)
      known.append(i == 0 ? "" : ", ").append(to_string(static_cast<Enum>(i)));
    fail(at, "the " + what + ' ' + quoted(name) + " is not one of: " + known);
  }

  [[nodiscard]] bool yes_or_no(const located& where) const {
    const std::string_view text = where.text;
    if (text == "yes")
      return true;
    if (text.empty() || text == "-" || text == "no")
      return false;
    fail(where.at, "cacheable is " + quoted(text) + ", not yes or no");
  }

  /// Adds the codes of ranges that no row lists, sorts by code, and lets the entries view their
  /// texts, which move no more. The meaning of a range is that of each of its codes.
  loaded_registry finish() {
    auto& entries = result_.entries_;
    // The narrowest range with a code counts: `default` is for what `4XX` does not list.
    for (const auto& [size_and_first, range] : ranges_) {
      const auto [size, first] = size_and_first;
      for (unsigned code = std::max(first, 100u); code <= std::min(first + size, 599u); ++code) {
        std::size_t& place = row_of_[code];
        if (place != 0)
          continue;
        entries.push_back(range.entry);
        entries.back().code = static_cast<std::uint16_t>(code);
        result_.texts_.push_back(range.texts);
        place = entries.size();
      }
    }
    if (entries.empty())
      fail(whole_.size(), "no rows: expected a table with a column of codes, an OpenAPI document, "
                          "or lines such as \"404 Not Found\"");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const auto& texts = result_.texts_[i];
      entries[i].phrase = texts.phrase;
      entries[i].meaning = texts.meaning;
      entries[i].reference = texts.reference;
    }
    std::ranges::sort(entries, {}, &registry_entry::code);
    if (entries.size() <= most_indexed)
      result_.phrases_ = phrase_index_of(entries);
    for (const auto& [code, phrase] : result_.other_phrases_)
      result_.aliases_.push_back({code, alias_kind::alias, phrase});
    return std::move(result_);
  }

  struct code_range {
    registry_entry entry;
    loaded_registry::texts texts;
  };

  std::string_view whole_; ///< the file without its byte order mark
  std::string_view text_;  ///< its unread rest
  char delimiter_ = ',';
  std::array<std::size_t, column_count> place_{}; ///< of each column in a row, or none
  std::size_t width_ = 0;                         ///< of the header
  std::size_t description_ = none;                ///< the column, if it may be that of the phrase
  std::size_t details_ = none;                    ///< the column of the meaning then
  record record_;
  std::array<std::size_t, 1000> row_of_{}; ///< the place of each code in the entries, from 1; or 0
  std::map<std::pair<unsigned, unsigned>, code_range> ranges_; ///< by size less 1, first code
  loaded_registry result_;
};

loaded_registry read_registry(std::istream& in, std::string name) {
  if (!in)
    throw registry_file_error{name, "cannot be read"};
  std::string text;
  std::array<char, 16384> piece{};
  do {
    in.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  } while (in && text.size() <= max_registry_file);
  if (in.bad())
    throw registry_file_error{name, "cannot be read"};
  if (text.size() > max_registry_file)
    throw registry_file_error{name, "larger than " + std::to_string(max_registry_file) + " bytes"};
  return registry_reader{text, std::move(name)}.read();
}

} // namespace statusline::cli
