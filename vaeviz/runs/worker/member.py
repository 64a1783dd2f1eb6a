"""One of a run's models with its trainer and its history, and what the page shows of it.

That is measured on fixed held-out examples, each with one fixed draw of noise: the same at every
step, so points keep their identity and a curve's wiggle is the model's. Looking draws from no
generator of the run and changes no weight.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vaeviz import families
from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.data.noise import fixed_noise
from vaeviz.densities import LIKELIHOODS
from vaeviz.models.vae import VAE, parameters
from vaeviz.objectives import Terms
from vaeviz.records import ACTIVE, Array, Learner, Move
from vaeviz.runs.folder.control import MOVABLE
from vaeviz.runs.worker.recorder import STRIDE, Recorder
from vaeviz.runs.worker.twins import Line
from vaeviz.training.divergence import Diverged
from vaeviz.training.loop import Trainer
from vaeviz.training.schedules import beta_at

COUNT, FEWER = 400, 200  # examples on the map, of a fully connected and of a convolutional model
GRADED = 32  # of them, examples whose gradients are measured
SHOWN, SCATTERED = 10, 300  # images, or points of the plane, reconstructed and sampled


class Member:
    """A model with its trainer, its history and its first state."""

    def __init__(self, line: Line, index: int, dataset: Dataset) -> None:
        self.settings = line.members[index]
        self.label = "" if line.twin is None else "AB"[index]
        self.model: VAE = families.of(self.settings).build(self.settings, dataset.shape)  # type: ignore[assignment]
        self.trainer = Trainer(self.model, dataset.train, self.settings)
        self.recorder = Recorder(self.settings.latent)
        self.start = copy.deepcopy(self.trainer.state())

    def rewind(self) -> None:
        """Restores the initial weights, batches and noise."""
        self.restore(
            copy.deepcopy(self.start), np.empty((0, self.recorder.rows.shape[1])), STRIDE, []
        )

    def restore(self, state: dict[str, Any], rows: Array, stride: int, moves: list[Move]) -> None:
        """Restores a trainer's state, the rows of its history, and the moves made so far."""
        self.trainer.restore(state)
        self.recorder.rows, self.recorder.stride = rows, stride
        for name in MOVABLE:
            self.trainer.change(name, getattr(self.settings, name))
        for move in moves:
            self.trainer.change(move.name, move.value)

    def row(self, norms: tuple[float, float] = (np.nan, np.nan)) -> Array:
        """The last step as a row of the history, (9 + d,). Raises Diverged."""
        r = self.trainer.record()
        values = [
            r.step,
            r.beta,
            r.sigma2,
            self.trainer.settings.learning_rate,
            r.distortion,
            r.rate,
        ]
        return np.concatenate([[*values, self.trainer.active(), *norms], r.kl])


class Probes:
    """Examples x (N, D) and noise (N, d); codes (m, d) drawn from the prior."""

    def __init__(self, dataset: Dataset, settings: RunSettings) -> None:
        latent = settings.latent
        self.x = torch.tensor(
            dataset.held_out[: COUNT if settings.architecture == "mlp" else FEWER]
        )
        self.noise = torch.tensor(fixed_noise(len(self.x), latent))
        self.shown = min(SHOWN if len(dataset.shape) == 2 else SCATTERED, len(self.x))
        self.prior = torch.tensor(fixed_noise(self.shown, latent, seed=2))


@torch.inference_mode()
def learner(member: Member, probes: Probes, graded: bool = True) -> Learner:
    """The member's model on the probes. Raises Diverged when a number is not finite.

    `graded`: with the gradient norms of this step, which cost as much as the rest.
    """
    model, trainer, settings = member.model, member.trainer, member.trainer.settings
    mu, logvar = model.encode(probes.x)  # (N, d)
    objective = model.objective
    z = objective.code(mu, logvar, probes.noise)
    out = parameters(model, z, probes.x)
    likelihood = LIKELIHOODS[settings.likelihood].known
    terms = objective.terms(probes.x, out, mu, logvar, likelihood.name, model.log_sigma2)
    kl = terms.kl.mean(0)  # (d,)
    shown = model.decode(torch.cat([mu[: probes.shown], probes.prior]))  # (n + m, P)
    if not (torch.isfinite(shown).all() and torch.isfinite(terms.elbo.mean() + kl.sum())):
        raise Diverged(trainer.step, settings)
    recon, samples = likelihood.mean(shown).numpy().reshape(2, probes.shown, -1)
    return Learner(
        label=member.label,
        variational=objective.stochastic,
        step=trainer.step,
        beta=beta_at(settings, max(trainer.step, 1)),
        sigma2=model.log_sigma2.exp().item(),
        learning_rate=settings.learning_rate,
        mu=mu.numpy(),
        logvar=logvar.numpy(),
        kl=kl.numpy(),
        distortion=terms.distortion.mean().item(),
        rate=kl.sum().item(),
        active=int((mu.var(0, correction=0) > ACTIVE).sum()),
        recon=recon,
        samples=samples,
        history=member.recorder.history(_newest(member, probes, graded)),
    )


def gradients(member: Member, probes: Probes) -> tuple[float, float]:
    """Norms over the encoder's weights of the gradients of D and of the other term of J.

    That is βR, or β times the floored rate with free bits: its gradient vanishes below the floor.
    """
    with torch.enable_grad():
        x, model, settings = probes.x[:GRADED], member.model, member.trainer.settings
        objective = model.objective
        mu, logvar = model.encode(x)
        out = parameters(model, objective.code(mu, logvar, probes.noise[:GRADED]), x)
        terms = objective.terms(x, out, mu, logvar, settings.likelihood, model.log_sigma2)
        beta = beta_at(settings, member.trainer.step)
        rate = Terms(torch.zeros_like(terms.distortion), terms.kl)
        weighed = objective.weigh(rate, beta, settings.free_bits)
        return _norm(terms.distortion.mean(), member, keep=True), _norm(weighed, member)


def _newest(member: Member, probes: Probes, graded: bool) -> Array | None:
    """The row of the last step, if one was made since the start or a restored state."""
    if not member.trainer.measured:
        return None
    with torch.inference_mode(False):
        return member.row(gradients(member, probes)) if graded else member.row()


def _norm(value: Tensor, member: Member, keep: bool = False) -> float:
    weights = list(member.model.encoder.parameters())
    if not value.requires_grad:
        return 0.0
    grads = torch.autograd.grad(value, weights, retain_graph=keep, allow_unused=True)
    total = sum(float(g.square().sum()) for g in grads if g is not None)
    return total**0.5
