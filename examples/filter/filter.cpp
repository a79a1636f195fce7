// SPDX-License-Identifier: MIT
//
// An HTTP/1.1 proxy for one server. Its clients receive only status lines that the policy accepts;
// in place of any other they receive a 502.
//
//     filter LISTEN_ADDRESS LISTEN_PORT SERVER SERVER_PORT [strict|interop [IDLE_SECONDS]]
//
// Each connection carries one request and one final response. The server cannot begin another one:
// - The status line passes byte for byte. Fields pass only in the form of RFC 9112 section 5 and
//   without obs-fold: clients disagree on where a head of another form ends.
// - `Connection: close` replaces the fields that are about the connection, in the request too.
// - The body passes as RFC 9112 section 6.3 frames it, and nothing passes after it. Chunks lose
//   their extensions and trailer fields.
// - Interim responses pass by the same rules, but 101 is refused, and so is 2xx for CONNECT. The
//   bytes after them are not HTTP and cannot be judged, and some clients read them as the next
//   response.
// A connection ends when no byte could be sent on for a minute (or IDLE_SECONDS).
#include <statusline/statusline.hpp>

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using asio::ip::tcp;
using boost::system::error_code;
using statusline::errc;
using std::chrono::steady_clock;
constexpr auto result = asio::as_tuple(asio::use_awaitable); // errors as values
const std::string close_field = "Connection: close\r\n";
constexpr std::size_t limit = 65536; // bytes of a request's head; of all heads of its response

/// Reads a number below 2^63. Returns -1 if `text` is anything else.
std::int64_t number(std::string_view text, int base) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() && text[0] != '-' ? value : -1;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

struct fields {
  std::string kept{};       // those that pass, and the empty line
  std::int64_t length = -1; // Content-Length, if there is one
  bool chunked = false;
};

