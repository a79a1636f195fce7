/* SPDX-License-Identifier: MIT */
#include "mine.h"

#include <string.h>

/* Two mistakes are in it on purpose. It accepts LF alone at the end of a line, which its author
 * knows; and it accepts any byte in a reason, which its author does not. */
enum mine_result mine_parse(const char* bytes, size_t size, struct mine_line* line) {
  static const char form[] = "HTTP/D.D DDD ";
  const size_t before = sizeof form - 1;
  const char* end;
  size_t i;
  line->code = 0;
  for (i = 0; i < before; ++i) {
    if (i == size)
      return MINE_MORE;
    if (form[i] == 'D' ? bytes[i] < '0' || bytes[i] > '9' : bytes[i] != form[i])
      return MINE_BAD;
    if (i >= 9 && form[i] == 'D')
      line->code = line->code * 10 + (bytes[i] - '0');
  }
  end = memchr(bytes + before, '\n', size - before);
  if (end == NULL)
    return MINE_MORE;
  line->reason = bytes + before;
  line->reason_size = (size_t)(end - line->reason);
  line->size = before + line->reason_size + 1;
  if (line->reason_size > 0 && end[-1] == '\r')
    --line->reason_size;
  return MINE_LINE;
}
