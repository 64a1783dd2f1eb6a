"""Figures of a diagnosis: densities to scale, and each unit at its variances."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tests.figures.diagnosis_records import POSTERIORS, SPREAD
from vaeviz.figures.posteriors import ALIKE, posteriors
from vaeviz.figures.theme import LIGHT, Spec
from vaeviz.figures.unit_spread import END, ROOM, unit_spread
from vaeviz.records.posteriors import UnitSpread


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
    assert "all posteriors are equal" in spec.layout["meta"]["title"]


@pytest.mark.parametrize(
    ("apart", "words"), [(ALIKE / 2, "are equal, 0.05"), (2.0, "differ, 2 nats")]
)
def test_the_title_says_whether_they_differ(apart: float, words: str) -> None:
    record = dataclasses.replace(POSTERIORS, pairwise=apart)
    title = posteriors(record, LIGHT).layout["meta"]["title"]
    assert title.startswith("z3: ")
    assert words in title


def test_units_stand_at_their_variances_and_never_leave_the_picture() -> None:
    spec = unit_spread(SPREAD, LIGHT)
    (alive,), (dead,) = named(spec, "not collapsed"), named(spec, "collapsed")
    assert alive["x"].tolist() == [0.9, END]
    assert alive["y"].tolist() == [0.1, 0.05]
    assert alive["customdata"].tolist() == [1, 3]
    assert (dead["x"].tolist(), dead["y"].tolist(), dead["customdata"].tolist()) == (
        [0.0],
        [1.0],
        [2],
    )
    assert spec.layout["meta"]["title"] == "2 of 3 active"
    assert "Var(μ) > 0.01" in spec.layout["meta"]["alt"]
    assert "1 below 0.1 nats" in spec.layout["meta"]["alt"]


def test_a_narrow_posterior_is_drawn_with_points_close_together_to_both_sides() -> None:
    """Peaks of σ = 0.01 at −1: within 4σ there are points every 0.2σ."""
    curve = named(posteriors(POSTERIORS, LIGHT), "q(z|x)")[0]
    near = curve["x"][np.abs(curve["x"] + 1) <= 0.04 + 1e-12]
    assert len(near) >= 41
    assert np.diff(near).max() <= 0.002 + 1e-12
    wide = dataclasses.replace(POSTERIORS, mean=np.array([3.4, -3.4]), deviation=np.full(2, 0.1))
    for curve in named(posteriors(wide, LIGHT), "q(z|x)"):
        assert (curve["x"][0], curve["x"][-1]) == (-3.5, 3.5)
        np.testing.assert_allclose(np.diff(curve["x"]).max(), 0.05)


def test_the_posteriors_words_are_the_records_numbers() -> None:
    record = dataclasses.replace(POSTERIORS, mean=np.array([-1.0, 0.6]))
    assert posteriors(record, LIGHT).layout["meta"]["alt"] == (
        "Posteriors of 2 examples in dimension 3 over the prior: their means spread by 0.80, their"
        " deviations are 0.51 on average; mean pairwise KL of 100 examples 7.25 nats, KL to the"
        " prior 3.50."
    )


def test_no_two_numbers_overlap_and_the_strongest_unit_has_one() -> None:
    rng = np.random.default_rng(0)
    record = UnitSpread(
        rng.uniform(0.7, 1.2, 16), rng.uniform(0, 0.3, 16), np.arange(16) > 12, 0.1, "a test"
    )
    (names,) = named(unit_spread(record, LIGHT), "names")
    at = np.stack([names["x"], names["y"]], axis=1)
    away = np.abs(at[:, None] - at[None]).max(axis=2)
    assert away[np.triu_indices(len(at), 1)].min() >= ROOM
    assert 3 <= len(at) < 13
    assert names["text"][0] == str(1 + int(record.var_mu[:13].argmax()))
    points = named(unit_spread(record, LIGHT), "not collapsed")[0]
    assert len(points["customdata"]) == 13  # the others at the pointer
    assert "unit %{customdata}" in points["hovertemplate"]


def test_collapsed_units_have_one_label_together() -> None:
    dead = dataclasses.replace(SPREAD, collapsed=np.array([True, True, False]))
    (group,) = named(unit_spread(dead, LIGHT), "group")
    assert group["text"] == ["2 collapsed"]
    none = dataclasses.replace(SPREAD, collapsed=np.zeros(3, bool))
    assert named(unit_spread(none, LIGHT), "group") == []


def test_the_numbers_of_the_alive_stand_above_them_and_the_line_joins_one_to_one() -> None:
    spec = unit_spread(SPREAD, LIGHT)
    (names,), (line,) = named(spec, "names"), named(spec, "sum 1")
    assert names["text"] == ["3", "1"]  # the strongest first
    assert names["x"].tolist() == [END, 0.9]
    np.testing.assert_allclose(names["y"], [0.05 + 0.09, 0.1 + 0.09])
    assert (line["x"].tolist(), line["y"].tolist()) == ([0.0, 1.0], [1.0, 0.0])
    far = unit_spread(dataclasses.replace(SPREAD, variance=np.array([3.0, 1.0, 2.0])), LIGHT)
    assert named(far, "not collapsed")[0]["y"].tolist() == [END, END]
    np.testing.assert_allclose(named(far, "names")[0]["y"], END + 0.09)


def test_the_spreads_alt_text_has_its_extremes() -> None:
    assert unit_spread(SPREAD, LIGHT).layout["meta"]["alt"] == (
        "2 of 3 active by Var(μ) > 0.01; 1 below 0.1 nats. The largest variance of means is"
        " 2.00; variances inside the posteriors go from 0.050 to 1.00."
    )
    dead = dataclasses.replace(SPREAD, collapsed=np.array([True, True, False]))
    assert "2 below 0.1 nats" in unit_spread(dead, LIGHT).layout["meta"]["alt"]
    edge = dataclasses.replace(SPREAD, var_mu=np.array([0.0101, 0.0, 0.0099]))
    assert unit_spread(edge, LIGHT).layout["meta"]["title"] == "1 of 3 active"
