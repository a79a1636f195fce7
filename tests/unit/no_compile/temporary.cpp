// SPDX-License-Identifier: MIT
//
// This file compiles. With one of the names below defined, the call next to it is compiled too, and
// must fail: either the bytes would be gone before the result that views them, or the number of
// received bytes is unknown. One compilation with all names must report one error for each.
#include <statusline/statusline.hpp>

#include <cstddef>
#include <string>
#include <vector>

static std::string received() { return "HTTP/1.1 200 OK\r\n"; }
[[maybe_unused]] static std::vector<std::byte> received_bytes() { return {}; }

int main() {
  using namespace statusline;
  const std::string kept = received();
  const std::vector<std::byte> kept_bytes = received_bytes();
  char buffer[64] = {};
  const std::size_t size = kept.copy(buffer, sizeof buffer);
  const auto nothing = [](quirk, std::size_t, std::size_t) {};
  stream_parser stream;

#if defined(parse_of_a_temporary_string)
  (void)parse(received());
#endif
#if defined(parse_of_a_constant_temporary_string)
  (void)parse(static_cast<const std::string&&>(kept));
#endif
#if defined(parse_of_temporary_bytes)
  (void)parse(received_bytes());
#endif
#if defined(parse_of_a_buffer)
  (void)parse(buffer);
#endif
#if defined(parse_complete_of_a_temporary_string)
  (void)parse_complete(received(), permissive);
#endif
#if defined(parse_complete_of_temporary_bytes)
  (void)parse_complete(received_bytes(), permissive);
#endif
#if defined(parse_complete_of_a_buffer)
  (void)parse_complete(buffer, permissive);
#endif
#if defined(explain_of_a_temporary_string)
  explain(received(), permissive, nothing);
#endif
#if defined(explain_of_temporary_bytes)
  explain(received_bytes(), permissive, nothing);
#endif
#if defined(explain_of_a_buffer)
  explain(buffer, permissive, nothing);
#endif
#if defined(parse_many_of_a_buffer)
  (void)parse_many(buffer, permissive, line_columns{});
#endif
#if defined(describe_of_a_buffer)
  (void)describe(parse_result{}, buffer);
#endif
#if defined(format_of_a_buffer)
  (void)format(parse_result{}, buffer, {});
#endif
#if defined(feed_of_a_temporary_string)
  stream.feed(received());
#endif
#if defined(feed_of_temporary_bytes)
  stream.feed(received_bytes());
#endif
#if defined(feed_of_a_buffer)
  stream.feed(buffer);
#endif

  const bool fine = parse(kept) && parse_complete(kept, permissive) && stream.feed(kept) &&
                    explain(kept, permissive, nothing) && parse("HTTP/1.1 200 OK\r\n") &&
                    parse(std::string_view{kept}) && !parse(kept_bytes) && parse({buffer, size});
  return fine ? 0 : 1;
}
