"""Parses pasted text into Python statements, as far as possible. Nothing is run."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from itertools import accumulate

LONGEST = 2000  # characters
DEEPEST = 40  # brackets within brackets, or nodes within nodes
_TOGETHER = 12  # lines per statement where the whole text can't be parsed
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.|In \[\d+\]:|\d+:)\s?")
_BRACKETS = {**dict.fromkeys("([{", 1), **dict.fromkeys(")]}", -1)}


class Unread(ValueError):
    """Text or code that this reader does not understand; the message says why."""


def written(node: ast.AST) -> str:
    """The node as code; Python cannot write every f-string that it can read."""
    try:
        return ast.unparse(node)
    except (ValueError, RecursionError):
        return f"an f-string at column {vars(node).get('col_offset', 0) + 1}"


def statements(text: str) -> tuple[list[ast.stmt], list[str]]:
    """The statements, with those of functions and blocks in order, and the lines left out."""
    if len(text) > LONGEST:
        raise Unread(f"the text is longer than {LONGEST:,} characters")
    if any(not c.isprintable() and c not in "\n\t\r" for c in text):
        raise Unread("the text has characters that no line of code has")
    if max(accumulate(_BRACKETS.get(c, 0) for c in text)) > DEEPEST:
        raise Unread("the brackets are nested too deeply")
    lines = [_PROMPT.sub("", line) for line in text.replace("\r", "\n").expandtabs(4).split("\n")]
    whole = parsed(textwrap.dedent("\n".join(lines)))
    body, left = _by_lines(lines) if whole is None else (whole, [])
    return [s for s in _flat(body) if not isinstance(s, ast.Import | ast.ImportFrom)], left


def parsed(text: str) -> list[ast.stmt] | None:
    """The statements, or None unless this is Python of limited depth."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    level: list[ast.AST] = [tree]
    depth = 0
    while level and depth <= DEEPEST:  # no recursion, which a deep tree could exhaust
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return tree.body if depth <= DEEPEST else None


def _by_lines(lines: list[str]) -> tuple[list[ast.stmt], list[str]]:
    """Each line, with as many after it as close its brackets."""
    body: list[ast.stmt] = []
    left: list[str] = []
    steps = [sum(_BRACKETS.get(c, 0) for c in line) for line in lines]
    k = 0
    while k < len(lines):
        end, depth = k + 1, steps[k]
        while depth > 0 and end < min(len(lines), k + _TOGETHER):
            depth += steps[end]
            end += 1
        piece = parsed("\n".join(lines[k:end]).strip())
        if piece is None:
            left.append(lines[k].strip())
        body += piece or []
        k = k + 1 if piece is None else end
    return body, left


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Opens functions, classes and `with`; `if` and loops stay closed, as they may not run."""
    opened: list[ast.stmt] = []
    for s in body:
        opened += _flat(s.body) if isinstance(s, ast.FunctionDef | ast.ClassDef | ast.With) else [s]
    return opened
