#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the playground into a site: playground.py SITE MODULE LLHTTP

MODULE is what src/wasm/build.sh makes, LLHTTP what cmake/fetch-llhttp9.sh fetches. Without MODULE the page
has a note instead, without LLHTTP it does not show the column of llhttp. docs/build.sh runs it.
"""

import base64
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
PLACE = '<div id="playground"></div>'
NOTE = "<p>This site was built without the playground. <code>./dev docs</code> builds it.</p>"


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def base64_of(file):
    return base64.b64encode(file.read_bytes()).decode() if file.is_file() else ""


def playground(module, llhttp):
    permission = text_of("LICENSE").partition("Permission is hereby granted")
    parts = {
        "MODULE": module,
        "LLHTTP": llhttp,
        "ORIGIN": re.search(r"^package=(.*)@(.*)$", text_of("cmake/fetch-llhttp9.sh"), re.MULTILINE).expand(r"\1 \2"),
        "LOAD": text_of("src/wasm/load.js").replace("\nexport ", "\n"),
        "PICTURE": text_of("docs/automaton.svg").partition("<svg")[1:],
        "PERMISSION": permission[1] + permission[2].rstrip(),
    }
    parts["PICTURE"] = "".join(parts["PICTURE"])
    return re.sub("@([A-Z]+)@", lambda place: parts[place[1]], text_of("docs/playground.html"))


def main():
    site, module, llhttp = map(pathlib.Path, sys.argv[1:])
    page = site / "md_playground.html"
    before, place, after = page.read_text(encoding="utf-8").partition(PLACE)
    if not place:
        sys.exit(f"{page}: expected {PLACE}")
    content = playground(base64_of(module), base64_of(llhttp)) if module.is_file() else NOTE
    page.write_text(before + content + after, encoding="utf-8")


main()
