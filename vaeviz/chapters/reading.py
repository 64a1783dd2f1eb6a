"""The reading of a chapter: what its tools show, in plain words, from the `text.md` of its folder.

In the file `# name` begins what belongs to the tool of this name, and `## name` its part: a panel's
id, `try` (a list of links such as `[Raise β](?beta=4)`, which the page follows in place),
`question` and `answer`. Before the first part stands what the tool as a whole is about. Formulas
are TeX between dollars; `\\rate{R}` has the colour of the rate on every figure. `` `=beta` `` is
the current value of a setting, `` `=R` `` of the read-out "R (nats)". *emphasis* on a word of
`glossary.md` links it. A line `@source theory/gaussian_kl.py kl` shows the code of a function as it
is in that file, without its docstring.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from vaeviz.figures.theme import Theme

FOLDER = Path(__file__).parent
COLOURS = ("prior", "posterior", "rate", "distortion", "decoder")
_COLOURED = re.compile(rf"\\({'|'.join(COLOURS)})\{{")
_HEADING = re.compile(r"^(#{1,2}) (.+)$", re.MULTILINE)
_SOURCE = re.compile(r"^@source (\S+) (\S+)$", re.MULTILINE)


@lru_cache
def source(name: str) -> str:
    """A chapter's text and the glossary as they are written; "" for a chapter without a text."""
    own = FOLDER / name / "text.md"
    if not own.is_file():
        return ""
    terms = FOLDER / "glossary.md"
    return "\n\n".join(path.read_text(encoding="utf-8") for path in (own, terms))


def parts(text: str) -> dict[tuple[str, str], str]:
    """The text by (tool, part), "" being a tool's beginning."""
    found, tool, part, at = dict[tuple[str, str], str](), "", "", 0
    for heading in [*_HEADING.finditer(text), None]:
        body = text[at : heading.start() if heading else None].strip()
        if tool and (body or not part):
            found[tool, part] = body
        if heading:
            level, name = heading.groups()
            tool, part = (name, "") if level == "#" else (tool, name)
            at = heading.end()
    return found


def markdown(name: str, theme: Theme, formulas: Iterable[str] = ()) -> str:
    """The text for Streamlit, with a paragraph of code before each part, by which the page finds
    it; after it the formulas of the page's panels.
    """
    text = coloured(source(name), theme)
    marked = (
        f"`@{tool}/{part}`\n\n{_SOURCE.sub(_fenced, body)}\n"
        for (tool, part), body in parts(text).items()
    )
    shown = [f"${tex}$\n" for tex in formulas]
    return "\n".join([*marked, *(["`@formulas/`\n"] if shown else []), *shown])


def coloured(text: str, theme: Theme) -> str:
    """The text with the theme's colours in its formulas."""
    return _COLOURED.sub(lambda found: rf"\textcolor{{{getattr(theme, found[1])}}}{{", text)


def _fenced(found: re.Match[str]) -> str:
    path, name = found.groups()
    return f"```python\n# vaeviz/{path}\n{code(path, name)}\n```"


@lru_cache
def code(path: str, name: str) -> str:
    """The lines of a function, or of a class's method `Class.method`, without its docstring; `path`
    is below the package. LookupError where there is none of this name.
    """
    text = (FOLDER.parent / path).read_text(encoding="utf-8")
    body, place = ast.parse(text).body, None
    for part in name.split("."):
        there = (n for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef))
        place = next((n for n in there if n.name == part), None)
        body = place.body if place else []
    if place is None:
        raise LookupError(f"vaeviz/{path} has no function {name}")
    lines, first = text.splitlines(), body[0].lineno - 1
    after = body[0].end_lineno if ast.get_docstring(place) is not None else first
    kept = [*lines[place.lineno - 1 : first], *lines[after : body[-1].end_lineno]]
    return textwrap.dedent("\n".join(kept)).replace("  # fmt: skip", "")
