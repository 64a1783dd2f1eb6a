"""The training loop: a seeded generator of step records.

Minimises J = D + beta R, both in nats per example (Higgins et al. 2017, beta-VAE; beta = 1 is Kingma &
Welling 2014, arXiv:1312.6114, algorithm 1), by Adam. `free_bits` is the floor lambda of Kingma et al. 2016
(arXiv:1606.04934), appendix C.8: R becomes sum_j max(lambda, batch mean of KL_j), so that a dimension that
costs less than lambda nats is not pressed any further. Records carry the true rate, without the floor.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vaeviz.config import RunSettings, UserError
from vaeviz.densities import gaussian
from vaeviz.objectives.elbo import Terms, optimal_sigma2, terms
from vaeviz.records import StepRecord
from vaeviz.training.schedules import beta_at

CHECK_EVERY = 50  # steps between looks for divergence when nobody reads the records
ACTIVE = 0.01  # Var_x(mu_j) above which a dimension is active
ROWS = 4096  # examples at once in a pass over a whole data set


class Diverged(UserError):
    """The objective is no longer a finite number."""

    def __init__(self, step: int, settings: RunSettings) -> None:
        self.step = step
        super().__init__(
            f"training diverged by step {step}: use a learning rate below {settings.learning_rate:g}, "
            "or a larger σ² or smaller β"
        )


class Autoencoder(Protocol):
    """What the loop needs of a model; `vaeviz.models.vae.VAE` has it."""

    log_sigma2: Tensor

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]: ...
    def decode(self, z: Tensor) -> Tensor: ...
    def parameters(self) -> Iterator[nn.Parameter]: ...
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> Any: ...


def train(
    model: Autoencoder, x: Tensor | NDArray[np.float32], settings: RunSettings, every: int = 1
) -> Iterator[StepRecord]:
    """Train `model` in place on examples (N, D); yield the record of every `every`-th step and of the last.

    A caller may stop at any record and keep the model as it is. Raises Diverged; UserError for unusable data.
    """
    trainer = Trainer(model, x, settings)
    while trainer.step < settings.steps:
        trainer.advance()
        if trainer.step % every == 0 or trainer.step == settings.steps:
            yield trainer.record()
    trainer.finish()


class Trainer:
    """A run under way: model, optimizer, generator and place in the data. `state` and `restore` resume it.

    Epochs are permutations: each visits every example once; its last batch may be smaller.
    """

    def __init__(self, model: Autoencoder, x: Tensor | NDArray[np.float32], settings: RunSettings) -> None:
        weights = list(model.parameters())
        self.model, self.settings, self.step = model, settings, 0
        tensor = x if isinstance(x, Tensor) else torch.tensor(x)  # copied: the array may be read-only
        self.x = tensor.to(weights[0].device, torch.float32)  # (N, D)
        _check_data(self.x)
        self.generator = torch.Generator(self.x.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(weights, lr=settings.learning_rate, fused=True)
        self.order = torch.empty(0, dtype=torch.long)  # (N,) the epoch's permutation
        self.position = 0
        self._last: tuple[Terms, Tensor, float] | None = None
        self._mu = torch.empty(0)  # (B, d) of the last batch

    def advance(self) -> None:
        """One update on the next batch."""
        self.step += 1
        beta = beta_at(self.settings, self.step)
        found = self._terms(self._next_batch())
        objective = combine(found, beta, self.settings.free_bits)
        self.optimizer.zero_grad(set_to_none=True)
        objective.backward()
        self.optimizer.step()
        self._last = (found, objective, beta)
        if self.step % CHECK_EVERY == 0:
            self._check(objective.item())

    @property
    def measured(self) -> bool:
        """Whether there is a last step to `record`: not before the first, nor right after `restore`."""
        return self._last is not None

    def record(self) -> StepRecord:
        """The last step in numbers; the one place where a device waits for the host."""
        if self._last is None:
            raise RuntimeError("no step has been taken yet")
        found, objective, beta = self._last
        kl = found.kl.detach().mean(0)  # (d,)
        sums = torch.stack([found.distortion.mean(), kl.sum(), objective, self.model.log_sigma2.exp()])
        distortion, rate, total, sigma2 = sums.detach().tolist()
        self._check(total)
        return StepRecord(
            self.step, beta, distortion, rate, kl.cpu().numpy(), -(distortion + rate), total, sigma2
        )

    def active(self) -> int:
        """Dimensions with Var_x(mu_j) > 0.01 over the last batch (Burda et al. 2016, arXiv:1509.00519)."""
        return int((self._mu.var(0, correction=0) > ACTIVE).sum())

    def change(self, name: str, value: float) -> None:
        """Move "beta", "sigma2" or "learning_rate" from the next step on; impossible: UserError."""
        self.settings = dataclasses.replace(self.settings, **{name: value})
        if name == "learning_rate":
            for group in self.optimizer.param_groups:
                group["lr"] = value
        if name == "sigma2" and self.settings.likelihood == "gaussian":
            self.model.log_sigma2.fill_(math.log(value))

    def finish(self) -> None:
        """Look whether the last update left finite weights; fit "gaussian-optimal" sigma2 to all the data.

        While training it is the optimum of the last batch, with one posterior sample of each example.
        """
        self.check_weights()
        if self.settings.likelihood == "gaussian-optimal":
            with torch.no_grad():
                self.model.log_sigma2.copy_(self._data_sigma2().log())

    def check_weights(self) -> None:
        """Raises Diverged unless every weight is a finite number."""
        if not all(torch.isfinite(weight).all() for weight in self.model.parameters()):
            raise Diverged(self.step, self.settings)

    def state(self) -> dict[str, Any]:
        """Everything that decides the steps to come, as tensors and plain numbers (not a copy)."""
        return {
            "step": self.step,
            "position": self.position,
            "order": self.order,
            "generator": self.generator.get_state(),
            "optimizer": self.optimizer.state_dict(),
            "model": self.model.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state`: the steps that follow are the same to the last bit."""
        self.step, self.position, self.order = state["step"], state["position"], state["order"]
        self._last = None
        self.generator.set_state(state["generator"])
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _next_batch(self) -> Tensor:
        """The next (B, D) of the epoch; a new permutation when it is over."""
        if self.position >= len(self.order):
            self.order = torch.randperm(len(self.x), generator=self.generator, device=self.x.device)
            self.position = 0
        chosen = self.order[self.position : self.position + self.settings.batch]
        self.position += len(chosen)
        return self.x[chosen]

    def _terms(self, x: Tensor) -> Terms:
        mu, logvar = self.model.encode(x)  # (B, d)
        self._mu = mu.detach()
        out = self.model.decode(self._sample(mu, logvar))
        if self.settings.likelihood == "gaussian-optimal":
            self.model.log_sigma2.copy_(optimal_sigma2(x, out.detach()).log())
        found = terms(x, out, mu, logvar, self.settings.likelihood, self.model.log_sigma2)
        return found if self.settings.variational else Terms(found.distortion, torch.zeros_like(found.kl))

    def _sample(self, mu: Tensor, logvar: Tensor) -> Tensor:
        """z; a plain autoencoder draws the noise too, so that it sees the same batches as its twin."""
        noise = torch.randn(mu.shape, generator=self.generator, device=mu.device)
        return gaussian.sample(mu, logvar, noise) if self.settings.variational else mu

    def _data_sigma2(self) -> Tensor:
        """The optimal variance over all the training data, one posterior sample of each example."""
        total = self.x.new_zeros(())
        for x in self.x.split(ROWS):
            out = self.model.decode(self._sample(*self.model.encode(x)))
            total += ((x - out) ** 2).sum()
        return (total / self.x.numel()).clamp_min(1e-6)

    def _check(self, objective: float) -> None:
        if not math.isfinite(objective):
            raise Diverged(self.step, self.settings)


def combine(found: Terms, beta: float, free_bits: float = 0.0) -> Tensor:
    """J = D + beta R, averaged over the batch; each dimension's mean KL counts as `free_bits` at least."""
    kl = found.kl.mean(0)  # (d,)
    if free_bits > 0:
        kl = kl.clamp_min(free_bits)
    return found.distortion.mean() + beta * kl.sum()


def _check_data(x: Tensor) -> None:
    if x.ndim != 2 or x.shape[0] == 0 or x.shape[1] == 0:
        raise UserError(f"training data of shape {tuple(x.shape)}: give examples as rows, (N, D)")
    bad = ~torch.isfinite(x).all(1)
    if bad.any():
        row = int(bad.nonzero()[0])
        raise UserError(f"example {row} of the training data has a NaN or infinite value: mend or remove it")
