"""The figures of one example: its code, and the cost that adds up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vaeviz.figures.code import code
from vaeviz.figures.cost import cost
from vaeviz.figures.theme import DARK, LIGHT, Spec
from vaeviz.records.one_example import Code, Cost

CODE = Code(
    mu=np.array([0.5, -2.0, 0.0]),
    sigma=np.array([0.25, 0.5, 1.0]),
    noise=np.array([2.0, -1.0, 0.5]),
    z=np.array([1.0, -2.5, 0.5]),
    kl=np.array([1.1, 2.4, 0.0]),
    source="a test",
)


def trace(spec: Spec, name: str) -> Any:
    return next(t for t in spec.data if t["name"] == name)


def test_intervals_are_one_deviation_to_both_sides() -> None:
    spec = code(CODE, LIGHT)
    line = trace(spec, "μ ± σ")
    assert line["y"] == [0.25, 0.75, None, -2.5, -1.5, None, -1.0, 1.0, None]
    assert list(line["x"]) == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert trace(spec, "z")["y"] is CODE.z
    assert trace(spec, "μ")["marker"]["color"] == LIGHT.posterior


@pytest.mark.parametrize(("mu", "top"), [(0.0, 3.0), (5.2, 6.0), (-7.9, 9.0)])
def test_the_axis_holds_every_point(mu: float, top: float) -> None:
    moved = Code(
        np.array([mu]), np.array([0.3]), np.zeros(1), np.array([mu]), np.array([1.0]), "a test"
    )
    low, high = code(moved, LIGHT).layout["yaxis"]["range"]
    assert (low, high) == (-top, top)


def ends(spec: Spec, name: str) -> tuple[float, float]:
    return tuple(trace(spec, name)["x"].tolist())


@pytest.mark.parametrize("distortion", [-250.0, 30.0])
def test_the_bars_add_up(distortion: float) -> None:
    spec = cost(Cost(distortion, 20.0, None, "a test"), DARK)
    assert ends(spec, "D") == (0.0, distortion)
    assert ends(spec, "R") == (distortion, distortion + 20)
    assert ends(spec, "D + R") == (0.0, distortion + 20)
    assert [t["name"] for t in spec.data].count("a moment ago") == 0
    low, high = spec.layout["xaxis"]["range"]
    assert low <= min(0, distortion)
    assert high >= max(0, distortion + 20)
    assert high - low <= 6 * max(abs(distortion), 50)


def test_better_is_less() -> None:
    better = cost(Cost(10.0, 5.0, 18.5, "a test"), LIGHT)
    worse = cost(Cost(10.0, 5.0, 12.0, "a test"), LIGHT)
    assert "3.5 better" in better.layout["meta"]["title"]
    assert "3.0 worse" in worse.layout["meta"]["title"]
    assert ends(better, "a moment ago") == (18.5, 18.5)
    same = cost(Cost(10.0, 5.0, 15.0, "a test"), LIGHT)
    assert same.layout["meta"]["title"] == "D + R = 15.0 nats"


@pytest.mark.parametrize("spec", [code(CODE, LIGHT), cost(Cost(-3.0, 2.0, 1.0, "a test"), LIGHT)])
def test_plotly_takes_them(spec: Spec) -> None:
    assert len(spec.draw().data) == len(spec.data)
    assert spec.layout["meta"]["alt"]


def test_what_is_written_on_a_bar_is_in_the_papers_colour_and_says_equals() -> None:
    names = [
        t for t in cost(Cost(-330.9, 22.3, None, "a test"), LIGHT).data if t["name"] == "names"
    ]
    said = {t["text"][0].strip(): (t["textfont"]["color"], t["meta"]["halo"]) for t in names}
    assert said == {
        "D = −330.9": (LIGHT.paper, LIGHT.distortion),
        "R = 22.3": (LIGHT.ink, LIGHT.paper),  # beside its bar
        "D + R = −308.6": (LIGHT.paper, LIGHT.ink),
    }


def test_a_short_interval_has_ends_wider_than_its_dots() -> None:
    spec = code(CODE, LIGHT)
    ends, dots = trace(spec, "ends"), (trace(spec, "μ"), trace(spec, "z"))
    assert sorted(ends["y"]) == sorted(v for v in trace(spec, "μ ± σ")["y"] if v is not None)
    assert ends["marker"]["size"] > 2 * max(t["marker"]["size"] for t in dots)
