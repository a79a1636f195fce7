#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""registry_to_tsv.py converts HTML and YAML to a form that the tool reads. The tool names the script."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "src/cli/registry_to_tsv.py"
HTML = """<!DOCTYPE html><title>x</title><table><tr><td>no codes</td></tr></table>
<table><thead><tr><th>Status Code</th><th>Reason Phrase</th><th>Description</th></tr></thead>
<tr><td><code>404</code></td><td>Not Found</td><td>It is<br>not &lt;there&gt;.</td></tr><tr><td>5XX</td><td></td><td>Odd</td></tr></table>"""
YAML = """openapi: 3.0.0
paths:
  /:
    get:
      responses:
        404: {description: "It is\\nnot there."}
        '5XX': {$ref: '#/components/responses/Odd'}
components:
  responses:
    Odd: {description: Odd}
"""


class Script(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text):
        path = pathlib.Path(self.folder.name, "file")
        path.write_text(text, encoding="utf-8")
        return path

    def tool(self, path):
        return subprocess.run([os.environ["TOOL"], "registry", path, "--write", "tsv"], capture_output=True, text=True, check=False)

    def check(self, text):
        path = self.file(text)
        refused = self.tool(path)
        self.assertEqual(refused.returncode, 3)
        self.assertIn(SCRIPT.name, refused.stderr)
        made = subprocess.run([sys.executable, SCRIPT, path], capture_output=True, text=True, check=True).stdout
        return self.tool(self.file(made)).stdout.splitlines()

    def test_html(self):
        rows = self.check(HTML)
        self.assertIn("404\tNot Found\tIt is not <there>.\tassigned\tnone\tno\t", rows)
        self.assertIn("599\t\tOdd\tassigned\tnone\tno\t", rows)
        self.assertEqual(len(rows), 102)

    @unittest.skipUnless(importlib.util.find_spec("yaml"), "needs PyYAML")
    def test_yaml(self):
        rows = self.check(YAML)
        self.assertIn("404\t\tIt is not there.\tassigned\tnone\tno\t", rows)
        self.assertEqual(len(rows), 102)

    def script(self, text):
        return subprocess.run([sys.executable, SCRIPT, self.file(text)], capture_output=True, text=True, check=False)

    def test_html_without_end_tags_and_with_a_table_in_a_cell(self):
        page = """<table><tr><th>Code<th>Phrase<th>Details
<tr><td>404<td>Not Found<td>a <table><tr><td>inner<td>x</table> b<tr><td>410<td>Gone<td>c</table>"""
        self.assertEqual(self.script(page).stdout, "Code\tPhrase\tDetails\n404\tNot Found\ta b\n410\tGone\tc\n")

    @unittest.skipUnless(importlib.util.find_spec("yaml"), "needs PyYAML")
    def test_yaml_loses_nothing(self):
        def document(responses, more=""):
            return f"openapi: 3.0.0\npaths:\n  /:\n    get:\n      responses:\n{responses}\n{more}"

        def refusal(text):
            done = self.script(text)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            return done.stderr.split("/file:")[1].strip()

        for key in "2x0", "20", "abc", "0404", "X-a":
            self.assertTrue(refusal(document(f"        200: {{}}\n        {key}: {{}}")).startswith("7:9: expected a code of three digits"), key)
        self.assertEqual(refusal(document("        200: {}\n        200: {}")),
                         "7:9: expected each key of a mapping once; this one is repeated")
        self.assertEqual(refusal(document("        - 200")), "6:9: expected a mapping as the value of 'responses'")
        self.assertEqual(refusal(document("        200: {description: []}")), "6:28: expected a text as the value of 'description'")
        self.assertEqual(refusal(document("        200: {$ref: a.yaml}")),
                         "6:21: the reference 'a.yaml' leads to another file; expected one in this file")
        self.assertEqual(refusal(document("        200: {$ref: '#/b'}")), "6:21: the reference '#/b' leads nowhere")
        self.assertEqual(self.script(document("""        x-a: 1
        <<: {201: {description: merged}, 404: {}}
        404: {$ref: '#/a'}
        405: {$ref: '#/c'}
      x-gateway: {responses: {20: {}}}
  /b: {$ref: '#/d'}""", "a: {$ref: '#/b'}\nb: {description: b}\nc: {$ref: '#/c'}\nd: {get: {responses: {default: }}}"
            "\ndefinitions: {A: {properties: {responses: {type: array}}}}\n")).stdout,
                         "code\tphrase\tmeaning\n201\t\tmerged\n404\t\tb\n405\t\t\ndefault\t\t\n")

    def test_refuses_a_page_without_codes(self):
        done = subprocess.run([sys.executable, SCRIPT, self.file("<table><tr><td>x</td></tr></table>")],
                              capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no table has a header", done.stderr)


if __name__ == "__main__":
    unittest.main()
