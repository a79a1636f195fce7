#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh [NAME...]: builds the tests for each NAME in build/cross and runs them: unsigned (`char` has no
# sign), i686, aarch64, s390x and riscv64 (Debian's cross compilers, QEMU), mingw (Windows, by Wine), darwin
# (the C library alone, not run), valgrind. Without a NAME, runs all of these. Prints one line for each. Exit
# 1 if a build or a test fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf 'cross: %s\n' "$*" >&2; }

# on NAME OPTION...: builds the tests with these options of CMake, runs them, and prints one line about them.
on() {
  local dir=build/cross/$1 log=build/cross/$1.log run tests
  say "building and testing ($1)"
  if ! { cmake -S . -B "$dir" -G Ninja -DSTATUSLINE_{INSTALL=OFF,WERROR=ON,PEERS=llhttp,COMPILE_TOGETHER=OFF} "${@:2}" && cmake --build "$dir"; } >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  # Only the programs run on another machine; the other tests are about the building machine. (The entries of
  # fuzz/ replay old findings.)
  tests=$(cd "$dir/tests" && find . -name '*_test' -type f -o -name '*_test.exe' | sed -E 's/..(.*_test).*/\1|/' | tr -d '\n')
  # Valgrind replaces malloc, so the trap of this test is never called.
  [[ $1 != valgrind ]] || tests=${tests/allocation_test|/}
  if ! ctest --test-dir "$dir" -V --no-tests=error --timeout 3600 -j "$(nproc)" -R "^(${tests%|})(_further)?$|_replay$" >"$log" 2>&1; then
    grep -E 'Failure$|FAILED|\*\*\*|^[0-9]+: ==' "$log" >&2
    say "the rest is in $log"
    return 1
  fi
  run=$dir/tests/emulated/tool
  [[ -x $run ]] || run=$dir/src/statusline
  printf '%-10s%s\n' "$1" "$(
    if [[ -e $dir/src/statusline ]]; then
      readelf -h "$dir/src/statusline" | sed -nE "s/^ *(Class|Data|Machine): *(2's complement, )?(.*)/\3, /p" | tr -d '\n'
    fi
    "$run" --version | sed -n 2p | tr -d '\n'
    grep -E '\[  (PASSED|SKIPPED) ' "$log" | awk '{ n[$3] += $5 } END { printf ": %d tests passed", n["PASSED"] }'
    sed -nE 's/.*, 0 tests failed out of (.*)/ in \1 programs/p' "$log"
  )"
}

# emulated NAME OPTION...: for another system. /usr/include has this machine's libc next to the headers that
# every machine shares, so those are copied to a separate root.
emulated() {
  local shared=$PWD/build/cross/$1/shared
  rm -rf "$shared"
  mkdir -p "$shared"
  cp -r --parents /usr/include/{CLI,nlohmann} /usr/share/cmake/{CLI11,nlohmann_json} \
    /usr/share/llhttp /usr/share/include/llhttp "$shared" || return 1
  on "$1" -DCMAKE_BUILD_TYPE=Release -DCMAKE_FIND_ROOT_PATH="$shared" "${@:2}"
}

# Wine runs a Windows of this test alone, in its own folder. Its server must stay until the end: one that ends
# with the last program now and then accepts the next program's call and does not answer.
mingw() {
  export WINEPREFIX=$PWD/build/cross/wine WINEDEBUG=-all
  mkdir -p "$WINEPREFIX"
  /usr/lib/wine/wineserver --persistent
  trap '/usr/lib/wine/wineserver --kill || true' EXIT
  emulated mingw --toolchain cmake/mingw.cmake -DSTATUSLINE_INSTALL=ON && tests/cross/mingw.sh build/cross/mingw
}

failed=0
mkdir -p build/cross
(($#)) || set -- unsigned i686 aarch64 s390x riscv64 mingw darwin valgrind
for name; do
  case $name in
    unsigned) on unsigned -DCMAKE_BUILD_TYPE=Release -D{CMAKE_CXX_FLAGS,CMAKE_C_FLAGS}=-funsigned-char ;;
    # The walks are as short as under a sanitizer, since valgrind is as slow. Debian's valgrind cannot read
    # Clang's DWARF 5.
    valgrind) on valgrind -DCMAKE_BUILD_TYPE=RelWithDebInfo '-DCMAKE_CXX_FLAGS=-DSTATUSLINE_QUICK_TESTS -gdwarf-4' \
      '-DCMAKE_CROSSCOMPILING_EMULATOR=valgrind;--quiet;--error-exitcode=99' ;;
    mingw) mingw ;;
    darwin) tests/cross/darwin.sh build/cross/darwin ;;
    *) emulated "$name" --toolchain cmake/cross.cmake -DSTATUSLINE_MACHINE="$name" ;;
  esac || failed=1
done
exit "$failed"
