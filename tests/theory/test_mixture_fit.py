"""A Gaussian fitted to a mixture: against adaptive quadrature, grids and known cases."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from vaeviz.theory.gaussian_kl import kl
from vaeviz.theory.mixture_fit import (
    FINE,
    MUS,
    SIGMAS,
    Mixture,
    best_forward,
    derivatives,
    descent,
    fit,
    forward,
    landscape,
    optima,
    reverse,
    settle,
)
from vaeviz.theory.two_gaussians import Gaussian

TWO = Mixture(np.array([0.5, 0.5]), np.array([-2.0, 2.0]), np.array([0.6, 0.6]))
ONE = Mixture(np.array([1.0]), np.array([0.7]), np.array([0.4]))


def drawn(seed: int) -> Mixture:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 5))
    weights = rng.random(size) + 0.1
    sigmas = np.exp(rng.uniform(math.log(0.2), math.log(2), size))
    return Mixture(weights / weights.sum(), rng.uniform(-4, 4, size), sigmas)


def integral(f, *breaks: float) -> float:  # type: ignore[no-untyped-def]
    return quad(f, -30, 30, points=sorted(breaks), limit=500, epsabs=1e-11)[0]


@pytest.mark.parametrize("seed", range(4))
def test_both_directions_are_those_of_adaptive_quadrature(seed: int) -> None:
    p, q = drawn(seed), Gaussian(0.4, 0.9)
    log = lambda z: float(p.log(np.array(z)))  # noqa: E731
    log_q = lambda z: float(q.log(np.array(z)))  # noqa: E731
    there = integral(lambda z: math.exp(log_q(z)) * (log_q(z) - log(z)), *p.mus, q.mu)
    back = integral(lambda z: math.exp(log(z)) * (log(z) - log_q(z)), *p.mus, q.mu)
    assert reverse(q, p) == pytest.approx(there, abs=1e-6)
    assert forward(q, p) == pytest.approx(back, abs=1e-6)


def test_one_gaussian_has_the_closed_form_and_is_its_own_optimum() -> None:
    q = Gaussian(-0.3, 1.1)
    assert reverse(q, ONE) == pytest.approx(float(kl(-0.3, 1.1, 0.7, 0.4)), abs=1e-9)
    assert forward(q, ONE) == pytest.approx(float(kl(0.7, 0.4, -0.3, 1.1)), abs=1e-9)
    (best,) = optima(ONE)
    assert (best.q.mu, best.q.sigma, best.kl) == pytest.approx((0.7, 0.4, 0.0), abs=1e-8)
    covering = best_forward(ONE)
    assert (covering.q.mu, covering.q.sigma, covering.kl) == pytest.approx((0.7, 0.4, 0), abs=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_derivatives_are_those_of_differences(seed: int) -> None:
    p, place, h = drawn(seed), np.array([0.3, -0.2]), 1e-4

    def at(u: np.ndarray) -> float:
        return reverse(Gaussian(u[0], math.exp(u[1])), p)

    gradient, curvature = derivatives(place, p, FINE)
    for k, unit in enumerate(np.eye(2)):
        slope = (at(place + h * unit) - at(place - h * unit)) / (2 * h)
        bend = (at(place + h * unit) - 2 * at(place) + at(place - h * unit)) / h**2
        assert gradient[k] == pytest.approx(slope, abs=1e-6)
        assert curvature[k, k] == pytest.approx(bend, abs=1e-5)
    both = [at(place + h * np.array([i, j])) * i * j for i in (-1, 1) for j in (-1, 1)]
    assert curvature[0, 1] == pytest.approx(sum(both) / (4 * h**2), abs=1e-5)


def test_two_modes_far_apart_have_three_optima_and_the_narrow_ones_miss_log_two() -> None:
    found = optima(TWO)
    assert len(found) == 3
    assert [abs(o.q.mu) for o in found] == pytest.approx([1.99708, 1.99708, 0.0], abs=1e-4)
    assert found[0].kl == pytest.approx(math.log(2), abs=2e-3)
    assert found[2].q.sigma > 1.5
    covering = best_forward(TWO)
    assert (covering.q.mu, covering.q.sigma**2) == pytest.approx((0.0, 4.36))
    assert all(one.error < 1e-6 for one in [*found, covering])


def test_close_modes_have_one_optimum() -> None:
    assert len(optima(Mixture(TWO.weights, np.array([-0.5, 0.5]), TWO.sigmas))) == 1


@pytest.mark.parametrize("seed", range(8))
def test_all_local_optima_are_found(seed: int) -> None:
    """From 30 other starts Newton's method ends at none that is not in the list."""
    p = drawn(seed)
    found = optima(p)
    rng = np.random.default_rng(seed + 100)
    for _ in range(30):
        start = Gaussian(rng.uniform(-5, 5), math.exp(rng.uniform(math.log(0.2), math.log(4))))
        end = settle(start, p)
        if end:
            assert any(
                math.hypot(end.q.mu - o.q.mu, end.q.sigma - o.q.sigma) < 1e-4 for o in found
            ), end
    for one in found:
        gradient, curvature = derivatives(np.array([one.q.mu, math.log(one.q.sigma)]), p, FINE)
        assert np.abs(gradient).max() < 1e-8
        assert np.linalg.eigvalsh(curvature)[0] > 0
        assert one.error < 1e-6
        assert one.q.sigma >= p.sigmas.min() - 1e-9  # q is never narrower than the narrowest mode


@pytest.mark.parametrize("direction", ["reverse", "forward"])
def test_the_map_is_the_kl_at_its_places(direction: str) -> None:
    values = landscape(TWO, direction)
    take = {"reverse": reverse, "forward": forward}[direction]
    for s, m in ((20, 30), (0, 40), (44, 60), (44, 0), (10, 5)):
        exact = take(Gaussian(MUS[m], SIGMAS[s]), TWO)
        assert values[s, m] == pytest.approx(exact, rel=1e-5, abs=1e-6)


def test_descent_goes_down_to_the_optimum_of_its_side() -> None:
    for start, mode in ((1.0, 1.997), (-1.0, -1.997)):
        made = fit(TWO, Gaussian(start, 0.5), "reverse")
        kls = [reverse(Gaussian(*place), TWO) for place in made.path.tolist()]
        assert (np.diff(kls) < 1e-9).all()
        assert made.chosen is not None
        assert made.optima[made.chosen].q.mu == pytest.approx(mode, abs=1e-3)
    ways = descent(Gaussian(1.0, 0.5), TWO, "forward")
    kls = [forward(Gaussian(*place), TWO) for place in ways.tolist()]
    assert (np.diff(kls) < 1e-9).all()
    assert ways[-1] == pytest.approx([0.0, math.sqrt(4.36)], abs=0.02)
