#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds and runs a program without libc, libstdc++ and start files. The parser needs only four functions of
# memory, which every compiler requires. (With NDEBUG: a failed assert() calls libc.)
source "$(dirname "$0")/common.sh"
need g++ g++ clang++ clang nm binutils
scratch

for compiler in g++ clang++; do
  for level in -O0 -O2; do
    "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Werror -DNDEBUG "$level" -ffreestanding \
      -fno-exceptions -fno-rtti -fno-stack-protector -fno-pie -nostdlib -static \
      -I"$ROOT/usr/include" "$CHECKOUT/tests/embed/freestanding/main.cpp" -o program
    undefined=$(nm --undefined-only program)
    [[ -z $undefined ]] || fail "$compiler $level leaves undefined: $undefined"
    ./program || fail "$compiler $level: the program says $?"
  done
done
