/* SPDX-License-Identifier: MIT */
/*
 * A program that uses the C library, in C99 and in C++. Calls every function once.
 */
#include <statusline/statusline.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(what)                                                                                \
  do {                                                                                             \
    if (!(what)) {                                                                                 \
      printf("line %d: %s\n", __LINE__, #what);                                                    \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static const char canonical[] = "HTTP/1.1 404 Not Found\r\n";
static const char bare_lf[] = "HTTP/1.0 200 Fine\nServer: x\r\n";

static const sl_policy constant = SL_POLICY_INIT(SL_BARE_LF);

static void parses(void) {
  CHECK(sl_parse(bare_lf, strlen(bare_lf), constant).error == SL_OK);

  sl_result r = sl_parse(canonical, strlen(canonical), SL_STRICT);
  CHECK(r.error == SL_OK && r.end == strlen(canonical) && r.refused == 0);
  CHECK(r.line.code == 404 && r.line.version_major == 1 && r.line.version_minor == 1);
  CHECK(r.line.reason == canonical + 13 && r.line.reason_size == 9 && r.line.quirks == 0);

  r = sl_parse(bare_lf, strlen(bare_lf), SL_STRICT);
  CHECK(r.error == SL_BAD_LINE_END && r.end == 17 && r.refused == SL_BARE_LF);
  CHECK(r.line.reason == NULL && r.line.code == 0);
  r = sl_parse(bare_lf, strlen(bare_lf), SL_INTEROP);
  CHECK(r.error == SL_OK && r.end == 18 && r.line.quirks == SL_BARE_LF);

  r = sl_parse_complete(canonical, 17, SL_STRICT);
  CHECK(r.error == SL_NEED_MORE && r.refused == SL_UNTERMINATED);
  r = sl_parse_complete(canonical, 17, SL_PERMISSIVE);
  CHECK(r.error == SL_OK && r.line.quirks == SL_UNTERMINATED);

  char text[SL_FORMAT_SIZE];
  r = sl_parse("HTTP/1.1 404\r", 13, SL_STRICT);
  CHECK(sl_format(&r, "HTTP/1.1 404\r", 13, text, sizeof text) == strlen(text));
  CHECK(strncmp(text, "byte 12: expected one space (SP)", 32) == 0);

  sl_policy small = SL_STRICT;
  small.max_size = 16;
  CHECK(sl_parse(canonical, strlen(canonical), small).error == SL_TOO_LONG);
  CHECK(sl_parse(NULL, 0, SL_STRICT).error == SL_NEED_MORE);
}

static void streams(void) {
  char reason[16];
  size_t size = 0;
  sl_stream stream;
  memset(&stream, 0xff, sizeof stream);
  sl_stream_init(&stream, SL_INTEROP);
  CHECK(sl_stream_feed(&stream, NULL, 0).error == SL_NEED_MORE);
  for (const char* byte = bare_lf; sl_stream_error(&stream) == SL_NEED_MORE; ++byte) {
    const sl_piece piece = sl_stream_feed(&stream, byte, 1);
    CHECK(piece.used == 1);
    memcpy(reason + size, piece.reason, piece.reason_size);
    size += piece.reason_size;
  }
  const sl_stream copy = stream;
  const sl_stream_result r = sl_stream_line(&copy);
  CHECK(r.error == SL_OK && r.end == 18 && r.code == 200 && r.quirks == SL_BARE_LF);
  CHECK(r.reason_offset == 13 && r.reason_size == size && memcmp(reason, "Fine", 4) == 0);

  sl_stream_reset(&stream);
  CHECK(sl_stream_error(&stream) == SL_NEED_MORE);
  sl_stream_feed(&stream, canonical, 14);
  CHECK(sl_stream_finish(&stream) == SL_NEED_MORE);
  CHECK(sl_stream_line(&stream).refused == SL_UNTERMINATED);
  CHECK(sl_stream_feed(&stream, canonical + 14, strlen(canonical) - 14).error == SL_OK);
}

static void writes(void) {
  char out[64];
  sl_line line = sl_parse(canonical, strlen(canonical), SL_STRICT).line;
  CHECK(sl_write(out, sizeof out, &line) == strlen(canonical));
  CHECK(memcmp(out, canonical, strlen(canonical)) == 0);
  CHECK(sl_write(out, strlen(canonical) - 1, &line) == 0);
  CHECK(sl_write(NULL, 0, &line) == 0);
  line.reason = "OK\r\nSet-Cookie: a=b";
  line.reason_size = strlen(line.reason);
  CHECK(sl_write(out, sizeof out, &line) == 0);
}

static void names(void) {
  CHECK(strcmp(sl_phrase(404), "Not Found") == 0);
  CHECK(strcmp(sl_phrase(418), "I'm a Teapot") == 0);
  CHECK(sl_phrase(299) == NULL && sl_phrase(0) == NULL && sl_phrase(4294967295u) == NULL);
  CHECK(strcmp(sl_error_name(SL_BAD_LINE_END), "line_end") == 0);
  CHECK(sl_strerror(SL_TOO_LONG)[0] != '\0');
  CHECK(sl_error_name(-1)[0] == '\0' && sl_error_name(256)[0] == '\0');
  CHECK(sl_strerror(-1)[0] == '\0' && sl_strerror(9)[0] == '\0');
  static const char* const quirks[] = {"missing_reason",     "bare_lf",       "repeated_cr",
                                       "leading_blank",      "extra_space",   "other_whitespace",
                                       "lowercase_protocol", "short_version", "missing_version",
                                       "icy_protocol",       "glued_reason",  "control_in_reason",
                                       "unterminated"};
  for (unsigned i = 0; i < sizeof quirks / sizeof *quirks; ++i)
    CHECK(strcmp(sl_quirk_name(1u << i), quirks[i]) == 0);
  CHECK(strcmp(sl_quirk_name(SL_BARE_LF | SL_REPEATED_CR), "bare_lf") == 0);
  CHECK(sl_quirk_name(0)[0] == '\0' && sl_quirk_name(1u << 31)[0] == '\0');
  CHECK(sl_quirk_text(SL_UNTERMINATED)[0] != '\0' && sl_quirk_text(0)[0] == '\0');
}

int main(void) {
  parses();
  streams();
  writes();
  names();
  printf("statusline %s\n", sl_version());
  return 0;
}
