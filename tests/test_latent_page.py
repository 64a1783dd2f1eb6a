"""The page "Latent space" as Streamlit runs it: one board, and only what the board lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import LATENT
from vaeviz.config import UserError
from vaeviz.ui import store
from vaeviz.ui.latent import board, jobs
from vaeviz.ui.live_board import LiveBoard


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, folders and jobs of the test's own, and time for each job."""
    for name, most in (("SPACES", 12), ("SLOW", 48), ("LAYOUTS", 48)):
        monkeypatch.setattr(jobs, name, store.Once(workers=1, most=most))
    for name in ("PATIENCE", "QUICK"):
        monkeypatch.setattr(jobs, name, 60)
    probe = store.probe
    monkeypatch.setattr(store, "probe", lambda name, patience=60.0: probe(name, 60))
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


shown, says = LATENT.shown, LATENT.says


def page(**query: str) -> AppTest:
    return LATENT.opened(**{"data": "digits", **query})


def holds(header: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What a board says that was sent this, its hand having made these changes."""
    return {
        "seq": 1,
        "settings": {**header["settings"], **changed},
        "model": header["model"]["key"],
        "extras": list(header["extras"]),
        "point": [0.0, 0.0],
        "dims": [0, 1],
        "theme": "light",
        "actions": [],
    }


# opening
# ------------------------------------------------------------------------------------------------


def test_it_mounts_one_board_with_a_whole_message() -> None:
    header = shown(page())
    assert header["model"]["network"]["latent"] == 2
    assert header["model"]["variational"] is True
    assert set(header["extras"]) == {"densities"}
    assert (header["empty"], header["seq"], "wait" in header) == ("", 0, False)
    assert {row[0] for row in header["readouts"]} == {
        "R (nats)",
        "collapsed",
        "log p(z)",
        "log q(z)",
    }
    assert {c["name"] for c in header["controls"]} >= {
        "data",
        "model",
        "beta",
        "d",
        "map",
        "i",
        "j",
        "a",
        "b",
    }


def test_the_url_restores_a_view_and_the_link_opens_it_again() -> None:
    wanted = {
        "beta": "0.5",
        "d": "5",
        "tool": "interpolate",
        "i": "3",
        "j": "1",
        "a": "7",
        "point": "1,0,-2,0.5,3",
    }
    header = shown(page(**wanted))
    got = header["settings"]
    assert (got["beta"], got["d"], got["tool"]) == (0.5, 5, "interpolate")
    assert (got["i"], got["j"], got["a"]) == ("3", "1", 7)
    assert not [note for note in header["notes"] if "not possible" in note]
    assert dict(parse_qsl(header["link"][1:])) == {"data": "digits", **wanted}
    assert shown(page(**dict(parse_qsl(header["link"][1:])))) == header


def test_a_hostile_url_is_put_back_with_a_note_for_each_value() -> None:
    hostile = {
        "decoder": "[x](javascript:0)",
        "beta": "nan",
        "d": "1e400",
        "sigma2": "-1e999",
        "tool": "<b>",
        "map": "`",
        "i": "0",
        "j": "zwei",
        "contours": "1",
        "a": "-1",
        "around": "$x$",
        "extent": "",
        "point": "1,nan",
        "strength": "x",
        "plus": "64",
        "unknown": "1",
        "__class__": "x",
    }
    header = shown(page(**hostile))
    assert sum("is not possible" in note for note in header["notes"]) == 15
    assert not [c for note in header["notes"] for c in "<>&`$[]" if c in note]
    assert header["settings"]["tool"] == "traversals"


# what the board holds
# ------------------------------------------------------------------------------------------------


def test_a_model_is_sent_once_and_so_are_its_slow_parts() -> None:
    app = page()
    state = holds(shown(app))
    for point in ([0.0, 0.0], [1.0, -1.0]):
        header = says(app, **{**state, "point": point})
        assert "model" not in header
        assert header["extras"] == {}
    assert header["link"].endswith("point=1%2C-1")
    assert "model" in says(app, **{**state, "model": None, "extras": []})


def test_a_part_comes_again_when_it_is_another() -> None:
    app = page(d="3")
    state = {**holds(shown(app), contours="on"), "point": [0, 0, 0]}
    assert says(app, **state)["extras"]["contours"]["dims"] == [0, 1]
    state["extras"] = ["densities", "contours"]
    assert says(app, **state)["extras"] == {}
    assert says(app, **{**state, "dims": [0, 2]})["extras"]["contours"]["dims"] == [0, 2]
    pca = {**state, "settings": {**state["settings"], "map": "pca"}, "dims": None}
    assert set(says(app, **pca)["extras"]) == {"embedding"}
    assert says(app, **{**pca, "extras": ["densities", "embedding"]})["extras"] == {}


def test_another_setting_is_another_model() -> None:
    app = page()
    first = shown(app)
    header = says(app, **holds(first, beta=9.0))
    assert header["model"]["key"] != first["model"]["key"]
    assert set(header["extras"]) == {"densities"}


def test_back_and_forth_between_pages_keeps_the_view() -> None:
    app = page()
    says(app, **{**holds(shown(app), tool="draw", beta=0.5), "point": [1.0, 2.0]})
    app.switch_page("pages/explorer.py").run()
    assert not app.exception
    app.query_params.clear()
    header = shown(app.switch_page("pages/latent.py").run())
    assert (header["settings"]["tool"], header["settings"]["beta"]) == ("draw", 0.5)
    assert "model" in header
    assert header["link"].endswith("point=1%2C2")


HOSTILE: list[dict[str, Any]] = [
    {
        "seq": "<b>",
        "settings": {"beta": float("nan"), "d": [1], "data": {"x": 1}, "point": 3, "i": 10**400},
    },
    {
        "seq": None,
        "settings": "text",
        "model": 3,
        "extras": "all",
        "point": "1",
        "dims": "01",
        "theme": "pink",
    },
    {
        "settings": {},
        "point": [10**400, 1],
        "dims": [10**400, -1],
        "extras": [None, [], {}],
        "theme": ["x"],
    },
    {
        "settings": {},
        "point": [float("nan"), 1],
        "dims": [0.5, 1],
        "model": {"a": 1},
        "actions": "x",
    },
    {
        "settings": {},
        "point": [1.0] * 100_000,
        "dims": list(range(100_000)),
        "extras": ["x"] * 100_000,
    },
    {
        "settings": {},
        "point": [True, False],
        "dims": [True, False],
        "seq": True,
        "actions": [None, 1, {}],
    },
    {
        "settings": {},
        "point": [[1], {}],
        "dims": [None, None],
        "actions": [{"id": "1", "name": ["gif"]}],
    },
    {"settings": {}, "point": [1e308, -1e308], "dims": [0, 99], "actions": {"id": 1}},
]


@pytest.mark.parametrize("state", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_browser_sends_the_page_goes_on(state: dict[str, Any]) -> None:
    app = page(contours="on")
    key = shown(app)["model"]["key"]
    for said in (state, {"model": key, **state}):
        header = says(app, **said)
        assert header["settings"]["beta"] == 1.0
        assert "contours" not in header["extras"] or header["extras"]["contours"]["dims"] == [0, 1]


# models of its own
# ------------------------------------------------------------------------------------------------


def test_an_autoencoder_has_no_rate_and_no_posterior(folder: Path) -> None:
    app_page.put(folder, variational=False)
    header = shown(page(data="moons", model="mine"))
    assert header["model"]["variational"] is False
    assert {row[0] for row in header["readouts"]} == {"log p(z)"}
    assert len([note for note in header["notes"] if "plain autoencoder" in note]) == 1
    helps = {control["name"]: control["help"] for control in header["controls"]}
    assert helps["i"].endswith("the one with the largest variance")


def test_a_kept_models_name_opens_it_at_its_own_place(folder: Path) -> None:
    app_page.put(folder)
    got = shown(page(data="moons", model="mine"))["settings"]
    assert (got["model"], got["beta"], got["sigma2"], got["d"]) == ("mine", 2.0, 0.03, 3)


def test_an_unknown_model_is_one_line() -> None:
    header = shown(page(model="gone"))
    assert len([note for note in header["notes"] if "no kept model gone" in note]) == 1
    assert header["settings"]["model"] == "multi-rate"


def test_a_point_in_the_url_outlives_the_wait_for_the_model() -> None:
    app = page(point="1,2")
    settings = shown(app)["settings"]
    header = says(app, seq=1, settings=settings, model=None, extras=[], point=None, dims=None)
    assert header["link"].endswith("point=1%2C2")


# notes
# ------------------------------------------------------------------------------------------------


def said(header: dict[str, Any], words: str) -> int:
    """How many notes have these words."""
    return sum(words in note for note in header["notes"])


@pytest.mark.parametrize(
    ("query", "words", "mended"),
    [
        ({"model": "gone"}, "no kept model gone", {"data": "moons"}),
        ({"data": "mnist"}, "could not be downloaded", {"data": "moons"}),
        ({"beta": "1e9"}, "β '1e9' is not possible", {"beta": 0.5}),
        ({"data": "moons", "d": "9"}, "at most 2 latent dimensions", {"d": 1}),
        ({"a": "99999"}, "example A 99999 is not possible: 1796 is used", {"a": 5}),
        ({"i": "7"}, "first dimension drawn 7 is not possible: auto is used", {"i": "2"}),
    ],
    ids=str,
)
def test_a_note_stays_until_the_setting_it_concerns_is_changed(
    query: dict[str, str], words: str, mended: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app_page.offline(monkeypatch)
    app = page(**query)
    first = header = shown(app)
    assert said(header, words) == 1
    for changed in ({}, {"tool": "draw"}, {"tool": "draw", "sigma2": 0.5}):
        state = holds({**first, "settings": header["settings"]}, **changed)
        header = says(app, **{**state, "point": [1.0] * header["settings"]["d"]})
        assert said(header, words) == 1
    changed = holds({**first, "settings": header["settings"]}, **mended)
    assert said(says(app, **changed), words) == 0


def test_a_model_that_is_asked_for_in_vain_again_is_noted_once() -> None:
    app = page(model="gone")
    state = holds(shown(app), model="gone")
    for _ in range(2):
        assert said(says(app, **state), "no kept model gone") == 1


def test_a_note_on_what_is_on_its_way_goes_when_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = page(a="1900", data="moons")
    first = shown(app)
    with monkeypatch.context() as patch:
        patch.setattr(
            board.incoming, "probe", lambda name, notes: (store.probe("digits"), "moons: reading.")
        )
        waiting = says(app, **holds(first, a=1950))
    assert said(waiting, "moons: reading") == 1
    assert waiting["settings"]["a"] == 1950  # the digits, which stand in, have fewer
    arrived = says(app, **holds(waiting))
    assert arrived["settings"]["a"] == 1950
    assert not [note for note in arrived["notes"] if "τ" not in note]


# a dedicated model in the URL
# ------------------------------------------------------------------------------------------------


def test_a_model_in_the_url_brings_its_data_set_whatever_else_is_asked_for(folder: Path) -> None:
    app_page.put(folder)
    header = shown(LATENT.opened(model="mine", beta="9", sigma2="0.5", d="7", tool="draw"))
    got = header["settings"]
    assert (got["data"], got["model"], got["tool"]) == ("moons", "mine", "draw")
    assert (got["beta"], got["sigma2"], got["d"]) == (2.0, 0.03, 3)
    for name, value in (("β '9'", "2.0"), ("σ² '0.5'", "0.03"), ("latent size '7'", "3")):
        assert said(header, f"{name} is not possible: {value} is used.") == 1


def test_a_dedicated_models_sliders_stand_where_it_was_trained(folder: Path) -> None:
    app_page.put(folder)
    app = page(data="moons", model="mine")
    header = says(app, **{**holds(shown(app), beta=9.0, sigma2=0.5), "point": [0, 0, 0]})
    assert (header["settings"]["beta"], header["settings"]["sigma2"]) == (2.0, 0.03)


# what the board was sent
# ------------------------------------------------------------------------------------------------


def test_what_could_not_be_sent_is_not_taken_for_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(d="3", contours="on")
    state = {**holds(shown(app)), "point": [0, 0, 0]}
    assert says(app, **state)["extras"]["contours"]["dims"] == [0, 1]
    state = {
        **state,
        "extras": ["densities", "contours"],
        "dims": [0, 2],
        "actions": [{"id": 1, "name": "csv"}],
    }
    with monkeypatch.context() as patch:
        patch.setattr(LiveBoard, "show", lambda self, message: refuse())
        app.session_state[LATENT.board.key] = {"live": state}
        assert "the disk is full" in app.run().error[0].value
    header = says(app, **state)
    assert header["extras"]["contours"]["dims"] == [0, 2]
    assert ([file["id"] for file in header["files"]], header["done"]) == ([1], 1)


def refuse() -> None:
    raise UserError("the disk is full")
