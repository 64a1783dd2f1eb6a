"""`cards`: the course's cards as a PDF to print, and for Anki."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from vaeviz import writable
from vaeviz.checkpoints.files import write_atomic
from vaeviz.commands.command import Command
from vaeviz.commands.output import Output
from vaeviz.config import UserError
from vaeviz.learning import anki
from vaeviz.learning.cards import Card, of_sections
from vaeviz.learning.concepts import SECTIONS

ENDINGS = {"print": (".pdf",), "anki": (".txt", ".apkg")}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=tuple(ENDINGS), help="a PDF, or a file for Anki")
    parser.add_argument(
        "path",
        metavar="OUT",
        type=Path,
        help="the file: .pdf for print; .txt or .apkg for anki; one that is there is replaced",
    )
    parser.add_argument(
        "--sheet", action="store_true", help="for print: eight cards per A4 sheet, with cut marks"
    )
    parser.add_argument(
        "--section",
        nargs="+",
        choices=tuple(SECTIONS),
        default=[],
        metavar="SECTION",
        help=f"only cards of these sections: {', '.join(SECTIONS)}",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    endings = ENDINGS[args.action]
    if args.path.suffix.lower() not in endings:
        raise UserError(f"{args.path.name} does not end in {' or '.join(endings)}")
    if args.sheet and args.action != "print":
        raise UserError("--sheet is for print: leave it out")
    writable.require(args.path.parent, args.path.name)
    made = of_sections(args.section)
    if args.action == "print":
        content, pages = _print(made, args.sheet, output)
        about, said = {"pages": pages}, f", {pages} pages"
    else:
        packed = args.path.suffix.lower() == ".apkg"
        content, about, said = (anki.package if packed else anki.text)(made), {}, ""
    write_atomic(args.path, content)
    values = {"file": str(args.path), "cards": len(made), "bytes": len(content), **about}
    output.result(values, f"{args.path}: {len(made)} cards{said}")
    return 0


def _print(made: Sequence[Card], sheet: bool, output: Output) -> tuple[bytes, int]:
    """The PDF, and how many pages it has."""
    from vaeviz.learning.printing import SHEET, SINGLE, page_count, pdf

    form = SHEET if sheet else SINGLE
    pages = page_count(len(made), form)
    with output.bar(pages, "pages") as bar:
        return pdf(made, form, lambda done, of: bar.show(done)), pages


ABOUT = """
Writes the cards of the page Quiz into a file. 'print' makes a PDF: one card per page (A6), its
front followed by its back, or with --sheet eight cards per A4 sheet with cut marks. Print both
sides, without scaling, turned on the long edge: then each card has its own back. 'anki' writes
text for Anki's File > Import, with formulas and tags, or an .apkg where the package genanki is
installed (pip install genanki).
"""
EXAMPLES = """
examples:
  python -m vaeviz cards print cards.pdf
  python -m vaeviz cards print collapse.pdf --sheet --section collapse beta
  python -m vaeviz cards anki cards.txt
  python -m vaeviz cards anki cards.apkg --json
"""
COMMAND = Command(
    "cards",
    "the course's cards as a PDF to print, or for Anki",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
