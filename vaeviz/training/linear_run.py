"""The settings of a linear VAE's training (`linear_fit`), without importing torch."""

from __future__ import annotations

from vaeviz.config import RunSettings

STEPS = 4000


def settings(name: str, beta: float, sigma2: float, latent: int, seed: int = 0) -> RunSettings:
    """A run on a data set, or on a known spectrum."""
    return RunSettings(data=name, beta=beta, sigma2=sigma2, latent=latent, steps=STEPS, seed=seed)
