#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# `cmake -B build` must work with only a C++ compiler: it leaves out tools and tests that need more, and lists
# them. With STATUSLINE_COMPLETE, which the presets set, it fails instead.
source "$(dirname "$0")/common.sh"
scratch

packages=(CLI11 nlohmann_json GTest CURL Boost Python3)
hide=("${packages[@]/#/-DCMAKE_DISABLE_FIND_PACKAGE_}")

# configure OPTION...: without the peers, which print their own lines.
configure() {
  rm -rf build
  cmake -S "$CHECKOUT" -B build -G "$GENERATOR" -DCMAKE_CXX_COMPILER="$CXX" -DSTATUSLINE_PEERS= "$@" 2>&1
}

configure "${hide[@]/%/=ON}" >log || fail "$(cat log)"
for package in "${packages[@]:1}"; do # the tool lacks nlohmann_json already
  grep -q "left out: .* (needs .*$package" log || fail "no line names $package: $(cat log)"
done
for package in "${packages[@]}"; do
  if configure -DSTATUSLINE_COMPLETE=ON "-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON" >log; then
    fail "nothing is missing without $package"
  fi
  grep -q "needs .*$package" log || fail "$(cat log)"
done
