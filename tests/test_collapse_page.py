"""The page Collapse as Streamlit runs it: one board, one tool at a time, and it survives what
comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import COLLAPSE
from vaeviz.chapters.chapter import Context, Frame
from vaeviz.chapters.collapse import chapter
from vaeviz.chapters.collapse.linear import LinearView
from vaeviz.chapters.model.settings import always
from vaeviz.chapters.settings import query
from vaeviz.checkpoints import SHIPPED
from vaeviz.config import UserError
from vaeviz.serve import kept

PANELS = {"plane", "kl", "recon", "deaths"}
TOOLS = {tool.name: tool for tool in chapter.CHAPTER.tools}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, folders and jobs of the test's own."""
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


page, shown = COLLAPSE.opened, COLLAPSE.shown


def says(app: AppTest, **settings: Any) -> dict[str, Any]:
    """What the page answers when the browser sends these settings over what it had."""
    before = shown(app)
    settings = {**before["settings"], **settings}
    return COLLAPSE.says(app, seq=before["seq"] + 1, theme="light", settings=settings)


def settled(app: AppTest) -> dict[str, Any]:
    """The message once nothing is on its way any more."""
    until = time.monotonic() + 60
    while shown(app)["pending"]:
        assert time.monotonic() < until
        time.sleep(0.02)
        says(app)
    return shown(app)


def instead_of_the_map(
    monkeypatch: pytest.MonkeyPatch, show: Callable[[Any, Context], Frame]
) -> None:
    """The first tool shows this."""
    first, *others = chapter.CHAPTER.tools
    tools = (replace(first, show=show), *others)
    monkeypatch.setattr(chapter, "CHAPTER", replace(chapter.CHAPTER, tools=tools))


def test_it_mounts_one_component_with_the_map_and_a_tab_for_each_tool() -> None:
    header = shown(page())
    assert set(header["panels"]) == PANELS
    assert header["tool"] == "map"
    assert [tab["name"] for tab in header["tabs"]] == list(TOOLS)
    assert {c["name"] for c in header["controls"]} == {
        "data",
        "model",
        "likelihood",
        "beta",
        "sigma2",
        "d",
        "plane",
    }
    assert (header["seq"], header["pending"]) == (0, False)
    assert header["notice"] == TOOLS["map"].notice
    assert header["limits"] == {
        "beta": [1e-3, 100.0],
        "sigma2": [1e-4, 10.0],
        "d": [1, 16],
    }


def test_the_tools_are_seven_and_each_has_a_title_and_a_line() -> None:
    names = ["map", "sigma2", "cures", "diagnosis", "rate-distortion", "effective", "linear"]
    assert list(TOOLS) == names
    for tool in TOOLS.values():
        assert tool.title
        assert tool.notice.endswith(".")
        assert tool.view().d == 16


@pytest.mark.parametrize("name", list(TOOLS))
def test_every_tool_opens_on_images_and_on_points(name: str) -> None:
    for given in ("digits", "moons"):
        header = shown(page(tool=name, data=given))
        assert header["tool"] == name
        assert header["panels"]
        placed = {area for areas, _ in header["rows"] for area in areas.split()}
        assert placed in (set(), set(header["panels"]))
        for panel in header["panels"].values():
            about = panel["figure"]["layout"]["meta"] if "figure" in panel else panel
            assert all(about[part] for part in ("title", "source", "alt"))


def test_the_url_restores_a_view_and_the_link_opens_it_again() -> None:
    wanted = {"beta": "0.5", "sigma2": "0.2", "d": "5", "plane": "beta"}
    header = shown(page(**wanted))
    got = header["settings"]
    assert (got["beta"], got["sigma2"], got["d"], got["plane"]) == (0.5, 0.2, 5, "beta")
    assert dict(parse_qsl(header["link"][1:])) == wanted
    np.testing.assert_equal(shown(page(**dict(parse_qsl(header["link"][1:])))), header)


def test_a_link_to_the_linear_laboratory_keeps_its_d_beside_a_dedicated_model() -> None:
    view = LinearView(model="mine", d=16)
    assert "d=16" in query(view, always(view))


def test_a_hostile_url_is_repaired_with_a_note_for_each_value() -> None:
    hostile = {
        "data": "<script>",
        "decoder": "[x](javascript:0)",
        "beta": "nan",
        "d": "1e400",
        "sigma2": "-1e999",
        "tool": "<b>",
        "plane": "`",
        "model": "../x",
        "unknown": "1",
        "__class__": "x",
    }
    header = shown(page(**hostile))
    assert sum("is not possible" in note for note in header["notes"]) == 8
    assert not [c for note in header["notes"] for c in "<>&`$[]" if c in note]
    assert header["settings"]["tool"] == "map"


def test_a_tool_that_is_not_there_is_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    *tools, gone = chapter.CHAPTER.tools
    monkeypatch.setattr(chapter, "CHAPTER", replace(chapter.CHAPTER, tools=tuple(tools)))
    assert shown(page(tool=gone.name))["tool"] == "map"


def test_a_tool_that_cannot_work_here_says_so_and_the_tabs_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(view: Any, context: Context) -> Frame:
        raise UserError("no spectrum")

    instead_of_the_map(monkeypatch, refuse)
    header = shown(page())
    assert header["panels"] == {}
    assert header["notes"] == ["no spectrum."]
    assert len(header["tabs"]) == len(TOOLS)


