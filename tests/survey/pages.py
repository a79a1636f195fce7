#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes what corpus/survey/results.json says into the pages: pages.py [--check]

docs/survey.md and docs/survey/matrix.html as a whole, and the columns "accepted by" of README.md and docs/quirks.md.
--check writes nothing, and fails if a page is not what it would write."""

import collections
import html
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCEPTED = "=rvc"
# The lines that each quirk is counted by: its example, and further ones with a word about them.
EXAMPLES = {
    "missing_reason": [("", b"HTTP/1.1 200\r\n")],
    "bare_lf": [("", b"HTTP/1.1 200 OK\n")],
    "repeated_cr": [("", b"HTTP/1.1 200 OK\r\r\n")],
    "leading_blank": [("", b"\r\nHTTP/1.1 200 OK\r\n")],
    "extra_space": [("", b"HTTP/1.1  200 OK\r\n")],
    "other_whitespace": [("HTAB", b"HTTP/1.1\t200 OK\r\n"), ("VT", b"HTTP/1.1\x0b200 OK\r\n")],
    "lowercase_protocol": [("", b"http/1.1 200 OK\r\n")],
    "short_version": [("", b"HTTP/2 200\r\n")],
    "missing_version": [("", b"HTTP 502 Bad Gateway\r\n")],
    "icy_protocol": [("", b"ICY 200 OK\r\n")],
    "glued_reason": [("", b"HTTP/1.1 401.3 Unauthorized\r\n")],
    "control_in_reason": [("NUL", b"HTTP/1.1 200 OK\0\r\n"), ("VT", b"HTTP/1.1 200 O\x0bK\r\n")],
    "unterminated": [("", b"HTTP/1.1 200 OK")],
}
MEANING = {
    "=": "accepts it, with the values of the line",
    "r": "accepts it with another reason, or reads another body",
    "v": "accepts it with another version",
    "c": "accepts it with another code",
    "+": "accepts a line that no policy accepts",
    "-": "does not accept it",
    "0": "hands all of it on as the body of an HTTP/0.9 response",
}


class Survey:
    def __init__(self):
        data = json.loads((ROOT / "corpus/survey/results.json").read_text(encoding="utf-8"))
        known = {case["id"]: case for case in json.loads(
            (ROOT / "corpus/conformance/cases.json").read_text(encoding="utf-8"))}
        if missing := [name for name in data["cases"] if name not in known]:
            sys.exit(f"results.json has cases that cases.json has not: {missing[:3]}; run ./dev survey")
        self.cases = [known[name] for name in data["cases"]]
        self.subjects = data["subjects"]
        self.system = data["system"]
        self.by_input = {}
        for i, case in enumerate(self.cases):
            self.by_input.setdefault(case["input_hex"], i)
        dates = sorted({row["date"] for row in self.subjects})
        self.date = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"

    def cells(self, line):
        """The cell of each subject for these bytes."""
        i = self.by_input[line.hex()]
        return [row["cells"][i] for row in self.subjects]

    def column(self, quirk):
        """How many accept it, for the column of a table."""
        parts = []
        for word, line in EXAMPLES[quirk]:
            cells = self.cells(line)
            accept = sum(cell in ACCEPTED for cell in cells)
            part = f"{accept} for {word}" if word else str(accept)
            if other := cells.count("c"):
                part += f", {other} of them with another code"
            parts.append(part)
        return ", ".join(parts)


def escaped(line):
    """Bytes as the pages have them in a code span."""
    named = {"\r": r"\r", "\n": r"\n", "\t": r"\t", "\0": r"\0", "\\": r"\\"}
    return "".join(named.get(c, c if " " <= c <= "~" else f"\\x{ord(c):02x}") for c in line.decode("latin-1"))


def names(rows):
    return ", ".join(rows) if rows else "none"


def quirk_rows(survey):
    for quirk, examples in EXAMPLES.items():
        for word, line in examples:
            cells = survey.cells(line)
            by_group = []
            for group in ("parser", "client", "proxy"):
                of = [cell for row, cell in zip(survey.subjects, cells) if row["group"] == group]
                by_group.append(f"{sum(cell in ACCEPTED for cell in of)} of {len(of)}")
            end = "" if line.endswith(b"\n") else ", end"
            refuse = [row["name"] for row, cell in zip(survey.subjects, cells) if cell not in ACCEPTED]
            accept = [row["name"] for row, cell in zip(survey.subjects, cells) if cell in ACCEPTED]
            who = f"not: {names(refuse)}" if len(refuse) < len(accept) else names(accept)
            yield (f"| `{quirk}`{' ' + word if word else ''} | `{escaped(line)}`{end} | "
                   f"{sum(cell in ACCEPTED for cell in cells)} | {' | '.join(by_group)} | {who} |")


def subject_rows(survey):
    for row in survey.subjects:
        valid = collections.Counter()
        quirky = never = 0
        for case, cell in zip(survey.cases, row["cells"]):
            if case["code"] is None:
                never += cell == "+"
            elif case["quirks"]:
                quirky += cell in ACCEPTED
            else:
                valid["exact"] += cell == "="
                valid["refused"] += cell not in ACCEPTED
        yield (f"| {row['name']} | {row['version']} | {valid['exact']} | {valid['refused']} | {quirky} | {never} |")


def page(survey):
    valid = sum(case["code"] is not None and not case["quirks"] for case in survey.cases)
    quirky = sum(bool(case["quirks"]) for case in survey.cases)
    never = sum(case["code"] is None for case in survey.cases)
    legend = "\n".join(f"| `{letter}` | {text} |" for letter, text in MEANING.items())
    return f"""# Survey

