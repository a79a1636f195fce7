// SPDX-License-Identifier: MIT
#include "platform.hpp"

#include <cerrno>
#include <csignal>

namespace {
volatile std::sig_atomic_t signalled = 0;
} // namespace

bool statusline::cli::platform::interrupted() noexcept { return signalled != 0; }

#ifdef _WIN32

#include <algorithm>
#include <cstdlib>
#include <vector>

#define NOMINMAX 1
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>

namespace statusline::cli::platform {
namespace {

// Some versions of Windows fail on more in one call if the file is a console.
constexpr std::size_t most_at_once = std::size_t{1} << 15;

/// Empty if it is not UTF-8.
std::wstring to_utf16(const std::string& text) {
  const auto convert = [&](wchar_t* to, int size) {
    return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text.c_str(),
                               static_cast<int>(text.size()), to, size);
  };
  std::wstring out(static_cast<std::size_t>(convert(nullptr, 0)), L'\0');
  convert(out.data(), static_cast<int>(out.size()));
  return out;
}

std::string to_utf8(const wchar_t* text) {
  const auto convert = [&](char* to, int size) {
    return WideCharToMultiByte(CP_UTF8, 0, text, -1, to, size, nullptr, nullptr);
  };
  std::string out(static_cast<std::size_t>(convert(nullptr, 0)), '\0');
  convert(out.data(), static_cast<int>(out.size()));
  out.resize(out.empty() ? 0 : out.size() - 1); // its NUL
  return out;
}

HANDLE handle(int file) { return reinterpret_cast<HANDLE>(_get_osfhandle(file)); }

} // namespace

void start(int& argc, char**& argv) {
  int count = 0;
  if (wchar_t** const wide = CommandLineToArgvW(GetCommandLineW(), &count)) {
    static std::vector<std::string> words;
    static std::vector<char*> pointers;
    words.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
      words.push_back(to_utf8(wide[i]));
    LocalFree(wide);
    for (std::string& word : words)
      pointers.push_back(word.data());
    pointers.push_back(nullptr);
    argc = count;
    argv = pointers.data();
  }
  for (const int file : {standard_input, standard_output})
    _setmode(file, _O_BINARY);
  static const UINT code_page_before = GetConsoleOutputCP();
  if (code_page_before != 0 && SetConsoleOutputCP(CP_UTF8) != 0)
    std::atexit([] { SetConsoleOutputCP(code_page_before); });
}

int open(const std::string& name) noexcept {
  const std::wstring wide = to_utf16(name);
  if (wide.empty()) {
    errno = ENOENT;
    return -1;
  }
  return _wopen(wide.c_str(), _O_RDONLY | _O_BINARY | _O_NOINHERIT);
}

void close(int file) noexcept { _close(file); }

void catch_interrupt() noexcept {
  std::signal(SIGINT, [](int) { signalled = 1; }); // the library resets it to the default
}

std::ptrdiff_t read(int file, char* to, std::size_t size) noexcept {
  if (signalled != 0) {
    errno = EINTR;
    return -1;
  }
  return _read(file, to, static_cast<unsigned>(std::min(size, std::size_t{1} << 30)));
}

std::ptrdiff_t write(int file, const char* from, std::size_t size) noexcept {
  const int written = _write(file, from, static_cast<unsigned>(std::min(size, most_at_once)));
  if (written < 0) // for a pipe without a reader the library reports EINVAL
    for (const unsigned long gone : {ERROR_NO_DATA, ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED})
      if (_doserrno == gone)
        errno = EPIPE;
  return written;
}

bool is_terminal(int file) noexcept {
  DWORD mode = 0;
  return GetConsoleMode(handle(file), &mode) != 0 &&
         SetConsoleMode(handle(file), mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
}

std::size_t columns(int terminal) noexcept {
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (GetConsoleScreenBufferInfo(handle(terminal), &info) == 0)
    return 0;
  return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

} // namespace statusline::cli::platform

#else

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace statusline::cli::platform {

void start(int& /*argc*/, char**& /*argv*/) {
  // Opened in the wrong direction, so that both reading and writing fail with EBADF.
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(file, F_GETFD) < 0 && errno == EBADF)
      (void)::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  std::signal(SIGPIPE, SIG_IGN);
}

int open(const std::string& name) noexcept { return ::open(name.c_str(), O_RDONLY | O_CLOEXEC); }

void close(int file) noexcept { ::close(file); }

void catch_interrupt() noexcept {
  struct sigaction before {};
  if (::sigaction(SIGINT, nullptr, &before) == 0 && before.sa_handler == SIG_IGN)
    return;
  struct sigaction action {};
  action.sa_handler = [](int) { signalled = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND); // and no SA_RESTART: a read that waits must end
  ::sigaction(SIGINT, &action, nullptr);
}

std::ptrdiff_t read(int file, char* to, std::size_t size) noexcept {
  while (signalled == 0) {
    const ssize_t n = ::read(file, to, size);
    // A pipe that ends at the moment of the signal does not complete an input.
    if (signalled == 0 && (n >= 0 || errno != EINTR))
      return n;
  }
  errno = EINTR;
  return -1;
}

std::ptrdiff_t write(int file, const char* from, std::size_t size) noexcept {
  for (;;)
    if (const ssize_t n = ::write(file, from, size); n >= 0 || errno != EINTR)
      return n;
}

bool is_terminal(int file) noexcept { return ::isatty(file) != 0; }

std::size_t columns(int terminal) noexcept {
  winsize size{};
  return ::ioctl(terminal, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

} // namespace statusline::cli::platform

#endif
