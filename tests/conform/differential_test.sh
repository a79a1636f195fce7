#!/usr/bin/env bash
# The differential fuzz target on the parser of examples/fuzz_your_own: it finds what no list has, and runs on what the
# list of statusline-conform has. Needs Clang.
#
#   differential_test.sh CHECKOUT STATUSLINE_CONFORM
set -euo pipefail
checkout=$1 conform=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
example=$checkout/examples/fuzz_your_own
unset STATUSLINE_ACCEPT STATUSLINE_POLICY

fail() {
  printf 'differential_test: %s\n' "$*" >&2
  exit 1
}

# build COMPILER FLAG ENGINE OUT: the plain lines of docs/fuzzing.md.
build() {
  "${1%++}" -g -O1 "$2" -I"$checkout/include" -c "$example/adapter.c" "$example/mine.c"
  "$1" -std=c++20 -g -O1 "$3" -I"$checkout/include" "$checkout/src/conform/differential_fuzzer.cpp" adapter.o mine.o -o "$4"
}

fuzz() { # PROGRAM LOG: true if nothing stopped it
  mkdir -p found # libFuzzer writes into the first folder
  "./$1" -runs=100000 -seed=1 -artifact_prefix="$work/" -dict="$checkout/fuzz/statusline.dict" found \
    "$checkout/corpus/seeds/oracle_fuzzer" >"$2" 2>&1
}

build clang++ -fsanitize=fuzzer-no-link,address -fsanitize=fuzzer,address fuzzer

# Without a list, it stops at once, and its message is the row of a list.
! fuzz fuzzer log || fail 'it found nothing'
grep -qE '^differential_fuzzer: (wider|waits)	' log || { tail -n 20 log; fail 'expected a message'; }

# The list of the conformance program explains all that is found.
cc -shared -fPIC -I"$checkout/include" -o mine.so "$example/adapter.c" "$example/mine.c"
"$conform" library ./mine.so --extra-states 1 --no-learning --write-accept known.tsv >report || (($? == 1))
STATUSLINE_ACCEPT=known.tsv fuzz fuzzer log || { grep -A5 '^differential_fuzzer' log; fail 'the list does not explain it'; }
grep -v '^#' known.tsv | sort >new
grep -v '^#' "$example/known.tsv" | sort >old
cmp old new || fail 'examples/fuzz_your_own/known.tsv is not what statusline-conform writes'

# A row less, and it stops there.
grep -v control_in_reason known.tsv >less.tsv
! STATUSLINE_ACCEPT=less.tsv fuzz fuzzer log || fail 'it found nothing'
grep -qE '^differential_fuzzer: (wider|waits)	([a-z_]+\+)*control_in_reason' log || { tail -n 20 log; fail 'expected control_in_reason'; }

# A row that is no longer true stops it.
{ cat known.tsv; printf 'wider\ticy_protocol\t49435920323030204f4b0d0a\n'; } >stale.tsv
! STATUSLINE_ACCEPT=stale.tsv fuzz fuzzer log || fail 'a row that is not true'
grep -q 'stale.tsv:[0-9]*: no longer true' log || { tail -n 20 log; fail 'expected the line of the row'; }

# A mistake in the settings is a message.
! STATUSLINE_ACCEPT=none.tsv fuzz fuzzer log || fail 'a list that is missing'
grep -q 'none.tsv: cannot be read' log || fail 'expected the name of the list'
! STATUSLINE_POLICY=lax fuzz fuzzer log || fail 'a policy that is missing'
grep -q 'found "lax"' log || fail 'expected the name of the policy'

# AFL++ has its own compiler, and the same target.
if command -v afl-clang-fast++ >/dev/null; then
  export AFL_QUIET=1
  build afl-clang-fast++ -g -fsanitize=fuzzer afl >log 2>&1 || { tail -n 20 log; fail 'afl-clang-fast++'; }
  ! ./afl "$checkout"/corpus/seeds/oracle_fuzzer/* >log 2>&1 || fail 'AFL++: it found nothing'
  grep -q '^differential_fuzzer: ' log || { tail -n 20 log; fail 'AFL++: expected a message'; }
fi
