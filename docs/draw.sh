#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Draws the automaton: draw.sh [OUT]. `./dev docs` runs it, and installs what it needs: graphviz.
# A picture of the same graph is left alone, since Graphviz places things differently in each version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=${1:-docs/automaton.svg}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Colours are here and not in the graph, because a picture has to follow the reader's theme by itself.
style='<style>
:root { color-scheme: light dark }
.graph > polygon { fill: #fff; stroke: none } text { fill: #1c1e21 }
.state path, .state polygon { stroke: #5b6168 }
.plain path { stroke: #1c1e21 } .plain polygon { stroke: #1c1e21; fill: #1c1e21 }
.quirk path { stroke: #c2571a } .quirk polygon { stroke: #c2571a; fill: #c2571a } .quirk text { fill: #a8450f }
@media (prefers-color-scheme: dark) {
.graph > polygon { fill: #15181c } text { fill: #dde1e6 }
.state path, .state polygon { stroke: #9aa3ad }
.plain path { stroke: #dde1e6 } .plain polygon { stroke: #dde1e6; fill: #dde1e6 }
.quirk path { stroke: #f0935a } .quirk polygon { stroke: #f0935a; fill: #f0935a } .quirk text { fill: #f5ab7d } }
</style>'
"${CXX:-g++}" -std=c++20 -Iinclude docs/automaton.cpp -o "$work/automaton"
"$work/automaton" >"$work/automaton.dot"
# What tests/docs_test.py looks for.
sum="<!-- drawn from $(sha256sum "$work/automaton.dot" | cut -d ' ' -f 1) -->"
if [[ -e $out ]] && grep -qF -- "$sum" "$out"; then
  exit
fi
dot -Tsvg "$work/automaton.dot" |
  awk -v style="$style" -v sum="$sum" '{ print } /^ viewBox/ { print style; print sum }' >"$out"
