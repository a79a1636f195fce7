#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens the playground from a file in Chromium, types, and compares the page with the tool.

TOOL is the tool. With SCREENSHOTS, a folder, the test stores pictures there. It drives Chromium through pipes
(--remote-debugging-pipe): JSON messages, each ended by NUL.
"""

import base64
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = os.environ.get("TOOL", ROOT / "build/release/src/statusline")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
LLHTTP = ROOT / "build/peers/llhttp9.wasm"
SIZES = [(1280, 800), (390, 844)]


class Chromium:
    def __init__(self, profile):
        (from_test, to_browser), (from_browser, to_test) = os.pipe(), os.pipe()
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
                   f"--user-data-dir={profile}", "--no-first-run", "about:blank"]
        self.log = open(f"{profile}/log", "wb")
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec {shlex.join(command)} 3<&{from_test} 4>&{to_test}"],
            pass_fds=(from_test, to_test), stdout=self.log, stderr=self.log)
        os.close(from_test)
        os.close(to_test)
        self.to, self.source = open(to_browser, "wb", buffering=0), open(from_browser, "rb", buffering=0)
        self.buffer, self.count, self.events, self.session = b"", 0, [], {}
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = {"sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]}
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(f"{domain}.enable")

    def read(self):
        while b"\0" not in self.buffer:
            some = self.source.read(1 << 16)
            if not some:
                raise EOFError("Chromium has ended")
            self.buffer += some
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, **params):
        self.count += 1
        self.to.write(json.dumps({"id": self.count, "method": method, "params": params, **self.session}).encode() + b"\0")
        while (message := self.read()).get("id") != self.count:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message["result"]

    def run(self, script):
        """Returns the value of an expression in the page."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def close(self):
        self.session = {}
        self.call("Browser.close")
        self.process.wait(timeout=30)
        for file in [self.to, self.source, self.log]:
            file.close()


def tool(data, *options):
    done = subprocess.run([TOOL, "parse", *options], input=data, capture_output=True, check=False)
    return done.stdout.decode()