/// Reads a header section, with its empty line. Rejects every form that two readers may read
/// differently.
std::optional<fields> read_fields(std::string_view section) {
  fields all;
  for (std::size_t end = 0; section != "\r\n"; section.remove_prefix(end)) {
    end = section.find("\r\n") + 2;
    const auto field = section.substr(0, end - 2);
    const auto name = field.substr(0, field.find(':'));
    constexpr std::string_view token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto control = [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; };
    if (name.empty() || name == field || name.find_first_not_of(token) != name.npos ||
        std::ranges::any_of(field, control))
      return {};
    const auto first = std::min(field.find_first_not_of(" \t", name.size() + 1), field.size());
    const auto value = field.substr(first, field.find_last_not_of(" \t") + 1 - first);
    const auto is = [name](auto... names) { return (same_name(name, names) || ...); };
    if (is("Content-Length") && (all.length >= 0 || (all.length = number(value, 10)) < 0))
      return {};
    if (is("Transfer-Encoding") && (all.chunked || !(all.chunked = same_name(value, "chunked"))))
      return {};
    if (!is("Connection", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade"))
      all.kept += section.substr(0, end);
  }
  all.kept += "\r\n";
  return all.chunked && all.length >= 0 ? std::nullopt : std::optional{all};
}

struct peer {
  tcp::socket socket;
  std::string held{}; // received from it, and not sent on yet
  error_code end{};   // why no more arrives from it
  char buffer[16384] = {};
};

// GCC 12 miscompiles some conditions that hold a co_await: `while (more && co_await read(server))`
// reads even if `more` is false. Here no co_await is an operand of && or ||.
struct session {
  statusline::stream_parser line;
  std::chrono::seconds patience;
  peer client, server{tcp::socket{client.socket.get_executor()}};
  std::string method{};
  std::size_t heads = 0;  // bytes of all heads of the response so far
  std::uint64_t body = 0; // bytes of its body, at most; 0 if it is chunked
  bool chunked = false;
  steady_clock::time_point moved = steady_clock::now();
  error_code ignored{}; // of a socket that the other side has closed before

  asio::awaitable<void> idle() {
    asio::steady_timer timer{client.socket.get_executor()};
    while (moved + patience > steady_clock::now()) {
      timer.expires_at(moved + patience);
      co_await timer.async_wait(result);
    }
  }

  asio::awaitable<void> exchange(const tcp::resolver::results_type& where) {
    if (!co_await request_head())
      co_return co_await (requests() && answer({"Bad Request", 400, {1, 1}, {}}));
    const auto first = co_await (asio::async_connect(server.socket, where, result) || departure());
    if (first.index() == 0) // connected; or not, and then reading from it fails, which is a 502
      co_await (requests() && responses());
  }

  /// Reads the request's head and makes it ask for one exchange. False if its form is not allowed.
  asio::awaitable<bool> request_head() {
    auto& held = client.held;
    const auto end = co_await find(client, 0, "\n\r\n");
    const auto at = held.find('\n') + 1;
    const auto got = end == 0 ? std::nullopt : read_fields({&held[at], end - at});
    if (got)
      held.replace(at, end - at, close_field + got->kept);
    method = held.substr(0, held.find(' '));
    co_return got.has_value();
  }

  /// Returns once the client has gone. A client that only ended its side, and waits for a response,
  /// looks the same: so connecting gets another moment.
  asio::awaitable<void> departure() {
    bool more = true;
    while (more && client.held.size() < limit)
      more = co_await read(client);
    if (more)
      co_await client.socket.async_wait(tcp::socket::wait_error, result);
    asio::steady_timer moment{client.socket.get_executor(), std::chrono::milliseconds{200}};
    co_await moment.async_wait(result);
  }

  /// When the server accepts no more bytes, the rest is read and dropped: closing with unread bytes
  /// is a reset, which may discard sent bytes that the client has not read yet.
  asio::awaitable<void> requests() {
    for (bool accepted = true, more = true; more;) {
      if (accepted)
        accepted = co_await write(server, client.held);
      client.held.clear();
      more = co_await read(client);
    }
    client.end == asio::error::eof ? end_of(server) : close();
  }

  asio::awaitable<void> responses() {
    bool sent = false;
    do {
      const auto size = co_await response_head();
      if (size == 0)
        co_return co_await answer({"Bad Gateway", 502, {1, 1}, {}});
      sent = co_await pass(size + body);
    } while (sent && line.line().code < 200);
    if (sent && chunked)
      co_await chunks();
    server.socket.close(ignored);
    end_of(client);
  }

  asio::awaitable<void> answer(statusline::status_line status) {
    char text[64];
    server.held.assign(text, statusline::write(text, status));
    server.held += "Content-Length: 0\r\nConnection: close\r\n\r\n";
    server.socket.close(ignored);
    co_await pass(server.held.size());
    end_of(client);
  }

  /// Reads the next head and rewrites it for the client. Returns its size; 0 refuses it.
  asio::awaitable<std::size_t> response_head() {
    auto& held = server.held;
    std::size_t at = 0;
    line.reset();
    for (bool more = true; more && line.error() == errc::need_more;) {
      if (at == held.size())
        more = co_await read(server);
      at += line.feed(std::string_view{held}.substr(at)).used;
    }
    if (line.error() != errc::ok)
      co_return refusal(to_string(line.error()));
    const auto [major, minor] = line.line().version;
    const auto code = line.line().code;
    if (major != 1 || minor > 1)
      co_return refusal("version");
    if (code < 100 || code == 101 || (method == "CONNECT" && code / 100 == 2))
      co_return refusal("code");

    const auto end = co_await find(server, at - 1, "\n\r\n");
    const auto got = end == 0 ? std::nullopt : read_fields({&held[at], end - at});
    const bool interim = code < 200;
    heads += end;
    if (!got || heads > limit || (got->chunked && minor == 0) ||
        (interim && (got->chunked || got->length >= 0)))
      co_return refusal("fields");
    const auto passing = interim ? got->kept : close_field + got->kept;
    held.replace(at, end - at, passing);
    const bool bodiless = interim || method == "HEAD" || code == 204 || code == 304;
    chunked = got->chunked && !bodiless;
    body = static_cast<std::uint64_t>(got->length < 0 ? INT64_MAX : got->length);
    if (bodiless || chunked)
      body = 0;
    co_return at + passing.size();
  }
  std::size_t refusal(std::string_view why) const {
    return std::fprintf(stderr, "refused: %s at byte %zu\n", why.data(), line.end()), 0;
  }

  /// Sends a chunked body, up to an error in its framing.
  asio::awaitable<void> chunks() {
    auto& held = server.held;
    for (;;) {
      const auto end = co_await find(server, 0, "\r\n");
      const auto digits = std::min(held.find_first_of("; \t\r"), held.size());
      const auto size = number({held.data(), digits}, 16);
      if (end == 0 || size < 0)
        co_return;
      const std::string_view rest = size > 0 ? "\r\n" : "\r\n\r\n";
      held.replace(digits, end - digits, rest);
      co_await pass(digits + rest.size() + static_cast<std::uint64_t>(size));
      if (size == 0)
        co_return;
      const auto after = co_await find(server, 0, "\r\n");
      if (after != 2)
        co_return;
      co_await pass(2);
    }
  }

  /// Sends the server's next `size` bytes to the client as they arrive. False if there are fewer.
  asio::awaitable<bool> pass(std::uint64_t size) {
    for (bool more = true; more && size > 0;) {
      if (server.held.empty())
        more = co_await read(server);
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, server.held.size()));
      if (!co_await write(client, {server.held.data(), part}))
        co_return close(), false;
      server.held.erase(0, part);
      size -= part;
    }
    co_return size == 0;
  }

  /// Reads until `what` appears at `at` or later. Returns where it ends; 0 if it does not appear.
  asio::awaitable<std::size_t> find(peer& from, std::size_t at, std::string_view what) {
    for (bool more = true; more;) {
      if (const auto found = from.held.find(what, at); found != from.held.npos)
        co_return found + what.size();
      at = std::max(at, from.held.size() - std::min(from.held.size(), what.size()));
      more = from.held.size() < limit;
      if (more)
        more = co_await read(from);
    }
    co_return 0;
  }

  /// Returns false if no more arrives.
  asio::awaitable<bool> read(peer& from) {
    if (from.end)
      co_return false; // Asio does not report an end twice
    const auto into = asio::buffer(from.buffer);
    const auto [end, size] = co_await from.socket.async_read_some(into, result);
    from.held.append(from.buffer, size);
    if (end != asio::error::operation_aborted) // it is when departure() is no longer awaited
      from.end = end;
    co_return !end;
  }
  asio::awaitable<bool> write(peer& to, std::string_view bytes) {
    const auto [error, size] = co_await asio::async_write(to.socket, asio::buffer(bytes), result);
    moved = error ? moved : steady_clock::now();
    co_return !error;
  }
  void end_of(peer& to) { to.socket.shutdown(tcp::socket::shutdown_send, ignored); }
  void close() { client.socket.close(ignored), server.socket.close(ignored); }
};

} // namespace

