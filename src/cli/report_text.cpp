// SPDX-License-Identifier: MIT
#include "framing.hpp"
#include "lookalike.hpp"
#include "report.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>

namespace statusline::cli {
namespace {

constexpr std::size_t indent = 4;
constexpr std::size_t marks_shown = 8;
constexpr std::string_view ellipsis = "...";

/// A place to point at: `size` bytes, or the gap before `offset`.
struct mark {
  std::size_t offset = 0;
  std::size_t size = 0;
  std::string_view name;
  std::vector<std::string> texts; // the first begins with the name
  bool refused = false;           // else irregular, and allowed
};

std::size_t columns_of(std::string_view bytes) { return escape(bytes).size(); }

/// One past the last byte that fits in `columns`, from `begin` on.
std::size_t fit(std::string_view bytes, std::size_t begin, std::size_t columns) {
  std::size_t used = 0;
  std::size_t end = begin;
  while (end < bytes.size() && (used += escape(bytes[end]).size()) <= columns)
    ++end;
  return end;
}

/// Carets, and their meaning to the right of them, or below if there is too little room.
void draw_mark(output& out, const mark& m, std::size_t column, std::size_t width, bool offsets) {
  const style look{out.colour()};
  const auto paint = [&](std::string_view text) {
    return m.refused ? look.red(text) : look.yellow(text);
  };
  const std::string carets = '^' + std::string(std::max<std::size_t>(width, 1) - 1, '~');
  out << std::string(column, ' ') << paint(carets);

  const std::size_t right = column + carets.size() + 1;
  const std::size_t wanted = std::min<std::size_t>(m.texts.front().size() + 16, 45);
  const bool beside = right + wanted <= out.columns();
  const std::size_t left =
      beside ? right : std::min(column, std::max<std::size_t>(out.columns(), 60 + indent) - 60);
  std::string_view name = m.name; // painted, once
  for (std::string text : m.texts) {
    if (offsets && !name.empty())
      text.insert(name.size(), " (offset " + std::to_string(m.offset) + ')');
    for (const std::string_view row : wrap(text, out.columns() - left)) {
      out << (!name.empty() && beside ? " " : '\n' + std::string(left, ' '));
      out << paint(name) << row.substr(name.size());
      name = {};
    }
  }
  out << "\n";
}

/// The bytes, with the marks below. Of a long line only its start and the marked parts are shown.
void draw_line(output& out, std::string_view bytes, const std::vector<mark>& marks) {
  const style look{out.colour()};
  const std::size_t columns = out.columns() - indent - 1;
  const bool whole = fit(bytes, 0, columns) == bytes.size();
  std::size_t begin = 0;
  auto next = marks.begin();
  do {
    const std::string_view before = begin > 0 ? ellipsis : "";
    std::size_t end = fit(bytes, begin, columns - before.size());
    const std::string_view after = end < bytes.size() ? ellipsis : "";
    end = fit(bytes, begin, columns - before.size() - after.size());
    const std::string shown = escape(bytes.substr(begin, end - begin));
    out << std::string(indent, ' ') << look.dim(before) << shown << look.dim(after);
    out << (bytes.empty() ? look.dim("(nothing)") : "") << "\n";

    for (; next != marks.end() && (next->offset < end || end == bytes.size()); ++next) {
      const std::size_t size = std::min(next->size, end - next->offset);
      draw_mark(out, *next,
                indent + before.size() + columns_of(bytes.substr(begin, next->offset - begin)),
                columns_of(bytes.substr(next->offset, size)), !whole);
    }
    if (next != marks.end())
      for (begin = next->offset; columns_of(bytes.substr(begin - 1, next->offset - begin)) < 24;)
        --begin;
  } while (next != marks.end());
}

/// How to make the policy accept a refused line.
std::string remedy(const input& in, const policy& p) {
  const auto& [line, error, refused, end] = in.result;
  if (error == errc::too_long)
    return "The limit is " + count(p.max_size, "byte") + "; --max-size raises it.";
  if (refused.empty())
    return error == errc::need_more ? "" : "No policy accepts this line.";

  // Only the bytes that decide the line were read. All its quirks are known if it ends within them.
  const parse_result all = parse_complete(in.bytes, {quirk_set::all(), p.max_size});
  const bool here = all.error != errc::need_more &&
                    (error == errc::need_more || !all.line.quirks.contains(quirk::unterminated));
  if (here && !all)
    return "No policy accepts this line: even permissive stops at offset " +
           std::to_string(all.end) + ", " + std::string{to_string(all.error)} + ".";
  const bool by_curl = in.bytes.starts_with("HTTP/2 ") || in.bytes.starts_with("HTTP/3 ");
  return "The policy does not allow " + join(refused, " and ") + "; --allow " +
         join(here ? all.line.quirks - p.allowed : refused, ",") +
         (here ? " accepts this line." : " gets past this byte.") +
         (by_curl ? " curl prints a response of HTTP/2 or HTTP/3 like this." : "");
}

/// Reports a status line after other bytes.
std::string misplaced(const input& in, const policy& p) {
  const auto at = status_line_at(in.bytes, p);
  if (!at)
    return "";
  const bool mark = *at == 3 && in.bytes.starts_with("\xef\xbb\xbf");
  return count(*at, "byte") + (*at == 1 ? " stands" : " stand") + " before a status line" +
         (mark ? "." : ": probably the rest of a body.");
}

std::string reason_text(const status_line& line) {
  if (line.quirks.contains(quirk::missing_reason))
    return "absent";
  return line.reason.empty() ? "empty" : quoted(line.reason);
}

void print_judgement(output& out, const status_line& line, const registry& r) {
  const assessment judged = assess(line, r);
  if (judged.code == standing::registered && judged.phrase == phrase_standing::canonical &&
      judged.entry->advice == client_advice::none) { // nothing to add: two lines
    print_heading(out, r, "registered, with this phrase");
    const std::string_view meaning = judged.entry->meaning;
    print_row(out, meaning.empty() ? "reference" : "meaning",
              readable(meaning.empty() ? judged.entry->reference : meaning));
    return;
  }
  print_heading(out, r);
  std::string code{to_string(judged.code)};
  if (judged.code != standing::registered)
    code += ": " + std::string{describe(judged.code)};
  print_row(out, "code", code);

  std::string phrase{to_string(judged.phrase)};
  phrase += ": " + std::string{describe(judged.phrase)};
  if (judged.phrase == phrase_standing::other_code)
    phrase += " It belongs to " + std::to_string(r.find(line.reason)->code) + '.';
  if (judged.phrase != phrase_standing::canonical && judged.entry != nullptr &&
      !judged.entry->phrase.empty())
    phrase += " The registry has " + quoted(judged.entry->phrase) + '.';
  print_row(out, "phrase", phrase);
  if (judged.entry != nullptr)
    print_entry(out, *judged.entry);
}

} // namespace

void print_row(output& out, std::string_view label, std::string_view text) {
  const std::size_t width = std::max<std::size_t>(label.size() + 1, 11);
  if (text.empty())
    return;
  std::string before{label};
  for (const std::string& row : wrap(text, out.columns() - indent - width)) {
    before.resize(width, ' ');
    out << std::string(indent, ' ') << style{out.colour()}.dim(before) << row << "\n";
    before.clear();
  }
}

void print_heading(output& out, const registry& r, std::string_view verdict) {
  const std::string date = r.snapshot.empty() ? "" : ", as of " + readable(r.snapshot);
  out << "\n  " << style{out.colour()}.bold(readable(r.name)) << date
      << (verdict.empty() ? "" : ": ") << verdict << "\n";
}

void print_entry(output& out, const registry_entry& row) {
  print_row(out, "meaning", readable(row.meaning));
  if (row.advice != client_advice::none)
    print_row(out, "advice",
              std::string{to_string(row.advice)} + ": " + std::string{describe(row.advice)});
  print_row(out, "reference", readable(row.reference));
}

std::string code_and_class(unsigned code) {
  std::string name{to_string(classify(code))};
  std::ranges::replace(name, '_', ' ');
  std::string digits = std::to_string(code);
  digits.insert(0, 3 - std::min<std::size_t>(digits.size(), 3), '0');
  return digits + ", " + (name == "invalid" ? "of no class" : name);
}

void report_brief(output& out, const input& in, const std::vector<std::string>& failed_on) {
  const style look{out.colour()};
  out << look.bold(display_name(in.source));
  if (in.offset != 0)
    out << ", offset " << std::to_string(in.offset);
  std::array<char, format_size> buffer{};
  const std::string_view line{buffer.data(), format(in.result, in.bytes, buffer)};
  const std::size_t verdict = in.result ? line.find_first_of(", ") : line.find(':');
  const std::string_view first = line.substr(0, verdict);
  out << ": " << (in.result ? look.green(first) : look.red(first)) << line.substr(first.size());
  if (!failed_on.empty())
    out << ", " << look.red("but --fail-on " + join(failed_on, ","));
  if (!in.result)
    if (const lookalike like = looks_like(in.bytes); !like.name.empty())
      out << " " << like.sentence;
  out << "\n";
}

void print_marked(output& out, std::string_view bytes, const parse_result& result,
                  const policy& p) {
  const auto entry = [](auto what) {
    return std::string{to_string(what)} + ": " + std::string{describe(what)};
  };
  std::vector<mark> marks;
  std::uint64_t runs = 0;
  quirk_set described;
  explain(bytes, p, [&](quirk q, std::size_t offset, std::size_t size) {
    if (++runs > marks_shown)
      return;
    const std::string_view name = to_string(q);
    marks.push_back({offset, size, name, {described.contains(q) ? std::string{name} : entry(q)}});
    described.insert(q);
  });
  if (!result) {
    const std::string expected{describe(result, bytes)};
    marks.push_back({result.end,
                     1,
                     to_string(result.error),
                     {std::string{to_string(result.error)} + ": " + expected},
                     true});
    for (const quirk q : result.refused)
      marks.back().texts.push_back(entry(q));
  }
  const std::size_t last = result ? result.end : bytes.find('\n', result.end);
  draw_line(out, bytes.substr(0, result || last == bytes.npos ? last : last + 1), marks);
  if (runs > marks_shown)
    out << std::string(indent, ' ') << "and " << std::to_string(runs - marks_shown)
        << " more irregular places\n";
}

void report_text(output& out, const input& in, const policy& p,
                 std::span<const registry> registries, const std::vector<std::string>& failed_on) {
  const style look{out.colour()};
  const auto& [line, error, refused, end] = in.result;
  out << look.bold(display_name(in.source));
  if (in.offset != 0)
    out << ", offset " << std::to_string(in.offset);
  if (in.result) {
    out << ": " << look.green("valid");
    if (!line.quirks.empty())
      out << ", with " << count(line.quirks.size(), "quirk");
    if (!failed_on.empty())
      out << ", " << look.red("but --fail-on " + join(failed_on, ","));
  } else {
    out << ": " << look.red("not valid") << ": " << to_string(error) << " at offset "
        << std::to_string(end);
  }
  out << "\n\n";

  print_marked(out, in.bytes, in.result, p);

  std::vector<std::string> help;
  if (!in.result)
    help = {remedy(in, p), std::string{looks_like(in.bytes).sentence}, misplaced(in, p)};
  std::erase(help, "");
  if (in.result || !help.empty())
    out << "\n";
  for (const std::string& sentence : help)
    for (const std::string& row : wrap(sentence, out.columns() - indent))
      out << std::string(indent, ' ') << row << "\n";
  if (in.result) {
    print_row(out, "version",
              std::to_string(line.version.major) + '.' + std::to_string(line.version.minor));
    print_row(out, "code", code_and_class(line.code));
    print_row(out, "reason", reason_text(line));
  }
  if (const auto trouble = trouble_name(in.body); !trouble.empty())
    print_row(out, "body", std::string{trouble} + ": " + std::string{describe(in.body)});
  if (!in.result)
    return;
  for (const note n : notes(line))
    print_row(out, "note", std::string{to_string(n)} + ": " + std::string{describe(n)});
  for (const registry& r : registries)
    print_judgement(out, line, r);
}

} // namespace statusline::cli
