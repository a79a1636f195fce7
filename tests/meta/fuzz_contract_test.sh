#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz_contract_test.sh WORK [ENGINE-SANITIZER...]: runs .clusterfuzzlite/build.sh in the environment of
# OSS-Fuzz and ClusterFuzzLite, with their variables and no others. Then checks $OUT: each target has its
# dictionary, options and seeds, is linked statically, is instrumented as requested, and runs in a read-only
# folder.
#
# Engines are libfuzzer and afl, sanitizers address, undefined and memory. By default one of each kind is
# built, and only the first of them with all targets; STATUSLINE_CONTRACT=all builds all. Debian differs from
# the image. Its libc++ is not instrumented for memory, so with that sanitizer only targets that call no
# compiled code of libc++ run. Its engines are built with libstdc++, which may therefore be a shared library.
# Its afl++ uses an LLVM whose libc++ is too old for these headers, so there is no afl-memory. Exit 77 if a
# tool is missing: skipped.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${1:?usage: fuzz_contract_test.sh WORK [ENGINE-SANITIZER...]}
shift

llvm=19
for tool in clang++-$llvm afl-clang-fast++ zip unzip objdump readelf cmake; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
[[ -e /usr/lib/llvm-$llvm/lib/libc++.a ]] || { echo "skipped: no libc++-$llvm-dev"; exit 77; }

needs_no_library=(parse_fuzzer stream_fuzzer)
every=(libfuzzer-{address,undefined,memory} afl-{address,undefined})
some=(libfuzzer-address libfuzzer-memory afl-undefined)
if (($#)); then combinations=("$@")
elif [[ ${STATUSLINE_CONTRACT-} == all ]]; then combinations=("${every[@]}")
else combinations=("${some[@]}")
fi

fail() { echo "FAILED ($combination): $*"; exit 1; }

# image DIR TARGET...: makes $SRC as the Dockerfile does, with these targets or with all.
image() {
  local src=$1 entry
  shift
  rm -rf "$src"
  mkdir -p "$src/llhttp" "$src/statusline"
  ln -s /usr/share/llhttp "$src/llhttp/src"
  ln -s /usr/share/include/llhttp "$src/llhttp/include"
  for entry in "$repository"/{.clusterfuzzlite,*}; do
    [[ $entry == */build || $entry == */fuzz ]] || ln -s "$entry" "$src/statusline"
  done
  # Copied, not linked: targets are removed from it.
  cp -rL "$repository/fuzz" "$src/statusline"
  (($# == 0)) && return
  for entry in "$src"/statusline/fuzz/*_fuzzer.cpp; do
    [[ " $* " == *" $(basename "$entry" .cpp) "* ]] || rm "$entry"
  done
}

# build ENGINE SANITIZER: runs build.sh in the environment of the image.
build() {
  local flags="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
  flags+=" -fsanitize=$2 -fno-sanitize-recover=$2"
  local cxxflags=$flags cc=clang-$llvm cxx=clang++-$llvm engine="-fsanitize=fuzzer -l:libstdc++.so.6"
  if [[ $1 == libfuzzer ]]; then
    flags+=" -fsanitize=fuzzer-no-link"
    # The image has an archive of libc++ and no shared library.
    cxxflags="$flags -stdlib=libc++ -static-libstdc++ -Wno-unused-command-line-argument"
  else
    cc=afl-clang-fast cxx=afl-clang-fast++ engine=/usr/lib/afl/libAFLDriver.a
  fi
  mkdir -p "$OUT" "$WORK"
  env -i PATH="$PATH" AFL_QUIET=1 CC=$cc CXX=$cxx CFLAGS="$flags" CXXFLAGS="$cxxflags" \
    LIB_FUZZING_ENGINE="$engine" SRC="$SRC" OUT="$OUT" WORK="$WORK" \
    bash "$SRC/statusline/.clusterfuzzlite/build.sh" >"$WORK/log" 2>&1 ||
    { tail -n 40 "$WORK/log"; fail "build.sh"; }
}

# instrumented FILE ENGINE SANITIZER: the code must call the sanitizer, and count for the engine.
instrumented() {
  local -A calls=([address]=__asan_report_ [undefined]=__ubsan_handle_ [memory]=__msan_)
  local -A counters=([libfuzzer]=__sancov_cntrs [afl]=__sancov_guards)
  objdump -d -C --no-show-raw-insn "$1" | awk -v call="<${calls[$3]}" '
    /^[0-9a-f]+ </ { ours = /statusline::/ }
    ours && index($0, call) { n++ }
    END { exit n < 100 }' || fail "$(basename "$1"): no $3 in our code"
  readelf -SW "$1" >"$WORK/sections"
  grep -q "${counters[$2]}" "$WORK/sections" || fail "$(basename "$1"): no counters of $2"
}

# runs FILE: runs it on each of its seeds, from a folder that it cannot write.
runs() {
  local seeds=$WORK/seeds run=("$1")
  rm -rf "$seeds"
  unzip -q -d "$seeds" "$1_seed_corpus.zip"
  ls "$seeds" >"$WORK/names"
  chmod -R a-w "$OUT" "$seeds"
  # Root may write anywhere, so another user runs it.
  ((EUID == 0)) && run=("${nobody[@]}" "$1")
  (cd "$OUT" && find "$seeds" -type f -print0 | AFL_DRIVER_DONT_DEFER=1 xargs -0 "${run[@]}") >"$WORK/run" 2>&1 ||
    { tail -n 30 "$WORK/run"; fail "$(basename "$1") on its seeds"; }
  chmod -R u+w "$OUT" "$seeds"
}

check_tree() {
  local engine=$1 sanitizer=$2 source name extension built=0
  for source in "$SRC"/statusline/fuzz/*_fuzzer.cpp; do
    name=$(basename "$source" .cpp)
    for extension in "" .dict .options _seed_corpus.zip; do
      [[ -s $OUT/$name$extension ]] || fail "no $name$extension"
      built=$((built + 1))
    done
    grep -q LLVMFuzzerTestOneInput "$OUT/$name" || fail "$name is not found to be a fuzz target"
    readelf -d "$OUT/$name" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' >"$WORK/needed"
    ! grep -vE '^(lib(stdc\+\+|c|m|dl|rt|pthread|resolv|gcc_s)|ld-linux.*)\.so' "$WORK/needed" ||
      fail "$name is not static"
    instrumented "$OUT/$name" "$engine" "$sanitizer"
    [[ $sanitizer != memory || " ${needs_no_library[*]} " == *" $name "* ]] || continue
    runs "$OUT/$name"
    echo "$combination: $name, $(wc -l <"$WORK/names") seeds"
  done
  (($(find "$OUT" -type f | wc -l) == built)) || fail "something else is in \$OUT"
}

# Another user runs the fuzzers, and cannot enter root's home.
umask 022
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
mkdir -p "$work"
work=$(cd "$work" && pwd)
chmod a+x "$work"
if ((EUID == 0)) && ! "${nobody[@]}" test -x "$work"; then
  work=$(mktemp -d)
  trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
  chmod a+x "$work"
fi
for combination in "${combinations[@]}"; do
  export SRC=$work/$combination/src OUT=$work/$combination/out WORK=$work/$combination/work
  rm -rf "${work:?}/$combination"
  if [[ $combination == "${some[0]}" || ${STATUSLINE_CONTRACT-} == all ]]; then
    image "$SRC"
  else
    image "$SRC" "${needs_no_library[@]}"
  fi
  build "${combination%-*}" "${combination#*-}"
  check_tree "${combination%-*}" "${combination#*-}"
done
