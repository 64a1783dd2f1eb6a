"""The σ² laboratory's sentences about a trained pair follow from its numbers."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from vaeviz.chapters.collapse.variance_levels import Spread
from vaeviz.chapters.collapse.variance_trained import SideBySide
from vaeviz.chapters.collapse.variance_words import beside, headline, sharpest
from vaeviz.records.variance import SampleDistance


class _Each:
    """As much of a trained model as words need."""

    def __init__(self, bounds: list[float], means: float, sampled: float) -> None:
        self.bounds, self.elbo = np.array(bounds), (float(np.mean(bounds)), 0.5)
        self.means, self.sampled = SampleDistance(means, 0.01), SampleDistance(sampled, 0.01)


class _Fits:
    best = (0.01, 20.0, 0.5)

    pixels = SimpleNamespace(elbo=30.0, error=0.5)


LAB: Any = _Fits()
DISTANCE = SampleDistance(0.1, 0.01)
FAR = Spread(DISTANCE, DISTANCE, DISTANCE, 0.0, DISTANCE)


def made(gain: float, means: float, sampled: float) -> SideBySide:
    """A pair in which one σ² has 10 ± 0.5 nats and samples 0.2 off."""
    one: Any = _Each([9.0, 11.0, 10.0, 10.0], 0.2, 0.2)
    each: Any = _Each([9.0 + gain, 11.1 + gain, 10.0 + gain, 9.9 + gain], means, sampled)
    return SideBySide(one, each)


@pytest.mark.parametrize(
    ("gain", "means", "sampled", "words"),
    [
        (30.0, 0.5, 0.4, "better ELBO, worse samples"),
        (30.0, 0.1, 0.1, "better ELBO, better samples"),
        (-30.0, 0.5, 0.4, "worse ELBO, worse samples"),
        (0.0, 0.2, 0.2, "equal ELBO, equal samples"),
        (30.0, 0.21, 0.4, "better ELBO, equal means, worse sampled pixels"),
        (30.0, 0.5, 0.1, "better ELBO, worse means, better sampled pixels"),
    ],
)
def test_the_title_follows_from_the_numbers(
    gain: float, means: float, sampled: float, words: str
) -> None:
    assert headline(LAB, made(gain, means, sampled)) == f"A σ² for every pixel, trained: {words}"


def test_without_a_pair_the_title_is_of_the_fits() -> None:
    assert headline(LAB, None) == "A σ² for every pixel fits best"


@pytest.mark.parametrize(
    ("gain", "means", "sampled", "ends"),
    [
        (30.0, 0.5, 0.4, True),
        (15.0, 0.5, 0.4, False),
        (30.0, 0.21, 0.4, False),
        (30.0, 0.5, 0.21, False),
    ],
)
def test_best_and_worst_of_all_is_said_only_where_it_is(
    gain: float, means: float, sampled: float, ends: bool
) -> None:
    told = beside(LAB, FAR, made(gain, means, sampled))
    assert ("Best ELBO and worst samples of all" in told) == ends
    assert f"{means:.3f} against 0.200 (×{means / 0.2:.1f}) as means" in told
    assert "held-out" in told


def test_a_network_with_worse_samples_elsewhere_takes_the_claim_away() -> None:
    far = dataclasses.replace(FAR, fitted=SampleDistance(0.9, 0.01))
    assert "of all" not in beside(LAB, far, made(30.0, 0.5, 0.4))


def test_no_factor_of_what_may_be_zero() -> None:
    told = beside(LAB, FAR, made(-3.0, 0.001, 0.4))
    assert "0.001 against 0.200 as means" in told
    assert "brings −3.0" in told


@pytest.mark.parametrize(
    ("value", "word"), [(0.12, "as far from"), (0.14, "farther from"), (0.05, "nearer to")]
)
def test_draws_at_the_smallest_sigma2_are_called_what_they_are(value: float, word: str) -> None:
    words = sharpest(dataclasses.replace(FAR, sharp=SampleDistance(value, 0.01)))
    assert word in words
    assert f"{value:.2f} ± 0.01" in words
