// SPDX-License-Identifier: MIT
#include "native.hpp"

#include "subject.hpp"

#include <cli/text.hpp>

#include <nlohmann/json.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

namespace statusline::conform {

using nlohmann::json;

namespace {

constexpr std::size_t page = 65536;    // as large as any page
constexpr std::size_t room = 4 * page; // for the bytes of one call
constexpr std::size_t piece_gap = 64;  // between two pieces, so that reading on is noticed
constexpr std::string_view canonical = "HTTP/1.1 200 OK\r\n";

constexpr std::size_t index(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

void* map(std::size_t size, int protection, int flags) {
  void* const p = mmap(nullptr, size, protection, flags | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED)
    throw std::runtime_error{std::string{"no memory: "} + std::strerror(errno)};
  return p;
}

sigjmp_buf* look_ahead = nullptr; // where a fault goes while a look ahead is allowed

extern "C" void on_fault(int signal) {
  if (look_ahead != nullptr)
    siglongjmp(*look_ahead, 1);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

} // namespace

/// Written by the child, read by the parent when the child is dead or silent.
struct shared_control {
  std::atomic<std::uint64_t> calls = 0;
  std::atomic<bool> inside = false; ///< a call
  std::uint32_t size = 0;
  std::array<letter, room / 2> letters{};
};

struct native_caller::raw : sl_subject_answer {};

native_caller::native_caller(const std::string& file, quirk_set reference_allows,
                             shared_control& control, const std::set<word>& deadly)
    : control_{control}, deadly_{deadly} {
  allowed = reference_allows;
  // Without a slash the loader looks in the folders of the system.
  const std::string path = file.find('/') == file.npos ? "./" + file : file;
  library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr)
    throw subject_error{cli::readable(dlerror())}; // it has the name of the file
  const auto find = [&](const char* name) { return dlsym(library_, name); };
  parse_ = reinterpret_cast<parse_fn>(find("sl_subject_parse"));
  pieces_ = reinterpret_cast<pieces_fn>(find("sl_subject_parse_pieces"));
  name_ = reinterpret_cast<const char* (*)()>(find("sl_subject_name"));
  if (parse_ == nullptr)
    throw subject_error{cli::readable(file) +
                        ": expected a function sl_subject_parse (statusline/subject.h)"};
  auto* const all = static_cast<char*>(map(room + 2 * page, PROT_NONE, MAP_PRIVATE));
  memory_ = all + page;
  if (mprotect(memory_, room, PROT_READ | PROT_WRITE) != 0)
    throw std::runtime_error{std::string{"mprotect: "} + std::strerror(errno)};
  find_tails();
}

native_caller::~native_caller() {
  if (memory_ != nullptr)
    munmap(memory_ - page, room + 2 * page);
}

std::string native_caller::name() const {
  const char* const told = name_ != nullptr ? name_() : nullptr;
  return told != nullptr ? told : "";
}

native_caller::raw native_caller::call(const word& w, std::string_view tail, bool elsewhere) {
  const std::size_t size = w.size() + tail.size();
  if (size > room)
    throw std::length_error{"a word is too long"};
  char* const bytes = elsewhere ? memory_ : memory_ + room - size;
  for (std::size_t i = 0; i < w.size(); ++i)
    bytes[i] = static_cast<char>(w[i]);
  if (!tail.empty())
    std::memcpy(bytes + w.size(), tail.data(), tail.size());
  raw answer{nothing_told};
  parse_(bytes, size, &answer);
  return answer;
}

native_caller::raw native_caller::call_pieces(const word& w, std::string_view tail) {
  std::vector<std::string> texts(1);
  for (const letter c : w) {
    if (c == cut)
      texts.emplace_back();
    else
      texts.back() += static_cast<char>(c);
  }
  if (!tail.empty())
    texts.emplace_back(tail);
  std::vector<const char*> pieces(texts.size());
  std::vector<std::size_t> sizes(texts.size());
  char* end = memory_ + room;
  for (std::size_t i = texts.size(); i-- > 0;) {
    const std::size_t size = texts[i].size();
    if (index(end - memory_) < size + piece_gap)
      throw std::length_error{"a word is too long"};
    end -= size;
    if (size != 0)
      std::memcpy(end, texts[i].data(), size); // NOLINT(bugprone-not-null-terminated-result)
    pieces[i] = end;
    sizes[i] = size;
    end -= piece_gap;
    std::memset(end, 0xaa, piece_gap);
  }
  raw answer{nothing_told};
  pieces_(pieces.data(), sizes.data(), pieces.size(), &answer);
  return answer;
}

namespace {

/// Marks that the subject has the word in hand.
class in_hand {
public:
  in_hand(shared_control& control, const word& w) : control_{control} {
    const std::size_t size = std::min(w.size(), control.letters.size());
    std::memcpy(control.letters.data(), w.data(), size * sizeof(letter));
    control.size = static_cast<std::uint32_t>(size);
    control.calls.fetch_add(1, std::memory_order_relaxed);
    control.inside.store(true, std::memory_order_release);
  }
  ~in_hand() { control_.inside.store(false, std::memory_order_release); }
  in_hand(const in_hand&) = delete;
  in_hand& operator=(const in_hand&) = delete;

private:
  shared_control& control_;
};

} // namespace

void native_caller::find_tails() {
  const word line = word_of(canonical);
  if (deadly_.contains(line))
    return;
  const in_hand mark{control_, line};
  if (call(line, "", false).outcome != SL_SUBJECT_NEED_MORE)
    return;
  for (const char* const tail : {"\r\n", "A: b\r\n\r\n", "\n", "A: b\n\n"})
    if (call(line, tail, false).outcome == SL_SUBJECT_ACCEPTED)
      tails_.emplace_back(tail);
}

/// A line is accepted if it is so with any of the rests of a head.
std::optional<told> native_caller::tell_with_tails(const word& w) {
  const bool cuts = w.find(cut) != w.npos;
  const auto answer = [&](std::string_view tail) {
    return told_of(cuts ? call_pieces(w, tail) : call(w, tail, false));
  };
  const told bare = answer("");
  if (bare.outcome != outcome::need_more || tails_.empty())
    return bare;
  const std::size_t size = bytes_of(w).size();
  std::optional<told> first;
  for (const std::string& tail : tails_) {
    told t = answer(tail);
    if (t.end && *t.end > size)
      t.end.reset(); // of the head, not of the line
    if (t.outcome != outcome::accepted || (first && t != *first))
      return bare;
    first = std::move(t);
  }
  return first;
}

std::optional<told> native_caller::tell(const word& w) {
  if (!deadly_.empty() && deadly_.contains(w))
    return std::nullopt;
  const in_hand mark{control_, w};
  return tell_with_tails(w);
}

observation native_caller::ask(const word& w) {
  if (!tails_.empty() || w.find(cut) != w.npos)
    return caller::ask(w);
  if (!deadly_.empty() && deadly_.contains(w))
    return seen_dead;
  const in_hand mark{control_, w};
  const raw r = call(w, "", false);
  const std::string_view bytes{memory_ + room - w.size(), w.size()};
  const parse_result want = reference(bytes, allowed);
  switch (r.outcome) {
  case SL_SUBJECT_NEED_MORE: return seen_need_more;
  case SL_SUBJECT_REFUSED:
    return !want && want.error != errc::need_more && r.end != SIZE_MAX && r.end != want.end
               ? seen_refused | seen_other_end
               : seen_refused;
  case SL_SUBJECT_ACCEPTED: break;
  default: (void)told_of(r); // throws
  }
  if (!want)
    return seen_accepted;
  unsigned seen = seen_accepted;
  if (r.code != -1 && r.code != want.line.code)
    seen |= seen_other_code;
  if ((r.major != -1 && r.major != want.line.version.major) ||
      (r.minor != -1 && r.minor != want.line.version.minor))
    seen |= seen_other_version;
  if (r.reason != nullptr && std::string_view{r.reason, r.reason_size} != want.line.reason)
    seen |= seen_other_reason;
  if (r.end != SIZE_MAX && r.end != want.end)
    seen |= seen_other_end;
  return static_cast<observation>(seen);
}

observation native_caller::ask_elsewhere(const word& w) {
  if (!deadly_.empty() && deadly_.contains(w))
    return seen_dead;
  const in_hand mark{control_, w};
  return observe(told_of(call(w, "", true)), bytes_of(w), allowed);
}

bool native_caller::reads_ahead(const word& w) {
  constexpr std::size_t further = 64;
  const in_hand mark{control_, w};
  const told alone = told_of(call(w, "", false));
  sigjmp_buf back;
  raw answer{nothing_told};
  if (sigsetjmp(back, 1) != 0) {
    look_ahead = nullptr;
    return true;
  }
  look_ahead = &back;
  const auto before_segv = std::signal(SIGSEGV, on_fault);
  const auto before_bus = std::signal(SIGBUS, on_fault);
  parse_(memory_ + room - w.size(), w.size() + further, &answer);
  look_ahead = nullptr;
  std::signal(SIGSEGV, before_segv);
  std::signal(SIGBUS, before_bus);
  return told_of(answer) != alone;
}

struct children::child {
  pid_t process = -1;
  int pipe = -1;
  std::size_t job = 0;
  std::string text; ///< what it has written so far
  std::uint64_t calls = 0;
  std::size_t hangs = 0;
  std::chrono::steady_clock::time_point heard;
  shared_control* control =
      static_cast<shared_control*>(map(sizeof(shared_control), PROT_READ | PROT_WRITE, MAP_SHARED));

