"""The bars of the evidence: nothing strikes their numbers through."""

from __future__ import annotations

import pytest

from vaeviz.figures.evidence_bars import evidence_bars
from vaeviz.figures.theme import LIGHT
from vaeviz.theory.toy_bound import bound


@pytest.mark.parametrize(
    "knobs", [(0.5, 1.0, 1.2, 1.0), (0.6, 0.7, 1.2, 1.0), (1.2, 0.05, 1.2, 0.01)]
)
def test_numbers_stand_above_their_bars(knobs: tuple[float, float, float, float]) -> None:
    made = bound(*knobs)
    *_, numbers = evidence_bars(made, LIGHT, "a test").data
    tops = (made.evidence, made.evidence, made.likelihood, made.likelihood)
    assert numbers["textposition"].startswith("top")
    for y, top in zip(numbers["y"], tops, strict=True):
        assert y >= max(0.0, top)
        assert y > made.elbo
