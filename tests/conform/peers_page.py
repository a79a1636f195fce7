# SPDX-License-Identifier: MIT
"""Writes docs/peers.md: how other parsers differ from strict, as statusline-conform finds it.

    peers_page.py STATUSLINE_CONFORM FOLDER [--check]    # FOLDER has subject_NAME.so for each parser
"""
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/peers.md"
PEERS = ["llhttp", "llhttp9", "http_parser", "beast", "picohttpparser", "httparse"]
HEAD = """# How other parsers differ

What `statusline-conform library` finds about six parsers in C, C++ and Rust, each behind its adapter in `tests/support/peers/`, held
against `strict`. `./dev conform peers` writes this page.

A row is a kind of divergence with the input that shows it best; a divergence that others explain is left out.
[Conformance](conformance.md) explains the kinds. For each parser the tests with K=2 ran, 24.8 million calls without those that begin
with a difference, and its automaton was learned. For llhttp 8 and 9 [another page](divergences.md) has every difference, by a walk of
their memory; `conform_learned_test` shows that what is learned is the same.
"""


def escape(data):
    """As the tool does, and for a cell of a table."""
    names = {0x0D: "\\r", 0x0A: "\\n", 0x09: "\\t", 0: "\\0", 0x5C: "\\\\", 0x7C: "\\x7c", 0x60: "\\x60"}
    return "".join(names.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02x}") for b in data)


def told(answer):
    if answer is None:
        return "no answer"
    text = answer["outcome"]
    if text == "accepted" and "code" in answer:
        text += f", code {answer['code']}"
    if text.startswith("accepted") and answer.get("reason_hex"):
        text += f", reason `{escape(bytes.fromhex(answer['reason_hex']))}`"
    return text


def section(program, module):
    done = subprocess.run([program, "library", str(module), "--json"], capture_output=True, check=False, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    got = json.loads(done.stdout)
    closest = got["closest_policy"]
    policy = ", ".join(f"`{q}`" for q in closest["allowed"]) or "none"
    lines = [f"## {got['subject']}", "",
             f"Agrees with `strict` on {got['cases']['agree']} of {got['cases']['asked']} cases. Its automaton has "
             f"{got['states']} states by outcome; that of `strict` has 17. The closest policy allows {policy}: it agrees on what is "
             f"accepted in {closest['agree']} cases.", "",
             "| kind | detail | input | it answers | danger |", "|---|---|---|---|---|"]
    for f in got["findings"]:
        lines.append(f"| {f['kind']} | `{f['detail'] or '-'}` | `{escape(bytes.fromhex(f['input_hex'])[:60])}` | {told(f['got'])} | "
                     f"{f['danger']} |")
    return "\n".join(lines) + "\n"


def main(program, folder, check=None):
    modules = [pathlib.Path(folder) / f"subject_{name}.so" for name in PEERS]
    missing = [m.name for m in modules if not m.exists()]
    if missing:
        print("left out: " + ", ".join(missing) + " is not built")
        return 77
    page = HEAD + "".join("\n" + section(program, m) for m in modules)
    if check is None:
        PAGE.write_text(page, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page:
        print(f"{PAGE} is not what statusline-conform finds: run ./dev conform peers")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
