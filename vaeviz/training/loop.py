"""The training loop: a seeded generator of step records.

Minimises J = D + beta R, both in nats per example (Higgins et al. 2017, beta-VAE; beta = 1 is
Kingma & Welling 2014, arXiv:1312.6114, algorithm 1), by Adam. `free_bits` is the floor lambda of
Kingma et al. 2016 (arXiv:1606.04934), appendix C.8: R becomes sum_j max(lambda, batch mean of
KL_j), so that a dimension below lambda nats has no gradient of R. Records have the true rate,
without the floor.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vaeviz.config import RunSettings
from vaeviz.densities import LIKELIHOODS, Variance, gaussian
from vaeviz.models.vae import parameters
from vaeviz.records import ACTIVE, StepRecord
from vaeviz.training import adam
from vaeviz.training.divergence import Diverged, Watch, coding_nothing, steps_between_looks
from vaeviz.training.examples import checked
from vaeviz.training.gradients import Autoencoder, Outputs, draw
from vaeviz.training.mlp_step import gradients_of
from vaeviz.training.schedules import beta_at

CHECK_EVERY = 50  # steps between checks for divergence without records
ROWS = 4096  # examples at once in a pass over a whole data set


def train(
    model: Autoencoder, x: Tensor | NDArray[np.float32], settings: RunSettings, every: int = 1
) -> Iterator[StepRecord]:
    """Train `model` in place on examples (N, D); yield the record of every `every`-th and the last
    step.

    A caller may stop at any record and keep the model. Raises Diverged; UserError for unusable
    data.
    """
    trainer = Trainer(model, x, settings)
    while trainer.step < settings.steps:
        trainer.advance()
        if trainer.step % every == 0 or trainer.step == settings.steps:
            yield trainer.record()
    trainer.finish()


class Trainer:
    """A run: model, optimizer, generator and place in the data. `state` and `restore` resume it.

    Epochs are permutations: each visits every example once; its last batch may be smaller.
    """

    def __init__(
        self, model: Autoencoder, x: Tensor | NDArray[np.float32], settings: RunSettings
    ) -> None:
        self.model, self.settings, self.step = model, settings, 0
        self.gradients = gradients_of(model, settings)
        self._variance = LIKELIHOODS[settings.likelihood].variance
        weights = self.gradients.weights
        self.x = checked(x, settings.likelihood, settings.data).to(weights[0].device)  # (N, D)
        self.generator = torch.Generator(self.x.device).manual_seed(settings.seed)
        self.optimizer = torch.optim.Adam(weights, lr=settings.learning_rate, fused=True)
        self.order = torch.empty(0, dtype=torch.long)  # (N,) the epoch's permutation
        self.position = 0
        self._watch = Watch(self.x.mean(0))
        self._last: tuple[Outputs, float] | None = None  # of the last step, and its beta

    def advance(self) -> None:
        """One update on the next batch."""
        self.step += 1
        beta = beta_at(self.settings, self.step)
        outputs = self.gradients(self._next_batch(), self.generator, self.settings, beta)
        adam.step(self.optimizer)
        self._last = (outputs, beta)
        if self.step % steps_between_looks(self.settings.learning_rate, CHECK_EVERY) == 0:
            self.record()

    @property
    def astray(self) -> bool:
        """Whether J was far above that of coding nothing at the last look: see `divergence`."""
        return self._watch.astray

    @property
    def measured(self) -> bool:
        """Whether there is a last step to `record`: not before the first, nor after `restore`."""
        return self._last is not None

    @torch.no_grad()
    def record(self) -> StepRecord:
        """The last step's record; the one place where a device waits for the host. Raises
        Diverged.
        """
        outputs, beta = self._outputs()
        objective = self.model.objective
        terms = outputs.terms(objective, self.settings.likelihood)
        kl = terms.kl.mean(0)  # (d,)
        weighed = objective.weigh(terms, beta, self.settings.free_bits)
        nothing = coding_nothing(outputs, self._watch.mean, self.settings, beta)
        sums = torch.stack(
            [terms.distortion.mean(), kl.sum(), weighed, self.model.log_sigma2.exp(), nothing]
        )
        distortion, rate, total, sigma2, without = sums.tolist()
        self._watch.look(self.step, total, without, self.settings)
        return StepRecord(
            self.step, beta, distortion, rate, kl.cpu().numpy(), -(distortion + rate), total, sigma2
        )

    def active(self) -> int:
        """Dimensions with Var_x(mu_j) > 0.01 over the last batch (Burda et al. 2016,
        arXiv:1509.00519).
        """
        return int((self._outputs()[0].mu.var(0, correction=0) > ACTIVE).sum())

    def change(self, name: str, value: float) -> None:
        """Change "beta", "sigma2" or "learning_rate" from the next step on. May raise UserError."""
        self.settings = dataclasses.replace(self.settings, **{name: value})
        if name == "learning_rate":
            self._watch.since = None
            for group in self.optimizer.param_groups:
                group["lr"] = value
        if name == "sigma2" and self._variance is Variance.FIXED:
            self.model.log_sigma2.fill_(math.log(value))

    def finish(self) -> None:
        """Check for finite weights; fit an optimal sigma2 to all the data.

        While training it is the optimum of the last batch, with one posterior sample per example.
        """
        self.check_weights()
        if self._variance is Variance.OPTIMAL:
            with torch.no_grad():
                self.model.log_sigma2.copy_(self._data_sigma2().log())

    def check_weights(self) -> None:
        """Raises Diverged unless every weight is a finite number."""
        if not all(torch.isfinite(weight).all() for weight in self.model.parameters()):
            raise Diverged(self.step, self.settings)

    def state(self) -> dict[str, Any]:
        """The tensors and numbers that decide the steps to come (not a copy)."""
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
        self._last, self._watch.since = None, None
        self.generator.set_state(state["generator"])
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _next_batch(self) -> Tensor:
        """The next (B, D) of the epoch; a new permutation at its end."""
        if self.position >= len(self.order):
            self.order = torch.randperm(len(self.x), generator=self.generator, device=self.x.device)
            self.position = 0
        chosen = self.order[self.position : self.position + self.settings.batch]
        self.position += len(chosen)
        return self.x.index_select(0, chosen)

    def _outputs(self) -> tuple[Outputs, float]:
        if self._last is None:
            raise RuntimeError("no step has been taken yet")
        return self._last

    def _data_sigma2(self) -> Tensor:
        """The optimal variance over the training data, one posterior sample per example."""
        total = self.x.new_zeros(())
        for x in self.x.split(ROWS):
            z = draw(self.model.objective, *self.model.encode(x), self.generator)
            out = parameters(self.model, z, x)
            total += ((x - out) ** 2).sum()
        return (total / self.x.numel()).clamp_min(gaussian.LEAST_SIGMA2)
