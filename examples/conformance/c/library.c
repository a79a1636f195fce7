/* SPDX-License-Identifier: MIT */
/* The C library as the parser for run.c. */
#include "parser.h"

#include <statusline/statusline.h>

#ifndef POLICY
#define POLICY SL_STRICT
#endif

void parse(const char* bytes, size_t size, struct answer* answer) {
  const sl_result r = sl_parse_complete(bytes, size, POLICY);
  answer->outcome = r.error == SL_OK ? ACCEPTED : r.error == SL_NEED_MORE ? NEED_MORE : REFUSED;
  answer->code = r.line.code;
  answer->major = r.line.version_major;
  answer->minor = r.line.version_minor;
  answer->reason = r.line.reason;
  answer->reason_size = r.line.reason_size;
  answer->end = r.end;
}
