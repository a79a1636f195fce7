// SPDX-License-Identifier: MIT
//
// A program that uses the C++ library.
#include <statusline/registry.hpp>
#include <statusline/statusline.hpp>

#include <iostream>

int main() {
  const auto r = statusline::parse("HTTP/1.1 404 Not Found\r\n");
  if (!r ||
      statusline::assess(r.line, statusline::iana).phrase != statusline::phrase_standing::canonical)
    return 1;
  std::cout << r.line.code << ' ' << r.line.reason << '\n';
}
