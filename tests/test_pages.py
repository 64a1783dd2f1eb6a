"""The app as Streamlit runs it: it starts, mounts one board with a whole message, and survives what
comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import app_page
from tests.app_page import EXPLORER
from vaeviz.config import RunSettings
from vaeviz.live import assets
from vaeviz.live.board import unpack
from vaeviz.ui import live_board, store

PANELS = {"map", "kl", "rd", "recon", "interp", "samples"}


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, a folder of our own for the assets, and jobs that nobody else started."""
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The headers of the messages that the board was sent, in order."""
    sent: list[dict[str, Any]] = []
    show = live_board.show

    def watched(message: bytes) -> None:
        sent.append(unpack(message)[0])
        show(message)

    monkeypatch.setattr(live_board, "show", watched)
    return sent


run, boards = EXPLORER.opened, EXPLORER.boards


def test_the_app_runs_and_mounts_one_board(messages: list[dict[str, Any]]) -> None:
    app = run()
    assert not app.exception
    (board,) = boards(app)
    header, _ = unpack(board.bytes)
    assert set(header["panels"]) == PANELS
    assert {c["name"] for c in header["controls"]} >= {"data", "decoder", "beta", "sigma2", "d"}
    assert header["settings"]["data"] == "digits"
    assert len(messages) == 1


def test_a_second_run_sends_the_same_board(messages: list[dict[str, Any]]) -> None:
    app = run()
    app.run()
    assert not app.exception
    assert len(boards(app)) == 1
    assert messages[0] == messages[1]


def test_the_url_restores_the_settings(messages: list[dict[str, Any]]) -> None:
    app = run(
        data="moons",
        beta="2.5",
        sigma2="0.03",
        d="2",
        i="2",
        j="1",
        a="7",
        b="9",
        pixels="sampled",
        hold="tau",
        seed="11",
        threshold="0.2",
    )
    assert not app.exception
    s = messages[-1]["settings"]
    assert (s["data"], s["beta"], s["sigma2"], s["d"], s["i"], s["j"]) == (
        "moons",
        2.5,
        0.03,
        2,
        2,
        1,
    )
    assert (s["a"], s["b"], s["seed"], s["pixels"], s["hold"]) == (7, 9, 11, "sampled", "tau")
    assert s["threshold"] == 0.2
    assert not [n for n in messages[-1]["notes"] if "not possible" in n]


def test_the_link_opens_the_same_board(messages: list[dict[str, Any]]) -> None:
    run(beta="2.5", d="5", a="7")
    link = messages[-1]["link"]
    run(**dict(part.split("=") for part in link[1:].split("&")))
    assert messages[-1] == messages[0]


def test_a_hostile_url_is_put_back_with_a_note_for_each_value(
    messages: list[dict[str, Any]],
) -> None:
    hostile = {
        "data": "<script>alert(1)</script>",
        "decoder": "[x](javascript:0)",
        "beta": "nan",
        "d": "1e400",
        "sigma2": "-1e999",
        "i": "0",
        "j": "zwei",
        "a": "99999999999999999999",
        "b": "${x}",
        "seed": "-1",
        "threshold": "",
        "pixels": "\x00",
        "hold": "`",
        "unknown": "1",
        "__class__": "x",
    }
    app = run(**hostile)
    assert not app.exception
    notes = messages[-1]["notes"]
    assert sum("is not possible" in n for n in notes) >= 13
    assert not [c for n in notes for c in "<>&`$[]" if c in n]
    assert messages[-1]["settings"]["data"] == "digits"


def test_while_a_data_set_loads_digits_stand_in_and_the_wish_is_kept(
    messages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The board asks again with the settings it was sent: they must still name what was asked
    for.
    """
    digits = store.probe("digits", patience=60)
    ready: list[bool] = []
    probe = store.probe

    def slow(name: str, patience: float = 2.0) -> Any:
        if name == "moons" and not ready:
            return None
        return digits if name == "digits" else probe(name, 60)

    monkeypatch.setattr(store, "probe", slow)
    app = run(data="moons")
    assert not app.exception
    assert messages[-1]["pending"] is True
    assert messages[-1]["settings"]["data"] == "moons"
    assert messages[-1]["link"] == "?data=moons"
    assert messages[-1]["shape"] == "images"
    monkeypatch.setattr(live_board, "state", lambda: {"seq": 1, "settings": {"data": "moons"}})
    for _ in range(3):
        app.run()
        assert len([n for n in messages[-1]["notes"] if "Until then: digits" in n]) == 1
    ready.append(True)
    app.run()
    assert messages[-1]["pending"] is False
    assert messages[-1]["shape"] == "plane"
    assert not [n for n in messages[-1]["notes"] if "Until then" in n]


