"""One training step on one number, forward and backward, in closed form; nats.

The encoder gives q(z|x) = N(μ, σ²) with σ = exp(½ log σ²), the decoder p(x|z) = N(z, s²), the
prior is N(0, 1). With one draw ε the loss is −log p(x|z) + KL(q‖p) at z = μ + σε: one sample of the
negative ELBO (Kingma & Welling 2014, arXiv:1312.6114, section 2.3), and its gradient passes through
z to μ and log σ².
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vaeviz.theory.gaussian_kl import LOG_2PI


@dataclass(frozen=True)
class Step:
    """What one step computes, in its order, and the gradients of the loss on the way back.

    `kl_d_mu` and `kl_d_logvar` are the KL's part of the gradients on μ and log σ²; what is left is
    the likelihood's, which comes through z.
    """

    mu: float
    logvar: float
    x: float
    epsilon: float
    noise: float  # s², the variance of p(x|z)
    sigma: float
    z: float
    nll: float  # −log p(x|z)
    kl: float
    d_z: float
    kl_d_mu: float
    kl_d_logvar: float

    @property
    def loss(self) -> float:
        """−log p(x|z) + KL."""
        return self.nll + self.kl

    @property
    def d_mu(self) -> float:
        """The gradient on μ: ∂z/∂μ = 1."""
        return self.d_z + self.kl_d_mu

    @property
    def d_logvar(self) -> float:
        """The gradient on log σ²: ∂z/∂log σ² = ½ σε."""
        return self.d_z * 0.5 * self.sigma * self.epsilon + self.kl_d_logvar


def step(mu: float, logvar: float, x: float, epsilon: float, noise: float) -> Step:
    """The step at these values; `noise` is s² > 0."""
    sigma = math.exp(0.5 * logvar)
    z = mu + sigma * epsilon
    nll = 0.5 * (LOG_2PI + math.log(noise) + (x - z) ** 2 / noise)
    kl = 0.5 * (sigma**2 + mu**2 - 1 - logvar)
    d_z = (z - x) / noise
    return Step(
        mu, logvar, x, epsilon, noise, sigma, z, nll, kl, d_z, mu, 0.5 * (sigma**2 - 1)
    )  # fmt: skip
