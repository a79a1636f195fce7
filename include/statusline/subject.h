/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The function that a parser implements, in C or with C linkage. `statusline-conform library`, a
 * differential fuzz target and the benchmark call it.
 *
 *     #include <statusline/subject.h>
 *     #include "mine.h"
 *
 *     void sl_subject_parse(const char* bytes, size_t size, sl_subject_answer* answer) {
 *       struct mine_line line;
 *       switch (mine_parse(bytes, size, &line)) {
 *       case MINE_MORE: answer->outcome = SL_SUBJECT_NEED_MORE; break;
 *       case MINE_BAD: answer->outcome = SL_SUBJECT_REFUSED; break;
 *       default:
 *         answer->outcome = SL_SUBJECT_ACCEPTED;
 *         answer->code = line.code;
 *         answer->reason = line.reason;
 *         answer->reason_size = line.reason_size;
 *         answer->end = line.size;
 *       }
 *     }
 *
 *     cc -shared -fPIC -o mine.so adapter.c mine.c
 *     statusline-conform library ./mine.so
 *
 * A caller sets every member of the answer to "not told" before each call. An adapter stores what
 * its parser reports, and leaves the rest alone.
 *
 * Tested by conform_library, conform_judge_test.
 */
#ifndef STATUSLINE_SUBJECT_H
#define STATUSLINE_SUBJECT_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define SL_SUBJECT_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define SL_SUBJECT_EXPORT __attribute__((visibility("default")))
#else
#define SL_SUBJECT_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** A parser's decision about its input. */
enum {
  SL_SUBJECT_ACCEPTED,  /**< they begin with a status line that it accepts */
  SL_SUBJECT_NEED_MORE, /**< no decision yet: more bytes may make it a line */
  SL_SUBJECT_REFUSED    /**< no continuation makes it a line */
};

/** The answer to one call. Code, version and reason count only with `SL_SUBJECT_ACCEPTED`; `end`
 *  counts with `SL_SUBJECT_REFUSED` too. */
typedef struct sl_subject_answer {
  int outcome;        /**< one of the three; set it always */
  int code;           /**< the status code; -1 if not told */
  int major;          /**< of the version; -1 if not told */
  int minor;          /**< of the version; -1 if not told */
  const char* reason; /**< valid until the next call; NULL if not told */
  size_t reason_size; /**< in bytes */
  size_t end;         /**< accepted: one past the line's LF. Refused: the offset of the first byte
                           that cannot belong to a line. SIZE_MAX if not told */
} sl_subject_answer;

/** Parses the status line at the start of `bytes`, which stay valid during the call and have no NUL
 *  after them. Bytes may follow the line. The answer must depend on these bytes alone, not on
 * earlier calls. `bytes` is not NULL. Costs what the parser
 *  costs. */
SL_SUBJECT_EXPORT void sl_subject_parse(const char* bytes, size_t size, sl_subject_answer* answer);

/** Optional: the name of the parser and its version. Static lifetime. O(1). */
SL_SUBJECT_EXPORT const char* sl_subject_name(void);

/** Optional: the same as `sl_subject_parse` for bytes that arrive in `count` pieces, as an
 *  incremental parser receives them; a piece may be empty. `end` counts from the first byte of the
 *  first piece. Without this function the report has the note "cuts not tested". Cost: what the
 * parser costs. */
SL_SUBJECT_EXPORT void sl_subject_parse_pieces(const char* const* pieces, const size_t* sizes,
                                               size_t count, sl_subject_answer* answer);

#ifdef __cplusplus
}
#endif

#endif
