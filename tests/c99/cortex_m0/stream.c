/* SPDX-License-Identifier: MIT */
/* Firmware that reads a status line byte by byte, for its size. */
#include "statusline.h"

volatile char received;
volatile unsigned code;

int main(void) {
  sl_stream stream;
  sl_stream_init(&stream, SL_INTEROP);
  for (;;) {
    const char byte = received;
    sl_stream_feed(&stream, &byte, 1);
    if (sl_stream_error(&stream) == SL_OK)
      code = sl_stream_line(&stream).code;
  }
}
