"""The map of one latent dimension: codes along it, a row per class, posteriors to scale."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.records import MAP
from vaeviz.figures.latent_strip import TALL, latent_strip
from vaeviz.figures.theme import LIGHT

FIGURE: Any = latent_strip(MAP, LIGHT).draw()
TRACES = {t.name: t for t in FIGURE.data}


@pytest.mark.parametrize(("k", "name"), list(enumerate(MAP.class_names)))
def test_a_class_has_its_codes_in_a_row_of_its_own(k: int, name: str) -> None:
    """Dimension 0 is the record's second column."""
    trace = TRACES[name]
    np.testing.assert_array_equal(trace.x, MAP.points[MAP.labels == k, 1])
    np.testing.assert_array_equal(trace.customdata, np.flatnonzero(MAP.labels == k))
    assert np.abs(np.asarray(trace.y) - (2 - k)).max() <= TALL / 2 + 1e-9
    assert np.ptp(trace.y) > 0.8 * TALL


def test_a_posterior_is_a_line_to_scale_at_its_examples_place() -> None:
    chosen = MAP.chosen[0]
    for k in (1, 2):
        line = TRACES[f"q(z|A), {k}σ"]
        np.testing.assert_allclose(line.x, chosen.mean[1] + k * chosen.deviation[1] * np.r_[-1, 1])
        assert line.y[0] == line.y[1] == TRACES["A"].y[0] == TRACES["one"].y[0]
    assert TRACES["A"].x[0] == chosen.mean[1]


def test_the_priors_deviations_are_lines_to_both_sides() -> None:
    for k in (1, 2):
        assert [x for x in TRACES[f"prior, {k}σ"].x if x is not None] == [-k, -k, k, k]


def test_the_title_speaks_of_one_dimension() -> None:
    meta = FIGURE.layout.meta
    assert "two" not in meta["title"]
    assert "dead" not in meta["title"]
    assert f"{MAP.points[:, 1].std():.2f}" in meta["alt"]
    dead = latent_strip(dataclasses.replace(MAP, points=MAP.points * 0.01), LIGHT)
    assert "The one dimension is dead" in dead.layout["meta"]["title"]
