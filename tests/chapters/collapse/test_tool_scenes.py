"""Each tool of the page Collapse has scenes that work on it, and no others."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse.stand_in import Trained, dedicated
from tests.chapters.session import at
from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.collapse import spectra, variance_scenes, written
from vaeviz.chapters.collapse.chapter import CHAPTER
from vaeviz.chapters.collapse.linear import LinearView
from vaeviz.chapters.collapse.map import TOOL
from vaeviz.chapters.collapse.sigma2 import Sigma2View
from vaeviz.chapters.collapse.variance_levels import measure, spread
from vaeviz.chapters.collapse.variance_words import sharpest
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.chapters.settings import parse
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import SIZE, energy_distance
from vaeviz.measures.latent.holes import prior_samples
from vaeviz.measures.observe import observe, read
from vaeviz.serve import models
from vaeviz.serve.probes import Probe
from vaeviz.theory import known_spectra, laboratory, linear_vae
from vaeviz.theory.effective_beta import Size, tau
from vaeviz.theory.known_losses import KNOWN

Probes = Callable[[str], Probe]
SPECTRA = ("data", "power-law", "two-steps")
TOOLS = {tool.name: tool for tool in CHAPTER.tools}


def named(scenes: Sequence[Scene], view: Any) -> dict[str, Any]:
    """The view of each scene, whose settings must all be possible."""
    views = {}
    for scene in scenes:
        assert scene.notice.endswith(".")
        assert len(scene.notice) < 110
        views[scene.name], notes = parse(scene.settings, view)
        assert notes == []
    assert len(views) == len(scenes)
    return views


def offered(tool: str, asked: Context) -> list[Scene]:
    """The scenes of a tool at its defaults."""
    return [*TOOLS[tool].scenes(TOOLS[tool].view(), asked)]


def test_tools_that_show_the_model_share_its_scenes_and_cures_have_none(probe: Probes) -> None:
    asked = at(probe("digits"), TOOL)
    scenes = {name: offered(name, asked) for name in TOOLS}
    assert scenes["map"] == scenes["diagnosis"] == scenes["rate-distortion"]
    assert [s.name for s in scenes["map"]] == ["All alive", "Half dead", "All dead", "One knob"]
    assert scenes["cures"] == []
    for name in ("linear", "sigma2", "effective"):
        named(scenes[name], TOOLS[name].view())
        own = {setting for scene in scenes[name] for setting in scene.settings}
        assert not own & {"tool", "model", "likelihood", "d"}


def test_only_the_scene_of_one_knob_survives_moves(probe: Probes) -> None:
    scenes = offered("map", at(probe("digits"), TOOL))
    assert {s.name: s.free for s in scenes if s.free} == {"One knob": ("beta", "sigma2")}


@pytest.mark.parametrize("d", [2, 7, 16])
@pytest.mark.parametrize("spectrum", SPECTRA)
def test_the_laboratorys_water_stands_where_its_scene_says(
    probe: Probes, spectrum: str, d: int
) -> None:
    p, view = probe("digits"), LinearView(spectrum=spectrum, d=d)
    values = known_spectra.EIGENVALUES.get(spectrum, p.linear.eigenvalues)[:d]
    made = spectra.scenes(view, at(p, TOOL))
    alive = {name: int((values > v.beta * v.sigma2).sum()) for name, v in named(made, view).items()}
    assert (alive["All alive"], alive["All dead"]) == (d, 0)
    if "Half dead" in alive:
        assert abs(alive["Half dead"] - d / 2) <= 1
    for scene in made:
        if scene.name in ("Half dead", "Some dead"):
            assert scene.notice.startswith(f"{alive[scene.name]} of {d} ")


def test_steps_of_one_height_drown_together(probe: Probes) -> None:
    p = probe("digits")
    view = LinearView(spectrum="two-steps", d=16)
    result = named(spectra.scenes(view, at(p, TOOL)), view)
    assert "Half dead" not in result
    assert 0.1 < result["Some dead"].tau < 1


@pytest.mark.parametrize("spectrum", SPECTRA)
def test_no_variance_fits_better_than_the_laboratorys_best(probe: Probes, spectrum: str) -> None:
    p, view = probe("digits"), LinearView(spectrum=spectrum, d=5)
    whole = (
        linear_vae.spectrum(known_spectra.draw(spectrum))
        if spectrum != "data"
        else p.linear.spectrum
    )
    best = named(spectra.scenes(view, at(p, TOOL)), view)["Best σ²"]
    near = best.sigma2 * np.array([0.97, 1.0, 1.03])
    elbo = laboratory.over(whole, np.full(3, best.beta), near, 5)
    assert elbo.elbo.argmax() == 1
    np.testing.assert_allclose(elbo.gap, 0, atol=1e-9)


def test_a_spectrum_without_a_rest_has_no_best_variance(probe: Probes) -> None:
    p = probe("moons")
    names = [s.name for s in spectra.scenes(LinearView(data="moons", d=2), at(p, TOOL))]
    assert names == ["All alive", "Half dead", "All dead"]


@pytest.fixture(params=["digits", "sprites", "mnist-5k", "three-gaussians", "moons", "rings"])
def trained(
    request: pytest.FixtureRequest, probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> tuple[Probe, Codec]:
    monkeypatch.setattr(models, "PATIENCE", 60)
    p = probe(request.param)
    codec = models.multi_rate(p, "gaussian")
    assert codec is not None
    return p, codec


def test_the_variances_are_placed_by_what_was_measured(trained: tuple[Probe, Codec]) -> None:
    p, codec = trained
    view = Sigma2View(data=p.data.name, d=min(Sigma2View().d, codec.latent))
    result = named(variance_scenes.scenes(view, at(p, TOOL, codec)), view)
    seen = {name: observe(codec, p.x, v.sigma2, v.d, p.noise) for name, v in result.items()}
    best = seen["Best σ²"]
    assert best.loss / p.elements == pytest.approx(result["Best σ²"].sigma2, rel=0.03)
    sigma2 = result["Best σ²"].sigma2
    near = [read(best, p.elements, "gaussian", 1.0, k * sigma2, 0.1).elbo for k in (0.9, 1, 1.1)]
    assert near[1] == max(near)
    assert seen["Sharpest"].loss < best.loss
    assert seen["Sharpest"].rate > 1.2 * best.rate
    if p.data.name not in ("sprites", "mnist-5k"):
        empty = result["Blurred and empty"]
        assert seen["Blurred and empty"].rate < variance_scenes.EMPTY
        recon = codec.decode(seen["Blurred and empty"].mu, empty.sigma2, empty.d)
        assert np.ptp(recon, axis=0).max() < 0.01
    else:  # what is left of its largest component would need a σ² beyond the slider
        assert "Blurred and empty" not in result


def test_what_is_said_of_draws_at_the_smallest_sigma2_is_measured(
    trained: tuple[Probe, Codec],
) -> None:
    """Copies lie as the held-out examples do; draws are as the words say."""
    p, codec = trained
    view = Sigma2View(data=p.data.name, d=min(Sigma2View().d, codec.latent))
    sharp = named(variance_scenes.scenes(view, at(p, TOOL, codec)), view)["Sharpest"]
    copies = codec.decode(codec.encode(p.x, sharp.sigma2, sharp.d)[0], sharp.sigma2, sharp.d)
    assert abs(energy_distance(copies, p.x)) < 0.05
    lab = measure(sharp.d, "mean", p, codec)
    far = spread(p, codec, sharp.d, lab)
    draws = codec.decode(prior_samples(SIZE, sharp.d, 1), codec.tau_range[0], sharp.d)
    assert far.sharp.value == pytest.approx(energy_distance(draws, p.x), abs=6 * far.sharp.error)
    apart = far.sharp.value - far.means.value
    clear = abs(apart) > 2 * math.hypot(far.sharp.error, far.means.error)
    word = "as far from" if not clear else "farther from" if apart > 0 else "nearer to"
    assert f" {word} " in sharpest(far)
    assert f"{far.sharp.value:.2f}" in sharpest(far)


def test_where_the_smallest_variance_copies_no_closer_none_is_called_sharp(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "PATIENCE", 60)
    p = probe("sprites")
    codec = models.multi_rate(p, "gaussian")
    assert codec is not None
    view = Sigma2View(data="sprites", d=8)
    assert "Sharpest" not in named(variance_scenes.scenes(view, at(p, TOOL, codec)), view)


def test_a_model_without_a_variance_to_sweep_has_no_such_scenes(probe: Probes) -> None:
    p = probe("digits")
    for codec in (Trained(p, likelihood="bernoulli"), dedicated(p)):
        assert variance_scenes.scenes(CollapseView(d=4), at(p, TOOL, codec)) == []


def test_no_scene_is_called_sharp_where_the_best_is_as_sharp(probe: Probes) -> None:
    p = probe("moons")  # the closed form's best σ² is near the smallest
    names = [s.name for s in variance_scenes.scenes(Sigma2View(data="moons", d=2), at(p, TOOL))]
    assert names == ["Best σ²", "Blurred and empty"]


@pytest.mark.parametrize("k", range(len(KNOWN)), ids=lambda k: KNOWN[k].name)
def test_a_known_loss_is_one_click_away(probe: Probes, k: int) -> None:
    p, own = probe("digits"), KNOWN[k]
    scene = written.scenes(EffectiveView(), at(p, TOOL))[k]
    base = EffectiveView(
        error="l1", over_latents="mean", over_batch="kl", weight=7.0, span="2",
        pasted="F.l1_loss(x_hat, x)",
    )  # fmt: skip
    view, notes = parse(scene.settings, base)
    here = Size(p.elements, view.d, view.batch)
    assert notes == []
    assert (scene.name, view.written.error, view.pasted) == (own.name, own.loss.error, "")
    assert tau(view.written, here) == pytest.approx(tau(own.loss, here), rel=1e-6)
    assert f"= {tau(own.loss, here):.3g} here" in scene.notice
