"""Reverse water-filling: the rate-distortion function of a Gaussian source with d code dimensions.

Cover & Thomas, Elements of Information Theory, 2nd ed. 2006, theorem 10.3.3. At the water level tau
> 0 a coded component of variance lambda_i has the squared error min(lambda_i, tau) and costs
max(0, 1/2 log(lambda_i / tau)) nats; all others have the error lambda_i and cost nothing.
Along the curve d(squared error) / d(rate) = -2 tau.

Eigenvalues are (D,), descending; a `latent` greater than D uses D. Levels may be a scalar or any
array (...).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rate_per_component(eigenvalues: Floats, tau: ArrayLike, latent: int) -> Floats:
    """Nats spent on each of the first min(latent, D) components: (...) -> (..., min(latent, D))."""
    level = _column(tau)
    return 0.5 * np.log(np.maximum(eigenvalues[:latent], level) / level)


def rate(eigenvalues: Floats, tau: ArrayLike, latent: int) -> Floats:
    """Nats per example, (...) -> (...)."""
    return rate_per_component(eigenvalues, tau, latent).sum(-1)


def squared_error(eigenvalues: Floats, tau: ArrayLike, latent: int) -> Floats:
    """E||x - x_hat||^2 in squared data units, (...) -> (...)."""
    return np.minimum(eigenvalues[:latent], _column(tau)).sum(-1) + eigenvalues[latent:].sum()


def _column(tau: ArrayLike) -> Floats:
    """Levels (...) -> (..., 1), to broadcast against components."""
    return np.asarray(tau, dtype=np.float64)[..., None]
