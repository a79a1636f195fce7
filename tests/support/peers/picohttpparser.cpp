// SPDX-License-Identifier: MIT
#include "peer.hpp"

// picohttpparser, from libh2o (which exports it and installs no header for it, so it is declared
// here) or from a source tree. It answers for the whole header section: until the empty line is
// there it returns "more", and promises nothing about the members it has set.
extern "C" {
struct phr_header {
  const char* name;
  std::size_t name_len;
  const char* value;
  std::size_t value_len;
};
int phr_parse_response(const char* data, std::size_t size, int* minor_version, int* status,
                       const char** reason, std::size_t* reason_size, phr_header* headers,
                       std::size_t* header_count, std::size_t last_size);
}

namespace statusline::peers {
namespace {

answer parse(const char* data, std::size_t size, scratch&) noexcept {
  std::array<phr_header, 64> headers;
  std::size_t header_count = headers.size();
  int minor = -1;
  int status = 0;
  const char* reason = nullptr;
  std::size_t reason_size = 0;
  const int result = phr_parse_response(data, size, &minor, &status, &reason, &reason_size,
                                        headers.data(), &header_count, 0);
  answer a;
  if (result == -2)
    return a;
  if (result < 0) {
    a.outcome = outcome::refused;
    a.error = "-1";
    return a;
  }
  a.outcome = outcome::accepted;
  a.code = static_cast<std::uint16_t>(status);
  a.major = 1; // it takes no other
  a.minor = minor;
  a.reason = {reason, reason_size};
  return a;
}

} // namespace

extern const peer picohttpparser_peer{
    .name = "picohttpparser",
    .version = [] { return std::string{STATUSLINE_PICOHTTPPARSER_ORIGIN}; },
    .beyond = "the whole header section, up to 64 fields, and its empty line",
    .needs_head = true,
    .reentrant = true,
    .parse = parse,
    .start = nullptr,
    .feed = nullptr,
};

} // namespace statusline::peers
