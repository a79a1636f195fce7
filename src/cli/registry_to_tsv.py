# SPDX-License-Identifier: MIT
"""registry_to_tsv.py FILE: converts the tables of an HTML page, or an OpenAPI document in YAML, to TSV for
`statusline --registry`. A table must have a header with a column of codes. YAML needs PyYAML.
"""

import html.parser
import re
import sys

CODE = {"code", "value", "status", "statuscode", "httpstatuscode", "httpcode", "httpstatus"}


class Tables(html.parser.HTMLParser):
    """Collects the rows of each table, as lists of texts. A table inside a cell is one more table."""

    def __init__(self):
        super().__init__()
        self.tables, self.open = [], []  # of open tables: [rows, the text of the open cell or None]

    def handle_starttag(self, tag, _attributes):
        if tag == "table":
            self.tables.append([])
            self.open.append([self.tables[-1], None])
        if not self.open:
            return
        if tag in ("tr", "td", "th"):  # HTML lets an author leave out </td> and </tr>
            self.end_cell()
        rows, cell = self.open[-1]
        if tag == "tr" or (tag in ("td", "th") and not rows):
            rows.append([])
        if tag in ("td", "th"):
            self.open[-1][1] = []
        elif tag == "br" and cell is not None:
            cell.append(" ")

    def handle_endtag(self, tag):
        if self.open and tag in ("td", "th", "tr", "table"):
            self.end_cell()
            if tag == "table":
                self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1][1] is not None:
            self.open[-1][1].append(data)

    def end_cell(self):
        rows, cell = self.open[-1]
        if cell is not None:
            rows[-1].append(" ".join("".join(cell).split()))
            self.open[-1][1] = None


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


# Where OpenAPI and Swagger define operations: the kind of each member of a kind of object. "*" is any other name.
PARTS = {
    "document": {"paths": "paths", "webhooks": "path items", "components": "components"},
    "components": {"responses": "definitions", "pathItems": "path items", "callbacks": "callbacks"},
    "paths": {"*": "path item"},
    "path items": {"*": "path item"},
    "path item": {"summary": None, "description": None, "servers": None, "parameters": None,
                  "additionalOperations": "operations", "*": "operation"},
    "operations": {"*": "operation"},
    "operation": {"responses": "responses", "callbacks": "callbacks"},
    "callbacks": {"*": "paths"},
}
NAMES = ("path items", "operations", "callbacks")  # not extensible: "x-..." is a name


def from_yaml(path, text):
    try:
        import yaml
    except ImportError:
        sys.exit("YAML needs PyYAML: apt-get install python3-yaml")
    loader = yaml.SafeLoader(text)

    def fail(node, reason):
        sys.exit(f"{path}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {reason}")

    try:
        document = loader.get_single_node()
    except yaml.YAMLError as error:
        sys.exit(f"{path}: this is no YAML: {error}")

    def members(node, name):
        """The members of a mapping, as (key node, value node)."""
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null"):
            return []
        if not isinstance(node, yaml.MappingNode):
            fail(node, f"expected a mapping as the value of {name!r}")
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                fail(key, "expected a text as a key")
            if key.value in seen and not key.tag.endswith(":merge"):
                fail(key, "expected each key of a mapping once; this one is repeated")
            seen.add(key.value)
        loader.flatten_mapping(node)  # `<<`; a key of the mapping itself stands behind, and counts
        return {key.value: (key, value) for key, value in node.value}.values()

    def follow(reference):
        if not reference.value.startswith("#/"):
            fail(reference, f"the reference {reference.value!r} leads to another file; expected one in this file")
        node = document
        for part in reference.value[2:].split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            found = [v for k, v in members(node, part) if k.value == part]
            if not found:
                fail(reference, f"the reference {reference.value!r} leads nowhere")
            node = found[0]
        return node

    def meaning(response, name):
        seen = []
        while response not in seen:
            seen.append(response)
            inside = {key.value: value for key, value in members(response, name)}
            if "description" in inside:
                if not isinstance(inside["description"], yaml.ScalarNode):
                    fail(inside["description"], "expected a text as the value of 'description'")
                return inside["description"].value
            if "$ref" in inside:
                response = follow(inside["$ref"])
        return ""

    rows, seen, to_do = [], set(), [(document, "document", "the document")]
    while to_do:
        node, part, name = to_do.pop()
        if (id(node), part) in seen:
            continue
        seen.add((id(node), part))
        later = []
        for key, value in members(node, name):
            if key.value == "$ref":
                later.append((follow(value), part, name))
            elif key.value.startswith("x-") and part not in NAMES:
                continue
            elif part in ("responses", "definitions"):
                if re.fullmatch(r"\d{3}|\dXX|default", key.value, re.IGNORECASE):
                    rows.append((key.value, meaning(value, key.value)))
                elif part == "responses":
                    fail(key, "expected a code of three digits, a range such as 4XX, default, or an extension x-...; "
                              f"found {key.value!r}")
            elif kind := PARTS[part].get(key.value, PARTS[part].get("*")):
                later.append((value, kind, key.value))
        to_do += reversed(later)
    print("code\tphrase\tmeaning")
    for code, text in rows:
        print(f"{code}\t\t{field(' '.join(text.split()))}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: registry_to_tsv.py FILE")
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        from_html(text)
    else:
        from_yaml(sys.argv[1], text)


if __name__ == "__main__":
    main()
