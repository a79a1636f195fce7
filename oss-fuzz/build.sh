#!/bin/bash
# SPDX-License-Identifier: MIT
# The script is the repository's own, so that a new target or dependency needs no change here.
set -eu
exec "$SRC/statusline/.clusterfuzzlite/build.sh"
