// SPDX-License-Identifier: MIT
//
// A subject that is a program: an input in hex on each line in, an answer in JSON on each line out.
#include "claim.hpp"
#include "learner.hpp"
#include "options.hpp"
#include "product.hpp"
#include "tester.hpp"

#include <cli/text.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <thread>

namespace statusline::conform {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds default_timeout{10'000};
constexpr std::string_view canonical = "HTTP/1.1 200 OK\r\n";
constexpr std::size_t longest_line = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::strerror(errno)};
}

/// How a program ended.
struct ending {
  bool hung = false;
  int status = 0; ///< as waitpid() has it

  [[nodiscard]] bool not_found() const {
    return !hung && WIFEXITED(status) && (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126);
  }
  [[nodiscard]] std::string text(milliseconds timeout) const {
    if (hung)
      return "no answer in " + std::to_string(timeout.count()) + " ms";
    if (WIFSIGNALED(status))
      return "signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) +
             ")";
    return "it ended with status " + std::to_string(WEXITSTATUS(status));
  }
};

/// A running program and the two ends of its pipes.
class program {
public:
  explicit program(const std::string& line) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0)
      fail("pipe");
    if (pipe2(out.data(), O_CLOEXEC) != 0)
      fail("pipe");
    const std::string command = "exec " + line;
    process_ = fork();
    if (process_ == -1)
      fail("fork");
    if (process_ == 0) {
      setpgid(0, 0);
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      std::signal(SIGPIPE, SIG_DFL);
      execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    in_ = in[1];
    out_ = out[0];
    fcntl(in_, F_SETFL, O_NONBLOCK);
  }
  program(const program&) = delete;
  program& operator=(const program&) = delete;
  ~program() { (void)end(milliseconds{0}); }

  /// Writes `text`; reads until `lines` lines are there. If `last`, closes the input after `text`,
  /// and reads until the end, or until more lines are there. Returns false if nothing moved for
  /// `timeout`. Throws subject_error for a line that does not end.
  bool talk(std::string_view text, bool last, std::size_t lines, milliseconds timeout,
            std::string& answer) {
    const auto have = [&] { return static_cast<std::size_t>(std::ranges::count(answer, '\n')); };
    std::size_t counted = have();
    while (last ? counted <= lines : counted < lines) {
      if (text.empty() && last)
        close_input();
      std::array<pollfd, 2> files = {{{out_, POLLIN, 0}, {in_, POLLOUT, 0}}};
      const bool writing = in_ != -1 && !text.empty();
      const int ready = poll(files.data(), writing ? 2 : 1, static_cast<int>(timeout.count()));
      if (ready == 0)
        return false;
      if (ready < 0)
        continue; // a signal
      if (writing && files[1].revents != 0) {
        const ssize_t n = ::write(in_, text.data(), std::min<std::size_t>(text.size(), 65536));
        if (n > 0)
          text.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EAGAIN && errno != EINTR) {
          text = {}; // it reads no more
          close_input();
        }
      }
      if (files[0].revents != 0) {
        std::array<char, 65536> buffer{};
        const ssize_t n = ::read(out_, buffer.data(), buffer.size());
        if (n == 0)
          return true;
        if (n > 0) {
          const std::string_view part{buffer.data(), static_cast<std::size_t>(n)};
          counted += static_cast<std::size_t>(std::ranges::count(part, '\n'));
          answer += part;
          // Else a program that writes for ever fills the memory.
          const std::size_t lf = answer.rfind('\n');
          if (answer.size() - (lf == answer.npos ? 0 : lf + 1) > longest_line)
            throw subject_error{"it printed a line of more than " + std::to_string(longest_line) +
                                " bytes, which begins with " +
                                cli::quoted(std::string_view{answer}.substr(lf + 1, 40)) +
                                "; expected a JSON object on one line"};
        }
      }
    }
    return true;
  }

  /// Waits for its end; kills it, and what it started, after `patience`.
  ending end(milliseconds patience) {
    ending e;
    if (process_ == -1)
      return e;
    close_input();
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (!e.hung && std::chrono::steady_clock::now() >= until) {
        kill(-process_, SIGKILL);
        e.hung = true;
      }
      const pid_t ended = waitpid(process_, &e.status, e.hung ? 0 : WNOHANG);
      if (ended == process_ || (ended == -1 && errno != EINTR))
        break;
      if (!e.hung)
        std::this_thread::sleep_for(milliseconds{1});
    }
    close(out_);
    process_ = -1;
    return e;
  }

