"""Sanity checks of a VAE: functions and a model in, checks with their numbers out.

Six belong to any course: a gradient reaches μ and log σ²; the KL is 0 at the prior and never
negative; shapes; samples of the prior look like data; the loss falls; σ → 0 gives z = μ. Three more
read the KL's weight off the loss itself: with x̂ = x the loss is κ KL, at the prior it is ρ error,
and κ/ρ has to be the β that was asked for, to double with it, and to be reached in time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vaeviz.measures.energy import energy_distance
from vaeviz.models import parts as right
from vaeviz.models.parts import Parts
from vaeviz.models.tiny import Tiny
from vaeviz.records import Array
from vaeviz.records.checks import Check

EXACT = 0.01  # of a weight: float32, and no training is involved
ZERO = 1e-6  # of a KL in float32
CLOSE = 1e-3  # |z − μ| at log σ² = −20, where σ is 4.5e-5
NARROW = -20.0
HALF = 0.5
SHARE = 0.25  # of the distance of a model that always draws the mean
SAMPLES = 500
LOOKS = 3  # at the end of a run, over which its loss is averaged


def of_the_code(model: Tiny, x: Tensor, beta: float, steps: int) -> list[Check]:
    """What needs no training, on examples x (B, D): the loss of a run of `steps` with weight
    `beta`.
    """
    generator = torch.Generator().manual_seed(0)
    noise, wide = (torch.randn((len(x), model.latent), generator=generator) for _ in range(2))
    mu, logvar = wide, 0.5 * noise  # of any posteriors, on both sides of the prior's
    reached = model.parts.beta_at(steps, beta)
    return [
        gradient(model, x, noise),
        nonnegative(model.parts, mu, logvar),
        shapes(model, x, noise),
        point(model.parts, mu, noise),
        weight(model.parts, x, mu, logvar, reached, beta),
        doubling(model.parts, x, mu, logvar, reached),
        warmed(reached, beta),
    ]


def gradient(model: Tiny, x: Tensor, noise: Tensor) -> Check:
    """The gradient of the error alone on the encoder's outputs: it comes through z."""
    mu, logvar = (each.detach().requires_grad_() for each in model.encode(x))
    x_hat = model.decode(model.parts.sample(mu, logvar, noise))
    model.parts.error(x_hat, x).sum().backward()
    norms = tuple(0.0 if v.grad is None else float(v.grad.norm()) for v in (mu, logvar))
    words = " and ".join(f"{norm:.3g}" for norm in norms)
    return Check("gradient", "gradient reaches μ, log σ²", norms, words, "> 0",
                 min(norms) > 0)  # fmt: skip


def nonnegative(parts: Parts, mu: Tensor, logvar: Tensor) -> Check:
    at_prior = float(parts.kl(torch.zeros_like(mu), torch.zeros_like(mu)).abs().max())
    least = float(parts.kl(mu, logvar).min())
    passed = at_prior < ZERO and least > -ZERO
    words = f"{_short(at_prior)}; least {_short(least)}"
    return Check("kl", "KL ≥ 0, and 0 at the prior", (at_prior, least), words, "0; ≥ 0", passed)


def shapes(model: Tiny, x: Tensor, noise: Tensor) -> Check:
    """Broadcasting hides a wrong one: the loss is a number all the same."""
    with torch.no_grad():
        x_hat, mu, logvar = model(x, noise)
        per_example = [model.parts.error(x_hat, x), model.parts.kl(mu, logvar)]
    codes = (len(x), model.latent)
    passed = x_hat.shape == x.shape and mu.shape == logvar.shape == codes
    passed = passed and all(each.shape == (len(x),) for each in per_example)
    sizes = tuple(float(n) for n in x_hat.shape[1:])
    words, limit = f"x̂ {_per(x_hat)}, μ {_per(mu)}", f"x {_per(x)}, d {model.latent}"
    return Check("shapes", "shapes fit", sizes, words, limit, passed)


def point(parts: Parts, mu: Tensor, noise: Tensor) -> Check:
    z = parts.sample(mu, torch.full_like(mu, NARROW), noise)
    off = float((z - mu).abs().max())
    return Check("point", "σ → 0 gives z = μ", (off,), f"off by {off:.2g}",
                 f"< {CLOSE:g}", off < CLOSE)  # fmt: skip


def weight(
    parts: Parts, x: Tensor, mu: Tensor, logvar: Tensor, reached: float, beta: float
) -> Check:
    """The weight of the KL over that of the error, both summed, at the end of the run."""
    shift = x + 0.1 * torch.sin(torch.arange(x.numel())).view_as(x)  # any x̂ that is not x
    nothing = torch.zeros_like(mu)
    rho = _loss(parts, shift, x, nothing, nothing, reached) / float(right.error(shift, x).mean())
    kappa = _kl_part(parts, x, mu, logvar, reached) / float(right.kl(mu, logvar).mean())
    ratio = kappa / rho if rho else math.nan
    words = f"effective β {_short(ratio)}"
    return Check("weight", "KL has the weight β", (ratio,), words, f"β = {beta:g}",
                 abs(ratio / beta - 1) < EXACT)  # fmt: skip


def doubling(parts: Parts, x: Tensor, mu: Tensor, logvar: Tensor, reached: float) -> Check:
    once, twice = (_kl_part(parts, x, mu, logvar, by * reached) for by in (1, 2))
    ratio = twice / once if once else math.nan
    return Check("doubling", "2β: twice the KL's part", (ratio,), _times(ratio), "2 times",
                 abs(ratio / 2 - 1) < EXACT)  # fmt: skip


def warmed(reached: float, beta: float) -> Check:
    return Check("warm-up", "last step has β", (reached,), f"β there {reached:.3g}",
                 f"β = {beta:g}", abs(reached / beta - 1) < EXACT)  # fmt: skip


def falls(printed: Sequence[float]) -> Check:
    """The loss as the code prints it, from its first value to the mean of its last few."""
    first, last = printed[0], float(np.mean(printed[-LOOKS:]))
    words = f"{_short(first)} → {_short(last)}"
    return Check("falls", "loss falls below half", (first, last), words,
                 f"< {_short(HALF * first)}", last < HALF * first)  # fmt: skip


def looks_like_data(samples: Array, data: Array) -> Check:
    """The energy distance of samples (S, D) to data (N, D), against that of a model that always
    draws the mean of the data.
    """
    mean = np.repeat(np.mean(data, 0, keepdims=True), 2, 0)
    limit = SHARE * energy_distance(mean, data)
    fits = samples.shape[1:] == data.shape[1:] and bool(np.isfinite(samples).all())
    off = energy_distance(samples, data) if fits else math.inf
    words = f"distance {off:.3g}" if fits else "no samples of data's shape"
    return Check("samples", "samples look like data", (off, limit), words,
                 f"< {limit:.3g}", off < limit)  # fmt: skip


def _loss(parts: Parts, x_hat: Tensor, x: Tensor, mu: Tensor, logvar: Tensor, beta: float) -> float:
    return float(parts.loss(parts.error(x_hat, x), parts.kl(mu, logvar), beta))


def _kl_part(parts: Parts, x: Tensor, mu: Tensor, logvar: Tensor, beta: float) -> float:
    """What is left of the loss where nothing is missed of x."""
    return _loss(parts, x, x, mu, logvar, beta)


def _per(of: Tensor) -> str:
    """The numbers of each example."""
    return "×".join(map(str, of.shape[1:]))


def _times(ratio: float) -> str:
    return "it has no part" if math.isnan(ratio) else f"{ratio:.3g} times"


def _short(value: float) -> str:
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.1e}"
    return text.replace("-", "−")
