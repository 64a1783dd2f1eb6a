"""The page Collapse as Streamlit runs it: one board, one tool at a time, and it survives what
comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import COLLAPSE
from vaeviz.checkpoints import SHIPPED
from vaeviz.config import UserError
from vaeviz.ui import kept, store
from vaeviz.ui.collapse import planes, sigma2, tools
from vaeviz.ui.collapse import settings as collapse_settings
from vaeviz.ui.collapse.part import Part, Tool

PANELS = {"plane", "kl", "recon", "deaths"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, folders and jobs of the test's own, and time for each job."""
    monkeypatch.setattr(planes, "PLANES", store.Once(workers=1))
    monkeypatch.setattr(planes, "QUICK", 60)
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


page, shown = COLLAPSE.opened, COLLAPSE.shown


def says(app: AppTest, **settings: Any) -> dict[str, Any]:
    """What the page answers when the board sends these settings over what it had."""
    before = shown(app)
    settings = {**before["settings"], **settings}
    return COLLAPSE.says(app, seq=before["seq"] + 1, theme="light", settings=settings)


def test_it_mounts_one_board_with_the_map_and_a_tab_for_each_tool() -> None:
    header = shown(page())
    assert set(header["panels"]) == PANELS
    assert header["tool"] == "map"
    assert [tab["name"] for tab in header["tabs"]] == list(tools.TOOLS)
    assert {c["name"] for c in header["controls"]} == {
        "data",
        "model",
        "decoder",
        "beta",
        "sigma2",
        "d",
        "plane",
    }
    assert (header["seq"], header["pending"]) == (0, False)
    assert header["notice"] == tools.TOOLS["map"].notice
    assert header["limits"] == {
        "beta": [1e-3, 100.0],
        "sigma2": [1e-4, 10.0],
        "threshold": [0.001, 2.0],
        "d": [1, 16],
    }


def test_every_tool_is_a_setting_that_the_url_may_have() -> None:
    assert set(tools.TOOLS) <= set(collapse_settings.TOOLS)
    for name, tool in tools.TOOLS.items():
        assert name == tool.name
        assert tool.label
        assert tool.notice.endswith(".")


@pytest.mark.parametrize("name", list(tools.TOOLS))
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
    assert shown(page(**dict(parse_qsl(header["link"][1:])))) == header


def test_a_link_to_the_linear_laboratory_keeps_its_d_beside_a_dedicated_model() -> None:
    link = collapse_settings.View(tool="linear", model="mine", d=16).query()
    assert "d=16" in link


def test_a_hostile_url_is_put_back_with_a_note_for_each_value() -> None:
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
    monkeypatch.delitem(tools.TOOLS, "effective")
    assert shown(page(tool="effective"))["tool"] == "map"


def test_a_tool_that_cannot_work_here_says_so_and_the_tabs_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> Part:
        raise UserError("no spectrum")

    monkeypatch.setitem(tools.TOOLS, "map", Tool("map", "Map", "Drag.", refuse))
    header = shown(page())
    assert header["panels"] == {}
    assert header["notes"] == ["no spectrum."]
    assert len(header["tabs"]) == len(tools.TOOLS)


def test_a_tool_that_breaks_says_so_and_the_page_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Part:
        raise MemoryError("unable to\nallocate 9 GiB")

    monkeypatch.setitem(tools.TOOLS, "map", Tool("map", "Map", "Drag.", broken))
    header = shown(app := page())
    assert header["panels"] == {}
    assert header["notes"] == [
        "Map failed (MemoryError: unable to allocate 9 GiB): move a control to try again."
    ]
    assert says(app, tool="effective")["panels"]


def test_the_hand_moves_tau_and_the_marker_goes_along() -> None:
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


def test_notes_stay_until_the_hand_moves_on() -> None:
    app = page(beta="x")
    assert says(app)["notes"] == shown(app)["notes"] != []
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
    assert "It covers one τ: the map stays empty." in header["notes"]
    assert dict(parse_qsl(header["link"][1:]))["beta"] == "2"


def test_choosing_a_dedicated_model_by_hand_opens_it_too(folder: Path) -> None:
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
    monkeypatch.setattr(sigma2, "QUICK", 60)
    header = shown(page(tool="sigma2", d="2"))
    assert not header["pending"]
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
