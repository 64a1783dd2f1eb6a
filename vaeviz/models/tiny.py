"""A VAE that trains within a second: two small networks, and the functions between them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vaeviz.models.parts import Parts
from vaeviz.models.vae import mlp

WIDTH = 64  # of the one hidden layer


class Tiny(nn.Module):
    """An encoder D-64-2d and a decoder d-64-D; `parts` say what is made of their outputs."""

    def __init__(self, parts: Parts, elements: int, latent: int, seed: int) -> None:
        super().__init__()
        self.parts, self.latent = parts, latent
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoder = mlp([elements, WIDTH, 2 * latent])
            self.decoder = mlp([latent, WIDTH, parts.outputs or elements])

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ and log σ², (B, d) each, of examples (B, D)."""
        mu, logvar = self.encoder(x).chunk(2, dim=1)
        return mu, logvar

    def decode(self, z: Tensor) -> Tensor:
        """(B, d) -> (B, D)."""
        return self.decoder(z)

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x̂ (B, D), μ and log σ² (B, d)."""
        mu, logvar = self.encode(x)
        return self.decode(self.parts.sample(mu, logvar, noise)), mu, logvar
