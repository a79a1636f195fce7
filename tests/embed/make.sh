#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make and pkg-config are all that a consumer needs.
source "$(dirname "$0")/common.sh"
scratch
make_check "$ROOT"
