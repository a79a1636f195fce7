#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The Debian packages: made, judged by lintian, unpacked into a fresh root, and used from there.
source "$(dirname "$0")/common.sh"
need cpack cmake dpkg dpkg dpkg-shlibdeps dpkg-dev lintian lintian
scratch

# The tool comes from the build that is under test, which takes a minute less than another one.
cpack --config "$TREE/CPackConfig.cmake" -G DEB -B . \
  -D CPACK_COMPONENTS_ALL="statusline_runtime;statusline_dev;statusline_tool" \
  -D CPACK_INSTALL_CMAKE_PROJECTS="$TREE;statusline;library;/;$OUTER;statusline;tool;/" \
  -D CPACK_COMPONENTS_LIBRARY="statusline_runtime;statusline_dev" \
  -D CPACK_COMPONENTS_TOOL=statusline_tool

lintian --fail-on error,warning --tag-display-limit 0 \
  --suppress-tags-from-file "$CHECKOUT/cmake/debian/lintian-tags" ./*.deb

version=$(<"$CHECKOUT/abi/VERSION")
for package in "libstatusline${version%%.*}" libstatusline-dev statusline; do
  dpkg -x "$package"_*.deb root
done
root/usr/bin/statusline --version
printf 'HTTP/1.1 200 OK\r\n' | root/usr/bin/statusline parse --quiet
for file in share/man/man1/statusline.1.gz share/bash-completion/completions/statusline; do
  [[ -s root/usr/$file ]] || fail "no package has $file"
done

make_check "$PWD/root/usr"
cmake_check "$PWD/root/usr"
