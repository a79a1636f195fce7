// SPDX-License-Identifier: MIT
//
// Writes the man page and the bash completion from the definition of the command line.
#include "options.hpp"
#include "platform.hpp"
#include "text.hpp"

#include <statusline/version.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

using namespace statusline;
using namespace statusline::cli;

/// Text with every character escaped that roff would interpret.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
      out += "\\&";
    switch (c) {
    case '\\': out += "\\e"; break;
    case '-': out += "\\-"; break;
    case '\'': out += "\\(aq"; break;
    case '^': out += "\\(ha"; break;
    case '~': out += "\\(ti"; break;
    case '`': out += "\\(ga"; break;
    default: out += c;
    }
  }
  return out;
}

std::vector<const CLI::App*> commands(const command_line& line) {
  return {line.parse, line.explain, line.registry_table, line.quirks, line.merge};
}

std::vector<const CLI::Option*> options_of(const CLI::App* command, bool positional) {
  return command->get_options(
      [=](const CLI::Option* o) { return o->get_positional() == positional; });
}

std::vector<std::string> spellings(const CLI::Option* o) {
  std::vector<std::string> names;
  for (const std::string& name : o->get_snames())
    names.push_back('-' + name);
  for (const std::string& name : o->get_lnames())
    names.push_back("--" + name);
  return names;
}

void man_options(const CLI::App* command) {
  for (const bool positional : {true, false}) {
    for (const CLI::Option* o : options_of(command, positional)) {
      std::cout << ".TP\n";
      if (positional)
        std::cout << "\\fI" << roff(o->get_option_text()) << "\\fR";
      else
        std::cout << "\\fB" << roff(join(spellings(o), ", ")) << "\\fR";
      if (!positional && o->get_items_expected_max() != 0)
        std::cout << " \\fI" << roff(o->get_type_name()) << "\\fR";
      std::cout << '\n' << roff(o->get_description()) << ".\n";
    }
  }
}

/// The members of an object of parse, from its JSON Schema.
void man_members(const nlohmann::ordered_json& schema) {
  std::cout
      << ".SH JSON\n\\fBparse \\-\\-json\\fR prints one object for each input, on one line.\n";
  for (const auto& [name, member] : schema.at("properties").items())
    std::cout << ".TP\n\\fB" << name << "\\fR\n"
              << roff(member.at("description").get<std::string>()) << '\n';
}

void man(const command_line& line, const nlohmann::ordered_json& schema) {
  std::cout << ".TH STATUSLINE 1 \"\" \"statusline " << version << "\" \"User Commands\"\n"
            << ".SH NAME\nstatusline \\- parse HTTP/1.x status lines and name each irregularity"
               "\n.SH SYNOPSIS\n";
  for (const CLI::App* command : commands(line)) {
    std::cout << ".B statusline " << command->get_name() << "\n[\\fIOPTION\\fR...]";
    for (const CLI::Option* o : options_of(command, true))
      std::cout << " \\fI" << roff(o->get_option_text()) << "\\fR";
    std::cout << "\n.br\n";
  }
  std::cout << ".B statusline\n\\-\\-help | \\-\\-version\n.SH DESCRIPTION\n"
            << roff(line.app->get_description()) << "\n.SH OPTIONS\n";
  man_options(line.app.get());
  std::cout << ".SH COMMANDS\n";
  for (const CLI::App* command : commands(line)) {
    std::cout << ".SS " << command->get_name() << '\n' << roff(command->get_description()) << '\n';
    man_options(command);
  }
  std::cout << ".SH QUIRKS\nThe names for \\fB\\-\\-allow\\fR and \\fB\\-\\-fail\\-on\\fR:\n";
  for (const quirk q : quirk_set::all())
    std::cout << ".TP\n\\fB" << to_string(q) << "\\fR\n" << roff(describe(q)) << '\n';
  man_members(schema);
  std::cout << ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nIf set and not empty, the tool prints no "
               "colour.\n.SH EXIT STATUS\n";
  for (std::size_t i = 0; i < exit_meanings.size(); ++i)
    std::cout << ".TP\n\\fB" << i << "\\fR\n" << roff(exit_meanings[i]) << '\n';
  std::cout << ".TP\n\\fB" << interrupted << "\\fR\n" << roff(interrupted_meaning) << '\n';
  std::cout << ".SH EXAMPLES\n.nf\n";
  for (const CLI::App* command : commands(line)) {
    std::istringstream footer{command->get_footer()};
    for (std::string row; std::getline(footer, row);)
      if (row.starts_with("  "))
        std::cout << roff(row.substr(2)) << '\n';
  }
  std::cout << ".fi\n";
}

void offer(std::string_view pattern, const std::string& names, std::string_view extra) {
  std::cout << "    " << pattern << ") names='" << names << "'" << extra << " ;;\n";
}

void bash(const command_line& line) {
  std::cout << R"(# bash completion for statusline
_statusline() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command='' names='' files='' list='' prefix=''
  ((COMP_CWORD > 1)) && command=${COMP_WORDS[1]}
  # "=" is a word of its own where it is one of COMP_WORDBREAKS.
  if [[ $current == = ]]; then
    current=''
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  [[ $before == -* ]] || before=''
  [[ $current == -* && $before != '' ]] && before=''
  case $command:$before:$current in
)";
  for (const CLI::App* command : commands(line)) {
    for (const CLI::Option* o : options_of(command, false)) {
      const auto value = line.values.find(o);
      if (value == line.values.end())
        continue;
      offer(command->get_name() + ':' + join(spellings(o), "") + ":*",
            join(value->second.names, " "),
            std::string{value->second.files ? " files=y" : ""} +
                (value->second.list ? " list=y" : ""));
    }
  }
  std::vector<std::string> first;
  for (const CLI::App* command : commands(line))
    first.push_back(command->get_name());
  for (const CLI::Option* o : options_of(line.app.get(), false))
    std::ranges::copy(spellings(o), std::back_inserter(first));
  offer("::*", join(first, " "), "");
  for (const CLI::App* command : commands(line)) {
    std::vector<std::string> all;
    for (const CLI::Option* o : options_of(command, false))
      std::ranges::copy(spellings(o), std::back_inserter(all));
    offer(command->get_name() + ":*:-*", join(all, " "), "");
    for (const CLI::Option* o : options_of(command, true))
      offer(command->get_name() + ":*", join(line.values.at(o).names, " "),
            line.values.at(o).files ? " files=y" : "");
  }
  std::cout << R"(  esac
  if [[ $list ]]; then
    compopt -o nospace 2>/dev/null
    if [[ $current == *,* ]]; then
      prefix=${current%,*},
      current=${current##*,}
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$names" -- "$current")
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -F _statusline statusline
)";
}

} // namespace

int main(int argc, char** argv) {
  platform::start(argc, argv);
  const command_line line;
  const std::string_view what = argc >= 2 ? argv[1] : "";
  if (what == "man" && argc == 3) {
    std::ifstream file{argv[2]};
    man(line, nlohmann::ordered_json::parse(file));
  } else if (what == "bash" && argc == 2) {
    bash(line);
  } else {
    return std::cerr << "usage: statusline-docs man SCHEMA|bash\n", bad_usage;
  }
  std::cout.flush();
  return std::cout ? all_valid : io_failed;
}
