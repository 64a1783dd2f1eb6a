"""The reading: every tool has one, and what it refers to is there."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.chapters.session import Session
from tests.figures.learners import frame
from vaeviz.chapters import reading
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.chapter import Tool
from vaeviz.chapters.collapse import diagnosis, planes
from vaeviz.chapters.latent.view import TOOLS as LATENT
from vaeviz.chapters.model import views
from vaeviz.chapters.settings import parse
from vaeviz.chapters.training.plan import Plan
from vaeviz.chapters.training.readouts import readouts
from vaeviz.chapters.training.train import PANELS
from vaeviz.figures.theme import DARK, LIGHT
from vaeviz.live import assets
from vaeviz.studies.cures import cures

LATER = {  # a training, or a choice, brings them
    "exact": {"dedicated"},
    "sigma2": {"variances"},
    "distributions": {"simplex", "relaxed", "scatter"},
}
OTHER = {"", "try", "question", "answer"}  # parts that are no panel
LIVE = Path(assets.__file__).parent
TOOLS = [(name, tool) for name in NAMES for tool in chapter(name).tools if name != "latent"]
TOOLS += [("latent", replace(chapter("latent").tools[0], name=name)) for name in LATENT]
each_tool = pytest.mark.parametrize(("name", "tool"), TOOLS, ids=lambda v: getattr(v, "name", v))


@lru_cache
def shown(name: str, tool: str) -> dict[str, Any]:
    """A tool's first whole message, on digits."""
    page = chapter(name)
    session = Session(page)
    chosen = {"tool": tool} if len(page.tools) > 1 else {}
    header = session.opens(data="digits", **chosen)
    until = time.monotonic() + 90
    while header["pending"] and time.monotonic() < until:
        time.sleep(0.05)
        header = session.again()
    return header


@lru_cache
def marked() -> set[str]:
    """The parts of the page Latent space that have a "?": its panels are the browser's own."""
    files = [*(LIVE / "panels/latent").glob("*.js"), LIVE / "engine/latent.js"]
    return {part for file in files for part in re.findall(r'\.mark\("(\w+)"', file.read_text())}


def panels(name: str, tool: str) -> set[str]:
    """The names under which a tool's panels have their texts."""
    if name == "training":  # without a run there is none yet
        return set(PANELS)
    return marked() if name == "latent" else set(shown(name, tool)["panels"])


def labels(name: str, tool: str) -> list[str]:
    """The read-outs of a tool."""
    if name == "training":
        return [label for label, *_ in readouts(Plan(), frame())]
    return [label for label, *_ in shown(name, "" if name == "latent" else tool)["readouts"]]


def other(part: str) -> bool:
    """Whether a part is about no panel."""
    return part in OTHER or part.startswith("predict-")


def texts(name: str) -> dict[tuple[str, str], str]:
    return reading.parts(reading.source(name))


def test_a_text_is_split_at_its_headings() -> None:
    text = "# one\n\nAbout.\n\n## map\n\nThe map.\n\n$$a$$\n\n# two\n\n## try\n\n- x\n"
    assert reading.parts(text) == {
        ("one", ""): "About.",
        ("one", "map"): "The map.\n\n$$a$$",
        ("two", ""): "",
        ("two", "try"): "- x",
    }


def test_symbols_have_the_colours_of_the_figures() -> None:
    for theme in (LIGHT, DARK):
        text = reading.markdown("explorer", theme)
        assert rf"\textcolor{{{theme.rate}}}{{R}}" in text
        assert r"\rate{" not in text
        assert "`@explore/kl`" in text
    assert reading.markdown("no such chapter", LIGHT) == ""


def test_the_code_of_a_formula_is_read_from_its_file() -> None:
    kl = reading.code("theory/gaussian_kl.py", "kl").splitlines()
    assert kl[0].startswith("def kl(")
    assert kl[-1].strip().startswith("return np.log(s0) - np.log(s)")
    assert not any('"""' in line for line in kl)
    method = reading.code("theory/one_step.py", "Step.loss")
    assert method == "def loss(self) -> float:\n    return self.nll + self.kl"
    with pytest.raises(LookupError):
        reading.code("theory/gaussian_kl.py", "no_such")
    shown = reading.markdown("objective", LIGHT)
    assert "```python\n# vaeviz/theory/one_step.py\ndef step" in shown
    assert "@source" not in shown


@pytest.mark.parametrize("name", NAMES)
def test_every_code_that_a_text_shows_is_short_and_there(name: str) -> None:
    for path, function in re.findall(r"^@source (\S+) (\S+)$", reading.source(name), re.M):
        assert len(reading.code(path, function).splitlines()) <= 30, function


