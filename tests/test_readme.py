"""README and docs: short, with pictures and links that are there, and with commands that are
known.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from PIL import Image

from tests.chapters.session import Session
from vaeviz import checkpoints, data
from vaeviz.chapters.catalogue import chapter
from vaeviz.commands.cli import parser

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
VIEWS = re.findall(r"\]\(http://localhost:8501/([^)]+)\)", TEXT[README])
COMMANDS = re.findall(r"^ +python -m vaeviz (.+?)\s+#", "\n".join(TEXT.values()), re.MULTILINE)


def test_readme_is_one_page() -> None:
    assert len(TEXT[README].splitlines()) <= 80


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", TEXT[page])
    files = [target for target in targets if not target.startswith("http")]
    assert [name for name in files if not (page.parent / name).is_file()] == []
    assert "](docs/pages.md)" in TEXT[README]


@pytest.mark.parametrize("link", VIEWS)
def test_a_step_opens_the_very_view_that_its_link_says(link: str) -> None:
    parts = urlsplit(link)
    said = dict(parse_qsl(parts.query))
    session = Session(chapter(parts.path or "explorer"))
    header = session.opens(**said)
    name = said.pop("tool", header["tool"])
    shown = header["settings"]
    assert header["tool"] == name
    assert {key: str(shown[key]).removesuffix(".0") for key in said} == said


def test_there_are_six_steps() -> None:
    assert len(VIEWS) == 6


@pytest.mark.parametrize("command", COMMANDS)
def test_a_printed_command_is_known(command: str) -> None:
    assert parser().parse_args(shlex.split(command)).command == command.split()[0]


def test_commands_of_make_are_its_targets() -> None:
    made = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"(?:^ {4}|`)make ([a-z]+)", "\n".join(TEXT.values()), re.MULTILINE)
    assert {"app", "test", "pictures"} <= set(named) <= set(made)


def test_pictures_are_small_and_the_drag_takes_ten_seconds() -> None:
    sizes = {path: path.stat().st_size for path in (ROOT / "docs").glob("*.png")}
    assert max(sizes.values()) <= 250_000
    drag = ROOT / "docs" / "drag.webp"
    assert drag.stat().st_size <= 3_000_000
    with Image.open(drag) as picture:
        time = 0
        for frame in range(picture.n_frames):
            picture.seek(frame)
            picture.load()
            time += picture.info["duration"]
    assert time == pytest.approx(10_000, rel=0.02)


def test_the_table_of_data_sets_is_the_catalogue() -> None:
    rows = re.findall(
        r"^\| (`.+?) \|.*?\| (.+?) \|", TEXT[ROOT / "docs" / "pages.md"], re.MULTILINE
    )
    table = {name: models for names, models in rows for name in re.findall(r"`(.+?)`", names)}
    assert set(table) == set(data.names())
    shipped = {path.stem for path in checkpoints.SHIPPED.glob("*.json")}
    for name, models in table.items():
        found = [k for k in ("bernoulli", "categorical") if f"{name}-{k}" in shipped]
        wanted = ["gaussian", *found] if name in shipped else ["none"]
        assert models.lower().split(", ") == wanted
    assert f"`{data.DEFAULT}` (default)" in TEXT[ROOT / "docs" / "pages.md"]
