// SPDX-License-Identifier: MIT
//
// statusline-conform: holds a parser, a client or a proxy against the grammar.
#include "options.hpp"
#include "report.hpp"

#include <cli/inputs.hpp>
#include <cli/platform.hpp>
#include <cli/text.hpp>

#include <statusline/version.hpp>

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

namespace statusline::conform {
namespace {

enum exit_code : int { conforms = 0, diverges = 1, bad_usage = 2, not_run = 3 };

constexpr int standard_error = 2;

void complain(cli::output& out, const std::string& message) {
  out.flush();
  std::cerr << "statusline-conform: " << message << "\n";
}

struct usage_error : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The options for every kind of subject.
struct chosen {
  std::string policy = "strict";
  bool json = false;
  std::string junit, html, dot, accept, write_accept;
  std::int64_t timeout = 0;
  unsigned jobs = 0;
  int extra_states = -1;
  bool no_learning = false;
};

/// A bar on standard error, if that is a terminal.
class bar {
public:
  void operator()(std::uint64_t done, std::uint64_t all) {
    if (!shown_ || all == 0)
      return;
    constexpr std::size_t width = 40;
    const auto filled = static_cast<std::size_t>(done * width / all);
    const auto percent = done * 100 / all;
    if (percent == percent_)
      return;
    percent_ = percent;
    std::cerr << "\r[" << std::string(filled, '#') << std::string(width - filled, '.') << "] "
              << percent << " %" << std::flush;
  }
  void clear() const {
    if (shown_)
      std::cerr << "\r\x1b[K" << std::flush;
  }

private:
  bool shown_ = cli::platform::is_terminal(standard_error);
  std::uint64_t percent_ = ~std::uint64_t{0};
};

std::vector<accepted_row> rows_of(const std::string& name) {
  if (name.empty())
    return {};
  std::ifstream in{name, std::ios::binary};
  if (!in)
    throw usage_error{cli::readable(name) + ": " + std::strerror(errno)};
  try {
    return read_accepted(in, name);
  } catch (const std::runtime_error& e) {
    throw usage_error{cli::readable(e.what())}; // it quotes the file
  }
}

void write_file(const std::string& name, const std::string& text) {
  if (name.empty())
    return;
  std::ofstream file{name, std::ios::binary | std::ios::trunc};
  file << text << std::flush;
  if (!file)
    throw std::runtime_error{cli::readable(name) + ": " + std::strerror(errno)};
}

int report(const verdict& v, const std::vector<accepted_row>& rows, const chosen& c,
           cli::output& out) {
  const judgement j = judge_verdict(v, rows);
  if (c.json)
    out << report_json(v, j);
  else
    report_text(out, v, j);
  write_file(c.junit, report_junit(v, j));
  if (!c.html.empty())
    write_file(c.html, report_html(v, j, draw(v.automaton)));
  write_file(c.dot, v.automaton);
  write_file(c.write_accept, write_accepted(v));
  return j.passes() ? conforms : diverges;
}

/// Fills in what every kind of subject has, runs it, and reports.
template <class Options, class Check>
int run(Options options, const chosen& c, cli::output& out, const Check& check) {
  for (const auto& [name, p] : cli::policies)
    if (name == c.policy)
      options.allowed = p.allowed;
  options.timeout = std::chrono::milliseconds{c.timeout};
  options.jobs = c.jobs != 0 ? c.jobs : std::max(1U, std::thread::hardware_concurrency());
  const std::vector<accepted_row> rows = rows_of(c.accept);
  for (const accepted_row& row : rows)
    options.inputs.push_back(row.witness);
  if constexpr (requires { options.extra_states; }) {
    if (c.extra_states >= 0)
      options.extra_states = c.extra_states;
    options.learn = !c.no_learning;
  }
  bar shown;
  options.progress = [&shown](std::uint64_t done, std::uint64_t all) { shown(done, all); };
  const verdict v = [&] {
    try {
      return check(options);
    } catch (...) {
      shown.clear();
      throw;
    }
  }();
  shown.clear();
  return report(v, rows, c, out);
}

void print_cases(cli::output& out, bool json) {
  if (json) {
    out << cases_json();
    return;
  }
  for (const test_case& c : all_cases())
    out << c.id << "  " << c.verdict << "  " << cli::quoted(c.input) << "\n";
}

/// The options that every kind of subject has.
void add_common(CLI::App& command, chosen& c) {
  std::set<std::string> names;
  for (const auto& [name, p] : cli::policies)
    names.emplace(name);
  command.add_option("--policy", c.policy, "The policy to hold it against (default: strict)")
      ->check(CLI::IsMember(names));
  command.add_flag("--json", c.json, "Print one JSON object in place of the text");
  command.add_option("--junit", c.junit, "Write a report in JUnit's XML")->type_name("FILE");
  command.add_option("--html", c.html, "Write a page for a browser")->type_name("FILE");
  command
      .add_option(
          "--accept", c.accept,
          "A list of known divergences: others fail, and so do rows that are no longer true")
      ->type_name("FILE");
  command.add_option("--write-accept", c.write_accept, "Write such a list")->type_name("FILE");
  command.add_option("--timeout", c.timeout, "The longest time for one answer, in milliseconds")
      ->type_name("MS")
      ->check(CLI::Range(1, 600'000));
  command.add_option("--jobs", c.jobs, "How many to run at once (default: one for each processor)")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
}

void add_states(CLI::App& command, chosen& c, const std::string& fallback) {
  command
      .add_option("--extra-states", c.extra_states,
                  "How many states more than the grammar a parser may have (default: " + fallback +
                      ")")
      ->type_name("K")
      ->check(CLI::Range(0, 2));
  command.add_flag("--no-learning", c.no_learning, "Do not learn the automaton of the subject");
  command.add_option("--dot", c.dot, "Write that automaton for Graphviz")->type_name("FILE");
}

int run_command_line(int argc, char** argv, cli::output& out) {
  CLI::App app{"Holds a parser, a client or a proxy of HTTP/1.x status lines against the grammar.\n"
               "\nExit status: 0 conforms, or every divergence is accepted; 1 divergences;\n"
               "2 wrong usage; 3 the subject could not be run."};
  app.name("statusline-conform");
  app.require_subcommand(1);
  app.set_version_flag("-V,--version", std::string{version});
  chosen c;
  library_options library;
  command_options command;
  client_options client;
  serve_options server;
  std::int64_t server_timeout = server.timeout.count();

  CLI::App& a_library = *app.add_subcommand(
      "library", "A shared library with sl_subject_parse() (statusline/subject.h)");
  a_library.add_option("FILE", library.subject, "The library, such as ./mine.so")->required();
  add_common(a_library, c);
  add_states(a_library, c, "2");

  CLI::App& a_command = *app.add_subcommand(
      "command", "A program: an input in hex on each line in, an answer in JSON on each line out");
  a_command.add_option("PROGRAM", command.subject, "The program with its arguments, as one word")
      ->required();
  add_common(a_command, c);
  add_states(a_command, c, "1");

  CLI::App& a_client =
      *app.add_subcommand("client", "A client, run for each case against a server on 127.0.0.1");
  a_client
      .add_option("PROGRAM", client.subject,
                  "The program with its arguments, as one word; {url} is the address to get")
      ->required();
  const std::map<std::string, cutting> cuts = {
      {"whole", cutting::whole}, {"bytes", cutting::bytes}, {"every", cutting::every}};
  a_client
      .add_option("--cut", client.cut,
                  "Send a response whole, byte by byte, or in two pieces cut at every place")
      ->transform(CLI::CheckedTransformer(cuts))
      ->type_name("whole|bytes|every");
  add_common(a_client, c);

  CLI::App& a_server =
      *app.add_subcommand("serve", "Answer GET /ID on 127.0.0.1 with the bytes of that case");
  a_server.add_option("--port", server.port, "The port (default: any free one)")->type_name("N");
  a_server.add_option("--timeout", server_timeout, "The longest wait, in milliseconds")
      ->type_name("MS")
      ->check(CLI::Range(1, 600'000));

  CLI::App& the_cases = *app.add_subcommand("cases", "Print the cases");
  the_cases.add_flag("--json", c.json, "Print cases.json");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream text;
    std::ostringstream trouble;
    if (app.exit(e, text, trouble) == 0) {
      out << text.str();
      return conforms;
    }
    std::string help = "statusline-conform";
    for (const CLI::App* const used : app.get_subcommands())
      help += ' ' + used->get_name();
    complain(out, cli::readable(e.what()) + "; see " + help + " --help");
    return bad_usage;
  }
  if (a_library)
    return run(library, c, out, check_library);
  if (a_command)
    return run(command, c, out, check_command);
  if (a_client)
    return run(client, c, out, check_client);
  if (a_server) {
    server.timeout = std::chrono::milliseconds{server_timeout};
    serve(server);
    return conforms;
  }
  print_cases(out, c.json);
  return conforms;
}

} // namespace
} // namespace statusline::conform

int main(int argc, char** argv) {
  using namespace statusline;
  cli::platform::start(argc, argv);
  int status = conform::not_run;
  cli::output out;
  try {
    try {
      status = conform::run_command_line(argc, argv, out);
    } catch (const conform::usage_error& e) {
      status = conform::bad_usage;
      conform::complain(out, e.what());
    } catch (const std::exception& e) {
      status = conform::not_run;
      conform::complain(out, e.what());
    }
    out.flush();
  } catch (const cli::reader_gone&) {
    // The reader has closed the pipe. The status is that of the verdict.
  } catch (const cli::output_error& e) {
    status = conform::not_run;
    std::cerr << "statusline-conform: " << e.what() << "\n";
  }
  return status;
}
