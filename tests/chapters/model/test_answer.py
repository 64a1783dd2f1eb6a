"""The model for a view: the multi-rate one, or a dedicated one at its training settings, and their
replacement.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.chapters.session import Header, Session, option
from tests.chapters.untrusted import addressed
from tests.serve import dedicated
from tests.serve.dedicated import put
from vaeviz.chapters import catalogue
from vaeviz.chapters.chapter import Context, Prepared
from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.chapters.model.answer import (
    RULES,
    follow,
    open_address,
    opened,
    prepare,
    with_optimal_sigma2,
)
from vaeviz.chapters.model.settings import LIKELIHOODS, MULTI_RATE, ModelView, always, link
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.records import Curve
from vaeviz.serve import kept, models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probe: Probes) -> Iterator[Path]:
    probe("digits")  # on a busy machine it may take longer than a page waits
    models._shipped.cache_clear()
    yield dedicated.empty(tmp_path, monkeypatch)
    models._shipped.cache_clear()


@pytest.fixture
def pair(folder: Path) -> Path:
    return dedicated.pair(folder)


def prepared(view: ModelView) -> tuple[Prepared, Context]:
    context = Context(LIGHT, rules=RULES)
    return prepare(view, context), context


def shown(**changes: Any) -> tuple[ModelView, Codec]:
    """The view as it is shown, and the codec that answers."""
    made, context = prepared(opened(ModelView(**changes)))
    return made.shown, context.model.codec


def rows(header: Header) -> dict[str, str]:
    return {row[0]: row[1] for row in header["readouts"]}


# a dedicated model
# ------------------------------------------------------------------------------------------------


def test_it_answers_with_its_own_network_at_its_own_tau_and_d(folder: Path, probe: Probes) -> None:
    run, p = put(folder), probe("digits")
    view, codec = shown(model="mine")
    assert isinstance(codec, DedicatedCodec)
    assert (view.beta, view.sigma2, view.d) == (2.0, 0.03, 3)
    assert codec.tau_range == pytest.approx((0.06, 0.06))
    with torch.no_grad():
        mu, _ = vae.build(run, (8, 8)).encode(torch.from_numpy(p.x))
    np.testing.assert_allclose(codec.encode(p.x, 9.0, 7)[0], mu, atol=1e-6)
    assert shown(model="mine")[1] is codec


def test_a_file_that_changes_is_loaded_anew(folder: Path) -> None:
    put(folder)
    first = shown(model="mine")[1]
    put(folder, seed=1)
    assert shown(model="mine")[1] is not first


@pytest.mark.parametrize(
    ("likelihood", "data"),
    [
        ("gaussian", "digits"),
        ("gaussian-learned", "digits"),
        ("gaussian-optimal", "digits"),
        ("bernoulli", "digits"),
        ("categorical", "digits"),
        ("gaussian", "three-gaussians"),
        ("gaussian-optimal", "three-gaussians"),
    ],
)
def test_every_kept_model_has_a_whole_message(folder: Path, likelihood: str, data: str) -> None:
    put(folder, likelihood=likelihood, data=data)
    header = Session(CHAPTER).opens(model="mine", data=data)
    own = kept.find("mine").likelihoods
    assert [n for n in header["notes"] if "trained at β = 2" in n and "d = 3" in n]
    assert option(header, "d")["disabled"]
    assert option(header, "model")["options"][1][0] == "mine"
    offered = [o[0] for o in option(header, "likelihood")["options"] if not o[2]]
    assert offered == sorted(own, key=list(LIKELIHOODS).index)
    assert all(scene["settings"]["model"] == MULTI_RATE for scene in header["scenes"])
    rd = header["panels"]["rd"]["figure"]
    here = next(t for t in rd["data"] if t["name"] == "you are here")
    assert 0 <= here["x"][0] <= rd["layout"]["xaxis"]["range"][1]
    assert 0 <= here["y"][0] <= rd["layout"]["yaxis"]["range"][1]


def test_beta_and_sigma2_move_read_outs_and_nothing_else(folder: Path) -> None:
    put(folder)
    session = Session(CHAPTER)
    before = session.opens(model="mine")
    after = session.says(beta=0.5, sigma2=0.2)
    moved = {name for name in rows(before) if rows(before)[name] != rows(after)[name]}
    assert moved == {"D (nats)", "ELBO (nats)", "J = D + βR (nats)"}
    for name in ("map", "kl", "recon", "interp", "samples"):
        assert str(before["panels"][name]) == str(after["panels"][name])


def test_a_learned_variance_is_the_one_that_it_came_to(folder: Path) -> None:
    put(folder, likelihood="gaussian-learned", sigma2=0.0123)
    assert opened(ModelView(model="mine")).likelihood == "gaussian-optimal"
    assert opened(ModelView(model="mine")).sigma2 == 0.0123


def test_a_variance_for_every_pixel_is_no_setting(folder: Path) -> None:
    put(folder, likelihood="gaussian-per-pixel", sigma2=0.0123)
    view = opened(ModelView(model="mine"), kept.known)
    assert (view.likelihood, view.gaussian, view.tau) == ("gaussian-per-pixel", False, 2.0)
    assert view.sigma2 == ModelView().sigma2


def test_a_run_without_any_beta_has_a_place(folder: Path) -> None:
    put(folder, beta=0.0)
    view, codec = shown(model="mine")
    assert view.beta == 1e-3
    assert codec.tau_range[0] > 0
    assert "β = 0," in codec.remark


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-optimal"])
@pytest.mark.parametrize("beta", [1.0, 3.0])
def test_a_link_opens_the_very_same_view(folder: Path, likelihood: str, beta: float) -> None:
    put(folder, data="moons", likelihood="gaussian-learned")
    before = dataclasses.replace(opened(ModelView(model="mine")), likelihood=likelihood, beta=beta)
    raw = addressed(link(before))
    assert {"data", "likelihood", "beta", "sigma2", "d"} == set(always(before)) <= set(raw)
    again = open_address(raw, ModelView(model=raw["model"]), Context(LIGHT))
    assert again == (before, [])


def test_its_name_is_enough(folder: Path) -> None:
    put(folder, data="moons")
    view = opened(ModelView(model="mine"))
    assert (view.data, view.beta, view.sigma2, view.d) == ("moons", 2.0, 0.03, 3)


def test_choosing_it_brings_its_settings_and_another_move_does_not(folder: Path) -> None:
    put(folder)
    before, chosen = ModelView(beta=9.0, d=5), ModelView(model="mine", beta=9.0, d=5)
    now, notes = follow(before, chosen)
    assert (now.beta, now.sigma2, now.d, notes) == (2.0, 0.03, 3, [])
    moved = dataclasses.replace(now, beta=7.0)
    assert follow(now, moved) == (moved, [])
    left = dataclasses.replace(moved, model=MULTI_RATE)
    assert follow(moved, left) == (left, [])


def test_a_name_that_is_gone_is_one_line_and_the_multi_rate_model(folder: Path) -> None:
    made, context = prepared(opened(ModelView(model="gone", d=5)))
    assert (made.shown, made.kept, made.pending) == (ModelView(d=5), ModelView(d=5), False)
    assert context.model.kept is None
    (note,) = made.notes
    assert note.text == "there is no kept model gone. Shown instead: the multi-rate model."
    assert set(note.about) == {"data", "model"}


@pytest.mark.parametrize("file", ["mine.json", "mine.safetensors"])
def test_one_that_is_damaged_is_one_line(folder: Path, file: str) -> None:
    put(folder)
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[:-9])
    made, context = prepared(ModelView(data="digits", model="mine"))
    assert len(made.notes) == 1
    assert (made.shown.data, context.model.codec.remark) == ("digits", "")


def test_another_data_set_leaves_it(folder: Path) -> None:
    put(folder)
    made, context = prepared(ModelView(model="mine", data="moons", d=2))
    assert (made.shown.model, context.model.kept) == (MULTI_RATE, None)
    (note,) = made.notes
    assert "model of digits" in note.text


def test_without_a_kept_model_nothing_changes(folder: Path) -> None:
    made, _ = prepared(ModelView())
    assert (made.shown, made.kept, list(made.notes)) == (ModelView(), ModelView(), [])
    assert opened(ModelView(beta=3.0)) == ModelView(beta=3.0)


def test_a_shipped_vae_answers_as_a_kept_one_does(pair: Path) -> None:
    view, codec = shown(model="digits-vae-2d")
    assert isinstance(codec, DedicatedCodec)
    assert (view.d, codec.source) == (2, "dedicated model digits-vae-2d, step 70")
    assert codec.remark.startswith("Shipped model digits-vae-2d: trained at β = 2")
    assert ModelView().model == MULTI_RATE


def test_a_plain_autoencoder_does_not_answer(pair: Path) -> None:
    for file in pair.glob("digits.*"):
        file.unlink()
    made, context = prepared(ModelView(model="digits-ae-2d"))
    assert (made.shown.model, context.model.kept, len(made.notes)) == (MULTI_RATE, None, 1)


# what is on its way
# ------------------------------------------------------------------------------------------------


def test_while_a_model_loads_the_closed_form_answers_and_the_view_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder, likelihood="bernoulli")
    monkeypatch.setattr(models, "dedicated", lambda own, probe: None)
    made, context = prepared(opened(ModelView(model="mine")))
    assert made.pending
    assert context.model.codec is context.probe.linear
    assert (made.shown.likelihood, made.kept.likelihood) == ("gaussian", "bernoulli")
    assert (made.kept.model, made.kept.d) == ("mine", 3)


# the optimal variance
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "three-gaussians", "moons"])
@pytest.mark.parametrize("beta", [0.001, 0.1, 0.9, 1.0, 1.1, 4.0, 20.0, 100.0])
@pytest.mark.parametrize("d", [1, 2, 8, 16])
def test_the_optimal_sigma2_is_a_fixed_point(name: str, beta: float, d: int, probe: Probes) -> None:
    """σ² = MSE(βσ²) to 0.1 %, on the codec's own curve, inside its range of τ."""
    p = probe(name)
    start = ModelView(
        data=name, likelihood="gaussian-optimal", beta=beta, d=min(d, p.linear.latent)
    )
    s = with_optimal_sigma2(start, p, p.linear)
    curve = p.linear.curve(s.d)
    again = float(np.interp(s.tau, curve.taus, curve.losses)) / p.elements
    assert s.sigma2 == pytest.approx(min(max(again, 1e-4), 10.0), rel=1e-3)
    assert with_optimal_sigma2(s, p, p.linear).sigma2 == pytest.approx(s.sigma2, rel=1e-3)
    assert (s.beta, s.d, s.likelihood) == (start.beta, start.d, start.likelihood)


