"""Gradients for classes: each draw against autograd, the mean against enumeration, the limit."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
import torch

from vaeviz.records import Array
from vaeviz.theory import relaxed
from vaeviz.theory.relaxed import TARGET, VALUES, Estimate

PLACES = [np.array(place) for place in ((0.0, 0.0, 0.0), (1.0, -0.5, 0.0), (-2.0, 1.5, 0.0))]
MANY = 400_000


@lru_cache
def noise() -> Array:
    return np.random.default_rng(0).gumbel(size=(MANY, 3))


def at(function: object, logits: Array, tau: float) -> Estimate:
    return relaxed.estimate(function(logits, noise(), tau))  # type: ignore[operator]


def test_the_enumerated_gradient_is_that_of_autograd() -> None:
    for place in PLACES:
        logits = torch.tensor(place, requires_grad=True)
        f = (torch.tensor(VALUES) - TARGET) ** 2
        (torch.softmax(logits, 0) @ f).backward()
        assert logits.grad is not None
        assert relaxed.enumerated(place) == pytest.approx(logits.grad[0].item(), abs=1e-12)


@pytest.mark.parametrize("tau", [0.1, 0.7, 3.0])
@pytest.mark.parametrize("hard", [False, True])
def test_one_draws_gradient_is_that_of_torchs_gumbel_softmax(hard: bool, tau: float) -> None:
    """Torch draws its own noise, so it is given ours: softmax((ℓ + g)/τ), hard as it does it."""
    ours = relaxed.straight_through if hard else relaxed.gumbel_softmax
    for place in PLACES:
        for g in relaxed.gumbel(3, 20):
            logits = torch.tensor(place, requires_grad=True)
            soft = torch.softmax((logits + torch.tensor(g)) / tau, 0)
            one = torch.nn.functional.one_hot(soft.argmax(), 3)
            y = one - soft.detach() + soft if hard else soft
            ((y @ torch.tensor(VALUES) - TARGET) ** 2).backward()
            assert logits.grad is not None
            assert ours(place, g[None], tau)[0] == pytest.approx(
                logits.grad[0].item(), rel=1e-9, abs=1e-9
            )


def test_gumbel_noise_draws_the_right_classes() -> None:
    for place in PLACES:
        shares = np.bincount((place + noise()).argmax(1), minlength=3) / MANY
        p = relaxed.softmax(place)
        assert (np.abs(shares - p) < 4 * np.sqrt(p * (1 - p) / MANY)).all()


def test_the_score_function_is_unbiased_with_the_enumerated_variance() -> None:
    for place in PLACES:
        made = at(relaxed.score, place, 1.0)
        assert abs(made.mean - relaxed.enumerated(place)) < 4 * made.error
        assert abs(made.variance - relaxed.score_variance(place)) < 4 * made.variance_error


def test_a_cold_gumbel_softmax_approaches_the_enumerated_gradient() -> None:
    """Far off at τ = 2, within 4 errors at τ = 0.02, while the variance grows about as 1/τ."""
    for place in PLACES:
        exact = relaxed.enumerated(place)
        made = [at(relaxed.gumbel_softmax, place, tau) for tau in (2.0, 0.1, 0.02)]
        assert abs(made[0].mean - exact) > 20 * made[0].error
        assert abs(made[2].mean - exact) < 4 * made[2].error
        assert abs(made[2].mean - exact) < abs(made[0].mean - exact) / 4
        assert made[0].variance < made[1].variance < made[2].variance
        assert made[2].variance / made[1].variance == pytest.approx(5, rel=0.2)


def test_straight_through_is_biased_by_a_number_with_an_error() -> None:
    """At ℓ = 0, τ = ½: −0.121, and 4 times the variance of the soft one."""
    place = PLACES[0]
    soft = at(relaxed.gumbel_softmax, place, 0.5)
    straight = at(relaxed.straight_through, place, 0.5)
    bias = straight.mean - relaxed.enumerated(place)
    assert bias == pytest.approx(-0.121, abs=4 * straight.error)
    assert abs(bias) > 20 * straight.error
    assert straight.variance / soft.variance == pytest.approx(4.4, abs=0.2)


def test_errors_are_the_spread_over_seeds() -> None:
    made = [
        relaxed.estimate(relaxed.gumbel_softmax(PLACES[1], relaxed.gumbel(seed), 0.5))
        for seed in range(200)
    ]
    for value, error in (("mean", "error"), ("variance", "variance_error")):
        spread = np.std([getattr(one, value) for one in made])
        assert np.mean([getattr(one, error) for one in made]) == pytest.approx(spread, rel=0.2)
