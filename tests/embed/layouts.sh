#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A consumer must find the library in every layout, and after every order of installation steps.
source "$(dirname "$0")/common.sh"
scratch

# built_for OPTION...: builds the library alone, in ./build, for one layout.
built_for() {
  rm -rf build
  cmake -S "$CHECKOUT" -B build -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" \
    -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF "$@"
  cmake --build build
}
# used_in PREFIX
used_in() {
  cmake_check "$1"
  make_check "$1"
}

# A prefix with a space, and lib64 on a system without it.
built_for -DCMAKE_INSTALL_PREFIX="$PWD/a prefix" -DCMAKE_INSTALL_LIBDIR=lib64
cmake --install build
used_in "$PWD/a prefix"

# Into a staging folder, one component at a time, as packagers do.
built_for -DCMAKE_INSTALL_PREFIX=/opt/statusline -DCMAKE_INSTALL_LIBDIR=lib/some-machine
for part in statusline_runtime statusline_dev; do
  DESTDIR=$PWD/staged cmake --install build --component "$part"
done
DESTDIR=$PWD/whole cmake --install build
diff -r staged whole || fail "the parts are not the whole"
make_check "$PWD/staged/opt/statusline"

# Only one kind of library: statusline::statusline_c must be that one.
for shared in ON OFF; do
  built_for -DCMAKE_INSTALL_PREFIX="$PWD/shared-$shared" -DBUILD_SHARED_LIBS="$shared"
  cmake --install build
  cmake_check "$PWD/shared-$shared" -DBUILD_SHARED_LIBS="$shared"
done
make_check "$PWD/shared-OFF"
if find shared-ON -name '*.a' | grep . || find shared-OFF -name '*.so*' | grep .; then
  fail "BUILD_SHARED_LIBS builds the other kind too"
fi

# Without the C library, find_package must report that it is missing.
built_for -DCMAKE_INSTALL_PREFIX="$PWD/bare" -DSTATUSLINE_C=OFF
cmake --install build
if cmake -S "$CHECKOUT/tests/embed/consumer" -B refusing -G "$GENERATOR" \
  -DCMAKE_PREFIX_PATH="$PWD/bare" >refused 2>&1; then
  fail "a component was found that is not there"
fi
grep -q 'The component c is the CMake package statusline-c' refused || fail "$(cat refused)"
if find bare -name 'libstatusline*' | grep .; then
  fail "a library that nobody asked for is installed"
fi
