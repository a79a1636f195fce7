// SPDX-License-Identifier: MIT
//
// A fuzz target finds only what it asserts. This one: the words of the reason change no decision.
#include "retry.hpp"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto r = statusline::parse(bytes, statusline::interop);
  if (!r)
    return 0;
  std::string other(sizeof "HTTP/1.1 200 any\r\n", '\0');
  auto line = r.line;
  line.reason = "any";
  other.resize(statusline::write(other, line));
  if (my_client::judge_response(bytes) != my_client::judge_response(other))
    std::abort();
  return 0;
}
