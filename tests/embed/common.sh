# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For the scripts beside it. ctest sets: CHECKOUT (the sources), OUTER (the build tree that ctest
# runs in), GENERATOR (what made that), TREE (a build tree of the library alone), ROOT (where that is installed), CXX.
set -euo pipefail

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need COMMAND PACKAGE...: a test that cannot run is a test that fails.
need() {
  while (($#)); do
    command -v "$1" >/dev/null || fail "needs $1, which is in the Debian package $2"
    shift 2
  done
}

# scratch: an empty folder of the script's own, and into it.
scratch() {
  local folder
  folder=$TREE/../scratch/$(basename "$0" .sh)
  rm -rf "$folder"
  mkdir -p "$folder"
  cd "$folder"
}

# libdir ROOT: where the C library lies in an installed tree; that depends on the machine.
libdir() { dirname "$(find "$1" -name libstatusline.a)"; }

# make_check ROOT: builds and runs the consumer that has make and pkg-config and nothing else.
make_check() {
  local lib
  need make make pkg-config pkgconf cc gcc
  lib=$(libdir "$1")
  cp "$CHECKOUT"/tests/embed/consumer/{Makefile,*.cpp,*.c} .
  env PKG_CONFIG_LIBDIR="$1/usr/share/pkgconfig:$lib/pkgconfig" LD_LIBRARY_PATH="$lib" \
    make check CXX="$CXX"
}
