/* SPDX-License-Identifier: MIT */
#include "mine.h"

#include <statusline/subject.h>

const char* sl_subject_name(void) { return "mine"; }

void sl_subject_parse(const char* bytes, size_t size, sl_subject_answer* answer) {
  struct mine_line line;
  switch (mine_parse(bytes, size, &line)) {
  case MINE_MORE: answer->outcome = SL_SUBJECT_NEED_MORE; return;
  case MINE_BAD: answer->outcome = SL_SUBJECT_REFUSED; return;
  case MINE_LINE: break;
  }
  answer->outcome = SL_SUBJECT_ACCEPTED;
  answer->code = line.code;
  answer->reason = line.reason;
  answer->reason_size = line.reason_size;
  answer->end = line.size;
}
