"""The categorical likelihood over grey levels: normalisation, torch.distributions, quantisation."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Categorical

from vaeviz.densities.categorical import CATEGORICAL, quantize


def _logits(*shape: int, seed: int = 0, scale: float = 3.0) -> torch.Tensor:
    return scale * torch.randn(
        *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )


@given(st.integers(2, 256), st.integers(0, 1000), st.floats(0.1, 30))
def test_probabilities_sum_to_one_over_the_levels(levels: int, seed: int, scale: float) -> None:
    greys = torch.linspace(0, 1, levels, dtype=torch.float64).unsqueeze(
        -1
    )  # (K, 1): every level once
    logits = _logits(1, levels, seed=seed, scale=scale).expand(levels, 1, levels)
    log_prob = CATEGORICAL.log_prob(greys, logits)
    assert log_prob.exp().sum().item() == pytest.approx(1, abs=1e-12)


def test_log_prob_is_that_of_torch_distributions() -> None:
    x = torch.rand(5, 7, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    logits = _logits(5, 7, 17)
    theirs = Categorical(logits=logits).log_prob((x * 16).round()).sum(-1)
    torch.testing.assert_close(CATEGORICAL.log_prob(x, logits), theirs)


def test_extreme_logits_stay_finite() -> None:
    logits = torch.tensor([[1e4, -1e4, 0.0]])
    for grey in (0.0, 0.5, 1.0):
        assert torch.isfinite(CATEGORICAL.log_prob(torch.tensor([grey]), logits))


@pytest.mark.parametrize("levels", [2, 16, 17, 256])
def test_every_level_is_its_own_nearest(levels: int) -> None:
    greys = torch.linspace(0, 1, levels)
    assert quantize(greys, levels).tolist() == list(range(levels))


def test_values_outside_the_range_take_the_nearest_level() -> None:
    assert quantize(torch.tensor([-0.5, 1.5]), 17).tolist() == [0, 16]


def test_examples_repeat_over_posterior_samples() -> None:
    x = torch.rand(4, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    logits = _logits(3, 4, 6, 9)
    expected = torch.stack([CATEGORICAL.log_prob(x, sample) for sample in logits])
    torch.testing.assert_close(CATEGORICAL.log_prob(x, logits), expected)


def test_the_mean_is_the_expected_grey_value() -> None:
    logits = _logits(3, 4, 17)
    probabilities = torch.softmax(logits, -1)
    expected = sum(probabilities[..., k] * k / 16 for k in range(17))
    torch.testing.assert_close(CATEGORICAL.mean(logits), expected)
