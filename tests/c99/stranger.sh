#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds a stranger's C99 project, a folder with statusline.c, statusline.h and a program. It must pass the
# corpus.
#
#   stranger.sh STATUSLINE_C PRINT_CASES FOLDER COMPILER [OPTION...]    RUN=COMMAND runs the program
set -euo pipefail
sources=$(cd "$(dirname "$0")/../.." && pwd)
source_c=$1 print_cases=$2 folder=$3
shift 3

rm -rf "$folder"
mkdir -p "$folder"
cp "$source_c" "$sources/include/statusline/statusline.h" "$sources/tests/c99/stranger/main.c" "$folder"
"$print_cases" >"$folder/cases.h"
cd "$folder"
"$@" main.c statusline.c -o program
${RUN-} ./program
