"""Cards for Anki: as text that its importer reads, and as a package where genanki is installed.

The text's first lines say how it is read (docs.ankiweb.net/importing/text-files.html). Fields are
HTML, formulas stand between \\( and \\), which Anki sets by MathJax.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from vaeviz.config import UserError
from vaeviz.learning.cards import Card

COLUMNS = ("Front", "Back", "Tags")
HEADERS = ("#separator:tab", "#html:true", "#columns:" + "\t".join(COLUMNS), "#tags column:3")
MODEL, DECK = 1_724_605_931, 1_481_203_377  # drawn once: Anki knows note type and deck by them
SINCE = 1_764_547_200  # the notes' creation in seconds, so that each package is made alike
INSTALL = "pip install genanki"


def text(cards: Sequence[Card]) -> bytes:
    """Front, back and tags of a card per line, in UTF-8."""
    lines = [*HEADERS, *("\t".join(fields(card)) for card in cards)]
    return ("\n".join(lines) + "\n").encode()


def fields(card: Card) -> tuple[str, str, str]:
    return written(card.front), written(card.back), " ".join(tags(card))


def tags(card: Card) -> list[str]:
    """Its section, and below that its concept."""
    return [f"vaeviz::{card.section}::{card.concept}"]


def written(side: str) -> str:
    """HTML in a single line; a side that begins with # would be read as a header."""
    parts = [html.escape(" ".join(part.split("\t"))) for part in side.split("$")]
    joined = "".join(rf"\({part}\)" if k % 2 else part for k, part in enumerate(parts))
    shown = "<br>".join(joined.splitlines())
    return f"&#35;{shown[1:]}" if shown.startswith("#") else shown


def has_packages() -> bool:
    """Whether genanki, which makes packages, is installed."""
    return find_spec("genanki") is not None


def package(cards: Sequence[Card]) -> bytes:
    """An .apkg with the deck; a card keeps its id, so that a newer package replaces the older."""
    if not has_packages():
        raise UserError(f"a package needs genanki: {INSTALL}, or write a .txt file")
    import genanki  # pyright: ignore[reportMissingImports]

    model = genanki.Model(
        MODEL,
        "vaeviz",
        fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Front}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Back}}',
            }
        ],
        css=".card { font-family: sans-serif; font-size: 20px; text-align: center; }",
    )
    deck = genanki.Deck(DECK, "vaeviz")
    for card in cards:
        front, back, _ = fields(card)
        guid = genanki.guid_for("vaeviz", card.id)
        deck.add_note(genanki.Note(model, [front, back], guid=guid, tags=tags(card)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vaeviz.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=SINCE)
        return path.read_bytes()
