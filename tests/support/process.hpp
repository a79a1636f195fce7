// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Starts the tool, or another program, as its users do: a process with arguments, files, pipes and
/// an exit status. Linked by statusline_process, which also builds the tool and names it.
namespace statusline::support {

using arguments = std::vector<std::string>;

/// Writes the standard input of a process to a descriptor, which is closed afterwards.
using feeder = std::function<void(int)>;

struct outcome {
  int status = -1; ///< the exit status, or 128 plus the signal
  std::string out, err;
  long peak_kib = 0; ///< the maximum of resident memory
};

/// The program, and commands of a shell that sets its files up: "exec 0<&-".
struct setting {
  std::string program, commands;
};
inline const setting the_tool{STATUSLINE_TOOL, {}};
[[nodiscard]] setting after(const std::string& commands);

/// Writes all bytes, or as many as the reader accepts.
void write_all(int fd, std::string_view bytes);

[[nodiscard]] outcome run(const arguments& args, const feeder& feed, const setting& how = the_tool);
[[nodiscard]] outcome run(const arguments& args, std::string_view input = "",
                          const setting& how = the_tool);

/// A directory that is removed with its contents.
class scratch {
public:
  scratch();
  ~scratch();
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  /// Writes a file there, and returns its path.
  [[nodiscard]] std::string file(const std::string& name, std::string_view bytes) const;
  [[nodiscard]] std::string path() const { return directory_; }

private:
  std::filesystem::path directory_;
};

} // namespace statusline::support
