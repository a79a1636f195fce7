#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds statusline-conform, and runs it in the current folder: the step of action.yml, and of a job of cron.
# Reads the variables KIND, SUBJECT, POLICY, ACCEPT and REPORTS.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${KIND:?expected library, command or client}" "${SUBJECT:?expected a shared library or a command line}"
reports=${REPORTS:-conform-reports}
mkdir -p "$reports"
options=(--policy "${POLICY:-strict}" --junit "$reports/conform.xml" --html "$reports/conform.html"
  --write-accept "$reports/new-accept.tsv")
[[ ! ${ACCEPT:-} ]] || options+=(--accept "$ACCEPT")
# An absolute path: `dev` runs in the folder of its own.
here=$PWD
cd "$checkout"
program=$(./dev conform --where)
cd "$here"
exec "$program" "$KIND" "$SUBJECT" "${options[@]}"
