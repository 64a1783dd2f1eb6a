"""One example's loss as a function of μ alone, and the gradient that reaches the encoder.

With the noise ε held, z = μ + σε moves with μ; with the drawn z held, nothing behind z moves. The
KL, where it is counted, depends on μ and σ without a draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.theory.gaussian_kl import LOG_2PI
from vaeviz.theory.one_step import Step
from vaeviz.theory.water_filling import Floats

LINE = np.linspace(-4.0, 4.0, 161)  # of μ


@dataclass(frozen=True)
class Gradient:
    """What reaches the encoder's two outputs, and the decoder's weight."""

    mu: float | None
    logvar: float | None
    weight: float


def gradient(s: Step, through: bool, kl: bool) -> Gradient:
    """`through`: z is computed from μ and σ, so that the path is open; `kl`: the loss has the KL.

    Without either, nothing reaches the encoder: None.
    """
    weight = s.d_z * s.z
    if not through and not kl:
        return Gradient(None, None, weight)
    path = (s.d_z, s.d_z * 0.5 * s.sigma * s.epsilon) if through else (0.0, 0.0)
    rate = (s.kl_d_mu, s.kl_d_logvar) if kl else (0.0, 0.0)
    return Gradient(path[0] + rate[0], path[1] + rate[1], weight)


def loss_over(mu: Floats, s: Step, through: bool, kl: bool) -> Floats:
    """The loss at other means, ε held where the path is `through` z, else z held."""
    z = mu + s.sigma * s.epsilon if through else np.full_like(mu, s.z)
    nll = 0.5 * (LOG_2PI + np.log(s.noise) + (s.x - z) ** 2 / s.noise)
    rate = 0.5 * (s.sigma**2 + mu**2 - 1 - s.logvar)
    return nll + rate if kl else nll
