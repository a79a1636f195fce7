// SPDX-License-Identifier: MIT
//
// A TCP proxy. A status line that the policy takes goes through byte for byte, and so does what
// follows it; in place of any other the client gets a 502.
//
//     filter LISTEN_ADDRESS LISTEN_PORT SERVER SERVER_PORT [strict|interop [IDLE_SECONDS]]
//
// Where a second response begins depends on header fields, which are not this library's business.
// So `Connection: close` goes into the final response: no client may read another one after it.
// A connection on which nothing has moved for a minute (or IDLE_SECONDS) ends.
#include <statusline/statusline.hpp>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using asio::ip::tcp;
using statusline::errc;
using std::chrono::steady_clock;
constexpr auto result = asio::as_tuple(asio::use_awaitable); // errors as values

struct session {
  statusline::stream_parser line;
  std::chrono::seconds patience;
  tcp::socket client, server{client.get_executor()};
  std::string held{}; // of the response, not sent yet
  steady_clock::time_point moved = steady_clock::now();
  char buffer[16384] = {};
  boost::system::error_code ignored{}; // of a socket that the other side has closed before

  asio::awaitable<void> idle() {
    asio::steady_timer timer{client.get_executor()};
    while (moved + patience > steady_clock::now()) {
      timer.expires_at(moved + patience);
      co_await timer.async_wait(result);
    }
  }

  /// Once the server takes no more, the rest is read and dropped: to close on unread bytes is to
  /// reset, which takes back what the client has been sent and has not read yet.
  asio::awaitable<void> requests() {
    char request[16384];
    for (bool taken = true;;) {
      const auto [end, size] = co_await client.async_read_some(asio::buffer(request), result);
      if (end)
        co_return end == asio::error::eof ? end_of(server) : close();
      taken = taken && co_await write(server, {request, size});
    }
  }

  asio::awaitable<void> responses() {
    bool passes = co_await heads();
    if (!passes) {
      const char* const why = line.error() == errc::ok ? "fields" : to_string(line.error()).data();
      std::fprintf(stderr, "refused: %s at byte %zu\n", why, line.end());
      char status[64];
      held.assign(status, statusline::write(status, {"Bad Gateway", 502, {1, 1}, {}}));
      held += "Content-Length: 0\r\nConnection: close\r\n\r\n";
      server.close(ignored);
    }
    while (co_await send(held.size()) && passes)
      passes = co_await read_past(0);
    end_of(client);
  }

  /// Sends the heads of interim responses, and says whether the client may have what is held then.
  /// A line or a head is refused as a whole: none of it has been sent.
  asio::awaitable<bool> heads() {
    for (std::size_t at = 0;; at = 0, line.reset()) {
      while (line.error() == errc::need_more && co_await read_past(at))
        at += line.feed(std::string_view{held}.substr(at)).used;
      if (line.error() != errc::ok)
        co_return false;
      const auto code = line.line().code;
      if (code / 100 != 1 || code == 101) // after 101 it is not HTTP any more
        co_return held.insert(at, code == 101 ? "" : "Connection: close\r\n"), true;
      // Readers differ on whether LF LF or CR CR ends a header section, so neither passes.
      for (; !std::string_view{held}.substr(0, at).ends_with("\n\r\n"); ++at)
        if (!co_await read_past(at) || at == 65536 || (held[at] == '\n') != (held[at - 1] == '\r'))
          co_return false;
      co_await send(at);
    }
  }

  /// Reads until more than `at` bytes are held; false if no more come.
  asio::awaitable<bool> read_past(std::size_t at) {
    if (at >= held.size()) {
      const auto [end, size] = co_await server.async_read_some(asio::buffer(buffer), result);
      held.append(buffer, size);
      moved = steady_clock::now();
    }
    co_return at < held.size();
  }
  asio::awaitable<bool> send(std::size_t size) {
    const bool sent = co_await write(client, {held.data(), size});
    held.erase(0, size);
    co_return sent || (close(), false);
  }
  asio::awaitable<bool> write(tcp::socket& to, std::string_view bytes) {
    const auto [error, size] = co_await asio::async_write(to, asio::buffer(bytes), result);
    moved = error ? moved : steady_clock::now();
    co_return !error;
  }
  void end_of(tcp::socket& to) { to.shutdown(tcp::socket::shutdown_send, ignored); }
  void close() { client.close(ignored), server.close(ignored); }
};

} // namespace

int main(int argc, char** argv) try {
  const std::string policy = argc > 5 ? argv[5] : "strict";
  if (argc < 5 || (policy != "strict" && policy != "interop"))
    throw std::invalid_argument{"LISTEN_ADDRESS LISTEN_PORT SERVER SERVER_PORT [strict|interop]"};
  std::signal(SIGPIPE, SIG_IGN); // Asio writes without it, but standard error may be a pipe too
  const std::chrono::seconds patience{argc > 6 ? std::stoi(argv[6]) : 60};
  asio::io_context io{1};
  tcp::resolver names{io};
  tcp::acceptor door{io, *names.resolve(argv[1], argv[2])};
  door.set_option(tcp::no_delay{true}); // which what it accepts inherits
  const auto server = names.resolve(argv[3], argv[4]);
  std::fprintf(stderr, "listening on port %d\n", door.local_endpoint().port());
  const auto serve = [&](tcp::socket client) -> asio::awaitable<void> {
    const auto taken = policy == "strict" ? statusline::strict : statusline::interop;
    session s{statusline::stream_parser{taken}, patience, std::move(client)};
    co_await asio::async_connect(s.server, server, result); // or reading from it fails: a 502
    co_await ((s.requests() && s.responses()) || s.idle());
  };
  const auto accept = [&]() -> asio::awaitable<void> {
    for (asio::steady_timer rest{io};; rest.expires_after(std::chrono::milliseconds{100})) {
      auto [error, client] = co_await door.async_accept(result);
      if (!error)
        asio::co_spawn(io, serve(std::move(client)), asio::detached);
      else // no descriptor is left: others have to end first
        co_await rest.async_wait(result);
    }
  };
  asio::co_spawn(io, accept, asio::detached);
  io.run();
} catch (const std::exception& e) {
  return std::fprintf(stderr, "filter: %s\n", e.what()), 1;
}
