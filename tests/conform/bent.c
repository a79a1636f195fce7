/* SPDX-License-Identifier: MIT
 *
 * A plain parser of strict lines, octet by octet, and ways to bend it: the macro BENT is the number
 * of the one that is built in, in the order of library_test.py; 0 is the straight parser. */
#include <statusline/subject.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  straight,
  lower_case,    /* accepts `h` for the first letter */
  one_octet,     /* accepts DEL in a reason */
  after_blank,   /* accepts an LF first, and then a tab for the first space */
  second_octet,  /* accepts a control, 0x01, as the second octet of a reason only */
  one_code,      /* reads 777 as 200 */
  short_reason,  /* the reason lacks its last octet */
  far_end,       /* the end is one too far */
  minor_version, /* reads HTTP/1.0 as 1.1 */
  counter_1,     /* accepts DEL behind exactly one `X` at the start of a reason */
  counter_2,     /* ... two */
  counter_4,     /* ... four: beyond what K=2 covers */
  block,         /* accepts DEL as the last octet of each block of 16 of the reason */
  forgets_cr,    /* between two pieces, forgets that a CR came: the LF ends the line anyway */
  crashes,       /* on a tab that is the third octet of a reason */
  hangs,         /* on the code 599 */
  exits,         /* on the version 9.9 */
  address,       /* refuses what begins at an address that is divisible by 4096 */
  overreads,     /* reads the octet behind the input */
  waits_forever, /* asks for more behind a bad version */
  hasty_line,    /* accepts at the CR */
  eager,         /* refuses a line that is cut before the code */
};

struct line {
  int at; /* 0 to 15: how many parts are there */
  int code, major, minor;
  size_t reason, reason_size, size;
  size_t xs; /* `X` at the start of the reason */
  int blank, tab;
};

static int control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }

static int allowed_anyway(const struct line* l, unsigned char c) {
  switch (BENT) {
  case one_octet: return c == 0x7f;
  case second_octet: return c == 1 && l->reason_size == 1;
  case counter_1: return c == 0x7f && l->reason_size == 1 && l->xs == 1;
  case counter_2: return c == 0x7f && l->reason_size == 2 && l->xs == 2;
  case counter_4: return c == 0x7f && l->reason_size == 4 && l->xs == 4;
  case block: return c == 0x7f && l->reason_size % 16 == 15;
  default: return 0;
  }
}

static int step(struct line* l, unsigned char c) {
  static const char protocol[] = "HTTP/";
  const int digit = c >= '0' && c <= '9';
  const size_t offset = l->size++;
  switch (l->at) {
  case 0:
    if (BENT == after_blank && c == '\n' && !l->blank) {
      l->blank = 1;
      return SL_SUBJECT_NEED_MORE;
    }
    if (BENT == lower_case && c == 'h')
      c = 'H';
    /* fallthrough */
  case 1:
  case 2:
  case 3:
  case 4:
    if (c != (unsigned char)protocol[l->at])
      return SL_SUBJECT_REFUSED;
    break;
  case 5:
    if (!digit)
      return BENT == waits_forever ? (l->at = 99, SL_SUBJECT_NEED_MORE) : SL_SUBJECT_REFUSED;
    l->major = c - '0';
    break;
  case 6:
    if (c != '.')
      return SL_SUBJECT_REFUSED;
    break;
  case 7:
    if (!digit)
      return SL_SUBJECT_REFUSED;
    l->minor = c - '0';
    if (BENT == exits && l->major == 9 && l->minor == 9)
      exit(3);
    if (BENT == minor_version && l->major == 1 && l->minor == 0)
      l->minor = 1;
    break;
  case 8:
    if (c != ' ' && !(c == '\t' && l->blank))
      return SL_SUBJECT_REFUSED;
    break;
  case 9:
  case 10:
  case 11:
    if (!digit)
      return SL_SUBJECT_REFUSED;
    l->code = l->code * 10 + (c - '0');
    break;
  case 12:
    if (BENT == hangs && l->code == 599)
      for (;;)
        sleep(1);
    if (BENT == one_code && l->code == 777)
      l->code = 200;
    if (c != ' ')
      return SL_SUBJECT_REFUSED;
    l->reason = offset + 1;
    break;
  case 13:
    if (c == '\r')
      break;
    if (control(c) && !allowed_anyway(l, c))
      return SL_SUBJECT_REFUSED;
    if (BENT == crashes && c == '\t' && l->reason_size == 2)
      abort();
    l->xs += c == 'X' && l->xs == l->reason_size;
    ++l->reason_size;
    return SL_SUBJECT_NEED_MORE;
  case 14: return c == '\n' ? SL_SUBJECT_ACCEPTED : SL_SUBJECT_REFUSED;
  default: return SL_SUBJECT_NEED_MORE;
  }
  ++l->at;
  return BENT == hasty_line && l->at == 14 ? SL_SUBJECT_ACCEPTED : SL_SUBJECT_NEED_MORE;
}

static void store(const struct line* l, int outcome, const char* bytes, sl_subject_answer* answer) {
  answer->outcome = outcome;
  if (outcome == SL_SUBJECT_REFUSED)
    answer->end = l->size - 1;
  if (outcome != SL_SUBJECT_ACCEPTED)
    return;
  answer->code = l->code;
  answer->major = l->major;
  answer->minor = l->minor;
  answer->end = l->size + (BENT == far_end);
  if (bytes == NULL)
    return;
  answer->reason = bytes + l->reason;
  answer->reason_size = l->reason_size - (BENT == short_reason && l->reason_size > 0);
}

const char* sl_subject_name(void) {
  return BENT == straight ? NULL : "bent"; // without a name, it is that of the file
}

void sl_subject_parse(const char* bytes, size_t size, sl_subject_answer* answer) {
  struct line l;
  int outcome = SL_SUBJECT_NEED_MORE;
  size_t i;
  memset(&l, 0, sizeof l);
  if (BENT == address && (uintptr_t)bytes % 4096 == 0 && size != 0) {
    answer->outcome = SL_SUBJECT_REFUSED;
    return;
  }
  if (BENT == overreads && bytes[size] == 'Q')
    return;
  for (i = 0; i < size && outcome == SL_SUBJECT_NEED_MORE; ++i)
    outcome = step(&l, (unsigned char)bytes[i]);
  if (BENT == eager && outcome == SL_SUBJECT_NEED_MORE && l.at < 9)
    outcome = SL_SUBJECT_REFUSED;
  store(&l, outcome, bytes, answer);
  if (BENT == eager && outcome == SL_SUBJECT_REFUSED)
    answer->end = SIZE_MAX;
}

void sl_subject_parse_pieces(const char* const* pieces, const size_t* sizes, size_t count,
                             sl_subject_answer* answer) {
  struct line l;
  int outcome = SL_SUBJECT_NEED_MORE;
  size_t i;
  size_t k;
  memset(&l, 0, sizeof l);
  for (i = 0; i < count; ++i) {
    if (BENT == forgets_cr && l.at == 14)
      l.at = 13;
    for (k = 0; k < sizes[i] && outcome == SL_SUBJECT_NEED_MORE; ++k)
      outcome = step(&l, (unsigned char)pieces[i][k]);
  }
  if (BENT == eager && outcome == SL_SUBJECT_NEED_MORE && l.at < 9)
    outcome = SL_SUBJECT_REFUSED;
  store(&l, outcome, NULL, answer);
  if (BENT == eager && outcome == SL_SUBJECT_REFUSED)
    answer->end = SIZE_MAX;
}
