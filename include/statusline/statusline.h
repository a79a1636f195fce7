/* SPDX-License-Identifier: MIT */
/**
 * @file
 * statusline for C, and for languages that can call C: the version, the status code and the reason
 * phrase from raw HTTP/1.x response bytes (RFC 9112 section 4), with a name for each irregularity.
 *
 *     #include <statusline/statusline.h>          // cc `pkg-config --cflags --libs statusline-c`
 *
 *     sl_result r = sl_parse(bytes, size, SL_STRICT);
 *     if (r.error == SL_OK)
 *       printf("%d %.*s\n", r.line.code, (int)r.line.reason_size, r.line.reason);
 *     else if (r.error != SL_NEED_MORE) {
 *       char text[SL_FORMAT_SIZE];
 *       sl_format(&r, bytes, size, text, sizeof text);
 *       puts(text); // byte 9: expected the first digit of the status code, found 'O': ...
 *     }
 *
 * It returns the same for every input as <statusline/statusline.hpp>. C99, or C++11 and later.
 *
 * Sizes and offsets are in bytes. Bytes are a pointer and a size; they need no NUL at the end, may
 * hold NULs, and the pointer may be NULL if the size is 0. Any other pointer must be valid: with
 * NULL, or with fewer bytes than the size, the behaviour is undefined. Nothing here allocates,
 * throws, blocks, takes a lock or keeps state between calls: every function may be called from any
 * thread and from a signal handler. A `const char*` that ends with a NUL has static lifetime and is
 * never to be freed.
 *
 * The declarations here stay the same, to the byte, as long as the library is called
 * libstatusline.so.1; functions, errors and quirks may be added.
 *
 * Tested by c_abi_test, c99_test, sizes_test, proof_native_test, tests/c99 and tests/embed.
 */
#ifndef STATUSLINE_STATUSLINE_H
#define STATUSLINE_STATUSLINE_H

#include <stddef.h>
#include <stdint.h>

/**
 * The version of this header: the library that a program was compiled for. sl_version() is that of
 * the library it runs with.
 */
#define SL_VERSION "1.0.0"
#define SL_VERSION_MAJOR 1 /**< an incompatible change */
#define SL_VERSION_MINOR 0 /**< an addition */
#define SL_VERSION_PATCH 0 /**< a fix */

/* On Windows define SL_SHARED to link to the DLL by import (it works without, a call costs more).
 * CMake defines statusline_c_EXPORTS where it compiles the DLL. */
#if defined(_WIN32) && defined(statusline_c_EXPORTS)
#define SL_API __declspec(dllexport)
#elif defined(_WIN32) && defined(SL_SHARED)
#define SL_API __declspec(dllimport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define SL_API __attribute__((__visibility__("default")))
#else
#define SL_API
#endif

