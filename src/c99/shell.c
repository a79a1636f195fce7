/* SPDX-License-Identifier: MIT */
/*@ head @*/
#include "statusline.h"

#include <stddef.h>
#include <stdint.h>
#ifndef __cplusplus
#include <stdbool.h>
#endif

/* Functions that only cost time if they are inlined, or are not. Where size counts more, the
 * compiler decides. */
#if defined(__GNUC__) && !defined(__OPTIMIZE_SIZE__)
#define SLI_INLINE static inline __attribute__((__always_inline__))
#define SLI_NOINLINE __attribute__((__noinline__))
#elif defined(_MSC_VER)
#define SLI_INLINE static __forceinline
#define SLI_NOINLINE __declspec(noinline)
#else
#define SLI_INLINE static inline
#define SLI_NOINLINE
#endif

/* Whether to run the table alone, as constant evaluation in C++ does, without shortcuts: where size
 * counts and there are no vectors, which makes half of the code. */
#if defined(__OPTIMIZE_SIZE__) && !defined(__SSE2__) && !defined(__ARM_NEON)
#define SLI_TABLE_ALONE true
#else
#define SLI_TABLE_ALONE false
#endif

/* GCC and Clang know memcpy() without its header, which a freestanding system may not have. */
#if defined(__GNUC__)
#define SLI_MEMCPY(to, from, size) ((void)__builtin_memcpy((to), (from), (size)))
#else
#include <string.h>
#define SLI_MEMCPY(to, from, size) ((void)memcpy((to), (from), (size)))
#endif

/* Bytes that were loaded into a vector are loaded once more, from memory. Clang would take them out
 * of the vector by way of the stack: 5.0 ns instead of 4.0 for a line. */
#if defined(__GNUC__)
#define SLI_READ_AGAIN(p) __asm__("" : "+r"(p))
#else
#define SLI_READ_AGAIN(p) ((void)0)
#endif

/* An unknown order of bytes reads them one by one, as big-endian does. */
#define SLI_LITTLE 1
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SLI_ENDIAN 1
#elif defined(_MSC_VER)
#define SLI_ENDIAN 1
#else
#define SLI_ENDIAN 0
#endif

#ifdef __cplusplus
#define SLI_NOEXCEPT noexcept
#else
#define SLI_NOEXCEPT
#endif

/* ---- Types */

/* No bytes, at a place that is not NULL. With a literal, a linker would keep the texts of any other
 * function that has one too. */
static const char sli_nothing[1] = {0};

/* Bytes of somebody else's. */
typedef struct sli_string_view {
  const char* data;
  size_t size;
} sli_string_view;
typedef struct sli_char_span {
  char* data;
  size_t size;
} sli_char_span;

/* A cell of the table: the quirks that it shows, and the earliest error that it can be. */
typedef struct sli_cell {
  sl_quirks shows;
  sl_error floor;
} sli_cell;

/*@ types @*/

/* ---- The table and other constants */

/*@ data @*/

/* ---- Functions that translated ones call */

/* The number of zero bits below the lowest bit that is set. Precondition: there is one. */
static inline unsigned sli_countr_zero(sli_block_mask mask) {
#if defined(__GNUC__)
  return (unsigned)(sizeof mask > sizeof(unsigned) ? __builtin_ctzll(mask)
                                                   : __builtin_ctz((unsigned)mask));
#else
  unsigned n = 0;
  for (; (mask & 1) == 0; mask >>= 1)
    ++n;
  return n;
#endif
}

/* The cell of a state and a kind of octet, from its two parts. */
static inline sli_cell sli_grammar(sli_state from, sli_octet on) {
  sli_cell cell;
  cell.shows = (sl_quirks)(sli_packed_cells[from][on].bits >> 16) & sli_all_quirks;
  cell.floor = on == sli_octet_end ? SL_NEED_MORE : (sl_error)sli_expected_in[from];
  return cell;
}

/* Copies bytes, and returns the place behind them. */
static inline char* sli_copy(char* to, const char* from, size_t size) {
  size_t i;
  for (i = 0; i < size; ++i)
    to[i] = from[i];
  return to + size;
}

/*@ prototypes @*/

/* ---- Translated functions */

/*@ functions @*/

/* ---- The API. Nothing here decides anything about a line. */

/*@ texts @*/

sl_result sl_parse(const char* bytes, size_t size, sl_policy policy) SLI_NOEXCEPT {
  return sli_parse_line(bytes, size, policy, sli_no_end_need_more);
}

sl_result sl_parse_complete(const char* bytes, size_t size, sl_policy policy) SLI_NOEXCEPT {
  return sli_parse_line(bytes, size, policy, sli_no_end_finish);
}

size_t sl_parse_many(const char* bytes, size_t size, sl_policy policy,
                     const sl_columns* out) SLI_NOEXCEPT {
  sli_string_view lines;
  lines.data = bytes;
  lines.size = size;
  return sli_parse_many(lines, policy, out);
}

/* In the last word of a stream that sl_stream_init() has made ready. No bytes but those that it
 * wrote are read as a parser: zeros would be one that has accepted a line. */
#define SLI_READY UINT64_C(0x6d61657274735f6c)
#define SLI_LAST (sizeof(((sl_stream*)0)->opaque) / sizeof(uint64_t) - 1)