private:
  void close_input() {
    if (in_ != -1)
      close(in_);
    in_ = -1;
  }

  pid_t process_ = -1;
  int in_ = -1;
  int out_ = -1;
};

struct death {
  difference kind = difference::crash;
  std::string note;
};

class command_caller : public caller {
public:
  command_caller(std::string line, quirk_set reference_allows, milliseconds timeout, unsigned jobs)
      : line_{std::move(line)}, timeout_{timeout}, jobs_{jobs} {
    allowed = reference_allows;
    // Does it run, does it answer line by line, and does it need more than a line?
    const std::vector<word> one = {word_of(canonical)};
    const auto first = bare(one)[0];
    std::vector<word> longer;
    for (const char* const tail : {"\r\n", "A: b\r\n\r\n", "\n", "A: b\n\n"})
      longer.push_back(word_of(std::string{canonical} + tail));
    if (first && first->outcome == outcome::need_more) {
      const auto answers = bare(longer);
      for (std::size_t i = 0; i < longer.size(); ++i)
        if (answers[i] && answers[i]->outcome == outcome::accepted)
          tails_.push_back(longer[i].substr(canonical.size()));
    }
    program p{line_};
    std::string answer;
    interactive_ = p.talk(to_hex(canonical) + "\n", false, 1, milliseconds{2000}, answer) &&
                   answer.find('\n') != answer.npos;
  }

  [[nodiscard]] bool interactive() const noexcept { return interactive_; }
  [[nodiscard]] bool needs_head() const noexcept { return !tails_.empty(); }
  /// The words that it died of.
  [[nodiscard]] const std::map<word, death>& deaths() const noexcept { return deaths_; }

  std::vector<std::optional<told>> tell_all(const std::vector<word>& words) override {
    auto answers = bare(words);
    if (tails_.empty())
      return answers;
    // A line is accepted if it is so with any of the rests of a head.
    std::vector<word> longer;
    std::vector<std::size_t> of;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (answers[i] && answers[i]->outcome == outcome::need_more)
        for (const word& tail : tails_) {
          longer.push_back(words[i] + tail);
          of.push_back(i);
        }
    const auto more = bare(longer);
    for (std::size_t k = 0; k < longer.size(); k += tails_.size()) {
      const std::size_t size = words[of[k]].size();
      std::optional<told> all;
      for (std::size_t t = k; t < k + tails_.size(); ++t) {
        std::optional<told> one = more[t];
        if (one && one->end && *one->end > size)
          one->end.reset(); // of the head, not of the line
        if (!one || one->outcome != outcome::accepted || (t > k && one != all)) {
          all.reset();
          break;
        }
        all = one;
      }
      if (all)
        answers[of[k]] = all;
    }
    return answers;
  }

  std::optional<told> tell(const word& w) override {
    if (!interactive_ || !tails_.empty())
      return tell_all({w})[0];
    if (deaths_.contains(w))
      return std::nullopt;
    if (!running_)
      running_ = std::make_unique<program>(line_);
    std::string answer;
    const bool moved = running_->talk(to_hex(bytes_of(w)) + "\n", false, 1, timeout_, answer);
    if (answer.ends_with('\n'))
      return read_answer(answer.substr(0, answer.size() - 1), w);
    const ending e = running_->end(moved ? timeout_ : milliseconds{0});
    running_.reset();
    died(w, e);
    return std::nullopt;
  }

private:
  [[nodiscard]] told read_answer(const std::string& text, const word& w) const {
    try {
      return read_told(text);
    } catch (const std::runtime_error& e) {
      throw subject_error{"the answer to " + cli::quoted(bytes_of(w)) + ": " + e.what() +
                          ", in the line " + cli::quoted(text)};
    }
  }

