#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The ABI of the C library must be the one that abi/ describes. `abi.sh --write`, in the same environment,
# writes a new description: use it if a function was added, never if one has changed.
source "$(dirname "$0")/common.sh"
need abidw abigail-tools abidiff abigail-tools cc gcc
scratch

version=$(<"$CHECKOUT/abi/VERSION")
soname=libstatusline.so.${version%%.*}
described=$CHECKOUT/abi/$soname.abi
describe() {
  abidw --exported-interfaces-only --no-show-locs --no-corpus-path --no-comp-dir-path \
    --no-architecture --no-elf-needed --type-id-style hash "$1"
}
if [[ ${1-} == --write ]]; then
  describe "$TREE/src/c/libstatusline.so" >"$described"
  exit
fi

# unchanged LIBRARY: succeeds if a program that was linked to the described library would notice no
# difference.
unchanged() {
  abidiff --exported-interfaces-only --no-architecture --no-added-syms "$described" "$1"
}
unchanged "$TREE/src/c/libstatusline.so" || fail "the ABI has changed"

# A new function raises the version of the ABI.
newest=$(sed -n 's/^STATUSLINE_\(.*\) {$/\1/p' "$CHECKOUT/src/c/statusline.map" | sort -V | tail -n 1)
[[ $newest == "${version%.*}" ]] || fail "statusline.map has $newest, abi/VERSION has $version"

# breaks EDIT: the check must fail if the library is edited like this.
breaks() {
  rm -rf planted
  mkdir planted
  cp "$CHECKOUT/include/statusline/statusline.h" "$TREE/src/c/statusline.c" "$CHECKOUT/src/c/statusline.map" planted
  sed -i -e "$1" planted/statusline.*
  cc -w -std=c99 -O2 -g -fPIC -shared -fvisibility=hidden -Wl,--version-script=planted/statusline.map \
    planted/statusline.c -o planted/libstatusline.so -Wl,-soname,"$soname"
  if unchanged planted/libstatusline.so >/dev/null; then
    [[ -z $1 ]] || fail "no notice was taken of: $1"
  else
    [[ -n $1 ]] || fail "the library differs from itself when it is compiled here"
  fi
}
breaks '' # which plants nothing
breaks 's/^  size_t reason_size;/  uint32_t reason_size;/'
breaks 's/SL_NEED_MORE = 1,/SL_NEED_MORE = 9,/'
breaks 's/size_t out_size/uint32_t out_size/'
breaks 's/sl_quirk_text/sl_quirk_words/'