/* Does not compile if a parser has no room in a stream. */
typedef char sli_a_parser_fits[sizeof(sli_stream_parser) <= SLI_LAST * sizeof(uint64_t) ? 1 : -1];

/* A stream is copied in and out, so the caller's bytes are never read as an object of another type.
 * One that was not made ready loads as a parser of limit 0, which reports SL_TOO_LONG. */
static sli_stream_parser sli_load(const sl_stream* from) {
  sli_stream_parser parser;
  if (from->opaque[SLI_LAST] == SLI_READY) {
    SLI_MEMCPY(&parser, from->opaque, sizeof parser);
  } else {
    const sl_policy nothing = {0, 0};
    sli_stream_parser_init(&parser, nothing);
  }
  return parser;
}

static void sli_store(sl_stream* to, const sli_stream_parser* parser) {
  SLI_MEMCPY(to->opaque, parser, sizeof *parser);
}

void sl_stream_init(sl_stream* stream, sl_policy policy) SLI_NOEXCEPT {
  sli_stream_parser parser;
  sli_stream_parser_init(&parser, policy);
  sli_store(stream, &parser);
  stream->opaque[SLI_LAST] = SLI_READY;
}

void sl_stream_reset(sl_stream* stream) SLI_NOEXCEPT {
  sli_stream_parser parser = sli_load(stream);
  sli_stream_parser_reset_of_0(&parser);
  sli_store(stream, &parser);
}

sl_piece sl_stream_feed(sl_stream* stream, const char* bytes, size_t size) SLI_NOEXCEPT {
  sli_stream_parser parser = sli_load(stream);
  sli_string_view piece;
  sli_feed_result got;
  sl_piece out;
  piece.data = bytes;
  piece.size = size;
  got = sli_stream_parser_feed(&parser, piece);
  sli_store(stream, &parser);
  /* C forbids memcpy and fwrite from NULL, even of nothing. */
  out.reason = got.reason_part.size != 0 ? got.reason_part.data : sli_nothing;
  out.reason_size = got.reason_part.size;
  out.used = got.used;
  out.error = got.error;
  return out;
}

sl_error sl_stream_finish(sl_stream* stream) SLI_NOEXCEPT {
  sli_stream_parser parser = sli_load(stream);
  const sl_error error = sli_stream_parser_finish(&parser);
  sli_store(stream, &parser);
  return error;
}

sl_error sl_stream_error(const sl_stream* stream) SLI_NOEXCEPT {
  const sli_stream_parser parser = sli_load(stream);
  return sli_stream_parser_error(&parser);
}

sl_stream_result sl_stream_line(const sl_stream* stream) SLI_NOEXCEPT {
  const sli_stream_parser parser = sli_load(stream);
  const sli_stream_line line = sli_stream_parser_line(&parser);
  sl_stream_result out;
  out.end = sli_stream_parser_end(&parser);
  out.reason_offset = line.reason_offset;
  out.reason_size = line.reason_size;
  out.quirks = line.quirks;
  out.refused = sli_stream_parser_refused(&parser);
  out.error = sli_stream_parser_error(&parser);
  out.code = line.code;
  out.version_major = line.version.major;
  out.version_minor = line.version.minor;
  return out;
}

size_t sl_write(char* out, size_t out_size, const sl_line* line) SLI_NOEXCEPT {
  sli_char_span span;
  span.data = out;
  span.size = out_size;
  return sli_write(span, line);
}

size_t sl_format(const sl_result* result, const char* bytes, size_t size, char* out,
                 size_t out_size) SLI_NOEXCEPT {
  sli_string_view input;
  sli_char_span span;
  size_t whole;
  input.data = bytes;
  input.size = size;
  span.data = out;
  span.size = out_size == 0 ? 0 : out_size - 1;
  whole = sli_format(result, input, span);
  if (out_size != 0)
    out[whole < span.size ? whole : span.size] = '\0';
  return whole;
}

const char* sl_phrase(unsigned code) SLI_NOEXCEPT {
  size_t low = 0, high = sizeof sli_codes / sizeof *sli_codes;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (sli_codes[middle] == code)
      return sli_phrases[middle];
    if (sli_codes[middle] < code)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

#define SLI_SIZE(array) ((int)(sizeof(array) / sizeof *(array)))

const char* sl_error_name(int error) SLI_NOEXCEPT {
  return error >= 0 && error < SLI_SIZE(sli_error_names) ? sli_error_names[error] : "";
}

const char* sl_strerror(int error) SLI_NOEXCEPT {
  return error >= 0 && error < SLI_SIZE(sli_error_texts) ? sli_error_texts[error] : "";
}

/* The place of the first quirk in a set; SLI_SIZE(sli_quirk_names) at least if there is none. */
static int sli_first(sl_quirks quirks) {
  int i;
  for (i = 0; i < SLI_SIZE(sli_quirk_names) && (quirks >> i & 1) == 0;)
    ++i;
  return i;
}

const char* sl_quirk_name(sl_quirks quirks) SLI_NOEXCEPT {
  const int i = sli_first(quirks);
  return i < SLI_SIZE(sli_quirk_names) ? sli_quirk_names[i] : "";
}

const char* sl_quirk_text(sl_quirks quirks) SLI_NOEXCEPT {
  const int i = sli_first(quirks);
  return i < SLI_SIZE(sli_quirk_texts) ? sli_quirk_texts[i] : "";
}

const char* sl_version(void) SLI_NOEXCEPT { return SLI_VERSION; }
