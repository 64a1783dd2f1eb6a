"""Total correlation KL(q(z) ‖ Π_j q(z_j)) of the aggregate of N posteriors N(μ_n, diag σ_n²).

    TC = E [log q(z) - Σ_j log q(z_j)],   n uniform, z ~ q(z|n) = Σ_j I(z_j; n) - I(z; n)

Watanabe 1960; the term of the bound that β-TCVAE weights (Chen, Li, Grosse & Duvenaud 2018,
arXiv:1802.04942): R = I(z; n) + TC + Σ_j KL(q(z_j) ‖ p(z_j)). Densities are mixtures over all N
posteriors, so that for these N examples the mean is unbiased, and its standard error the whole
error. Minibatch weighting, which can report nats at exact collapse, is not used.

For the data the N examples stand for, it is biased upwards where posteriors overlap little: then
I(z; n) stops at log N before any I(z_j; n) does. TC is then too large by about the error of I,
see `aggregate`; it is at most (d - 1) log N.
"""

from __future__ import annotations

import math

import numpy as np

from vaeviz.measures.latent.aggregate import LOG_2PI, log_density
from vaeviz.records import Array
from vaeviz.records.total_correlation import TotalCorrelation


def total_correlation(
    mu: Array, logvar: Array, samples: int = 2000, seed: int = 0
) -> TotalCorrelation:
    """From `samples` codes of N posteriors (N, d); within its error it may be below 0."""
    rng = np.random.default_rng(seed)
    posteriors, d = mu.shape
    n = rng.integers(posteriors, size=samples)
    mean, spread = np.asarray(mu, np.float64)[n], np.asarray(logvar, np.float64)[n]
    noise = rng.standard_normal((samples, d))
    z = mean + np.exp(0.5 * spread) * noise  # (M, d)
    joint = log_density(z, mu, logvar)  # (M,)
    each = sum(
        (log_density(z[:, [j]], mu[:, [j]], logvar[:, [j]]) for j in range(d)), np.zeros(samples)
    )
    terms, log_q = joint - each, -0.5 * (spread + LOG_2PI + noise**2).sum(1)
    return TotalCorrelation(
        float(terms.mean()),
        float(terms.std(ddof=1)) / math.sqrt(samples),
        float((log_q - joint).mean()),
        (d - 1) * math.log(posteriors),
        samples,
        posteriors,
        f"estimate, {samples:,} samples against all {posteriors:,} posteriors",
    )