Which status lines do other parsers, clients and proxies accept? `./dev survey` asks {len(survey.subjects)} of them about
{len(survey.cases)} of the [conformance cases](conformance.md), and writes this page. This is the run of {survey.date}, on {survey.system}.

```sh
./dev survey                    # all subjects; installs them first
./dev survey curl 'Go net/http' # only these; the others keep their rows
```

Where Debian starts a service that it installs, the proxies run afterwards: nginx, HAProxy, Squid, Varnish, Apache, lighttpd.
[The matrix](survey/matrix.html) has each answer: a row for each case, a column for each subject. Its data is
`corpus/survey/results.json`.

## Who accepts each quirk

A subject counts if it reports the line as a status line, with whatever values. "Not" lists the others.

| quirk | line | all {len(survey.subjects)} | parsers | clients | proxies | who |
|---|---|---|---|---|---|---|
{chr(10).join(quirk_rows(survey))}

## The subjects

Of the cases, {valid} are lines of the grammar, {quirky} have quirks, and {never} are accepted by no policy, or are no whole line.
"As sent": accepted with the code, reason and version of the line, as far as the subject reports them.

| subject | version | valid, as sent | valid, refused | with quirks, accepted | no line, accepted |
|---|---|---|---|---|---|
{chr(10).join(subject_rows(survey))}

## How it is measured

Each client gets each case once, whole, from `statusline-conform serve`, on a connection of its own. The case has a header
section and a body behind it if it is a whole line; else the connection closes. Adapters of 10 to 60 lines in
`tests/survey/adapters/` report code, reason, version and body. A browser is asked by a page, through a relay that passes on each
response as it is. A parser gets the same bytes in the process of its adapter. A proxy stands in front of the server and is asked
in HTTP/1.0; what it answers with an error of its own, it has refused. Many proxies and some clients write a reason of
their own, so another reason is no fault by itself.

Cases about a size limit are left out, and the one with an interim code, 101, which a client need not show.
Not measured here: cuts, and the response after this one. `statusline-conform client` does that, see [Conformance](conformance.md).

