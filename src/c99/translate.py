# SPDX-License-Identifier: MIT
"""Translates the parser from C++ to C99: see README.md in this folder for the rules.

The input is the text of the headers, in the order in which they include each other. The output has
only those functions that the roots need. A construct that no rule covers ends the translation with
its file and line.
"""

import dataclasses
import pathlib
import re

PREFIX = "sli_"  # of every name of the output that is not public; sl_ is the API's


class NotCovered(Exception):
    """A construct of C++ that no rule covers."""


# ---- Tokens

@dataclasses.dataclass
class Token:
    kind: str  # name, number, text, punct, directive, end
    text: str
    file: str
    line: int
    before: list = dataclasses.field(default_factory=list)  # comments in the lines before
    after: str = ""  # a comment in the same line


LEX = re.compile(r"""
    (?P<space>[ \t\n]+) | (?P<comment>//[^\n]*) | (?P<directive>\#[^\n]*)
  | (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>0x[0-9a-fA-F]+u?|\d+u?)(?![\w'.])
  | (?P<name>[A-Za-z_]\w*)
  | (?P<punct>::|->|\+\+|--|<<=|<<|>=|<=|==|!=|&&|\|\||\|=|&=|\^=|\+=|-=|\[\[|\]\]|\.\.\.|[-+*/%&|^~!<>=?:;,.(){}\[\]])
""", re.VERBOSE)


def tokens(path, name):
    source = path.read_text(encoding="utf-8")
    out, at, comments, last_line = [], 0, [], 0
    while at < len(source):
        found = LEX.match(source, at)
        line = source.count("\n", 0, at) + 1
        if not found:
            raise NotCovered(f"{name}:{line}: no token: {source[at:at + 20]!r}")
        at = found.end()
        kind, text = found.lastgroup, found[0]
        if kind == "space":
            continue
        if kind == "comment":
            if out and line == last_line:
                out[-1].after = "/* " + text.lstrip("/<").strip() + " */"
            else:
                comments.append(re.sub(r"^///?<? ?", "", text))
            continue
        if kind == "directive":
            text = re.sub(r" *//.*", "", text)
        # >> is two tokens where it ends two templates; an expression joins them again.
        out.append(Token(kind, text, name, line, comments))
        comments, last_line = [], line
    out.append(Token("end", "", name, source.count("\n") + 1))
    return out


# ---- Types and expressions

@dataclasses.dataclass(frozen=True)
class Type:
    name: str  # of C, or of a class of C++; "" if a rule does not need to know it
    pointer: bool = False
    reference: bool = False
    const: bool = False
    size: str = ""  # of an array

    def value(self):
        return Type(self.name, self.pointer)


NONE = Type("")
SIZE, BOOL, CHAR, INT, SET = Type("size_t"), Type("bool"), Type("char"), Type("int"), Type("quirk_set")

SCALARS = {
    "std::size_t": "size_t", "std::uint8_t": "uint8_t", "std::uint16_t": "uint16_t",
    "std::uint32_t": "uint32_t", "std::uint64_t": "uint64_t", "char": "char", "int": "int",
    "bool": "bool", "unsigned": "unsigned", "unsigned char": "unsigned char", "void": "void",
    "long long": "long long",
}
# Types of C++ that the shell defines in C, or that are the API's own. Members keep their names.
GIVEN = {
    "std::string_view": "string_view", "std::span<char>": "char_span", "quirk_set": "quirk_set",
    "policy": "policy", "parse_result": "parse_result", "status_line": "status_line", "errc": "errc",
    "quirk": "quirk", "__m128i": "__m128i", "uint8x16_t": "uint8x16_t", "uint8x8_t": "uint8x8_t",
    "cell": "cell",
}
IN_C = {"quirk_set": "sl_quirks", "policy": "sl_policy", "parse_result": "sl_result",
        "status_line": "sl_line", "errc": "sl_error", "quirk": "sl_quirks", "__m128i": "__m128i",
        "uint8x16_t": "uint8x16_t", "uint8x8_t": "uint8x8_t", "bool": "bool"}
GIVEN_FIELDS = {
    "policy": {"allowed": SET, "max_size": SIZE},
    "parse_result": {"line": Type("status_line"), "end": SIZE, "refused": SET, "error": Type("errc")},
    "status_line": {"code": Type("uint16_t"), "quirks": SET, "reason": Type("string_view"),
                    "version": Type("http_version")},
    "cell": {"shows": SET, "floor": Type("errc")},
}
# Classes that the API defines with the same members.
OF_THE_API = {"http_version": "sl_http_version", "line_columns": "sl_columns"}
# A member of C++ that is two members in C, where the API has it so.
SPLIT = {("status_line", "reason"): ("reason", "reason_size"),
         ("status_line", "version"): ("version_major", "version_minor")}
PARTS = {"string_view": ("data", "size"), "http_version": ("major", "minor")}
# The constants that tables.cpp prints, as the compiler computed them.
TABLES = {
    "prefix": Type("string_view"), "prefix_pattern": Type("pattern"),
    "prefix_states": Type("state", size="n"), "packed_cells": Type("packed_cell", size="n"),
    "octet_of": Type("octet", size="n"), "plain_octets": Type("bool", size="n"),
}
# Read by the compiler only, to make those constants; or for C++ only.
LEFT_OUT = {
    "rules", "rule", "table", "grammar", "every_state_completes", "kind_of", "expected_in", "continues",
    "octet_set", "state_set", "operator|", "octet_kinds", "state_count", "cell", "can_skip", "scan_name",
}
# Functions that read bytes which a block has loaded, and the pointer: see SLI_READ_AGAIN in shell.c.
READS_AGAIN = {"parse_canonical": "p", "accept_canonical": "p"}
ERRORS = {"ok": "SL_OK", "need_more": "SL_NEED_MORE", "too_long": "SL_TOO_LONG"}
ENUMERATORS = {"quirk": lambda q: f"(sl_quirks)SL_{q.upper()}",
               "errc": lambda e: ERRORS.get(e) or f"SL_BAD_{e.upper()}"}
NAMES = {"std::endian::native": ("SLI_ENDIAN", INT), "std::endian::little": ("SLI_LITTLE", INT),
         "true": ("true", BOOL), "false": ("false", BOOL)}
DROPPED = {"constexpr", "consteval", "inline", "static", "noexcept", "explicit", "friend"}
NO_RESULT = "{{0, 0, 0, 0, 0, 0}, 0, 0, SL_NEED_MORE}"
INTRINSIC = re.compile(r"_mm_\w+|v[a-z0-9]+(_n|_lane)?_[us]\d+(_[us]\d+)?")


@dataclasses.dataclass
class E:
    """An expression in C: its text, its type in C++, how tightly it binds, its address if it has a
    shorter text than `&code`, and the texts of its two parts if it is split."""
    code: str
    type: Type = NONE
    level: int = 16
    address: str = ""
    parts: tuple = ()
    range: str = ""

    def inside(self, level):
        return self.code if self.level >= level else f"({self.code})"

    def pointer(self):
        return self.address or "&" + self.inside(14)

    def member(self, name):
        return f"{self.address}->{name}" if self.address else f"{self.inside(15)}.{name}"


BINARY = {"||": 4, "&&": 5, "|": 6, "^": 7, "&": 8, "==": 9, "!=": 9, "<": 10, ">": 10, "<=": 10,
          ">=": 10, "<<": 11, ">>": 11, "+": 12, "-": 12, "*": 13, "/": 13, "%": 13}
ASSIGN = {"=", "|=", "+=", "-=", "&=", "^="}
MIXED = {6, 7, 8, 11}  # operators that warnings want in parentheses next to others


@dataclasses.dataclass
class Function:
    name: str
    owner: object  # a Class, or None
    params: list  # (type, name, default)
    returns: Type  # name "auto" is the type of the first return
    body: int  # where its tokens begin, in `tokens`
    tokens: list
    first: Token
    template: list  # (kind, name) of each parameter of a template
    is_static: bool
    is_const: bool
    inline: str
    inits: list
    overload: str = ""


