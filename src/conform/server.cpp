// SPDX-License-Identifier: MIT
#include "server.hpp"

#include "accept.hpp"
#include "judgement.hpp"
#include "options.hpp"

#include <cli/text.hpp>

#include <boost/asio.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>

namespace statusline::conform {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t request_limit = std::size_t{64} * 1024;
constexpr std::size_t connection_limit = 256;
constexpr int waits_per_connection = 64;
/// Long enough for a client on the same machine to read a piece by itself.
constexpr milliseconds between_pieces{2};
/// For the end of a client that has been sent everything.
constexpr milliseconds last_wait{500};
/// So much of a line's start, and of its end, goes out with pauses: a long line is in time too.
constexpr std::size_t paused_ends = 64;

constexpr std::string_view keep_alive = "Connection: keep-alive";

std::string fields_of(std::string_view body) {
  return "Content-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string{keep_alive} + "\r\n\r\n";
}

std::string whole(std::string_view line, std::string_view body) {
  return std::string{line} + "\r\n" + fields_of(body) + std::string{body};
}

std::string sentinel() { return whole("HTTP/1.1 299 Sentinel", "sentinel"); }

/// A request, as far as the server looks at it.
struct request {
  std::string method, path, cut = "whole";
  bool closes = false;
  bool has_body = false;
};

/// Reads a request head with its empty line; nothing if it is none.
std::optional<request> read_request(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == line.npos || second <= first + 1 || !line.substr(second + 1).starts_with("HTTP/1."))
    return std::nullopt;
  request r;
  r.method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, second - first - 1);
  if (target.starts_with("http://")) { // a client that believes the server to be a proxy
    const std::size_t slash = target.find('/', 7);
    target = slash == target.npos ? "/" : target.substr(slash);
  }
  if (const std::size_t query = target.find('?'); query != target.npos) {
    if (!target.substr(query).starts_with("?cut="))
      return std::nullopt;
    r.cut = target.substr(query + 5);
    target = target.substr(0, query);
  }
  r.path = target;
  std::string fields;
  for (const char c : head.substr(line.size()))
    fields += cli::lower(c);
  r.closes = fields.find("\nconnection: close") != fields.npos ||
             (line.ends_with("HTTP/1.0") && fields.find("keep-alive") == fields.npos);
  r.has_body = fields.find("\ntransfer-encoding:") != fields.npos ||
               (fields.find("\ncontent-length:") != fields.npos &&
                fields.find("\ncontent-length: 0\r") == fields.npos);
  return r;
}

/// The input that a path names.
std::optional<std::string> input_of(std::string_view path) {
  if (path.starts_with("/hex/"))
    return from_hex(path.substr(5));
  static const std::map<std::string, const test_case*, std::less<>> by_id = [] {
    std::map<std::string, const test_case*, std::less<>> cases;
    for (const test_case& c : all_cases())
      cases.emplace("/" + c.id, &c);
    return cases;
  }();
  const auto at = by_id.find(path);
  return at == by_id.end() ? std::nullopt : std::optional{at->second->input};
}

std::string list_of_ids() {
  std::string list;
  for (const test_case& c : all_cases())
    list += "/" + c.id + "  " + cli::quoted(c.input) + "\n";
  return list;
}

/// The offsets at which a line is cut, its size at the end; nothing if `cut` means nothing.
std::optional<std::vector<std::size_t>> cuts_of(const std::string& cut, std::size_t size) {
  std::vector<std::size_t> cuts;
  if (cut == "bytes") {
    for (std::size_t i = 1; i < size; ++i)
      cuts.push_back(i);
  } else if (cut != "whole") {
    std::size_t at = 0;
    const auto [end, error] = std::from_chars(cut.data(), cut.data() + cut.size(), at);
    if (error != std::errc{} || end != cut.data() + cut.size() || at > size)
      return std::nullopt;
    if (at != 0)
      cuts.push_back(at);
  }
  return cuts;
}

/// Closes the socket once a wait is over its limit.
struct connection : std::enable_shared_from_this<connection> {
  connection(tcp::socket s, milliseconds limit)
      : socket{std::move(s)}, timer{socket.get_executor()}, timeout{limit} {}

