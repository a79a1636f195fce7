// SPDX-License-Identifier: MIT
//
// The twins: as it stands this file compiles; with -DDANGLES=1, 2, ... each of the marked calls is
// tried on a temporary, whose bytes the result would view after they are gone, and must not.
#include <statusline/statusline.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#ifndef DANGLES
#define DANGLES 0
#endif

static std::string received() { return "HTTP/1.1 200 OK\r\n"; }
[[maybe_unused]] static std::vector<std::byte> received_bytes() { return {}; }

int main() {
  using namespace statusline;
#if DANGLES == 1
  return parse(received()).line.code;
#elif DANGLES == 2
  return parse_complete(received(), permissive).line.code;
#elif DANGLES == 3
  stream_parser stream;
  return int(stream.feed(received()).reason_part.size());
#elif DANGLES == 4
  return explain(received(), permissive, [](quirk, std::size_t, std::size_t) {}).line.code;
#elif DANGLES == 5
  return parse(received_bytes()).line.code;
#elif DANGLES == 6
  const std::string fixed = received();
  return parse(static_cast<const std::string&&>(fixed)).line.code;
#else
  const std::string kept = received();
  const std::vector<std::byte> kept_bytes = received_bytes();
  stream_parser stream;
  const auto nothing = [](quirk, std::size_t, std::size_t) {};
  const bool fine = parse(kept) && parse_complete(kept, permissive) && stream.feed(kept) &&
                    explain(kept, permissive, nothing) && parse("HTTP/1.1 200 OK\r\n") &&
                    parse(std::string_view{kept}) && !parse(kept_bytes);
  return fine ? 0 : 1;
#endif
}
