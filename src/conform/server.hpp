// SPDX-License-Identifier: MIT
//
// The server that clients and proxies are held against. For each case it has the bytes of a whole
// response.
//
//     GET /ID              the response of a case; ?cut=bytes, ?cut=9: how its line is cut
//     GET /hex/HEX         the same for any bytes
//     GET /next            the sentinel
//     GET /                the IDs
//
// On a connection that has had a response of a case, the next request gets the sentinel, with any
// target: a client that took too many bytes of the first response, or too few, reads another one.
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace statusline::conform {

/// The codes that the server sends besides those of cases; no case has them.
inline constexpr int sentinel_code = 299;
inline constexpr int final_code = 298; ///< after an interim response, 1xx

/// The response that the server sends for an input.
struct response {
  std::string line;   ///< the bytes in question
  std::string rest;   ///< header section and body, and a final response after an interim one
  std::string body;   ///< the body that a client must read; empty also if there is none
  bool stays = false; ///< whether the connection stays open; else it closes after `rest`
};

/// A line that some policy accepts gets a header section and a body behind it, in the place of the
/// bytes that the input has there. One that no policy accepts gets its line end too, so that a
/// client that accepts it has a whole response to accept. An incomplete line is all that is sent.
[[nodiscard]] response response_to(std::string_view input);

/// A server on 127.0.0.1. Each wait has the same limit, and each connection ends after 64 of them.
class server {
public:
  /// Called with a line for each request, escaped for a terminal.
  using log = std::function<void(const std::string&)>;

  /// Called, if it is there, with the target of each request for a case after which a client kept
  /// the connection to the limit and asked for nothing more.
  using holder = std::function<void(const std::string&)>;

  /// Throws std::runtime_error if the port is not free. `port` 0 is any free one.
  server(std::uint16_t port, std::chrono::milliseconds timeout, log logs = {}, holder holds = {});
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  [[nodiscard]] std::string address() const; ///< "http://127.0.0.1:PORT"
  void run();             ///< until stop(), or a signal if stop_on_signals() was called
  void stop_on_signals(); ///< SIGINT and SIGTERM
  void stop();            ///< callable from any thread

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace statusline::conform
