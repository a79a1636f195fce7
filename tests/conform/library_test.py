# SPDX-License-Identifier: MIT
"""statusline-conform library, on parsers that are bent on purpose: each way to bend one is found, or
is reported as outside of the proof.

    library_test.py STATUSLINE_CONFORM FOLDER [all]    # `all`: K=2 for each, too
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import xml.dom.minidom

PROGRAM = FOLDER = None
ALL = False

# The number is BENT in bent.c. K is the least for which the test sets find it; None if they do not, for
# any K here. A finding is "kind detail", of which the beginning must be there.
BENT = [
    ("straight", None, []),
    ("lower_case", 0, ["wider lowercase_protocol"]),
    ("one_octet", 0, ["wider control_in_reason"]),
    ("after_blank", 0, ["wider leading_blank"]),
    ("second_octet", 1, ["wider control_in_reason"]),
    ("one_code", None, ["other_code code"]),  # by the sweep of codes
    ("short_reason", 0, ["other_reason regular"]),
    ("far_end", 0, ["other_end regular"]),
    ("minor_version", 0, ["other_version regular"]),
    ("counter_1", 1, ["wider control_in_reason"]),
    ("counter_2", 2, []),
    ("counter_4", None, []),  # beyond the claim
    ("block", None, ["wider control_in_reason"]),  # by the sweep of reasons
    ("forgets_cr", None, ["splits regular@line_end", "splits never:line_end@line_end"]),
    ("crashes", 2, ["crash htab"]),
    ("hangs", None, ["hang regular"]),
    ("exits", 0, ["crash version"]),
    ("address", None, None),
    ("overreads", 0, ["crash "]),
    ("waits_forever", 0, ["waits never:version"]),
    ("hasty_line", 0, ["hasty accepted@line_end"]),
    ("eager", 0, ["hasty refused@protocol", "hasty refused@version", "hasty refused@separator"]),
]
NUMBER = {row[0]: i for i, row in enumerate(BENT)}


def module(name):
    return f"{FOLDER}/bent_{NUMBER[name]}.so"


def run(name, *options):
    path = module(name) if name in NUMBER else name
    return subprocess.run([PROGRAM, "library", path, "--timeout", "1000", *options],
                          capture_output=True, timeout=120, text=True)


def verdict(name, *options):
    done = run(name, "--json", *options)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{name}: status {done.returncode}: {done.stderr}")
    return json.loads(done.stdout), done


class Bent(unittest.TestCase):
    def check(self, name, least, expected, extra):
        got, done = verdict(name, "--extra-states", str(extra), "--no-learning")
        found = [f"{f['kind']} {f['detail']}" for f in got["findings"]]
        differ = [s["different"] for s in got["stages"] if re.fullmatch("K=., all octets.*", s["name"])]
        died = any(f.startswith(("crash", "hang")) for f in found)
        if least is not None and not died:
            self.assertEqual([n != 0 for n in differ], [k >= least for k in range(extra + 1)], (name, found))
        if expected is None:
            return
        for one in expected:
            self.assertTrue(any(f.startswith(one) for f in found), (name, extra, one, found))
        fails = bool(expected) or (least is not None and extra >= least)
        self.assertEqual(done.returncode, 1 if fails else 0, (name, found))

    def test_each_is_found_by_its_k_and_by_no_smaller_one(self):
        # All of them need 80 s: they run at night.
        some = {"lower_case", "one_code", "counter_1", "forgets_cr", "crashes", "hasty_line"}
        for name, least, expected in BENT:
            if not ALL and name not in some:
                continue
            with self.subTest(name=name):
                self.check(name, least, expected, 2 if ALL and name != "hangs" else 1)

    def test_what_is_found_has_a_witness_that_shows_it(self):
        got, _ = verdict("second_octet", "--extra-states", "1", "--no-learning")
        one = got["findings"][0]
        self.assertIn(b"\x01", bytes.fromhex(one["input_hex"]))
        self.assertEqual(one["got"]["outcome"], "accepted")
        self.assertEqual(one["expected"]["outcome"], "refused")

    def test_an_answer_that_changes_with_the_address_is_reported(self):
        got, _ = verdict("address", "--extra-states", "1")
        self.assertTrue(any("That does not hold" in a for a in got["assumptions"]), got["assumptions"])
        got, _ = verdict("straight", "--extra-states", "1")
        self.assertTrue(any("no answer changed" in a for a in got["assumptions"]), got["assumptions"])

    def test_a_death_ends_no_run(self):
        got, done = verdict("crashes", "--extra-states", "1")
        self.assertEqual(done.returncode, 1)
        crash = [f for f in got["findings"] if f["kind"] == "crash"]
        self.assertTrue(crash)
        self.assertIn("signal 6", crash[0]["note"])
        self.assertGreater(got["stages"][1]["tests"], 100000)
        self.assertEqual(got["theorem"].startswith("Proved"), False)

    def test_exit_of_the_subject_is_a_crash(self):
        got, _ = verdict("exits", "--extra-states", "0", "--no-learning")
        self.assertIn("it ended the process with status 3", [f["note"] for f in got["findings"]])


class Proof(unittest.TestCase):
    def test_the_straight_parser_conforms_and_is_learned_as_the_table(self):
        got, done = verdict("straight", "--extra-states", "2" if ALL else "1")
        self.assertEqual(done.returncode, 0)
        self.assertTrue(got["conforms"])
        self.assertEqual(got["subject"], module("straight"), "its sl_subject_name() is NULL")
        self.assertEqual(got["states"], 17)
        self.assertEqual(got["closest_policy"], {"allowed": [], "agree": got["cases"]["asked"],
                                                 "left_over": []})
        self.assertTrue(got["theorem"].startswith("Proved"))
        self.assertEqual(len(got["assumptions"]), 3 if ALL else 2)
        self.assertIn("digraph", got["automaton"])
        claims = [s["name"] for s in got["stages"] if s["claims"]]
        self.assertIn("K=1, all octets", claims)
        self.assertNotIn("codes and versions", claims)

    def test_the_same_run_has_the_same_report_for_any_number_of_jobs(self):
        one = verdict("after_blank", "--extra-states", "1", "--jobs", "1")[0]
        four = verdict("after_blank", "--extra-states", "1", "--jobs", "4")[0]
        self.assertEqual(one, four)

    def test_another_policy_is_another_reference(self):
        got, done = verdict("one_octet", "--extra-states", "0", "--policy", "permissive")
        self.assertEqual(done.returncode, 1)
        kinds = {f["kind"] for f in got["findings"]}
        self.assertIn("narrower", kinds)
        self.assertNotIn("wider", kinds)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def test_a_list_of_known_divergences_is_a_gate(self):
        options = ["--extra-states", "1", "--no-learning"]
        known = self.path("known.tsv")
        self.assertEqual(run("after_blank", *options, "--write-accept", known).returncode, 1)
        done = run("after_blank", *options, "--accept", known)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("accepted by the list", done.stdout)
        # One more divergence fails, and a row that is no longer true does.
        self.assertEqual(run("lower_case", *options, "--accept", known).returncode, 1)
        done = run("straight", *options, "--accept", known)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no longer true", done.stdout)
        with open(known, encoding="ascii") as file:
            rows = [line for line in file if not line.startswith("#")]
        self.assertTrue(all(len(row.split("\t")) == 3 for row in rows), rows)

    def test_a_row_of_splits_lists_one_place(self):
        options = ("--extra-states", "0", "--no-learning")
        known = self.path("known.tsv")
        run("forgets_cr", *options, "--write-accept", known)
        with open(known, encoding="ascii") as file:
            rows = [line for line in file if not line.startswith("#")]
        self.assertEqual([row.split("\t")[1] for row in rows], ["regular@line_end", "incomplete@line_end", "never:line_end@line_end"])
        for kept, status in ((rows, 0), (rows[1:], 1), (rows[:2], 1), ([*rows, "splits\tregular@reason\t485454502f312e3120323030204f4b0d0a\n"], 1)):
            with open(known, "w", encoding="ascii") as file:
                file.writelines(kept)
            self.assertEqual(run("forgets_cr", *options, "--accept", known).returncode, status, kept)
        # A witness that another run would not choose is still one.
        with open(known, "w", encoding="ascii") as file:
            file.writelines([*rows, "splits\tversion@line_end\t485454502f322e3120323030204f4b0d0a\n"])
        self.assertEqual(run("forgets_cr", *options, "--accept", known).returncode, 0)

    def test_reports_are_files(self):
        junit, html, dot = self.path("r.xml"), self.path("r.html"), self.path("r.dot")
        run("one_octet", "--extra-states", "0", "--junit", junit, "--html", html, "--dot", dot)
        suite = xml.dom.minidom.parse(junit).documentElement
        failures = suite.getElementsByTagName("failure")
        self.assertEqual(int(suite.getAttribute("failures")), len(failures))
        self.assertTrue(failures)
        with open(html, encoding="utf-8") as file:
            page = file.read()
        self.assertIn("wider: control_in_reason", page)
        loads = re.findall(r"""(?:src|href)\s*=\s*["'](?!\#)[^"']*""", page)
        self.assertEqual([one for one in loads if "xlink" not in one], [], "the page loads nothing")
        with open(dot, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("digraph"))

    def test_wrong_use_is_2_and_a_subject_that_cannot_be_run_is_3(self):
        bad = self.path("bad.tsv")
        with open(bad, "w", encoding="ascii") as file:
            file.write("wider bare_lf 41\n")
        done = run("straight", "--accept", bad)
        self.assertEqual(done.returncode, 2)
        self.assertIn("bad.tsv:1: expected three columns", done.stderr)
        with open(bad, "w", encoding="ascii") as file:
            file.write("\x1b[31mred\tx\t41\n")
        done = run("straight", "--accept", bad)
        self.assertIn(r'bad.tsv:1: "\x1b[31mred" is no kind', done.stderr)
        self.assertEqual(run("straight", "--accept", self.path("none")).returncode, 2)
        self.assertEqual(run("straight", "--policy", "lax").returncode, 2)
        self.assertEqual(run("straight", "--extra-states", "3").returncode, 2)
        done = run(self.path("none.so"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("none.so", done.stderr)
        text = self.path("\x1b[31mtext.so")
        with open(text, "w", encoding="ascii") as file:
            file.write("no library")
        done = run(text)
        self.assertEqual(done.returncode, 3)
        self.assertIn(r"\x1b[31mtext.so: ", done.stderr)
        done = run("straight", "--extra-states", "0", "--junit", self.path("no/folder"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("no/folder", done.stderr)


if __name__ == "__main__":
    PROGRAM, FOLDER = sys.argv[1:3]
    ALL = "all" in sys.argv[3:]
    unittest.main(argv=[sys.argv[0]], verbosity=1)
