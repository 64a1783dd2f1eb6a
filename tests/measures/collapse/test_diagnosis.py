"""A diagnosis of known models: exact collapse, Gaussians, and each part."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.collapse.diagnosis import diagnose, fall_of
from vaeviz.measures.collapse.reference import reference
from vaeviz.records import Array
from vaeviz.records.diagnosis import Diagnosis, Mean
from vaeviz.theory import linear_vae

RNG = np.random.default_rng(8)
LAMBDA = np.array([4.0, 1.5, 0.8, 0.3, 0.1, 0.1])
X = (RNG.normal(size=(3000, 6)) * np.sqrt(LAMBDA)).astype(np.float32)
TRAIN, HELD = X[:1000], X[1000:]
KNOWN = reference(TRAIN, "gaussian")
SPECTRUM = linear_vae.spectrum(TRAIN)
CODEC = LinearCodec(SPECTRUM, 6)


class First(LinearCodec):
    """One dimension lives."""

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = super().encode(x, tau, d)
        mu[:, 1:], logvar[:, 1:] = 0, 0
        return mu, logvar

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return super().decode(z * (np.arange(d) < 1), tau, d)


def result(tau: float, d: int, seed: int = 0, x: Array = HELD) -> Diagnosis:
    return diagnose(CODEC, tau, d, x, KNOWN, seed=seed)


def test_at_exact_collapse_every_estimate_is_zero() -> None:
    """Neither bias nor error but rounding: 1e-6 nats. From minibatches it can be 11 nats."""
    seen = result(6.0, 4)
    for value in (
        seen.aggregate.information,
        seen.aggregate.kl,
        seen.correlation.value,
        seen.pairwise.mean,
    ):
        assert abs(value) < 1e-6
    assert seen.aggregate.error < 1e-6
    assert seen.correlation.error < 1e-6
    assert seen.swap.prior_rise == seen.swap.other_rise == Mean(0.0, 0.0)
    assert seen.kl.tolist() == seen.var_mu.tolist() == [0.0] * 4
    assert seen.variance.tolist() == [1.0] * 4
    assert seen.evidence.coding == seen.evidence.expected == 0


@pytest.mark.parametrize(("tau", "d"), [(0.5, 3), (0.2, 2), (0.05, 4)])
def test_on_gaussians_every_estimate_has_its_closed_form(tau: float, d: int) -> None:
    """I = R = Σ ½ log λ/τ, pairwise λ/τ - 1 a live dimension, aggregate the prior, no correlation.

    2,000 posteriors, 1,000 samples, over 8 seeds; what I lacks to R at small τ is the bias, and it
    is told.
    """
    values = SPECTRUM.eigenvalues[:d]
    truth = 0.5 * np.log(np.maximum(values, tau) / tau).sum()
    runs = [result(tau, d, seed) for seed in range(8)]
    information = np.array([run.aggregate.information for run in runs])
    correlation = np.array([run.correlation.value for run in runs])
    error = runs[0].aggregate.error
    assert information.std(ddof=1) < 2 * error
    assert information.mean() == pytest.approx(truth, abs=0.15 if truth < 4 else 0.5)
    assert (information <= math.log(len(HELD)) + 1e-5).all()
    assert correlation.mean() == pytest.approx(0, abs=0.1 if truth < 4 else 0.5)
    assert correlation.mean() > -0.03
    assert np.mean([run.aggregate.kl for run in runs]) == pytest.approx(
        0, abs=0.15 if truth < 4 else 0.5
    )
    pairs = np.maximum(values, tau) / tau - 1
    np.testing.assert_allclose(runs[0].pairwise.by_dimension, pairs, rtol=0.1, atol=1e-5)


def test_its_dimensions_are_the_linear_vae_s() -> None:
    seen, exact = result(0.5, 4), linear_vae.solve(SPECTRUM, 1.0, 0.5, 4)
    np.testing.assert_allclose(seen.kl, exact.kl, atol=0.05)
    np.testing.assert_allclose(seen.var_mu, exact.var_mu, atol=0.05)
    np.testing.assert_allclose(seen.variance, exact.variances, rtol=1e-6)
    assert seen.active.tolist() == [True, True, True, False]
    assert seen.collapsed.tolist() == [False, False, False, True]
    assert seen.evidence.coding == seen.evidence.expected == 3
    assert seen.alarm == "alarm"
    assert result(0.2, 4).alarm == "fine"


@pytest.mark.parametrize(
    ("dead", "dims", "alarm"),
    [
        (0, 10, "fine"),
        (1, 10, "fine"),
        (1, 8, "warning"),
        (2, 10, "warning"),
        (3, 10, "alarm"),
        (1, 1, "alarm"),
    ],
)
def test_the_alarm_is_over_ten_and_over_twenty_percent(dead: int, dims: int, alarm: str) -> None:
    seen = result(0.2, 3)
    observation = dataclasses.replace(
        seen.observation, kl=np.where(np.arange(dims) < dead, 0.09, 0.1)
    )
    again = dataclasses.replace(seen, observation=observation)
    assert (int(again.collapsed.sum()), again.alarm) == (dead, alarm)


def test_the_threshold_is_the_one_given() -> None:
    for threshold, dead in ((0.1, 0), (0.5, 2)):
        seen = diagnose(CODEC, 0.05, 6, HELD, KNOWN, threshold)
        assert (seen.threshold, int(seen.collapsed.sum()), seen.evidence.coding) == (
            threshold,
            dead,
            6 - dead,
        )


def test_the_evidence_is_the_linear_vae_s_own() -> None:
    """On its training data the closed form saves what a linear code saves; idle is what a swap
    costs.
    """
    tau, d = 0.2, 3
    seen, exact = result(tau, d), linear_vae.solve(SPECTRUM, 1.0, tau, d)
    saved = 0.5 * (SPECTRUM.eigenvalues.sum() - exact.squared_error) / tau - exact.rate
    e = seen.evidence
    assert e.saved.value == pytest.approx(saved, abs=4 * e.saved.error)
    assert e.linear.value == pytest.approx(saved, rel=1e-3)
    nothing = 0.5 * SPECTRUM.eigenvalues.sum() / tau
    assert e.excess.value == pytest.approx(-e.saved.value - 0.01 * nothing, rel=1e-4)
    across = KNOWN.across(tau, d).mean()
    assert e.lag.value == pytest.approx(0.5 * (across - 1) - e.saved.value, rel=1e-6)
    bare = min(seen.swap.prior_rise.value, seen.swap.other_rise.value)
    assert e.idle.value == pytest.approx(seen.kl.sum() - 0.5 * bare / tau, rel=1e-4)
    assert e.rate == pytest.approx(seen.kl.sum())
    assert e.largest * tau == pytest.approx(SPECTRUM.eigenvalues[0], rel=1e-4)
    constant = 0.5 * KNOWN.losses(HELD).mean() / tau
    without = 0.5 * min(seen.swap.prior.mean(), seen.swap.other.mean()) / tau
    assert e.blind.value == pytest.approx(0.99 * constant - without, rel=1e-4)


def likelihood(values: Array, k: int) -> float:
    """Nats per example, but for a constant: pPCA's maximum with k dimensions, data of variances
    (D,).
    """
    rest = values[k:].mean()
    return float(-0.5 * (np.log(values[:k]).sum() + (len(values) - k) * math.log(rest)))


@pytest.mark.parametrize(("tau", "d"), [(0.05, 4), (0.2, 3), (1.0, 2)])
def test_at_its_own_noise_the_linear_vae_saves_what_it_is_behind_half_of_the_worth(
    tau: float, d: int
) -> None:
    """½ D log of one σ² over the other, less the rate: not J at the slider's τ."""
    seen, exact = result(tau, d), linear_vae.solve(SPECTRUM, 1.0, tau, d)
    own = 3 * math.log(SPECTRUM.eigenvalues.sum() / exact.squared_error) - exact.rate
    e = seen.evidence
    assert e.short.value == pytest.approx(0.5 * e.worth.value - own, abs=4 * e.short.error + 0.02)
    assert e.astray.value == pytest.approx(e.excess.value, abs=5 * e.astray.error)
    assert e.astray.value != e.excess.value