int main(int argc, char** argv) try {
  const std::string policy = argc > 5 ? argv[5] : "strict";
  const auto patience = argc > 6 ? number(argv[6], 10) : 60;
  if (argc < 5 || argc > 7 || (policy != "strict" && policy != "interop") || patience < 1 ||
      patience > INT32_MAX)
    throw std::invalid_argument{
        "LISTEN_ADDRESS LISTEN_PORT SERVER SERVER_PORT [strict|interop [IDLE_SECONDS]]"};
  std::signal(SIGPIPE, SIG_IGN); // Asio writes without it, but standard error may be a pipe too
  asio::io_context io{1};
  tcp::resolver names{io};
  tcp::acceptor door{io, *names.resolve(argv[1], argv[2])};
  door.set_option(tcp::no_delay{true}); // which what it accepts inherits
  const auto server = names.resolve(argv[3], argv[4]);
  std::fprintf(stderr, "listening on port %d\n", door.local_endpoint().port());
  const auto serve = [&](tcp::socket client) -> asio::awaitable<void> {
    const auto allowed = policy == "strict" ? statusline::strict : statusline::interop;
    session s{
        statusline::stream_parser{allowed}, std::chrono::seconds{patience}, {std::move(client)}};
    co_await (s.exchange(server) || s.idle());
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
