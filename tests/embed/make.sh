#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make and pkg-config are all that a consumer needs, with either compiler and a newer C++.
source "$(dirname "$0")/common.sh"
scratch
make_check "$ROOT/usr"
need clang++ clang
make_check "$ROOT/usr" CC=clang CXX=clang++ CXXFLAGS=-std=c++2b