@pytest.mark.parametrize(("tau", "live"), [(1.0, 2), (2.0, 1), (0.5, 3)])
def test_what_is_missed_is_what_the_dead_dimensions_would_have_coded(tau: float, live: int) -> None:
    """Of four: the likelihood with four dimensions over that with the live ones, each at its own
    best σ².
    """
    seen, values = result(tau, 4), SPECTRUM.eigenvalues
    assert seen.evidence.coding == live
    missed = seen.evidence.missed
    assert missed is not None
    truth = likelihood(values, 4) - likelihood(values, live)
    assert missed.value == pytest.approx(truth, abs=4 * missed.error)
    assert result(0.05, 4).evidence.missed is None
    assert result(6.0, 4).evidence.missed is None


class Coin(LinearCodec):
    """A Bernoulli decoder that says ½ everywhere, and a posterior that says nothing."""

    likelihood = "bernoulli"

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        return np.zeros((len(x), d), np.float32), np.zeros((len(x), d), np.float32)

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return np.full(len(x), x.shape[1] * math.log(2))


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_the_loss_of_other_likelihoods_counts_whole(beta: float) -> None:
    """Nats over β: bits of frequency 0.1, for which a coin costs log 2 and their own entropy 0.325
    each.
    """
    x = (np.random.default_rng(0).random((1500, 8)) < 0.1).astype(np.float32)
    seen = diagnose(
        Coin(linear_vae.spectrum(x), 4), beta, 2, x[1000:], reference(x[:1000], "bernoulli")
    )
    p = x[:1000].mean(0)
    entropy = -(p * np.log(p) + (1 - p) * np.log(1 - p)).sum()
    assert seen.evidence.saved.value == pytest.approx((entropy - 8 * math.log(2)) / beta, abs=0.01)
    assert seen.verdict == "not trained yet"
    assert not seen.evidence.variance
    held, coin = reference(x[:1000], "bernoulli").losses(x[1000:]).mean(), 8 * math.log(2)
    assert seen.evidence.short.value == pytest.approx(
        0.5 * seen.evidence.worth.value - held + coin, rel=1e-5
    )
    assert seen.evidence.astray.value == pytest.approx((coin - 1.01 * held) / beta, rel=1e-5)
    assert result(0.2, 3).evidence.variance


