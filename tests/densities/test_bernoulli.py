"""The Bernoulli likelihood: torch.distributions, grey pixels, extreme logits."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli

from vaeviz.densities.bernoulli import BERNOULLI


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8), st.integers(0, 255))
def test_log_prob_of_bits_is_that_of_torch_distributions(values: list[float], bits: int) -> None:
    logits = torch.tensor(values, dtype=torch.float64)
    x = torch.tensor([float(bits >> i & 1) for i in range(len(values))], dtype=torch.float64)
    theirs = Bernoulli(logits=logits).log_prob(x).sum(-1)
    torch.testing.assert_close(BERNOULLI.log_prob(x, logits), theirs, rtol=1e-9, atol=1e-12)


@given(st.floats(0, 1), st.floats(-30, 30))
def test_a_grey_pixel_is_the_expectation_over_its_two_bits(grey: float, logit: float) -> None:
    x, logits = (
        torch.tensor([grey], dtype=torch.float64),
        torch.tensor([logit], dtype=torch.float64),
    )
    one, zero = (BERNOULLI.log_prob(torch.full_like(x, bit), logits) for bit in (1, 0))
    expected = (grey * one + (1 - grey) * zero).item()
    assert BERNOULLI.log_prob(x, logits).item() == pytest.approx(expected, abs=1e-12)


def test_probabilities_of_all_bit_patterns_sum_to_one() -> None:
    logits = torch.tensor([0.3, -2.0, 5.0], dtype=torch.float64)
    patterns = torch.tensor(
        [[float(i >> b & 1) for b in range(3)] for i in range(8)], dtype=torch.float64
    )
    assert BERNOULLI.log_prob(patterns, logits.expand(8, 3)).exp().sum().item() == pytest.approx(1)


@pytest.mark.parametrize("size", [50.0, 1e3, 1e6, 1e30])
@pytest.mark.parametrize("pixel", [0.0, 0.5, 1.0])
def test_extreme_logits_stay_finite_with_their_gradients(size: float, pixel: float) -> None:
    logits = torch.tensor([size, -size], requires_grad=True)
    log_prob = BERNOULLI.log_prob(torch.full((2,), pixel), logits)
    (gradient,) = torch.autograd.grad(log_prob, logits)
    assert torch.isfinite(log_prob)
    assert torch.isfinite(gradient).all()
    assert log_prob.item() == pytest.approx(
        -size, rel=1e-5
    )  # one pixel is right, the other wrong by `size`


def test_examples_repeat_over_posterior_samples() -> None:
    generator = torch.Generator().manual_seed(0)
    x, logits = torch.rand(4, 6, generator=generator), torch.randn(3, 4, 6, generator=generator)
    expected = torch.stack([BERNOULLI.log_prob(x, sample) for sample in logits])
    torch.testing.assert_close(BERNOULLI.log_prob(x, logits), expected)


def test_the_mean_maximises_the_likelihood_of_a_grey_pixel() -> None:
    logits = torch.linspace(-6, 6, 2001, dtype=torch.float64).unsqueeze(-1)  # (2001, 1)
    best = BERNOULLI.log_prob(torch.tensor([0.3], dtype=torch.float64), logits).argmax()
    assert BERNOULLI.mean(logits)[best].item() == pytest.approx(0.3, abs=2e-3)
