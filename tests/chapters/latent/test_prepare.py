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

from tests.chapters.latent.contexts import prepared
from vaeviz import checkpoints
from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.controls import controls, rules
from vaeviz.chapters.latent.chapter import space_key
from vaeviz.chapters.latent.files import origin
from vaeviz.chapters.latent.prepare import follow, open_address, remarks
from vaeviz.chapters.latent.view import CONTROLS, LatentView, dedicated
from vaeviz.chapters.model.answer import clipped, with_optimal_sigma2
from vaeviz.chapters.settings import Note
from vaeviz.checkpoints import Listing, Manifest, keeping
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.config import RunSettings
from vaeviz.figures.theme import LIGHT
from vaeviz.models import vae
from vaeviz.serve import jobs, kept, models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
MOONS = LatentView(data="moons", d=2, a=4, b=0)  # its own examples
MINE = dataclasses.replace(MOONS, model="mine")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Empty folders of kept and of shipped models."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path))
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
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


def texts(made: Prepared) -> list[str]:
    return [note.text for note in made.notes]


def idle(view: LatentView, context: Context) -> dict[str, str]:
    """Why each control that can't be moved can't."""
    made = controls(view, CONTROLS, rules(view, context), LIGHT, ())
    return {control["name"]: control["disabled"] for control in made if "disabled" in control}


# the multi-rate model
# ------------------------------------------------------------------------------------------------


def test_without_a_shipped_model_the_closed_form_answers(probe: Probes) -> None:
    made, context = prepared(MOONS)
    assert context.model.codec is probe("moons").linear
    assert (made.shown, made.kept, made.pending, made.notes) == (MOONS, MOONS, False, [])
    assert (dedicated(context), idle(MOONS, context)) == (None, {})


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"d": 9}, {"d": 2}),
        ({"likelihood": "bernoulli"}, {"likelihood": "gaussian"}),
        ({"d": 9, "likelihood": "bernoulli"}, {"d": 2, "likelihood": "gaussian"}),
    ],
    ids=str,
)
def test_what_a_data_set_has_no_model_for_is_replaced_with_a_note(
    changes: dict[str, Any], shown: dict[str, Any]
) -> None:
    made, _ = prepared(dataclasses.replace(MOONS, **changes))
    assert made.shown == dataclasses.replace(MOONS, **shown)
    assert {frozenset(note.about) for note in made.notes} == {
        frozenset({name, "data", "model"}) for name in changes
    }


def test_the_optimal_variance_is_found_for_the_multi_rate_model_only(
    probe: Probes, folder: Path
) -> None:
    put(folder)
    p = probe("moons")
    learned = dataclasses.replace(MOONS, likelihood="gaussian-optimal", sigma2=0.5)
    shown = prepared(learned)[0].shown
    assert shown == with_optimal_sigma2(learned, p, p.linear)
    assert shown.sigma2 != 0.5
    own = prepared(dataclasses.replace(learned, model="mine", d=3))[0].shown
    assert (own.likelihood, own.sigma2) == ("gaussian-optimal", 0.03)


def test_the_trade_off_stays_in_the_codecs_range(probe: Probes) -> None:
    codec = probe("moons").linear
    low, high = codec.tau_range
    views = [dataclasses.replace(MOONS, beta=beta) for beta in (1e-3, 0.1234567, 100.0)]
    taus = [origin(view, prepared(view)[1]).tau for view in views]
    assert taus == [max(low, 5e-5), 0.006173, min(high, 5.0)]


# a dedicated model
# ------------------------------------------------------------------------------------------------


def test_a_dedicated_model_is_shown_as_it_was_trained(folder: Path) -> None:
    put(folder)
    made, context = prepared(
        dataclasses.replace(MINE, beta=9.0, sigma2=0.5, d=7, likelihood="bernoulli")
    )
    got, codec, own = made.shown, context.model.codec, dedicated(context)
    assert (got.model, got.beta, got.sigma2, got.d) == ("mine", 2.0, 0.03, 3)
    assert own is not None
    assert own.entry.name == "mine"
    assert codec.source.startswith("dedicated model mine")
    assert context.model.likelihoods == ("gaussian", "gaussian-optimal")
    assert (got.likelihood, clipped(got.tau, codec)) == ("gaussian", 0.06)
    assert (made.kept, made.notes, made.pending) == (got, [], False)
    assert len([line for line in remarks(got, context) if "of its training" in line]) == 1
    reasons = idle(got, context)
    assert set(reasons) == {"beta", "sigma2", "d"}
    assert "trained at one β" in reasons["sigma2"]


