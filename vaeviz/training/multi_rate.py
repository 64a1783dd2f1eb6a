"""Training the multi-rate VAE: every batch holds all trade-offs tau and latent sizes d at once.

A batch has as many examples for every interval between knots and every group of latent sizes, and
each example its own tau in the interval, log tau uniform or, for some, at an end, and its own d in
the group, often the largest. An example's loss is L = 1/2 ||x - x̂||² + tau R (Gaussian), or
D + tau R in nats (Bernoulli and categorical; there tau is beta). A Gaussian's L is divided by the
linear VAE's optimum at the same (tau, d), a closed form, so that settings that share weights have
equal relative weight. Found by trial, against dedicated models:

- All knots start from the same random weights, those of small tau with a smaller learning rate: a
  dedicated model of small tau is trained for fewer steps, until its held-out loss rises. Longer
  training there costs rate, and makes samples from the prior better than a dedicated model's. A
  start at the linear VAE, or at another tau's trained model, leaves too many dimensions active.
- As many rows as time allows rather than more steps.
- Adam with a cosine decay; the final model is an exponential average of the weights.

At the end the dimensions of each group are numbered by the principal components (`aligned`): a
permutation and signs, which change no output. Training never uses the held-out
data.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS, Likelihood, gaussian
from vaeviz.models.multi_rate import TAU_HIGH, TAU_LOW, MultiRateVAE
from vaeviz.models.multi_rate_settings import MultiRateSettings, build
from vaeviz.theory import linear_vae, water_filling
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.training.aligned import align
from vaeviz.training.divergence import FAR
from vaeviz.training.examples import checked

__all__ = ["MultiRateSettings", "MultiRateStep", "train_multi_rate"]

EVERY = 100  # steps between records
ENDS = 0.2  # the share of examples at a knot
FULL = 0.8  # the share of examples with the largest d of their group
AVERAGE = 0.999  # decay of the weights' average
RAMP = 200  # steps over which the learning rate rises
LAST = 0.005  # of the largest learning rate, at the end
SLOW = 0.6  # the place among the knots from which on the learning rate is whole
SHIFT_RATE = 0.25  # the share of the shifts by d, which every tau has
LASTING = 20  # steps; a healthy training never exceeds its first loss by much
BEYOND = 1.5  # the last knot in units of the largest principal variance: there all is collapsed


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

    Raises UserError for unusable data, and when the loss is not finite, or above FAR times the
    untrained model's for LASTING steps.
    """
    run, first, astray = _Run(data, settings), 0.0, 0
    total, since = 0.0, 0
    for step in range(1, settings.steps + 1):
        loss = run.advance(step).item()
        first = loss if step == 1 else first
        astray = 0 if loss <= FAR * first else astray + 1  # NaN counts
        if astray > LASTING or not math.isfinite(loss):
            raise UserError(
                f"multi-rate training diverged by step {step}: use a learning rate below "
                f"{settings.learning_rate:g}"
            )
        total, since = total + loss, since + 1
        if step % EVERY == 0 or step == settings.steps:
            done = run.finished() if step == settings.steps else None
            yield MultiRateStep(step, settings.steps, total / since, done)
            total, since = 0.0, 0


