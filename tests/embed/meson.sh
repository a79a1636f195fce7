#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# packaging/meson/meson.build in another project: as a subproject with a C and a C++ program, and installed by
# itself for pkg-config.
source "$(dirname "$0")/common.sh"
need meson meson ninja ninja-build pkg-config pkgconf
scratch
mkdir -p app/subprojects/statusline
cp -r "$CHECKOUT"/{include,src,abi,LICENSE} "$CHECKOUT/packaging/meson/meson.build" app/subprojects/statusline
cp "$CHECKOUT/tests/embed/consumer/uses_c.c" app
cat >app/hello.cpp <<'CODE'
#include <statusline/statusline.hpp>
#include <cstdio>
int main() { return std::printf("%d\n", int{statusline::parse("HTTP/1.1 404 Not Found\r\n").line.code}) < 0; }
CODE
cat >app/meson.build <<'CODE'
project('app', 'c', 'cpp', default_options: ['cpp_std=c++20', 'c_std=c99', 'werror=true', 'warning_level=3'])
test('c', executable('uses_c', 'uses_c.c', dependencies: dependency('statusline-c', fallback: 'statusline')))
executable('hello', 'hello.cpp', dependencies: dependency('statusline', fallback: 'statusline'))
CODE
quietly() { "$@" >log 2>&1 || { cat log >&2; fail "$*"; }; }
quietly meson setup build app
quietly meson compile -C build
quietly meson test -C build
[[ $(build/hello) == 404 ]] || fail 'hello prints something else'

quietly meson setup alone app/subprojects/statusline --prefix "$PWD/root" --libdir lib --buildtype release
quietly meson install -C alone
export PKG_CONFIG_PATH=$PWD/root/share/pkgconfig:$PWD/root/lib/pkgconfig
# shellcheck disable=SC2046 # words
cc -std=c99 app/uses_c.c $(pkg-config --cflags --libs statusline-c) -o uses_c
LD_LIBRARY_PATH=root/lib ./uses_c >/dev/null
# shellcheck disable=SC2046
"$CXX" -std=c++20 $(pkg-config --cflags statusline) app/hello.cpp -o hello
[[ $(./hello) == 404 ]] || fail 'hello prints something else'
[[ $(pkg-config --modversion statusline-c) == "$(sed -n 's/.*version = "\(.*\)".*/\1/p' "$CHECKOUT/include/statusline/version.hpp")" ]] ||
  fail 'another version'
soname=$(readelf --dynamic root/lib/libstatusline.so | sed -n 's/.*soname: \[\(.*\)\].*/\1/p')
[[ $soname == "libstatusline.so.$(cut -d. -f1 "$CHECKOUT/abi/VERSION")" ]] || fail "the soname is $soname"
