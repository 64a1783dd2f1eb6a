"""The command `cards`: its files and its refusals."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from vaeviz.commands.cli import main
from vaeviz.learning import anki
from vaeviz.learning.cards import cards, of_sections


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*arguments: str, status: int = 0) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    assert main(["cards", *arguments], out, err) == status, err.getvalue()
    return out.getvalue(), err.getvalue()


def test_print_writes_a_sheet_of_the_sections() -> None:
    said = json.loads(call("print", "a/few.pdf", "--sheet", "--section", "use", "--json")[0])
    count = len(of_sections(["use"]))
    content = Path("a/few.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert said == {
        "file": str(Path("a/few.pdf")),
        "cards": count,
        "bytes": len(content),
        "pages": 2,
    }


def test_anki_writes_text_and_replaces_what_was_there() -> None:
    Path("all.txt").write_text("old")
    out, err = call("anki", "all.txt")
    assert out == f"all.txt: {len(cards())} cards\n"
    assert err == ""
    assert Path("all.txt").read_bytes() == anki.text(cards())
    assert [path.name for path in Path().iterdir()] == ["all.txt"]


def test_anki_writes_a_package_where_genanki_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(anki, "package", lambda made: b"PK" + bytes([len(made)]))
    call("anki", "some.apkg", "--section", "use", "beta")
    assert Path("some.apkg").read_bytes() == b"PK" + bytes([len(of_sections(["use", "beta"]))])


@pytest.mark.parametrize(
    "words",
    [
        ("print", "cards.txt"),
        ("print", "cards"),
        ("anki", "cards.pdf"),
        ("anki", "cards.txt", "--sheet"),
        ("print", "folder.pdf"),
        ("print", "file/cards.pdf"),
        ("anki", "cards.apkg"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_is_refused_in_one_line(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki, "has_packages", lambda: False)
    Path("folder.pdf").mkdir()
    Path("file").write_text("")
    before = sorted(path.name for path in Path().iterdir())
    out, err = call(*words, status=2)
    assert out == ""
    assert err.startswith("vaeviz cards: ")
    assert err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == before
