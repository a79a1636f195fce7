// SPDX-License-Identifier: MIT
//
// The options of each kind of subject, and the functions that run them.
#pragma once

#include "verdict.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace statusline::conform {

/// The options that every kind of subject has.
struct run_options {
  std::string subject;                  ///< FILE.so, or a command line
  quirk_set allowed;                    ///< by the policy that the subject is held against
  std::chrono::milliseconds timeout{0}; ///< for one answer; 0: the kind's own
  unsigned jobs = 1;
  /// Further inputs to ask about, such as the witnesses of an --accept file: `verdict::answers` has
  /// an answer for each, after the cases, with the hex of the input as its id.
  std::vector<std::string> inputs;
  conform::progress progress; ///< may be empty
};

struct library_options : run_options {
  int extra_states = 2;
  bool learn = true; ///< the subject's automaton
};

struct command_options : run_options {
  int extra_states = 1;
  bool learn = true;
};

/// How the server cuts a response into writes.
enum class cutting : std::uint8_t {
  whole,
  bytes, ///< one byte each
  every, ///< once whole, and once in two at every place
};

struct client_options : run_options {
  cutting cut = cutting::whole;
};

struct serve_options {
  std::uint16_t port = 0; ///< 0: any free one, which is printed
  std::chrono::milliseconds timeout{10'000};
};

/// Each asks the subject about all cases, and does what its kind can do beyond that. The verdict is
/// the same for any number of jobs. Throws subject_error if the subject cannot be run.
[[nodiscard]] verdict check_library(const library_options& options);
[[nodiscard]] verdict check_command(const command_options& options);
[[nodiscard]] verdict check_client(const client_options& options);

/// Answers requests on 127.0.0.1 until SIGINT or SIGTERM. Throws std::runtime_error if the port is
/// not free.
void serve(const serve_options& options);

} // namespace statusline::conform
