#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The version of the project and that of the ABI are two numbers. A new one of either must not change the
# other in the library's file name, its soname and its package.
source "$(dirname "$0")/common.sh"
need readelf binutils
scratch

cp -r "$CHECKOUT"/{CMakeLists.txt,LICENSE,abi,cmake,corpus,examples,include,src} .

# check PROJECT ABI: builds the library with these two versions.
check() {
  local major=${2%%.*}
  sed -i "s/version = \"[0-9.]*\"/version = \"$1\"/" include/statusline/version.hpp
  echo "$2" >abi/VERSION
  cmake -S . -B build -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" -DSTATUSLINE_TESTS=OFF -DSTATUSLINE_TOOL=OFF
  cmake --build build
  [[ $(readlink -f build/src/c/libstatusline.so) == */libstatusline.so.$2 ]] || fail "$1 $2: $(ls build/src/c)"
  readelf --dynamic build/src/c/libstatusline.so | grep -qF "soname: [libstatusline.so.$major]" ||
    fail "$1 $2: another soname"
  grep -F PACKAGE_VERSION build/CPackConfig.cmake | grep -qF "\"$1\"" || fail "$1 $2: another version of the package"
  grep -qF "\"libstatusline$major\"" build/CPackConfig.cmake || fail "$1 $2: another name of the package"
}
check 2.3.4 1.0.1
check 2.3.5 7.1.0
