"""The probes of a live run: fixed held-out examples, each with one fixed draw of noise.

The same examples and noise at every step: points keep their identity, and a curve's noise is the
model's. A frame uses no generator of the run and changes no weight.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vaeviz.config import RunSettings
from vaeviz.data import Dataset
from vaeviz.data.noise import fixed_noise
from vaeviz.densities import LIKELIHOODS
from vaeviz.models.vae import parameters
from vaeviz.objectives import Terms
from vaeviz.records import ACTIVE, JUDGED, Array, Learner
from vaeviz.runs.worker.member import Member
from vaeviz.training.loop import Diverged
from vaeviz.training.schedules import beta_at

COUNT, FEWER = 400, 200  # examples on the map, of a fully connected and of a convolutional model
GRADED = 32  # of them, examples whose gradients are measured
SHOWN, SCATTERED = 10, 300  # images, or points of the plane, reconstructed and sampled


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
    out = parameters(model, z[:JUDGED], probes.x[:JUDGED])
    likelihood = LIKELIHOODS[settings.likelihood].known
    terms = objective.terms(
        probes.x[:JUDGED],
        out,
        mu[:JUDGED],
        logvar[:JUDGED],
        likelihood.name,
        model.log_sigma2,
    )
    kl = objective.kl(mu, logvar).mean(0)  # (d,)
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
