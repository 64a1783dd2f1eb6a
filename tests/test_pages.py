"""The app as Streamlit runs it: it starts, mounts one page with a whole message, and survives what
comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import app_page
from tests.app_page import EXPLORER
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.chapter import Chapter
from vaeviz.config import RunSettings
from vaeviz.live import assets
from vaeviz.live.message import unpack
from vaeviz.serve import jobs, probes
from vaeviz.ui import page as ui_page

PANELS = {"map", "kl", "rd", "recon", "interp", "samples"}


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, a folder of our own for the assets, and jobs that nobody else started."""
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The headers of the messages that the page was sent, in order."""
    sent: list[dict[str, Any]] = []
    send = ui_page.send

    def watched(chapter: Chapter, message: bytes) -> None:
        sent.append(unpack(message))
        send(chapter, message)

    monkeypatch.setattr(ui_page, "send", watched)
    return sent


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the browser says, from the first run on."""
    state: dict[str, Any] = {}
    monkeypatch.setattr(ui_page, "state", lambda _: state)
    return state


run = EXPLORER.opened


def test_the_app_runs_and_mounts_one_page(messages: list[dict[str, Any]]) -> None:
    header = EXPLORER.shown(run())
    assert set(header["panels"]) == PANELS
    assert {c["name"] for c in header["controls"]} >= {"data", "likelihood", "beta", "sigma2", "d"}
    assert header["settings"]["data"] == "mnist-5k"
    assert len(messages) == 1


def test_a_second_run_sends_the_same_message(messages: list[dict[str, Any]]) -> None:
    app = run()
    app.run()
    assert not app.exception
    assert len(EXPLORER.mounted(app)) == 1
    assert str(messages[0]) == str(messages[1])


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


def test_the_link_opens_the_same_page(messages: list[dict[str, Any]]) -> None:
    run(beta="2.5", d="5", a="7")
    link = messages[-1]["link"]
    run(**dict(part.split("=") for part in link[1:].split("&")))
    assert str(messages[-1]) == str(messages[0])


def test_a_link_from_before_still_names_the_likelihood_decoder(
    messages: list[dict[str, Any]],
) -> None:
    assert not run(decoder="gaussian-optimal").exception
    assert messages[-1]["settings"]["likelihood"] == "gaussian-optimal"
    assert "likelihood=gaussian-optimal" in messages[-1]["link"]
    assert not [n for n in messages[-1]["notes"] if "not possible" in n]


