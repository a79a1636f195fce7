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

# need COMMAND PACKAGE...: fails if the command is not installed.
need() {
  while (($#)); do
    command -v "$1" >/dev/null || fail "needs $1, which is in the Debian package $2"
    shift 2
  done
}

# scratch: makes an empty folder for the script, and enters it.
scratch() {
  local folder
  folder=$TREE/../scratch/$(basename "$0" .sh)
  rm -rf "$folder"
  mkdir -p "$folder"
  cd "$folder"
}

# prints EXPECTED INPUT COMMAND...: the command must print EXPECTED for INPUT; both in the escapes of printf.
prints() {
  local expected=$1 input=$2 answer
  # shellcheck disable=SC2059 # the input is the format
  answer=$(printf "$input" | "${@:3}" 2>&1) || true
  [[ $answer == "$expected" ]] || fail "$input: expected $expected, found $answer"
}

# libdir ROOT: prints the folder of the C library in an installed tree, which depends on the machine.
libdir() { dirname "$(find "$1" -name libstatusline.a)"; }

# cmake_check PREFIX [OPTION...]: builds and runs the consumer that has CMake. The name of the build tree has
# no space, even if PREFIX has one.
cmake_check() {
  local prefix=$1
  need cmake cmake
  rm -rf cmake_check
  cmake -S "$CHECKOUT/tests/embed/consumer" -B cmake_check -G "$GENERATOR" \
    -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_PREFIX_PATH="$prefix" "${@:2}"
  cmake --build cmake_check
  ctest --test-dir cmake_check --output-on-failure
}

# make_check PREFIX [VARIABLE...]: builds and runs the consumer that has only make and pkg-config.
make_check() {
  local lib
  need make make pkg-config pkgconf cc gcc
  lib=$(libdir "$1")
  cp "$CHECKOUT"/tests/embed/consumer/{Makefile,*.cpp,*.c} .
  env PKG_CONFIG_LIBDIR="$1/share/pkgconfig:$lib/pkgconfig" LD_LIBRARY_PATH="$lib" \
    make --always-make check CXX="$CXX" "${@:2}"
}
