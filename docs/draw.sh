#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Draws the automaton, the include graph, a line with its quirks, and the main rows of the benchmarks:
# draw.sh [FOLDER], by default docs. `./dev docs` runs it, and installs graphviz. A picture of the same
# graph is not redrawn, because each version of Graphviz places things differently.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-docs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# Colours are here and not in the graph, because a picture must follow the reader's theme.
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

# draw NAME FILTER: the graph $work/NAME.dot, through a filter, as a picture.
draw() {
  local out=$folder/$1.svg sum
  # tests/docs/docs_test.py compares this line.
  sum="<!-- drawn from $(sha256sum "$work/$1.dot" | cut -d ' ' -f 1) -->"
  if [[ -e $out ]] && grep -qF -- "$sum" "$out"; then
    return
  fi
  "$2" "$work/$1.dot" | dot -Tsvg |
    awk -v style="$style" -v sum="$sum" '{ print } /^ viewBox/ { print style; print sum }' >"$out"
}

# includes: a node for each header, and one for each folder that includes some of them.
includes() {
  echo 'digraph "Who includes whom" {'
  echo 'rankdir=TB; ranksep=0.3; nodesep=0.15; fontname="sans-serif"'
  echo 'node [shape=box, style=rounded, fontname="sans-serif", fontsize=12, height=0.3, class=state]'
  echo 'edge [arrowsize=0.6, class=plain]'
  grep -rEH --include='*.[ch]' --include='*.[ch]pp' '^ *# *include [<"](statusline|support|cli|conform)/' \
    include src tests fuzz bench examples |
    sed -E -e 's|^include/statusline/([^:]*):|\1:|' -e 's|^((src/c99\|src/cli\|src/conform\|src/wasm\|tests/support\|tests\|fuzz\|bench\|examples)/)[^:]*:|\1:|' \
      -e 's|[^:]*include [<"]statusline/([^">]*).*|\1|' -e 's|[^:]*include [<"]support/.*|tests/support/|' \
      -e 's|[^:]*include [<"](cli\|conform)/.*|src/\1/|' |
    sort -u |
    awk -F: '
      $1 != $2 { edge[$1, $2] = $0 }
      END {
        for (pair in edge) {
          split(edge[pair], end, ":")
          # An implementation that its header includes last, and that includes this header again.
          if (!((end[2] SUBSEP end[1]) in edge && end[1] ~ /^detail/))
            printf "\"%s\" -> \"%s\"\n", end[1], end[2]
        }
      }' | sort
  echo '}'
}

"${CXX:-g++}" -std=c++20 -Iinclude docs/automaton.cpp -o "$work/automaton"
"$work/automaton" >"$work/automaton.dot"
draw automaton cat
includes >"$work/includes.dot"
draw includes tred # without the edges that others imply

"${CXX:-g++}" -std=c++20 -Iinclude docs/line.cpp -o "$work/line"
"$work/line" >"$folder/line.svg"
python3 docs/bars.py bench/record/gcc.csv >"$folder/bars.svg"
