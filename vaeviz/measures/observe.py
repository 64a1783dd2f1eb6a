"""A codec's observation of the probe set, and its read-outs at one (β, σ²)."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.data.noise import NOISE_DIMENSIONS, fixed_noise
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.codec import Coder
from vaeviz.records import ACTIVE, Array, Observation, Readings
from vaeviz.records.active import Units

PROBES = 1000  # examples that the Explorer encodes at every move


def probe_set(held_out: Array) -> tuple[Array, Array]:
    """The first held-out examples (N, D), and one fixed noise draw (N, 16) for each."""
    x = held_out[:PROBES].copy()
    return x, fixed_noise(len(x), NOISE_DIMENSIONS)


def observe(codec: Coder, x: Array, tau: float, d: int, noise: Array) -> Observation:
    """Codes of examples (N, D), their KL, and the loss at one posterior sample each, z = μ +
    σ·noise.

    `noise` (at least (N, d)) stays the same between calls, so that only the settings move the
    read-outs.
    """
    mu, logvar = codec.encode(x, tau, d)  # (N, d)
    z = mu + np.exp(0.5 * logvar) * noise[: len(mu), : mu.shape[1]]
    loss = codec.loss(x, z, tau, d)  # (N,)
    error = float(loss.std(ddof=1)) / math.sqrt(len(loss)) if len(loss) > 1 else math.inf
    return Observation(
        tau, mu, logvar, kl_per_dimension(mu, logvar), float(loss.mean()), error, loss
    )


def kl_per_dimension(mu: Array, logvar: Array) -> Array:
    """The KL spectrum: the mean over examples of KL(N(μ_j, σ_j²) ‖ N(0, 1)) of each dimension.

    Parameters
    ----------
    mu, logvar : arrays of shape (N, d)
        Posterior means and log variances.

    Returns
    -------
    array of shape (d,)
        Nats.

    Examples
    --------
    >>> import numpy as np, vaeviz
    >>> vaeviz.kl_per_dimension(np.array([[2.0, 0.0]]), np.zeros((1, 2))).tolist()
    [2.0, 0.0]
    """
    mu, logvar = mu.astype(np.float64), logvar.astype(np.float64)
    return 0.5 * (mu**2 + np.expm1(logvar) - logvar).mean(0)


def read(
    observation: Observation,
    elements: int,
    likelihood: str,
    beta: float,
    sigma2: float,
    threshold: float,
) -> Readings:
    """Rate, distortion (with all constants), ELBO and J in nats; `elements` is the dimension D."""
    p = LIKELIHOODS[likelihood]
    distortion = p.nats(observation.loss, elements, sigma2)
    counted = units(observation, threshold)
    return Readings(
        rate=observation.rate,
        distortion=distortion,
        error=p.nats_per_loss(sigma2) * observation.loss_error,
        elbo=-(distortion + observation.rate),
        objective=distortion + beta * observation.rate,
        optimal_sigma2=observation.loss / elements if p.variance.shared else None,
        **vars(counted),
    )


def units(observation: Observation, threshold: float) -> Units:
    """How many dimensions are active, and how many have less KL than the threshold, in nats."""
    active, collapsed = observation.mu.var(0) > ACTIVE, observation.kl < threshold
    both = int((active & collapsed).sum())
    return Units(int(active.sum()), int(collapsed.sum()), both, len(observation.kl))


def objectives(observation: Observation, likelihood: str, beta: float, sigma2: float) -> Array:
    """J = D + βR of each example, (N,) nats, up to a shared constant."""
    mu, logvar = observation.mu.astype(np.float64), observation.logvar.astype(np.float64)
    rates = 0.5 * (mu**2 + np.expm1(logvar) - logvar).sum(1)  # (N,)
    return observation.losses * LIKELIHOODS[likelihood].nats_per_loss(sigma2) + beta * rates


def nats(loss: float, elements: int, likelihood: str, sigma2: float) -> float:
    """The distortion in nats of a decoder's loss, with all its constants."""
    return LIKELIHOODS[likelihood].nats(loss, elements, sigma2)
