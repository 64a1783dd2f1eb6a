"""The checks of a submission's functions, before any training: each names the likely mistake.

They ask the functions for other sizes than the toy's (B, D, d = 7, 5, 3), so that a sum, a mean
and a factor 1/2 are told apart by the ratio to the right number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vaeviz.densities.gaussian import kl_to_standard_normal
from vaeviz.learning.drill.results import Finding
from vaeviz.learning.drill.spread import spread

B, D, d = 7, 5, 3
PAPER = "Kingma & Welling 2014 (arXiv:1312.6114)"
CLOSE = 0.02  # relative: rounding is far below, and all mistakes are far above


@dataclass(frozen=True)
class Check:
    """`run` gets the submission's module; `read` says where the right way is explained."""

    name: str
    title: str
    read: str
    run: Callable[[Any], Finding]


def shapes(code: Any) -> Finding:
    """Every function returns what its docstring says."""
    mu = torch.zeros(B, d)
    x = torch.zeros(B, D)
    mistake = (
        _encoder_shapes(code.VAE().encoder(torch.randn(B, 2)))
        or _wrong("reparameterize", code.reparameterize(mu, mu), (B, d))
        or _loss_shapes(code.loss(x, x, mu, mu))
        or _wrong("the decoder", code.VAE()(torch.randn(B, 2))[0], (B, 2))
    )
    return Finding({"B": B, "D": D, "d": d}, mistake)


def _encoder_shapes(out: Any) -> str:
    if isinstance(out, Tensor):
        return (
            f"the encoder returns one tensor {tuple(out.shape)}: return mu and logvar, such as the"
            " two halves of chunk(2, -1)"
        )
    if not isinstance(out, tuple | list) or len(out) != 2:
        return "the encoder does not return two tensors: return mu and logvar"
    names = ("the encoder's mu", "the encoder's logvar")
    return next(filter(None, map(_wrong, names, out, [(B, 2)] * 2)), "")


def _loss_shapes(out: Any) -> str:
    if not isinstance(out, tuple | list) or len(out) != 3:
        return "loss does not return three numbers: return total, reconstruction, kl"
    names = ("the total of loss", "the reconstruction of loss", "the kl of loss")
    return next(filter(None, map(_wrong, names, out, [()] * 3)), "")


def _wrong(name: str, value: Any, shape: tuple[int, ...]) -> str:
    if not isinstance(value, Tensor):
        return f"{name} is no tensor: return a tensor of shape {shape}"
    if tuple(value.shape) == shape:
        return ""
    cure = "take the mean over examples" if shape == () else "keep one row per example"
    return f"{name} has the shape {tuple(value.shape)}, not {shape}: {cure}"


def gradient(code: Any) -> Finding:
    """The gradient reaches μ and log σ² through the sample, and the encoder through both."""
    mu, logvar = torch.ones(B, d, requires_grad=True), torch.zeros(B, d, requires_grad=True)
    z = code.reparameterize(mu, logvar)
    weight = torch.linspace(1, 2, B * d).view(B, d)  # no symmetry by which gradients cancel
    if z.requires_grad:
        (weight * z).sum().backward()
    numbers = {"gradient of mu": _norm(mu), "gradient of logvar": _norm(logvar)}
    mean, variance = code.VAE().encoder(torch.randn(B, 2))
    numbers["spread of logvar over x"] = float(variance.detach().std(0).max())
    return Finding(numbers, _gradient_mistake(numbers, mean, variance))


def _gradient_mistake(numbers: dict[str, float], mean: Tensor, variance: Tensor) -> str:
    to_mu, to_logvar, varies = numbers.values()
    if not to_mu and not to_logvar:
        return (
            "no gradient reaches mu or logvar: z is drawn without reparameterization (torch.normal,"
            " sample(), detach or no_grad); write z = mu + σ · ε"
        )
    if not to_logvar:
        return "no gradient reaches logvar: z does not depend on it; write σ = exp(logvar / 2)"
    if not to_mu:
        return "no gradient reaches mu: z does not depend on it; write z = mu + σ · ε"
    if not mean.requires_grad or not variance.requires_grad or not varies:
        return (
            "the encoder's mu or logvar has no gradient, or logvar is the same for all x: compute"
            " both from x"
        )
    return ""


def _norm(leaf: Tensor) -> float:
    return 0.0 if leaf.grad is None else float(leaf.grad.norm())


SETTINGS = {"(0, 1)": (0.0, 1.0), "(2, 1)": (2.0, 1.0), "(0, ½)": (0.0, 0.5), "(1, 2)": (1.0, 2.0)}
KL_RATIOS = {
    -1.0: "the KL has the wrong sign: it is ½ Σ(σ² + μ² − 1 − log σ²), never negative",
    1 / d: "the KL is a mean over the latent dimensions: sum over them, average over examples",
    2.0: "the KL is twice too large: the ½ is missing",
    0.5: "the KL is half as large as it is: there is one ½ too many",
    float(B): "the KL is summed over the examples: average over them",
    1 / B: "the KL is divided by the number of examples twice",
    1 / (B * d): "the KL is a mean over dimensions and is divided by the examples twice",
    float(d): "the KL is summed over the latent dimensions twice",
}


def divergence(code: Any) -> Finding:
    """KL(N(μ, σ²) ‖ N(0, 1)) at four settings, and its least value at random ones."""
    values, right = {}, {}
    for name, (mean, sigma) in SETTINGS.items():
        mu, logvar = torch.full((B, d), mean), torch.full((B, d), 2 * math.log(sigma))
        values[f"KL at {name}"] = _kl(code, mu, logvar) / d
        right[f"KL at {name}"] = float(kl_to_standard_normal(mu, logvar).mean())
    generator = torch.Generator().manual_seed(0)
    draws = [torch.randn(2, B, d, generator=generator) for _ in range(20)]
    least = min(_kl(code, mu, logvar) for mu, logvar in draws)
    return Finding({**values, "least KL": least}, _kl_mistake(values, right, least))


