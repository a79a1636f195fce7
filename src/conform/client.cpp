// SPDX-License-Identifier: MIT
#include "child.hpp"
#include "judgement.hpp"
#include "options.hpp"
#include "server.hpp"

#include <cli/text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace statusline::conform {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds default_timeout{10'000};
/// A longer line is cut at the places of so many bytes at its start, and at its end.
constexpr std::size_t cut_ends = 32;

/// One run of the program.
struct task {
  std::string id;   ///< of the case, or the hex of another input
  std::string path; ///< on the server
  std::string input;
  bool is_case = false;
  std::size_t cut = 0; ///< 0: as options.cut
};

/// The result of one task. Without an `answer`, `failure` has the crash or the hang.
struct result {
  std::optional<told> answer;
  std::optional<told> next;
  std::optional<std::string> body;
  std::optional<divergence> failure;
  std::string note;
  bool held = false; ///< it kept the connection, without a request, until the server closed it
};

std::string replaced(std::string text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

/// The last line that is not empty.
std::string last_line(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (last == text.npos)
    return {};
  text = text.substr(0, last + 1);
  return std::string{text.substr(text.rfind('\n') + 1)};
}

/// For a note, which the reports escape.
std::string in_quotes(const std::string& text) {
  constexpr std::size_t limit = 120;
  return "\"" + text.substr(0, limit) + (text.size() > limit ? "\"..." : "\"");
}

/// For an `--accept` file, so the same on every system: SIGSEGV.
std::string signal_name(int signal) {
  switch (signal) {
  case SIGABRT: return "SIGABRT";
  case SIGBUS: return "SIGBUS";
  case SIGFPE: return "SIGFPE";
  case SIGILL: return "SIGILL";
  case SIGKILL: return "SIGKILL";
  case SIGPIPE: return "SIGPIPE";
  case SIGSEGV: return "SIGSEGV";
  case SIGTERM: return "SIGTERM";
  case SIGTRAP: return "SIGTRAP";
  default: return "signal_" + std::to_string(signal);
  }
}

class runner {
public:
  runner(const client_options& options, std::string address)
      : words_{split_words(options.subject)}, address_{std::move(address)},
        limit_{options.timeout.count() != 0 ? options.timeout : default_timeout} {
    if (std::ranges::none_of(
            words_, [](const std::string& word) { return word.find("{url}") != word.npos; }))
      throw subject_error{"the command has no {url}, which stands for the address to get"};
  }

  [[nodiscard]] result run(const task& t, const std::string& cut) const {
    const std::string url = address_ + t.path + "?cut=" + cut;
    const std::string next = address_ + "/next";
    std::vector<std::string> words = words_;
    for (std::string& word : words) {
      word = replaced(word, "{url}", url);
      word = replaced(word, "{next}", next);
    }
    const child_end end = run_child(words, limit_);
    result r;
    const std::string said = last_line(end.err);
    if (end.timed_out) {
      r.failure = divergence{difference::hang, ""};
      r.note = "No answer in " + std::to_string(limit_.count()) + " ms.";
    } else if (end.signal != 0) {
      r.failure = divergence{difference::crash, signal_name(end.signal)};
    } else if (last_line(end.out).empty()) {
      r.failure = divergence{difference::crash, "exit_" + std::to_string(end.status)};
      r.note = "It printed no answer.";
    } else {
      read(end.out, t, r);
    }
    if (r.failure && !said.empty()) {
      r.note += r.note.empty() ? "" : " ";
      r.note += "Its last line on standard error: " + in_quotes(said);
    }
    return r;
  }

private:
  static void read(const std::string& out, const task& t, result& r) {
    const std::string line = last_line(out);
    try {
      r.answer = read_told(line);
      const json object = json::parse(line);
      if (const auto next = object.find("next"); next != object.end() && !next->is_null())
        r.next = read_told(next->dump());
      if (const auto body = object.find("body_hex"); body != object.end() && !body->is_null()) {
        if (body->is_string())
          r.body = from_hex(body->get_ref<const std::string&>());
        if (!r.body)
          throw std::runtime_error{"expected \"body_hex\": bytes in hex"};
      }
    } catch (const std::exception& e) {
      throw subject_error{"the program's answer about " + t.id + ": " + e.what() + "; it printed " +
                          cli::quoted(line)};
    }
  }

  std::vector<std::string> words_;
  std::string address_;
  milliseconds limit_;
};

/// How the client left the connection, besides its answer.
std::vector<std::pair<divergence, std::string>> judge_connection(const task& t, const result& r) {
  if (!r.answer || r.answer->outcome != outcome::accepted)
    return {};
  const response sent = response_to(t.input);
  if (!sent.stays)
    return {};
  const auto found = [&](difference kind, std::string note) {
    return std::vector{
        std::pair{divergence{kind, grounds::nature_of(t.input, true)}, std::move(note)}};
  };
  if (r.held)
    return found(difference::swallowed,
                 "It read on after the response, until the server closed the connection.");
  if (r.body && *r.body != sent.body)
    return found(r.body->size() > sent.body.size() ? difference::swallowed : difference::desync,
                 "It read the body " + in_quotes(*r.body) + ", and " + in_quotes(sent.body) +
                     " was sent.");
  if (r.next && r.next->outcome != outcome::accepted)
    return found(difference::swallowed, "It did not find the next response.");
  if (r.next && r.next->code.value_or(sentinel_code) != sentinel_code)
    return found(difference::desync, "It read the next response, " + std::to_string(sentinel_code) +
                                         ", as " + std::to_string(*r.next->code) + ".");
  return {};
}

/// A server in a thread, for as long as this lives. It notes who holds a connection.
class background_server {
public:
  explicit background_server(milliseconds limit)
      : server_{0, limit, {}, [this](const std::string& target) {
                  const std::lock_guard lock{mutex_};
                  held_.insert(target);
                }} {
    thread_ = std::thread{[this] { server_.run(); }};
  }
  ~background_server() {
    server_.stop();
    thread_.join();
  }
  background_server(const background_server&) = delete;
  background_server& operator=(const background_server&) = delete;

  [[nodiscard]] std::string address() const { return server_.address(); }
  [[nodiscard]] bool held(const std::string& target) {
    const std::lock_guard lock{mutex_};
    return held_.contains(target);
  }

private:
  std::mutex mutex_;
  std::set<std::string> held_;
  server server_;
  std::thread thread_;
};

/// Runs all tasks, `jobs` at once. Throws what the first of them throws, in their order.
std::vector<result> run_all(const std::vector<task>& tasks, const client_options& options,
                            const runner& how, background_server& served) {
  std::vector<result> results(tasks.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t done = 0;
  std::size_t failed = tasks.size();
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      {
        const std::lock_guard lock{mutex};
        if (i > failed)
          return;
      }
      const task& t = tasks[i];
      const std::string cut = t.cut != 0                      ? std::to_string(t.cut)
                              : options.cut == cutting::bytes ? "bytes"
                                                              : "whole";
      try {
        results[i] = how.run(t, cut);
        results[i].held = served.held(t.path + "?cut=" + cut);
      } catch (...) {
        const std::lock_guard lock{mutex};
        if (i < failed) {
          failed = i;
          failure = std::current_exception();
        }
      }
      const std::lock_guard lock{mutex};
      ++done;
      if (options.progress)
        options.progress(done, tasks.size());
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < options.jobs; ++i)
    workers.emplace_back(work);
  work();
  for (std::thread& worker : workers)
    worker.join();
  if (failure)
    std::rethrow_exception(failure);
  return results;
}

/// An interim response is not the answer to a request, and a client need not show it.
bool is_interim(std::string_view input) {
  const parse_result r = parse(input, policy{quirk_set::all(), input.size() + 1});
  return r && r.line.code / 100 == 1;
}

} // namespace

