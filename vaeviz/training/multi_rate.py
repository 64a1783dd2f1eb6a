"""Training the multi-rate VAE: every batch holds many trade-offs tau and latent sizes d at once.

For each group of examples draw log tau uniformly over the range, and d, small ones and the full
one more often; the first d dimensions are active. An example's loss is L = 1/2 ||x - x̂||² + tau R
(Gaussian), or D + tau R in nats (Bernoulli and categorical; there tau is beta). A Gaussian's L is
divided by the linear VAE's optimum at the same (tau, d), a closed form, so that all settings have
equal relative weight. Also needed:

- The range of tau grows from its small end during the warm-up: a dimension that a large tau
  switches off before it has learned anything does not come back.
- A little noise on the encoder's input, below the water level tau: small tau overfit few images,
  and no stopping time suits every tau. Training too long costs the smallest tau their last
  dimensions.
- Adam with a cosine decay; the final model is an exponential average of the weights.
- The encoder starts from the principal components (`principal_start`). (The decoder does not: on
  mnist-5k that was 3 % worse, as it stays near the linear VAE.)

Training never uses the held-out data.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS, gaussian
from vaeviz.models.multi_rate import TAU_HIGH, TAU_LOW, MultiRateVAE
from vaeviz.models.multi_rate_settings import MultiRateSettings, build
from vaeviz.theory import linear_vae, water_filling
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.training.principal_start import start

__all__ = ["MultiRateSettings", "MultiRateStep", "train_multi_rate"]

EVERY = 100  # steps between records
GROUP = 4  # examples that share one (tau, d)
AVERAGE = 0.999  # decay of the weights' average
RAMP = 200  # steps over which the learning rate rises
FIRST_RANGE = 1.5  # the width of the first range of log tau


@dataclass(frozen=True)
class MultiRateStep:
    """Progress after `step` of `steps` updates.

    `objective` is the mean loss since the last record: L over the linear VAE's optimal L at the
    same (tau, d) for a Gaussian likelihood, nats per example for the others. The last record
    carries the `model`.
    """

    step: int
    steps: int
    objective: float
    model: MultiRateVAE | None = None


def train_multi_rate(
    data: NDArray[np.float32], settings: MultiRateSettings
) -> Iterator[MultiRateStep]:
    """Train on examples (N, D); yields a record every 100 steps and at the last, which has the
    model.

    Raises UserError for unusable data, and when the loss is not finite.
    """
    run = _Run(data, settings)
    total, since = torch.zeros(()), 0
    for step in range(1, settings.steps + 1):
        total, since = total + run.advance(step), since + 1
        if step % EVERY and step < settings.steps:
            continue
        objective = (total / since).item()
        if not math.isfinite(objective):
            raise UserError(
                f"multi-rate training diverged by step {step}: use a learning rate below "
                f"{settings.learning_rate:g}"
            )
        done = run.finished() if step == settings.steps else None
        yield MultiRateStep(step, settings.steps, objective, done)
        total, since = torch.zeros(()), 0


class _Run:
    """The model, its average, the optimiser and the random draws."""

    def __init__(self, data: NDArray[np.float32], settings: MultiRateSettings) -> None:
        self.x, self.settings = _checked(data), settings
        self.generator = torch.Generator().manual_seed(settings.seed)
        spectrum = linear_vae.spectrum(data)
        self.model = build(settings, self.x.shape[1:])
        start(self.model, spectrum, settings)
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), settings.learning_rate, fused=True
        )
        self.likelihood = LIKELIHOODS[settings.likelihood]
        self.scale = (
            _linear_optimum(spectrum)
            if self.likelihood.variance.shared
            else lambda tau, d: torch.ones_like(tau)
        )
        self.shares = _shares(settings)
        self.order, self.position = torch.empty(0, dtype=torch.long), 0

    def advance(self, step: int) -> Tensor:
        """One update; returns the batch's mean weighted loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(step, self.settings)
        loss = self._objective(self._batch(), *self._draw(step))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self._follow(step)
        return loss.detach()

    def finished(self) -> MultiRateVAE:
        return self.average.eval()

    def _objective(self, x: Tensor, log_tau: Tensor, d: Tensor) -> Tensor:
        """Mean over examples (G, k, D) of loss / scale, with log_tau (G, 1) and d (G, 1)."""
        live = (torch.arange(self.settings.max_latent) < d.unsqueeze(-1)).float()  # (G, 1, latent)
        at, tau = self.model.condition(log_tau, live), log_tau.exp()
        mu, logvar = self.model.encode_at(self._blurred(x, tau), at)  # (G, k, latent)
        z = gaussian.sample(mu, logvar, self._noise(mu))
        loss = self.likelihood.loss_factor * self.likelihood.loss(
            x, self.model.decode_at(z, at)
        )  # (G, k)
        loss = loss + tau * gaussian.kl_to_standard_normal(mu, logvar).sum(-1)
        return (loss / self.scale(tau, d)).mean()

    def _batch(self) -> Tensor:
        """The next examples in a random order, (G, k, D)."""
        size = self.settings.batch
        while len(self.order) - self.position < size:
            again = torch.randperm(len(self.x), generator=self.generator)
            self.order, self.position = torch.cat([self.order[self.position :], again]), 0
        chosen = self.order[self.position : self.position + size]
        self.position += size
        return self.x[chosen].unflatten(0, (-1, GROUP))

    def _draw(self, step: int) -> tuple[Tensor, Tensor]:
        """log tau, one in each of G equal parts of the present range, and d; (G, 1) each."""
        groups = self.settings.batch // GROUP
        parts = torch.randperm(groups, generator=self.generator)
        u = (parts + torch.rand(groups, generator=self.generator)) / groups
        low, high = log_tau_range(step, self.settings)
        d = torch.multinomial(self.shares, groups, replacement=True, generator=self.generator) + 1
        return (low + (high - low) * u).unsqueeze(-1), d.unsqueeze(-1)

    def _blurred(self, x: Tensor, tau: Tensor) -> Tensor:
        """x with noise below the water level: variance tau, at most `settings.noise` squared."""
        if self.settings.noise == 0:
            return x
        deviation = tau.sqrt().clamp(max=self.settings.noise).unsqueeze(-1)  # (G, 1, 1)
        return x + deviation * self._noise(x)

    def _noise(self, like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=self.generator)

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        """Moves the average towards the model, faster at first."""
        pace = 1 - min(AVERAGE, (1 + step) / (10 + step))
        for slow, fast in zip(self.average.parameters(), self.model.parameters(), strict=True):
            slow.lerp_(fast, pace)


