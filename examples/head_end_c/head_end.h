/* SPDX-License-Identifier: MIT
 *
 * examples/head_end in C99: where the head of a response ends, in pieces of any size. Copy this
 * file. The rules and the limits are the same.
 *
 *     head_reader head;
 *     head_reader_init(&head, SL_INTEROP);
 *     while (head.state == HEAD_NEED_MORE && (n = read(fd, buffer, sizeof buffer)) > 0)
 *       body = buffer + head_reader_feed(&head, buffer, (size_t)n);
 */
#ifndef HEAD_END_H
#define HEAD_END_H

#include <statusline/statusline.h>

#include <stdbool.h>
#include <stddef.h>

/* The limits of a head. That of the status line is in the policy. */
#define HEAD_MAX_LINE 8192  /* bytes of a line of the header section, with its line end */
#define HEAD_MAX_LINES 256  /* lines of the header section, without the empty one */
#define HEAD_MAX_SIZE 65536 /* bytes of the whole head */

typedef enum head_reader_state {
  HEAD_NEED_MORE,
  HEAD_COMPLETE,        /* the head ends at `size` */
  HEAD_BAD_STATUS_LINE, /* sl_stream_error(&head.status_line) has the reason */
  HEAD_BARE_LF,         /* an LF without a CR, which the policy does not allow */
  HEAD_BARE_CR,         /* a CR that ends no line */
  HEAD_NUL,
  HEAD_LEADING_BLANK, /* SP or HTAB before the first field */
  HEAD_LONG_LINE,
  HEAD_MANY_LINES,
  HEAD_LONG
} head_reader_state;

typedef struct head_reader {
  sl_stream status_line;
  sl_quirks allowed;
  head_reader_state state;
  size_t size; /* of the head; on an error the offset of the offending byte */
  size_t lines;
  size_t line_size;      /* of the line that is being read */
  bool has_cr, is_empty; /* of that line */
} head_reader;

/* Begins a head: at first, after a 1xx other than 101, and after the body. */
static inline void head_reader_init(head_reader* head, sl_policy policy) {
  sl_stream_init(&head->status_line, policy);
  head->allowed = policy.allowed;
  head->state = HEAD_NEED_MORE;
  head->size = head->lines = head->line_size = 0;
  head->has_cr = false;
  head->is_empty = true;
}

static inline head_reader_state head_reader_after(head_reader* head, char c) {
  if (c == '\n') {
    if (!head->has_cr && (head->allowed & SL_BARE_LF) == 0)
      return HEAD_BARE_LF;
    if (head->is_empty)
      return HEAD_COMPLETE;
    ++head->lines;
    head->line_size = 0;
    head->has_cr = false;
    head->is_empty = true;
    return HEAD_NEED_MORE;
  }
  if (head->has_cr && (c != '\r' || (head->allowed & SL_REPEATED_CR) == 0))
    return HEAD_BARE_CR;
  if (c == '\0')
    return HEAD_NUL;
  if (c == '\r') {
    head->has_cr = true;
  } else if (head->is_empty) {
    if (head->lines == HEAD_MAX_LINES)
      return HEAD_MANY_LINES;
    if (head->lines == 0 && (c == ' ' || c == '\t'))
      return HEAD_LEADING_BLANK;
    head->is_empty = false;
  }
  ++head->line_size;
  return HEAD_NEED_MORE;
}

/* Reads the next bytes, and returns how many of them belong to the head. */
static inline size_t head_reader_feed(head_reader* head, const char* bytes, size_t size) {
  const size_t before = head->size;
  size_t i = 0;
  if (head->state != HEAD_NEED_MORE)
    return 0;
  if (size > HEAD_MAX_SIZE - before)
    size = HEAD_MAX_SIZE - before;
  if (sl_stream_error(&head->status_line) == SL_NEED_MORE) {
    const sl_piece piece = sl_stream_feed(&head->status_line, bytes, size);
    i = piece.used;
    head->size += i;
    if (piece.error != SL_OK && piece.error != SL_NEED_MORE)
      head->state = HEAD_BAD_STATUS_LINE;
  }
  for (; i < size && head->state == HEAD_NEED_MORE; ++i) {
    head->state = head_reader_after(head, bytes[i]);
    if (head->state == HEAD_NEED_MORE || head->state == HEAD_COMPLETE)
      ++head->size;
    if (head->state == HEAD_NEED_MORE && head->line_size == HEAD_MAX_LINE)
      head->state = HEAD_LONG_LINE;
  }
  if (head->state == HEAD_NEED_MORE && head->size == HEAD_MAX_SIZE)
    head->state = HEAD_LONG;
  return head->size - before;
}

#endif