def _kl(code: Any, mu: Tensor, logvar: Tensor) -> float:
    x = torch.zeros(B, D)
    return float(code.loss(x, x, mu, logvar)[2])


def _kl_mistake(values: dict[str, float], right: dict[str, float], least: float) -> str:
    if not all(map(math.isfinite, values.values())):
        return (
            "the KL is not finite: the encoder's second output is used as σ or σ², whose logarithm"
            " has no value at or below 0; it is log σ², and σ² = exp(logvar)"
        )
    if not any(values.values()):
        return "the KL is 0 for every q: it is forgotten; add ½ Σ(σ² + μ² − 1 − log σ²)"
    at_prior, *others = values
    ratios = [values[name] / right[name] for name in others]
    if abs(values[at_prior]) > 1e-4:
        return f"the KL of the prior to itself is {values[at_prior]:.3f}, not 0: check each term"
    found = _meaning(ratios, KL_RATIOS)
    if found or all(_near(ratio, 1) for ratio in ratios):
        return found or ("" if least >= 0 else f"the KL is {least:.3f} somewhere: it is never < 0")
    worst = max(others, key=lambda name: abs(values[name] / right[name] - 1))
    return f"the {worst} is {values[worst]:.3f}, not {right[worst]:.3f}: σ² = exp(logvar)"


RECONSTRUCTION_RATIOS = {
    1 / D: (
        "the reconstruction is a mean over coordinates while the KL is a sum, which multiplies β"
        " by D: sum the squared error over coordinates, average over examples"
    ),
    0.5: "the squared error has a factor ½, which doubles β here: leave it out",
    float(B): "the reconstruction is summed over the examples: average over them",
    1 / B: "the reconstruction is divided by the number of examples twice",
    1 / (B * D): "the reconstruction is divided by the number of examples twice, and by D",
    -1.0: "the reconstruction has the wrong sign: the squared error is minimised",
}
WEIGHTS = {
    0.0: "the KL is missing from total: this is an autoencoder; total = reconstruction + kl",
    -1.0: "the KL is subtracted from total: a loss adds it; total = reconstruction + kl",
    2.0: "the KL counts twice in total (β = 2): total = reconstruction + kl",
}


def objective(code: Any) -> Finding:
    """The reconstruction is ‖x − x̂‖² per example; total is the sum of both terms."""
    generator = torch.Generator().manual_seed(1)
    x, x_hat = torch.randn(2, B, D, generator=generator)
    mu, logvar, zero = torch.full((B, d), 1.0), torch.full((B, d), 0.5), torch.zeros(B, d)
    error = float(((x - x_hat) ** 2).sum(-1).mean())
    alone, at_prior, _ = map(float, code.loss(x, x_hat, zero, zero))
    total, reconstruction, kl = map(float, code.loss(x, x_hat, mu, logvar))
    numbers = {
        "reconstruction / squared error": reconstruction / error,
        "weight of the reconstruction": alone / at_prior if at_prior else math.nan,
        "weight of the KL": (total - alone) / kl if kl else math.nan,
    }
    return Finding(numbers, _objective_mistake(*numbers.values(), has_kl=kl != 0))


def _objective_mistake(ratio: float, weight: float, beta: float, *, has_kl: bool) -> str:
    if not _near(ratio, 1):
        generic = f"the reconstruction is {ratio:.3f} times ‖x − x̂‖²: check its sums and means"
        return _meaning([ratio], RECONSTRUCTION_RATIOS) or generic
    if not math.isfinite(weight):
        return "total is not finite: see the KL"
    if not _near(weight, 1):
        return f"total has the reconstruction {weight:.3f} times: total = reconstruction + kl"
    if has_kl and not _near(beta, 1):
        generic = f"the KL has the weight β = {beta:.3f} in total: total = reconstruction + kl"
        return _meaning([beta], WEIGHTS) or generic
    return ""


def _near(value: float, target: float) -> bool:
    return abs(value - target) <= CLOSE * max(abs(target), 1)


def _meaning(ratios: list[float], meanings: dict[float, str]) -> str:
    """What it means that all `ratios` are the same known number; "" otherwise."""
    for target, meaning in meanings.items():
        scale = CLOSE * (abs(target) or 1)
        if all(abs(ratio - target) <= scale for ratio in ratios):
            return meaning
    return ""


CHECKS = (
    Check(
        "shapes", "Shapes are as asked for", f"the stub's docstrings; {PAPER}, section 3", shapes
    ),
    Check(
        "spread",
        "z = μ + σε: σ² = exp(log σ²), and log σ² → −∞ gives z = μ",
        f"vaeviz/densities/gaussian.py: sample; {PAPER}, section 2.4",
        spread,
    ),
    Check(
        "gradient",
        "The gradient reaches μ and log σ²",
        f"vaeviz/densities/gaussian.py: sample; {PAPER}, section 2.4",
        gradient,
    ),
    Check(
        "divergence",
        "The KL is 0 at the prior, never negative, and right",
        f"vaeviz/densities/gaussian.py: kl_to_standard_normal; {PAPER}, appendix B",
        divergence,
    ),
    Check(
        "objective",
        "The loss is the squared error plus the KL, per example",
        f"vaeviz/objectives/elbo.py: Elbo; {PAPER}, equation 10",
        objective,
    ),
)
