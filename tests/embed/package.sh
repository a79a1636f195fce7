#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Makes the Debian packages, runs lintian, unpacks them into a fresh root, and uses them from there.
source "$(dirname "$0")/common.sh"
need cpack cmake dpkg dpkg dpkg-shlibdeps dpkg-dev lintian lintian
scratch

# pack DIR OPTION...: makes the packages in DIR. The tool is the one of the build under test: another build
# would cost a minute.
pack() {
  cpack --config "$TREE/CPackConfig.cmake" -G DEB -B "$1" \
    -D CPACK_COMPONENTS_ALL="statusline_runtime;statusline_dev;$programs" \
    -D CPACK_INSTALL_CMAKE_PROJECTS="$TREE;statusline;library;/;$OUTER;statusline;tool;/" \
    -D CPACK_COMPONENTS_LIBRARY="statusline_runtime;statusline_dev" \
    -D CPACK_COMPONENTS_TOOL="$programs" "${@:2}"
}
programs=statusline_tool packages=(libstatusline-dev statusline)
if [[ -x $OUTER/src/conform/statusline-conform ]]; then
  programs+=';statusline_conform' packages+=(statusline-conform)
fi
unset SOURCE_DATE_EPOCH
pack . 2>warnings || fail "$(cat warnings)"
grep -q 'CPACK_PACKAGE_CONTACT' warnings || fail "nothing is said of the template's maintainer"

lintian --fail-on error,warning --tag-display-limit 0 \
  --suppress-tags-from-file "$CHECKOUT/cmake/debian/lintian-tags" ./*.deb

version=$(<"$CHECKOUT/abi/VERSION")
for package in "libstatusline${version%%.*}" "${packages[@]}"; do
  dpkg -x "$package"_*.deb root
done
root/usr/bin/statusline --version
if [[ $programs == *conform* ]]; then
  root/usr/bin/statusline-conform --version
  [[ -s root/usr/share/man/man1/statusline-conform.1.gz ]] || fail "no package has statusline-conform.1"
  [[ $(dpkg -f statusline-conform_*.deb Depends) != *boost* ]] || fail "statusline-conform depends on Boost"
fi
printf 'HTTP/1.1 200 OK\r\n' | root/usr/bin/statusline parse --quiet
for file in share/man/man1/statusline.1.gz share/bash-completion/completions/statusline; do
  [[ -s root/usr/$file ]] || fail "no package has $file"
done

# date_of DIR HEADING: packs the tool alone in DIR, with HEADING in CHANGELOG.md, for a packager with a name
# and a homepage. Prints the date of the package's changelog.
date_of() {
  printf '## 9.9.9, 2026-05-06\n\n## %s, %s\n' "$project" "$2" >changes.md
  # Without the search for shared libraries, which runs `file` on each of the conformance cases.
  pack "$1" -D CPACK_COMPONENTS_ALL=statusline_tool -D CPACK_DEBIAN_PACKAGE_SHLIBDEPS=OFF \
    -D CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS=OFF -D CPACK_STATUSLINE_CHANGELOG="$PWD/changes.md" \
    -D CPACK_PACKAGE_CONTACT="Me <me@example.net>" -D CPACK_PACKAGE_HOMEPAGE_URL=https://example.net >&2
  dpkg -x "$1"/statusline_*.deb "$1/root"
  zcat "$1/root/usr/share/doc/statusline/changelog.gz" | sed -n 's/^ -- Me <me@example.net>  //p'
}
project=$(sed -n 's/.*version = "\(.*\)".*/\1/p' "$CHECKOUT/include/statusline/version.hpp")
released=$(date_of released 2026-01-02)
[[ $released == 'Fri, 02 Jan 2026 00:00:00 +0000' ]] || fail "the release is dated $released"
epoch=$(SOURCE_DATE_EPOCH=1700000000 date_of epoch 2026-01-02)
[[ $epoch == 'Tue, 14 Nov 2023 22:13:20 +0000' ]] || fail "SOURCE_DATE_EPOCH gives $epoch"
before=$(date +%s)
unreleased=$(date -d "$(date_of unreleased unreleased)" +%s)
((before <= unreleased && unreleased <= $(date +%s))) || fail "before the release it is dated $unreleased"
[[ $(dpkg -f released/statusline_*.deb Homepage) == https://example.net ]] || fail "no homepage"

make_check "$PWD/root/usr"
cmake_check "$PWD/root/usr"
