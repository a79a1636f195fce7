// SPDX-License-Identifier: MIT
#include "summary.hpp"

#include "platform.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>

namespace statusline::cli {
namespace {

using json = nlohmann::ordered_json; // as in tables.cpp: one serializer in the program, not two
using group = summary::group;

constexpr std::array<std::size_t, summary::group_count> sizes = {
    1000, status_class_count, phrase_standing_count, standing_count, quirk_count, errc_count, 100};

constexpr group group_at(std::size_t i) { return static_cast<group>(i); }

template <class Enum> std::string name_of(std::size_t i) {
  return std::string{to_string(static_cast<Enum>(i))};
}

void add_to(std::uint64_t& sum, std::uint64_t more, const std::string& where,
            const std::string& member) {
  if (more > std::numeric_limits<std::uint64_t>::max() - sum)
    throw summary_error{where + ": " + member + ": the sum exceeds 18446744073709551615"};
  sum += more;
}

void count_one(summary::row& row, const input& in) {
  if (row.count++ == 0)
    row.first = {in.source, in.offset};
}

/// The place of each name in its group.
const std::map<std::string, std::size_t, std::less<>>& names_in(group g) {
  static const auto all = [] {
    std::array<std::map<std::string, std::size_t, std::less<>>, summary::group_count> maps;
    for (std::size_t k = 0; k < maps.size(); ++k)
      for (std::size_t i = group_at(k) == group::errors ? 1 : 0; i < sizes.at(k); ++i)
        maps.at(k).emplace(summary::name(group_at(k), i), i);
    return maps;
  }();
  return all.at(static_cast<std::size_t>(g));
}

/// Reads one object, event by event: a tree of values would grow with the file.
class reader : public nlohmann::json_sax<json> {
public:
  reader(summary& to, std::string file, std::size_t base)
      : to_{to}, file_{std::move(file)}, base_{base} {}

  bool null() override { return value("null"); }
  bool boolean(bool) override { return value("a boolean"); }
  bool number_integer(std::int64_t n) override { return value(std::to_string(n)); }
  bool number_unsigned(std::uint64_t n) override {
    std::uint64_t* const to = number();
    if (to == nullptr)
      return value("a number");
    *to = n;
    return true;
  }
  bool number_float(double, const std::string& digits) override {
    return value(readable(digits.substr(0, 40)));
  }
  bool string(std::string& text) override {
    if (path_.size() != 3 || path_[0] != "first" || path_[2] != "source")
      return value("a string");
    place_.source = text;
    return true;
  }
  bool binary(json::binary_t&) override { return value("binary data"); }
  bool start_array(std::size_t) override { return value("an array"); }
  bool end_array() override { return true; }

