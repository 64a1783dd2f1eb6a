"""Putting latent dimensions in another order changes no output; what correlates is matched."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.theory import linear_vae
from vaeviz.training.aligned import align, correlation, matched

RNG = np.random.default_rng(0)


def test_dimensions_are_matched_with_their_signs_and_the_rest_come_last() -> None:
    source = RNG.standard_normal((500, 5))
    own = source[:, [3, 0, 4, 1, 2]] * [1, -1, 0.5, 1, 2]
    noisy = source[:, :3] + 0.1 * RNG.standard_normal((500, 3))
    order, signs = matched(correlation(noisy, own))
    np.testing.assert_array_equal(order, [1, 3, 4, 0, 2])
    np.testing.assert_array_equal(signs, [-1, 1, 1, 1, 1])


def test_correlations_are_those_of_numpy_and_0_without_variation() -> None:
    a, b = RNG.standard_normal((200, 2)), RNG.standard_normal((200, 3)) + 5
    b[:, 1] = 7
    expected = np.corrcoef(a.T, b.T + 1e-9 * RNG.standard_normal((3, 200)))[:2, 2:]
    expected[:, 1] = 0
    np.testing.assert_allclose(correlation(a, b), expected, atol=1e-6)


def test_alignment_changes_no_reconstruction_and_no_kl() -> None:
    torch.manual_seed(0)
    model = MultiRateVAE(6, (8, 7), max_latent=8, knots=5)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    x, places = torch.randn(40, 6), list(itertools.product((0.001, 0.02, 3.0), (1, 2, 3, 4, 6, 8)))

    def seen() -> list[torch.Tensor]:
        found = []
        with torch.inference_mode():
            for tau, d in places:
                held = model.at(tau, d)
                mu, logvar = held.encode(x)
                found += [held.decode(mu), (mu**2 + logvar.exp() - logvar).sum(1)]
        return found

    before, weights = seen(), model.encoder[-1].weight.clone()  # type: ignore[operator]
    spectrum = linear_vae.spectrum(x.numpy())
    align(model, x, spectrum.eigenvectors)
    assert not torch.equal(weights, model.encoder[-1].weight)  # type: ignore[arg-type]
    for one, other in zip(before, seen(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)
    scores = (x.numpy() - x.numpy().mean(0)) @ spectrum.eigenvectors

    def alike(d: int) -> np.ndarray:
        with torch.inference_mode():
            codes = [model.at(tau, d).encode(x)[0].numpy() for tau in model.log_taus.exp().tolist()]
        return np.sum([correlation(scores[:, :d], mu) for mu in codes], axis=0)

    found = np.abs(alike(5))  # of the group 5 to 7
    best = max(found[range(5), order].sum() for order in itertools.permutations(range(5)))
    assert np.diag(found).sum() == pytest.approx(best, abs=1e-4)
    assert (np.diag(alike(7)) >= 0).all()