@dataclasses.dataclass
class Class:
    name: str
    region: tuple
    fields: list = dataclasses.field(default_factory=list)  # (type, name, default)
    functions: dict = dataclasses.field(default_factory=dict)
    constants: dict = dataclasses.field(default_factory=dict)
    aliases: dict = dataclasses.field(default_factory=dict)
    outer: object = None
    first: Token = None

    def by_value(self):
        """Whether an object goes by value: all its functions are const, and it is none of the API's."""
        return self.name != "line_columns" and all(f.is_const or f.is_static for fs in self.functions.values() for f in fs)

    def field_type(self, name):
        return next((t for t, n, _ in self.fields if n == name), None)

    def writes_result(self):
        return any(is_result(t) for t, _, _ in self.fields)


def is_result(type_):
    return type_.reference and type_.name == "parse_result" and not type_.const


class Translator:
    """Reads the headers, then emits what the roots need."""

    def __init__(self):
        self.classes = {}  # name -> [Class], one for each branch of the preprocessor
        self.enums = {}  # name -> (underlying, [enumerators], Token)
        self.functions = {}  # name -> [Function]
        self.constants = {}  # name -> (Type, code, Token)
        self.order = []  # ("directive", text), ("class", Class), ("enum", name), ("constant", name), ("function", F)
        self.region = ()  # the open branches of the preprocessor
        self.wanted = []  # instances to translate: (Function, arguments of its template, Class of `this`)
        self.done = {}  # (id(Function), arguments) -> (prototype, text)
        self.helpers = {}  # name -> text, in order
        self.types_used = set()

    # -- Reading

    def read(self, path, name, only=None):
        self.only = only
        self.toks, self.at = tokens(path, name), 0
        self.items(None, "end")

    def fail(self, why, token=None):
        token = token or self.peek()
        raise NotCovered(f"{token.file}:{token.line}: {why} (at {token.text!r})")

    def peek(self, ahead=0):
        return self.toks[min(self.at + ahead, len(self.toks) - 1)]

    def next(self):
        token = self.toks[self.at]
        self.at += 1
        return token

    def take(self, text):
        if self.peek().text == text and self.peek().kind != "text":
            return self.next()
        return None

    def expect(self, text):
        return self.take(text) or self.fail(f"expected {text!r}")

    def name(self):
        if self.peek().kind != "name":
            self.fail("expected a name")
        return self.next().text

    def skip_balanced(self):
        """Skips a bracket and all in it."""
        pairs = {"(": ")", "{": "}", "[": "]", "[[": "]]"}
        close = [pairs[self.next().text]]
        while close:
            token = self.next()
            if token.kind == "end":
                self.fail("a bracket is open", token)
            if token.kind != "text" and token.text in pairs:
                close.append(pairs[token.text])
            elif token.kind != "text" and token.text == close[-1]:
                close.pop()

    def skip_item(self):
        """Skips up to a `;` or a body, whichever ends it."""
        while True:
            token = self.peek()
            if token.kind == "end":
                self.fail("an item has no end")
            if token.text in ("(", "[", "[["):
                self.skip_balanced()
            elif token.text == "{":
                self.skip_balanced()
                if self.peek().text not in (";", "(", ",", "{", "."):
                    return
            elif self.next().text == ";":
                return

    def items(self, owner, end):
        while not (self.peek().kind == "end" if end == "end" else self.take(end)):
            if self.peek().kind == "end":
                self.fail(f"expected {end!r}")
            self.item(owner)

    def item(self, owner):
        token = self.peek()
        if token.kind == "directive":
            return self.directive(self.next().text)
        if token.text in ("public", "private"):
            self.next()
            return self.expect(":")
        if self.take("namespace"):
            self.name()
            while self.take("::"):
                self.name()
            self.expect("{")
            return self.items(None, "}")
        if token.text in ("static_assert", "friend"):
            return self.skip_item()
        if token.text == "template":
            return self.template(owner)
        if token.text == "using":
            return self.alias(owner)
        if token.text == "enum":
            return self.enum()
        if token.text in ("struct", "class"):
            return self.structure(owner)
        return self.declaration(owner, [])

    def directive(self, text):
        words = text.lstrip("# ").split()
        if words[:1] in (["pragma"], ["define"]):
            return
        if words[0] == "include":
            if re.match(r"<(emmintrin|arm_neon)\.h>", words[1]):
                self.order.append(("directive", text))
            elif not re.match(r"<(statusline/|[a-z_]+>)", words[1]):
                self.fail("no rule for this #include")
            return
        if words[0] == "if":
            self.region += (text,)
        elif words[0] in ("elif", "else"):
            self.region = self.region[:-1] + (self.region[-1] + "\n" + text,)
        elif words[0] == "endif":
            self.region = self.region[:-1]
        else:
            self.fail("no rule for this directive")
        self.order.append(("directive", text))

    def template(self, owner):
        start = self.at
        self.next()
        self.expect("<")
        params = []
        while True:
            kind = self.name() if self.peek().kind == "name" else self.fail("no rule for this template")
            while self.take("::"):
                kind += "::" + self.name()
            params.append((kind, self.name()))
            if not self.take(","):
                break
        self.expect(">")
        # A template that is deleted is there for its error message.
        mark = self.at
        self.skip_item()
        deleted = [t.text for t in self.toks[self.at - 3:self.at]] == ["=", "delete", ";"]
        if deleted:
            return
        after, self.at = self.at, mark
        if self.only is not None and self.skipped_name(owner):
            self.at = after
            return
        for kind, _ in params:
            if kind not in ("class", *self.enums):
                self.at = start
                self.fail(f"no rule for a template over {kind}")
        self.declaration(owner, params)

    def alias(self, owner):
        self.next()
        name = self.name()
        if name in LEFT_OUT or owner is None and self.only is not None and name not in self.only:
            return self.skip_item()
        self.expect("=")
        type_ = self.type(owner)
        self.expect(";")
        if owner is None:
            self.fail("no rule for an alias outside a class")
        owner.aliases[name] = type_

    def enum(self):
        first = self.next()
        self.expect("class")
        name = self.name()
        self.expect(":")
        underlying = self.type(None)
        self.expect("{")
        names = []
        while not self.take("}"):
            names.append(self.name())
            self.take(",")
        self.expect(";")
        self.enums[name] = (underlying, names, first)
        self.order.append(("enum", name))

    def structure(self, owner):
        start, first = self.at, self.next()
        name = self.name()
        if name in LEFT_OUT or self.only is not None and name not in self.only and owner is None:
            if self.only is None or name in LEFT_OUT:
                self.at = start
            return self.skip_item()
        cls = Class(name, self.region, outer=owner, first=first)
        self.classes.setdefault(name, []).append(cls)
        if not self.take("{"):
            self.fail("no rule for a base class or a declaration")
        self.items(cls, "}")
        self.expect(";")
        self.order.append(("class", cls))

    def type_name(self, ahead=0):
        """The longest qualified name here, and how many tokens it has; no template arguments."""
        token = self.peek(ahead)
        if token.kind != "name":
            return None, 0
        name, n = token.text, 1
        if name in ("unsigned", "long"):
            second = self.peek(ahead + 1).text
            if second in ("char", "long"):
                return f"{name} {second}", 2
        while self.peek(ahead + n).text == "::" and self.peek(ahead + n + 1).kind == "name":
            name += "::" + self.peek(ahead + n + 1).text
            n += 2
        return name, n

    def resolve_type(self, name, owner):
        """The type of that name, or None."""
        name = re.sub(r"^(statusline::)?(detail::)?", "", name)
        if name in SCALARS:
            return Type(SCALARS[name])
        if name in GIVEN:
            return Type(GIVEN[name])
        if name in self.enums or name in self.classes:
            return Type(name)
        scope = owner
        while scope:
            if name in scope.aliases:
                return Type(f"{scope.name}::{name}")
            scope = scope.outer
        if "::" in name:
            cls, member = name.split("::", 1)
            if cls in self.classes and member in self.classes[cls][0].aliases:
                return Type(name)
        if getattr(self, "binding", None) and name in self.binding:
            return Type(self.binding[name])
        return None

    def type(self, owner, params=()):
        const = bool(self.take("const"))
        if self.take("typename"):
            pass
        if self.peek().text == "auto":
            self.next()
            found = Type("auto")
        else:
            name, n = self.type_name()
            if name is None:
                self.fail("expected a type")
            if name == "std::span" and [self.peek(i).text for i in range(n, n + 3)] == ["<", "char", ">"]:
                name, n = "std::span<char>", n + 3
            if name == "std::array":
                self.at += n
                self.expect("<")
                element = self.type(owner)
                self.expect(",")
                size = self.next().text
                self.expect(">")
                return Type(element.name, size=size, const=const)
            found = self.resolve_type(name, owner)
            if found is None and name in [p for _, p in params]:
                found = Type(name)
            if found is None:
                self.fail(f"no rule for the type {name}")
            self.at += n
        pointer = bool(self.take("*"))
        if self.take("const") and not pointer:
            self.fail("no rule for const after a type")
        reference = bool(self.take("&"))
        return Type(found.name, pointer, reference, const)

    def declaration(self, owner, template):
        """A function, a constant or a field."""
        first = self.peek()
        start = self.at
        words, inline = set(), ""
        while True:
            if self.peek().text == "[[":
                self.skip_balanced()
            elif self.peek().text in DROPPED:
                words.add(self.next().text)
            elif self.peek().text in ("STATUSLINE_NOINLINE", "STATUSLINE_ALWAYS_INLINE"):
                inline = self.next().text
            else:
                break
        constructor = owner is not None and self.peek().text == owner.name and self.peek(1).text == "("
        if not constructor:
            # A function that is left out may have a type that no rule covers.
            here = self.at
            skipped = self.skipped_name(owner)
            if skipped:
                self.at = start
                return self.skip_item()
            self.at = here
            type_ = self.type(owner, template)
        else:
            type_ = Type("void")
        name = self.name()
        if self.take("("):
            return self.function(owner, template, words, inline, type_, name, first, constructor)
        return self.variables(owner, words, type_, name, first)

    def skipped_name(self, owner):
        """Whether the declaration here is one that this translation leaves out, or a table."""
        ahead = self.at
        depth = 0
        last = None
        while True:
            token = self.toks[ahead]
            if token.text in ("(", "=", ";", "{") and depth == 0:
                break
            if token.kind == "end":
                self.fail("a declaration has no end")
            depth += (token.text == "<") - (token.text == ">")
            if token.kind == "name" and depth == 0:
                last = token.text
            if token.text == "operator":
                return True
            if token.text in ("|",) and depth == 0:
                return True
            ahead += 1
        if owner is None and (last in LEFT_OUT or last in TABLES):
            return True
        if owner is None and self.only is not None and last not in self.only:
            return True
        # The overload for std::byte only casts.
        close, depth = ahead, 0
        while self.toks[ahead].text == "(":
            depth += (self.toks[close].text == "(") - (self.toks[close].text == ")")
            close += 1
            if depth == 0:
                break
        return "std::byte" in "".join(t.text for t in self.toks[ahead:close])

    def function(self, owner, template, words, inline, returns, name, first, constructor):
        params = []
        while not self.take(")"):
            type_ = self.type(owner, template)
            param = self.name()
            default = None
            if self.take("="):
                default = self.next().text
            params.append((type_, param, default))
            self.take(",")
        is_const = bool(self.take("const"))
        self.take("noexcept")
        inits = []
        if constructor:
            name = "init"
            if self.take(":"):
                while True:
                    field = self.name()
                    self.expect("{")
                    inits.append((field, self.name()))
                    self.expect("}")
                    if not self.take(","):
                        break
        f = Function(name, owner, params, returns, self.at, self.toks, first, template,
                     "static" in words, is_const, inline, inits)
        if self.peek().text == ";":  # a declaration
            self.next()
            return
        if self.peek().text != "{":
            self.fail("expected a body")
        empty = self.peek(1).text == "}"
        self.skip_balanced()
        if constructor and empty and not inits:
            return  # all that it does is what the members' defaults do
        (owner.functions if owner else self.functions).setdefault(name, []).append(f)
        self.order.append(("function", f))

    def variables(self, owner, words, type_, name, first):
        while True:
            if "constexpr" in words:
                self.expect("=")
                begin = self.at
                while self.peek().text not in (";", ","):
                    self.skip_balanced() if self.peek().text in ("(", "{", "[") else self.next()
                constant = (type_, self.toks, begin, first, owner)
                (owner.constants if owner else self.constants)[name] = constant
                self.order.append(("constant", (owner, name, self.region)))
            elif owner:
                default = []
                if self.take("="):
                    begin = self.at
                    while self.peek().text not in (";", ","):
                        self.next()
                    default = self.toks[begin:self.at]
                elif self.peek().text == "{":
                    self.skip_balanced()
                owner.fields.append((type_, name, default))
            else:
                self.fail("no rule for a variable here", first)
            if self.take(";"):
                return
            self.expect(",")
            name = self.name()

    # -- Names of C

    def c_type(self, type_, owner=None):
        name = type_.name
        if "::" in name:
            text = PREFIX + name.replace("::", "_")
        elif name in IN_C:
            text = IN_C[name]
        elif name in SCALARS.values():
            text = name
        else:
            text = PREFIX + name
        self.types_used.add(name)
        if type_.pointer:
            text += "*"
        return text

    def declare(self, type_, name, local=True):
        """A declaration of C."""
        if type_.size:
            return f"{self.c_type(Type(type_.name))} {name}[{type_.size}]"
        if type_.reference:
            const = "const " if type_.const else ""
            if type_.const and self.is_value(type_):
                return f"{self.c_type(Type(type_.name))} {name}"
            return f"{const}{self.c_type(Type(type_.name))}* {name}"
        const = "const " if type_.const and (type_.pointer or local) else ""
        return f"{const}{self.c_type(type_)} {name}"

    def is_value(self, type_):
        """Whether a const reference to it becomes a value."""
        if type_.name in self.classes:
            return self.classes[type_.name][0].by_value()
        return type_.name in ("cell", "quirk_set", "policy", "string_view")

    def c_name(self, f, args):
        parts = [f.owner.name] if f.owner else []
        group = (f.owner.functions if f.owner else self.functions)[f.name]
        parts.append(f.name)
        if len(group) > 1:
            parts.append(f"of_{len(f.params)}")
        parts += [a for k, a in zip([k for k, _ in f.template], args) if k == "class"]
        return PREFIX + "_".join(parts)

    def of(self, name, region=None):
        """The class of that name: in a branch of the preprocessor, that branch's."""
        variants = self.classes.get(name)
        if not variants:
            return None
        for cls in variants:
            if region and cls.region == region:
                return cls
        return variants[0]

    # -- Translation of functions

    def want(self, f, args=()):
        """Asks for the translation of a function; of every branch's, where it is in a branch."""
        group = [f]
        if f.owner and len(self.classes[f.owner.name]) > 1:
            group = [g for cls in self.classes[f.owner.name] for g in cls.functions.get(f.name, ())
                     if len(g.params) == len(f.params)]
            if self.region_now and f.owner.region == self.region_now:
                group = [f]
        for g in group:
            if (id(g), args) not in self.done:
                self.done[id(g), args] = None
                self.wanted.append((g, args))

    def translate(self, roots):
        self.region_now = ()
        self.entry = set()
        for root in roots:
            owner, _, name = root.split("(")[0].rpartition("::")
            found = (self.of(owner).functions if owner else self.functions).get(name, [])
            if root.endswith("()"):
                found = [f for f in found if not f.params]
            if len(found) != 1:
                raise NotCovered(f"{len(found)} functions are named {root}")
            self.want(found[0])
            self.entry.add(name)
        while self.wanted:
            f, args = self.wanted.pop(0)
            saved = self.__dict__.copy()
            self.done[id(f), args] = self.one(f, args)
            for key in ("toks", "at", "locals", "this", "binding", "region_now", "f"):
                self.__dict__[key] = saved.get(key)

    def produces_result(self, f, args):
        """Whether it writes a parse_result in C++: in C it returns one."""
        if any(is_result(t) for t, _, _ in f.params) or (f.owner and f.owner.writes_result()):
            return f.returns.name == "void"
        return False

    def returned(self, f, args):
        """The type that a function returns in C."""
        if self.produces_result(f, args):
            return Type("parse_result")
        if f.returns.name != "auto":
            return Type(f.returns.name, f.returns.pointer)
        steps = dict(zip([n for _, n in f.template], args))
        for kind, name in f.template:
            if kind == "class":  # what decide() leads to has one type of result
                cls = self.of(steps[name])
                accept = cls.functions["accept"][0]
                return self.returned(accept, ())
        raise NotCovered(f"{f.first.file}:{f.first.line}: no rule for auto here")

    def one(self, f, args):
        self.f, self.toks, self.at = f, f.tokens, f.body
        self.this = f.owner
        self.region_now = f.owner.region if f.owner and len(self.classes[f.owner.name]) > 1 else ()
        self.binding = {n: a for (k, n), a in zip(f.template, args) if k == "class"}
        self.locals = [{}]
        self.using = []
        self.result = self.produces_result(f, args)
        self.writes = False
        params = []
        for kind, name in f.template:
            if kind != "class":
                self.locals[0][name] = Type(kind)
                params.append(f"{self.c_type(Type(kind))} {name}")
        if f.owner and not f.is_static:
            if f.owner.by_value():
                params.append(f"{PREFIX}{f.owner.name} self")
            else:
                params.append(f"{'const ' if f.is_const else ''}{PREFIX}{f.owner.name}* self")
        for type_, name, _ in f.params:
            type_ = Type(self.binding.get(type_.name, type_.name), type_.pointer, type_.reference, type_.const)
            if is_result(type_):
                continue
            self.locals[0][name] = type_
            params.append(self.declare(type_, name, local=False))
        returns = self.returned(f, args)
        self.return_type = returns
        body = self.block(1, function=True)
        if self.result and self.writes:
            body.insert(0, f"  sl_result r = {NO_RESULT};")
            if not body[-1].lstrip().startswith("return"):
                body.append("  return r;")
        for field, value in reversed(f.inits):
            body.insert(0, f"  self->{field} = {value};")
        if self.result and f.name in self.entry:
            # Its caller is a function of the API, and a call that returns a struct in memory is no jump.
            f.inline = "STATUSLINE_ALWAYS_INLINE"
        if f.name in READS_AGAIN:
            body.insert(0, f"  SLI_READ_AGAIN({READS_AGAIN[f.name]});")
        how = {"STATUSLINE_NOINLINE": "SLI_NOINLINE", "STATUSLINE_ALWAYS_INLINE": "SLI_INLINE"}.get(
            f.inline, "static inline" if f.owner or not f.inline else "static")
        if how.startswith("SLI_NOINLINE"):
            how = "SLI_NOINLINE static"
        head = f"{how} {self.c_type(returns)} {self.c_name(f, args)}({', '.join(params) or 'void'})"
        where = f"/* {f.first.file}:{f.first.line}" + (f" of {f.owner.name}" if f.owner else "")
        if args:
            where += " for " + ", ".join(args)
        text = [where + " */", *self.comment(f.first.before, ""), head + " {", *body, "}"]
        return head + ";", "\n".join(text)

    # -- Statements

    def block(self, depth, function=False):
        """The lines of a block in braces."""
        self.expect("{")
        if not function:
            self.locals.append({})
        lines = []
        while not self.peek().text == "}" or self.peek().kind == "text":
            lines += self.statement(depth)
        self.expect("}")
        if not function:
            self.locals.pop()
        return lines

    def body(self, depth):
        """The lines of a statement under if, for or while, in braces."""
        if self.peek().text == "{":
            return self.block(depth)
        self.locals.append({})
        lines = self.statement(depth)
        self.locals.pop()
        return lines

    @staticmethod
    def comment(lines, pad):
        """A comment of C."""
        lines = [c for c in lines if not c.startswith("NOLINT")]
        if not lines:
            return []
        return [f"{pad}{' *' if i else '/*'} {c}".rstrip() + (" */" if i == len(lines) - 1 else "")
                for i, c in enumerate(lines)]

    def statement(self, depth):
        pad = "  " * depth
        first = self.peek()
        lines = self.comment(first.before, pad)
        found = self.statement_of(depth, pad)
        after = self.toks[self.at - 1].after
        if after and found and self.toks[self.at - 1].text == ";":
            found[-1] += "  " + after
        return lines + found if found else []

    def statement_of(self, depth, pad):
        token = self.peek()
        if token.kind == "directive":
            self.fail("no rule for a directive in a function")
        if token.text == "{":
            return [pad + "{", *self.block(depth + 1), pad + "}"]
        if self.take("using"):
            self.expect("enum")
            name, n = self.type_name()
            self.at += n
            self.expect(";")
            self.using.append(name.split("::")[-1])
            return []
        if self.take("if"):
            return self.if_(depth, pad)
        if self.take("while"):
            self.expect("(")
            condition = self.expression()
            self.expect(")")
            return [f"{pad}while ({condition.code}) {{", *self.body(depth + 1), pad + "}"]
        if self.take("for"):
            return self.for_(depth, pad)
        if self.take("switch"):
            return self.switch(depth, pad)
        if self.take("return"):
            return self.return_(pad)
        if token.text in ("break", "continue"):
            self.next()
            self.expect(";")
            return [f"{pad}{token.text};"]
        if token.text == "assert":  # the C++ library and its tests check the preconditions
            self.next()
            self.skip_balanced()
            self.expect(";")
            return []
        if self.is_declaration():
            return [pad + line for line in self.local()]
        e = self.expression()
        self.expect(";")
        if e.type.name == "parse_result":  # the function that has been called writes it
            return [f"{pad}r = {e.code};"]
        return [pad + line + ";" for line in e.code.split(" ;; ")]

    def if_(self, depth, pad):
        self.take("constexpr")
        self.expect("(")
        lines, inner = [], depth
        self.locals.append({})
        if self.is_declaration():  # if (T x = ...; condition): in a block, to end its scope
            lines = ["  " + pad + line for line in self.local(in_if=True)]
            inner = depth + 1
        condition = self.expression()
        self.expect(")")
        pad_in = "  " * inner
        then = self.body(inner + 1)
        other = []
        if self.take("else"):
            if self.peek().text == "if":
                other = self.statement(inner)
                if not lines and other and condition.code not in ("false", "true"):
                    self.locals.pop()
                    return [f"{pad_in}if ({condition.code}) {{", *then,
                            f"{pad_in}}} else {other[0].lstrip()}", *other[1:]]
                other = ["  " + o for o in other]
            else:
                other = self.body(inner + 1)
        self.locals.pop()
        if condition.code == "false":
            return [o[2:] for o in other]
        if condition.code == "true":
            return [o[2:] for o in then]
        out = [f"{pad_in}if ({condition.code}) {{", *then]
        out += [f"{pad_in}}} else {{", *other, pad_in + "}"] if other else [pad_in + "}"]
        return [pad + "{", *lines, *out, pad + "}"] if lines else out

    def for_(self, depth, pad):
        self.expect("(")
        self.locals.append({})
        # for (const quirk q : set)
        if self.peek().text == "const" and self.peek(3).text == ":":
            self.next()
            type_ = self.type(self.this)
            name = self.name()
            self.expect(":")
            all_ = self.expression()
            self.expect(")")
            if type_.name != "quirk" or all_.type.name != "quirk_set":
                self.fail("no rule for a range of this type")
            self.locals[-1][name] = type_
            rest = f"rest_{name}"
            inside = self.body(depth + 1)
            self.locals.pop()
            return [f"{pad}for (sl_quirks {rest} = {all_.code}; {rest} != 0; {rest} &= {rest} - 1) {{",
                    f"{pad}  const sl_quirks {name} = {rest} & (0u - {rest});", *inside, pad + "}"]
        begin = self.local()[0] if self.is_declaration() else self.expect(";").text
        condition = self.expression()
        self.expect(";")
        step = self.expression()
        self.expect(")")
        inside = self.body(depth + 1)
        self.locals.pop()
        return [f"{pad}for ({begin} {condition.code}; {step.code}) {{", *inside, pad + "}"]

    def switch(self, depth, pad):
        self.expect("(")
        what = self.expression()
        self.expect(")")
        self.expect("{")
        lines = [f"{pad}switch ({what.code}) {{"]
        has_default = False
        while not self.take("}"):
            if self.take("case"):
                label = self.expression(ternary=False)
                self.expect(":")
                lines.append(f"{pad}case {label.code}:")
            elif self.take("default"):
                self.expect(":")
                has_default = True
                lines.append(f"{pad}default:")
            else:
                lines += self.statement(depth + 1)
        if not has_default:
            lines.append(f"{pad}default: break;")
        return lines + [pad + "}"]

    def return_(self, pad):
        if self.take(";"):
            self.writes = self.writes or self.result
            return [pad + ("return r;" if self.result else "return;")]
        e = self.expression(self.return_type)
        self.expect(";")
        if e.parts and e.parts[0] == "?" and self.return_type.name == "parse_result":
            _, condition, then, other = e.parts
            return [f"{pad}if ({condition}) {{", f"{pad}  return {then};", pad + "}", f"{pad}return {other};"]
        if self.return_type.name == "void" and not self.return_type.pointer:  # C returns no void
            if e.parts and e.parts[0] == "?":
                _, condition, then, other = e.parts
                return [f"{pad}if ({condition}) {{", f"{pad}  {then};", pad + "} else {", f"{pad}  {other};",
                        pad + "}", pad + "return;"]
            return [f"{pad}{e.code};", f"{pad}return;"]
        e = self.convert(e, self.return_type)
        return [f"{pad}return {e.code};"]

    def is_declaration(self):
        if self.peek().text in ("const", "constexpr", "auto"):
            return True
        name, n = self.type_name()
        if name is None or name in self.all_locals():
            return False
        if self.resolve_type(name, self.this) is None:
            return False
        after = n + (self.peek(n).text in ("*", "&"))
        return self.peek(after).kind == "name"

    def local(self, in_if=False):
        """Declarations of local variables, up to their `;`."""
        constant = bool(self.take("constexpr"))
        type_ = self.type(self.this)
        pointer_const = False
        lines = []
        while True:
            name = self.name()
            if name in self.all_locals():
                self.fail(f"{name} would hide another variable")
            this = type_
            if self.take("["):  # an array without a value
                size = self.expression()
                self.expect("]")
                self.expect(";")
                self.locals[-1][name] = Type(type_.name, pointer=True)
                return [f"{self.c_type(type_)} {name}[{size.code}];"]
            if self.take("="):
                this, code = self.initial(type_)
            elif self.peek().text == "{":
                self.fail("write = before the brace")
            else:
                code = self.default_braces(type_)
                if not code:
                    self.fail("a variable without a value")
            this = dataclasses.replace(this, const=type_.const or constant)
            self.locals[-1][name] = this
            lines.append(f"{self.declare(this, name)} = {code};")
            if self.take(";"):
                break
            self.expect(",")
        if len(lines) > 1 and in_if:
            self.fail("no rule for two variables here")
        return lines

    def initial(self, type_):
        """The type and the text of what follows `=` in a declaration."""
        if self.peek().text == "{":
            return type_, self.braces(type_)
        e = self.expression(type_)
        if type_.name == "auto":
            if not e.type.name:
                self.fail("no rule tells the type of this")
            return e.type, e.code
        if type_.reference and not self.is_value(type_):
            return type_, e.pointer()
        if type_.reference:
            return Type(type_.name, const=True), e.code
        e = self.convert(e, type_)
        return type_, e.code

    def default_braces(self, type_):
        """{...} of the defaults of a class's members, or ""."""
        if type_.name == "parse_result":
            return NO_RESULT
        cls = self.of(type_.name, self.region_now)
        if cls is None:
            return ""
        return "{" + ", ".join(self.default(t, d) for t, _, d in cls.fields) + "}"

    def default(self, type_, tokens_):
        if tokens_:
            saved = self.toks, self.at
            self.toks, self.at = tokens_ + [Token("end", "", tokens_[0].file, tokens_[0].line)], 0
            code = self.expression().code
            self.toks, self.at = saved
            return code
        if type_.name in self.classes:
            return self.default_braces(type_)
        if type_.name == "string_view":
            return "{sli_nothing, 0}"
        if type_.name == "policy":
            return "{0, 0}"
        if type_.size or type_.reference:
            self.fail(f"no rule for a default {type_.name}")
        return "0"

    def members(self, type_):
        """The types of the elements of {...} for a class; None for one that C leaves out."""
        if type_.name == "string_view":
            return [Type("char", pointer=True, const=True), SIZE]
        if type_.name == "policy":
            return [SET, SIZE]
        cls = self.of(type_.name, self.region_now)
        if cls is None:
            self.fail(f"no rule for braces of {type_.name}")
        return [None if is_result(t) else t for t, _, _ in cls.fields]

    def elements(self, type_):
        """The texts of the elements in braces, in the order of the members."""
        self.expect("{")
        want = self.members(type_)
        out = []
        for kind in want:
            if self.peek().text == "}":
                self.fail("fewer elements than members")
            if kind is None:
                self.name()
            else:
                e = self.element(kind)
                out.append(e)
            self.take(",")
        self.expect("}")
        return out

    def element(self, kind):
        if self.peek().text == "{" and self.peek(1).text == "}":
            self.next(), self.next()
            return self.nothing(kind).code
        if self.peek().text == "{":
            return self.made(kind).code
        e = self.expression(kind)
        if kind.reference and not self.is_value(kind):
            return e.pointer()
        return self.convert(e, kind).code

    def braces(self, type_):
        return "{" + ", ".join(self.elements(type_)) + "}"

    def nothing(self, type_):
        """T{} as an expression."""
        if type_.name in ("quirk_set",) or type_.name in SCALARS.values():
            return E("0", type_)
        if type_.name == "string_view":
            return E(f"{self.maker(type_)}(sli_nothing, 0)", type_)
        cls = self.of(type_.name)
        if cls is None:
            self.fail(f"no rule for {{}} of {type_.name}")
        name = f"{PREFIX}no_{type_.name}"
        self.types_used.add(type_.name)
        if name not in self.helpers:
            self.helpers[name] = None
            self.helpers[name] = (cls.region, f"static inline {PREFIX}{type_.name} {name}(void) {{\n"
                                  f"  const {PREFIX}{type_.name} made = {self.default_braces(type_)};\n"
                                  "  return made;\n}")
        return E(f"{name}()", type_)

    def maker(self, type_):
        """The name of a function that makes an object of its members."""
        name = f"{PREFIX}{type_.name}_of"
        if name in self.helpers:
            return name
        self.helpers[name] = None
        if type_.name == "string_view":
            variants = [((), [(Type("char", pointer=True, const=True), "data"), (SIZE, "size")])]
        else:
            variants = [(c.region if len(self.classes[type_.name]) > 1 else (),
                         [(t, n) for t, n, _ in c.fields if not is_result(t)]) for c in self.classes[type_.name]]
        texts = []
        for region, fields in variants:
            params = ", ".join(self.declare(t, n, local=False) for t, n in fields)
            sets = "".join(f"  made.{n} = {n};\n" for _, n in fields)
            texts.append((region, f"static inline {PREFIX}{type_.name} {name}({params}) {{\n"
                          f"  {PREFIX}{type_.name} made;\n{sets}  return made;\n}}"))
        self.types_used.add(type_.name)
        self.helpers[name] = texts
        return name

    def made(self, type_):
        """T{a, b} as an expression."""
        if self.peek(1).text == "}":
            self.next(), self.next()
            return self.nothing(type_)
        return E(f"{self.maker(type_)}({', '.join(self.elements(type_))})", type_)

    # -- Expressions

    def all_locals(self):
        return {name: t for scope in self.locals for name, t in scope.items()}

    def convert(self, e, want):
        """A conversion that C++ makes by itself and C does not."""
        if want.name == "string_view" and e.type.name == "text":
            size = len(re.sub(r"\\.", "x", e.code)) - 2
            return E(f"{self.maker(want)}({e.code}, {size})", want)
        if want.name == "quirk_set" and e.type.name == "quirk":
            return E(e.code, want, e.level)
        if e.parts and e.parts[0] not in ("?",) and want.name in PARTS and not want.pointer:
            return E(f"{self.maker(want)}({', '.join(e.parts)})", want)
        return e

    def expression(self, want=NONE, ternary=True):
        if self.peek().text == "{":
            return self.made(want)
        left = self.binary(4, want)
        token = self.peek()
        if ternary and token.text == "?":
            self.next()
            then = self.convert(self.expression(want), want)
            self.expect(":")
            other = self.convert(self.expression(want), want)
            # C++ warns of an enumerator next to a variable, which has the underlying type.
            then, other = [E(f"({self.c_type(e.type)}){e.code}", e.type, 14)
                           if e.code.startswith(f"{PREFIX}{e.type.name}_") and e.type.name in self.enums else e
                           for e in (then, other)]
            if left.code in ("true", "false"):
                return then if left.code == "true" else other
            return E(f"{left.inside(4)} ? {then.inside(4)} : {other.inside(3)}", then.type, 3,
                     parts=("?", left.code, then.code, other.code))
        if token.text in ASSIGN:
            self.next()
            return self.assign(left, token.text)
        return left

    def assign(self, left, operator):
        if left.parts:  # a member that is two members in C
            if operator != "=":
                self.fail("no rule for this assignment")
            if self.peek().text == "{":
                values = self.elements(left.type)
            else:
                e = self.expression(left.type)
                values = e.parts or [e.member(p) for p in PARTS[left.type.name]]
                if not re.fullmatch(r"[\w.>-]+", values[0]):
                    self.fail("no rule for assigning this to a member that is two in C")
            return E(" ;; ".join(f"{p} = {v}" for p, v in zip(left.parts, values)), NONE, 2)
        if self.peek().text == "{":
            right = self.made(Type(left.type.name))
        else:
            right = self.convert(self.expression(left.type), left.type)
        if left.type.name == "quirk_set" and operator not in ("=", "|="):
            self.fail("no rule for this operator of a set")
        return E(f"{left.code} {operator} {right.inside(2)}", left.type, 2)

    def binary(self, level, want=NONE):
        left = self.unary(want)
        while True:
            operator = self.operator()
            if operator not in BINARY or BINARY[operator] < level:
                return left
            token = self.peek()
            self.at += 2 if operator == ">>" else 1
            here = BINARY[operator]
            right = self.binary(here + 1)
            left = self.combine(left, operator, right, here, token)

    def operator(self):
        token = self.peek()
        if token.kind != "punct":
            return ""
        if token.text == ">" and self.peek(1).text == ">":
            return ">>"
        return token.text

    def combine(self, left, operator, right, level, token):
        if operator == "&&" and "false" in (left.code, right.code):
            return E("false", BOOL)
        if operator == "||" and "true" in (left.code, right.code):
            return E("true", BOOL)
        if operator in ("&&", "||"):
            for one, other in ((left, right), (right, left)):
                if one.code in ("true", "false"):
                    return other
        sets = {left.type.name, right.type.name} & {"quirk_set", "quirk"}
        if sets and not (left.type.pointer or right.type.pointer):
            if operator == "-":
                return E(f"{left.inside(9)} & ~{right.inside(14)}", SET, 8)
            if operator in ("|", "&"):
                return E(f"{left.inside(9)} {operator} {right.inside(9)}", SET, level)
            if operator not in ("==", "!="):
                self.fail("no rule for this operator of a set", token)
        inside = [14 if e.level in range(4, 14) and e.level != level and
                  (level in MIXED or e.level in MIXED or {level, e.level} == {4, 5}) else level
                  for e in (left, right)]
        text = f"{left.inside(inside[0])} {operator} {right.inside(max(inside[1], level + 1))}"
        if level in (4, 5, 9, 10):
            type_ = BOOL
        elif left.type.pointer or level == 11:
            type_ = left.type
        else:
            type_ = self.wider(left.type, right.type)
        return E(text, type_, level)

    @staticmethod
    def wider(a, b):
        order = ["", "bool", "char", "unsigned char", "uint8_t", "uint16_t", "int", "unsigned", "uint32_t",
                 "block::mask", "size_t", "uint64_t"]
        if a.name not in order or b.name not in order:
            return a if a.name not in order else b
        return max(a, b, key=lambda t: order.index(t.name)).value()

    def unary(self, want=NONE):
        token = self.peek()
        if token.kind == "punct" and token.text in ("!", "~", "-", "*", "&", "++", "--"):
            self.next()
            if token.text == "*" and self.take("this"):
                type_ = Type(self.this.name)
                return E("self", type_) if self.this.by_value() else E("(*self)", type_, 16, address="self")
            e = self.unary()
            if token.text == "!" and e.code in ("true", "false"):
                return E("false" if e.code == "true" else "true", BOOL)
            if token.text == "&":
                return E(e.pointer(), Type(e.type.name, pointer=True), 14)
            if token.text == "*":
                return self.postfix(E(f"*{e.inside(14)}", Type(e.type.name), 14))
            return E(f"{token.text}{e.inside(14)}", BOOL if token.text == "!" else e.type, 14)
        if token.text == "sizeof":
            self.next()
            return E(f"sizeof {self.name()}", SIZE, 14)
        return self.postfix(self.primary(want))

    def postfix(self, e):
        while True:
            token = self.peek()
            if token.kind != "punct":
                return e
            if token.text == "++":
                self.next()
                e = E(f"{e.inside(15)}++", e.type, 15)
            elif token.text == ".":
                self.next()
                e = self.member(e)
            elif token.text == "[":
                self.next()
                index = self.expression()
                self.expect("]")
                base = f"{e.member('data')}" if e.type.name in ("char_span", "string_view") else e.inside(15)
                element = Type(CHAR.name) if e.type.name in ("char_span", "string_view") else Type(
                    e.type.name, size="n" if e.type.size == "n" and e.code == PREFIX + "packed_cells" else "")
                e = E(f"{base}[{index.code}]", element, 15)
            else:
                return e

    def member(self, e):
        token = self.peek()
        name = self.name()
        called = self.peek().text == "("
        kind = e.type.name
        if kind in ("string_view", "char_span") or e.type.size:
            return self.view_member(e, name, token)
        if kind in ("quirk_set",):
            return self.set_member(e, name, token)
        if not called:
            if (kind, name) in SPLIT:
                a, b = SPLIT[kind, name]
                if kind == "status_line" and e.code.startswith("r."):
                    self.writes = True
                return E("", GIVEN_FIELDS[kind][name], parts=(e.member(a), e.member(b)))
            if e.parts and kind in PARTS and name in PARTS[kind]:
                return E(e.parts[PARTS[kind].index(name)], Type("uint8_t"))
            if kind in GIVEN_FIELDS and name in GIVEN_FIELDS[kind]:
                return E(e.member(name), GIVEN_FIELDS[kind][name])
            cls = self.of(kind, self.region_now)
            type_ = cls.field_type(name) if cls else None
            if type_ is None:
                self.fail(f"no rule for the member {name} of {kind or 'an unknown type'}", token)
            return self.field(e.member(name), type_)
        cls = self.of(kind, self.region_now)
        if cls is None or name not in cls.functions:
            self.fail(f"no rule for {name}() of {kind or 'an unknown type'}", token)
        return self.call(cls.functions[name], e)

    def field(self, code, type_):
        if type_.reference:
            return E(f"(*{code})", Type(type_.name), 16, address=code)
        return E(code, Type(type_.name, type_.pointer, size=type_.size), 15)

    def view_member(self, e, name, token):
        self.expect("(")
        if name in ("begin", "end"):
            self.expect(")")
            if e.type.name != "string_view":
                self.fail("no rule for a range of this type", token)
            return E("", Type("range"), range=name, parts=e.parts or (e.member("data"), e.member("size")))
        self.expect(")")
        if e.type.size:
            if name != "data":
                self.fail(f"no rule for {name}() of an array", token)
            return E(e.code, Type(e.type.name, pointer=True), e.level)
        if name == "empty":
            return E(f"{e.parts[1] if e.parts else e.member('size')} == 0", BOOL, 9)
        if name not in ("data", "size"):
            self.fail(f"no rule for {name}() of a view", token)
        part = e.parts[name == "size"] if e.parts else e.member(name)
        return E(part, SIZE if name == "size" else Type("char", pointer=True))

    def set_member(self, e, name, token):
        self.expect("(")
        if name == "empty":
            self.expect(")")
            return E(f"{e.inside(10)} == 0", BOOL, 9)
        if name == "bits":
            self.expect(")")
            return E(e.code, Type("uint32_t"), e.level)
        if name == "contains":
            q = self.expression()
            self.expect(")")
            return E(f"({e.inside(9)} & {q.inside(9)}) != 0", BOOL, 9)
        self.fail(f"no rule for {name}() of a set", token)

    def primary(self, want=NONE):
        token = self.peek()
        if token.kind == "number":
            self.next()
            text = token.text
            return E(f"UINT64_C({text})" if text.startswith("0x") and len(text) > 11 else text, INT)
        if token.kind == "text":
            self.next()
            return E(token.text, CHAR if token.text[0] == "'" else Type("text"))
        if token.text == "(":
            if [self.peek(i).text for i in (1, 2, 3)] == ["std", "::", "min"] or \
               [self.peek(i).text for i in (1, 2, 3)] == ["std", "::", "max"]:
                return self.min_max()
            self.next()
            e = self.expression()
            self.expect(")")
            if e.level == 16 or e.code in ("true", "false"):
                return e
            return E(f"({e.code})", e.type, 16)
        if token.kind != "name":
            self.fail("no rule for this expression")
        if token.text in ("static_cast", "reinterpret_cast"):
            return self.cast(self.next().text)
        return self.named(token, want)

    def cast(self, _):
        self.expect("<")
        type_ = self.type(self.this)
        self.expect(">")
        self.expect("(")
        e = self.expression()
        self.expect(")")
        return self.cast_to(type_, e)

    def cast_to(self, type_, e):
        const = "const " if type_.const else ""
        return E(f"({const}{self.c_type(type_)}){e.inside(14)}", type_.value(), 14)

    def min_max(self):
        token = self.peek()
        self.next(), self.next(), self.next()
        less = "<" if self.name() == "min" else ">"
        self.expect(")")
        self.expect("(")
        a = self.expression()
        self.expect(",")
        b = self.expression()
        self.expect(")")
        if "++" in a.code + b.code or " = " in a.code + b.code:
            self.fail("an argument of min or max is evaluated twice in C", token)
        type_ = a.type if a.type == b.type else self.wider(a.type, b.type)
        return E(f"({a.inside(11)} {less} {b.inside(11)} ? {a.inside(4)} : {b.inside(4)})", type_)

    def named(self, token, want):
        name, n = self.type_name()
        if name in NAMES:
            self.at += n
            return E(*NAMES[name])
        if name == "std::is_constant_evaluated":
            self.at += n
            self.expect("(")
            self.expect(")")
            return E("SLI_TABLE_ALONE", BOOL)
        if name == "std::memcpy":
            self.at += n
            return E(f"SLI_MEMCPY({', '.join(e.code for e in self.arguments())})", Type("void"))
        if name == "std::countr_zero":
            self.at += n
            [e] = self.arguments()
            wide = {"block::mask": "mask", "uint64_t": "64", "uint32_t": "32"}.get(e.type.name)
            if wide is None:
                self.fail("no rule for countr_zero of this type", token)
            return E(f"{PREFIX}countr_zero({e.code})", INT)
        if name == "std::bit_cast":
            return self.bit_cast(n)
        if name == "std::copy":
            self.at += n
            begin, end, to = self.arguments()
            if (begin.range, end.range) != ("begin", "end") or begin.parts != end.parts:
                self.fail("no rule for std::copy of this", token)
            return E(f"{PREFIX}copy({to.code}, {begin.parts[0]}, {begin.parts[1]})", Type("char", pointer=True))
        name = re.sub(r"^(statusline::)?(detail::)?", "", name)
        simple = "::" not in name
        if simple and name in self.all_locals():
            self.at += n
            type_ = self.all_locals()[name]
            if type_.reference and not (type_.const and self.is_value(type_)):
                return E(f"(*{name})", Type(type_.name), 16, address=name)
            return E(name, Type(type_.name, type_.pointer, size=type_.size))
        if simple and self.result and name == "r":
            self.at += n
            self.writes = True
            return E("r", Type("parse_result"))
        if simple:
            for enum in reversed(self.using):
                found = self.enumerator(enum, name)
                if found:
                    self.at += n
                    return found
        # A member of this class.
        if simple and self.this:
            found = self.own_member(name, n)
            if found:
                return found
        if simple and name in TABLES:
            self.at += n
            self.types_used.add(TABLES[name].name)
            if TABLES[name].name == "string_view":
                return E("", TABLES[name], parts=(PREFIX + name, PREFIX + name + "_size"))
            return E(PREFIX + name, TABLES[name])
        if simple and name == "grammar":
            self.at += n
            where, kind = self.arguments()
            return E(f"{PREFIX}grammar({where.code}, {kind.code})", Type("cell"))
        if simple and name in self.constants:
            self.at += n
            return E(PREFIX + name, self.constants[name][0].value())
        if name in self.functions:
            self.at += n
            return self.call(self.functions[name], None)
        if not simple:
            found = self.qualified(name, n)
            if found:
                return found
        type_ = self.resolve_type(name, self.this)
        if type_ and self.peek(n).text in ("(", "{"):
            self.at += n
            if type_.name in self.classes or type_.name in PARTS:
                if self.peek().text != "{":
                    self.fail("no rule for this construction")
                return self.made(type_)
            close = {"(": ")", "{": "}"}[self.next().text]
            e = self.expression()
            self.expect(close)
            return self.cast_to(type_, e)
        if INTRINSIC.fullmatch(name):
            self.at += n
            types = {"_mm_movemask_epi8": INT}
            return E(f"{name}({', '.join(e.code for e in self.arguments())})", types.get(name, NONE))
        self.fail(f"no rule for the name {name}")

    def bit_cast(self, n):
        self.at += n
        self.expect("<")
        to = self.type(self.this)
        self.expect(">")
        [e] = self.arguments()
        if not e.type.name:
            self.fail("no rule tells the type of this")
        name = f"{PREFIX}{to.name}_of_bits"
        source = self.c_type(e.type)
        self.helpers.setdefault(name, [((), f"static inline {self.c_type(to)} {name}({source} bits) {{\n"
                                       f"  {self.c_type(to)} made;\n  SLI_MEMCPY(&made, &bits, sizeof made);\n"
                                       "  return made;\n}")])
        return E(f"{name}({e.code})", to)

    def arguments(self):
        self.expect("(")
        out = []
        while not self.take(")"):
            out.append(self.expression())
            self.take(",")
        return out

    def enumerator(self, enum, name):
        if enum in ENUMERATORS:
            if enum == "quirk" and name == "all":
                return None
            return E(ENUMERATORS[enum](name), Type(enum))
        if enum in self.enums and name in self.enums[enum][1]:
            self.types_used.add(enum)
            return E(f"{PREFIX}{enum}_{name}", Type(enum))
        return None

    def own_member(self, name, n):
        scope = self.this
        while scope:
            type_ = scope.field_type(name)
            if type_ is not None and scope is self.this:
                if self.f.is_static:
                    self.fail("a field in a static function")
                self.at += n
                if is_result(type_):
                    self.writes = True
                    return E("r", Type("parse_result"))
                return self.field(f"self.{name}" if scope.by_value() else f"self->{name}", type_)
            if name in scope.constants:
                self.at += n
                return E(f"{PREFIX}{scope.name}_{name}", scope.constants[name][0].value())
            if name in scope.functions:
                self.at += n
                me = None
                if scope is self.this and not self.f.is_static:
                    me = E("self", Type(scope.name)) if scope.by_value() else \
                        E("(*self)", Type(scope.name), 16, address="self")
                return self.call(scope.functions[name], me)
            scope = scope.outer
        return None

    def qualified(self, name, n):
        owner, member = name.rsplit("::", 1)
        owner = owner.split("::")[-1]
        if owner == "quirk_set":
            self.at += n
            if member == "all":
                self.expect("(")
                self.expect(")")
                return E(PREFIX + "all_quirks", SET)
            if member == "from_bits":
                [bits] = self.arguments()
                return E(f"{bits.inside(9)} & {PREFIX}all_quirks" if bits.level > 11 or bits.level < 4 else
                         f"({bits.code}) & {PREFIX}all_quirks", SET, 8)
            self.fail(f"no rule for quirk_set::{member}")
        found = self.enumerator(owner, member)
        if found:
            self.at += n
            return found
        cls = self.of(owner, self.region_now)
        if cls and member in cls.constants:
            self.at += n
            return E(f"{PREFIX}{owner}_{member}", cls.constants[member][0].value())
        if cls and member in cls.functions:
            self.at += n
            return self.call(cls.functions[member], None)
        return None

    def call(self, overloads, this):
        """A call of one of these functions; the name has been read, its arguments have not."""
        token = self.peek(-1)
        arguments = []
        if self.take("<"):
            while not self.take(">"):
                arguments.append(self.unary())
                self.take(",")
        mark = self.at
        self.expect("(")
        depth, count = 1, 0 if self.peek().text == ")" else 1
        while depth:
            text = self.next()
            if text.kind != "text":
                depth += (text.text in "({[") - (text.text in ")}]")
                count += text.text == "," and depth == 1
        self.at = mark
        fitting = [f for f in overloads if len(f.params) == count]
        if len(fitting) != 1:
            self.fail(f"no rule tells which {overloads[0].name}() this is", token)
        f = fitting[0]
        code, template = [], []
        values = [k for k, _ in f.template if k != "class"]
        if len(arguments) != len(values):
            self.fail("no rule for the arguments of this template", token)
        code += [a.code for a in arguments]
        if f.owner and not f.is_static:
            if this is None:
                self.fail("a call without an object", token)
            code.append(this.code if f.owner.by_value() else this.pointer())
        self.expect("(")
        for type_, _, _ in f.params:
            if is_result(type_):
                writes = self.writes
                if self.named(self.peek(), NONE).code != "r":
                    self.fail("no rule for this result")
                self.writes = writes  # the call writes it
                self.take(",")
                continue
            kind = next((k for k, p in f.template if p == type_.name), "")
            e = self.expression(Type(type_.name) if kind != "class" else NONE)
            if kind == "class":
                template.append(e.type.name)
                type_ = Type(e.type.name, reference=type_.reference, const=type_.const)
            e = self.convert(e, type_)
            code.append(e.pointer() if type_.reference and not (type_.const and self.is_value(type_)) else e.code)
            self.take(",")
        self.expect(")")
        args = tuple(template)
        self.want(f, args)
        return E(f"{self.c_name(f, args)}({', '.join(code)})", self.returned(f, args))

    # -- Output

    def constant(self, owner, name):
        type_, toks, begin, first, _ = (owner.constants if owner else self.constants)[name]
        saved = self.__dict__.copy()
        self.toks, self.at, self.this, self.locals = toks, begin, owner, [{}]
        self.using, self.binding, self.region_now, self.result = [], {}, owner.region if owner else (), False
        e = self.expression(type_)
        for key in ("toks", "at", "this", "locals", "using", "binding", "region_now", "result"):
            self.__dict__[key] = saved.get(key)
        full = PREFIX + (owner.name + "_" if owner else "") + name
        cast = f"({self.c_type(type_.value())})"
        return f"#define {full} ({cast}{e.inside(14)})"

    def output(self):
        """(types, prototypes and functions) as text."""
        forwards, types, prototypes, bodies = [], [], [], []
        helper_texts = []
        for text in self.helpers.values():
            helper_texts += text if isinstance(text, list) else [text]
        used = " ".join(t for v in self.done.values() for t in v) + " ".join(t for _, t in helper_texts)
        for kind, what in self.order:
            if kind == "directive":
                for section in (types, prototypes, bodies):
                    if section is types or "include" not in what:
                        section.append(what)
            elif kind == "enum" and what in self.types_used:
                underlying, names, _ = self.enums[what]
                types.append(f"typedef {self.c_type(underlying)} {PREFIX}{what};\nenum {{ " +
                             ", ".join(f"{PREFIX}{what}_{n}" for n in names) + " };")
            elif kind == "class" and re.search(rf"\b{PREFIX}{what.name}\b", used + "".join(types)) or \
                    kind == "class" and what.name in self.types_used:
                cls = what
                if cls.name in OF_THE_API:
                    types.append(f"typedef {OF_THE_API[cls.name]} {PREFIX}{cls.name};")
                    continue
                for alias, type_ in cls.aliases.items():
                    types.append(f"typedef {self.c_type(type_)} {PREFIX}{cls.name}_{alias};")
                fields = "".join(f"  {self.declare(dataclasses.replace(t, const=t.const and (t.pointer or t.reference)), n)};\n"
                                 for t, n, _ in cls.fields if not is_result(t))
                forward = f"typedef struct {PREFIX}{cls.name} {PREFIX}{cls.name};"
                if forward not in forwards:
                    forwards.append(forward)
                types.append(f"struct {PREFIX}{cls.name} {{\n{fields}}};")
                variants = [t for r, t in helper_texts if r == cls.region and
                            re.search(rf" {PREFIX}({cls.name}_of|no_{cls.name}|{cls.name}_of_bits)\(", t)]
                prototypes += variants
                helper_texts = [h for h in helper_texts if h[1] not in variants]
            elif kind == "constant":
                owner, name, _ = what
                full = PREFIX + (owner.name + "_" if owner else "") + name
                # Constants that are used, directly or in another one: all, since a macro costs nothing.
                if not owner or owner.name in self.types_used:
                    types.append(self.constant(owner, name))
            elif kind == "function":
                for (key, args), text in self.done.items():
                    if key == id(what):
                        prototypes.append(text[0])
                        bodies.append(text[1])
        # Helpers whose type is no class of a header.
        rest = [t for _, t in helper_texts]
        return ["\n".join(self.without_empty(s)) for s in (forwards + types, rest + prototypes)] + \
            ["\n\n".join(self.without_empty(bodies))]

    @staticmethod
    def without_empty(lines):
        """Without the directives of a region that has nothing else in it."""
        out = []
        for line in lines:
            out.append(line)
            if line.startswith("#endif"):
                begin = max(i for i, text in enumerate(out) if text.startswith("#if"))
                if all(text.startswith(("#if", "#elif", "#else", "#endif")) for text in out[begin:]):
                    del out[begin:]
        return out


def translate(include, sources, roots):
    """Translates (name, only) in `sources`; returns the three parts of the output."""
    t = Translator()
    for name, only in sources:
        t.read(pathlib.Path(include, name), f"include/{name}", only)
    t.translate(roots)
    return t.output()