def test_a_variance_for_every_pixel_has_no_sigma2_to_speak_of(folder: Path) -> None:
    put(folder, likelihood="gaussian-per-pixel")
    made, context = prepared(MINE)
    got, codec = made.shown, context.model.codec
    assert (codec.likelihood, got.likelihood) == ("gaussian-per-pixel", "gaussian-per-pixel")
    assert (got.gaussian, clipped(got.tau, codec), made.notes) == (False, 2.0, [])
    assert origin(got, context).sigma2 is None
    (line,) = remarks(got, context)
    assert "puts out a σ² for every pixel" in line
    reasons = idle(got, context)
    assert reasons["sigma2"] == "The decoder puts out a σ² for every pixel itself: τ = β"
    assert "trained at one β" in reasons["beta"]
    assert codec.decode(np.zeros((4, 3), np.float32), 2.0, 3).shape == (4, 2)


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-optimal"])
def test_a_plain_autoencoder_is_no_vae(likelihood: str, folder: Path) -> None:
    put(folder, variational=False)
    made, context = prepared(dataclasses.replace(MINE, likelihood=likelihood))
    own = dedicated(context)
    assert own is not None
    assert not own.variational
    assert (made.shown.beta, made.shown.sigma2, made.shown.d) == (2.0, 0.03, 3)
    assert [line for line in remarks(made.shown, context) if "plain autoencoder" in line]
    about = origin(made.shown, context)
    assert (about.beta, about.sigma2, about.tau) == (None, None, None)


@pytest.mark.parametrize("variational", [True, False])
def test_what_is_chosen_opens_at_its_own_place(variational: bool, folder: Path) -> None:
    put(folder, variational=variational)
    before = LatentView(data="digits", beta=9.0, tool="draw", point="1,2")
    view = dataclasses.replace(before, model="mine")
    own = {"data": "moons", "likelihood": "gaussian", "beta": 2.0, "sigma2": 0.03, "d": 3}
    assert follow(before, view) == (dataclasses.replace(view, **own), [])
    assert follow(view, dataclasses.replace(view, beta=3.0))[0].beta == 3.0
    for model in (MULTI_RATE, "gone"):
        other = dataclasses.replace(view, model=model)
        assert follow(view, other) == (other, [])


def test_what_the_models_own_settings_replace_is_noted(folder: Path) -> None:
    put(folder)
    address = {"model": "mine", "beta": "9", "d": "3", "decoder": "bernoulli", "tool": "draw"}
    view = LatentView(data="moons", model="mine", beta=9.0, d=3, tool="draw")
    for likelihood in ("gaussian", "bernoulli"):
        asked = dataclasses.replace(view, likelihood=likelihood)
        opened, notes = open_address(address, asked, Context(LIGHT))
        assert opened == dataclasses.replace(asked, beta=2.0, sigma2=0.03)
        assert notes == [Note("β '9' is not possible: 2.0 is used.", ("beta", "model"))]


# another in its place
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "why"), [("gone", "no kept model gone"), ("other", "a model of digits")]
)
def test_a_model_that_is_not_there_is_replaced_with_a_note(
    model: str, why: str, folder: Path
) -> None:
    put(folder, "other", data="digits")
    made, context = prepared(dataclasses.replace(MINE, model=model))
    assert (made.shown.model, dedicated(context), made.pending) == (MULTI_RATE, None, False)
    (note,) = made.notes
    assert why in note.text
    assert "Shown instead: the multi-rate model" in note.text
    assert note.about == ("data", "model")


def test_for_weights_damaged_since_they_were_listed_the_closed_form_answers_with_a_note(
    folder: Path, monkeypatch: pytest.MonkeyPatch, probe: Probes
) -> None:
    put(folder)
    monkeypatch.setattr(keeping, "FRESH", 3600.0)
    assert kept.known("mine")
    file = folder / "mine.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    made, context = prepared(MINE)
    assert context.model.codec is probe("moons").linear
    assert (dedicated(context), made.pending) == (None, False)
    assert (made.shown.d, made.shown.likelihood) == (2, "gaussian")
    assert origin(made.shown, context).kind == "closed form"
    assert [text.endswith("Shown instead: the linear VAE.") for text in texts(made)] == [True]


