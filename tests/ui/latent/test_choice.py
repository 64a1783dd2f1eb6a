"""Which model answers: the one asked for at its own settings, and in its place only with a line of
why.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import checkpoints
from vaeviz.checkpoints import Listing, Manifest, keeping
from vaeviz.config import RunSettings
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.models import vae
from vaeviz.ui import kept, models, store
from vaeviz.ui.latent.choice import Choice, choose, opened, options
from vaeviz.ui.latent.controls import describe
from vaeviz.ui.latent.keeps import origin
from vaeviz.ui.latent.settings import View
from vaeviz.ui.settings import MULTI_RATE
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]
MOONS = View(data="moons", d=2)
MINE = dataclasses.replace(MOONS, model="mine")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Empty folders of kept and of shipped models, and time for each to load."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path))
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(models, "PATIENCE", 60)
    monkeypatch.setattr(store, "_JOBS", store.Once(workers=1))
    models._shipped.cache_clear()
    yield tmp_path
    models._shipped.cache_clear()


def put(folder: Path, name: str = "mine", seed: int = 0, **changes: Any) -> RunSettings:
    """A small model as it is before training, under `name`."""
    values = {
        "data": "moons",
        "widths": (8,),
        "latent": 3,
        "beta": 2.0,
        "sigma2": 0.03,
        "seed": seed,
    }
    run = RunSettings(**{**values, **changes})
    draft = Manifest(name, "vae", run.to_json(), run.data, "0" * 16, 0, 70, {})
    checkpoints.save(vae.build(run, (2,) if run.data == "moons" else (8, 8)), folder, draft)
    return run


def texts(choice: Choice) -> list[str]:
    return [note.text for note in choice.notes]


# the multi-rate model
# ------------------------------------------------------------------------------------------------


def test_without_a_shipped_model_the_closed_form_answers(probe: Probes) -> None:
    p = probe("moons")
    found = choose(MOONS, p)
    assert found.codec is p.linear
    assert (found.settings, found.own, found.pending, found.notes) == (
        MOONS.model_settings,
        None,
        False,
        [],
    )
    assert found.variational


@pytest.mark.parametrize(
    ("asked", "shown", "about"),
    [
        ({"d": 9}, {"d": 2}, ("data", "model", "d")),
        ({"decoder": "bernoulli"}, {"decoder": "gaussian"}, ("data", "model", "decoder")),
        (
            {"d": 9, "decoder": "bernoulli"},
            {"d": 2, "decoder": "gaussian"},
            ("data", "model", "decoder", "d"),
        ),
    ],
    ids=str,
)
def test_what_a_data_set_has_no_model_for_is_put_back_with_a_note(
    asked: dict[str, Any], shown: dict[str, Any], about: tuple[str, ...], probe: Probes
) -> None:
    found = choose(dataclasses.replace(MOONS, **asked), probe("moons"))
    assert found.settings == dataclasses.replace(MOONS.model_settings, **shown)
    assert len(found.notes) == len(asked)
    assert {note.about for note in found.notes} == {about}


def test_the_optimal_variance_is_found_for_the_multi_rate_model_only(
    probe: Probes, folder: Path
) -> None:
    put(folder)
    p, learned = probe("moons"), dataclasses.replace(MOONS, decoder="gaussian-optimal", sigma2=0.5)
    found = choose(learned, p).settings
    assert found == models.with_optimal_sigma2(learned.model_settings, p, p.linear)
    assert found.sigma2 != 0.5
    own = choose(dataclasses.replace(learned, model="mine", d=3), p).settings
    assert (own.decoder, own.sigma2) == ("gaussian-optimal", 0.03)


def test_the_trade_off_stays_in_the_codecs_range(probe: Probes) -> None:
    p = probe("moons")
    low, high = p.linear.tau_range
    taus = [
        choose(dataclasses.replace(MOONS, beta=beta), p).tau for beta in (1e-3, 0.1234567, 100.0)
    ]
    assert taus == [max(low, 5e-5), 0.006173, min(high, 5.0)]


# a dedicated model
# ------------------------------------------------------------------------------------------------


def test_a_dedicated_model_is_shown_as_it_was_trained(probe: Probes, folder: Path) -> None:
    put(folder)
    found = choose(
        dataclasses.replace(MINE, beta=9.0, sigma2=0.5, d=7, decoder="bernoulli"), probe("moons")
    )
    got = found.settings
    assert (got.model, got.beta, got.sigma2, got.d, got.decoder) == (
        "mine",
        2.0,
        0.03,
        3,
        "gaussian",
    )
    assert found.own is not None
    assert found.own.entry.name == "mine"
    assert found.codec.source.startswith("dedicated model mine")
    assert found.decoders == ("gaussian", "gaussian-optimal")
    assert (found.tau, found.variational, found.notes, found.pending) == (0.06, True, [], False)
    assert len([line for line in found.remarks if "of its training" in line]) == 1


def test_a_variance_for_every_pixel_has_no_sigma2_to_speak_of(probe: Probes, folder: Path) -> None:
    put(folder, likelihood="gaussian-per-pixel")
    found = choose(MINE, probe("moons"))
    assert (found.codec.likelihood, found.settings.decoder) == (
        "gaussian-per-pixel",
        "gaussian-per-pixel",
    )
    assert (found.settings.gaussian, found.tau, found.notes) == (False, 2.0, [])
    assert origin(found).sigma2 is None
    assert found.remarks == [
        line for line in found.remarks if "puts out a σ² for every pixel" in line
    ]
    idle = {
        spec["name"]: spec["disabled"]
        for spec in describe(MINE, found, probe("moons"), LIGHT)[:6]
        if "disabled" in spec
    }
    assert idle["sigma2"] == "The decoder puts out a σ² for every pixel itself: τ = β"
    assert "trained at one β" in idle["beta"]
    assert found.codec.decode(np.zeros((4, 3), np.float32), 2.0, 3).shape == (4, 2)


def test_a_plain_autoencoder_is_no_vae(probe: Probes, folder: Path) -> None:
    put(folder, variational=False)
    found = choose(MINE, probe("moons"))
    assert not found.variational
    assert (found.settings.beta, found.settings.d) == (2.0, 3)
    assert [line for line in found.remarks if "plain autoencoder" in line]


@pytest.mark.parametrize("variational", [True, False])
def test_what_is_chosen_opens_at_its_own_place(variational: bool, folder: Path) -> None:
    put(folder, variational=variational)
    view = View(data="digits", model="mine", beta=9.0, tool="draw", point="1,2")
    own = {"data": "moons", "decoder": "gaussian", "beta": 2.0, "sigma2": 0.03, "d": 3}
    assert opened(view) == dataclasses.replace(view, **own)
    for model in (MULTI_RATE, "gone"):
        assert opened(dataclasses.replace(view, model=model)) == dataclasses.replace(
            view, model=model
        )


# another in its place
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "why"), [("gone", "no kept model gone"), ("other", "a model of digits")]
)
def test_a_model_that_is_not_there_is_replaced_with_a_note(
    model: str, why: str, probe: Probes, folder: Path
) -> None:
    put(folder, "other", data="digits")
    found = choose(dataclasses.replace(MINE, model=model), probe("moons"))
    assert (found.settings.model, found.own, found.pending) == (MULTI_RATE, None, False)
    (note,) = found.notes
    assert why in note.text
    assert "Shown instead: the multi-rate model" in note.text
    assert note.about == ("data", "model")


def test_for_weights_damaged_since_they_were_listed_the_closed_form_answers_with_a_note(
    probe: Probes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder)
    monkeypatch.setattr(keeping, "FRESH", 3600.0)
    assert kept.known("mine")
    file = folder / "mine.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    found = choose(MINE, probe("moons"))
    assert isinstance(found.codec, LinearCodec)
    assert (found.own, found.pending, found.variational) == (None, False, True)
    assert (found.settings.d, found.settings.decoder) == (2, "gaussian")
    assert [text.endswith("Shown: the linear VAE.") for text in texts(found)] == [True]


def test_while_a_model_loads_the_closed_form_answers_and_says_so(
    probe: Probes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, likelihood="bernoulli")
    gate = threading.Event()
    monkeypatch.setattr(models, "PATIENCE", 0)
    store.shared("busy", lambda: gate.wait(60), 0)
    try:
        found = choose(MINE, probe("moons"))
        assert (found.codec, found.pending, found.notes) == (probe("moons").linear, True, [])
        assert (found.settings.model, found.settings.d, found.settings.decoder) == (
            "mine",
            2,
            "gaussian",
        )
        assert [line for line in found.remarks if "is loading" in line]
    finally:
        gate.set()
    monkeypatch.setattr(models, "PATIENCE", 60)
    assert not choose(MINE, probe("moons")).pending


# the list and the key
# ------------------------------------------------------------------------------------------------


def test_the_list_has_the_data_sets_usable_models(folder: Path) -> None:
    put(folder)
    put(folder, "plain", variational=False)
    put(folder, "large", latent=100)
    put(folder, "elsewhere", data="digits")
    put(folder, "broken")
    (folder / "broken.json").write_text("{")
    names = [row[0] for row in options("moons")]
    assert names[0] == MULTI_RATE
    assert set(names[1:]) == {"mine", "plain", "large"}


def test_the_key_is_another_whenever_the_codes_are(probe: Probes, folder: Path) -> None:
    put(folder)
    put(folder, "again")
    put(folder, "other", seed=1)
    p, digits = probe("moons"), probe("digits")
    asked = [MOONS, dataclasses.replace(MOONS, beta=2.0), dataclasses.replace(MOONS, d=1), MINE]
    keys = [choose(view, p).key for view in asked]
    keys += [choose(dataclasses.replace(MOONS, data="digits"), digits).key]
    keys += [choose(dataclasses.replace(MINE, model="other"), p).key]
    assert len(set(keys)) == len(keys)
    assert (
        choose(dataclasses.replace(MOONS, beta=2.0, sigma2=0.025), p).key == keys[0]
    )  # the same τ


def test_a_model_kept_anew_under_its_name_is_another(probe: Probes, folder: Path) -> None:
    put(folder)
    before = choose(MINE, probe("moons"))
    put(folder, seed=1)
    after = choose(MINE, probe("moons"))
    assert before.key != after.key
    assert before.codec is not after.codec
