"""Figures of a diagnosis: densities to scale, and each unit where its variances put it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.diagnosis_records import POSTERIORS, SPREAD
from vaeviz.figures.posteriors import ALIKE, posteriors
from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.figures.unit_spread import END, unit_spread


def named(spec: Spec, name: str) -> list[dict[str, Any]]:
    return [trace for trace in spec.data if trace["name"] == name]


def test_each_posterior_has_its_mean_and_its_deviation() -> None:
    drawn = named(posteriors(POSTERIORS, LIGHT), "q(z|x)")
    assert len(drawn) == 2
    for curve, mean, deviation in zip(drawn, POSTERIORS.mean, POSTERIORS.deviation, strict=True):
        z, height = curve["x"], curve["y"]
        assert z[height.argmax()] == pytest.approx(mean, abs=1e-9)
        assert height.max() == pytest.approx(1)
        inside = z[height >= np.exp(-0.5) - 1e-9]
        step = np.diff(z).max()
        assert np.ptp(inside) == pytest.approx(2 * deviation, abs=2 * min(step, 0.2 * deviation))


def test_at_collapse_every_posterior_is_the_prior() -> None:
    same = dataclasses.replace(POSTERIORS, mean=np.zeros(2), deviation=np.ones(2), pairwise=0.0)
    spec = posteriors(same, LIGHT)
    (prior,) = named(spec, "prior")
    for curve in named(spec, "q(z|x)"):
        np.testing.assert_allclose(
            np.interp(prior["x"], curve["x"], curve["y"]), prior["y"], atol=1e-9
        )
    assert "all posteriors are one" in spec.layout["meta"]["title"]


@pytest.mark.parametrize(
    ("apart", "words"), [(ALIKE / 2, "are one, 0.05"), (2.0, "differ, 2 nats")]
)
def test_the_title_says_whether_they_differ(apart: float, words: str) -> None:
    record = dataclasses.replace(POSTERIORS, pairwise=apart)
    title = posteriors(record, LIGHT).layout["meta"]["title"]
    assert title.startswith("z3: ")
    assert words in title


def test_units_stand_at_their_variances_and_never_leave_the_picture() -> None:
    spec = unit_spread(SPREAD, LIGHT)
    (alive,), (dead,) = named(spec, "alive"), named(spec, "collapsed")
    assert alive["x"].tolist() == [0.9, END]
    assert alive["y"].tolist() == [0.1, 0.05]
    assert alive["customdata"].tolist() == [1, 3]
    assert (dead["x"].tolist(), dead["y"].tolist(), dead["customdata"].tolist()) == (
        [0.0],
        [1.0],
        [2],
    )
    assert spec.layout["meta"]["title"] == "2 of 3 units active"
    assert "Var(μ) > 0.01" in spec.layout["meta"]["alt"]
    assert "1 below 0.1 nats" in spec.layout["meta"]["alt"]