def wide(variances: list[float], noise: float, count: int) -> Array:
    """Rows (count, 40): these variances along the first axes, noise along the others."""
    scale = np.sqrt(variances + [noise] * (40 - len(variances)))
    return (np.random.default_rng(count).normal(size=(count, 40)) * scale).astype(np.float32)


def test_one_dead_dimension_misses_one_direction() -> None:
    """λ = 4 and three times 0.9, τ = 1, d = 2: of three directions left over, one would be
    coded.
    """
    train, held = wide([4.0, 0.9, 0.9, 0.9], 0.02, 1000), wide([4.0, 0.9, 0.9, 0.9], 0.02, 2000)
    codec = LinearCodec(linear_vae.spectrum(train), 2)
    missed = diagnose(codec, 1.0, 2, held, reference(train, "gaussian")).evidence.missed
    values = np.array([4.0] + [0.9] * 3 + [0.02] * 36)
    assert missed is not None
    assert missed.value == pytest.approx(likelihood(values, 2) - likelihood(values, 1), rel=0.05)


def test_noise_left_over_is_not_missed() -> None:
    """Few training examples, whose noise 7 dead dimensions could code: on held-out ones in vain."""
    train, held = wide([9.0], 1.0, 90), wide([9.0], 1.0, 2000)
    codec = LinearCodec(linear_vae.spectrum(wide([9.0], 1.0, 5000)), 8)
    missed = diagnose(codec, 1.5, 8, held, reference(train, "gaussian")).evidence.missed
    assert missed is not None
    assert missed.value < 0


