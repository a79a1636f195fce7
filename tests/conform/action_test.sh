#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# packaging/action/run.sh, which a workflow runs as a step, on the parser of examples/fuzz_your_own.
#
#   action_test.sh CHECKOUT STATUSLINE_CONFORM
set -euo pipefail
checkout=$1 conform=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  printf 'action_test: %s\n' "$*" >&2
  cat "$work/log" >&2 || true
  exit 1
}

# A checkout whose `dev` builds nothing, in a folder with a blank.
mkdir -p "$work/a checkout/packaging"
cp -R "$checkout/packaging/action" "$work/a checkout/packaging"
printf '#!/bin/sh\n[ "$*" = "conform --where" ] && echo "%s"\n' "$conform" >"$work/a checkout/dev"
chmod +x "$work/a checkout/dev"
example=$checkout/examples/fuzz_your_own
cd "$work"
cc -shared -fPIC -I"$checkout/include" -o mine.so "$example/adapter.c" "$example/mine.c"
step() { env "$@" "$work/a checkout/packaging/action/run.sh" >log 2>&1; }

# As action.yml calls it: each input of the step is a variable, empty if it is not set.
for name in kind subject policy accept reports; do
  grep -q "^        ${name^^}: \${{ inputs.$name }}$" "$checkout/packaging/action/action.yml" || fail "no input $name"
done

status=0
step KIND=library SUBJECT=./mine.so POLICY= ACCEPT= REPORTS= || status=$?
((status == 1)) || fail "expected exit 1 for a parser that differs, found $status"
for report in conform.xml conform.html new-accept.tsv; do
  [[ -s conform-reports/$report ]] || fail "no $report"
done
step KIND=library SUBJECT=./mine.so POLICY=strict ACCEPT=conform-reports/new-accept.tsv REPORTS=again ||
  fail 'the list that it wrote does not explain what it finds'
status=0
grep -v bare_lf conform-reports/new-accept.tsv >less.tsv
step KIND=library SUBJECT=./mine.so POLICY=strict ACCEPT=less.tsv REPORTS=again || status=$?
((status == 1)) || fail "expected exit 1 for a row less, found $status"
! step KIND= SUBJECT=./mine.so || fail 'expected a message without a kind'
grep -q 'expected library, command or client' log || fail 'expected what the kinds are'
