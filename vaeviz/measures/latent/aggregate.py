"""The aggregate posterior q(z) = 1/N Σ_n N(z; μ_n, diag σ_n²) of N examples: its KL to the prior.

    log q(z) = -log N + logsumexp_n log N(z; μ_n, diag σ_n²)      over all N posteriors, exactly
    KL(q(z) ‖ p(z)) = R - I,   I = E log q(z|n) - log q(z)        n uniform, z ~ q(z|n)

(Hoffman & Johnson 2016, "ELBO surgery"). The rate R is exact; I, the information of z about n, is a
Monte Carlo mean with its standard error. Every term of I is at most log N, since q(z) ≥ q(z|n)/N:
that is the cap. Where the posteriors overlap little, I is at its cap whatever the truth is, and the
KL for the N examples, R - log N, lies above that for all data. The KL itself has no upper cap.
Minibatch estimates, which can report information at exact collapse, are not used.

Near the cap the standard error is the smaller part of the error. For Gaussian codes of 2
to 16 dimensions and N = 359 or 1,000, an I of 3.1 nats below the cap is 0.06 to 0.17 nats too
small, one 2.6 nats below it 0.1 to 0.25, 1.9 nats 0.25 to 0.5, 1.5 nats 0.35 to 0.7, with standard
errors of 0.03 to 0.07; the KL is as much too large (benchmarks/information.py). From 2.5 nats below
the cap on it counts as capped.
"""

from __future__ import annotations

import math

import numpy as np

from vaeviz.measures.observe import kl_per_dimension
from vaeviz.records import AggregateKL, Array, DimensionKL

LOG_2PI = math.log(2 * math.pi)
ENTRIES = 1 << 20  # entries of the (samples, posteriors) matrix per block: 8 MB


def log_prior(z: Array) -> Array:
    """log N(z; 0, I), nats: (M, d) -> (M,)."""
    z = np.asarray(z, np.float64)
    return -0.5 * (z**2 + LOG_2PI).sum(1)


def log_density(z: Array, mu: Array, logvar: Array) -> Array:
    """log q(z) of codes (M, d) under all N posteriors (N, d), in nats, float64: (M,)."""
    z, mu, logvar = (np.asarray(values, np.float64) for values in (z, mu, logvar))
    precision = np.exp(-logvar)  # (N, d)
    constant = -0.5 * (logvar + LOG_2PI + mu**2 * precision).sum(1)  # (N,)
    weight = np.concatenate([mu * precision, -0.5 * precision], axis=1).T  # (2d, N)
    features = np.concatenate([z, z**2], axis=1)  # (M, 2d)
    rows = max(1, ENTRIES // len(mu))
    parts = [
        _logmeanexp(features[k : k + rows] @ weight + constant) for k in range(0, len(z), rows)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def kl_to_prior(mu: Array, logvar: Array, samples: int = 2000, seed: int = 0) -> AggregateKL:
    """KL(q(z) ‖ p(z)) of N posteriors (N, d); within its error it may be below 0."""
    rng = np.random.default_rng(seed)
    information, error = _information(mu, logvar, samples, rng)
    rate = float(kl_per_dimension(mu, logvar).sum())
    return AggregateKL(
        rate - information,
        error,
        rate,
        information,
        math.log(len(mu)),
        samples,
        len(mu),
        _source(samples, len(mu)),
    )


def kl_by_dimension(mu: Array, logvar: Array, samples: int = 500, seed: int = 0) -> DimensionKL:
    """KL(q(z_j) ‖ p(z_j)) of each dimension of N posteriors (N, d), as `kl_to_prior` with d = 1."""
    rng = np.random.default_rng(seed)
    columns = [(mu[:, [j]], logvar[:, [j]]) for j in range(mu.shape[1])]
    information = np.array([_information(*column, samples, rng) for column in columns]).reshape(
        -1, 2
    )
    kl = kl_per_dimension(mu, logvar) - information[:, 0]
    return DimensionKL(
        kl, information[:, 1], math.log(len(mu)), samples, len(mu), _source(samples, len(mu))
    )


def _information(
    mu: Array, logvar: Array, samples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """I and its standard error, from z ~ q(z|n) of posteriors drawn with replacement."""
    n = rng.integers(len(mu), size=samples)
    mean, spread = np.asarray(mu, np.float64)[n], np.asarray(logvar, np.float64)[n]
    noise = rng.standard_normal(mean.shape)
    log_q = -0.5 * (spread + LOG_2PI + noise**2).sum(1)  # log q(z|n)
    terms = log_q - log_density(
        mean + np.exp(0.5 * spread) * noise, mu, logvar
    )  # each at most log N
    return float(terms.mean()), float(terms.std(ddof=1)) / math.sqrt(samples)


def _logmeanexp(terms: Array) -> Array:
    """log mean exp along the last axis: (M, N) -> (M,); the sum's terms in float32, for speed."""
    top = terms.max(1)
    small = (terms - top[:, None]).astype(np.float32)
    return top + np.log(np.exp(small).mean(1, dtype=np.float64))


def _source(samples: int, posteriors: int) -> str:
    return (
        f"estimate, {samples:,} samples against all {posteriors:,} posteriors; "
        f"the information is capped at log N = {math.log(posteriors):.2f} nats"
    )
