#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs the tarball of build/npm into an empty project, and tests it there against the tool:
# test.sh TOOL. `./dev npm` runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tool=$(realpath "${1:?usage: test.sh TOOL}")
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp packaging/npm/package.test.js "$work"
echo '{"private": true, "type": "module"}' >"$work/package.json"
npm install --prefix "$work" --loglevel=error --no-audit --no-fund --no-save typescript@5.9.3 \
  "$root"/build/npm/statusline-parser-*.tgz >/dev/null
cd "$work"
TOOL=$tool ROOT=$root node --test --test-reporter=spec package.test.js
