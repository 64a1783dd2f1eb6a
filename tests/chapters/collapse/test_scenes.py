"""The scenes of the page Collapse do what their lines say, with the shipped models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.chapters.session import at
from vaeviz.chapters.collapse.map import TOOL, MapView
from vaeviz.chapters.collapse.scenes import scenes
from vaeviz.chapters.collapse.view import DEATH
from vaeviz.chapters.settings import parse
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

SHIPPED = ("digits", "mnist-5k", "sprites")


@pytest.fixture(params=SHIPPED)
def played(
    request: pytest.FixtureRequest, probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[MapView, int]]:
    """Each scene's view, and how many of its dimensions are dead."""
    monkeypatch.setattr(models, "PATIENCE", 60)
    p = probe(request.param)
    codec = models.multi_rate(p, "gaussian")
    assert codec is not None
    result: dict[str, Any] = {}
    for scene in scenes(MapView(), at(p, TOOL, codec)):
        view, notes = parse(scene.settings, MapView(data=request.param))
        assert notes == []
        kl = kl_per_dimension(*codec.encode(p.x, view.tau, view.d))
        result[scene.name] = (view, int((kl < DEATH).sum()))
    return result


def test_they_go_from_all_alive_to_all_dead(played: dict[str, tuple[MapView, int]]) -> None:
    dead = {name: count for name, (_, count) in played.items()}
    assert dead["All alive"] == 0
    assert 5 <= dead["Half dead"] <= 13
    assert dead.get("All dead", 16) == 16


def test_one_knob_is_half_dead_on_the_plane_of_both(played: dict[str, tuple[MapView, int]]) -> None:
    view, dead = played["One knob"]
    assert view.plane == "beta"
    assert dead == played["Half dead"][1]


def test_one_knob_opens_the_map_and_the_others_stay_with_the_open_tool(
    probe: Callable[[str], Probe],
) -> None:
    made = scenes(MapView(), at(probe("digits"), TOOL))
    tools = {scene.name: scene.settings.get("tool") for scene in made}
    assert tools == {"All alive": None, "Half dead": None, "All dead": None, "One knob": "map"}


def test_a_scene_beyond_the_models_range_is_left_out(probe: Callable[[str], Probe]) -> None:
    names = {data: [s.name for s in scenes(MapView(), at(probe(data), TOOL))] for data in SHIPPED}
    assert "All dead" in names["digits"]
    assert "All dead" in names["mnist-5k"]
    assert "All dead" not in names["sprites"]  # λ₁ = 10.07, and the multi-rate model ends at τ = 10
