// SPDX-License-Identifier: MIT
//
// A subject in a shared library, called in child processes: a crash or a hang of the subject ends a
// child, and the work goes on in the next one.
#pragma once

#include "caller.hpp"
#include "verdict.hpp"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace statusline::conform {

struct shared_control; // what parent and child share

/// Calls a library in this process.
class native_caller : public caller {
public:
  /// Throws subject_error if it cannot be loaded. `deadly` are words that it is not asked about.
  native_caller(const std::string& file, quirk_set reference_allows, shared_control& control,
                const std::set<word>& deadly);
  ~native_caller() override;

  [[nodiscard]] std::optional<told> tell(const word& w) override;
  [[nodiscard]] observation ask(const word& w) override;
  /// The same with the bytes at another address: right behind memory that cannot be read.
  [[nodiscard]] observation ask_elsewhere(const word& w);
  /// Whether the answer about `w` needs the bytes that follow it: asks about a longer input whose
  /// further bytes cannot be read. Precondition: no cuts; the subject decides `w`.
  [[nodiscard]] bool reads_ahead(const word& w);

  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool reads_pieces() const noexcept { return pieces_ != nullptr; }
  /// The rests of a head after which it accepts a line; empty if it needs none.
  [[nodiscard]] const std::vector<std::string>& tails() const noexcept { return tails_; }

private:
  struct raw;
  using parse_fn = void (*)(const char*, std::size_t, raw*);
  using pieces_fn = void (*)(const char* const*, const std::size_t*, std::size_t, raw*);

  raw call(const word& w, std::string_view tail, bool elsewhere);
  raw call_pieces(const word& w, std::string_view tail);
  std::optional<told> tell_with_tails(const word& w);
  void find_tails();

  shared_control& control_;
  const std::set<word>& deadly_;
  void* library_ = nullptr;
  parse_fn parse_ = nullptr;
  pieces_fn pieces_ = nullptr;
  const char* (*name_)() = nullptr;
  char* memory_ = nullptr; ///< between two stretches that cannot be read
  std::vector<std::string> tails_;
};

/// A word that the subject died of.
struct death {
  word input;
  difference kind = difference::crash; ///< or `hang`
  std::string note;
};

/// Runs jobs in children, each with a caller of its own.
class children {
public:
  using job = std::function<nlohmann::json(native_caller&)>;

  children(std::string file, quirk_set allowed, std::chrono::milliseconds timeout, unsigned jobs)
      : file_{std::move(file)}, allowed_{allowed}, timeout_{timeout}, jobs_{jobs} {}

  /// The results in the order of the jobs. A job during which the subject dies begins anew, without
  /// the word that it died of; after `most_deaths`, what is open is left out, and its result is
  /// null. Throws subject_error if the subject cannot be loaded.
  std::vector<nlohmann::json> run(const std::vector<job>& list, const progress& report = {});

  /// In the order in which they were found.
  [[nodiscard]] const std::vector<death>& deaths() const noexcept { return deaths_; }
  [[nodiscard]] bool gave_up() const noexcept { return deaths_.size() >= most_deaths; }

  static constexpr std::size_t most_deaths = 64;
  static constexpr std::size_t most_hangs = 3;

private:
  struct child;

  void start(child& c, const job& work);
  void died(child& c, bool hung);

  std::string file_;
  quirk_set allowed_;
  std::chrono::milliseconds timeout_;
  unsigned jobs_;
  std::vector<death> deaths_;
  std::set<word> deadly_;
};

} // namespace statusline::conform
