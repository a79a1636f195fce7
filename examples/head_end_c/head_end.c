/* SPDX-License-Identifier: MIT
 *
 * examples/head_end in C99: prints where each head of a response ends.
 *
 *     head_end_c [strict|interop|permissive] < RESPONSE
 */
#include "head_end.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char** argv) {
  static const char* const names[] = {"need_more",  "complete", "bad_status_line", "bare_lf",
                                      "bare_cr",    "nul",      "leading_blank",   "long_line",
                                      "many_lines", "long_head"};
  const char* const name = argc == 2 ? argv[1] : "interop";
  sl_policy policy = SL_INTEROP;
  char buffer[4096];
  ssize_t size;
  head_reader head;

  if (strcmp(name, "strict") == 0)
    policy = SL_STRICT;
  else if (strcmp(name, "permissive") == 0)
    policy = SL_PERMISSIVE;
  else if (argc > 2 || strcmp(name, "interop") != 0)
    return fputs("usage: head_end_c [strict|interop|permissive] < RESPONSE\n", stderr), 2;
  head_reader_init(&head, policy);
  while ((size = read(STDIN_FILENO, buffer, sizeof buffer)) > 0) {
    const char* rest = buffer;
    const char* const end = buffer + size;
    for (;;) {
      unsigned code;
      rest += head_reader_feed(&head, rest, (size_t)(end - rest));
      if (head.state == HEAD_NEED_MORE)
        break;
      if (head.state != HEAD_COMPLETE)
        return printf("%s at byte %zu\n", names[head.state], head.size), 1;
      code = sl_stream_line(&head.status_line).code;
      printf("%03u, %zu bytes\n", code, head.size);
      if (code / 100 != 1 || code == 101) /* 1xx: another head follows */
        return printf("%zu bytes of the body were read\n", (size_t)(end - rest)), 0;
      head_reader_init(&head, policy);
    }
  }
  if (size < 0)
    perror("head_end_c");
  else
    printf("need_more at byte %zu\n", head.size);
  return 1;
}
