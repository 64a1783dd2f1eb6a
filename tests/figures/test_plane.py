"""The data plane: every layer's points, on equal axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.figures.records import PLANE
from vaeviz.figures.plane import plane
from vaeviz.figures.theme import LIGHT

FIGURE: Any = plane(PLANE, LIGHT).draw()


def test_every_layer_is_drawn_where_it_is() -> None:
    assert [t.name for t in FIGURE.data] == [name for name, _, _ in PLANE.layers]
    for drawn, (_, _, points) in zip(FIGURE.data, PLANE.layers, strict=True):
        np.testing.assert_array_equal(np.stack([drawn.x, drawn.y], 1), points)


def test_a_path_is_a_line_and_points_are_not() -> None:
    assert [t.mode for t in FIGURE.data] == ["markers", "markers", "lines+markers"]


def test_axes_are_equal() -> None:
    assert FIGURE.layout.xaxis.range == FIGURE.layout.yaxis.range == (-3.0, 3.0)
    assert FIGURE.layout.meta["equal"] is True


def test_the_alt_text_states_the_centres() -> None:
    for name, _, points in PLANE.layers:
        x, y = points.mean(0)
        assert f"{name} around ({x:.2f}, {y:.2f})" in FIGURE.layout.meta["alt"]