  void died(const word& w, const ending& e) {
    constexpr std::size_t most = 64;
    const std::scoped_lock lock{mutex_};
    deaths_.emplace(w, death{e.hung ? difference::hang : difference::crash, e.text(timeout_)});
    if (deaths_.size() > most)
      throw too_many_failures{"it died " + std::to_string(most) +
                              " times, and was not asked further"};
  }

  /// One run of the program for some words. A word of which it dies has no answer.
  void run(std::span<const word> words, std::span<std::optional<told>> answers) {
    if (words.empty())
      return;
    std::string text;
    for (const word& w : words)
      text += to_hex(bytes_of(w)) + "\n";
    std::string out;
    program p{line_};
    const bool moved = p.talk(text, true, words.size(), timeout_, out);
    std::size_t done = 0;
    for (std::size_t begin = 0, end = 0; (end = out.find('\n', begin)) != out.npos;
         begin = end + 1) {
      const std::string line = out.substr(begin, end - begin);
      if (done == words.size())
        throw subject_error{"it printed more lines than it was given; the first is " +
                            cli::quoted(line)};
      answers[done] = read_answer(line, words[done]);
      ++done;
    }
    const ending e = p.end(moved ? timeout_ : milliseconds{0});
    if (e.not_found() && out.empty())
      throw subject_error{"it cannot be started, or " + e.text(timeout_)};
    if (done == words.size())
      return;
    if (words.size() == 1) {
      const bool ended_well = !e.hung && WIFEXITED(e.status) && WEXITSTATUS(e.status) == 0;
      if (ended_well)
        throw subject_error{"no answer to " + cli::quoted(bytes_of(words[0])) +
                            ": expected a line of JSON for each line of hex"};
      died(words[0], e);
      return;
    }
    // It died of one of the words that are left, the first if it answers at once.
    const std::size_t rest = words.size() - done;
    const std::size_t half = done != 0 ? rest : rest / 2;
    run(words.subspan(done, half), answers.subspan(done, half));
    run(words.subspan(done + half), answers.subspan(done + half));
  }

  std::vector<std::optional<told>> bare(const std::vector<word>& words) {
    std::vector<std::optional<told>> answers(words.size());
    const std::size_t parts = std::clamp<std::size_t>(words.size() / 256, 1, jobs_);
    std::vector<std::exception_ptr> errors(parts);
    {
      std::vector<std::jthread> threads;
      const std::size_t each = (words.size() + parts - 1) / parts;
      for (std::size_t i = 0; i < parts; ++i)
        threads.emplace_back([&, i] {
          try {
            const std::size_t begin = std::min(i * each, words.size());
            const std::size_t size = std::min(each, words.size() - begin);
            run(std::span{words}.subspan(begin, size), std::span{answers}.subspan(begin, size));
          } catch (...) {
            errors[i] = std::current_exception();
          }
        });
    }
    for (const std::exception_ptr& error : errors)
      if (error)
        std::rethrow_exception(error);
    return answers;
  }

  std::string line_;
  milliseconds timeout_;
  unsigned jobs_;
  bool interactive_ = false;
  std::vector<word> tails_;
  std::unique_ptr<program> running_;
  std::mutex mutex_;
  std::map<word, death> deaths_;
};

} // namespace

