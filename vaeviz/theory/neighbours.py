"""Closed forms of the VAE's neighbours: diffusion models and GANs.

DDPM (Ho, Jain & Abbeel 2020, arXiv:2006.11239): q(x_t|x₀) = N(√ᾱ_t x₀, (1 − ᾱ_t) I), with ᾱ_t the
product of the 1 − β_s up to t. Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598):
(1 + w) ε(x, y) − w ε(x, ∅). GAN (Goodfellow et al. 2014, arXiv:1406.2661), proposition 1: the best
discriminator against a fixed generator is p_data / (p_data + p_G).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.theory.water_filling import Floats


def kept_signal(betas: ArrayLike) -> Floats:
    """ᾱ after each of the noise steps: (T,) -> (T,)."""
    kept = 1 - np.asarray(betas, dtype=np.float64)
    return np.cumprod(kept, dtype=np.float64)


def guided(conditional: ArrayLike, unconditional: ArrayLike, weight: float) -> Floats:
    """The noise that guidance of this weight predicts; 0 gives the conditional one."""
    with_label = np.asarray(conditional, dtype=np.float64)
    without = np.asarray(unconditional, dtype=np.float64)
    return (1 + weight) * with_label - weight * without


def optimal_discriminator(p_data: ArrayLike, p_model: ArrayLike) -> Floats:
    """The probability that a point of these two densities is real."""
    real, made = np.asarray(p_data, dtype=np.float64), np.asarray(p_model, dtype=np.float64)
    return real / (real + made)
