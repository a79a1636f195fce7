// SPDX-License-Identifier: MIT
//
// The operating system, for the tool: POSIX or Windows. Only this file depends on which.
#pragma once

#include <cstddef>
#include <string>

namespace statusline::cli::platform {

inline constexpr int standard_input = 0;
inline constexpr int standard_output = 1;
inline constexpr int standard_error = 2;

/// Prepares a process. Call it first. Then
/// - the arguments are UTF-8 on systems with another encoding too;
/// - the three standard files pass on every byte as it is;
/// - a standard file that is closed fails with EBADF, and no other file gets its number;
/// - a write to a pipe without a reader fails with EPIPE.
void start(int& argc, char**& argv);

/// A descriptor, or -1 and errno. `name` is UTF-8.
[[nodiscard]] int open(const std::string& name) noexcept;
void close(int file) noexcept;

/// As POSIX's read() and write(), but never EINTR (see catch_interrupt()): the bytes done (0 from
/// read(): the end), or -1 and errno.
[[nodiscard]] std::ptrdiff_t read(int file, char* to, std::size_t size) noexcept;
[[nodiscard]] std::ptrdiff_t write(int file, const char* from, std::size_t size) noexcept;

/// From now on the first SIGINT (Ctrl-C) fails the read that waits, and each further one, with
/// EINTR; the second ends the process. A signal that is ignored stays ignored.
void catch_interrupt() noexcept;
[[nodiscard]] bool interrupted() noexcept;

/// Whether the file is a terminal, one that understands escape sequences.
[[nodiscard]] bool is_terminal(int file) noexcept;
/// The width of a terminal; 0 if it is not known.
[[nodiscard]] std::size_t columns(int terminal) noexcept;

} // namespace statusline::cli::platform
