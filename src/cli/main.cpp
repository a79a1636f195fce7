// SPDX-License-Identifier: MIT
#include "framing.hpp"
#include "options.hpp"
#include "platform.hpp"
#include "registry_file.hpp"
#include "report.hpp"
#include "summary.hpp"
#include "text.hpp"

#include <algorithm>
#include <deque>
#include <new>
#include <sstream>

namespace statusline::cli {
namespace {

/// The registries to use, the one for JSON and --fail-on first, and the memory that they view.
class registry_choice {
public:
  registry_choice(const std::vector<std::string>& names, output& out) {
    if (names.empty())
      for (const registry* const r : built_in)
        list_.push_back(*r);
    for (const std::string& name : names) {
      const auto known = std::ranges::find(built_in, name, &registry::name);
      if (known != built_in.end()) {
        list_.push_back(**known);
        continue;
      }
      std::istringstream file{read_file(name, max_registry_file + 1, out)};
      list_.push_back(loaded_.emplace_back(read_registry(file, display_name(name))).view());
    }
  }
  [[nodiscard]] std::span<const registry> all() const noexcept { return list_; }

private:
  std::deque<loaded_registry> loaded_; // which moves none
  std::vector<registry> list_;
};

struct tally {
  std::uint64_t inputs = 0, valid = 0, matched = 0, body_bytes = 0;
};

void summarise(output& out, const tally& seen, const options& o) {
  const std::uint64_t invalid = seen.inputs - seen.valid;
  if (o.json) {
    out << "{\"inputs\":" << std::to_string(seen.inputs)
        << ",\"valid\":" << std::to_string(seen.valid) << ",\"invalid\":" << std::to_string(invalid)
        << ",\"failed_on\":" << std::to_string(seen.matched);
    if (o.how.by == division::heads)
      out << ",\"body_bytes\":" << std::to_string(seen.body_bytes);
    out << "}\n";
    return;
  }
  out << count(seen.inputs, "input") << ": " << std::to_string(seen.valid) << " valid, "
      << std::to_string(invalid) << " not valid";
  if (!o.fail_on.empty())
    out << ", " << std::to_string(seen.matched) << " matched by --fail-on";
  if (o.how.by == division::heads)
    out << "; " << count(seen.body_bytes, "byte") << " in bodies";
  out << "\n";
}

/// Adds to the summary the bytes that a source was read for, also where reading it throws.
class counted_bytes {
public:
  counted_bytes(const source& from, summary& to) : from_{from}, to_{to} {}
  ~counted_bytes() { to_.totals[2] += from_.offset(); }
  counted_bytes(const counted_bytes&) = delete;
  counted_bytes& operator=(const counted_bytes&) = delete;

private:
  const source& from_;
  summary& to_;
};

void run_merge(const options& o, const registry& r, output& out, int& status) {
  constexpr std::size_t most = std::size_t{64} << 20;
  summary sum;
  const std::vector<std::string> standard_input = {"-"};
  for (const std::string& name : o.arguments.empty() ? standard_input : o.arguments) {
    try {
      std::string bytes = read_file(name, most + 1, out);
      if (bytes.size() > most)
        throw summary_error{display_name(name) + ": more than 64 MiB; expected a summary"};
      std::istringstream file{std::move(bytes)};
      sum.add(read_summary(file, display_name(name)), display_name(name));
    } catch (const std::runtime_error& e) {
      status = io_failed;
      complain(out, e.what());
    }
  }
  if (status == io_failed)
    return; // a sum that lacks a part is worse than none
  o.json ? write_summary(out, sum) : print_summary(out, sum, r);
}

void run_parse(const options& o, std::span<const registry> registries, output& out, int& status) {
  tally seen;
  const bool many = o.arguments.size() > 1 || o.how.by == division::lines;
  const bool brief = o.brief || (many && out.terminal());
  reading how = o.how;
  how.ahead = !o.quiet && !o.summary;
  summary counts;
  progress shown;
  std::uint64_t troubled = 0; // heads
  if (o.summary)
    platform::catch_interrupt();
  const auto visit = [&](const input& in) {
    ++seen.inputs;
    if (in.result)
      ++seen.valid;
    std::vector<std::string> failed_on;
    if (in.result && !o.fail_on.empty()) {
      const unsigned code = in.result.line.code;
      const auto names = names_of(in.result.line, registries.front());
      for (const fail_rule& rule : o.fail_on)
        if (rule.is_codes ? rule.first <= code && code <= rule.last
                          : std::ranges::find(names, rule.text) != names.end())
          failed_on.push_back(rule.text);
      if (!failed_on.empty())
        ++seen.matched;
    }
    if (!failed_on.empty())
      status = std::max<int>(status, found_invalid);
    if (o.summary) {
      counts.add(in, registries.front());
      if (how.by == division::whole)
        counts.totals[2] += in.result.end;
      if (!trouble_name(in.body).empty())
        ++troubled;
      return;
    }
    if (!trouble_name(in.body).empty())
      complain(out, display_name(in.source) + ": the head at offset " + std::to_string(in.offset) +
                        ": " + std::string{describe(in.body)});
    if (o.quiet)
      return;
    if (o.json)
      return report_json(out, in, o.allowed, registries.front());
    if (brief)
      return report_brief(out, in, failed_on);
    if (seen.inputs > 1)
      out << "\n";
    report_text(out, in, o.allowed, registries, failed_on);
  };

  const bool only_numbers = o.quiet && !o.summary && o.fail_on.empty() && how.by == division::lines;
  const std::vector<std::string> standard_input = {"-"};
  for (const std::string& name : o.arguments.empty() ? standard_input : o.arguments) {
    try {
      if (name == "-" && platform::is_terminal(platform::standard_input))
        complain(out, "reading standard input, a terminal; Ctrl-D ends it");
      source file{name, out};
      const counted_bytes counting{file, counts};
      if (o.summary)
        file.before_reads([&] { shown.show(counts.totals[0], file.offset(), name); });
      if (only_numbers) {
        count_lines(file, o.allowed, seen.inputs, seen.valid);
      } else if (const auto cut = for_each_input(file, how, o.allowed, visit, seen.body_bytes)) {
        shown.clear();
        complain(out, display_name(name) + ": ends after " + count(cut->present, "byte") +
                          " of the body of the head at offset " + std::to_string(cut->head) +
                          (cut->missing != 0 ? "; " + count(cut->missing, "byte") + " missing"
                                             : ", before its last chunk"));
      }
    } catch (const input_error& e) {
      shown.clear();
      if (platform::interrupted()) {
        status = interrupted;
        complain(out, "interrupted after " + count(counts.totals[2], "byte") +
                          "; the summary counts what was read");
        break;
      }
      status = io_failed;
      complain(out, e.what());
    } catch (const std::bad_alloc&) {
      shown.clear();
      status = io_failed;
      complain(out, display_name(name) + ": a line does not fit into memory");
    }
  }
  shown.clear();
  if (seen.valid != seen.inputs)
    status = std::max<int>(status, found_invalid);
  if (troubled != 0)
    complain(out, count(troubled, "head") + " with fields that do not determine the body");
  if (o.summary) {
    counts.totals[3] = seen.body_bytes;
    if (o.json)
      return write_summary(out, counts);
    print_summary(out, counts, registries.front());
    if (!o.fail_on.empty())
      out << "\n" << count(seen.matched, "input") << " matched by --fail-on\n";
  } else if (o.quiet) {
    summarise(out, seen, o);
  }
}

void run(const command_line& line, const CLI::App* command, output& out, int& status) {
  const options& o = line.chosen;
  if (o.colour != colouring::automatic)
    out.set_colour(o.colour == colouring::always);
  if (command == line.quirks)
    return print_quirks(out, o.json);
  const registry_choice registries{o.registry_names, out};
  if (command == line.parse)
    return run_parse(o, registries.all(), out, status);
  if (command == line.merge)
    return run_merge(o, registries.all().front(), out, status);
  if (command == line.registry_table && o.form != table_form::table)
    return o.form == table_form::tsv ? write_tsv(out, registries.all().front())
                                     : write_cpp(out, registries.all().front());
  if (command == line.registry_table)
    return print_registry(out, registries.all().front(), o.json);
  if (o.codes.empty()) {
    if (!explain_phrase(out, join(o.arguments, " "), registries.all(), o.json))
      status = found_invalid;
    return;
  }
  for (std::size_t i = 0; i < o.codes.size(); ++i) {
    if (i > 0 && !o.json)
      out << "\n";
    if (!explain_codes(out, o.codes[i].first, o.codes[i].second, registries.all(), o.json))
      status = found_invalid;
  }
}

} // namespace
} // namespace statusline::cli

int main(int argc, char** argv) {
  using namespace statusline::cli;
  platform::start(argc, argv);
  int status = all_valid;
  output out;
  command_line line;
  try {
    try {
      if (const auto* const command = line.read(argc, argv, out, status))
        run(line, command, out, status);
    } catch (const input_error& e) {
      status = io_failed;
      complain(out, e.what());
    } catch (const registry_file_error& e) {
      status = io_failed;
      complain(out, e.what());
    }
    out.flush();
  } catch (const reader_gone&) {
    // The reader has closed the pipe; the status is that of the inputs so far.
  } catch (const output_error& e) {
    status = io_failed;
    complain(out, e.what());
  }
  return status;
}
