# SPDX-License-Identifier: MIT
"""registry_to_tsv.py FILE: converts the tables of an HTML page, or an OpenAPI document in YAML, to TSV for
`statusline --registry`. A table must have a header with a column of codes. YAML needs PyYAML.
"""

import html.parser
import re
import sys

CODE = {"code", "value", "status", "statuscode", "httpstatuscode", "httpcode", "httpstatus"}


class Tables(html.parser.HTMLParser):
    """Collects the rows of each table, as lists of texts."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, _attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def field(text):
    return '"' + text.replace('"', '""') + '"' if text.startswith('"') or "\t" in text else text


def from_html(text):
    page = Tables()
    page.feed(text)
    found = [rows for rows in page.tables
             if rows and any(re.sub("[^a-z0-9]", "", cell.lower()) in CODE for cell in rows[0])]
    if not found:
        sys.exit("no table has a header with a column of codes")
    for rows in found[:1]:
        for row in rows:
            if row:
                print("\t".join(field(cell) for cell in row))
    if len(found) > 1:
        print(f"only the first of {len(found)} tables with codes is written", file=sys.stderr)


def from_yaml(text):
    try:
        import yaml
    except ImportError:
        sys.exit("YAML needs PyYAML: apt-get install python3-yaml")
    document = yaml.safe_load(text)
    print("code\tphrase\tmeaning")

    def resolve(response):
        if isinstance(response, dict) and str(response.get("$ref", "")).startswith("#/"):
            target = document
            for part in response["$ref"][2:].split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            return target
        return response

    open_values = [document]
    while open_values:
        value = open_values.pop()
        if isinstance(value, list):
            open_values += reversed(value)
        if not isinstance(value, dict):
            continue
        if value is not document and isinstance(value.get("responses"), dict):
            for code, response in value["responses"].items():
                if re.fullmatch(r"\d{3}|\dXX|default", str(code), re.IGNORECASE):
                    response = resolve(response)
                    meaning = response.get("description", "") if isinstance(response, dict) else ""
                    print(f"{code}\t\t{field(' '.join(str(meaning).split()))}")
        open_values += [v for k, v in reversed(value.items())
                        if k not in ("responses", "example", "examples", "schema", "schemas")]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: registry_to_tsv.py FILE")
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        from_html(text)
    else:
        from_yaml(text)


if __name__ == "__main__":
    main()
