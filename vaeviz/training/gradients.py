"""One step's outputs and the gradients of J = D + beta R: by autograd, for any model and
likelihood. `mlp_step` has the same gradients in closed form, in less time, where it applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from vaeviz.config import RunSettings
from vaeviz.densities import LIKELIHOODS, Variance, gaussian
from vaeviz.models.masked import hide
from vaeviz.models.vae import parameters
from vaeviz.objectives import Objective, Terms


class Autoencoder(Protocol):
    """The model's interface for training; `vaeviz.models.vae.VAE` has it."""

    log_sigma2: Tensor
    objective: Objective

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]: ...
    def decode(self, z: Tensor) -> Tensor: ...
    def parameters(self) -> Iterator[nn.Parameter]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...


@dataclass(frozen=True)
class Outputs:
    """A step's examples (B, D), likelihood parameters, mu and logvar (B, d), before its update."""

    x: Tensor
    parameters: Tensor
    mu: Tensor
    logvar: Tensor
    log_sigma2: Tensor

    def terms(self, objective: Objective, likelihood: str) -> Terms:
        """Distortion and rate of each example."""
        outputs = (self.x, self.parameters, self.mu, self.logvar)
        return objective.terms(*outputs, likelihood, self.log_sigma2)

    def detached(self) -> Outputs:
        """Without a graph, and with the present sigma2, whatever an update changes."""
        return Outputs(
            self.x,
            self.parameters.detach(),
            self.mu.detach(),
            self.logvar.detach(),
            self.log_sigma2.detach().clone(),
        )


class Gradients(Protocol):
    """Writes the gradients of J on examples (B, D) into `weights`, the optimizer's parameters."""

    weights: list[nn.Parameter]

    def __call__(
        self, x: Tensor, generator: torch.Generator, settings: RunSettings, beta: float
    ) -> Outputs: ...


class ByAutograd:
    """Gradients of any `Autoencoder`."""

    def __init__(self, model: Autoencoder) -> None:
        self.model, self.weights = model, list(model.parameters())

    def __call__(
        self, x: Tensor, generator: torch.Generator, settings: RunSettings, beta: float
    ) -> Outputs:
        mu, logvar = self.model.encode(x)  # (B, d)
        objective = self.model.objective
        z = draw(objective, mu, logvar, generator)
        out = parameters(self.model, z, hide(x, settings.unseen, generator))
        if LIKELIHOODS[settings.likelihood].variance is Variance.OPTIMAL:
            self.model.log_sigma2.copy_(gaussian.optimal_sigma2(x, out.detach()).log())
        outputs = Outputs(x, out, mu, logvar, self.model.log_sigma2)
        for weight in self.weights:
            weight.grad = None
        terms = outputs.terms(objective, settings.likelihood)
        objective.weigh(terms, beta, settings.free_bits).backward()
        return outputs.detached()


def draw(objective: Objective, mu: Tensor, logvar: Tensor, generator: torch.Generator) -> Tensor:
    """z; a plain autoencoder draws the noise too, so that its batches are those of its twin."""
    noise = torch.randn(mu.shape, generator=generator, device=mu.device)
    return objective.code(mu, logvar, noise)