  bool start_object(std::size_t) override {
    const bool may_begin =
        !begun_ || (path_.size() == 1 && !is_total()) || (path_.size() == 2 && path_[0] == "first");
    if (!may_begin)
      return value("an object");
    begun_ = true;
    seen_.emplace_back();
    path_.emplace_back();
    return true;
  }
  bool key(std::string& text) override {
    path_.back() = text;
    if (!std::ranges::count(seen_.back(), text))
      seen_.back().push_back(text);
    else
      fail("the name stands twice");
    if (path_.size() == 1) {
      if (!is_total() && text != "first" && !is_group(text))
        fail("unknown; expected " + join(summary::total_names, ", ") + ", " +
             join(summary::group_names, ", ") + " or first");
    } else if (path_.size() == 2 && path_[0] == "first") {
      row_ = find(text);
    } else if (path_.size() == 2) {
      row_ = find(path_[0] + '/' + text);
    } else if (text != "source" && text != "offset") {
      fail("unknown; expected source or offset");
    }
    return true;
  }
  bool end_object() override {
    const std::size_t members = seen_.back().size();
    seen_.pop_back();
    path_.pop_back();
    if (path_.size() == 2) {
      if (members != 2)
        fail("expected source and offset");
      row_->first = place_;
    } else if (path_.empty()) {
      constexpr std::size_t all = summary::total_names.size() + summary::group_count + 1;
      if (members != all)
        throw summary_error{file_ + ": the object at offset " + std::to_string(base_) + " has " +
                            count(members, "member") + "; expected " + std::to_string(all) + ": " +
                            join(summary::total_names, ", ") + ", " +
                            join(summary::group_names, ", ") + ", first"};
    }
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    throw summary_error{file_ + ": offset " +
                        std::to_string(base_ + std::max<std::size_t>(position, 1) - 1) +
                        ": not JSON; expected an object that parse --summary --json printed"};
  }

private:
  [[nodiscard]] bool is_total() const {
    return std::ranges::count(summary::total_names, path_[0]) != 0;
  }
  static bool is_group(std::string_view text) {
    return std::ranges::count(summary::group_names, text) != 0;
  }
  /// Where a number belongs, or null.
  std::uint64_t* number() {
    if (path_.size() == 1 && is_total())
      return &to_.totals.at(static_cast<std::size_t>(
          std::ranges::find(summary::total_names, path_[0]) - summary::total_names.begin()));
    if (path_.size() == 2 && path_[0] != "first")
      return &row_->count;
    if (path_.size() == 3 && path_[2] == "offset")
      return &place_.offset;
    return nullptr;
  }
  bool value(const std::string& what) {
    const bool text = path_.size() == 3 && path_[2] == "source";
    fail("expected " +
         std::string{number() != nullptr ? "a whole number, 0 to 18446744073709551615"
                     : text              ? "a string"
                                         : "an object"} +
         ", not " + what);
  }
  summary::row* find(const std::string& path) {
    const std::size_t slash = path.find('/');
    const std::string kind = path.substr(0, slash);
    if (slash == path.npos || !is_group(kind))
      fail("unknown; expected group/name");
    const group g = group_at(static_cast<std::size_t>(
        std::ranges::find(summary::group_names, kind) - summary::group_names.begin()));
    const auto found = names_in(g).find(path.substr(slash + 1));
    if (found == names_in(g).end())
      fail("unknown name in " + kind +
           (g == group::codes ? "; expected three digits"
                              : "; expected such as " + names_in(g).begin()->first));
    return &to_.rows(g).at(found->second);
  }
  [[noreturn]] void fail(const std::string& why) const {
    std::string member;
    for (const std::string& name : path_)
      member.append(member.empty() ? "" : "/").append(readable(name.substr(0, 60)));
    throw summary_error{file_ + ": the object at offset " + std::to_string(base_) +
                        (member.empty() ? "" : ", member " + member) + ": " + why};
  }

  summary& to_;
  std::string file_;
  std::size_t base_;
  std::vector<std::string> path_;
  std::vector<std::vector<std::string>> seen_;
  summary::row* row_ = nullptr;
  summary::place place_;
  bool begun_ = false;
};

/// 1234567 as 1,234,567.
std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;)
    digits.insert(at -= 3, ",");
  return digits;
}

/// A share in percent. Only nothing is 0, and only all is 100.
std::string share(std::uint64_t part, std::uint64_t whole) {
  if (part == whole || part == 0)
    return part == 0 ? "0 %" : "100 %";
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (percent < 0.1)
    return "<0.1 %";
  if (percent > 99.9)
    return ">99.9 %";
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", percent);
  return text.data();
}

struct line_of_table {
  std::string name;
  std::uint64_t count = 0;
  const summary::place* first = nullptr; ///< printed in place of a bar
  bool irregular = false;
};

class table {
public:
  table(output& out, std::uint64_t largest) : out_{out}, digits_{grouped(largest).size()} {}

  void print(std::string_view title, std::string_view of, const std::vector<line_of_table>& lines,
             std::uint64_t whole) {
    if (lines.empty())
      return;
    const style look{out_.colour()};
    constexpr std::size_t margin = 2, share_width = 9, least_bar = 6, most_bar = 30;
    const std::size_t numbers = digits_ + share_width + 1;
    std::size_t width = 0;
    for (const line_of_table& l : lines)
      width = std::max(width, l.name.size());
    const std::size_t room = out_.columns() - margin - numbers;
    width = std::max<std::size_t>(
        std::min(width, room > least_bar + 12 ? room - least_bar - 2 : room), 10);
    out_ << "\n" << look.bold(title) << look.dim(of) << "\n";
    for (const line_of_table& l : lines) {
      std::string name = l.name;
      if (name.size() > width)
        name = name.substr(0, width - 3) + "...";
      name.resize(width, ' ');
      const std::string number = grouped(l.count), part = share(l.count, whole);
      out_ << "  " << (l.irregular ? look.yellow(name) : name)
           << std::string(digits_ + 1 - std::min(digits_, number.size()), ' ') << number
           << std::string(share_width - part.size(), ' ') << part;
      const std::size_t used = margin + width + numbers;
      if (l.first != nullptr) {
        const std::string place = "first: " + display_name(l.first->source) + ", offset " +
                                  std::to_string(l.first->offset);
        if (used + 2 + place.size() <= out_.columns())
          out_ << "  " << look.dim(place);
        else
          for (const std::string& row : wrap(place, out_.columns() - 4))
            out_ << "\n    " << look.dim(row);
      } else if (used + 2 + least_bar <= out_.columns()) {
        const std::size_t most = std::min(most_bar, out_.columns() - used - 2);
        const auto bar = static_cast<std::size_t>(std::lround(
            static_cast<double>(most) * static_cast<double>(l.count) / static_cast<double>(whole)));
        if (bar > 0)
          out_ << "  " << look.dim(std::string(std::min(bar, most), '#'));
      }
      out_ << "\n";
    }
  }

private:
  output& out_;
  std::size_t digits_;
};