def test_the_boards_own_settings_go_before_the_url(
    messages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"seq": 3, "settings": {"data": "rings", "beta": 0.5, "d": 1}}
    monkeypatch.setattr(live_board, "state", lambda: sent)
    app = run(beta="9")
    assert not app.exception
    s = messages[-1]["settings"]
    assert (s["data"], s["beta"], s["d"], messages[-1]["seq"]) == ("rings", 0.5, 1, 3)


@pytest.mark.parametrize(
    "sent",
    [
        {
            "seq": "<b>",
            "settings": {"beta": float("nan"), "d": [1], "data": {"x": 1}, "hold": 10**400},
        },
        {"seq": None, "settings": "text"},
        {"settings": [1, 2]},
        {"seq": 2},
        {"settings": {}},
    ],
    ids=str,
)
def test_whatever_the_browser_sends_the_app_goes_on(
    sent: dict[str, Any], messages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_board, "state", lambda: sent)
    app = run()
    assert not app.exception
    assert set(messages[-1]["panels"]) == PANELS
    assert messages[-1]["settings"]["beta"] == 1.0


@pytest.mark.parametrize("content", [b"", b"{", b"\x80\x04pickle", b"x" * 300_000])
def test_damaged_checkpoints_leave_the_app_running(
    content: bytes, messages: list[dict[str, Any]], empty: Path
) -> None:
    folder = empty / "checkpoints"
    folder.mkdir()
    for name in ("digits", "digits.bernoulli"):
        (folder / f"{name}.json").write_bytes(content)
        (folder / f"{name}.safetensors").write_bytes(content)
    app = run()
    assert not app.exception
    assert len([n for n in messages[-1]["notes"] if "Shown instead: the linear VAE" in n]) == 1
    assert set(messages[-1]["panels"]) == PANELS


def test_a_bernoulli_model_that_is_damaged_does_not_lend_its_name_to_the_linear_vae(
    messages: list[dict[str, Any]], empty: Path
) -> None:
    (empty / "checkpoints").mkdir()
    (empty / "checkpoints" / "digits.bernoulli.json").write_text("{")
    app = run(decoder="bernoulli")
    assert not app.exception
    assert "x̂" in messages[-1]["panels"]["rd"]["figure"]["layout"]["yaxis"]["title"]["text"]
    assert messages[-1]["settings"]["decoder"] == "gaussian"


@pytest.fixture
def mine(empty: Path) -> RunSettings:
    """A kept model of the moons, under the name "mine"."""
    return app_page.put(empty)


def test_a_kept_models_name_is_enough_to_open_it(
    mine: RunSettings, messages: list[dict[str, Any]]
) -> None:
    assert not run(model="mine").exception
    s = messages[-1]["settings"]
    assert (s["model"], s["data"], s["beta"], s["sigma2"], s["d"]) == (
        "mine",
        "moons",
        2.0,
        0.03,
        3,
    )
    assert (
        len([n for n in messages[-1]["notes"] if n.startswith("Kept model mine: trained at")]) == 1
    )
    assert (
        "dedicated model mine, step 70"
        in messages[-1]["panels"]["kl"]["figure"]["layout"]["meta"]["source"]
    )
    run(**dict(part.split("=") for part in messages[-1]["link"][1:].split("&")))
    assert messages[-1] == messages[0]


def test_a_kept_model_that_is_gone_is_one_line(messages: list[dict[str, Any]]) -> None:
    assert not run(model="gone").exception
    assert messages[-1]["settings"]["model"] == "multi-rate"
    assert len([n for n in messages[-1]["notes"] if "no kept model gone" in n]) == 1
    assert messages[-1]["link"] == ""


def test_choosing_a_kept_model_moves_the_sliders_to_its_place_once(
    mine: RunSettings, messages: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser's message stays the newest one until the hand moves again, and is read at every
    rerun.
    """
    sent: dict[str, Any] = {
        "seq": 1,
        "settings": {"data": "moons", "model": "multi-rate", "beta": 9.0},
    }
    monkeypatch.setattr(live_board, "state", lambda: sent)
    app = run()
    sent.update(seq=2, settings={"data": "moons", "model": "mine", "beta": 9.0, "d": 1})
    for _ in range(3):
        app.run()
        s = messages[-1]["settings"]
        assert (s["model"], s["beta"], s["sigma2"], s["d"]) == ("mine", 2.0, 0.03, 3)
    sent.update(seq=3, settings={**messages[-1]["settings"], "beta": 9.0})
    for _ in range(2):
        app.run()
        assert messages[-1]["settings"]["beta"] == 9.0
    sent.update(seq=4, settings={**messages[-1]["settings"], "data": "rings"})
    app.run()
    assert not app.exception
    assert messages[-1]["settings"]["model"] == "multi-rate"
    assert len([n for n in messages[-1]["notes"] if "mine is a model of moons" in n]) == 1


def test_the_board_is_loaded_from_the_servers_own_folder(empty: Path) -> None:
    live_board._component.clear()
    run()
    assert [f.name for f in (empty / "static").iterdir()] == [assets.publish(empty / "static")]
    live_board._component.clear()