@each_tool
def test_every_tool_says_what_it_is_about_what_to_try_and_asks(name: str, tool: Tool) -> None:
    own = {part for (owner, part), body in texts(name).items() if owner == tool.name and body}
    assert own >= OTHER


@each_tool
def test_every_panel_has_its_text_and_every_text_its_panel(name: str, tool: Tool) -> None:
    owners = (tool.name, chapter(name).tools[0].name) if name == "latent" else (tool.name,)
    own = {(o, part) for o, part in texts(name) if o in owners and not other(part)}
    names = {part for _, part in own}
    there = panels(name, tool.name)
    assert there <= names
    assert names - there <= LATER.get(tool.name, set())
    for place in own:
        assert re.search(r"\$|\d|KL|β|σ", texts(name)[place]), f"{place}: no formula"


@each_tool
def test_what_a_reading_lets_one_try_is_possible(name: str, tool: Tool) -> None:
    links = re.findall(r"\]\((\?[^)]+)\)", texts(name)[tool.name, "try"])
    assert links
    for link in links:
        given = dict(parse_qsl(link[1:], strict_parsing=True))
        assert given.pop("tool", tool.name) in {each.name for owner, each in TOOLS if owner == name}
        view, notes = parse(given, tool.view())
        assert notes == [], link
        assert {name: str(getattr(view, name)).removesuffix(".0") for name in given} == given


@each_tool
def test_live_numbers_are_of_settings_or_read_outs(name: str, tool: Tool) -> None:
    header = shown(name, "" if name in ("latent", "training") else tool.name)
    for part in (body for (owner, _), body in texts(name).items() if owner == tool.name):
        for value in re.findall(r"`=([^`]+)`", part):
            known = value in header["settings"] or (
                value == "tau" and {"beta", "sigma2"} <= header["settings"].keys()
            )
            rows = [
                label
                for label in labels(name, tool.name)
                if label == value or label.startswith(f"{value} ")
            ]
            assert known or len(rows) >= 1, value


@pytest.mark.parametrize("name", NAMES)
def test_an_emphasised_word_is_in_the_glossary(name: str) -> None:
    terms = {part.lower() for owner, part in texts(name) if owner == "glossary"}
    for body in texts(name).values():
        plain = re.sub(r"\$\$?.*?\$\$?|\*\*.*?\*\*", "", body, flags=re.S)
        for word in re.findall(r"(?<!\*)\*([^*\s][^*]*)\*(?!\*)", plain):
            assert {word.lower(), word.lower().removesuffix("s")} & terms, word


def test_the_tour_has_five_steps_on_parts_of_the_page() -> None:
    steps = [part for owner, part in texts("explorer") if owner == "tour" and part]
    assert len(steps) == 5
    panels = set(shown("explorer", "explore")["panels"])
    assert set(steps) <= panels | {"side", "bar"}


def test_the_tabs_of_the_latent_space_are_those_of_the_browser() -> None:
    text = (LIVE / "panels/latent/tools.js").read_text()
    offered = re.search(r"const TOOLS = \{(.*?)\};", text, re.S)
    assert offered
    assert tuple(re.findall(r"(\w+): \[", offered[1])) == LATENT


WORDS = {4: "four", 5: "Five", 9: "nine", 12: "Twelve"}


def test_the_counts_that_texts_name_are_those_that_are_drawn() -> None:
    """A text cannot take them from the code."""
    explorer, collapse = texts("explorer"), texts("collapse")
    assert explorer["explore", "interp"].startswith(f"{WORDS[views.STEPS]} codes")
    panels = shown("explorer", "explore")["panels"]
    assert panels["interp"]["alt"].startswith(f"{views.STEPS} steps")
    assert panels["recon"]["alt"].startswith(f"{WORDS[views.SHOWN]} examples")
    columns = {name: panels[name]["images"]["columns"] for name in ("interp", "recon", "samples")}
    assert columns == {"interp": views.STEPS, "recon": views.SHOWN, "samples": views.STEPS}
    assert f"{WORDS[len(cures(1200)) - 1]} cures" in collapse["cures", ""]
    assert f"{planes.LEVELS} values" in " ".join(collapse.values())
    assert f"clouds of {diagnosis.SHOWN} pictures" in " ".join(collapse.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_prediction_has_its_words_and_every_words_a_prediction(name: str) -> None:
    asked = {(t.name, f"predict-{p.name}") for t in chapter(name).tools for p in t.predictions}
    assert {place for place in texts(name) if place[1].startswith("predict-")} == asked
