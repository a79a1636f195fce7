#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# expect_abort.sh PROGRAM ARGUMENT...: passes if the program aborts and prints the input.
set -u
said=$("$@" 2>&1)
status=$?
printf '%s\n' "$said" | tail -n 12 | cut -c 1-300
[[ $status -eq 134 && $said == *$'\n  input   '* ]]