def learning_rate(step: int, settings: MultiRateSettings) -> float:
    """Rises over RAMP steps, then falls along a half cosine to nearly 0."""
    fall = 0.5 * (1 + math.cos(math.pi * step / settings.steps))
    return settings.learning_rate * min(1.0, step / RAMP) * fall + 1e-6


def log_tau_range(step: int, settings: MultiRateSettings) -> tuple[float, float]:
    """The range of log tau: its upper end rises linearly during the warm-up."""
    low, high = math.log(TAU_LOW), math.log(TAU_HIGH)
    grown = min(1.0, step / (settings.warmup * settings.steps)) if settings.warmup > 0 else 1.0
    return low, low + FIRST_RANGE + (high - low - FIRST_RANGE) * grown


def _shares(settings: MultiRateSettings) -> Tensor:
    """The weight of each d from 1: 1 / sqrt(d), that of the full size times `full_share`."""
    shares = torch.arange(1, settings.max_latent + 1).float().rsqrt()
    shares[-1] *= settings.full_share
    return shares


def _linear_optimum(spectrum: Spectrum) -> Callable[[Tensor, Tensor], Tensor]:
    """L = 1/2 E||x - x̂||² + tau R of the best linear VAE at tau and d, tensors of one shape."""
    values = spectrum.eigenvalues
    log_taus = np.linspace(math.log(TAU_LOW), math.log(TAU_HIGH), 400)
    taus, most = np.exp(log_taus), len(values)
    table = np.stack(
        [
            0.5 * water_filling.squared_error(values, taus, d)
            + taus * water_filling.rate(values, taus, d)
            for d in range(min(most, 512) + 1)
        ]
    )  # (D + 1, 400)
    lookup, step = torch.tensor(table, dtype=torch.float32), log_taus[1] - log_taus[0]

    def optimum(tau: Tensor, d: Tensor) -> Tensor:
        nearest = ((tau.log() - log_taus[0]) / step).round().long().clamp(0, len(log_taus) - 1)
        return lookup[d.clamp(max=len(table) - 1), nearest]

    return optimum


def _checked(data: NDArray[np.float32]) -> Tensor:
    if data.ndim != 2 or data.shape[0] == 0 or data.shape[1] == 0:
        raise UserError(f"training data of shape {data.shape}: give examples as rows, (N, D)")
    if not np.isfinite(data).all():
        row = int(np.flatnonzero(~np.isfinite(data).all(1))[0])
        raise UserError(
            f"example {row} of the training data has a NaN or infinite value: mend or remove it"
        )
    return torch.tensor(data, dtype=torch.float32)
