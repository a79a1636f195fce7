#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The objects of `parse --json` fit their JSON Schema, which is as strict as docs/tool.md: each line of the
corpus under each policy, and the inputs that users had in place of a line."""

import json
import os
import pathlib
import re
import subprocess
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "src/cli/parse.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def objects(args, data=b""):
    done = subprocess.run([os.environ["TOOL"], "parse", "--json", *args], input=data, capture_output=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Schema(unittest.TestCase):
    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_fits_the_captured_responses_and_the_inputs_of_the_fuzzers(self):
        files = sorted(map(str, [*ROOT.glob("corpus/captured/*.http"), *ROOT.glob("corpus/seeds/*/*")]))
        seen = 0
        for options in (["--policy", "permissive"], ["--lines"], ["--follow", "--policy", "interop"], ["--registry", "documented"]):
            for one in objects(options + files):
                seen += 1
                self.assertEqual(list(VALIDATOR.iter_errors(one)), [], one)
                self.assertLessEqual(set(one), set(SCHEMA["properties"]), one)
        self.assertGreater(seen, 1000)

    def test_refuses_what_the_tool_never_prints(self):
        [good] = objects([], b"HTTP/1.1 200 OK\r\n")
        [bad] = objects([], b"\x15\x03\x03")
        for one, change in ((good, {"error": "code"}), (good, {"code": None}), (good, {"class": "odd"}),
                            (good, {"looks_like": None}), (good, {"quirks": ["odd"]}), (good, {"reason_hex": "4"}),
                            (bad, {"code": 200}), (bad, {"looks_like": "odd"}), (bad, {"error": None}),
                            (bad, {"findings": [{}]})):
            self.assertFalse(VALIDATOR.is_valid({**one, **change}), change)
        for one in good, bad:
            for name in one:
                if name not in ("looks_like", "bytes_hex", "status_line_at") or one is bad:
                    self.assertFalse(VALIDATOR.is_valid({k: v for k, v in one.items() if k != name}), name)

    def test_has_the_members_of_the_page(self):
        page = (ROOT / "docs/tool.md").read_text(encoding="utf-8")
        table = page.partition("### JSON of parse")[2].partition("###")[0]
        self.assertEqual(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE), list(SCHEMA["properties"]))


if __name__ == "__main__":
    unittest.main()
