/* SPDX-License-Identifier: MIT
 *
 * A small parser in C, as a program may have one: the example of docs/conformance.md and
 * docs/fuzzing.md. */
#ifndef MINE_H
#define MINE_H

#include <stddef.h>

struct mine_line {
  int code;
  const char* reason;
  size_t reason_size;
  size_t size; /* of the line, with its end */
};

enum mine_result { MINE_LINE, MINE_MORE, MINE_BAD };

enum mine_result mine_parse(const char* bytes, size_t size, struct mine_line* line);

#endif