class Playground(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        site = pathlib.Path(folder.name) / "a site"
        subprocess.run([ROOT / "docs/build.sh", site], check=True, capture_output=True)
        cls.address = (site / "md_playground.html").as_uri()
        cls.browser = Chromium(folder.name)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.browser.events.clear()
        self.open()

    def tearDown(self):
        self.page("1")  # the events so far
        for event in self.browser.events:
            method, params = event["method"], event["params"]
            if method == "Network.requestWillBeSent":
                self.assertRegex(params["request"]["url"], r"^file:///[^?]*/(md_playground\.html|site\.css|search\.js|search-index\.js)(#.*)?$")
            if method == "Log.entryAdded":
                self.fail(params["entry"])
            self.assertNotIn(method, ["Runtime.exceptionThrown", "Runtime.consoleAPICalled"])

    def page(self, script):
        return self.browser.run(script)

    def open(self, fragment="", width=1280, height=800):
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                          mobile=width < 500)
        self.browser.call("Page.navigate", url="about:blank")
        self.browser.call("Page.navigate", url=self.address + fragment)
        self.page("""new Promise((done, fail) => {
            setTimeout(fail, 10000, "nothing is shown");
            const wait = () => document.getElementById("json")?.textContent ? done() : setTimeout(wait, 10);
            wait() })""")

    def text(self, name):
        return self.page(f"document.getElementById({json.dumps(name)}).textContent")

    def set(self, name, value):
        """Changes the element as a person would, and dispatches the event."""
        self.page(f"""{{ const e = document.getElementById({json.dumps(name)});
            e.value = {json.dumps(value)}; e.dispatchEvent(new Event("input", {{ bubbles: true }})) }}""")

    def check(self, quirk):
        self.page(f"""document.querySelector("#quirks input[value={quirk}]").click()""")

    def assert_like_tool(self, data, *options):
        self.assertEqual({**json.loads(self.text("json")), "source": "-"}, json.loads(tool(data, "--json", *options)))
        columns = max(len(line) for line in self.text("report").splitlines())
        if self.page("innerWidth") > 1000:
            self.assertLessEqual(columns, 100)
        words = re.sub(r"\s+", " ", self.text("report"))
        if not re.search(r"\.\.\.|~~~~", words):  # shorter than the width
            self.assertEqual(words, re.sub(r"\s+", " ", tool(data, *options)))

    def path(self):
        return self.page("""[...document.querySelectorAll("#picture .on")].map(one => one.id)""")

    def test_line_of_the_issue_at_both_sizes(self):
        for width, height in SIZES:
            for policy in ["strict", "interop", "permissive"]:
                with self.subTest(width=width, policy=policy):
                    self.open("", width, height)
                    self.set("input", r"HTTP/1.1  200\tOK")
                    self.set("policy", policy)
                    self.assert_like_tool(b"HTTP/1.1  200\tOK", "--policy", policy)
                    self.assertFalse(self.page("document.documentElement.scrollWidth > innerWidth"))
            report = self.text("report")
            line = report.index("    HTTP/1.1  200\\tOK\n")
            carets = [(found.start(), found[0]) for row in report[line:].splitlines()[1:]
                      for found in re.finditer(r"\^~*", row)]
            self.assertEqual(carets, [(13, "^"), (17, "^~"), (21, "^")])
            for quirk in ["extra_space", "other_whitespace", "unterminated"]:
                self.assertIn(quirk, report)
            self.assertEqual(json.loads(self.text("json"))["quirks"], ["extra_space", "other_whitespace", "unterminated"])
            self.assertIn("Valid: 200, with extra_space", self.text("verdict"))

    def test_policy_and_quirks_change_the_result(self):
        self.set("input", r"HTTP/1.1  200 OK\n")
        self.assert_like_tool(b"HTTP/1.1  200 OK\n")
        self.check("extra_space")
        self.assertEqual(self.page("policy.value"), "custom")
        self.assert_like_tool(b"HTTP/1.1  200 OK\n", "--allow", "extra_space")
        self.check("bare_lf")
        self.assert_like_tool(b"HTTP/1.1  200 OK\n", "--allow", "extra_space,bare_lf")
        self.check("missing_reason")
        self.check("extra_space")
        self.assertEqual(self.page("policy.value"), "interop")
        self.set("policy", "permissive")
        self.assertEqual(self.page("document.querySelectorAll('#quirks input:checked').length"),
                         sum("quirk" in line for line in tool_quirks()))
        self.set("size", "17")
        self.assert_like_tool(b"HTTP/1.1  200 OK\n", "--policy", "permissive", "--max-size", "17")
        self.set("size", "16")
        self.assert_like_tool(b"HTTP/1.1  200 OK\n", "--policy", "permissive", "--max-size", "16")

    def test_notations(self):
        for notation, text, data in [
                ("text", r"\x48TTP/1.1 200 Gr\xfcn\0\\\t" + "é\n", b"HTTP/1.1 200 Gr\xfcn\0\\\t\xc3\xa9\r\n"),
                ("hex", "48 54 54 50 2f312e31 0x20, 32:30:30\n20 0D 0A", b"HTTP/1.1 200 \r\n"),
                ("response", "HTTP/1.1 200 a\\n\nServer: x\n\nbody", b"HTTP/1.1 200 a\\n\r\nServer: x\r\n\r\nbody")]:
            with self.subTest(notation=notation):
                self.set("notation", notation)
                self.set("input", text)
                self.assertEqual(self.text("wrong"), "")
                self.assert_like_tool(data)
        for notation, text, message in [("text", r"HTTP\q", "found “\\q”"), ("text", "\\", "found “\\”"),
                                        ("text", r"\x4", "found “\\x4”"), ("hex", "4", "two digits"),
                                        ("hex", "4g", "found “g”")]:
            with self.subTest(text=text):
                self.set("notation", notation)
                self.set("input", text)
                self.assertIn(message, self.text("wrong"))

    def test_long_input(self):
        for size in ["8192", "1000000"]:
            self.set("size", size)
            self.page("""notation.value = "text"; input.value = "HTTP/1.1 200 " + "a".repeat(300000) + "\\r\\n";
                input.dispatchEvent(new Event("input", { bubbles: true }))""")
            self.assert_like_tool(b"HTTP/1.1 200 " + b"a" * 300000 + b"\r\n", "--max-size", size)
        self.assertEqual(self.page("document.querySelectorAll('#both td')[11].textContent.length"), 300000)
        self.assertIn("reason (300001 times)", self.text("path"))
        self.page("copy.click()")
        self.assertEqual(self.text("copied"), "The input is too long for a link.")

    def test_examples_show_their_quirk(self):
        for line in tool_quirks():
            if "quirk" in line:
                with self.subTest(quirk=line["quirk"]):
                    self.page(f"""{{ examples.selectedIndex = [...examples.options].findIndex(
                        option => option.textContent == "{line["quirk"]}");
                        examples.dispatchEvent(new Event("input", {{ bubbles: true }})) }}""")
                    self.assert_like_tool(line["example"].encode())
                    self.set("policy", "permissive")
                    self.assertIn(line["quirk"], json.loads(self.text("json"))["quirks"])
                    self.set("policy", "strict")

    def test_link_carries_input_and_options(self):
        text = r"HTTP/1.1  200 a%20b+c&d=é#\xff\r\n"
        self.set("input", text)
        self.check("extra_space")
        self.set("size", "100")
        shown = self.text("json"), self.text("report")
        self.page("copy.click()")
        fragment = self.page("location.hash")
        self.open(fragment)
        self.assertEqual(self.page("input.value"), text)
        self.assertEqual(self.page("policy.value"), "custom")
        self.assertEqual((self.text("json"), self.text("report")), shown)
        self.set("input", "x")
        self.page("new Promise(done => setTimeout(done, 600))")
        self.assertEqual(self.page("location.hash"), "#input=x&allow=extra_space&size=100")
        self.page("location.hash = '#input=4854&notation=hex&policy=permissive'")
        self.page("new Promise(done => setTimeout(done, 50))")
        self.assertEqual(self.page("input.value + notation.value + policy.value + size.value"), "4854hexpermissive8192")
        self.assert_like_tool(b"HT", "--policy", "permissive")
        # A link runs no script, and wrong values count as absent.
        self.open("#input=<img src=x onerror=alert(1)>&policy=x&notation=constructor&size=-1")
        self.assertEqual(self.page("input.value"), "<img src=x onerror=alert(1)>")
        self.assertEqual(self.page("notation.value + policy.value + size.value"), "textstrict8192")
        self.assertEqual(self.page("document.querySelectorAll('#playground img').length"), 0)

    def test_path_in_the_picture(self):
        self.set("input", r"HTTP/1.1 200 OK\r\n")
        path = ["s0", "s0_s3_0", "s3", "s3_s4_0", "s4", "s4_s5_0", "s5", "s5_s6_0", "s6", "s6_s7_0", "s7", "s7_s8_0", "s8",
                "s8_s9_0", "s9", "s9_s10_0", "s10", "s10_s14_0", "s14", "s14_s15_0", "s15", "s15_s16_0", "s16", "s16_s17_0",
                "s17", "s17_s18_0", "s18", "s18_s18_0", "s18_s19_0", "s19", "s19_s20_0", "s20"]
        self.assertCountEqual(self.path(), path)
        self.assertIn("reason (3 times) → CR → accepted.", self.text("path"))
        self.set("input", r"HTTP/1.1  200\t")
        self.assertIn("gap, where it stops at offset 9: code.", self.text("path"))
        self.assertEqual(self.page("document.querySelector('#picture .stop').id"), "s14")
        # Covers every edge of the picture: the examples of the quirks walk through the table.
        edges = self.page("[...document.querySelectorAll('#picture .edge')].map(one => one.id)")
        self.assertEqual(len(edges), len({*edges}))
        self.set("policy", "permissive")
        seen = set()
        for text in [*(line["example"] for line in tool_quirks() if "quirk" in line), "HTTP/1.1 200", "\r\n\nhttp/1 200\r\r\n"]:
            self.set("notation", "hex")
            self.set("input", text.encode().hex())
            seen.update(one for one in self.path() if one in edges)
        self.assertGreater(len(seen), 30)

    @unittest.skipUnless(LLHTTP.is_file(), "no llhttp 9")
    def test_llhttp_answers_as_the_adapter_of_the_tests(self):
        for data, expected in [  # tests/peers/peers_test.cpp has the same answers
                (b"HTTP/1.1 404 Not Found\r\n", ["accepted", "", "24", "1.1", "404", "Not Found"]),
                (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", ["accepted", "", "17", "1.1", "200", "OK"]),
                (b"HTTP/1.1 200\r\n", ["accepted", "", "14", "1.1", "200", "empty"]),
                (b"HTTP/1.1 200 O\0K\r\n", ["accepted", "", "18", "1.1", "200", r"O\0K"]),
                (b"HTTP/1.1 200 OK\n", ["refused", "HPE_CR_EXPECTED", "16"]),
                (b"HTTP/1.1  200 OK\r\n", ["refused", "HPE_INVALID_STATUS", "9"]),
                (b"HTTP/1.1 2x0 OK\r\n", ["refused", "HPE_INVALID_STATUS", "10"]),
                (b"HTTP/1.1 200 O", ["expects more bytes", "need_more", "14"]),
                (b"", ["expects more bytes", "need_more", "0"])]:
            with self.subTest(data=data):
                self.set("notation", "hex")
                self.set("input", data.hex())
                cells = self.page("[...document.querySelectorAll('#both td:nth-child(3)')].map(one => one.textContent)")
                self.assertEqual([cells[0], cells[1].partition(":")[0], *cells[2:6]],
                                 expected + [""] * (6 - len(expected)))

    def test_is_used_by_keyboard_and_has_labels(self):
        self.page("document.querySelector('#notation').focus()")
        order = []
        for _ in range(40):
            for kind in ["keyDown", "keyUp"]:
                self.browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
            order.append(self.page("document.activeElement.id || document.activeElement.value"))
        for name in ["input", "policy", "size", "copy", "bare_lf", "report", "json", "picture"]:
            self.assertIn(name, order)
        nodes = self.browser.call("Accessibility.getFullAXTree")["nodes"]
        fields = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
                  if node["role"]["value"] in ("textbox", "combobox", "spinbutton", "checkbox", "button")]
        self.assertEqual(len([role for role, _ in fields if role == "checkbox"]),
                         sum("quirk" in line for line in tool_quirks()))
        for role, name in fields:
            self.assertTrue(name.strip(), f"{role} has no label")
        self.assertIn(("textbox", "Input"), fields)

    def test_looks(self):
        for width, height in SIZES:
            for theme in ["light", "dark"]:
                self.browser.call("Emulation.setEmulatedMedia",
                                  features=[{"name": "prefers-color-scheme", "value": theme}])
                self.open("#input=HTTP/1.1++200%5CtOK&policy=permissive", width, height)
                back, text = self.page("""["backgroundColor", "color"].map(name =>
                    getComputedStyle(document.getElementById("input"))[name])""")
                bright = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (back, text)]
                self.assertEqual(bright[0] > bright[1], theme == "light", (back, text))
                if SCREENSHOTS:
                    picture = self.browser.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
                    path = pathlib.Path(SCREENSHOTS) / f"playground-{width}-{theme}.png"
                    path.write_bytes(base64.b64decode(picture))


