#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds a consumer that has only make and pkg-config, with both compilers and a newer C++.
source "$(dirname "$0")/common.sh"
scratch
make_check "$ROOT/usr"
need clang++ clang
make_check "$ROOT/usr" CC=clang CXX=clang++ CXXFLAGS=-std=c++2b
