// SPDX-License-Identifier: MIT
#include "options.hpp"

#include "text.hpp"

#include <statusline/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <span>
#include <sstream>

namespace statusline::cli {
namespace {

template <class Enum> void append_names(std::vector<std::string_view>& to, std::uint8_t count) {
  for (std::uint8_t i = 0; i < count; ++i)
    // "invalid" is a class and a standing, with the same meaning.
    if (const auto name = to_string(static_cast<Enum>(i)); std::ranges::count(to, name) == 0)
      to.push_back(name);
}

CLI::ParseError wrong(const std::string& message) {
  return CLI::ParseError{message, CLI::ExitCodes::InvalidError};
}

/// The place of the name in `known`. Throws a message with the nearest known name if it is missing.
std::size_t look_up(std::string_view name, const std::vector<std::string_view>& known,
                    const std::string& option, const std::string& what) {
  const auto found = std::ranges::find(known, name);
  if (found != known.end())
    return static_cast<std::size_t>(found - known.begin());
  const auto far = [name](std::string_view other) { return distance(name.substr(0, 40), other); };
  const std::string_view nearest = *std::ranges::min_element(known, {}, far);
  std::string message = "unknown " + what + " '" + std::string{name} + "'";
  if (far(nearest) <= 2)
    message += ", did you mean " + std::string{nearest} + "?";
  throw wrong(option + message + " (known: " + join(known, ", ") + ")");
}

std::vector<std::string> split(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists)
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      names.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  return names;
}

/// The number of three digits at the start of a text.
std::optional<unsigned> code_in(std::string_view text) {
  unsigned code = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + std::min<std::size_t>(3, text.size()), code);
  return read.ptr == text.data() + 3 ? std::optional{code} : std::nullopt;
}

/// `404`, `5xx` and `600-999` are codes; any other text is a name.
fail_rule read_rule(const std::string& text) {
  const auto codes = [&text](unsigned first, unsigned last) {
    return fail_rule{text, true, first, last};
  };
  const auto first = code_in(text);
  if (first && text.size() == 3)
    return codes(*first, *first);
  if (first && text.size() == 7 && text[3] == '-')
    if (const auto last = code_in(text.substr(4)); last && *first <= *last)
      return codes(*first, *last);
  if (text.size() == 3 && text[0] >= '0' && text[0] <= '9' &&
      (text.ends_with("xx") || text.ends_with("XX"))) {
    const unsigned hundreds = static_cast<unsigned>(text[0] - '0') * 100;
    return codes(hundreds, hundreds + 99);
  }
  return {text};
}

/// The names in a list of pairs.
std::vector<std::string_view> names_in(const auto& pairs) {
  std::vector<std::string_view> names(pairs.size());
  std::ranges::transform(pairs, names.begin(), [](const auto& p) { return p.first; });
  return names;
}

std::vector<std::string_view> registry_names() {
  std::vector<std::string_view> names(built_in.size());
  std::ranges::transform(built_in, names.begin(), &registry::name);
  return names;
}

class help_format : public CLI::Formatter {
public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string usage = "\nUsage: " + name + " [OPTION...]";
    for (const CLI::Option* o : app->get_options([](auto* p) { return p->get_positional(); }))
      usage += ' ' + make_option_name(o, true);
    return usage + (app->get_parent() == nullptr ? " COMMAND" : "") + '\n';
  }
  std::string make_option_name(const CLI::Option* o, bool positional) const override {
    return positional ? o->get_option_text() : CLI::Formatter::make_option_name(o, positional);
  }
  std::string make_option_opts(const CLI::Option* o) const override {
    return o->get_positional() || o->get_items_expected_max() == 0 ? "" : ' ' + o->get_type_name();
  }
};

} // namespace

std::vector<std::string_view> quirk_names() {
  std::vector<std::string_view> names;
  append_names<quirk>(names, quirk_count);
  return names;
}

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names = quirk_names();
  append_names<note>(names, note_count);
  append_names<standing>(names, standing_count);
  append_names<phrase_standing>(names, phrase_standing_count);
  append_names<status_class>(names, status_class_count);
  return names;
}

std::vector<std::string_view> names_of(const status_line& line, const registry& r) {
  const assessment judged = assess(line, r);
  std::vector<std::string_view> names = {to_string(judged.code), to_string(judged.phrase),
                                         to_string(classify(line.code))};
  for (const quirk q : line.quirks)
    names.push_back(to_string(q));
  for (const note n : notes(line))
    names.push_back(to_string(n));
  return names;
}

