// SPDX-License-Identifier: MIT
//
// A program that runs for one answer, with a time limit.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace statusline::conform {

/// The words of a command line, as a shell has them: white space separates, quotes and backslashes
/// keep. Nothing is expanded. Throws subject_error if a quote is open or there is no word.
[[nodiscard]] std::vector<std::string> split_words(std::string_view command);

/// How a program ended.
struct child_end {
  bool timed_out = false;
  int signal = 0; ///< that ended it; 0: it exited
  int status = 0; ///< of its exit
  std::string out, err;
};

/// Runs a program to its end or its limit, with nothing to read, in a process group of its own. The
/// group is killed in any case: what it has started ends with it. Of each output the first 4 MiB
/// are kept. Throws subject_error if it cannot be started.
[[nodiscard]] child_end run_child(const std::vector<std::string>& words,
                                  std::chrono::milliseconds limit);

} // namespace statusline::conform
