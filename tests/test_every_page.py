"""What every page does alike: it mounts one whole message, and where there is trouble one line says
so and the page goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import Page
from tests.chapters.training.desk import Desk
from tests.chapters.untrusted import DEEP
from vaeviz.chapters import reading
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.figures.theme import THEMES
from vaeviz.serve import jobs
from vaeviz.ui import page as ui_page

Header = dict[str, Any]
PANELS = {
    "images": {"map", "kl", "rd", "recon", "interp", "samples"},
    "plane": {"map", "kl", "rd", "recon", "samples"},
}
PAGES = {name: Page(name) for name in NAMES}
WHOLE: dict[str, Callable[[Header], bool]] = {
    "explorer": lambda h: set(h["panels"]) == PANELS[h["shape"]],
    "latent": lambda h: h["model"]["source"].startswith("closed form"),
    "collapse": lambda h: len(h["panels"]) == 4,
}
each_page = pytest.mark.parametrize("name", NAMES)
each_model_page = pytest.mark.parametrize("name", WHOLE)  # pages about one model
TABS = [(name, tool.name) for name in NAMES for tool in chapter(name).tools]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Models, runs, assets and jobs of the test's own, and time for each job."""
    monkeypatch.chdir(tmp_path)
    Desk().serve(monkeypatch)  # nothing here may start a worker
    monkeypatch.setattr(jobs, "QUICK", 10)
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


def settled(page: Page, app: AppTest) -> Header:
    """The message once nothing is on its way any more."""
    until = time.monotonic() + 60
    while (header := page.shown(app))["pending"]:
        assert time.monotonic() < until, header["notes"]
        time.sleep(0.02)
        app.run()
    return header


def test_the_pages_are_these() -> None:
    assert NAMES == (
        "explorer",
        "training",
        "latent",
        "collapse",
        "objective",
        "gradients",
        "bound",
        "likelihoods",
        "museum",
        "learn",
    )


@each_page
def test_a_page_opens_with_something_to_see(name: str) -> None:
    page = PAGES[name]
    header = settled(page, page.opened())
    assert header["tool"] == chapter(name).tools[0].name
    assert header["controls"]
    assert header["notice"] or len(chapter(name).tools) == 1
    assert (header["seq"], header["done"]) == (0, 0)
    assert all(c["label"] and c["help"] for c in header["controls"] if c["kind"] != "paste")


@each_page
def test_a_folder_that_cannot_be_written_is_one_line(name: str, folder: Path) -> None:
    ui_page._component.clear()
    (folder / "static").write_text("a file is in the way")
    app = PAGES[name].opened()
    assert not app.exception
    assert ["make the folder writable" in error.value for error in app.error] == [True]


@each_model_page
def test_without_a_network_one_line_says_so_and_digits_stand_in(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_page.offline(monkeypatch)
    header = settled(PAGES[name], PAGES[name].opened(data="mnist"))
    assert len([note for note in header["notes"] if "could not be downloaded" in note]) == 1
    assert header["settings"]["data"] == "digits"
    assert WHOLE[name](header)


@each_model_page
@pytest.mark.parametrize("file", ["mine.json", "mine.safetensors"])
def test_a_damaged_kept_model_is_one_line_and_the_closed_form_stands_in(
    file: str, name: str, folder: Path
) -> None:
    app_page.put(folder, latent=2)
    whole = (folder / "kept" / file).read_bytes()
    (folder / "kept" / file).write_bytes(whole[: len(whole) - 9])
    header = settled(PAGES[name], PAGES[name].opened(data="moons", model="mine", d="2"))
    (line,) = [note for note in header["notes"] if "hown" in note and "β and σ²" not in note]
    assert "hown instead" in line
    assert header["settings"]["data"] == "moons"
    assert WHOLE[name](header)


@each_model_page
def test_a_link_from_before_still_names_the_likelihood_decoder(name: str) -> None:
    header = settled(PAGES[name], PAGES[name].opened(data="digits", decoder="gaussian-optimal"))
    assert header["settings"]["likelihood"] == "gaussian-optimal"
    assert not [note for note in header["notes"] if "not possible" in note]


@pytest.mark.parametrize(("name", "tool"), TABS)
def test_every_tab_opens_by_its_name_and_its_link_leads_back(name: str, tool: str) -> None:
    page = PAGES[name]
    header = page.shown(page.opened(tool=tool, data="digits"))
    assert header["tool"] == tool
    assert not [note for note in header["notes"] if " failed (" in note]
    known = {*header["settings"], "tool"}
    assert all(set(scene["settings"]) <= known for scene in header["scenes"])
    if len(chapter(name).tools) > 1:
        first = chapter(name).tools[0].name
        assert (f"tool={tool}" in header["link"]) is (tool != first)


@each_page
@pytest.mark.parametrize(
    "state",
    [
        {"seq": "<b>", "settings": {"data": {"x": 1}, "d": [1], "beta": float("nan")}},
        {"seq": 1, "settings": {"data": DEEP, "model": DEEP, "tool": DEEP, "likelihood": 1}},
        {"seq": 1, "settings": "text", "theme": ["dark"], "held": {"a": 1}, "actions": "x"},
        {"seq": 1, "settings": {}, "held": [1, None, "x"], "actions": [{"id": 1, "name": DEEP}]},
        {"seq": 1, "settings": {}, "actions": [{"id": 1, "name": "nothing", "value": DEEP}]},
        {"seq": 1, "settings": {}, "point": DEEP, "dims": "x", "hidden": {"a": "b"}},
        {"seq": 1, "settings": {}, "point": [1e999, "x"], "dims": [99, -1, None]},
    ],
    ids=range(7),
)
def test_whatever_the_browser_says_the_page_goes_on(name: str, state: dict[str, Any]) -> None:
    page = PAGES[name]
    app = page.opened(data="digits")
    tool = page.shown(app)["tool"]
    app.session_state[page.key] = {"live": state}
    assert page.shown(app.run())["tool"] == tool


@each_page
def test_a_message_without_a_change_is_answered_with_names_alone(name: str) -> None:
    page = PAGES[name]
    app = page.opened(data="digits")
    whole = settled(page, app)
    held: dict[str, Any] = {}
    page.shown(app, held)
    (first,) = page.mounted(app)
    size = len(first.bytes)
    page.says(app, held, seq=1, settings=whole["settings"])
    (second,) = page.mounted(app)
    assert len(second.bytes) < 0.5 * size


@each_page
def test_the_text_comes_when_the_browser_asks_for_it_and_stays(name: str) -> None:
    page = Page(name)
    app = page.opened()
    text = reading.markdown(name, THEMES["light"])[:40]
    assert not any(text in element.value for element in app.markdown)  # the board comes first
    page.says(app, seq=1, settings={}, reading=True)
    assert any(text in element.value for element in app.markdown)
    page.says(app, seq=2, settings={}, reading=True)
    assert any(text in element.value for element in app.markdown)
