// SPDX-License-Identifier: MIT
//
// A client for `statusline-conform client`, as strict as the library, with a fault on demand:
//
//     loopback_client URL [FAULT[@CASE]]
//
// The fault shows with every case, or with that one only. client_test.py has the list.
#include <statusline/statusline.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) / 16U];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) % 16U];
  }
  return text;
}

/// The bytes that were read of a connection, and the rest of it.
class stream {
public:
  explicit stream(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
      std::perror("connect");
  }
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;
  ~stream() { ::close(socket_); }

  void ask(const std::string& target) const {
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0)
      std::perror("send");
  }
  /// False at the end.
  bool more() {
    char piece[4096];
    const auto size = ::recv(socket_, piece, sizeof piece, 0);
    bytes.append(piece, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return size > 0;
  }
  std::string bytes;

private:
  int socket_;
};

/// The answer to a request, without its closing brace. The line and what belongs to it leave `s`.
std::string answer(stream& s, const statusline::policy& p, const std::string& fault) {
  statusline::parse_result r;
  do {
    const bool more = s.more();
    r = more ? statusline::parse(s.bytes, p) : statusline::parse_complete(s.bytes, p);
    if (!more || fault == "reads_once")
      break;
  } while (r.error == statusline::errc::need_more);
  if (!r)
    return "{\"outcome\":\"refused\"";
  char values[64];
  std::snprintf(values, sizeof values, "\"code\":%d,\"version\":\"%d.%d\"",
                r.line.code % (fault == "other_code" ? 100 : 1000), r.line.version.major,
                r.line.version.minor);
  const std::string text = std::string{"{\"outcome\":\"accepted\","} + values +
                           ",\"reason_hex\":\"" + hex(r.line.reason) + "\"";
  s.bytes.erase(0, r.end);
  std::size_t end = 0;
  while (end = s.bytes.find("\r\n\r\n"), end == std::string::npos && s.more()) {
  }
  const std::string head = s.bytes.substr(0, end);
  s.bytes.erase(0, end == std::string::npos ? s.bytes.size() : end + 4);
  if (fault == "reads_to_the_end") {
    while (s.more()) {
    }
  }
  if (fault == "leaves_the_body")
    return text + ",\"body_hex\":\"\"";
  const std::string_view field = "Content-Length: ";
  const auto length = head.find(field);
  const std::size_t size = length == std::string::npos
                               ? 0
                               : std::strtoul(head.c_str() + length + field.size(), nullptr, 10);
  while (s.bytes.size() < size && s.more()) {
  }
  const std::string body = s.bytes.substr(0, size);
  s.bytes.erase(0, size);
  return text + ",\"body_hex\":\"" + hex(body) + "\"";
}

} // namespace

int main(int argc, char** argv) {
  const std::string url = argc > 1 ? argv[1] : "";
  std::string fault = argc > 2 ? argv[2] : "";
  if (const auto at = fault.find('@'); at != std::string::npos)
    fault =
        url.find("/" + fault.substr(at + 1) + "?") == std::string::npos ? "" : fault.substr(0, at);
  const auto colon = url.rfind(':');
  const auto slash = url.find('/', colon == std::string::npos ? 0 : colon);
  if (slash == std::string::npos)
    return 2;
  if (fault == "hangs") {
    std::signal(SIGTERM, SIG_IGN);
    ::pause();
  }
  if (fault == "crashes")
    std::raise(SIGSEGV);
  if (fault == "fails")
    std::fputs("no \033[1mJSON\n", stderr);
  if (fault == "fails")
    return 7;
  if (fault == "prints_junk")
    std::puts("{\"outcome\":\"\xff\"}");
  if (fault == "prints_junk")
    return 0;
  stream s{static_cast<std::uint16_t>(std::strtoul(url.c_str() + colon + 1, nullptr, 10))};
  s.ask(url.substr(slash));
  constexpr std::size_t limit = 65536;
  const auto& allowed = fault == "interop" ? statusline::interop : statusline::strict;
  std::string text = answer(s, {allowed.allowed, limit}, fault);
  if (text.find("accepted") != std::string::npos && fault != "asks_once" &&
      fault != "reads_to_the_end") {
    s.ask("/next");
    text += ",\"next\":" + answer(s, statusline::strict, "") + "}";
  }
  std::puts((text + "}").c_str());
}