def test_the_fall_between_two_snapshots() -> None:
    """J/τ of the closed form for 1 and for 3 dimensions: the second saves what λ_2 and λ_3 are
    worth.
    """
    one = First(SPECTRUM, 6)
    fall = fall_of(one, CODEC, 0.2, 3, HELD)
    gain = sum(0.5 * (v / 0.2 - 1 - math.log(v / 0.2)) for v in SPECTRUM.eigenvalues[1:3])
    assert fall.value == pytest.approx(gain, abs=4 * fall.error)
    assert fall_of(CODEC, one, 0.2, 3, HELD).value == pytest.approx(-fall.value)
    assert fall_of(one, one, 0.2, 3, HELD) == Mean(0.0, 0.0)


def test_it_is_seeded_and_its_source_has_the_counts() -> None:
    same, other = result(0.2, 3), result(0.2, 3, seed=1)
    assert result(0.2, 3).evidence == same.evidence != other.evidence
    assert "closed form: the linear VAE, 2,000 held-out and 1,000 training examples" in same.source
    assert "2,000 posteriors" in same.aggregate.source


def test_a_code_that_is_the_same_for_every_example_carries_nothing() -> None:
    """Nats of KL in each dimension, and no information."""
    codec = Odd(SPECTRUM, 6)
    codec.gain, codec.logvar = 0.0, -2.0
    seen = diagnose(codec, 0.2, 3, HELD, KNOWN)
    assert (seen.kl > 0.5).all()
    assert seen.evidence.coding == 0
    assert abs(seen.aggregate.information) < 1e-6
    assert abs(seen.pairwise.mean) < 1e-6
    assert seen.verdict == "not trained yet"


@pytest.mark.parametrize("count", [2, 5])
def test_few_examples_are_enough(count: int) -> None:
    assert result(0.2, 3, x=HELD[:count]).verdict


@pytest.mark.parametrize(
    "train", [np.ones((50, 3)), np.eye(3), np.arange(20.0)[:, None], np.ones((2, 4))]
)
@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli", "categorical"])
def test_odd_data_give_finite_numbers(train: Array, likelihood: str) -> None:
    """Without variance, fewer examples than elements, one element, two examples."""
    x = (train / train.max()).astype(np.float32)
    codec = LinearCodec(linear_vae.spectrum(x), 4)
    codec.likelihood = likelihood  # type: ignore[misc]
    seen = diagnose(codec, 0.1, 4, x, reference(x, likelihood))
    parts = [part for part in vars(seen.evidence).values() if isinstance(part, Mean)]
    assert np.isfinite([[part.value, part.error] for part in parts]).all()
    assert seen.reason


class Odd(LinearCodec):
    """Its codes are `gain` times as long and have this log variance."""

    logvar, gain = math.nan, 1.0

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = super().encode(x, tau, d)
        return self.gain * mu, np.full_like(logvar, self.logvar)


@pytest.mark.parametrize(
    ("posterior", "words"), [(True, "not finite"), (False, "a plain autoencoder")]
)
def test_what_has_no_posterior_is_refused_in_one_line(posterior: bool, words: str) -> None:
    codec = Odd(SPECTRUM, 6)
    codec.posterior = posterior
    codec.logvar = math.nan if posterior else -20.0
    with pytest.raises(UserError, match=words):
        diagnose(codec, 0.2, 3, HELD, KNOWN)


def test_one_example_is_too_few() -> None:
    with pytest.raises(UserError, match="at least two"):
        result(0.2, 3, x=HELD[:1])


def test_a_variance_for_every_pixel_is_refused_in_one_line() -> None:
    with pytest.raises(UserError, match="has no τ to judge it at") as caught:
        reference(TRAIN, "gaussian-per-pixel")
    assert "\n" not in str(caught.value)
