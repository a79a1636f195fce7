#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Makes the files of a release in build/artifacts, with their checksums: release.sh [VERSION]. The same commit
# makes the same bytes in any folder. VERSION, the name of a tag, must be the version of the sources, and
# CHANGELOG.md must have its date. `./dev release` runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'release: %s\n' "$*" >&2
  exit 1
}

version=$(sed -n 's/.*version = "\(.*\)".*/\1/p' include/statusline/version.hpp)
if (($#)); then
  [[ $1 == "$version" ]] || fail "include/statusline/version.hpp has version $version, expected $1"
  grep -qE "^## $version, [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md ||
    fail "CHANGELOG.md: expected a line '## $version, DATE'"
fi
[[ -z $(git status --porcelain) ]] || fail "expected a checkout without changes, for git archive and the date"

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
out=build/artifacts
rm -rf "$out"
mkdir -p "$out"

git archive --prefix="statusline-$version/" HEAD | gzip -9n >"$out/statusline-$version.tar.gz"
./dev amalgamate
cp build/statusline.{hpp,c,h} "$out"
./dev package >build/package.log 2>&1 || { cat build/package.log >&2; fail 'no Debian packages'; }
cp build/package/*.deb "$out"
python3 corpus/conformance/pack.py "$out/statusline-conformance-$version.tar.gz"
cd "$out"
sha256sum -- * | LC_ALL=C sort -k 2 >../SHA256SUMS
mv ../SHA256SUMS .
cat SHA256SUMS
