#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs statusline-conform alone, and holds a parser against the grammar that is built with installed files.
source "$(dirname "$0")/common.sh"
need cc gcc
scratch

cmake --install "$OUTER" --component statusline_conform --prefix "$PWD/usr"
[[ $(find usr -type f | sort | xargs) == 'usr/bin/statusline-conform usr/share/man/man1/statusline-conform.1' ]] ||
  fail "the component has $(find usr -type f)"
mv usr moved
conform=$PWD/moved/bin/statusline-conform
cmp <("$conform" cases --json) "$ROOT/usr/share/statusline/conformance/cases.json"

example=$CHECKOUT/examples/fuzz_your_own
cc -shared -fPIC -I"$ROOT/usr/include" -o mine.so "$example/adapter.c" "$example/mine.c"
# judge STATUS OPTION...
judge() {
  local status=0
  "$conform" library ./mine.so --extra-states 0 --no-learning "${@:2}" >report || status=$?
  [[ $status == "$1" ]] || fail "${*:2}: status $status, expected $1: $(cat report)"
}
judge 1
grep -q '^wider: control_in_reason' report || fail "$(cat report)"
judge 0 --accept "$example/known.tsv"
grep -v control_in_reason "$example/known.tsv" >less.tsv
judge 1 --accept less.tsv

# The man page has each command and each option of the program.
page=moved/share/man/man1/statusline-conform.1
"$conform" --help >help
mapfile -t kinds < <(sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p' help)
((${#kinds[@]} == 5)) || fail "the help has ${kinds[*]}"
for kind in "${kinds[@]}"; do
  "$conform" "$kind" --help >>help
  grep -qx -e ".B $kind" "$page" || fail "the man page has no $kind"
done
mapfile -t options < <(sed -nE 's/^ +(-[[:alpha:]],)?(--[a-z-]+).*/\2/p' help | sort -u)
((${#options[@]} > 12)) || fail "the help has ${options[*]}"
for option in "${options[@]}"; do
  sed 's/\\-/-/g' "$page" | grep -qE -e "^\.(B|BI|BR) (-[A-Za-z] \", \" )?$option( |\$)" || fail "the man page has no $option"
done
