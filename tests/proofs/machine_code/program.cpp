// SPDX-License-Identifier: MIT
//
// A program that calls parse() and parse_complete(): the headers as a compiler makes them for a
// user. prove.py proves the functions that both call.
#include <statusline/statusline.hpp>

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view line = argv[argc - 1];
  const auto a = statusline::parse(line, statusline::interop);
  const auto b = statusline::parse_complete(line, statusline::permissive);
  std::printf("%d %d\n", int(a.error), int(b.error));
}
