#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fetch-picohttpparser.sh DIR: gets the source of picohttpparser from Debian's source package of h2o, as
# DIR/picohttpparser: the same code as in libh2o, which Debian builds without SSE4.2. Needs the network.
set -euo pipefail

version=2.2.5+dfsg2
sum=e17097b2385400d68969f125a04689e7f01bd562f1830c6fab4f3abe60ea5500
to=${1:?usage: fetch-picohttpparser.sh DIR}/picohttpparser

check() { echo "$sum  $1/picohttpparser.c" | sha256sum --check --status; }

[[ -f $to/picohttpparser.c ]] && check "$to" && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The machine's package sources, with separate lists: the usual ones may lack source packages.
mkdir -p "$work"/{sources,lists/partial}
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources}; do
  [[ ! -f $file ]] || sed -E 's/^Types: .*/Types: deb-src/; s/^deb /deb-src /' "$file" >"$work/sources/$(basename "$file")"
done
options=(-qq -o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources" -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache::srcpkgcache=" -o "Dir::Cache::pkgcache=" -o "APT::Sandbox::User=")
apt-get "${options[@]}" update >/dev/null
(cd "$work" && apt-get "${options[@]}" source --download-only --tar-only h2o >/dev/null)
mkdir -p "$to"
tar -xJf "$work/h2o_$version.orig.tar.xz" -C "$to" --strip-components=3 --wildcards '*/deps/picohttpparser/picohttpparser.[ch]'
check "$to" || { echo "fetch-picohttpparser: not the expected bytes in h2o $version" >&2; exit 1; }
