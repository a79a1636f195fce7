/* SPDX-License-Identifier: MIT */
/* Somebody's C99 program that has statusline.c and statusline.h in its folder, and holds them to
 * the corpus: cases.h has a row for each verdict. Prints how many there are. */
#include "statusline.h"

#include <stdio.h>
#include <string.h>

struct row {
  const char* name;
  const char* bytes;
  size_t size;
  sl_policy policy;
  int complete;
  int error;
  size_t end;
  sl_quirks refused;
  unsigned major, minor, code;
  const char* reason;
  size_t reason_size;
  sl_quirks quirks;
};

static const struct row rows[] = {
#include "cases.h"
};

static int parses(const struct row* row) {
  const sl_result r = row->complete ? sl_parse_complete(row->bytes, row->size, row->policy)
                                    : sl_parse(row->bytes, row->size, row->policy);
  return (int)r.error == row->error && r.end == row->end && r.refused == row->refused &&
         r.line.version_major == row->major && r.line.version_minor == row->minor &&
         r.line.code == row->code && r.line.quirks == row->quirks &&
         r.line.reason_size == row->reason_size &&
         (row->reason_size == 0 || memcmp(r.line.reason, row->reason, row->reason_size) == 0);
}

/* Byte by byte. */
static int streams(const struct row* row) {
  sl_stream stream;
  sl_stream_result r;
  size_t i;
  sl_stream_init(&stream, row->policy);
  for (i = 0; i < row->size; ++i)
    sl_stream_feed(&stream, row->bytes + i, 1);
  if (row->complete)
    sl_stream_finish(&stream);
  r = sl_stream_line(&stream);
  return (int)r.error == row->error && r.end == row->end && r.refused == row->refused &&
         r.code == row->code && r.quirks == row->quirks && r.reason_size == row->reason_size &&
         r.version_major == row->major && r.version_minor == row->minor;
}

int main(void) {
  const size_t count = sizeof rows / sizeof *rows;
  size_t i, failed = 0;
  for (i = 0; i < count; ++i)
    if (!parses(&rows[i]) || !streams(&rows[i])) {
      printf("%s\n", rows[i].name);
      ++failed;
    }
  printf("%lu verdicts, %lu wrong\n", (unsigned long)count, (unsigned long)failed);
  return failed != 0 || count == 0;
}
