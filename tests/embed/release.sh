#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Makes the files of a release twice from the last commit, in two folders: the bytes must be equal. A version
# other than that of the sources, and a checkout with changes, must be rejected.
source "$(dirname "$0")/common.sh"
need git git cpack cmake dpkg dpkg sha256sum coreutils
scratch

for folder in one 'another folder'; do
  git clone --quiet "$CHECKOUT" "$folder"
  (cd "$folder" && ./dev release) >"$folder.sums"
done
diff one.sums 'another folder.sums'
diff -r one/build/artifacts 'another folder/build/artifacts'
(cd one/build/artifacts && sha256sum --check --quiet SHA256SUMS)
for file in statusline-[0-9]*.tar.gz statusline-conformance-*.tar.gz statusline.hpp statusline.c statusline.h libstatusline[0-9]_*.deb libstatusline-dev_*.deb statusline_*.deb; do
  # shellcheck disable=SC2086 # a pattern
  ls one/build/artifacts/$file >/dev/null || fail "no $file"
done

cd one
if ./dev release 0.0.1 2>../refused; then fail 'a version that the sources do not have was released'; fi
grep -q 'expected 0.0.1' ../refused || fail "$(cat ../refused)"
echo >>README.md
if ./dev release 2>../refused; then fail 'a checkout with changes was released'; fi
grep -q 'without changes' ../refused || fail "$(cat ../refused)"
