# SPDX-License-Identifier: MIT
"""Finds the function around a place in a C++ header, for lists that must survive edits of it."""

import bisect
import re

TOKEN = re.compile(r"""//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[{};]""")
CONTROL = re.compile(r"\b(if|else|for|while|do|switch|try|catch)\b")


def name_of(head):
    """Returns the name that the text before a brace defines; "" for none, as of a loop or an initializer."""
    head = re.sub(r"^(\s|#[^\n]*\n|(public|private|default):|case [^;{}]*?:(?!:)|template <[^{}]*?>(?=\s))*", "", head).strip()
    bound = re.search(r"(\w+) = \[[^\]]*\](?:\s*\(.*\))?(?:\s*(?:constexpr|noexcept|mutable|-> \w+))*$", head, re.DOTALL)
    if bound:  # a lambda
        return bound[1]
    if CONTROL.match(head) or re.match(r"(inline )?namespace\b", head):
        return ""
    typed = re.search(r"\b(?:struct|class|enum class) (\w+)", head)
    if typed and "(" not in head:
        return typed[1]
    called = re.search(r"(operator\s*[^\s(]+|operator\(\)|~?\w+)\s*\(", head)
    return called[1] if called and "=" not in head[:called.start()].replace("operator=", "") else ""


class Functions:
    """Returns the scopes of a header."""

    def __init__(self, source):
        self.starts = [0] + [m.end() for m in re.finditer("\n", source)]
        self.offsets, self.names = [0], [""]
        stack, begin = [], 0
        for found in TOKEN.finditer(source):
            text = found[0]
            if text == "{":
                stack.append(name_of(re.sub(r"//[^\n]*", "", source[begin:found.start()])))
            elif text == "}" and stack:
                stack.pop()
            if text in "{};":
                begin = found.end()
                self.offsets.append(begin)
                self.names.append("::".join(name for name in stack if name))

    def at(self, line, column):
        """Returns the name around a place; both numbers start at 1. A declaration has the name of its
        class."""
        offset = self.starts[line - 1] + column - 1
        return self.names[bisect.bisect_right(self.offsets, offset) - 1]