verdict check_client(const client_options& options) {
  verdict v;
  v.kind = "client";
  v.subject = options.subject;
  v.allowed = options.allowed;
  v.complete = true;

  std::vector<task> tasks;
  std::size_t interim = 0;
  const auto add_cuts = [&](const task& t) {
    tasks.push_back(t);
    if (options.cut != cutting::every)
      return;
    const std::size_t size = response_to(t.input).line.size();
    for (std::size_t cut = 1; cut <= size; ++cut) {
      if (cut > cut_ends && size - cut >= cut_ends)
        continue;
      tasks.push_back(t);
      tasks.back().cut = cut;
    }
  };
  for (const test_case& c : all_cases()) {
    if (!is_asked(c))
      continue;
    if (is_interim(c.input))
      ++interim;
    else
      add_cuts({c.id, "/" + c.id, c.input, true});
  }
  for (const std::string& input : options.inputs)
    tasks.push_back({to_hex(input), "/hex/" + to_hex(input), input});

  const milliseconds limit = options.timeout.count() != 0 ? options.timeout : default_timeout;
  background_server served{limit / 2};
  const runner how{options, served.address()};
  // One that cannot read this is no client.
  const std::string regular = to_hex("HTTP/1.1 200 OK\r\n");
  const result first = how.run({"a regular line", "/hex/" + regular, ""}, "whole");
  if (first.failure && first.failure->kind == difference::crash)
    throw subject_error{"the program does not answer about a regular line: " +
                        first.failure->detail + ". " + cli::readable(first.note)};

  const std::vector<result> results = run_all(tasks, options, how, served);
  stage cases{"cases", 0, 0, false};
  stage pieces{"cases, cut at every place", 0, 0, false};
  bool next_told = false;
  const result* uncut = nullptr;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const task& t = tasks[i];
    const result& r = results[i];
    std::vector<std::pair<divergence, std::string>> found = judge_connection(t, r);
    next_told = next_told || r.next.has_value();
    stage& counted = t.cut == 0 ? cases : pieces;
    ++counted.tests;
    if (t.cut == 0) {
      uncut = &r;
      v.answers.push_back({t.id, r.answer});
      if (r.answer)
        for (divergence& d : judge(*r.answer, t.input, v.allowed, true))
          found.emplace_back(std::move(d), "");
    } else if (r.answer && uncut->answer && *r.answer != *uncut->answer) {
      found.emplace_back(divergence{difference::splits, grounds::nature_of(t.input, true)},
                         "Whole: " + answer_text(*uncut->answer));
    }
    if (r.failure)
      found.emplace_back(*r.failure, r.note);
    if (!found.empty())
      ++counted.different;
    for (auto& [what, note] : found)
      add_finding(v.findings,
                  {std::move(what), t.input, t.is_case ? std::optional{t.id} : std::nullopt,
                   r.answer, t.cut != 0 ? std::vector{t.cut} : std::vector<std::size_t>{}, 1,
                   std::move(note)});
  }
  std::ranges::sort(v.findings, {}, &finding::what);
  v.stages.push_back(cases);
  if (pieces.tests != 0)
    v.stages.push_back(pieces);
  v.sampled.emplace_back("These cases are all that was tried: a client has no proof.");
  if (!next_told)
    v.notes.emplace_back("The next response was not tested: the program prints no \"next\".");
  if (options.cut == cutting::every)
    v.sampled.push_back("Lines of more than " + std::to_string(2 * cut_ends) +
                        " bytes were cut in their first " + std::to_string(cut_ends) +
                        " and last " + std::to_string(cut_ends) + " bytes only.");
  if (options.cut == cutting::whole)
    v.notes.emplace_back("Cuts were not tested: see --cut.");
  if (interim != 0)
    v.notes.push_back(cli::count(interim, "case") +
                      " with a code 1xx left out: a client need not show interim responses.");
  return v;
}

} // namespace statusline::conform
