"""The scenes do what they say on every embedded data set, by the linear VAE."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
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
from vaeviz.chapters.model import half
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.settings import parse
from vaeviz.figures.theme import Spec
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.energy import mean_distance
from vaeviz.measures.latent.aggregate import kl_to_prior
from vaeviz.measures.observe import observe, read
from vaeviz.records import Curve, ImageStrip, Observation, Readings
from vaeviz.serve import models, probes
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
        """Of d alive dimensions at the best σ², the last of the eigenvalues over 100."""
        one = np.ones(1)
        return Curve(max(self.eigenvalues[d - 1] / 100, 1e-3) * one, one, one)


def described(values: np.ndarray) -> Sequence[Scene]:
    """The scenes of data with these eigenvalues."""
    linear = Spectrum(values, min(len(values), 16), (1e-3, max(10.0, 3 * values[0])))
    about = SimpleNamespace(is_image=True)
    stand_in: Any = SimpleNamespace(linear=linear, elements=64, data=SimpleNamespace(about=about))
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
    assert abs(alive.get("Half collapsed", d / 2) - d / 2) <= 0.5  # none on rings
    assert alive["Collapsed"] == 0


@dataclass(frozen=True)
class Played:
    """A scene's line, and what the shipped model does at its settings."""

    line: str
    view: ExplorerView
    seen: Observation
    readings: Readings


@cache
def shipped(name: str) -> tuple[Probe, Codec]:
    p = probes.probe(name, patience=60)
    assert p is not None
    codec = models.multi_rate(p, "gaussian", patience=60)
    assert codec is not None
    assert codec is not p.linear
    return p, codec


@cache
def played(name: str) -> dict[str, Played]:
    """All scenes offered on a data set, measured on the held-out examples."""
    p, codec = shipped(name)
    made = {}
    half.known(p, codec, min(8, codec.latent), patience=60)
    for scene in scenes(ExplorerView(data=name), at(p, TOOL, codec)):
        view = parse(scene.settings, ExplorerView(data=name))[0]
        seen = observe(codec, p.x, clipped(view.tau, codec), view.d, p.noise)
        readings = read(seen, p.elements, "gaussian", view.beta, view.sigma2, view.threshold)
        made[scene.name] = Played(scene.notice, view, seen, readings)
    return made


@embedded
def test_the_healthy_scene_has_the_largest_elbo_of_all_variances(name: str) -> None:
    """Its line: no other σ² has a larger ELBO at β = 1, and every bar stands."""
    p, codec = shipped(name)
    healthy = played(name)["Healthy"]
    view, own = healthy.view, healthy.readings.elbo
    assert view.beta == 1
    for sigma2 in (*np.geomspace(1e-3, 1, 10), ExplorerView().sigma2):
        seen = observe(codec, p.x, clipped(sigma2, codec), view.d, p.noise)
        other = read(seen, p.elements, "gaussian", 1.0, sigma2, view.threshold).elbo
        assert own > other - 0.005 * p.elements, sigma2
    assert (healthy.readings.collapsed, healthy.readings.active) == (0, view.d)
    assert healthy.readings.optimal_sigma2 == pytest.approx(view.sigma2, rel=0.2)


@embedded
def test_half_of_the_bars_lie_on_the_floor_where_the_scene_is_offered(name: str) -> None:
    made = played(name)
    assert ("Half collapsed" in made) == (name != "rings")  # both of its directions die together
    if played_half := made.get("Half collapsed"):
        view, kl = played_half.view, played_half.seen.kl
        assert played_half.readings.collapsed == view.d // 2
        assert played_half.line.startswith(f"{view.d // 2} of {view.d} bars")
        assert 0.3 < kl.max() < view.kl_top < 1.5 * kl.max()  # they fill the scene's axis


def test_a_scenes_axis_widens_with_the_bars_and_never_beyond_the_whole_one() -> None:
    p, codec = shipped("digits")

    def top(tau: float, kl_top: float) -> float:
        view = ExplorerView(data="digits", sigma2=tau, kl_top=kl_top)
        made = TOOL.show(view, at(p, TOOL, codec)).panels["kl"]
        assert isinstance(made, Spec)
        return float(made.layout["yaxis"]["range"][1])

    whole = top(1.0, 0)
    tops = [top(tau, 0.6) for tau in (10.0, 0.6, 0.3, 0.1, 0.03, 0.01, 0.001)]
    assert tops[0] == 0.6
    assert tops == sorted(tops)
    assert set(tops) <= {0.6, 1.0, 2.0, 5.0, 10.0, whole}
    assert {top(tau, 0) for tau in (10.0, 0.3, 0.01)} == {whole}


@embedded
def test_reconstructions_are_the_same_where_the_collapsed_scene_says_so(name: str) -> None:
    p, codec = shipped(name)
    collapsed = played(name)["Collapsed"]
    recon = codec.decode(collapsed.seen.mu, collapsed.seen.tau, collapsed.view.d)
    low, high = p.data.about.value_range
    apart = np.ptp(recon, axis=0).max() / (high - low)
    rate = collapsed.seen.rate
    assert (rate < NOTHING) == (apart < 0.01)
    assert (f"{rate:.2g} nats are left" in collapsed.line) == (rate >= NOTHING)
    assert len(collapsed.line) < 110


@embedded
def test_sharp_copies_come_with_bad_draws_where_the_scene_is_offered(name: str) -> None:
    """Copies are closer than in the scene Healthy, draws twice as far from the data as there or
    more, and the aggregate posterior is far from the prior.
    """
    p, codec = shipped(name)
    made = played(name)
    assert ("Sharp but unsampleable" in made) == p.data.about.is_image
    if sharp := made.get("Sharp but unsampleable"):
        other = made["Healthy"]
        assert sharp.seen.loss < 0.9 * other.seen.loss
        draws = [mean_distance(codec, s.seen.tau, s.view.d, p.x).value for s in (sharp, other)]
        assert draws[0] > 1.9 * draws[1]
        assert kl_to_prior(sharp.seen.mu, sharp.seen.logvar).kl > 5


@embedded
def test_a_held_tau_moves_read_outs_alone(name: str) -> None:
    p, codec = shipped(name)
    one = played(name)["β and σ² are one knob"]
    moved = replace(one.view, sigma2=one.view.sigma2 * 2, beta=one.view.beta / 2)
    seen = observe(codec, p.x, clipped(moved.tau, codec), moved.d, p.noise)
    np.testing.assert_array_equal(seen.kl, one.seen.kl)
    again = read(seen, p.elements, "gaussian", moved.beta, moved.sigma2, moved.threshold)
    assert abs(again.distortion - one.readings.distortion) > 0.1


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


def test_strips_of_the_explorer_fill_rows_of_three_four_and_six() -> None:
    p, codec = shipped("digits")
    panels = TOOL.show(ExplorerView(data="digits"), at(p, TOOL, codec)).panels
    for name in ("interp", "samples"):
        strip = panels[name]
        assert isinstance(strip, ImageStrip)
        assert [strip.images.shape[1] % across for across in (3, 4, 6)] == [0, 0, 0]