  child() = default;
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() {
    if (process != -1) {
      kill(process, SIGKILL);
      waitpid(process, nullptr, 0);
      close(pipe);
    }
    munmap(control, sizeof(shared_control));
  }
};

void children::start(child& c, const job& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::runtime_error{std::string{"pipe: "} + std::strerror(errno)};
  c.text.clear();
  c.control->calls = 0;
  c.control->inside = false;
  c.calls = 0;
  c.heard = std::chrono::steady_clock::now();
  c.process = fork();
  if (c.process == -1)
    throw std::runtime_error{std::string{"fork: "} + std::strerror(errno)};
  if (c.process != 0) {
    close(ends[1]);
    c.pipe = ends[0];
    return;
  }
  // The child. It ends with the parent, and what the subject prints is not the report.
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (const int null = open("/dev/null", O_WRONLY | O_CLOEXEC); null != -1)
    dup2(null, STDOUT_FILENO);
  json result;
  try {
    native_caller calls{file_, allowed_, *c.control, deadly_};
    result = {{"result", work(calls)}};
  } catch (const std::exception& e) {
    result = {{"error", e.what()}};
  }
  const std::string text = result.dump(-1, ' ', true, json::error_handler_t::replace);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(ends[1], text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR)
      break;
    done += n > 0 ? static_cast<std::size_t>(n) : 0;
  }
  close(ends[1]);
  _exit(0); // no destructor of the parent's objects, and no handler of the subject
}

void children::died(child& c, bool hung) {
  int status = 0;
  if (hung)
    kill(c.process, SIGKILL);
  while (waitpid(c.process, &status, 0) == -1 && errno == EINTR) {
  }
  c.process = -1;
  close(c.pipe);
  std::string note;
  if (hung)
    note = "no answer in " + std::to_string(timeout_.count()) + " ms";
  else if (WIFSIGNALED(status))
    note = "signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
  else
    note = "it ended the process with status " + std::to_string(WEXITSTATUS(status));
  if (!c.control->inside)
    throw subject_error{"the subject does not load: " + note};
  death d;
  d.input = word{c.control->letters.data(), c.control->size};
  d.kind = hung ? difference::hang : difference::crash;
  d.note = std::move(note);
  if (deadly_.insert(d.input).second)
    deaths_.push_back(std::move(d));
}

std::vector<json> children::run(const std::vector<job>& list, const progress& report) {
  constexpr int poll_ms = 50;
  std::vector<json> results(list.size());
  std::vector<std::unique_ptr<child>> running;
  std::size_t next = 0;
  std::size_t done = 0;
  while (done < list.size()) {
    while (next < list.size() && running.size() < jobs_) {
      auto c = std::make_unique<child>();
      c->job = next;
      if (!gave_up()) {
        start(*c, list[next]);
        running.push_back(std::move(c));
      } else {
        ++done;
      }
      ++next;
    }
    std::vector<pollfd> files;
    files.reserve(running.size());
    for (const auto& c : running)
      files.push_back({c->pipe, POLLIN, 0});
    if (!files.empty())
      poll(files.data(), files.size(), poll_ms);
    for (std::size_t i = running.size(); i-- > 0;) {
      child& c = *running[i];
      bool dead = false;
      bool hung = false;
      if (files[i].revents != 0) {
        std::array<char, 65536> buffer{};
        const ssize_t n = ::read(c.pipe, buffer.data(), buffer.size());
        if (n > 0)
          c.text.append(buffer.data(), static_cast<std::size_t>(n));
        else if (n == 0)
          dead = true;
      }
      const std::uint64_t calls = c.control->calls;
      const auto now = std::chrono::steady_clock::now();
      if (calls != c.calls || !c.control->inside) {
        c.calls = calls;
        c.heard = now;
      }
      hung = !dead && now - c.heard > timeout_;
      if (!dead && !hung)
        continue;
      json answer = dead ? json::parse(c.text, nullptr, false) : json{};
      if (!answer.is_object()) {
        died(c, hung);
        c.hangs += hung ? 1 : 0;
        if (gave_up() || c.hangs == most_hangs) {
          ++done;
          running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
          start(c, list[c.job]);
        }
        continue;
      }
      while (waitpid(c.process, nullptr, 0) == -1 && errno == EINTR) {
      }
      c.process = -1;
      close(c.pipe);
      if (answer.contains("error"))
        throw subject_error{answer["error"].get<std::string>()};
      results[c.job] = std::move(answer["result"]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      ++done;
      if (report)
        report(done, list.size());
    }
  }
  return results;
}

} // namespace statusline::conform
