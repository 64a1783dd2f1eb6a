"""The tool Two directions: what its scenes claim, and what its controls let one move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.chapters.session import Session
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.objective.fitting import TOOL, FitView, fitted, show
from vaeviz.figures.theme import LIGHT

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene for scene in TOOL.scenes(FitView(), CONTEXT)}


def at(name: str) -> FitView:
    return replace(FitView(), **SCENES[name].settings)


def test_two_modes_have_an_optimum_each_and_a_wide_one() -> None:
    made = fitted(at("Two modes"))
    wide, *narrow = sorted((o.q for o in made.optima), key=lambda q: -q.sigma)
    assert len(narrow) == 2
    assert wide.sigma > 2.5 * narrow[0].sigma
    assert made.chosen is not None
    assert made.optima[made.chosen].q.mu == pytest.approx(2, abs=0.01)


def test_close_modes_have_one_valley_and_both_directions_nearly_agree() -> None:
    made = fitted(at("Closer"))
    assert len(made.optima) == 1
    assert made.covering.q.sigma == pytest.approx(made.optima[0].q.sigma, rel=0.1)


def test_the_start_of_the_wrong_mode_ends_in_a_tenth_of_the_mass() -> None:
    made = fitted(at("The wrong mode"))
    assert made.chosen is not None
    end = made.optima[made.chosen]
    assert end.q.mu == pytest.approx(-2, abs=0.05)
    assert end.kl > made.optima[0].kl + 1
    np.testing.assert_allclose(made.p.weights[0], 0.1)


def test_three_modes_are_covered_by_the_other_direction() -> None:
    made = fitted(at("Three modes"))
    assert len(made.optima) >= 3
    assert made.covering.q.sigma > 2
    assert made.optima[0].q.sigma > 2  # even the least KL(q ‖ p)


def test_one_gaussian_is_found_by_both() -> None:
    made = fitted(at("One Gaussian"))
    assert made.optima[0].kl == pytest.approx(0, abs=1e-9)
    assert made.covering.kl == pytest.approx(0, abs=1e-9)


def test_sliders_are_those_of_the_chosen_mode() -> None:
    frame = show(replace(FitView(), modes=3, mode=3), CONTEXT)
    assert frame.controls is not None
    assert {"c3", "s3", "w3"} < set(frame.controls)
    assert "c1" not in frame.controls


def test_a_mode_that_is_gone_is_not_adjusted() -> None:
    session = Session(chapter("objective"))
    header = session.opens(tool="fit", modes="1", mode="4")
    assert header["settings"]["mode"] == 1
    assert any("1 mode" in note for note in header["notes"])
