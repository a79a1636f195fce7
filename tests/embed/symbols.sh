#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The C library must import only what symbols.txt lists, and export only what its header declares: no
# allocation, no exception, no stdio, no C++ runtime.
source "$(dirname "$0")/common.sh"
need nm binutils readelf binutils
scratch

lib=$(libdir "$ROOT")
allowed=$CHECKOUT/tests/embed/symbols.txt
# The linker makes the offset table; it is not a function.
nm --undefined-only --format=just-symbols "$lib/libstatusline.a" |
  sed -e '/:$/d' -e '/^$/d' -e '/^_GLOBAL_OFFSET_TABLE_$/d' | sort -u >static.txt
# Weak references ("w") come from the compiler's start files, and may stay undefined.
nm --dynamic --undefined-only "$lib/libstatusline.so" |
  sed -n 's/.* U \([^@]*\).*/\1/p' | sort -u >shared.txt
for taken in static.txt shared.txt; do
  surplus=$(comm -23 "$taken" "$allowed")
  [[ -z $surplus ]] || fail "$taken has more than symbols.txt:" "$surplus"
done

grep -o '\bsl_[a-z_]*(' "$ROOT/usr/include/statusline/statusline.h" | tr -d '(' | sort -u >declared.txt
nm --dynamic --defined-only --format=just-symbols "$lib/libstatusline.so" |
  sed -n 's/^\(sl_[^@]*\)@.*/\1/p' | sort -u >exported.txt
diff declared.txt exported.txt || fail "the header (<) and the library (>) differ"
if nm --dynamic --defined-only "$lib/libstatusline.so" | grep -v -e ' sl_' -e ' A STATUSLINE_'; then
  fail "the library exports what is not its own"
fi

needed=$(readelf --dynamic "$lib/libstatusline.so" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
[[ -z $needed || $needed == libc.so.6 ]] || fail "the library needs $needed"
version=$(<"$CHECKOUT/abi/VERSION")
readelf --dynamic "$lib/libstatusline.so" | grep -qF "soname: [libstatusline.so.${version%%.*}]" ||
  fail "the library has another soname"
[[ $(readlink -f "$lib/libstatusline.so") == */libstatusline.so.$version ]] ||
  fail "the library is not version $version of the ABI"
