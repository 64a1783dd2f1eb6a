"""Our TeX in the commands of matplotlib's mathtext, which knows fewer and is stricter."""

from __future__ import annotations

import re

NAMES = {
    "tfrac": "frac", "le": "leq", "ge": "geq", "bm": "boldsymbol",
    "lVert": "Vert", "rVert": "Vert", "operatorname*": "operatorname",
}  # fmt: skip
SIGNS = {"lvert": "|", "rvert": "|", "coloneqq": ":=", "top": r"{\mathsf{T}}"}
SIZES = {"big", "Big", "bigl", "bigr", "Bigl", "Bigr", "displaystyle", "textstyle", "limits"}
ARGUMENTS = {"frac": 2, "dfrac": 2, "sqrt": 1, "boldsymbol": 1, "mathrm": 1, "mathbf": 1}
ARGUMENTS |= {"operatorname": 1}
FUNCTIONS = {"log", "exp", "min", "max", "sup", "inf", "det", "sin", "cos", "tanh", "Pr"}
_COMMAND = re.compile(r"\\(operatorname\*|[A-Za-z]+|.)[ ]*", re.DOTALL)
_CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
_OPERAND = re.compile(r"[\w)}\]|]$")  # behind which a function's name has a gap
_RELATION = re.compile(r"\\(?:approx|propto|sim|to|in|leq|geq)\s*$")
_BREAKS = re.compile(r"\\(?:approx|propto|sim|to|leq?|geq?)(?![A-Za-z])|[=+]|-")


def mathtext(tex: str) -> str:
    """The formula, without its dollars, as mathtext can parse it."""
    reader = _Reader(_CASES.sub(lambda found: _cases(found[1]), tex))
    return reader.all()


def displayed(tex: str) -> str:
    """A formula that stands alone: its fractions are large, but for those in another's braces."""
    return re.sub(r"(?<!\{)\\frac(?![A-Za-z])", r"\\dfrac", tex)


def pieces(tex: str) -> list[str]:
    """The parts of a formula of ours between which a line may end: before a sign such as = or +
    that stands in no bracket. Their sum is the formula.
    """
    depth, start, parts, at = 0, 0, [], 0
    while at < len(tex):
        sign = _BREAKS.match(tex, at)
        escaped = tex[at] == "\\" and not sign
        if sign and depth == 0 and tex[start:at].strip() and _operand(tex[start:at]):
            parts.append(tex[start:at])
            start = at
        depth += tex.startswith(r"\begin", at) - tex.startswith(r"\end", at)
        depth += 0 if escaped else (tex[at] in "({[") - (tex[at] in ")}]")
        at += len(sign[0]) if sign else 2 if escaped else 1
    return [*parts, tex[start:]]


def _operand(before: str) -> bool:
    """Whether a sign after this stands between two terms: "a = −b" does not end after "=", nor does
    an index such as x_+ begin a line.
    """
    last = before.rstrip()
    return last[-1] not in "=+-^_" and not re.search(r"\\(approx|propto|sim|to|leq?|geq?)$", last)


def _cases(inside: str) -> str:
    """All in a line, as mathtext has no rows: each value with its condition in brackets."""
    rows = [row.split("&") for row in inside.split(r"\\") if row.strip()]
    shown = [
        value.strip() + "".join(rf"\;({condition.strip()})" for condition in conditions)
        for value, *conditions in rows
    ]
    return r"\{" + r",\;".join(shown) + r"\}"


class _Reader:
    def __init__(self, tex: str) -> None:
        self.tex, self.at = tex, 0

    def all(self) -> str:
        made = ""
        while self.at < len(self.tex):
            name = _COMMAND.match(self.tex, self.at)
            if name and name[1] in FUNCTIONS and _OPERAND.search(made):
                made += "" if _RELATION.search(made) else r"\,"
            made += self.next()
        return made

    def next(self) -> str:
        """A command with its arguments, a group, or a sign."""
        command = _COMMAND.match(self.tex, self.at)
        if command:
            return self.command(command)
        if self.tex[self.at] == "{":
            return f"{{{_Reader(self.group()).all()}}}"
        self.at += 1
        return self.tex[self.at - 1]

    def command(self, found: re.Match[str]) -> str:
        self.at = found.end()
        name = NAMES.get(found[1], found[1])
        if name == "text":  # its letters are no TeX
            return rf"\text{{{self.group()}}}"
        if name in SIZES:
            return ""
        if name in SIGNS:
            return SIGNS[name]
        if name in ARGUMENTS:
            return f"\\{name}" + self.root(name) + self.arguments(ARGUMENTS[name])
        spaced = " " if found[0].endswith(" ") and name.isalpha() else ""
        return f"\\{name}{spaced or self.gap(name)}"

    def gap(self, name: str) -> str:
        """Separates a new name from a letter behind it, as in \\lVert x."""
        following = self.tex[self.at : self.at + 1]
        return " " if name.isalpha() and following.isalpha() and following.isascii() else ""

    def root(self, name: str) -> str:
        """The [3] of \\sqrt[3]{x}."""
        found = re.compile(r"\[[^\]]*\]").match(self.tex, self.at) if name == "sqrt" else None
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def arguments(self, count: int) -> str:
        """Each in braces: TeX takes the next sign where there are none, mathtext does not."""
        parts = []
        for _ in range(count):
            while self.tex[self.at : self.at + 1] == " ":
                self.at += 1
            braced = self.tex[self.at : self.at + 1] == "{"
            parts.append(self.next() if braced else f"{{{self.next()}}}")
        return "".join(parts)

    def group(self) -> str:
        """What stands in the braces that begin here."""
        depth, start = 0, self.at
        while self.at < len(self.tex):
            sign = self.tex[self.at]
            self.at += 2 if sign == "\\" else 1
            depth += (sign == "{") - (sign == "}")
            if depth == 0:
                break
        return self.tex[start + 1 : self.at - 1]