def test_a_tool_that_breaks_says_so_and_the_page_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(view: Any, context: Context) -> Frame:
        raise MemoryError("unable to\nallocate 9 GiB")

    instead_of_the_map(monkeypatch, broken)
    header = shown(app := page())
    assert header["panels"] == {}
    (line,) = header["notes"]
    assert "(MemoryError: unable to allocate 9 GiB)" in line
    assert says(app, tool="effective")["panels"]


def test_the_user_moves_tau_and_the_marker_goes_along() -> None:
    app = page()
    header = says(app, beta=0.2, sigma2=2.0)
    assert header["readouts"][0][:2] == ["τ = βσ²", "0.4"]
    assert header["seq"] == 1
    here = next(
        t for t in header["panels"]["plane"]["figure"]["data"] if t["name"] == "you are here"
    )
    assert here["text"] == ["τ = 0.4"]
    assert (
        says(app, plane="beta")["panels"]["plane"]["figure"]["layout"]["meta"]["go"]["x"] == "beta"
    )


def test_notes_stay_until_their_setting_changes() -> None:
    app = page(beta="x")
    assert says(app, d=3)["notes"] == shown(app)["notes"] != []
    assert says(app, beta=0.3)["notes"] == []


def test_back_and_forth_between_pages_keeps_the_view() -> None:
    app = page()
    says(app, beta=0.5, plane="beta")
    app.switch_page("pages/explorer.py").run()
    assert not app.exception
    app.query_params.clear()
    got = shown(app.switch_page("pages/collapse.py").run())["settings"]
    assert (got["beta"], got["plane"]) == (0.5, "beta")


def test_a_dedicated_model_opens_at_its_own_place_and_its_map_is_empty(folder: Path) -> None:
    app_page.put(folder, latent=2)
    header = shown(page(model="mine"))
    got = header["settings"]
    assert (got["data"], got["model"], got["beta"], got["sigma2"], got["d"]) == (
        "moons",
        "mine",
        2,
        0.03,
        2,
    )
    assert any("the map stays empty" in note for note in header["notes"])
    assert dict(parse_qsl(header["link"][1:]))["beta"] == "2"


def test_choosing_a_dedicated_model_opens_it_too(folder: Path) -> None:
    app_page.put(folder, latent=2)
    app = page(data="moons")
    got = says(app, model="mine")["settings"]
    assert (got["beta"], got["sigma2"]) == (2, 0.03)
    assert says(app, beta=3.0)["settings"]["beta"] == 3


def test_scenes_go_from_all_alive_to_all_dead() -> None:
    app = page()
    dead = []
    for scene in shown(app)["scenes"][:3]:
        assert scene["notice"].endswith(".")
        says(app, **scene["settings"])
        dead.append(shown(app)["panels"]["deaths"]["table"]["rows"][2].count("dead"))
    assert dead[0] == 0
    assert 6 <= dead[1] <= 10
    assert dead[2] == 16


HOSTILE: list[dict[str, Any]] = [
    {
        "seq": "<b>",
        "settings": {"beta": float("nan"), "d": [1], "data": {"x": 1}, "tool": 3, "plane": None},
    },
    {"seq": None, "settings": "text", "theme": "pink"},
    {"settings": {"beta": 10**400, "d": -1, "tool": ["map"], "sigma2": True}, "theme": ["x"]},
    {"settings": {"model": "x" * 10_000, "d": 10**400}, "seq": 1.5},
]


@pytest.mark.parametrize("state", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_browser_sends_the_page_goes_on(state: dict[str, Any]) -> None:
    header = COLLAPSE.says(page(), **state)
    assert set(header["panels"]) == PANELS
    assert not [c for note in header["notes"] for c in "<>&`$[]" if c in note]


def test_the_variance_laboratory_shows_a_trained_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the shipped dedicated models in place; the pair comes once it is measured."""
    monkeypatch.setattr(kept, "SHIPPED", SHIPPED)
    header = settled(page(tool="sigma2", d="2", rows="all"))
    table = header["panels"]["variances"]
    assert [row[0] for row in table["table"]["rows"]][-2:] == ["learned †", "per pixel †"]
    assert "worse samples" in table["title"]
    assert header["panels"]["samples"]["images"]["row_names"][-1] == "per pixel †"
    assert [note for note in header["notes"] if "(×" in note]


def test_a_model_with_a_variance_for_every_pixel_is_refused_in_one_line(folder: Path) -> None:
    app_page.put(folder, likelihood="gaussian-per-pixel")
    header = shown(page(model="mine", data="moons", tool="diagnosis"))
    assert header["settings"]["model"] == "multi-rate"
    assert [note for note in header["notes"] if "mine has a σ² for every pixel, and no τ" in note]


def test_pasted_code_sets_the_view_and_leaves_with_its_choices_in_the_link() -> None:
    kl = "(-0.5 * (1 + lv - mu**2 - lv.exp())).sum(1).mean()"
    header = says(app := page(tool="effective"), code=f"loss = F.mse_loss(y, x) + 0.00025 * {kl}")
    assert (header["settings"]["weight"], header["settings"]["code"]) == (0.00025, "")
    assert header["notes"][0].startswith(
        "Read as: squared error: mean over pixels and batch; KL: sum over"
    )
    assert dict(parse_qsl(header["link"][1:])) == {"tool": "effective", "weight": "0.00025"}
    assert says(app, code="\0" + "(" * 1000)["notes"][0].startswith("Not read: ")