std::vector<line_of_table> lines_of(const summary& s, group g, bool with_place) {
  std::vector<line_of_table> lines;
  for (std::size_t i = 0; i < s.rows(g).size(); ++i)
    if (const summary::row& row = s.rows(g)[i]; row.count > 0)
      lines.push_back(
          {summary::name(g, i), row.count, with_place && row.first ? &*row.first : nullptr, false});
  if (g != group::classes && g != group::versions)
    std::ranges::stable_sort(lines, std::ranges::greater{}, &line_of_table::count);
  return lines;
}

/// The codes, the most frequent first; the rest in one row.
std::vector<line_of_table> lines_of_codes(const summary& s, const registry& r) {
  constexpr std::size_t most = 20;
  std::vector<line_of_table> lines = lines_of(s, group::codes, false);
  line_of_table rest;
  for (std::size_t i = most; i < lines.size(); ++i)
    rest.count += lines[i].count;
  if (lines.size() > most + 1) {
    rest.name = count(lines.size() - most, "other code");
    lines.resize(most);
  }
  for (line_of_table& l : lines) {
    const auto code = static_cast<unsigned>(std::stoul(l.name));
    const registry_entry* const row = r.find(code);
    l.irregular = row == nullptr || row->state != entry_state::assigned;
    l.name += row == nullptr ? " unlisted" : ' ' + readable(row->phrase);
  }
  if (!rest.name.empty())
    lines.push_back(rest);
  return lines;
}

std::uint64_t milliseconds() {
  using namespace std::chrono;
  return static_cast<std::uint64_t>(
      duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count());
}

} // namespace

summary::summary() {
  for (std::size_t g = 0; g < group_count; ++g)
    rows_.at(g).resize(sizes.at(g));
}

std::string summary::name(group g, std::size_t i) {
  switch (g) {
  case group::codes: {
    std::string digits = std::to_string(i);
    digits.insert(0, 3 - std::min<std::size_t>(digits.size(), 3), '0');
    return digits;
  }
  case group::classes: return name_of<status_class>(i);
  case group::phrases: return name_of<phrase_standing>(i);
  case group::standings: return name_of<standing>(i);
  case group::quirks: return name_of<quirk>(i);
  case group::errors: return name_of<errc>(i);
  case group::versions: break;
  }
  return std::to_string(i / 10) + '.' + std::to_string(i % 10);
}

void summary::add(const input& in, const registry& r) {
  const auto one = [&](group g, auto i) { count_one(rows(g)[static_cast<std::size_t>(i)], in); };
  ++totals[0];
  if (!in.result)
    return one(group::errors, in.result.error);
  ++totals[1];
  const status_line& line = in.result.line;
  const assessment judged = assess(line, r);
  one(group::codes, line.code);
  one(group::classes, classify(line.code));
  one(group::phrases, judged.phrase);
  one(group::standings, judged.code);
  one(group::versions, line.version.major * 10 + line.version.minor);
  for (const quirk q : line.quirks)
    one(group::quirks, q);
}

void summary::add(const summary& other, const std::string& where) {
  for (std::size_t i = 0; i < totals.size(); ++i)
    add_to(totals.at(i), other.totals.at(i), where, std::string{total_names.at(i)});
  for (std::size_t g = 0; g < group_count; ++g)
    for (std::size_t i = 0; i < rows_.at(g).size(); ++i) {
      row& to = rows_.at(g)[i];
      const row& from = other.rows_.at(g)[i];
      if (from.count == 0)
        continue;
      add_to(to.count, from.count, where,
             std::string{group_names.at(g)} + '/' + name(group_at(g), i));
      if (!to.first)
        to.first = from.first;
    }
}

