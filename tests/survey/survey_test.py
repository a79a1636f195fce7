#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The survey's judgement of an answer, and its pages. No subject is asked: that is `./dev survey`."""

import json
import sys
import unittest

sys.dont_write_bytecode = True
import pages # pylint: disable=wrong-import-position
import run # pylint: disable=wrong-import-position
import subjects # pylint: disable=wrong-import-position

HEAD = b"Content-Type: text/plain\r\nContent-Length: 16\r\nConnection: close\r\n\r\n"


def case(line, **values):
    return {"input_hex": line.hex(), "code": 200, "version": "1.1", "reason_hex": b"OK".hex(), "quirks": []} | values


def accepted(**values):
    return {"outcome": "accepted", "code": 200, "body_hex": run.BODY.hex()} | values


class Cell(unittest.TestCase):
    def check(self, letter, answer, line=b"HTTP/1.1 200 OK\r\n", rest=HEAD + run.BODY, **values):
        self.assertEqual(run.cell(case(line, **values), line + rest, answer), letter)

    def test_values(self):
        self.check("=", accepted())
        self.check("=", accepted(version="1.1", reason_hex=b"OK".hex()))
        self.check("=", {"outcome": "accepted"})
        self.check("c", accepted(code=20, reason_hex=""))
        self.check("r", accepted(reason_hex=""))
        self.check("v", accepted(version="1.0"))
        self.check("+", accepted(code=20), code=None)

    def test_no_acceptance(self):
        for outcome, letter in ("refused", "-"), ("crash", "!"), ("hang", "?"):
            self.check(letter, {"outcome": outcome})

    def test_bodies(self):
        self.check("b", accepted(body_hex=(HEAD + run.BODY).hex()))
        self.check("b", accepted(body_hex=""))
        self.check("0", accepted(body_hex=(b"HTTP/1.1 200 OK\r\n" + HEAD + run.BODY).hex()))
        self.check("0", accepted(body_hex=(b"HTTP/1.1 200 OK" + HEAD + run.BODY).hex())) # without the line end
        self.check("=", accepted(body_hex=""), rest=b"") # an incomplete line has none
        self.check("=", accepted(code=204, body_hex=""), line=b"HTTP/1.1 204 \r\n", rest=b"Connection: close\r\n\r\n",
                   code=204, reason_hex="")

    def test_an_error_of_a_proxy_is_a_refusal(self):
        self.check("-", accepted(code=502, body_hex=b"Bad Gateway".hex(), own_error=True))
        self.check("-", accepted(code=502, body_hex="", own_error=True), rest=b"")
        self.check("=", accepted(code=502, own_error=True), code=502) # it is the case's own

    def test_what_may_be_a_weakness_is_not_published(self):
        self.assertEqual("=rvc+-0b!?".translate(run.PUBLIC), "=rvc+-0r--")


class Adapters(unittest.TestCase):
    def test_one_that_ends_is_started_again(self):
        program = "import sys\nprint('1.0', flush=True)\nfor url in sys.stdin:\n" \
                  "    if 'dies' in url: sys.exit(1)\n    print('{\"outcome\":\"refused\"}', flush=True)"
        batch = subjects.Batch(sys.executable, "-IS", "-c", program)
        self.addCleanup(batch.close)
        batch.open(None)
        self.assertEqual(batch.version, "1.0")
        self.assertEqual([batch.ask(url)["outcome"] for url in ("a", "dies", "b")], ["refused", "crash", "refused"])

    def test_one_that_hangs_is_started_again(self):
        limit, subjects.LIMIT = subjects.LIMIT, 1
        self.addCleanup(setattr, subjects, "LIMIT", limit)
        batch = subjects.Batch("sh", "-c", "echo 1; read x; sleep 60")
        self.addCleanup(batch.close)
        batch.open(None)
        self.assertEqual([batch.ask("a")["outcome"] for _ in "ab"], ["hang", "hang"])

    def test_one_that_does_not_start_is_missing(self):
        batch = subjects.Batch("false")
        self.addCleanup(batch.close)
        with self.assertRaises(subjects.Missing):
            batch.open(None)


class Pages(unittest.TestCase):
    def test_the_data_fits_the_cases(self):
        survey = pages.Survey()
        self.assertGreaterEqual(len(survey.subjects), 30)
        for row in survey.subjects:
            self.assertEqual(len(row["cells"]), len(survey.cases), row["name"])
            self.assertLessEqual(set(row["cells"]), set(pages.MEANING), row["name"])
            self.assertTrue(row["version"] and row["date"])

    def test_a_column_counts_who_accepts(self):
        survey = pages.Survey()
        cells = survey.cells(b"HTTP/1.1 200 OK\n")
        self.assertEqual(int(survey.column("bare_lf")), sum(c in "=rvc" for c in cells))
        self.assertIn(" for NUL, ", survey.column("control_in_reason"))

    def test_a_changed_answer_changes_each_page(self):
        before = pages.Survey()
        after = pages.Survey()
        i = after.by_input[b"HTTP/1.1 200 OK\n".hex()]
        cells = after.subjects[0]["cells"]
        after.subjects[0]["cells"] = cells[:i] + ("-" if cells[i] == "=" else "=") + cells[i + 1:]
        readme = (pages.ROOT / "README.md").read_text(encoding="utf-8")
        for page in (pages.page, pages.matrix, lambda survey: pages.with_column(readme, survey, "x", True)):
            self.assertEqual(page(before), page(before))
            self.assertNotEqual(page(before), page(after))
        self.assertEqual(json.dumps(before.system), json.dumps(after.system))


if __name__ == "__main__":
    unittest.main()
