#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# darwin.sh DIR: builds the C library for macOS in DIR. LLVM's linker checks options as strictly as Apple's.
# The library must export exactly what its header declares. There is no SDK here: the headers are musl's, and
# the system's libraries are lists of names. Nothing is run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dir=$PWD/$1

rm -rf "$dir"
mkdir -p "$dir/sdk/usr/lib"
for library in System c++; do
  cat >"$dir/sdk/usr/lib/lib$library.tbd" <<NAMES
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos ]
install-name: '/usr/lib/lib$library.dylib'
exports:
  - targets: [ x86_64-macos ]
    symbols: [ dyld_stub_binder, _memchr, _memcmp, _memcpy, _memmove, _memset, _strlen,
               ___stack_chk_fail, ___stack_chk_guard ]
...
NAMES
done

llvm=/usr/lib/llvm-19
headers="-nostdinc++ -isystem $llvm/include/c++/v1 -isystem /usr/include/x86_64-linux-musl"
headers+=" -D_GNU_SOURCE -D_LIBCPP_HAS_NO_LOCALIZATION"
if ! {
  cmake -S . -B "$dir" -G Ninja -DSTATUSLINE_{TOOL,TESTS}=OFF -DSTATUSLINE_WERROR=ON \
    -DCMAKE_SYSTEM_NAME=Darwin -DCMAKE_SYSTEM_PROCESSOR=x86_64 -DCMAKE_OSX_SYSROOT="$dir/sdk" \
    -DCMAKE_C_COMPILER=$llvm/bin/clang -DCMAKE_CXX_COMPILER=$llvm/bin/clang++ \
    -DCMAKE_{C,CXX}_COMPILER_TARGET=x86_64-apple-macos11 -DCMAKE_{C,CXX}_FLAGS="$headers" \
    -DCMAKE_INSTALL_NAME_TOOL=$llvm/bin/llvm-install-name-tool -DCMAKE_{EXE,SHARED}_LINKER_FLAGS=-fuse-ld=lld &&
    cmake --build "$dir"
} >"$dir/log" 2>&1; then
  cat "$dir/log" >&2
  exit 1
fi
library=$dir/src/c/libstatusline.dylib
diff <(grep -o '\bsl_[a-z_]*(' include/statusline/statusline.h | tr -d '(' | sort -u) \
  <($llvm/bin/llvm-nm --extern-only --defined-only "$library" | sed -n 's/.* T _//p' | sort -u)
printf '%-10s%s, linked and not run\n' darwin "$($llvm/bin/llvm-objdump --macho --dylib-id "$library" | sed -n '$s,.*/,,p')"
