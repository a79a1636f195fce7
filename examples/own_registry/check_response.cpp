// SPDX-License-Identifier: MIT
//
// Checks a response on standard input against the table in api.md. Exits with 1 if that does not
// list its code.
#include "api.hpp"

#include <statusline/statusline.hpp>

#include <iostream>
#include <string>

static_assert(api_registry.find(429u)->phrase == "Slow Down");

int main() {
  std::string bytes;
  for (char c = 0;
       bytes.size() < 8192 && (bytes.empty() || bytes.back() != '\n') && std::cin.get(c);)
    bytes += c;
  const auto r = statusline::parse(bytes, statusline::interop);
  if (!r) {
    std::cout << describe(r.error) << '\n';
    return 1;
  }
  const auto a = statusline::assess(r.line, api_registry);
  std::cout << to_string(a.code) << ", " << to_string(a.phrase);
  if (a.entry)
    std::cout << ": " << a.entry->meaning;
  std::cout << '\n';
  return a.entry ? 0 : 1;
}