template <class T>
CLI::Option* command_line::option(CLI::App* to, const char* name, T& value, const char* type,
                                  const char* help, std::vector<std::string_view> known) {
  CLI::Option* const made = to->add_option(name, value, help)->type_name(type);
  // Given twice, a list is extended and any other value replaced: so a shell alias can set
  // defaults.
  constexpr bool list = std::is_same_v<T, std::vector<std::string>>;
  if (!list)
    made->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  values[made] = {std::move(known), list, false};
  return made->allow_extra_args(false);
}

CLI::Option* command_line::arguments(CLI::App* to, const char* name, const char* help, bool files) {
  // Any number of arguments. Without allow_extra_args(false) CLI11 would read a file name "[a,b]"
  // as a list of two.
  CLI::Option* const made = to->add_option("arguments", chosen.arguments, help);
  values[made].files = files;
  return made->option_text(name)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->expected(1 << 28);
}

command_line::command_line()
    : app{std::make_unique<CLI::App>(
          "Parses the status line of an HTTP/1.x response, names each irregularity and its\n"
          "place, and checks the code and the phrase against a registry.",
          "statusline")} {
  app->allow_windows_style_options(false); // a slash begins a file's name there too
  const auto format = std::make_shared<help_format>();
  format->column_width(24);
  app->formatter(format);
  app->set_help_flag("-h,--help", "Print this help and exit");

  std::string facts = "\nscan by " + std::string{detail::scan_name};
  for (const registry* r : built_in)
    facts += '\n' + std::string{r->name} + " registry as of " + std::string{r->snapshot};
  app->set_version_flag("-V,--version", "statusline " + std::string{version} + facts,
                        "Print the version, the instructions of the scan and\n"
                        "the dates of the registries");

  std::string status = "Exit status:";
  for (std::size_t i = 0; i < exit_meanings.size(); ++i)
    status += "\n  " + std::to_string(i) + "  " + join(wrap(exit_meanings[i], 75), "\n     ");
  status += "\n  130 " + join(wrap(interrupted_meaning, 75), "\n      ");
  app->footer(status + "\n\nEach command has its own --help, with an example.");

  parse = app->add_subcommand("parse", "Explain the status line at the head of each file, with\n"
                                       "carets under each irregular or wrong part.");
  parse->footer("Example:\n"
                "  printf 'HTTP/1.1 200\\n' | statusline parse --allow missing_reason,bare_lf\n"
                "  curl -si http://localhost/ | statusline parse --follow --json\n"
                "  statusline parse --registry documented --fail-on unregistered,other_code FILE");
  arguments(parse, "[FILE...]",
            "The files to read; - or nothing is standard input.\n"
            "A file is read no further than its line needs",
            true);
  option(parse, "--policy", policy_name_, "POLICY",
         "strict (the grammar of RFC 9112, the default), interop\n"
         "(the quirks that nearly every client accepts) or\n"
         "permissive (every quirk)",
         names_in(policies));
  option(parse, "--allow", allow_, "QUIRK,...",
         "Quirks to accept in addition to those of the policy", quirk_names());
  option(parse, "--max-size", max_size_, "BYTES",
         "The longest line to accept, its LF and a leading\nblank line included (8192)", {});
  CLI::Option* const lines =
      parse->add_flag("--lines", lines_,
                      "Each line of a file is an input, a blank one too; an\nempty file has none");
  parse
      ->add_flag("--follow", follow_,
                 "Each head (status line and header section) in a stream\n"
                 "of responses is an input; the code and the header\n"
                 "fields determine where the next one begins (RFC 9112\n"
                 "section 6.3). An empty file is one input")
      ->excludes(lines);
  option(parse, "--body", body_name_, "RULE",
         "With --follow, what follows a head: auto (the next head\n"
         "if the bytes begin like a status line, else the body\n"
         "that the fields determine; the default), none (always\n"
         "the next head, as curl -I prints them) or skip (always\n"
         "the body that the fields determine)",
         names_in(body_rules));
  parse->add_flag("-q,--quiet", chosen.quiet, "Print nothing but a summary");
  parse->add_flag("--summary", chosen.summary,
                  "Print counts over all inputs, with the first place of\n"
                  "each kind, as a table or (--json) as an object that\n"
                  "merge reads; --quiet and --brief then change nothing");
  parse->add_flag("--brief", chosen.brief,
                  "Print one line for each input; the default for several\n"
                  "files and --lines on a terminal");
  option(parse, "--fail-on", fail_on_, "NAME,...",
         "Exit with 1 if a valid line matches one of these: a\n"
         "quirk; a note, such as obs_text; a standing of its code\n"
         "or phrase in the registry, such as unregistered or\n"
         "other_code; a class, such as server_error; a code, such\n"
         "as 404, 5xx or 600-999",
         all_names());

  explain = app->add_subcommand("explain", "Look up a code or a reason phrase in the registries.");
  explain->footer("Example:\n  statusline explain 404 410\n  statusline explain 5xx\n"
                  "  statusline explain moved temporarily");
  arguments(explain, "CODE|PHRASE...",
            "Codes of three digits, ranges such as 5xx or 400-404, or\n"
            "the words of a phrase. A phrase is looked\n"
            "up as it is, then without regard to case and spaces,\n"
            "then among those of older standards and of servers",
            false);

  registry_table = app->add_subcommand("registry", "Print a registry.");
  registry_table->footer(
      "Example:\n"
      "  statusline registry documented\n"
      "The forms of a file, here from standard input:\n"
      "  printf '404 Not Found\\n\\nIt is not there.\\n' | statusline registry -\n"
      "  printf '404: Not Found\\n5XX\\n' | statusline registry -\n"
      "  printf 'Status Code;Name\\n404;Not Found\\n' | statusline registry -\n"
      "  printf '|Code|Name|\\n|-|-|\\n|404|Not Found|\\n' | statusline registry -\n"
      "  echo '{\"openapi\":\"3.1.0\",\"paths\":{\"/\":{\"get\":{\"responses\":{\"404\":{}}}}}}' "
      "|\n"
      "    statusline registry -\n"
      "HTML and YAML become TSV by share/statusline/registry_to_tsv.py.");
  CLI::Option* const which =
      registry_table
          ->add_option("arguments", table_name_,
                       "iana (the default), documented, or a file: CSV, TSV,\n"
                       "Markdown tables, OpenAPI or Swagger in JSON, or the\n"
                       "text of a documentation page")
          ->option_text("[REGISTRY]");
  values[which] = {registry_names(), false, true};
  option(registry_table, "--write", form_name_, "FORM",
         "tsv (the normal form, which reads back the same) or cpp\n"
         "(a header with a constexpr registry)",
         names_in(table_forms));

  merge = app->add_subcommand("merge", "Add what parse --summary --json printed.");
  merge->footer("Example:\n  statusline merge part1.json part2.json --json");
  arguments(merge, "[FILE...]",
            "Files of such objects; - or nothing is standard input.\n"
            "The first place of each kind is by their order. If one\n"
            "cannot be read, nothing is printed",
            true);

  for (CLI::App* const command : {parse, explain, merge}) {
    CLI::Option* const made = option(command, "--registry", chosen.registry_names, "REGISTRY",
                                     "iana, documented, or a file (see registry --help).\n"
                                     "May be given more than once: text shows each, JSON\n"
                                     "and --fail-on use the first. Default: iana, then\n"
                                     "documented",
                                     registry_names());
    values[made].files = true;
    values[made].list = false; // a comma belongs to the name
  }

  quirks = app->add_subcommand("quirks", "Print every quirk, and the policies that accept it.");
  quirks->footer("Example:\n  statusline quirks --json");

  for (CLI::App* const command : {parse, explain, registry_table, quirks, merge}) {
    command->add_flag("--json", chosen.json, "Print JSON, one object per line");
    option(command, "--color", colour_name_, "WHEN",
           "auto (colour on a terminal, unless NO_COLOR is set or\n"
           "TERM is dumb; the default), always or never",
           names_in(colourings));
  }

  app->require_subcommand(0, 1)->allow_extras(); // read() reports those
}