verdict check_command(const command_options& o) {
  std::signal(SIGPIPE, SIG_IGN);
  command_caller c{o.subject, o.allowed, o.timeout.count() == 0 ? default_timeout : o.timeout,
                   o.jobs};
  verdict v;
  v.kind = "command";
  v.subject = o.subject;
  v.allowed = o.allowed;
  v.notes.emplace_back("cuts not tested: a command is given whole inputs");
  if (c.needs_head())
    v.notes.emplace_back(
        "it needs the whole head: each line was tested with several rests behind it");

  case_inputs inputs;
  for (const test_case& one : read_cases(cases_json()))
    if (!one.max_size)
      inputs.emplace_back(one.input, one.id);
  for (const std::string& input : o.inputs)
    inputs.emplace_back(input, std::nullopt);
  std::vector<word> words;
  words.reserve(inputs.size());
  for (const auto& [input, id] : inputs)
    words.push_back(word_of(input));

  claim_facts claim;
  claim.allowed = o.allowed;
  claim.native = false;
  claim.agrees = true;
  const auto found = [&](const std::vector<word>& list, const auto& id_of) {
    const auto answers = c.tell_all(list);
    for (std::size_t i = 0; i < list.size(); ++i)
      id_of(i, answers[i]);
  };
  const auto judged = [&](const word& w, const std::optional<told>& got,
                          const std::optional<std::string>& id) {
    if (!got)
      return;
    const std::string bytes = bytes_of(w);
    for (const divergence& d : judge(*got, bytes, o.allowed)) {
      finding f;
      f.what = d;
      f.input = bytes;
      f.case_id = id;
      f.got = got;
      add_finding(v.findings, f);
    }
  };
  try {
    found(words, [&](std::size_t i, const std::optional<told>& got) {
      const auto& [input, id] = inputs[i];
      v.answers.push_back({id.value_or(to_hex(input)), got});
      if (id)
        judged(words[i], got, id);
    });

    test_options how;
    how.allowed = o.allowed;
    how.extra_states = o.extra_states;
    how.native = false;
    how.tails = c.needs_head();
    const std::vector<stage_plan> plans = plan_tests(how);
    std::uint64_t done = 0;
    for (const stage_plan& p : plans) {
      test_result all;
      for (std::size_t part = 0; part < p.parts; ++part)
        add(all, p.run(c, part));
      v.stages.push_back({p.name, all.tests, all.different, p.claims});
      for (const finding& f : all.findings)
        add_finding(v.findings, f);
      claim.longest = std::max(claim.longest, all.longest);
      if (p.claims) {
        claim.agrees = claim.agrees && all.different == 0;
        claim.decisive = claim.decisive || p.decisive;
        claim.extra_states = std::max(claim.extra_states, p.extra_states);
      }
      if (o.progress)
        o.progress(++done, plans.size() + 1);
    }

    if (o.learn && !c.interactive()) {
      v.notes.emplace_back(
          "no automaton was learned: the program answers only at the end of its input; "
          "flush after each line");
    } else if (o.learn) {
      learn_options l;
      l.native = false;
      l.extra_states = o.extra_states;
      l.known = words;
      const learned what = learn(c, l);
      if (what.stopped.empty()) {
        v.states = what.automaton.size();
        v.automaton = to_dot(what.automaton, v.subject);
        const std::vector<word> differ =
            first_differences(what.automaton, table_machine(o.allowed));
        found(differ, [&](std::size_t i, const std::optional<told>& got) {
          judged(differ[i], got, std::nullopt);
        });
      } else {
        v.notes.push_back("no automaton was learned: " + what.stopped);
      }
    }
  } catch (const too_many_failures& e) {
    claim.agrees = false;
    v.notes.emplace_back(e.what());
  }
  for (const auto& [w, d] : c.deaths()) {
    add_finding(v.findings, finding_of_death(bytes_of(w), d.kind, d.note, o.allowed, inputs));
    claim.agrees = false;
  }
  claim.agrees = claim.agrees && v.findings.empty();
  state_claim(v, claim);
  reduce_findings(v.findings);
  return v;
}

} // namespace statusline::conform
