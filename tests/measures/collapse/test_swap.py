"""The loss under swaps: known for the linear VAE; unchanged for a decoder without z."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.collapse.swap import swap
from vaeviz.measures.observe import observe
from vaeviz.records import Array, Observation
from vaeviz.records.diagnosis import Mean, Swap
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(5)
X = (RNG.normal(size=(4000, 6)) * np.sqrt([4.0, 1.5, 0.8, 0.3, 0.1, 0.02])).astype(np.float32)
SPECTRUM = linear_vae.spectrum(X)
NOISE = RNG.standard_normal((4000, 6)).astype(np.float32)


class Deaf(LinearCodec):
    """Its decoder ignores z."""

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return super().decode(np.zeros_like(z), tau, d)


def swapped(codec: LinearCodec, tau: float, d: int, seed: int = 0) -> Swap:
    seen = observe(codec, X, tau, d, NOISE)
    return swap(codec, X, seen, seen.mu + np.exp(0.5 * seen.logvar) * NOISE[:, :d], d, seed)


@pytest.mark.parametrize(("tau", "d"), [(0.05, 4), (1.0, 4), (0.05, 2)])
def test_a_strange_code_costs_the_linear_vae_what_is_known(tau: float, d: int) -> None:
    """Its own costs kτ + Σ_{i>k} λ_i, one that x has nothing to do with Var x + Var Wz."""
    result = swapped(LinearCodec(SPECTRUM, 6), tau, d)
    values = SPECTRUM.eigenvalues
    live = values[:d][values[:d] > tau]
    strange = values.sum() + (live - tau).sum()  # the aggregate of z is N(0, 1)
    own = len(live) * tau + values.sum() - live.sum()
    for losses, truth in ((result.code, own), (result.prior, strange), (result.other, strange)):
        assert losses.mean() == pytest.approx(truth, abs=4 * losses.std() / np.sqrt(len(X)))
    for rise in (result.prior_rise, result.other_rise):
        assert rise.value == pytest.approx(strange - own, abs=4 * rise.error)
        assert rise.error < 0.05 * (strange - own)


def test_at_collapse_no_swap_costs_anything() -> None:
    result = swapped(LinearCodec(SPECTRUM, 6), 5.0, 4)
    np.testing.assert_array_equal(result.prior, result.code)
    np.testing.assert_array_equal(result.other, result.code)
    assert not result.prior_rise.clear


def test_a_prior_sample_is_no_other_example_s_code() -> None:
    """Where every posterior is the same narrow one, another code costs nothing, a prior sample
    does.
    """
    codec = LinearCodec(SPECTRUM, 6)
    mu, still = np.zeros((4000, 4), np.float32), np.full((4000, 4), -20, np.float32)
    own = codec.loss(X, mu, 0.05, 4)
    result = swap(codec, X, Observation(0.05, mu, still, np.zeros(4), 0.0, 0.0, own), mu, 4)
    weights = (SPECTRUM.eigenvalues[:4] - 0.05).sum()  # tr W'W
    assert result.other_rise == Mean(0.0, 0.0)
    assert result.prior_rise.value == pytest.approx(weights, abs=4 * result.prior_rise.error)


def test_a_decoder_that_ignores_z_shows_no_rise() -> None:
    result = swapped(Deaf(SPECTRUM, 6), 0.05, 4)
    assert result.prior_rise == result.other_rise == Mean(0.0, 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_every_example_gets_another_s_code_and_each_code_is_used_once(seed: int) -> None:
    """Codes far apart, noise off: the loss by another code tells which one it was."""
    codec = LinearCodec(SPECTRUM, 6)
    few = X[:50]
    seen = observe(codec, few, 0.01, 6, NOISE)
    result = swap(codec, few, seen, seen.mu, 6, seed)
    losses = np.array(
        [((few - row) ** 2).sum(1) for row in codec.decode(seen.mu, 0.01, 6)]
    )  # (code, x)
    used = np.abs(losses - result.other).argmin(0)
    assert (used != np.arange(50)).all()
    assert sorted(used) == list(range(50))


def test_it_is_seeded() -> None:
    codec = LinearCodec(SPECTRUM, 6)
    assert (swapped(codec, 0.1, 3, 1).prior == swapped(codec, 0.1, 3, 1).prior).all()
    assert (swapped(codec, 0.1, 3, 1).prior != swapped(codec, 0.1, 3, 2).prior).any()
    assert (swapped(codec, 0.1, 3, 1).other != swapped(codec, 0.1, 3, 2).other).any()