def test_while_a_model_loads_the_closed_form_answers_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, probe: Probes
) -> None:
    put(folder, likelihood="bernoulli")
    gate = threading.Event()
    monkeypatch.setattr(models, "PATIENCE", 0)
    for k in range(jobs.LOAD.threads):
        jobs.get(("busy", k), lambda: gate.wait(60), jobs.LOAD, 0)
    try:
        made, context = prepared(MINE)
        assert context.model.codec is probe("moons").linear
        assert (made.pending, made.notes) == (True, [])
        got = made.shown
        assert (got.model, got.d, got.likelihood) == ("mine", 2, "gaussian")
        assert (made.kept.d, made.kept.likelihood) == (3, "bernoulli")
        assert [line for line in made.passing if "is loading" in line]
    finally:
        gate.set()
    monkeypatch.setattr(models, "PATIENCE", 60)
    made, _ = prepared(MINE)
    assert (made.pending, made.passing) == (False, [])


# the list and the key
# ------------------------------------------------------------------------------------------------


def test_the_list_has_the_data_sets_usable_models(folder: Path) -> None:
    put(folder)
    put(folder, "plain", variational=False)
    put(folder, "large", latent=100)
    put(folder, "elsewhere", data="digits")
    put(folder, "broken")
    (folder / "broken.json").write_text("{")
    options = rules(MOONS, prepared(MOONS)[1])["model"].options
    assert options is not None
    names = [name for name, _, _ in options]
    assert names[0] == MULTI_RATE
    assert set(names[1:]) == {"mine", "plain", "large"}


def key(view: LatentView) -> str:
    made, context = prepared(view)
    return space_key(made.shown, context)


def test_the_key_is_another_whenever_the_codes_are(folder: Path) -> None:
    put(folder)
    put(folder, "again")
    put(folder, "other", seed=1)
    changes: list[dict[str, Any]] = [
        {},
        {"beta": 2.0},
        {"d": 1},
        {"model": "mine"},
        {"data": "digits"},
        {"model": "other"},
    ]
    keys = [key(dataclasses.replace(MOONS, **changed)) for changed in changes]
    assert len(set(keys)) == len(keys)
    assert key(dataclasses.replace(MOONS, beta=2.0, sigma2=0.025)) == keys[0]  # the same τ


def test_a_model_kept_anew_under_its_name_is_another(folder: Path) -> None:
    put(folder)
    before, first = key(MINE), prepared(MINE)[1].model.codec
    put(folder, seed=1)
    assert key(MINE) != before
    assert prepared(MINE)[1].model.codec is not first


# the point and the classes
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "point"),
    [
        ([1.0, -2.5], "1,-2.5"),
        ([0.0, 0.0], ""),
        ([99.0, 0], "20,0"),
        ([float("nan"), 1], ""),
        ([[1], {}], ""),
        ([10**400, 1], ""),
        ([1.0], "3,4"),
        (None, "3,4"),
        ("12", "3,4"),
    ],
    ids=str,
)
def test_the_browsers_point_is_the_views(sent: Any, point: str) -> None:
    made, _ = prepared(dataclasses.replace(MOONS, point="3,4"), point=sent)
    assert made.shown.point == made.kept.point == point
    assert made.notes == []


@pytest.mark.parametrize(("latent", "fits"), [(1, False), (2, True)])
def test_a_point_of_another_size_is_no_point_of_this_model(latent: int, fits: bool) -> None:
    made, _ = prepared(dataclasses.replace(MOONS, d=latent, point="1,-2.5"))
    assert made.shown.point == ("1,-2.5" if fits else "")


def test_classes_that_a_data_set_does_not_have_are_its_last() -> None:
    made, context = prepared(dataclasses.replace(MOONS, plus=7, minus=0))
    assert (made.shown.plus, made.shown.minus) == (1, 0)
    assert len(context.probe.data.about.class_names) == 2
    assert made.kept.plus == 1