#ifdef __cplusplus
#define SL_NOEXCEPT noexcept
extern "C" {
#else
#define SL_NOEXCEPT
#endif

/** The result of a parse; for an error, what was expected. The values of statusline::errc. */
typedef enum sl_error {
  SL_OK = 0,            /**< the line is accepted */
  SL_NEED_MORE = 1,     /**< incomplete; some continuation is acceptable. If none comes, an error */
  SL_BAD_PROTOCOL = 2,  /**< expected a byte of "HTTP/" */
  SL_BAD_VERSION = 3,   /**< expected a digit of the version, or the dot between them */
  SL_BAD_SEPARATOR = 4, /**< expected one SP, after the version or after the code */
  SL_BAD_CODE = 5,      /**< expected a digit of the status code, which has three */
  SL_BAD_REASON = 6,    /**< expected a byte of the reason phrase, or CR */
  SL_BAD_LINE_END = 7,  /**< expected CRLF: the CR, or the LF after it */
  SL_TOO_LONG = 8       /**< the first `max_size` bytes hold neither an error nor a line end */
} sl_error;

/**
 * An irregularity that real servers send and RFC 9112 section 4 does not allow: one bit each, bit i
 * for the value i of statusline::quirk.
 */
typedef enum sl_quirk {
  SL_MISSING_REASON = 1 << 0,     /**< neither the SP after the code nor a reason */
  SL_BARE_LF = 1 << 1,            /**< an LF without CR ends the line */
  SL_REPEATED_CR = 1 << 2,        /**< further CRs before the LF */
  SL_LEADING_BLANK = 1 << 3,      /**< one blank line (CRLF or LF) before the line */
  SL_EXTRA_SPACE = 1 << 4,        /**< an SP after another blank before the code */
  SL_OTHER_WHITESPACE = 1 << 5,   /**< HTAB, VT or FF in place of SP */
  SL_LOWERCASE_PROTOCOL = 1 << 6, /**< a letter of "HTTP" in lower case */
  SL_SHORT_VERSION = 1 << 7,      /**< no minor version; it is read as 0 */
  SL_MISSING_VERSION = 1 << 8,    /**< no version at all; it is read as 0.0 */
  SL_ICY_PROTOCOL = 1 << 9,       /**< "ICY" (SHOUTcast, NTRIP); the version is read as 0.0 */
  SL_GLUED_REASON = 1 << 10,      /**< the reason starts straight after the code */
  SL_CONTROL_IN_REASON = 1 << 11, /**< a control byte other than HTAB in the reason */
  SL_UNTERMINATED = 1 << 12       /**< the input ended, the line did not */
} sl_quirk;

/** A set of quirks: flags of sl_quirk, or-ed. */
typedef uint32_t sl_quirks;

/**
 * The quirks to accept, and the most bytes that a line may have (its LF and a leading blank line
 * included). A policy is only a filter: a line reads the same under every policy that accepts it.
 *
 *     sl_policy mine = SL_STRICT;
 *     mine.allowed |= SL_BARE_LF;
 */
typedef struct sl_policy {
  size_t max_size;   /**< in bytes; a line of exactly this size passes; SIZE_MAX is no limit */
  sl_quirks allowed; /**< bits that stand for no quirk are ignored */
} sl_policy;

#define SL_MAX_SIZE 8192 /**< the limit of the policies below */

/** The policy that allows these quirks, up to SL_MAX_SIZE bytes. */
#ifdef __cplusplus
#define SL_POLICY(allowed_quirks) (sl_policy{SL_MAX_SIZE, (allowed_quirks)})
#else
#define SL_POLICY(allowed_quirks) ((sl_policy){SL_MAX_SIZE, (allowed_quirks)})
#endif

/** The same for the initializer of a static or constant policy. */
#define SL_POLICY_INIT(allowed_quirks)                                                             \
  { SL_MAX_SIZE, (allowed_quirks) }

/** Exactly RFC 9112 section 4. */
#define SL_STRICT SL_POLICY(0)
/** The quirks that nearly every client accepts. */
#define SL_INTEROP SL_POLICY(SL_MISSING_REASON | SL_BARE_LF)
/**
 * Every quirk, also those that a later library adds: for scanners and monitors that look at
 * traffic, never for programs that forward it.
 */
#define SL_PERMISSIVE SL_POLICY(UINT32_MAX)

/**
 * The parts of a status line. `reason` points into the bytes that were parsed, is valid as long
 * as they are, and does not end with a NUL; in a result that is SL_OK it is not NULL. An absent
 * reason and an empty one are both of size 0; SL_MISSING_REASON in `quirks` tells them apart.
 */
typedef struct sl_line {
  const char* reason;    /**< any bytes except CR and LF, in any encoding */
  size_t reason_size;    /**< in bytes */
  sl_quirks quirks;      /**< what was irregular, and was allowed */
  uint16_t code;         /**< 000 to 999; RFC 9110 section 15 defines 100 to 599 */
  uint8_t version_major; /**< 0 to 9 (RFC 9112 section 2.3) */
  uint8_t version_minor; /**< 0 to 9 */
} sl_line;

/**
 * The result of a parse. On SL_OK `end` is one past the LF (the size of the input where
 * SL_UNTERMINATED shows); on SL_NEED_MORE the size of the input; on SL_TOO_LONG `max_size`; on any
 * other error the offset of the first byte that cannot belong to an acceptable line under the
 * policy. On anything but SL_OK, `line` is all zeros. `refused` holds the quirks at `end` that the
 * policy does not allow: allow them to get past it. It is 0 if allowing quirks does not help. On
 * SL_NEED_MORE only sl_parse_complete() and sl_stream_finish() fill it in: with what the policy has
 * to allow for this line to be accepted as it is, SL_UNTERMINATED among it.
 */
typedef struct sl_result {
  sl_line line;      /**< points into the bytes that were parsed: valid as long as they are */
  size_t end;        /**< where parsing stopped, in bytes from the start of the input */
  sl_quirks refused; /**< the quirks to allow to get past `end` */
  sl_error error;    /**< SL_OK, or what was expected at `end` */
} sl_result;

/**
 * Parses the status line at the start of `bytes`, and ignores the bytes after the line. Returns
 * SL_NEED_MORE if and only if some continuation would be accepted (the size limit aside). The
 * result points into `bytes`. Never reads outside them. O(the smaller of `end` and `max_size`).
 */
SL_API sl_result sl_parse(const char* bytes, size_t size, sl_policy policy) SL_NOEXCEPT;

/**
 * As sl_parse(), for a complete input: no more bytes will come. A policy may allow a line that ends
 * after its code, in its reason or after its CR (SL_UNTERMINATED); any other incomplete line is
 * SL_NEED_MORE, an error here. O(the smaller of `end` and `max_size`).
 */
SL_API sl_result sl_parse_complete(const char* bytes, size_t size, sl_policy policy) SL_NOEXCEPT;

/** The digits of a version: 0 to 9 each. */
typedef struct sl_http_version {
  uint8_t major; /**< before the dot */
  uint8_t minor; /**< behind it */
} sl_http_version;

/**
 * Where sl_parse_many() writes: arrays of at least `capacity` elements each, none of them NULL. Row
 * i is the elements i of all of them.
 */
typedef struct sl_columns {
  size_t capacity;          /**< how many rows there is room for */
  uint16_t* code;           /**< as in sl_line */
  sl_http_version* version; /**< as in sl_line */
  sl_quirks* quirks;        /**< as in sl_line */
  sl_error* error;          /**< as in sl_result */
  size_t* reason_offset;    /**< where the reason begins in the buffer, in bytes */
  size_t* reason_size;      /**< in bytes */
  size_t* end;              /**< one past the line's LF, an offset in the buffer in bytes */
} sl_columns;

/**
 * Parses each line of `bytes`, and returns how many rows it wrote: one for each LF, until the
 * columns are full. Row i is about the bytes from `end[i - 1]` (from 0 for the first row) up to
 * `end[i]`. It holds what sl_parse_complete() returns for these bytes and this policy. Unless
 * `error` is SL_OK, the other columns are zero, `end` excepted.
 *
 * To go on, skip the first `end[rows - 1]` bytes and call it again. Bytes after the last LF are
 * never read as a line: append to them, or call sl_parse_complete() if no more come. For where a
 * line is wrong, and which quirks were refused, call sl_parse_complete() with the bytes of its row.
 * SL_LEADING_BLANK never shows: an empty line is a row of its own, whose error is SL_BAD_PROTOCOL,
 * or SL_NEED_MORE if the policy allows SL_LEADING_BLANK. O(size), or, if
 * the columns are filled, O(`end` of the last row + `capacity`).
 *
 *     while ((rows = sl_parse_many(bytes, size, SL_INTEROP, &out)) != 0) {
 *       for (i = 0; i < rows; ++i)
 *         if (error[i] == SL_OK)
 *           ++seen[code[i]];
 *       bytes += end[rows - 1];
 *       size -= end[rows - 1];
 *     }
 */
SL_API size_t sl_parse_many(const char* bytes, size_t size, sl_policy policy,
                            const sl_columns* out) SL_NOEXCEPT;

/**
 * Parses one status line (RFC 9112 section 4) as its bytes arrive, in pieces of any size. It
 * returns what sl_parse() returns for all of them at once. It holds no resource and no pointer:
 * copy it by assignment or memcpy(), and drop it without a call. Use one stream from one thread at
 * a time.
 *
 *     sl_stream stream;
 *     sl_stream_init(&stream, SL_INTEROP);
 *     while (sl_stream_error(&stream) == SL_NEED_MORE && (n = read(fd, buf, sizeof buf)) > 0) {
 *       sl_piece piece = sl_stream_feed(&stream, buf, (size_t)n);
 *       fwrite(piece.reason, 1, piece.reason_size, stdout); // if the reason is wanted
 *       rest = buf + piece.used; // the header section begins here once piece.error is SL_OK
 *     }
 *     if (sl_stream_finish(&stream) != SL_OK) // SL_NEED_MORE: the line was cut off
 *       ...
 *
 * On an error discard the parts of the reason: they are part of no line.
 */
typedef struct sl_stream {
  uint64_t opaque[12]; /**< 96 bytes, some reserved for later versions */
} sl_stream;

/** The result of feeding one piece. `reason` is never NULL, so that memcpy() accepts it. */
typedef struct sl_piece {
  const char* reason; /**< the bytes of the piece that belong to the reason; a view of the piece */
  size_t reason_size; /**< in bytes */
  size_t used;    /**< bytes of the piece that belong to the line; on an error, those before it */
  sl_error error; /**< as sl_stream_error() */
} sl_piece;

/** A line that came in pieces. Offsets count from the first byte fed since init or reset. */
typedef struct sl_stream_result {
  size_t end;            /**< as in sl_result: the sum of all `used` */
  size_t reason_offset;  /**< where the reason begins, in bytes */
  size_t reason_size;    /**< in bytes: the sum over all pieces */
  sl_quirks quirks;      /**< as in sl_line */
  sl_quirks refused;     /**< as in sl_result */
  sl_error error;        /**< on anything but SL_OK, the members of the line are 0 */
  uint16_t code;         /**< as in sl_line */
  uint8_t version_major; /**< as in sl_line */
  uint8_t version_minor; /**< as in sl_line */
} sl_stream_result;

/**
 * Makes a stream ready; any bytes may have been in it. O(1).
 *
 * Call the functions below on a stream that sl_stream_init() has made ready. On any other, such as
 * zeros or random bytes, each of them reports SL_TOO_LONG, as under a limit of 0, and uses no byte.
 */
SL_API void sl_stream_init(sl_stream* stream, sl_policy policy) SL_NOEXCEPT;

/** Makes it ready for another line under the same policy. O(1). */
SL_API void sl_stream_reset(sl_stream* stream) SL_NOEXCEPT;

/**
 * Feeds the next bytes; they may be freed after the call. After SL_OK or an error the stream uses
 * no more bytes: `used` is 0, and the error stays the same. O(size).
 */
SL_API sl_piece sl_stream_feed(sl_stream* stream, const char* bytes, size_t size) SL_NOEXCEPT;

/**
 * Ends the input: returns as sl_parse_complete() does. If that is SL_NEED_MORE, the line was cut
 * off: `refused` of sl_stream_line() lists the quirks as in sl_result, and more bytes can still be
 * fed. Once the line is decided, it returns sl_stream_error(). O(1).
 */
SL_API sl_error sl_stream_finish(sl_stream* stream) SL_NOEXCEPT;

/** SL_NEED_MORE until the line is decided. O(1). */
SL_API sl_error sl_stream_error(const sl_stream* stream) SL_NOEXCEPT;

/** The line, once it is decided, and how far the stream has come before that. O(1). */
SL_API sl_stream_result sl_stream_line(const sl_stream* stream) SL_NOEXCEPT;

/**
 * Writes the canonical status line (RFC 9112 section 4), without a NUL, and returns its size, which
 * is `line->reason_size + 15`. Writes nothing and returns 0 for a reason with CR, LF or another
 * control byte but HTAB (so a phrase can't split a response), a code over 999, a version part over
 * 9, an `out_size` too small. `line->quirks` is ignored. `out` must not overlap the reason.
 * O(size).
 *
 *     char out[64];
 *     sl_line line = {.reason = "Bad Gateway", .reason_size = 11, .code = 502, .version_major = 1,
 *                     .version_minor = 1};
 *     size_t size = sl_write(out, sizeof out, &line);
 */
SL_API size_t sl_write(char* out, size_t out_size, const sl_line* line) SL_NOEXCEPT;

#define SL_FORMAT_SIZE 768 /**< room for every line of sl_format(), with its NUL */

/**
 * Writes a result as one line of printable ASCII for a log: the offset, what was expected and what
 * was found there, and the part of the line around it; or, on SL_OK, the quirks. As snprintf(), it
 * ends with a NUL, is cut to `out_size` (if that is 0, `out` may be NULL), and returns the size of
 * the whole line without the NUL. It writes no line end. Precondition: `result` is that of a parse
 * of these bytes. O(result->end).
 *
 *     char out[SL_FORMAT_SIZE];
 *     sl_format(&r, bytes, size, out, sizeof out);
 *     puts(out); // byte 12: expected one space (SP) after the status code, found CR ...
 */
SL_API size_t sl_format(const sl_result* result, const char* bytes, size_t size, char* out,
                        size_t out_size) SL_NOEXCEPT;

/**
 * The phrase to send with a code: that of the IANA HTTP Status Code Registry, or NULL if the code
 * is not listed. IANA's text for the reserved 306 and 418 is "(Unused)"; for these it is "Switch
 * Proxy" (draft-cohen-http-305-306-responses-00) and "I'm a Teapot" (RFC 7168 section 2.3.3). O(1).
 */
SL_API const char* sl_phrase(unsigned code) SL_NOEXCEPT;

/** The name of an sl_error as the tool and the C++ library spell it, "line_end"; "" for no error of
 * this library. O(1). */
SL_API const char* sl_error_name(int error) SL_NOEXCEPT;

/** One sentence for a person: what was expected there; "" for no error of this library. O(1). */
SL_API const char* sl_strerror(int error) SL_NOEXCEPT;

/**
 * The name of the first quirk in a set, "bare_lf"; "" if there is none that this library knows.
 * O(1). All the names of a set:
 *
 *     for (sl_quirks rest = r.line.quirks; rest != 0; rest &= rest - 1)
 *       puts(sl_quirk_name(rest));
 */
SL_API const char* sl_quirk_name(sl_quirks quirks) SL_NOEXCEPT;

/** One sentence for a person on that quirk: what stands there, and what was expected. O(1). */
SL_API const char* sl_quirk_text(sl_quirks quirks) SL_NOEXCEPT;

/** The version of the library that the program runs with, "1.0.0". O(1). */
SL_API const char* sl_version(void) SL_NOEXCEPT;

#ifdef __cplusplus
}
#endif
#undef SL_NOEXCEPT
#undef SL_API

#endif
