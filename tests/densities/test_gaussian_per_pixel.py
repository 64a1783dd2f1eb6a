"""A σ² per pixel: torch.distributions in float64, Monte Carlo, the floor, gradients, no NaN."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Normal

from vaeviz.densities import gaussian
from vaeviz.densities.gaussian_per_pixel import PER_PIXEL
from vaeviz.records.variance import FLOOR


def _randn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _outputs(mean: Tensor, a: Tensor) -> Tensor:
    return torch.stack([mean, a], -1)  # (..., D, 2)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6), st.floats(-30, 9))
def test_log_prob_is_that_of_torch_distributions(values: list[float], a: float) -> None:
    x = torch.tensor(values, dtype=torch.float64)
    mean, free = x.flip(0) * 0.7 - 0.1, torch.linspace(a, a + 1, len(x), dtype=torch.float64)
    theirs = Normal(mean, (FLOOR + free.exp()).sqrt()).log_prob(x).sum(-1)
    ours = PER_PIXEL.log_prob(x, _outputs(mean, free))
    torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-9)


def test_with_one_variance_it_is_the_plain_gaussian() -> None:
    x, mean = _randn(2, 7, 5)
    ours = PER_PIXEL.log_prob(x, _outputs(mean, torch.full_like(mean, math.log(0.3 - FLOOR))))
    torch.testing.assert_close(ours, gaussian.log_prob(x, mean, 0.3))


def test_it_is_a_density() -> None:
    """Its integral over x is 1: the mean of p/q over samples of another Gaussian q."""
    noise = _randn(200_000, 2)
    outputs = _outputs(torch.tensor([0.3, -0.2]).double(), torch.tensor([-1.0, 0.4]).double())
    other = Normal(torch.zeros(2, dtype=torch.float64), 2.0)
    x = 2 * noise
    ratios = (PER_PIXEL.log_prob(x, outputs) - other.log_prob(x).sum(-1)).exp()
    assert abs(ratios.mean() - 1) <= 4 * ratios.std() / len(ratios) ** 0.5


def test_every_element_and_example_has_its_own_variance() -> None:
    x, mean, a = _randn(3, 4, 5)
    before = PER_PIXEL.log_prob(x, _outputs(mean, a))
    a[2, 1] += 1
    moved = PER_PIXEL.log_prob(x, _outputs(mean, a)) != before
    assert moved.tolist() == [False, False, True, False]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_ends_are_reached_and_never_passed(dtype: torch.dtype) -> None:
    a = torch.tensor([-1e30, -100.0, math.log(FLOOR), 0.0, 1e30], dtype=dtype)
    variances = PER_PIXEL.log_variance(_outputs(torch.zeros_like(a), a)).exp()
    expected = torch.tensor([FLOOR, FLOOR, 2 * FLOOR, 1 + FLOOR, math.exp(10) + FLOOR], dtype=dtype)
    torch.testing.assert_close(variances, expected, rtol=5e-6, atol=0)


@pytest.mark.parametrize("a", [-3e38, -1e4, 0.0, 1e4, 3e38])
def test_no_output_gives_a_nan_or_an_endless_gradient(a: float) -> None:
    outputs = torch.tensor([[0.5, a]], requires_grad=True)  # (1, 2)
    result = PER_PIXEL.log_prob(torch.tensor([0.2]), outputs)
    result.backward()
    assert outputs.grad is not None
    assert math.isfinite(result.item())
    assert torch.isfinite(outputs.grad).all()


def test_gradients_are_those_of_the_formula() -> None:
    x, mean, a = _randn(3, 4, 5)
    outputs = _outputs(mean, a).requires_grad_()
    assert torch.autograd.gradcheck(lambda out: PER_PIXEL.log_prob(x, out), outputs)
    (result,) = torch.autograd.grad(PER_PIXEL.log_prob(x, outputs).sum(), outputs)
    s = FLOOR + a.exp()
    torch.testing.assert_close(result[..., 0], (x - mean) / s)
    torch.testing.assert_close(result[..., 1], 0.5 * ((x - mean) ** 2 / s**2 - 1 / s) * a.exp())


def test_the_best_variance_is_the_squared_error() -> None:
    """For one example, -log p is least where s_j = (x_j - m_j)²."""
    x, mean = _randn(2, 6)
    best = ((x - mean) ** 2 - FLOOR).log()
    at = [PER_PIXEL.log_prob(x, _outputs(mean, best + step)) for step in (-0.05, 0.0, 0.05)]
    assert at[1] > max(at[0], at[2])
