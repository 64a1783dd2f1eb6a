"""The energy distance: closed forms, zero for equal distributions, a valid error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from vaeviz.measures.energy import energy_distance, mean_within, sample_distance
from vaeviz.records import Array

RNG = np.random.default_rng(0)


def normal(count: int, d: int, seed: int, shift: float = 0.0, scale: float = 1.0) -> Array:
    return shift + scale * np.random.default_rng(seed).standard_normal((count, d))


def test_it_is_the_formula_pair_by_pair() -> None:
    x, y = normal(7, 3, 0), normal(9, 3, 1, 0.4)
    by_hand = 2 * cdist(x, y).mean() - pdist(x).mean() - pdist(y).mean()
    assert energy_distance(x, y) == pytest.approx(by_hand, rel=1e-12)
    assert mean_within(y) == pytest.approx(pdist(y).mean(), rel=1e-12)


def test_two_points_apart() -> None:
    """All of P at 0, all of Q at distance 3: 2 · 3 - 0 - 0."""
    assert energy_distance(np.zeros((4, 2)), np.tile([3.0, 0.0], (5, 1))) == pytest.approx(6)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_gaussians_on_a_line_have_a_closed_form(scale: float) -> None:
    """E|N(0, v)| = √(2v/π): E = √(2/π) (2√(1 + s²) - √2 - √2 s)."""
    exact = math.sqrt(2 / math.pi) * (2 * math.sqrt(1 + scale**2) - math.sqrt(2) * (1 + scale))
    result = [
        energy_distance(normal(400, 1, 2 * k), normal(400, 1, 2 * k + 1, scale=scale))
        for k in range(30)
    ]
    assert abs(np.mean(result) - exact) <= 4 * np.std(result, ddof=1) / math.sqrt(30)


def test_for_one_distribution_it_is_zero_without_bias() -> None:
    result = [energy_distance(normal(30, 4, 2 * k), normal(50, 4, 2 * k + 1)) for k in range(300)]
    assert abs(np.mean(result)) <= 4 * np.std(result, ddof=1) / math.sqrt(300)


def test_it_grows_with_the_shift_and_with_noise() -> None:
    data = normal(200, 6, 1)
    shifted = [energy_distance(normal(200, 6, 2, shift), data) for shift in (0.0, 0.5, 1.0, 2.0)]
    noisy = [energy_distance(normal(200, 6, 2, scale=scale), data) for scale in (1.0, 1.5, 3.0)]
    assert shifted == sorted(shifted)
    assert noisy == sorted(noisy)


def test_moving_and_turning_both_changes_nothing() -> None:
    x, y = normal(40, 5, 0), normal(40, 5, 1, 0.3)
    turn = np.linalg.qr(RNG.standard_normal((5, 5)))[0]
    assert energy_distance(x @ turn + 2, y @ turn + 2) == pytest.approx(
        energy_distance(x, y), rel=1e-9
    )
    assert energy_distance(3 * x, 3 * y) == pytest.approx(3 * energy_distance(x, y), rel=1e-9)


def test_single_precision_far_from_the_origin_does_not_matter() -> None:
    x, y = normal(60, 50, 0), normal(60, 50, 1, 0.2)
    near = energy_distance(x, y)
    assert energy_distance(
        (x + 50).astype(np.float32), (y + 50).astype(np.float32)
    ) == pytest.approx(near, abs=1e-4)


def test_the_error_is_that_of_drawing_again() -> None:
    data = normal(100, 3, 999)
    runs = [
        sample_distance(lambda seed, k=k: normal(40, 3, 1000 * k + seed, 0.3), data, 5)
        for k in range(60)
    ]  # type: ignore[misc]
    spread = np.std([run.value for run in runs], ddof=1)
    assert math.sqrt(np.mean([run.error**2 for run in runs])) == pytest.approx(spread, rel=0.3)


def test_every_draw_has_a_seed_of_its_own_and_its_size() -> None:
    seen: list[int] = []

    def draw(seed: int) -> Array:
        seen.append(seed)
        return normal(30, 2, seed)

    result = sample_distance(draw, normal(20, 2, 0), draws=3, size=10)
    assert seen == [1, 2, 3]
    by_hand = [energy_distance(normal(30, 2, seed)[:10], normal(20, 2, 0)) for seed in seen]
    assert result.value == pytest.approx(np.mean(by_hand))
    assert math.isinf(sample_distance(draw, normal(20, 2, 0), draws=1).error)
