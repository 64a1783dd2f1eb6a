"""The scenes of the page Collapse do what their lines say, with the shipped models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vaeviz.measures.observe import kl_per_dimension
from vaeviz.ui import models
from vaeviz.ui.collapse.planes import DEATH
from vaeviz.ui.collapse.scenes import scenes
from vaeviz.ui.collapse.settings import View, parse
from vaeviz.ui.views import Probe

SHIPPED = ("digits", "mnist-5k", "sprites")


@pytest.fixture(params=SHIPPED)
def played(
    request: pytest.FixtureRequest, probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[View, int]]:
    """Each scene's view, and how many of its dimensions are dead."""
    monkeypatch.setattr(models, "PATIENCE", 60)
    p = probe(request.param)
    codec = models.codec(View(data=request.param).model_settings, p)
    assert codec is not None
    found: dict[str, Any] = {}
    for scene in scenes(p, codec):
        view, notes = parse(scene["settings"], View(data=request.param))
        assert notes == []
        kl = kl_per_dimension(*codec.encode(p.x, view.tau, view.d))
        found[scene["name"]] = (view, int((kl < DEATH).sum()))
    return found


def test_they_go_from_all_alive_to_all_dead(played: dict[str, tuple[View, int]]) -> None:
    dead = {name: count for name, (_, count) in played.items()}
    assert dead["All alive"] == 0
    assert 5 <= dead["Half dead"] <= 13
    assert dead.get("All dead", 16) == 16


def test_one_knob_is_half_dead_on_the_plane_of_both(played: dict[str, tuple[View, int]]) -> None:
    view, dead = played["One knob"]
    assert (view.tool, view.plane) == ("map", "beta")
    assert dead == played["Half dead"][1]
    assert {view.tool for name, (view, _) in played.items() if name != "One knob"} == {View().tool}


def test_a_scene_beyond_the_models_range_is_left_out(probe: Callable[[str], Probe]) -> None:
    names = {data: [s["name"] for s in scenes(probe(data), probe(data).linear)] for data in SHIPPED}
    assert "All dead" in names["digits"]
    assert "All dead" in names["mnist-5k"]
    assert "All dead" not in names["sprites"]  # λ₁ = 10.07, and the multi-rate model ends at τ = 10
