"""The linear VAE, trainable: q(z|x) = N(V(x - m), diag variances), p(x|z) = N(Wz + m, sigma2 I).

Lucas, Tucker, Grosse & Norouzi 2019, "Don't Blame the ELBO!" (arXiv:1911.02469), section 4. The
posterior variances are learned but do not depend on x. Its optimum is known exactly:
`vaeviz.theory.linear_vae`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.objectives import ELBO, Objective


class LinearVAE(nn.Module):
    """`mean` (D,) is the data's; `weights` seeds V (d, D) and W (D, d). Same methods as
    `models.vae.VAE`.
    """

    mean: Tensor
    log_sigma2: Tensor
    objective: Objective = ELBO

    def __init__(
        self, mean: Tensor, latent: int, sigma2: float, learned: bool, weights: torch.Generator
    ) -> None:
        super().__init__()
        size = len(mean)
        self.latent, self.levels = latent, 1
        self.V = nn.Parameter(torch.randn(latent, size, generator=weights) / math.sqrt(size))
        self.W = nn.Parameter(torch.randn(size, latent, generator=weights) / math.sqrt(size))
        self.logvar = nn.Parameter(torch.zeros(latent))
        self.register_buffer("mean", mean.clone())
        log_sigma2 = torch.tensor(math.log(sigma2))
        if learned:
            self.log_sigma2 = nn.Parameter(log_sigma2)
        else:
            self.register_buffer("log_sigma2", log_sigma2)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """mu and logvar, each (B, d), of examples (B, D); every row of logvar is the same."""
        mu = (x - self.mean) @ self.V.T  # (B, d)
        return mu, self.logvar.repeat(len(mu), 1)

    def decode(self, z: Tensor) -> Tensor:
        """Means (B, D) of codes (B, d)."""
        return z @ self.W.T + self.mean


def build(settings: RunSettings, mean: Tensor) -> LinearVAE:
    """A freshly initialised linear VAE for data of that `mean` (D,), seeded by `settings.seed`."""
    variance = LIKELIHOODS[settings.likelihood].variance
    if not variance.shared:
        raise UserError(
            "a linear VAE has a Gaussian likelihood with one σ²: use gaussian, not"
            f" {settings.likelihood}"
        )
    weights = torch.Generator().manual_seed(settings.seed)
    learned = variance is Variance.LEARNED
    return LinearVAE(mean, settings.latent, settings.sigma2, learned, weights)
