/* SPDX-License-Identifier: MIT */
/* Firmware that reads a status line from a buffer, for its size. */
#include "statusline.h"

char buffer[256];
volatile size_t received;
volatile unsigned code;

int main(void) {
  for (;;) {
    const sl_result r = sl_parse(buffer, received, SL_INTEROP);
    if (r.error == SL_OK)
      code = r.line.code;
  }
}