command_line::~command_line() = default;

const CLI::App* command_line::read(int argc, const char* const* argv, output& out, int& status) {
  try {
    return read(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream text, trouble;
    if (app->exit(e, text, trouble) == 0) { // help or the version
      out << text.str();
      status = all_valid;
      return nullptr;
    }
    std::string help = "statusline";
    for (const CLI::App* command : app->get_subcommands())
      help += ' ' + command->get_name();
    complain(out, readable(e.what()) + "; see " + help + " --help");
    status = bad_usage;
    return nullptr;
  }
}

const CLI::App* command_line::read(int argc, const char* const* argv) {
  // CLI11 would use the next argument as the value.
  for (const std::string_view argument : std::span{argv, argv + argc}.subspan(argc > 0 ? 1 : 0)) {
    if (argument == "--")
      break;
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1)
      throw wrong(std::string{argument.substr(0, argument.size() - 1)} +
                  ": the value after '=' is empty");
  }
  // `help parse` is `parse --help`.
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const std::vector<std::string_view> commands = {"parse", "explain", "registry", "quirks",
                                                  "merge"};
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    if (!words.empty())
      look_up(words.front(), commands, "", "command");
    words.emplace_back("--help");
  }
  std::ranges::reverse(words);
  app->parse(std::move(words));
  if (const auto extra = app->remaining(); !extra.empty() && extra.front().starts_with('-'))
    throw CLI::ExtrasError{extra};
  else if (!extra.empty())
    look_up(extra.front(), commands, "", "command");
  if (app->get_subcommands().empty())
    throw wrong("a command is required: " + join(commands, ", "));

  chosen.how.by = lines_ ? division::lines : follow_ ? division::heads : division::whole;
  chosen.how.bodies =
      body_rules[look_up(body_name_, names_in(body_rules), "--body: ", "rule")].second;
  if (parse->get_option("--body")->count() != 0 && !follow_)
    throw wrong("--body needs --follow");
  chosen.allowed =
      policies[look_up(policy_name_, names_in(policies), "--policy: ", "policy")].second;
  for (const std::string& name : split(allow_))
    chosen.allowed.allowed.insert(
        static_cast<quirk>(look_up(name, quirk_names(), "--allow: ", "quirk")));
  chosen.fail_on.clear();
  for (const std::string& text : split(fail_on_)) {
    chosen.fail_on.push_back(read_rule(text));
    if (!chosen.fail_on.back().is_codes)
      look_up(text, all_names(), "--fail-on: ", "name or code");
  }
  chosen.colour =
      colourings[look_up(colour_name_, names_in(colourings), "--color: ", "value")].second;
  const char* const end = max_size_.data() + max_size_.size();
  const auto number = std::from_chars(max_size_.data(), end, chosen.allowed.max_size);
  if (number.ec != std::errc{} || number.ptr != end)
    throw wrong("--max-size: '" + max_size_ + "' is not a number of bytes, 0 to " +
                std::to_string(SIZE_MAX));

  if (registry_table->get_option("--write")->count() != 0) {
    chosen.form =
        table_forms[look_up(form_name_, names_in(table_forms), "--write: ", "form")].second;
    if (chosen.json)
      throw wrong("--write and --json exclude each other");
  }

  const CLI::App* const command = app->get_subcommands().front();
  if (table_name_)
    chosen.registry_names = {*table_name_};
  auto& names = chosen.registry_names;
  for (auto name = names.begin(); name != names.end();) // the first of each
    name = std::find(names.begin(), name, *name) == name ? name + 1 : names.erase(name);
  if (std::ranges::count(names, "") != 0)
    throw wrong("the name of the registry is empty");
  const auto& files = chosen.arguments;
  if ((command == parse || command == merge) && std::ranges::count(names, "-") != 0 &&
      (files.empty() || std::ranges::count(files, "-") != 0))
    throw wrong("standard input can be the registry or an input, not both");
  if (command != explain)
    return command;
  if (chosen.arguments.empty())
    throw wrong("a code or a phrase is required");
  const std::string& code = chosen.arguments.front();
  if (chosen.arguments.size() == 1 && code != "0" && code.size() != 3 &&
      code.find_first_not_of("0123456789") == code.npos)
    throw wrong("a code has three digits, not '" + code + "'");
  for (const std::string& text : chosen.arguments) {
    const fail_rule rule = read_rule(text == "0" ? "000" : text);
    if (!rule.is_codes) { // then all of it is a phrase
      chosen.codes.clear();
      break;
    }
    chosen.codes.emplace_back(rule.first, rule.last);
  }
  return command;
}

} // namespace statusline::cli