class _Run:
    """The model, its average, the optimiser and the random draws."""

    def __init__(self, data: NDArray[np.float32], settings: MultiRateSettings) -> None:
        self.x = checked(data, settings.likelihood, settings.data)
        self.settings = settings
        self.generator = torch.Generator().manual_seed(settings.seed)
        spectrum = linear_vae.spectrum(data)
        self.likelihood, self.axes = LIKELIHOODS[settings.likelihood], spectrum.eigenvectors
        self.model = build(settings, self.x.shape[1:])
        self.model.place_knots(BEYOND * highest_variance(spectrum, self.likelihood))
        self.average = copy.deepcopy(self.model).requires_grad_(False)
        self.optimizer = _optimizer(self.model, settings)
        shared = self.likelihood.variance.shared
        self.scale = _linear_optimum(spectrum) if shared else lambda tau, d: torch.ones_like(tau)
        self.order, self.position = torch.empty(0, dtype=torch.long), 0

    def advance(self, step: int) -> Tensor:
        """One update; returns the batch's mean weighted loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = group["most"] * pace(step, self.settings.steps)
        t, d = self._draw()
        loss = self._objective(self._batch(), t, d)
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        _hand_gradients(self.optimizer)
        self.optimizer.step()
        self._follow(step)
        return loss.detach()

    def finished(self) -> MultiRateVAE:
        """The average, aligned, with weights that float16 has exactly: a checkpoint holds those."""
        return align(self.average, self.x, self.axes).half().float().eval()

    def _objective(self, x: Tensor, t: Tensor, d: Tensor) -> Tensor:
        """Mean of loss / scale over examples (I, J, B, D), at t and d (I, J, B)."""
        knots = self.model.log_taus.view(-1, 1, 1)
        tau = torch.lerp(knots[:-1], knots[1:], t).exp()  # (I, J, B)
        mu, logvar = self.model.encode(x, t, d)  # (I, J, B, latent)
        noise = torch.randn(mu.shape, generator=self.generator)
        z = gaussian.sample(mu, logvar, noise)
        loss = self.likelihood.loss_factor * self.likelihood.loss(x, self.model.decode(z, t, d))
        loss = loss + tau * gaussian.kl_to_standard_normal(mu, logvar).sum(-1)
        return (loss / self.scale(tau, d)).mean()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Intervals, groups and rows of a batch."""
        return len(self.model.log_taus) - 1, len(self.model.groups), self.settings.rows

    def _batch(self) -> Tensor:
        """The next examples in a random order, (I, J, B, D)."""
        size = math.prod(self.shape)
        while len(self.order) - self.position < size:
            again = torch.randperm(len(self.x), generator=self.generator)
            self.order, self.position = torch.cat([self.order[self.position :], again]), 0
        chosen = self.order[self.position : self.position + size]
        self.position += size
        return self.x[chosen].view(*self.shape, -1)

    def _draw(self) -> tuple[Tensor, Tensor]:
        """t, the place between two knots, and d, (I, J, B) each."""
        t, ends, full, within = torch.rand(4, *self.shape, generator=self.generator)
        t = torch.where(ends < ENDS, t.round(), t)
        low, high = torch.tensor(self.model.groups).T.unsqueeze(-1)  # (J, 1) each
        d = torch.where(full < FULL, high, low + (within * (high - low + 1)).long())
        return t, torch.minimum(d, high)

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        """Moves the average towards the model, faster at first."""
        share = 1 - min(AVERAGE, (1 + step) / (10 + step))
        for slow, fast in zip(self.average.parameters(), self.model.parameters(), strict=True):
            slow.lerp_(fast, share)


def pace(step: int, steps: int) -> float:
    """The learning rate as a share of its largest: rises over RAMP steps, then falls along a half
    cosine to a hundredth.
    """
    fall = 0.5 * (1 + math.cos(math.pi * step / steps))
    return min(1.0, step / RAMP) * max(fall, LAST)


def knot_rates(settings: MultiRateSettings) -> list[float]:
    """The largest learning rate of each knot's weights: a part of it at the smallest tau."""
    first, last = settings.first_rate, settings.knots - 1
    shares = [first + (1 - first) * (k / last / SLOW) ** 3 for k in range(last + 1)]
    return [settings.learning_rate * min(1.0, share) for share in shares]


def _optimizer(model: MultiRateVAE, settings: MultiRateSettings) -> torch.optim.Adam:
    """Adam on views of the weights of each knot, so that each has its learning rate."""
    rates = knot_rates(settings)
    groups: list[dict[str, Any]] = []
    shifts = {id(p) for name, p in model.named_parameters() if name.endswith("shift")}
    for whole in model.parameters():
        if id(whole) in shifts:
            most = SHIFT_RATE * settings.learning_rate
            groups.append({"params": [whole.detach()], "most": most, "of": (whole, None)})
            continue
        own = rates if len(whole) == len(rates) else [rates[0], rates[-1]]
        for k, part in enumerate(whole.detach()):
            groups.append({"params": [part], "most": own[k], "of": (whole, k)})
    return torch.optim.Adam(groups, settings.learning_rate, fused=True)


def _hand_gradients(optimizer: torch.optim.Adam) -> None:
    """Each view's gradient is that part of the whole parameter's."""
    for group in optimizer.param_groups:
        whole, k = group["of"]
        group["params"][0].grad = whole.grad if k is None else whole.grad[k]


def highest_variance(spectrum: Spectrum, likelihood: Likelihood) -> float:
    """The largest principal variance in the likelihood's units: the tau from which on a linear VAE
    of this likelihood has no rate.

    For a Gaussian those are data units. A Bernoulli pixel with mean p has the unit sqrt(p (1 - p)),
    its likelihood's deviation; so, roughly, does a categorical one.
    """
    values, vectors = spectrum.eigenvalues, spectrum.eigenvectors
    if not likelihood.variance.shared:
        unit = likelihood.unit(spectrum.mean)  # (D,)
        values = np.linalg.eigvalsh((vectors * values) @ vectors.T / np.outer(unit, unit))
    return min(max(float(values.max()), 10 * TAU_LOW), TAU_HIGH / BEYOND)


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
