"""Three readings of a variance output: their KL gradients against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vaeviz.studies import variance_outputs as study
from vaeviz.theory import variance_outputs as theory

PLACES = (-2.5, -1.001, -0.99995, -0.99, -0.5, 0.0, 0.7, 2.0)


@pytest.mark.parametrize("k", range(3))
def test_the_pull_is_the_gradient_of_the_kl(k: int) -> None:
    read, made = theory.READ[k], list(study.OUTPUTS.values())[k]
    for place in PLACES:
        a = torch.tensor(place, dtype=torch.float64, requires_grad=True)
        sigma, logvar = made(a)
        kl = 0.5 * (sigma**2 - 1 - logvar)
        found = read(place)
        if found is None:
            assert torch.isnan(kl)
            continue
        kl.backward()
        assert a.grad is not None
        assert found[0] == pytest.approx(sigma.item(), abs=1e-9)
        assert found[1] == pytest.approx(a.grad.item(), rel=1e-9, abs=1e-9)


def test_below_minus_one_only_the_logarithm_pulls() -> None:
    assert theory.log_variance(-2.0)[1] == pytest.approx(0.5 * (np.exp(-2) - 1))
    assert theory.deviation(-2.0) is None
    assert theory.clamped(-2.0)[1] == 0
    assert theory.CLAMP == study.CLAMP


def test_all_begin_alike_to_first_order() -> None:
    """At a = 0 σ = 1 and the pull is 0 in each."""
    for read in theory.READ:
        assert read(0.0) == pytest.approx((1.0, 0.0))
