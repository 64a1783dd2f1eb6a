"""From pasted text to Python statements, as far as they can be parsed; nothing of them is ever
run.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

LONGEST = 2000  # characters
DEEPEST = 40  # brackets within brackets, or nodes within nodes
_TOGETHER = 12  # lines that one statement may take where the whole text can't be parsed
_PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.|In \[\d+\]:|\d+:)\s?")


class Refused(ValueError):
    """Text that is not looked at; its message says why, in one line."""


def statements(text: str) -> tuple[list[ast.stmt], list[str]]:
    """The statements of the text, those of functions and blocks in their order, and the lines left
    out.
    """
    if len(text) > LONGEST:
        raise Refused(f"the text is longer than {LONGEST:,} characters")
    if any(not c.isprintable() and c not in "\n\t\r" for c in text):
        raise Refused("the text has characters that no line of code has")
    if _nesting(text) > DEEPEST:
        raise Refused("the brackets are nested too deeply")
    lines = [_PROMPT.sub("", line) for line in text.replace("\r", "\n").expandtabs(4).split("\n")]
    whole = parsed(textwrap.dedent("\n".join(lines)))
    found, left = (whole, []) if whole is not None else _by_lines(lines)
    return [s for s in _flat(found) if not isinstance(s, ast.Import | ast.ImportFrom)], left


def parsed(text: str) -> list[ast.stmt] | None:
    """The statements, or None where this is no Python that we would walk through."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree.body if _depth(tree) <= DEEPEST else None


def _by_lines(lines: list[str]) -> tuple[list[ast.stmt], list[str]]:
    """Each line by itself, together with as many after it as it takes to close its brackets."""
    found: list[ast.stmt] = []
    left: list[str] = []
    k = 0
    while k < len(lines):
        end, depth = k + 1, _open(lines[k])
        while depth > 0 and end < min(len(lines), k + _TOGETHER):
            depth += _open(lines[end])
            end += 1
        piece = "\n".join(lines[k:end]).strip()
        body = parsed(piece)
        if body is None:
            left.append(lines[k].strip())
            end = k + 1
        found += body or []
        k = end
    return found, left


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Functions, classes and `with` are opened; `if` and loops stay closed, for who knows what they
    do.
    """
    opened: list[ast.stmt] = []
    for s in body:
        inner = s.body if isinstance(s, ast.FunctionDef | ast.ClassDef | ast.With) else None
        opened += _flat(inner) if inner is not None else [s]
    return opened


def _nesting(text: str) -> int:
    depth = most = 0
    for c in text:
        depth += (c in "([{") - (c in ")]}")
        most = max(most, depth)
    return most


def _open(text: str) -> int:
    return sum((c in "([{") - (c in ")]}") for c in text)


def _depth(tree: ast.AST) -> int:
    """How deep the tree is, without a recursion that it could exhaust."""
    level: list[ast.AST] = [tree]
    depth = 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth
