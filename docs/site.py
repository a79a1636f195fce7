#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts the navigation and the search index into a site that Doxygen has made: site.py SITE

docs/build.sh runs it. The index is a script, not JSON, because a page from a file may not fetch one.
"""

import html
import html.parser
import json
import pathlib
import re
import sys

PLACE = "<!-- navigation -->"
NAVIGATION = [
    ("Use", [("md_getting_started", "Getting started"), ("md_grammar", "The grammar"), ("md_quirks", "Quirks"),
             ("md_policies", "Policies"), ("md_incremental", "Incremental use"), ("md_registries", "Registries"),
             ("md_tool", "The tool"), ("md_recipes", "Recipes"), ("md_duckdb", "DuckDB"), ("md_cluster", "Slurm"), ("md_playground", "Playground"), ("md_migration", "Migration")]),
    ("Compare", [("md_conformance", "Conformance"), ("md_survey", "Survey"), ("md_peers", "Other parsers"), ("md_divergences", "llhttp and statusline"), ("md_benchmarks", "Benchmarks"), ("md_fuzzing", "Fuzzing")]),
    ("Inside", [("md_architecture", "Architecture"), ("md_speed", "Speed notes"), ("md_proof", "Proof"), ("md_promises", "Promises"),
                ("md_releasing", "Releasing")]),
    ("Reference", [("md_reference", "Overview"), ("statusline_8hpp", "C++"), ("statusline_8h", "C")]),
]
HEADINGS = ("h1", "h2", "h3")
SKIPPED = ("script", "style", "svg", "select", "textarea")


class Page(html.parser.HTMLParser):
    """The sections of a page: [heading, its anchor, text]; the first is the page's own."""

    def __init__(self, text):
        super().__init__()
        self.title, self.sections = "", [["", "", ""]]
        self.open, self.anchor, self.skip, self.inside = "", "", 0, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if tag == "div" and "contents" in classes:
            self.inside = True
        if tag == "a" and attributes.get("id"):
            self.anchor = attributes["id"]
        if tag in SKIPPED:
            self.skip += 1
        if tag == "title":
            self.open = tag
        if self.inside and tag in HEADINGS:
            self.open = tag
            self.sections.append(["", attributes.get("id") or self.anchor, ""])

    def handle_endtag(self, tag):
        if tag in SKIPPED:
            self.skip -= 1
        if tag == self.open:
            if not self.open == "title" and self.sections[-1][1] == "":
                self.sections[-1][1] = self.anchor
            self.open = ""
        if tag == "footer":
            self.inside = False

    def handle_data(self, data):
        if self.skip > 0:
            return
        if self.open == "title":
            self.title += data
        elif self.open:
            self.sections[-1][0] += data
        elif self.inside:
            self.sections[-1][2] += data + " "


def plain(text):
    return " ".join(text.replace("\N{LOZENGE}\N{NO-BREAK SPACE}", "").split())


def navigation(name, page):
    """The side of a page. The current page is marked, and its headings are below it."""
    out = []
    for group, entries in NAVIGATION:
        out.append(f"<h2>{group}</h2><ul>")
        for stem, title in entries:
            here = stem == name
            out.append(f'<li><a href="{stem}.html"{" aria-current=page" if here else ""}>{html.escape(title)}</a>')
            headings = [(h, a) for h, a, _ in page.sections[1:] if a] if here else []
            if 1 < len(headings) <= 24:
                out.append("<ul>" + "".join(f'<li><a href="#{a}">{html.escape(plain(h))}</a></li>' for h, a in headings) + "</ul>")
            out.append("</li>")
        out.append("</ul>")
    home = " aria-current=page" if name == "index" else ""
    return (f'<a class="home" href="index.html"{home}>statusline</a>'
            '<label class="search">Search <input id="search" type="search" autocomplete="off"></label>'
            '<ol id="found" hidden></ol>'
            '<input type="checkbox" id="menu"><label for="menu" class="menu">Pages</label>'
            f'<nav aria-label="Pages">{"".join(out)}</nav>')


def main():
    site = pathlib.Path(sys.argv[1])
    index = []
    for file in sorted(site.glob("*.html")):
        text = file.read_text(encoding="utf-8")
        if PLACE not in text:
            continue
        page = Page(text)
        file.write_text(text.replace(PLACE, navigation(file.stem, page)), encoding="utf-8")
        if not re.fullmatch(r"(index|md_\w+|\w+_8h(pp)?|(class|struct)\w+(?<!-members))", file.stem):
            continue
        title = plain(page.title)
        for heading, anchor, body in page.sections:
            body = plain(body)
            if heading or body:
                index.append([title, plain(heading), f"{file.name}#{anchor}" if anchor else file.name, body])
    script = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    (site / "search-index.js").write_text(f"const searchIndex = {script};\n", encoding="utf-8")


main()