summary read_summary(std::istream& file, const std::string& file_name) {
  summary sum;
  bool any = false;
  for (; !any || (file >> std::ws, file.peek() != std::istream::traits_type::eof()); any = true) {
    summary one;
    const auto at = file.tellg();
    reader events{one, file_name, at < 0 ? 0 : static_cast<std::size_t>(at)};
    json::sax_parse(file, &events, json::input_format_t::json, false);
    sum.add(one, file_name);
  }
  return sum;
}

void write_summary(output& out, const summary& s) {
  json object, first = json::object();
  for (std::size_t i = 0; i < s.totals.size(); ++i)
    object[std::string{summary::total_names.at(i)}] = s.totals.at(i);
  for (std::size_t k = 0; k < summary::group_count; ++k) {
    const std::string kind{summary::group_names.at(k)};
    json& counts = object[kind] = json::object();
    const auto& rows = s.rows(group_at(k));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].count == 0)
        continue;
      const std::string name = summary::name(group_at(k), i);
      counts[name] = rows[i].count;
      if (rows[i].first)
        first[std::string{kind}.append("/").append(name)] = {{"source", rows[i].first->source},
                                                             {"offset", rows[i].first->offset}};
    }
  }
  object["first"] = std::move(first);
  out << without_hidden(object.dump(-1, ' ', false, json::error_handler_t::replace)) << "\n";
}

void print_summary(output& out, const summary& s, const registry& r) {
  const style look{out.colour()};
  const auto [inputs, valid, bytes, body_bytes] = s.totals;
  const std::uint64_t invalid = inputs - std::min(valid, inputs);
  const std::string head = grouped(inputs) + (inputs == 1 ? " input" : " inputs");
  const std::string good = grouped(valid) + " valid";
  const std::string bad = grouped(invalid) + " not valid";
  out << look.bold(head) << ": " << look.green(good) << ", " << (invalid == 0 ? bad : look.red(bad))
      << "\n"
      << grouped(bytes) << (bytes == 1 ? " byte" : " bytes");
  if (body_bytes != 0)
    out << ", " << grouped(body_bytes) << " in bodies";
  out << "\n";

  table t{out, inputs};
  t.print("Codes", ", of valid inputs", lines_of_codes(s, r), valid);
  t.print("Classes", "", lines_of(s, group::classes, false), valid);
  t.print("Versions", "", lines_of(s, group::versions, false), valid);
  t.print("Quirks", ", of valid inputs", lines_of(s, group::quirks, true), valid);
  t.print("Errors", ", of all inputs", lines_of(s, group::errors, true), inputs);
  auto codes = lines_of(s, group::standings, true);
  auto phrases = lines_of(s, group::phrases, true);
  // The expected ones need no place.
  for (auto* const lines : {&codes, &phrases})
    for (line_of_table& l : *lines)
      if (l.name == "registered" || l.name == "canonical")
        l.first = nullptr;
      else
        l.irregular = true;
  t.print("Codes in the registry", "", codes, valid);
  t.print("Phrases in the registry", "", phrases, valid);
}

progress::progress() {
  const char* const kind = std::getenv("TERM");
  wanted_ = platform::is_terminal(platform::standard_error) && kind != nullptr &&
            std::string_view{kind} != "dumb";
  next_ = wanted_ ? milliseconds() + 1000 : 0;
}

void progress::show(std::uint64_t inputs, std::uint64_t offset, std::string_view source) {
  if (!wanted_)
    return;
  const std::uint64_t now = milliseconds();
  if (now < next_)
    return;
  next_ = now + 250;
  shown_ = true;
  std::string text = grouped(inputs) + (inputs == 1 ? " input; " : " inputs; ") +
                     grouped(offset >> 20) + " MiB of " + display_name(source);
  const std::size_t width = std::max<std::size_t>(platform::columns(platform::standard_error), 40);
  // A name may have wide characters: these would wrap the line, and nothing would erase it.
  if (text.size() >= width / 2)
    text.resize(text.find(" of "));
  std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  std::fflush(stderr);
}

void progress::clear() {
  if (shown_)
    std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

} // namespace statusline::cli