def test_a_hostile_url_is_repaired_with_a_note_for_each_value(
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
    assert messages[-1]["settings"]["data"] == "mnist-5k"


def test_while_a_data_set_loads_digits_stand_in_and_the_wish_is_kept(
    messages: list[dict[str, Any]], say: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser asks again with the settings it was sent: they must still name what the user
    chose.
    """
    digits = probes.probe("digits", patience=60)
    ready: list[bool] = []
    probe = probes.probe

    def slow(name: str, patience: float = 2.0) -> Any:
        if name == "moons" and not ready:
            jobs.mark(name)
            return None
        return digits if name == "digits" else probe(name, 60)

    monkeypatch.setattr(probes, "probe", slow)
    app = run(data="moons")
    assert not app.exception
    assert messages[-1]["pending"] is True
    assert messages[-1]["again"] == 250
    assert messages[-1]["settings"]["data"] == "moons"
    assert messages[-1]["link"] == "?data=moons"
    assert "interp" in messages[-1]["panels"]
    say.update(seq=1, settings={"data": "moons"})
    for _ in range(3):
        app.run()
        assert len([n for n in messages[-1]["notes"] if "Until then: digits" in n]) == 1
    ready.append(True)
    app.run()
    assert messages[-1]["pending"] is False
    assert "interp" not in messages[-1]["panels"]
    assert not [n for n in messages[-1]["notes"] if "Until then" in n]


def test_what_the_browser_says_goes_before_the_url(
    messages: list[dict[str, Any]], say: dict[str, Any]
) -> None:
    say.update(seq=3, settings={"data": "rings", "beta": 0.5, "d": 1})
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
        {"settings": {}, "held": ["x", 1, None], "actions": [1, {"id": "x"}, {"name": "train"}]},
    ],
    ids=str,
)
def test_whatever_the_browser_sends_the_app_goes_on(
    sent: dict[str, Any], messages: list[dict[str, Any]], say: dict[str, Any]
) -> None:
    say.update(sent)
    app = run()
    assert not app.exception
    assert set(messages[-1]["panels"]) == PANELS
    assert messages[-1]["settings"]["beta"] == 1.0


@pytest.mark.parametrize("state", [None, "text", [1], {"live": None}, {"live": "x"}, {"other": 1}])
def test_whatever_streamlit_holds_of_the_browser_the_app_goes_on(
    state: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held:
        def get(self, key: str) -> Any:
            return state if isinstance(state, dict) or state is None else {"live": state}

    monkeypatch.setattr(ui_page.st, "session_state", Held())
    assert ui_page.state(chapter("explorer")) == {}


@pytest.mark.parametrize("content", [b"", b"{", b"\x80\x04pickle", b"x" * 300_000])
def test_damaged_checkpoints_leave_the_app_running(
    content: bytes, messages: list[dict[str, Any]], empty: Path
) -> None:
    folder = empty / "checkpoints"
    folder.mkdir()
    for name in ("digits", "digits.bernoulli"):
        (folder / f"{name}.json").write_bytes(content)
        (folder / f"{name}.safetensors").write_bytes(content)
    app = run(data="digits")
    assert not app.exception
    assert len([n for n in messages[-1]["notes"] if "Shown instead: the linear VAE" in n]) == 1
    assert set(messages[-1]["panels"]) == PANELS


def test_a_bernoulli_model_that_is_damaged_does_not_lend_its_name_to_the_linear_vae(
    messages: list[dict[str, Any]], empty: Path
) -> None:
    (empty / "checkpoints").mkdir()
    (empty / "checkpoints" / "digits-bernoulli.json").write_text("{")
    app = run(data="digits", likelihood="bernoulli")
    assert not app.exception
    assert "x̂" in messages[-1]["panels"]["rd"]["figure"]["layout"]["yaxis"]["title"]["text"]
    assert messages[-1]["settings"]["likelihood"] == "gaussian"


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
    assert str(messages[-1]) == str(messages[0])


def test_a_kept_model_that_is_gone_is_one_line(messages: list[dict[str, Any]]) -> None:
    assert not run(model="gone").exception
    assert messages[-1]["settings"]["model"] == "multi-rate"
    assert len([n for n in messages[-1]["notes"] if "no kept model gone" in n]) == 1
    assert messages[-1]["link"] == ""


def test_choosing_a_kept_model_moves_the_sliders_to_its_place_once(
    mine: RunSettings, messages: list[dict[str, Any]], say: dict[str, Any]
) -> None:
    """The browser's message stays the newest one until the user moves again, and is read at every
    rerun.
    """
    say.update(seq=1, settings={"data": "moons", "model": "multi-rate", "beta": 9.0})
    app = run()
    say.update(seq=2, settings={"data": "moons", "model": "mine", "beta": 9.0, "d": 1})
    for _ in range(3):
        app.run()
        s = messages[-1]["settings"]
        assert (s["model"], s["beta"], s["sigma2"], s["d"]) == ("mine", 2.0, 0.03, 3)
    say.update(seq=3, settings={**messages[-1]["settings"], "beta": 9.0})
    for _ in range(2):
        app.run()
        assert messages[-1]["settings"]["beta"] == 9.0
    say.update(seq=4, settings={**messages[-1]["settings"], "data": "rings"})
    app.run()
    assert not app.exception
    assert messages[-1]["settings"]["model"] == "multi-rate"
    assert len([n for n in messages[-1]["notes"] if "mine is a model of moons" in n]) == 1


def test_the_page_is_loaded_from_the_servers_own_folder(empty: Path) -> None:
    ui_page._component.clear()
    run()
    assert [f.name for f in (empty / "static").iterdir()] == [assets.publish(empty / "static")]
    ui_page._component.clear()


def test_parts_that_the_browser_holds_do_not_travel_through_streamlit_again() -> None:
    app = run()
    held: dict[str, Any] = {}
    whole = EXPLORER.shown(app, held)
    (first,) = EXPLORER.mounted(app)
    size = len(first.bytes)
    header = EXPLORER.says(app, held, seq=1, settings=whole["settings"])
    (second,) = EXPLORER.mounted(app)
    assert len(second.bytes) < 0.3 * size
    assert str(header["panels"]) == str(whole["panels"])