def test_no_other_sigma2_on_the_curve_has_a_lower_objective(probe: Probes) -> None:
    p = probe("digits")
    for beta in (0.3, 1.0, 5.0):
        s = with_optimal_sigma2(ModelView(likelihood="gaussian-optimal", beta=beta), p, p.linear)
        curve = p.linear.curve(s.d)

        def objective(sigma2: float, beta: float = beta, curve: Curve = curve) -> float:
            loss, rate = (
                np.interp(beta * sigma2, curve.taus, v) for v in (curve.losses, curve.rates)
            )
            return float(0.5 * (loss / sigma2 + p.elements * np.log(sigma2)) + beta * rate)

        assert objective(s.sigma2) <= min(objective(v) for v in np.geomspace(1e-3, 1, 200)) + 0.01


def test_a_fixed_variance_is_left_alone(probe: Probes) -> None:
    s = ModelView(sigma2=0.3)
    assert with_optimal_sigma2(s, probe("digits"), probe("digits").linear) is s


# examples A and B
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", ["explorer", "latent", "training"])
@pytest.mark.parametrize("name", ["digits", "mnist-5k", "moons"])
def test_a_and_b_are_of_two_classes_and_stand_in_no_link(
    chapter: str, name: str, folder: Path, probe: Probes
) -> None:
    own = probe(name)
    session = Session(catalogue.chapter(chapter))
    header = session.opens(data=name)
    header = session.settled()
    assert (header["settings"]["a"], header["settings"]["b"]) == own.pair
    assert [own.labels[k] for k in own.pair] == [0, 1]
    assert not {"a", "b"} & addressed(header["link"]).keys()
    assert session.says(b=3)["link"].endswith("b=3")


def test_the_address_chooses_the_examples_and_another_data_set_lets_them_go(
    folder: Path, probe: Probes
) -> None:
    session = Session(catalogue.chapter("explorer"))
    probe("moons")
    header = session.opens(data="digits", a="0", b="3")
    assert (header["settings"]["a"], header["settings"]["b"]) == (0, 3)
    session.says(data="moons")
    header = session.settled()
    assert (header["settings"]["a"], header["settings"]["b"]) == probe("moons").pair
    assert session.says(data="digits", a=5)["settings"]["a"] == 5
