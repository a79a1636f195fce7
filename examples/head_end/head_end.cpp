// SPDX-License-Identifier: MIT
//
// Prints where each head of a response ends; the last one is that of the final response.
//
//     head_end [strict|interop|permissive] < RESPONSE
//
// Each read() is a piece, as from a socket.
#include "head_end.hpp"

#include <unistd.h>

#include <cstdio>
#include <string_view>

int main(int argc, char** argv) {
  const std::string_view name = argc == 2 ? argv[1] : "interop";
  const bool known = name == "strict" || name == "interop" || name == "permissive";
  if (argc > 2 || !known) {
    std::fputs("usage: head_end [strict|interop|permissive] < RESPONSE\n", stderr);
    return 2;
  }
  head_end head{name == "strict"    ? statusline::strict
                : name == "interop" ? statusline::interop
                                    : statusline::permissive};
  char buffer[4096];
  ssize_t size = 0;
  while ((size = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
    for (std::string_view rest{buffer, static_cast<std::size_t>(size)};;) {
      rest.remove_prefix(head.feed(rest));
      if (head.state() == head_state::need_more)
        break;
      if (head.state() != head_state::complete) {
        std::printf("%s at byte %zu\n", to_string(head.state()).data(), head.size());
        return 1;
      }
      const unsigned code = head.status_line().line().code;
      std::printf("%03u, %zu bytes\n", code, head.size());
      if (code / 100 != 1 || code == 101) { // 1xx: another head follows
        std::printf("%zu bytes of the body were read\n", rest.size());
        return 0;
      }
      head.reset();
    }
  }
  if (size < 0)
    std::perror("head_end");
  else
    std::printf("need_more at byte %zu\n", head.size());
  return 1;
}
