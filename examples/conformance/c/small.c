/* SPDX-License-Identifier: MIT */
/* A small parser for run.c: RFC 9112 section 4 and nothing else. */
#include "parser.h"

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_reason(char c) {
  const unsigned char u = (unsigned char)c;
  return u == '\t' || (u >= 0x20 && u != 0x7f);
}

void parse(const char* bytes, size_t size, struct answer* answer) {
  static const char form[] = "HTTP/d.d ddd "; /* d stands for a digit */
  const size_t prefix = sizeof form - 1;
  size_t i = 0;
  answer->outcome = REFUSED;
  for (; i < prefix && i < size; ++i)
    if (form[i] == 'd' ? !is_digit(bytes[i]) : bytes[i] != form[i])
      return;
  while (i < size && is_reason(bytes[i]))
    ++i;
  if (i < size && bytes[i] != '\r')
    return;
  if (i + 1 < size && bytes[i + 1] != '\n')
    return;
  answer->outcome = NEED_MORE;
  if (i + 1 >= size)
    return;
  answer->outcome = ACCEPTED;
  answer->major = bytes[5] - '0';
  answer->minor = bytes[7] - '0';
  answer->code = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
  answer->reason = bytes + prefix;
  answer->reason_size = i - prefix;
  answer->end = i + 2;
}
