"""The scenes of the page Collapse do what their lines say, with the shipped models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from tests.chapters.session import at
from vaeviz.chapters.collapse.map import TOOL, MapView
from vaeviz.chapters.collapse.scenes import scenes
from vaeviz.chapters.collapse.view import DEATH
from vaeviz.chapters.settings import parse
from vaeviz.measures.observe import observe
from vaeviz.serve import jobs, models
from vaeviz.serve.probes import Probe

SHIPPED = ("digits", "mnist-5k", "sprites", "three-gaussians", "moons", "rings")


@dataclass(frozen=True)
class Played:
    """A scene's view, how many of its dimensions are dead, and how far its reconstructions lie
    apart and from the mean of the data, in parts of the data's range.
    """

    view: MapView
    dead: int
    apart: float
    from_mean: float


@pytest.fixture(params=SHIPPED)
def played(
    request: pytest.FixtureRequest, probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Played]:
    """The scenes that are offered on a data set, once all is measured."""
    monkeypatch.setattr(models, "PATIENCE", 60)
    p = probe(request.param)
    codec = models.multi_rate(p, "gaussian")
    assert codec is not None
    monkeypatch.setattr(jobs, "get", lambda key, job, *_, **__: job())
    low, high = p.data.about.value_range
    result = {}
    for scene in scenes(MapView(), at(p, TOOL, codec)):
        view, notes = parse(scene.settings, MapView(data=request.param))
        assert notes == []
        seen = observe(codec, p.x, view.tau, view.d, p.noise)
        recon = codec.decode(seen.mu, view.tau, view.d)
        distances = np.ptp(recon, axis=0).max(), np.abs(recon - p.data.train.mean(0)).max()
        dead = int((seen.kl < DEATH).sum())
        result[scene.name] = Played(view, dead, *(float(x) / (high - low) for x in distances))
    return result


def test_they_go_from_all_alive_to_all_dead(played: dict[str, Played]) -> None:
    alive, all_dead = played["All alive"], played.get("All dead")
    d = alive.view.d
    assert alive.dead == 0
    if half := played.get("Half dead"):
        assert abs(half.dead - d / 2) <= d // 16
    else:
        assert alive.view.data == "rings"  # both of its directions die together
    if all_dead:  # the same reconstruction for all: the mean
        assert all_dead.dead == d
        assert all_dead.apart < 0.01
        assert all_dead.from_mean < 0.02
    else:
        assert alive.view.data == "sprites"


def test_one_knob_is_half_dead_on_the_plane_of_both(played: dict[str, Played]) -> None:
    one, half = played.get("One knob"), played.get("Half dead")
    assert (one is None) == (half is None)
    if one and half:
        assert one.view.plane == "beta"
        assert one.dead == half.dead


def test_one_knob_opens_the_map_and_the_others_stay_with_the_open_tool(
    probe: Callable[[str], Probe],
) -> None:
    made = scenes(MapView(), at(probe("digits"), TOOL))
    tools = {scene.name: scene.settings.get("tool") for scene in made}
    assert tools == {"All alive": None, "Half dead": None, "All dead": None, "One knob": "map"}


def test_a_scene_beyond_the_models_range_is_left_out(probe: Callable[[str], Probe]) -> None:
    names = {
        data: [s.name for s in scenes(MapView(), at(probe(data), TOOL))] for data in SHIPPED[:3]
    }
    assert "All dead" in names["digits"]
    assert "All dead" in names["mnist-5k"]
    assert "All dead" not in names["sprites"]  # λ₁ = 10.07, and the multi-rate model ends at τ = 10
