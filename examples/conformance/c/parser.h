/* SPDX-License-Identifier: MIT */
/* The parser that run.c compares. */
#ifndef PARSER_H
#define PARSER_H

#include <stddef.h>

enum outcome { ACCEPTED, NEED_MORE, REFUSED };

/* The values count with ACCEPTED. -1, NULL and SIZE_MAX stand for one that the parser does not
 * have. */
struct answer {
  enum outcome outcome;
  int code, major, minor;
  const char* reason;
  size_t reason_size, end;
};

void parse(const char* bytes, size_t size, struct answer* answer);

#endif
