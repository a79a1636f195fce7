#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# With a C++ compiler, CMake and GoogleTest alone, the first commands of CONTRIBUTING build everything, and the tests
# pass.
source "$(dirname "$0")/common.sh"
scratch

packages=(CLI11 nlohmann_json CURL Boost Python3)
hide=("${packages[@]/#/-DCMAKE_DISABLE_FIND_PACKAGE_}")
# A launcher would compile each file by itself.
env -u CMAKE_CXX_COMPILER_LAUNCHER -u CMAKE_C_COMPILER_LAUNCHER \
  cmake -S "$CHECKOUT" -B build -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" -DSTATUSLINE_PEERS= -DSTATUSLINE_WERROR=ON \
  "${hide[@]/%/=ON}" >log || fail "$(cat log)"
cmake --build build >log || fail "$(cat log)"
ctest --test-dir build --label-exclude nightly --output-on-failure --no-tests=error -j "$(nproc)"