| answer | meaning |
|---|---|
{legend}
"""


def matrix(survey):
    rows = []
    for i, case in enumerate(survey.cases):
        kind = "+".join(case["quirks"]) or ("valid" if case["code"] is not None else "never")
        line = bytes.fromhex(case["input_hex"])
        shown = escaped(line[:60]) + ("..." if len(line) > 60 else "")
        rows.append(json.dumps([case["id"], shown, kind, "".join(row["cells"][i] for row in survey.subjects)]))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>statusline: the matrix of the survey</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<!-- Written by tests/survey/pages.py. -->
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 14px/1.4 system-ui, sans-serif; margin: 1rem; }}
.frame {{ overflow: auto; max-height: 85vh; border: 1px solid #8888; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: 1px 5px; text-align: center; white-space: nowrap; }}
thead th {{ position: sticky; top: 0; background: Canvas; z-index: 2; vertical-align: bottom; }}
thead button {{ font: inherit; border: 0; background: none; color: inherit; cursor: pointer; padding: 4px 0; }}
thead th:nth-child(n+4) button {{ writing-mode: vertical-rl; transform: rotate(180deg); }}
tbody th {{ position: sticky; left: 0; background: Canvas; text-align: left; font-weight: normal; z-index: 1; max-width: 22em; overflow: hidden; text-overflow: ellipsis; }}
td:nth-child(2) {{ text-align: left; max-width: 12em; overflow: hidden; text-overflow: ellipsis; }}
.as {{ background: #2a96; }} .other {{ background: #db36; }} .code, .never {{ background: #d446; }} .body {{ background: #88f4; }}
</style></head><body>
<h1>The matrix of the survey</h1>
<p>{len(survey.cases)} cases, {len(survey.subjects)} subjects, {survey.date}, {html.escape(survey.system)}. <a href="../md_survey.html">The
survey</a> describes how it is measured. A click on the name of a column sorts by it, a second one the other way.</p>
<p>{", ".join(f"<b>{html.escape(letter)}</b> {text}" for letter, text in MEANING.items())}.</p>
<p><label>Only rows with <input id="filter" placeholder="bare_lf, never, HTTP/2"></label></p>
<div class="frame"><table><thead><tr></tr></thead><tbody></tbody></table></div>
<noscript><p>The table needs JavaScript, which loads nothing. <code>corpus/survey/results.json</code> has the same data.</p></noscript>
<script>
const subjects = {json.dumps([[row["name"], row["version"]] for row in survey.subjects])};
const cases = [
{(","+chr(10)).join(rows)}
];
const looks = {{ "=": "as", r: "other", v: "other", c: "code", "+": "never", "0": "body" }};
const add = (parent, tag, text) => {{
  const element = parent.appendChild(document.createElement(tag));
  element.textContent = text;
  return element;
}};
const head = document.querySelector("thead tr"), body = document.querySelector("tbody");
for (const [name, version] of [["line", ""], ["what it is", ""], ["accept it", ""], ...subjects]) {{
  const cell = add(head, "th", "");
  cell.title = version;
  add(cell, "button", name);
}}
const rows = cases.map(([id, line, kind, cells], place) => {{
  const row = add(body, "tr", "");
  row.place = place;
  const first = add(row, "th", "");
  first.title = id;
  add(first, "code", line);
  add(row, "td", kind).title = kind;
  add(row, "td", [...cells].filter((c) => !"-0".includes(c)).length);
  for (const c of cells)
    add(row, "td", c).className = looks[c] ?? "";
  return row;
}});
let last = -1, up = true;
document.querySelectorAll("thead button").forEach((button, i) => button.onclick = () => {{
  up = i === last ? !up : true;
  last = i;
  const value = (row) => i === 2 ? -row.cells[i].textContent : row.cells[i].textContent;
  rows.sort((a, b) => {{
    const x = value(a), y = value(b);
    return (x < y ? -1 : x > y ? 1 : a.place - b.place) * (up ? 1 : -1);
  }});
  body.append(...rows);
}});
document.querySelector("#filter").oninput = (event) => rows.forEach((row) =>
  row.hidden = !(row.cells[0].textContent + " " + row.cells[1].textContent).includes(event.target.value));
</script></body></html>
"""


def with_column(text, survey, link, of):
    """`text` with its column "accepted by", and the sentence about it."""
    for quirk in EXAMPLES:
        column = survey.column(quirk)
        if of and quirk == "missing_reason":
            column += f" of {len(survey.subjects)}"
        text, n = re.subn(rf"^(\| `{quirk}` \| [^|]* \| )[^|]*( \|)", lambda m, c=column: m[1] + c + m[2], text,
                          flags=re.MULTILINE)
        if n != 1:
            sys.exit(f"no row for {quirk}")
    text, n = re.subn(r'"Accepted by" counts .*?measured on [-\d]+(?: to [-\d]+)?[^.]*\.',
                      f'"Accepted by" counts the {len(survey.subjects)} parsers, clients and proxies of [the survey]({link}),'
                      f"\nmeasured on {survey.date}.", text, flags=re.DOTALL)
    if n != 1:
        sys.exit('no sentence: "Accepted by" counts')
    return text


def main():
    survey = Survey()
    pages = {"docs/survey.md": page(survey), "docs/survey/matrix.html": matrix(survey)}
    for name in ("README.md", "docs/quirks.md"):
        readme = name == "README.md"
        pages[name] = with_column((ROOT / name).read_text(encoding="utf-8"), survey,
                                  "docs/survey.md" if readme else "survey.md", readme)
    stale = [name for name, text in pages.items()
             if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        if stale:
            sys.exit(f"not what corpus/survey/results.json says: {', '.join(stale)}; run tests/survey/pages.py")
        return
    for name in stale:
        (ROOT / name).parent.mkdir(exist_ok=True)
        (ROOT / name).write_text(pages[name], encoding="utf-8")


if __name__ == "__main__":
    main()
