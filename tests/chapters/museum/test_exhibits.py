"""The museum's page: lines at once, then checks, curves and pictures of the version switched on."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any

import pytest

from tests.chapters.session import Header, Session
from vaeviz.chapters import reading
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.museum import panels
from vaeviz.chapters.museum.view import SWITCH, MuseumView
from vaeviz.studies.museum import EXHIBITS

PAGE = chapter("museum")
WIDEST = 60  # characters of a line that the panel shows without scrolling


@lru_cache
def shown(exhibit: str, mistake: str) -> Header:
    session = Session(PAGE)
    header = session.opens(exhibit=exhibit, mistake=mistake)
    until = time.monotonic() + 120
    while header["pending"] and time.monotonic() < until:
        time.sleep(0.05)
        header = session.again()
    return header


def table(header: Header, panel: str) -> dict[str, Any]:
    return header["panels"][panel]["table"]


def values(header: Header) -> dict[str, str]:
    return {row[0]: row[1] for row in header["readouts"]}


def test_the_lines_are_there_before_anything_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaeviz.chapters.museum.exhibits.version", lambda exhibit, wrong: None)
    header = Session(PAGE).opens(exhibit="kl-sign")
    rows = table(header, "snippet")["rows"]
    assert any("1 + logvar - mu**2" in line for _, line in rows)
    assert set(header["panels"]) == {"snippet", "checks", "curves", "pictures"}
    assert all(table(header, name)["rows"] for name in ("checks", "pictures"))


@pytest.mark.parametrize("exhibit", EXHIBITS)
@pytest.mark.parametrize("mistake", SWITCH)
def test_a_snippet_has_the_lines_that_run(exhibit: str, mistake: str) -> None:
    about = EXHIBITS[exhibit]
    snippet = panels.snippet(MuseumView(exhibit, mistake))
    lines = [row[1] for row, level in zip(snippet.rows, snippet.levels, strict=True) if level]
    right, wrong = ([line for f in each for line in panels.source(f)]
                    for each in (about.right, about.wrong))  # fmt: skip
    assert lines == [*right, *wrong]
    assert right != wrong
    assert max(map(len, lines)) <= WIDEST
    assert ("alarm" in snippet.levels) is bool(about.check)


@pytest.mark.parametrize("exhibit", ["pixel-mean", "inverted-weights", "stratified", "perplexity"])
def test_the_switch_turns_the_named_check_red_and_changes_the_pictures(exhibit: str) -> None:
    wrong, right = (shown(exhibit, mistake) for mistake in SWITCH)
    assert table(wrong, "checks")["levels"][0] == "alarm"
    assert table(wrong, "checks")["rows"][0][1].startswith("✗")
    assert set(table(right, "checks")["levels"]) == {"good"}
    assert all(row[1].startswith("✓") for row in table(right, "checks")["rows"])
    assert wrong["readouts"] != right["readouts"]
    assert repr(wrong["panels"]["pictures"]) != repr(right["panels"]["pictures"])
    names = {trace["name"] for trace in wrong["panels"]["curves"]["figure"]["data"]}
    assert any(name.endswith(", mended") for name in names)


def test_what_the_scenes_say_is_so() -> None:
    scenes = {scene["name"]: scene["settings"] for scene in shown("pixel-mean", "in")["scenes"]}
    headers = {name: shown(**settings) for name, settings in scenes.items()}
    silent, mended = values(headers["Silent collapse"]), values(headers["Mended"])
    assert float(silent["KL"]) < 0.01 < 5 < float(mended["KL"])
    assert float(silent["printed loss"]) < 1
    assert values(headers["Loss below 0"])["printed loss"].startswith("−")
    cut = {row[0]: row[1] for row in table(headers["Cut gradient"], "checks")["rows"]}
    assert cut["loss falls below half"].startswith("✓")
    assert cut["KL has the weight β"].startswith("✓")
    assert cut["gradient reaches μ, log σ²"].startswith("✗")
    assert float(values(headers["A column"])["at batch 8"].split()[0]) > 5
    assert values(headers["False alarm"])["failing checks"] == "0 of 9"


def test_the_text_names_every_thread_of_the_exhibits() -> None:
    text = reading.parts(reading.source("museum"))["exhibits", "snippet"]
    listed = dict(re.findall(r"\[([\w./-]+#\d+)\]\((https://[^)]+)\)", text))
    assert listed == dict(pair for exhibit in EXHIBITS.values() for pair in exhibit.seen)
