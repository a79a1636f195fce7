#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the pages: code compiles and prints the output shown, links lead somewhere, the pictures are those
of the sources, and the site has all public names.

A code block of a page is a whole file. A block with a `main` is run, and must print the `text` block that
follows it. getting-started.md is run from top to bottom in an empty folder.
"""

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/**/*.md")])
FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)^```$", re.MULTILINE)
CXX = os.environ.get("CXX", "g++")
FLAGS = ["-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include"]

# The headers that the blocks of migration.md need. A block is left out if its header is not installed, as the
# peer is in the other tests.
PEER_HEADERS = ["llhttp.h", "http_parser.h", "picohttpparser.h", "boost/beast.hpp"]
PEER_FLAGS = ["-isystem", "/usr/share/include/llhttp"]
# Debian's libh2o exports it, and installs no header for it.
PICOHTTPPARSER = """
#include <stddef.h>
struct phr_header { const char *name; size_t name_len; const char *value; size_t value_len; };
int phr_parse_response(const char *, size_t, int *, int *, const char **, size_t *,
                       struct phr_header *, size_t *, size_t);
"""


def text_of(page):
    return page.read_text(encoding="utf-8")


def without_blocks(page):
    return FENCE.sub("", text_of(page))


def blocks(page):
    """(language, code, what has to be printed or None) of each block."""
    found = [*FENCE.finditer(text_of(page))]
    for block, after in zip(found, [*found[1:], None]):
        shown = None
        if after and after[1] == "text" and not text_of(page)[block.end():after.start()].strip():
            shown = after[2]
        yield block[1], block[2], shown


def anchors(page):
    """Returns the fragments that a renderer of Markdown makes from the headings."""
    for heading in re.findall(r"^#+ +(.+)$", without_blocks(page), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Folder(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def succeed(self, *command, **options):
        done = run(*command, **options)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        return done.stdout


class Code(Folder):
    def compiler(self, language):
        if language == "cpp":
            return [CXX, "-std=c++20", *FLAGS, "-x", "c++"]
        (self.folder / "picohttpparser.h").write_text(PICOHTTPPARSER, encoding="utf-8")
        return ["cc", "-std=c99", *FLAGS, "-isystem", self.folder, *PEER_FLAGS, "-x", "c"]

    def has_its_header(self, compiler, code):
        for header in PEER_HEADERS:
            if re.search(rf"^#include [<\"]{header}[>\"]$", code, re.MULTILINE):
                return run(*compiler, "-E", "-", input=f"#include <{header}>\n").returncode == 0
        return True

    def test_is_of_a_known_language(self):
        known = {"cpp", "c", "rust", "cmake", "sh", "console", "sql", "text"}
        for page in PAGES:
            for language, code, _ in blocks(page):
                with self.subTest(page=page.name, code=code):
                    self.assertIn(language, known)
            self.assertEqual(text_of(page).count("\n```"), 2 * len([*blocks(page)]), page.name)

    def test_compiles_and_prints_what_is_shown(self):
        compiled = printed = 0
        for page in PAGES:
            for language, code, shown in blocks(page):
                if language not in ("cpp", "c"):
                    continue
                with self.subTest(page=page.name, code=code):
                    compiler = self.compiler(language)
                    if not self.has_its_header(compiler, code):
                        print(f"{page.name}: no header for {code.splitlines()[0]}")
                        continue
                    compiled += 1
                    if " main(" not in code:
                        self.succeed(*compiler, "-fsyntax-only", "-", input=code)
                    elif "<statusline/statusline.h>" in code:
                        self.succeed(*compiler, "-fsyntax-only", "-", input=code)  # run below
                    else:
                        program = self.folder / "program"
                        self.succeed(*compiler, "-", "-o", program, input=code)
                        out = self.succeed(program)
                        if shown is not None:
                            printed += 1
                            self.assertEqual(out.replace("\r\n", "\n"), shown)
        self.assertGreater(compiled, 20)
        self.assertGreater(printed, 4)

    def test_of_rust_compiles(self):
        sources = sorted(pathlib.Path("/usr/share/cargo/registry").glob("httparse-*/src/lib.rs"))
        if not sources or not shutil.which("rustc"):
            self.skipTest("no httparse")
        rustc = ["rustc", "--edition", "2018", "--crate-type", "lib", "--emit", "metadata",
                 "--cap-lints", "allow"]
        self.succeed(*rustc, "--crate-name", "httparse", "--cfg", 'feature="std"', sources[-1],
                     cwd=self.folder)
        compiled = 0
        for page in PAGES:
            for language, code, _ in blocks(page):
                if language == "rust":
                    compiled += 1
                    self.succeed(*rustc, "--crate-name", "block", "-L", ".", "--extern", "httparse",
                                 "-", input=code,
                                 cwd=self.folder)
        self.assertGreater(compiled, 0)

    def test_getting_started_from_top_to_bottom(self):
        (self.folder / "statusline").symlink_to(ROOT)
        quiet = {name: value for name, value in os.environ.items()
                 if not name.startswith(("CMAKE", "PKG_CONFIG", "MAKE"))}
        environment = {**quiet, "HOME": str(self.folder / "home"), "CXX": CXX}
        ran = 0
        for language, code, shown in blocks(ROOT / "docs/getting-started.md"):
            with self.subTest(code=code):
                if language == "sh":
                    ran += 1
                    # The test has no network, so it redirects FetchContent to this checkout.
                    code = code.replace("cmake -B build >",
                                        f"cmake -B build -DFETCHCONTENT_SOURCE_DIR_STATUSLINE={ROOT} >")
                    out = self.succeed("sh", "-ec", code, cwd=self.folder, env=environment)
                    if shown is not None:
                        self.assertEqual(out, shown)
                elif language != "text":
                    name = re.match(r"(?://|#|/\*) (\S+)", code)[1]
                    (self.folder / name).write_text(code, encoding="utf-8")
        self.assertGreaterEqual(ran, 6)


class Links(unittest.TestCase):
    def test_lead_somewhere(self):
        links = 0
        for page in PAGES:
            prose = re.sub(r"`[^`\n]*`", "", without_blocks(page))
            for link in re.findall(r"\]\(([^)\s]+)\)", prose):
                if re.match(r"[a-z]+:", link):
                    continue
                links += 1
                with self.subTest(page=page.name, link=link):
                    path, _, fragment = link.partition("#")
                    target = page.parent / path if path else page
                    self.assertTrue(target.exists())
                    if fragment:
                        self.assertIn(fragment, anchors(target))
        self.assertGreater(links, 30)

    def test_files_that_are_named_are_there(self):
        folders = "include|docs|examples|tests|corpus|cmake|fuzz|src|bench"
        named = 0
        for page in PAGES:
            for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", without_blocks(page)):
                if re.search(r"/[A-Z]+$|/NAME", name):
                    continue  # a word in capitals is a placeholder
                named += 1
                with self.subTest(page=page.name, name=name):
                    self.assertTrue((ROOT / name).exists())
        self.assertGreater(named, 20)

    def test_commands_that_are_named_are_there(self):
        commands = re.findall(r"^cmd_(\w+)\(\)", text_of(ROOT / "dev"), re.MULTILINE)
        for page in PAGES:
            for command in re.findall(r"\./dev (\w+)", text_of(page)):
                with self.subTest(page=page.name, command=command):
                    self.assertIn(command, commands)

    def test_index_has_every_page_once(self):
        listed = re.findall(r"^\| .*\((\w[\w-]*\.md)\) \|", text_of(ROOT / "docs/index.md"), re.MULTILINE)
        self.assertCountEqual(listed, {page.name for page in ROOT.glob("docs/*.md")} - {"index.md"})


class Tables(unittest.TestCase):
    def test_quirks_are_all_there_in_order(self):
        header = text_of(ROOT / "include/statusline/quirk.hpp")
        quirks = re.findall(r"^ +(\w+),",
                            re.search(r"enum class quirk .*?\{(.*?)\};", header, re.DOTALL)[1],
                            re.MULTILINE)
        self.assertGreaterEqual(len(quirks), 13)
        for page in ["docs/quirks.md", "README.md"]:
            table = re.search(r"^\| quirk \|.*?\n(?!\|)", text_of(ROOT / page), re.MULTILINE | re.DOTALL)[0]
            self.assertEqual(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE), quirks)

    def test_errors_are_all_there_in_order(self):
        header = text_of(ROOT / "include/statusline/error.hpp")
        errors = re.findall(r"^ +(\w+), ",
                            re.search(r"enum class errc .*?\{(.*?)\};", header, re.DOTALL)[1],
                            re.MULTILINE)
        section = re.search(r"^## Errors\n(.*?)^## ", text_of(ROOT / "docs/grammar.md"),
                            re.MULTILINE | re.DOTALL)[1]
        self.assertEqual(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE), errors[1:])

    def test_fuzz_targets_are_counted(self):
        words = ["Five", "Six", "Seven", "Eight", "Nine"]
        number = words[len([*ROOT.glob("fuzz/*_fuzzer.cpp")]) - 5]
        for page in ["README.md", "CHANGELOG.md"]:
            self.assertIn(f" {number} fuzz targets", text_of(ROOT / page))

    def test_reference_has_every_header(self):
        page = text_of(ROOT / "docs/reference.md")
        for header in ROOT.glob("include/statusline/*.h*"):
            if header.name not in ("compiler.hpp", "registry_tables.hpp"):
                self.assertIn(f"(../include/statusline/{header.name})", page)

    def test_each_header_names_its_tests(self):
        for header in ROOT.glob("include/statusline/**/*.h*"):
            if header.name == "registry_tables.hpp":  # generated, and registry_test compares it
                continue
            top = re.search(r"Tested by ((?:.|\n)*?)\.\n", text_of(header))
            self.assertTrue(top, f"{header.name} names no test")
            names = re.findall(r"\w+_test|tests/[\w/]+", top[1])
            self.assertTrue(names)
            for name in names:
                found = [*ROOT.glob(name if "/" in name else f"tests/*/{name}.*")]
                # words_test consists of three other tests
                self.assertTrue(found or name == "words_test", f"{header.name} names {name}")

    def test_version_is_that_of_the_changelog(self):
        version = re.search(r'version = "(.*)"', text_of(ROOT / "include/statusline/version.hpp"))[1]
        self.assertEqual(re.search(r"^## (\S+?),? ", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)[1],
                         version)
        self.assertIn(f"GIT_TAG v{version})", text_of(ROOT / "docs/getting-started.md"))


class Picture(Folder):
    def test_is_that_of_the_sources(self):
        self.succeed(ROOT / "docs/draw.sh", self.folder, env={**os.environ, "CXX": CXX})
        for picture, names in [("automaton.svg", ["accepted", "reason", "missing_reason", "unterminated"]),
                               ("includes.svg", ["statusline.hpp", "detail/grammar.hpp", "src/c99/"])]:
            drawn = self.folder / picture
            words = "".join(xml.etree.ElementTree.parse(drawn).getroot().itertext())
            for name in names:
                self.assertIn(name, words)
            (graph,) = re.findall("<!-- drawn from .* -->", text_of(drawn))
            self.assertTrue(graph in text_of(ROOT / "docs" / picture), f"{picture}: ./dev docs redraws it")
        for picture, words in [("line.svg", "lowercase_protocol"), ("bars.svg", "picohttpparser")]:
            drawn = text_of(self.folder / picture)
            xml.etree.ElementTree.fromstring(drawn)
            self.assertIn(words, drawn)
            self.assertEqual(drawn, text_of(ROOT / "docs" / picture), f"{picture}: ./dev docs redraws it")


class Page(html.parser.HTMLParser):
    """Returns the links of a page, and the targets in it."""

    def __init__(self, file):
        super().__init__()
        self.links, self.anchors, self.words, self.current = [], set(), "", 0
        self.feed(text_of(file))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.current += "aria-current" in attrs
        self.anchors.update(filter(None, (attrs.get("id"), attrs.get("name"))))
        self.links.extend(filter(None, (attrs.get("href"), attrs.get("src"), attrs.get("data"))))

    def handle_data(self, data):
        self.words += data


class Site(Folder):
    def test_leads_somewhere_from_everywhere(self):
        self.succeed(ROOT / "docs/build.sh", self.folder)
        pages = {file.name: Page(file) for file in self.folder.glob("*.html")}
        self.assertGreater(len(pages), 40)
        navigation = {link for link in pages["index.html"].links
                      if link.endswith(".html")} & pages.keys()
        self.assertGreaterEqual(navigation, {file.name for file in self.folder.glob("md_*.html")})
        for name, page in pages.items():
            with self.subTest(page=name):
                self.assertGreater(len(page.words.split()), 15)
                self.assertNotIn("<tt>", page.words)  # code in a heading
                self.assertIn("index.html", page.links)
                self.assertIn("md_reference.html", page.links)
                self.assertLessEqual(page.current, 1)
                if name.startswith("md_") or name == "index.html":
                    self.assertEqual(page.current, 1)
            for link in page.links:
                with self.subTest(page=name, link=link):
                    scheme, host, path, _, fragment = urllib.parse.urlsplit(link)
                    if scheme:
                        self.assertEqual(scheme, "https")
                        self.assertTrue(host)
                        continue
                    target = urllib.parse.unquote(path) or name
                    self.assertTrue((self.folder / target).is_file())
                    if fragment:
                        self.assertIn(fragment, pages[target].anchors)

        index = text_of(self.folder / "search-index.js")
        for name in pages:
            if name.startswith("md_") or name.endswith(("_8hpp.html", "_8h.html")):
                self.assertIn(f'"{name}', index)
        for script in "search.js", "search-index.js":
            self.assertNotRegex(text_of(self.folder / script), r"fetch\(|XMLHttpRequest|import\(")

    def test_takes_no_name_without_a_word(self):
        for header, comment in [
                ("registry.hpp", r"(/// .*\n)+(?=\[\[nodiscard\]\] constexpr status_class classify)"),
                ("parse.hpp", r" ///< the quirks to allow.*"),
                ("stream.hpp", r"  /// Starts another line under a new policy.*\n"),
                ("statusline.h", r"/\*\* The version of the library.*\n")]:
            with self.subTest(header=header):
                copy = self.folder / header
                for part in ["docs", "include"]:
                    shutil.copytree(ROOT / part, copy / part)
                file = copy / "include/statusline" / header
                text, count = re.subn(comment, "", text_of(file))
                self.assertEqual(count, 1)
                file.write_text(text, encoding="utf-8")
                done = run(copy / "docs/build.sh", copy / "site")
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("is not documented", done.stderr)

    def test_says_what_everything_costs(self):
        configuration = text_of(ROOT / "docs/Doxyfile") + f"""
            OUTPUT_DIRECTORY = {self.folder}
            GENERATE_HTML = NO
            GENERATE_XML = YES"""
        self.succeed("doxygen", "-", cwd=ROOT, input=configuration)
        functions = 0
        for file in self.folder.glob("xml/*.xml"):
            for compound in xml.etree.ElementTree.parse(file).iter("compounddef"):
                said = "".join("".join(part.itertext()) for part in compound.findall("detaileddescription"))
                if "every operation is O(1)" in said or compound.get("kind") == "page":
                    continue
                if compound.findtext("compoundname").startswith("statusline::enum_set"):
                    continue  # the set's iterator, which is documented there
                for member in compound.iter("memberdef"):
                    if (member.get("kind"), member.get("prot")) != ("function", "public"):
                        continue
                    if "=delete" in member.findtext("argsstring"):
                        continue
                    words = " ".join("".join(member.find(part).itertext())
                                     for part in ["briefdescription", "detaileddescription"])
                    functions += 1
                    with self.subTest(name=member.findtext("name"), file=file.name):
                        self.assertRegex(words, r"O\(|[Cc]ost")
                        if member.findtext("type").endswith("string_view"):
                            self.assertIn("static lifetime", words)
        self.assertGreater(functions, 50)


if __name__ == "__main__":
    unittest.main()