class Site(unittest.TestCase):
    """Every page, on a phone and from a file."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        cls.site = pathlib.Path(folder.name) / "a site"
        subprocess.run([ROOT / "docs/build.sh", cls.site], check=True, capture_output=True)
        cls.browser = Chromium(folder.name)
        cls.addClassCleanup(cls.browser.close)

    def open(self, name, width=1280):
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500)
        self.browser.call("Page.navigate", url="about:blank")
        self.browser.call("Page.navigate", url=(self.site / name).as_uri())
        self.browser.run("""new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", done))""")

    def test_no_page_is_wider_than_a_phone(self):
        names = [file.name for file in self.site.glob("*.html")]
        self.assertGreater(len(names), 40)
        for name in names:
            self.open(name, 390)
            self.assertLessEqual(self.browser.run("document.documentElement.scrollWidth"), 390, name)

    def test_the_menu_opens_on_a_phone(self):
        self.open("md_tool.html", 390)
        shown = "getComputedStyle(document.querySelector('#top nav')).display !== 'none'"
        self.assertFalse(self.browser.run(shown))
        self.browser.run("document.querySelector('label.menu').click()")
        self.assertTrue(self.browser.run(shown))

    def test_finds_words_without_a_network(self):
        self.open("index.html")
        for words, address in (("bare_lf danger", "md_quirks.html"), ("status_line_at", "md_tool.html"), ("sl_format", "statusline_8h.html")):
            self.browser.run(f"""{{ const e = document.getElementById("search"); e.value = {json.dumps(words)};
                e.dispatchEvent(new Event("input")) }}""")
            links = self.browser.run("[...document.querySelectorAll('#found a')].map(a => a.getAttribute('href'))")
            self.assertTrue(any(link.startswith(address) for link in links), (words, links))
        self.browser.run("""{ const e = document.getElementById("search"); e.value = "no such word anywhere";
            e.dispatchEvent(new Event("input")) }""")
        self.assertEqual(self.browser.run("document.getElementById('found').textContent"), "Nothing found.")


def tool_quirks():
    done = subprocess.run([TOOL, "quirks", "--json"], capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


if __name__ == "__main__":
    unittest.main()
