"""Files of the cards: PDFs to print, and text for Anki. All sessions share what is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.settings import Note
from vaeviz.learning import anki
from vaeviz.learning.cards import Card, of_sections
from vaeviz.learning.concepts import SECTIONS
from vaeviz.serve import jobs

_ASKED = "asked"  # in the memory: (kind, section) by the action's number
_MOST = 8  # files that a session waits for at once
_LANE = jobs.Lane("print", 1, 32)  # as many as there are kinds and sections
_Told = Callable[[int, int], None]  # (pages made, of how many)
_PAGES: dict[tuple[str, str], tuple[int, int]] = {}  # of the PDFs that are being made


@dataclass(frozen=True)
class _Kind:
    label: str
    help: str
    ending: str
    mime: str
    make: Callable[[Sequence[Card], _Told], bytes]


def _single(cards: Sequence[Card], told: _Told) -> bytes:
    from vaeviz.learning.printing import SINGLE, pdf  # with matplotlib, which no page needs

    return pdf(cards, SINGLE, told)


def _sheet(cards: Sequence[Card], told: _Told) -> bytes:
    from vaeviz.learning.printing import SHEET, pdf

    return pdf(cards, SHEET, told)


_KINDS = {
    "print": _Kind(
        "Print: PDF, one per page",
        "A PDF of the section's cards on A6, each front followed by its back",
        ".pdf", "application/pdf", _single,
    ),
    "print-sheet": _Kind(
        "PDF, eight per sheet",
        "A PDF with eight cards per A4 sheet: print both sides, turned on the long edge, and cut",
        "-sheet.pdf", "application/pdf", _sheet,
    ),
    "anki": _Kind(
        "Anki",
        "The section's cards as text that Anki imports",
        ".txt", "text/plain", lambda cards, told: anki.text(cards),
    ),
}  # fmt: skip


def buttons() -> list[dict[str, str]]:
    return [{"action": name, "label": k.label, "help": k.help} for name, k in _KINDS.items()]


def act(view: Any, context: Context, name: str, value: Any) -> tuple[Any, list[Note]]:
    """Remembers which file was asked for; `value` is the section's name, anything else is all."""
    asked = context.memory.setdefault(_ASKED, {})
    section = value if isinstance(value, str) and value in SECTIONS else ""
    if name in _KINDS and (name, section) not in asked.values() and len(asked) < _MOST:
        asked[context.action] = name, section
    return view, []


def files(context: Context) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Files for the browser, each until it says that it has saved it, and those on their way."""
    asked: dict[int, tuple[str, str]] = context.memory.setdefault(_ASKED, {})
    if "settings" not in context.browser:
        asked.clear()  # the page was opened anew: nobody waits for these
    saved = context.browser.get("saved")
    for number in saved[:_MOST] if isinstance(saved, list) else ():
        asked.pop(number if isinstance(number, int) else 0, None)
    made, making = [], []
    for number, (name, section) in list(asked.items()):
        try:
            content = jobs.get(("cards", name, section), partial(_make, name, section), _LANE)
        except Exception:
            del asked[number]
            raise
        if content is None:
            done, of = _PAGES.get((name, section), (0, 1))
            making.append({"label": _KINDS[name].label, "done": done, "of": of})
        else:
            made.append({"id": number, **_file(name, section, content)})
    return made, making


def _make(name: str, section: str) -> bytes:
    def told(done: int, of: int) -> None:
        _PAGES[name, section] = done, of

    try:
        return _KINDS[name].make(of_sections([section] if section else []), told)
    finally:
        _PAGES.pop((name, section), None)


def _file(name: str, section: str, content: bytes) -> dict[str, Any]:
    chosen = f"-{section}" if section else ""
    return {
        "name": f"vaeviz-cards{chosen}{_KINDS[name].ending}",
        "type": _KINDS[name].mime,
        "bytes": np.frombuffer(content, np.uint8),
    }
