#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bars.py RECORD.csv: draws the main rows of a recorded benchmark, docs/bars.svg; draw.sh runs it.

A bar is the time of a call as a multiple of statusline's for the same row, medians of one run.
"""

import csv
import re
import sys

ROWS = [("ok", "HTTP/1.1 200 OK"), ("mix", "lines as servers send them"), ("long", "a reason of 256 bytes")]
PEERS = ["statusline", "picohttpparser", "httparse", "http_parser", "beast", "llhttp"]
LEFT, BAR, GAP, TOP, WIDTH = 110, 14, 4, 26, 440  # in pixels


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        lines = file.read().splitlines()
    context = dict(re.match(r"# (.*?): (.*)", line).groups() for line in lines if line.startswith("#"))
    cells = {f"{c['row']}/{c['column']}": c for c in csv.DictReader(line for line in lines if not line.startswith("#"))}
    blocks = []
    for row, meaning in ROWS:
        bars = [(p, 1 if p == "statusline" else float(cells[f"{row}/{p}"]["ratio"])) for p in PEERS if f"{row}/{p}" in cells]
        blocks.append((row, meaning, float(cells[f"{row}/statusline"]["ns"]), bars))
    most = max(ratio for *_, bars in blocks for _, ratio in bars)
    out, y = [], 8
    for row, meaning, own, bars in blocks:
        out.append(f'<text class="head" x="8" y="{y + 13}">{row}: {meaning}; statusline: {own:.1f} ns</text>')
        y += TOP
        for peer, ratio in bars:
            length = max(2, round((WIDTH - LEFT - 50) * ratio / most))
            mine = ' class="own"' if peer == "statusline" else ""
            out.append(f'<text class="name" x="{LEFT - 8}" y="{y + 11}">{peer}</text>'
                       f'<rect{mine} x="{LEFT}" y="{y}" width="{length}" height="{BAR}"/>'
                       f'<text x="{LEFT + length + 6}" y="{y + 11}">{ratio:.1f}</text>')
            y += BAR + GAP
        y += 12
    out.append(f'<text class="note" x="8" y="{y + 6}">Time of a call, as a multiple of statusline\'s.</text>')
    out.append(f'<text class="note" x="8" y="{y + 22}">{context["processor"]}, {context["compiler"]}, {context["date"][:10]}</text>')
    print(f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 34}" width="{WIDTH}" height="{y + 34}" role="img">
<title>Time of a call of other parsers, as a multiple of statusline's</title>
<style>
:root {{ color-scheme: light dark }}
text {{ font: 12px system-ui, sans-serif; fill: #1c1e21 }} .head {{ font-weight: 600; font-size: 13px }}
.name {{ text-anchor: end }} .note {{ fill: #5b6168 }} rect {{ fill: #9aa3ad }} .own {{ fill: #0b5cad }} .paper {{ fill: #fff }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #dde1e6 }} .note {{ fill: #9aa3ad }} rect {{ fill: #5b6168 }} .own {{ fill: #7cb7f5 }} .paper {{ fill: #15181c }} }}
</style>
<rect class="paper" width="100%" height="100%"/>""")
    print(*out, "</svg>", sep="\n")


main()
