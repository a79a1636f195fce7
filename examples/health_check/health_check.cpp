// SPDX-License-Identifier: MIT
//
// Asks all backends at once for their status, and reads no further than the status line.
//
//     health_check [--policy strict|interop|permissive] [--timeout SECONDS] HOST[:PORT]...
//
// An IPv6 address needs brackets. One line for each backend, in the order of the arguments: its
// name, then code, reason, quirks and milliseconds from the request to the end of the status line;
// or the error, and its offset in the line. Exits with 1 if a backend sent no line that the policy
// (interop) accepts before the timeout (2 s, from the start), or a code outside 200 to 499.
#include <statusline/statusline.hpp>

#include <boost/asio.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// A server chooses the bytes of a reason, and a terminal obeys some of them.
std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    char shown[5];
    const bool odd = c < ' ' || c > '~' || c == '\\' || c == '"';
    std::snprintf(shown, sizeof shown, odd ? "\\x%02x" : "%c", c & 0xff);
    text += shown;
  }
  return text;
}

/// Reads a number of seconds from 0.001 to 10^9. Returns 0 if `text` is anything else.
std::chrono::milliseconds read_seconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool fits = value >= 0.001 && value <= 1e9; // which a NaN does not
  const bool read = error == std::errc{} && end == text.data() + text.size() && fits;
  return std::chrono::milliseconds{read ? static_cast<std::int64_t>(value * 1000) : 0};
}

class probe {
public:
  probe(std::string name, statusline::policy policy) : name_{std::move(name)}, line_{policy} {
    if (const auto colon = name_.rfind(':'); colon != name_.npos && !name_.ends_with(']')) {
      host_ = name_.substr(0, colon);
      port_ = name_.substr(colon + 1);
    }
  }

  asio::awaitable<void> run(asio::thread_pool& names) {
    error_code error;
    auto then = asio::redirect_error(asio::use_awaitable, error);
    tcp::socket socket{co_await asio::this_coro::executor};
    // async_resolve() resolves one name after another, so a slow one would delay the rest.
    const auto where = co_await asio::co_spawn(names, look_up(error), asio::use_awaitable);
    if (!error)
      co_await asio::async_connect(socket, where, then);
    const auto asked = std::chrono::steady_clock::now();
    const auto request = "GET / HTTP/1.1\r\nHost: " + name_ + "\r\nConnection: close\r\n\r\n";
    if (error_code ignored; !error) // a server may answer without having read the request
      asio::write(socket, asio::buffer(request), ignored);
    for (bool decided = false; !decided && !error;) {
      char buffer[512];
      const auto size = co_await socket.async_read_some(asio::buffer(buffer), then);
      decided = take({buffer, size});
      took_ = std::chrono::steady_clock::now() - asked;
    }
    if (error == asio::error::eof)
      line_.finish(); // the policy decides whether that makes a line
    failure_ = error && error != asio::error::eof ? error.message() : to_string(line_.error());
  }

  /// Prints the result; returns true if the backend is well.
  [[nodiscard]] bool report() const {
    const auto line = line_.line();
    const bool ok = line_.error() == statusline::errc::ok;
    if (ok)
      std::printf("%s  %03d  \"%s\"", name_.c_str(), line.code, printable(reason_).c_str());
    else
      std::printf("%s  %s at byte %zu", name_.c_str(), failure_.c_str(), line_.end());
    for (const auto quirk : line.quirks | line_.refused())
      std::printf("  %s%s", ok ? "" : "lacks ", to_string(quirk).data());
    ok ? std::printf("  %.1f ms\n", took_.count()) : std::puts("");
    return ok && line.code >= 200 && line.code < 500;
  }

private:
  asio::awaitable<tcp::resolver::results_type> look_up(error_code& error) const {
    const auto host = host_.starts_with('[') ? host_.substr(1, host_.rfind(']') - 1) : host_;
    co_return tcp::resolver{co_await asio::this_coro::executor}.resolve(host, port_, error);
  }

  /// Returns true once a final line is decided; skips interim responses and their fields.
  bool take(std::string_view piece) {
    for (std::size_t i = 0; i < piece.size(); ++i) {
      if (in_fields_) {
        in_fields_ = piece[i] != '\n' || !blank_;
        blank_ = piece[i] == '\n' || (piece[i] == '\r' && blank_);
        continue;
      }
      const auto got = line_.feed(piece.substr(i));
      reason_ += got.reason_part;
      const auto code = line_.line().code;
      if (got.error == statusline::errc::need_more || code / 100 != 1 || code == 101)
        return got.error != statusline::errc::need_more;
      i += got.used - 1;
      line_.reset();
      reason_.clear();
      in_fields_ = blank_ = true;
    }
    return false;
  }

  std::string name_, host_ = name_, port_ = "80", reason_, failure_ = "timeout";
  statusline::stream_parser line_;
  bool in_fields_ = false, blank_ = false;
  std::chrono::duration<double, std::milli> took_{};
};

} // namespace

int main(int argc, char** argv) {
  statusline::policy policy = statusline::interop;
  std::chrono::milliseconds timeout{2000};
  int i = 1;
  for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
    const auto option = std::string{argv[i]} + ' ' + argv[i + 1];
    if (option == "--policy strict" || option == "--policy permissive")
      policy = option.ends_with("strict") ? statusline::strict : statusline::permissive;
    else if (option.starts_with("--timeout "))
      timeout = read_seconds(argv[i + 1]);
    else if (option != "--policy interop")
      break;
  }
  if (i >= argc || argv[i][0] == '-' || timeout.count() == 0)
    return std::fputs("usage: health_check [--policy P] [--timeout S] HOST[:PORT]...\n", stderr), 2;
  asio::io_context io{1};
  asio::thread_pool names{static_cast<std::size_t>(std::min(argc - i, 64))};
  std::list<probe> probes;
  for (; i < argc; ++i)
    asio::co_spawn(io, probes.emplace_back(argv[i], policy).run(names), asio::detached);
  io.run_for(timeout);

  bool healthy = true;
  for (const probe& p : probes)
    healthy = p.report() && healthy;
  healthy = std::fflush(stdout) == 0 && healthy;
  std::_Exit(healthy ? 0 : 1); // a silent name server must not delay the exit
}
