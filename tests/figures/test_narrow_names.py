"""Names under columns: on a phone they stand side by side, and none is left out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.figures.estimator_records import ESTIMATES
from vaeviz.densities import LIKELIHOODS
from vaeviz.figures.bits_bars import bits_bars
from vaeviz.figures.estimator_strip import estimator_strip
from vaeviz.figures.theme import FONT_SIZE, LIGHT, Spec
from vaeviz.records.bits import Bits

PHONE = 340  # pixels of a panel
SHARE, SMALLER, AIR = 0.5, 0.8, 4  # of live/draw/compact.js
FOUR = ("gaussian", "bernoulli", "continuous-bernoulli", "categorical")
MODELS = [
    Bits(name, LIKELIHOODS[name].title, 0.3, 2.2, 0.02, -1.0, 3.5, 1.0, 2.2, "a test")
    for name in FOUR
]
FIGURES: dict[str, Any] = {
    "estimator_strip": lambda: estimator_strip(ESTIMATES, LIGHT),
    "bits_bars": lambda: bits_bars(MODELS, LIGHT),
}


def texts(figure: Spec) -> list[str]:
    return list(figure.layout["xaxis"]["ticktext"])


@pytest.mark.parametrize("name", FIGURES)
def test_the_names_fit_side_by_side_on_a_phone(name: str) -> None:
    figure: Spec = FIGURES[name]()
    axis, margin = figure.layout["xaxis"], figure.layout["margin"]
    low, high = axis["range"]
    apart = (PHONE - margin["l"] - margin["r"]) / (high - low)  # columns are 1 apart
    wide = [SHARE * SMALLER * FONT_SIZE * len(text) + AIR for text in texts(figure)]
    assert all((a + b) / 2 <= apart for a, b in pairwise(wide))