  void start_wait() {
    timer.expires_after(++waits > waits_per_connection ? milliseconds{0} : timeout);
    timer.async_wait([self = shared_from_this()](error_code error) {
      error_code ignored;
      if (error)
        return;
      self->over = true;
      self->socket.close(ignored);
    });
  }

  tcp::socket socket;
  asio::steady_timer timer;
  milliseconds timeout;
  int waits = 0;
  bool over = false; ///< a wait was
};

} // namespace

response response_to(std::string_view input) {
  response r{std::string{input}, {}, {}, false};
  const policy any = {quirk_set::all(), input.size() + 1};
  const parse_result known = parse(input, any);
  if (known.error == errc::need_more)
    return r;
  r.stays = true;
  if (known)
    r.line.resize(known.end);
  else if (!r.line.ends_with('\n'))
    r.line += "\r\n";
  const unsigned code = known ? known.line.code : 0;
  if (code == 204 || code == 304) {
    r.rest = std::string{keep_alive} + "\r\n\r\n";
  } else if (code / 100 == 1) {
    r.rest = std::string{keep_alive} + "\r\n\r\n";
    r.stays = code != 101;
    if (r.stays)
      r.rest += whole("HTTP/1.1 298 Final", r.body = "final");
  } else {
    r.body = "0123456789abcdef";
    r.rest = fields_of(r.body) + r.body;
  }
  return r;
}

struct server::state {
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::signal_set signals{io};
  milliseconds timeout;
  server::log logs;
  server::holder holds;
  std::size_t connections = 0;

  asio::awaitable<void> listen();
  asio::awaitable<void> talk(tcp::socket socket);
  asio::awaitable<bool> answer(connection& c, const request& r, std::string& had_case);
  asio::awaitable<bool> send_case(connection& c, const response& sent,
                                  const std::vector<std::size_t>& cuts);
  static asio::awaitable<bool> send(connection& c, std::string_view bytes);
};

