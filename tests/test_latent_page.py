"""The page "Latent space" as Streamlit runs it: one component, and only what the browser lacks."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import LATENT
from vaeviz.chapters.latent import extras
from vaeviz.config import UserError
from vaeviz.serve import jobs, probes
from vaeviz.ui import page as ui_page


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, and folders and jobs of the test's own."""
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


def settled(app: AppTest, parts: dict[str, Any] | None = None) -> dict[str, Any]:
    """The message when nothing is on its way any more."""
    until = time.monotonic() + 60
    while (header := LATENT.shown(app, parts))["pending"]:
        assert time.monotonic() < until, header["notes"]
        time.sleep(0.02)
        app.run()
    return header


def says(app: AppTest, parts: dict[str, Any] | None = None, **state: Any) -> dict[str, Any]:
    return settled(heard(app, state), parts)


def heard(app: AppTest, state: dict[str, Any]) -> AppTest:
    """The page after the browser has said this."""
    app.session_state[LATENT.key] = {"live": state}
    return app.run()


shown = settled


def page(**query: str) -> AppTest:
    return LATENT.opened(**{"data": "digits", **query})


def holds(header: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """What a browser says that was sent this, its user having made these changes."""
    return {
        "seq": header["seq"] + 1,
        "settings": {**header["settings"], **changed},
        "held": [],
        "point": [0.0] * header["settings"]["d"],
        "dims": [0, 1],
        "theme": "light",
        "actions": [],
    }


# opening
# ------------------------------------------------------------------------------------------------


def test_it_mounts_one_component_with_a_whole_message() -> None:
    header = shown(page())
    assert header["model"]["network"]["latent"] == 2
    assert header["model"]["variational"] is True
    assert set(header["extras"]) == {"densities"}
    assert (header["empty"], header["seq"], header["again"]) == ("", 0, None)
    assert "point" not in header["settings"]
    assert (header["settings"]["base"], header["settings"]["tool"]) == ("a", "traversals")
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
    app = page(**wanted)
    header = shown(app)
    got = header["settings"]
    assert (got["beta"], got["d"], got["tool"]) == (0.5, 5, "interpolate")
    assert (got["i"], got["j"], got["a"]) == ("3", "1", 7)
    assert not [note for note in header["notes"] if "not possible" in note]
    assert dict(parse_qsl(header["link"][1:])) == {"data": "digits", **wanted}
    again = page(**dict(parse_qsl(header["link"][1:])))
    shown(again)
    assert LATENT.mounted(again)[0].bytes == LATENT.mounted(app)[0].bytes


def test_a_hostile_url_is_repaired_with_a_note_for_each_value() -> None:
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
        "a": "-2",
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


# what the browser holds
# ------------------------------------------------------------------------------------------------


def sent(app: AppTest) -> set[str]:
    """The tags of the parts that travelled with the last message."""
    (one,) = LATENT.mounted(app)
    (length,) = struct.unpack_from("<I", one.bytes)
    return {tag for tag, _, _ in json.loads(one.bytes[4 : 4 + length])["parts"]}


def kinds(app: AppTest) -> set[str]:
    """What kinds of parts of a latent space travelled."""
    names = ("model", "densities", "contours", "pca", "tsne", "aggregate", "holes")
    return {name for name in names for tag in sent(app) if tag.startswith(f"{name} ")}


def test_a_model_is_sent_once_and_so_are_its_slow_parts() -> None:
    app, parts = page(), {}
    state = holds(shown(app, parts))
    for point in ([0.0, 0.0], [1.0, -1.0]):
        header = says(app, parts, **{**state, "held": list(parts), "point": point})
        assert kinds(app) == set()
        assert set(header["extras"]) == {"densities"}
        assert header["model"]["key"].startswith("digits closed form ")
    assert header["link"].endswith("point=1%2C-1")
    says(app, **{**state, "seq": 9})
    assert kinds(app) == {"model", "densities"}


def test_a_part_comes_again_when_it_is_another() -> None:
    app, parts = page(d="3"), {}
    state = holds(shown(app, parts), contours="on")

    def travels(**changed: Any) -> tuple[dict[str, Any], set[str]]:
        state["seq"] += 1
        header = says(app, parts, **{**state, "held": list(parts), **changed})
        return header["extras"], kinds(app)

    for dims, travelled in (([0, 1], {"contours"}), ([0, 1], set()), ([0, 2], {"contours"})):
        extras, came = travels(dims=dims)
        assert (extras["contours"]["dims"], came) == (dims, travelled)
    state["settings"] = {**state["settings"], "map": "pca"}
    for travelled in ({"pca"}, set()):
        extras, came = travels(dims=None)
        assert (set(extras), set(extras["embedding"])) == ({"densities", "embedding"}, {"pca"})
        assert came == travelled


def test_what_the_browser_holds_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app, parts = page(), {}
    state = holds(shown(app, parts))
    monkeypatch.setattr(jobs, "STORE", jobs.Store())  # what was made is forgotten
    monkeypatch.setattr(extras, "densities", lambda s: refuse())
    header = says(app, parts, **{**state, "held": list(parts)})
    assert set(header["extras"]) == {"densities"}
    assert not [note for note in header["notes"] if "full" in note]


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
        "held": "all",
        "seq": "<b>",
        "settings": {"beta": float("nan"), "d": [1], "data": {"x": 1}, "point": 3, "i": 10**400},
    },
    {
        "seq": None,
        "settings": "text",
        "held": 3,
        "point": "1",
        "dims": "01",
        "theme": "pink",
    },
    {
        "settings": {},
        "point": [10**400, 1],
        "dims": [10**400, -1],
        "held": [None, [], {}],
        "theme": ["x"],
    },
    {
        "settings": {},
        "point": [float("nan"), 1],
        "dims": [0.5, 1],
        "held": {"a": 1},
        "actions": "x",
    },
    {
        "settings": {},
        "point": [1.0] * 100_000,
        "dims": list(range(100_000)),
        "held": ["x"] * 100_000,
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
    shown(app)
    header = says(app, **state)
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
    assert "variance" in helps["i"]


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
    header = says(app, seq=1, settings=settings, held=[], point=None, dims=None)
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
        ({"a": "99999"}, "xample A '99999' is not possible: 1796 is used", {"a": 5}),
        ({"i": "7"}, "irst dimension drawn '7' is not possible: auto is used", {"i": "2"}),
    ],
    ids=str,
)
def test_a_note_stays_until_the_setting_it_concerns_is_changed(
    query: dict[str, str], words: str, mended: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    app_page.offline(monkeypatch)
    app = page(**query)
    header = shown(app)
    assert said(header, words) == 1
    for changed in ({}, {"tool": "draw"}, {"tool": "draw", "sigma2": 0.5}):
        header = says(app, **holds(header, **changed))
        assert said(header, words) == 1
    assert said(says(app, **holds(header, **mended)), words) == 0


def test_a_model_that_is_asked_for_in_vain_again_is_noted_once() -> None:
    app = page(model="gone")
    header = shown(app)
    for _ in range(2):
        header = says(app, **holds(header, model="gone"))
        assert said(header, "no kept model gone") == 1


def test_a_note_on_what_is_on_its_way_goes_when_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digits = probes.stand_in()
    app = page(a="1900", data="moons")
    first = shown(app)
    with monkeypatch.context() as patch:
        patch.setattr(probes, "probe", lambda name, patience=0.0: None)
        patch.setattr(probes, "stand_in", lambda: digits)
        waiting = LATENT.shown(heard(app, holds(first, a=1950)))
    assert said(waiting, "moons: reading") == 1
    assert waiting["pending"] is True
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
    header = says(app, **holds(shown(app), beta=9.0, sigma2=0.5))
    assert (header["settings"]["beta"], header["settings"]["sigma2"]) == (2.0, 0.03)


# files
# ------------------------------------------------------------------------------------------------


def test_a_button_gives_one_file_which_is_the_data_sets_codes() -> None:
    app = page(d="3")
    state = {**holds(shown(app)), "actions": [{"id": 4, "name": "csv"}]}
    header = says(app, **state)
    (file,) = header["files"]
    assert (file["id"], file["name"], header["done"]) == (4, "digits-closed-form-d3.csv", 4)
    assert file["bytes"].tobytes().startswith(b"# model:")
    assert says(app, **{**state, "seq": 9, "actions": []})["files"] == []


def test_what_could_not_be_sent_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app, parts = page(d="3", contours="on"), {}
    state = holds(shown(app, parts))
    says(app, parts, **state)
    state |= {"seq": 2, "held": list(parts), "dims": [0, 2], "actions": [{"id": 1, "name": "csv"}]}
    with monkeypatch.context() as patch:
        patch.setattr(ui_page, "send", lambda chapter, message: refuse())
        assert "the disk is full" in heard(app, state).error[0].value
    header = says(app, parts, **state)
    assert header["extras"]["contours"]["dims"] == [0, 2]
    assert ([file["id"] for file in header["files"]], header["done"]) == ([1], 1)


def refuse() -> None:
    raise UserError("the disk is full")
