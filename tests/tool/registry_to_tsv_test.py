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

    def test_refuses_a_page_without_codes(self):
        done = subprocess.run([sys.executable, SCRIPT, self.file("<table><tr><td>x</td></tr></table>")],
                              capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no table has a header", done.stderr)


if __name__ == "__main__":
    unittest.main()
