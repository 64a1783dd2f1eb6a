"""The left margin holds the axis's title and its longest number side by side."""

from __future__ import annotations

import pytest

from tests.figures.test_figures import FIGURES
from vaeviz.figures.theme import FONT_SIZE, LIGHT

DIGIT = 0.5 * FONT_SIZE  # width of a digit
LINE = FONT_SIZE + 4 + 4  # of the upright title, with the air on both sides


@pytest.mark.parametrize(
    ("name", "longest"),
    [("evidence_bars", "−400"), ("elbo_over_mean", "−400"), ("estimator_strip", "−2000")],
)
def test_the_longest_number_ends_before_the_title(name: str, longest: str) -> None:
    left = FIGURES[name](LIGHT).layout["margin"]["l"]
    assert left >= LINE + DIGIT * len(longest)