asio::awaitable<bool> server::state::send(connection& c, std::string_view bytes) {
  error_code error;
  c.start_wait();
  co_await asio::async_write(c.socket, asio::buffer(bytes),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<bool> server::state::send_case(connection& c, const response& sent,
                                               const std::vector<std::size_t>& cuts) {
  asio::steady_timer pause{c.socket.get_executor()};
  const std::string bytes = sent.line + sent.rest;
  c.waits -= static_cast<int>(cuts.size()); // in any case they take no longer than planned
  std::size_t from = 0;
  for (const std::size_t to : cuts) {
    const bool sent_it = co_await send(c, std::string_view{bytes}.substr(from, to - from));
    if (!sent_it)
      co_return false;
    from = to;
    if (from > paused_ends && sent.line.size() - from >= paused_ends)
      continue;
    pause.expires_after(between_pieces);
    error_code ignored;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  const bool sent_it = co_await send(c, std::string_view{bytes}.substr(from));
  co_return sent_it&& sent.stays;
}

/// Whether the connection goes on.
asio::awaitable<bool> server::state::answer(connection& c, const request& r,
                                            std::string& had_case) {
  std::string text;
  std::string what;
  if (r.method != "GET" || r.has_body) {
    what = "405";
    text = whole("HTTP/1.1 405 Method Not Allowed\r\nAllow: GET", "Expected GET without a body.\n");
  } else if (!had_case.empty() || r.path == "/next") {
    what = "the sentinel";
    text = sentinel();
  } else if (r.path == "/") {
    what = "the list";
    text = whole("HTTP/1.1 200 OK", list_of_ids());
  } else if (const auto input = input_of(r.path); !input) {
    what = "404";
    text = whole("HTTP/1.1 404 Not Found", "No such case. There are:\n" + list_of_ids());
  } else {
    response sent = response_to(*input);
    if (const std::size_t field = sent.rest.find(keep_alive); r.closes && field != sent.rest.npos)
      sent.rest.replace(field, keep_alive.size(), "Connection: close");
    if (const auto cuts = cuts_of(r.cut, sent.line.size())) {
      had_case = r.path + "?cut=" + r.cut;
      if (logs)
        logs("\"" + cli::escape(r.path) + "\" " + cli::escape(r.cut) + ": " +
             cli::quoted(sent.line) + (sent.stays ? "" : ", then close"));
      const bool goes_on = co_await send_case(c, sent, *cuts);
      co_return goes_on && !r.closes;
    }
    what = "400";
    text =
        whole("HTTP/1.1 400 Bad Request", "Expected ?cut=whole, bytes or an offset in the line.\n");
  }
  if (logs)
    logs(cli::quoted(r.method) + " " + cli::quoted(r.path) + ": " + what);
  const bool sent = co_await send(c, text);
  co_return sent && !r.closes && !r.has_body;
}

asio::awaitable<void> server::state::talk(tcp::socket socket) {
  const auto c = std::make_shared<connection>(std::move(socket), timeout);
  error_code error;
  c->socket.set_option(tcp::no_delay{true}, error);
  std::string buffer;
  std::string had_case; // its target
  for (bool goes_on = !error; goes_on;) {
    c->start_wait();
    const std::size_t size = co_await asio::async_read_until(
        c->socket, asio::dynamic_buffer(buffer, request_limit), "\r\n\r\n",
        asio::redirect_error(asio::use_awaitable, error));
    if (error) {
      if (c->over && !had_case.empty() && buffer.empty() && holds)
        holds(had_case);
      break;
    }
    const auto r = read_request(std::string_view{buffer}.substr(0, size));
    buffer.erase(0, size);
    if (r) {
      goes_on = co_await answer(*c, *r, had_case);
    } else {
      if (logs)
        logs("no request");
      co_await send(*c, whole("HTTP/1.1 400 Bad Request", "Expected GET /ID HTTP/1.1.\n"));
      goes_on = false;
    }
  }
  // What the client has sent meanwhile is read, as a close would reset the connection otherwise,
  // and what is on its way to the client would be lost.
  error_code ignored;
  c->socket.shutdown(tcp::socket::shutdown_send, ignored);
  c->timeout = std::min(c->timeout, last_wait);
  for (bool more = !error; more;) {
    char rest[4096];
    c->start_wait();
    co_await c->socket.async_read_some(asio::buffer(rest),
                                       asio::redirect_error(asio::use_awaitable, error));
    more = !error;
  }
  c->timer.cancel();
  c->socket.close(ignored);
  --connections;
}

asio::awaitable<void> server::state::listen() {
  asio::steady_timer pause{io};
  for (;;) {
    error_code error;
    tcp::socket socket{io};
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!acceptor.is_open())
      co_return;
    if (!error) {
      ++connections;
      asio::co_spawn(io, talk(std::move(socket)), asio::detached);
    }
    // Without a descriptor, or beyond the limit, further clients wait until a connection ends.
    while (error || connections >= connection_limit) {
      error_code ignored;
      pause.expires_after(milliseconds{5});
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      error = {};
    }
  }
}

server::server(std::uint16_t port, milliseconds timeout, log logs, holder holds)
    : state_{std::make_unique<state>()} {
  state& s = *state_;
  s.timeout = timeout;
  s.logs = std::move(logs);
  s.holds = std::move(holds);
  try {
    const tcp::endpoint where{asio::ip::address_v4::loopback(), port};
    s.acceptor.open(where.protocol());
    s.acceptor.set_option(tcp::acceptor::reuse_address{true});
    s.acceptor.bind(where);
    s.acceptor.listen();
  } catch (const boost::system::system_error& e) {
    throw std::runtime_error{"127.0.0.1:" + std::to_string(port) + ": " + e.code().message()};
  }
  asio::co_spawn(s.io, s.listen(), asio::detached);
}

server::~server() = default;

std::string server::address() const {
  return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

void server::run() { state_->io.run(); }

void server::stop_on_signals() {
  state_->signals.add(SIGINT);
  state_->signals.add(SIGTERM);
  state_->signals.async_wait([this](error_code, int) { stop(); });
}

void server::stop() { state_->io.stop(); }

void serve(const serve_options& options) {
  server s{options.port, options.timeout, [](const std::string& line) {
             std::cout << line << std::endl; // each line at once: a person looks at it
           }};
  s.stop_on_signals();
  std::cout << s.address() << std::endl;
  s.run();
}

} // namespace statusline::conform
