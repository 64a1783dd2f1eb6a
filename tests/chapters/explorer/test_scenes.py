"""The scenes do what they say on every embedded data set, by the linear VAE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.chapters.session import at
from vaeviz import data
from vaeviz.chapters.chapter import Scene
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.explorer.explore import TOOL, ExplorerView
from vaeviz.chapters.explorer.scenes import NOTHING, SCENES, scenes
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.settings import parse
from vaeviz.measures.energy import mean_distance
from vaeviz.measures.latent.aggregate import kl_to_prior
from vaeviz.measures.observe import observe
from vaeviz.records import Curve
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

# sprites-64 takes 20 s: 4096 eigenvalues. Its spectrum is that of sprites, four times as high:
# tested below.
EMBEDDED = [n for n in data.names() if data.describe(n).embedded and n != "sprites-64"]
Probes = Callable[[str], Probe]
embedded = pytest.mark.parametrize("name", EMBEDDED)


@dataclass(frozen=True)
class Spectrum:
    """A closed form of these eigenvalues, as far as scenes ask for it."""

    eigenvalues: np.ndarray
    latent: int
    tau_range: tuple[float, float]
    remark: str = ""

    def curve(self, d: int) -> Curve:
        one = np.ones(1)
        return Curve(one, one, one)


def described(values: np.ndarray) -> Sequence[Scene]:
    """The scenes of data with these eigenvalues."""
    linear = Spectrum(values, min(len(values), 16), (1e-3, max(10.0, 3 * values[0])))
    stand_in: Any = SimpleNamespace(linear=linear)
    return scenes(ExplorerView(), at(stand_in, TOOL))


def views(probe: Probe) -> dict[str, ExplorerView]:
    made = scenes(ExplorerView(), at(probe, TOOL))
    parsed = {s.name: parse(s.settings, ExplorerView(data=probe.data.name)) for s in made}
    assert all(notes == [] for _, notes in parsed.values())
    return {name: s for name, (s, _) in parsed.items()}


@embedded
def test_scenes_are_valid_settings_that_fit(name: str, probe: Probes) -> None:
    p = probe(name)
    for s in views(p).values():
        assert repaired(s, at(p, TOOL)) == (s, [])
        assert clipped(s.tau, p.linear) == pytest.approx(s.tau, rel=1e-3)


@embedded
def test_all_half_and_none_of_the_dimensions_are_alive(name: str, probe: Probes) -> None:
    p = probe(name)
    alive = {scene: int((p.linear.kl(s.tau, s.d) > 0).sum()) for scene, s in views(p).items()}
    d = min(8, p.linear.latent)
    assert alive["Healthy"] == d
    assert abs(alive["Half collapsed"] - d / 2) <= 0.5
    assert alive["Collapsed"] == 0


@embedded
def test_images_look_alike_where_the_collapsed_scene_says_so(name: str, probe: Probes) -> None:
    p = probe(name)
    codec = models.multi_rate(p, "gaussian", patience=60)
    assert codec is not None
    scene = next(s for s in scenes(ExplorerView(), at(p, TOOL, codec)) if s.name == "Collapsed")
    view = parse(scene.settings, ExplorerView(data=name))[0]
    seen = observe(codec, p.x, clipped(view.tau, codec), view.d, p.noise)
    recon = codec.decode(seen.mu, seen.tau, view.d)
    low, high = p.data.about.value_range
    apart = np.ptp(recon, axis=0).max() / (high - low)
    assert (seen.rate < NOTHING) == (apart < 0.01)
    assert (f"{seen.rate:.2g} nats are left" in scene.notice) == (seen.rate >= NOTHING)
    assert len(scene.notice) < 110


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "sprites"])
def test_sharp_copies_come_with_bad_draws_as_the_scene_says(name: str, probe: Probes) -> None:
    """Draws from the prior are several times as far from the data as at the best τ, the copies are
    better than there, and the aggregate posterior is far from the prior.
    """
    p = probe(name)
    codec = models.multi_rate(p, "gaussian", patience=60)
    assert codec is not None
    of = next(s for s in scenes(ExplorerView(), at(p, TOOL, codec)) if s.name.startswith("Sharp"))
    view = parse(of.settings, ExplorerView(data=name))[0]
    taus = (view.tau, 0.01, 0.03, 0.1, 0.3)
    draws = [mean_distance(codec, tau, view.d, p.x).value for tau in taus]
    best = int(np.argmin(draws))
    assert draws[0] > 3 * draws[best]
    sharp, other = (observe(codec, p.x, tau, view.d, p.noise) for tau in (view.tau, taus[best]))
    assert sharp.loss < 0.8 * other.loss
    assert kl_to_prior(sharp.mu, sharp.logvar).kl > 5


@embedded
def test_no_bar_of_the_healthy_scene_is_near_the_line_of_collapse(name: str, probe: Probes) -> None:
    s = views(probe(name))["Healthy"]
    assert probe(name).linear.kl(s.tau, s.d).min() > 0.5


@embedded
def test_the_one_knob_scene_holds_tau_and_draws_pixels(name: str, probe: Probes) -> None:
    s = views(probe(name))["β and σ² are one knob"]
    assert (s.hold, s.pixels) == ("tau", "sampled")


def test_variances_beyond_the_slider_of_sigma2_still_collapse(probe: Probes) -> None:
    values = 4 * probe("sprites").linear.eigenvalues
    made = {scene.name: scene.settings for scene in described(values)}
    alive = {name: int((values[:8] > s["beta"] * s["sigma2"]).sum()) for name, s in made.items()}
    assert (alive["Healthy"], alive["Half collapsed"], alive["Collapsed"]) == (8, 4, 0)
    assert all(parse(s, ExplorerView())[1] == [] for s in made.values())


def test_a_data_set_without_variance_still_has_valid_scenes() -> None:
    for scene in described(np.zeros(4)):
        assert parse(scene.settings, ExplorerView())[1] == []


def test_every_scene_has_a_name_of_its_own_and_a_line_of_what_to_notice() -> None:
    assert len({s.name for s in SCENES}) == len(SCENES) == 5
    assert all(20 < len(s.notice) < 110 and "\n" not in s.notice for s in SCENES)


def test_scenes_leave_the_data_set_and_the_examples_as_they_are() -> None:
    for scene in described(np.array([3.0, 2.0, 1.0])):
        assert not {"data", "a", "b", "seed"} & set(scene.settings)
