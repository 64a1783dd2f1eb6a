"""How widely `reparameterize` spreads z at several log σ², and which mistake gives that spread."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from vaeviz.learning.drill.results import Finding

MEAN, DRAWS = 3.0, 20_000
LOGVARS = (-2.0, 0.0, 2.0)
LIMIT = -40.0
CLOSE = 0.04  # relative; the standard error of a spread is 0.5 %
MISTAKES: tuple[tuple[Callable[[float], float], str], ...] = (
    (abs, "the encoder's second output is used as σ directly, so that σ may be negative"),
    (math.exp, "σ is exp(logvar), which is σ²"),
    (lambda v: math.sqrt(max(v, 0)), "the square root of logvar is used as σ"),
    (lambda v: math.log1p(math.exp(v)), "σ is softplus(logvar), which makes logvar no log σ²"),
)
CURE = "the output is log σ²; write σ = exp(logvar / 2)"


def spread(code: Any) -> Finding:
    """z has the mean μ and the standard deviation exp(½ log σ²), which vanishes with σ."""
    draws = {v: _draw(code, v) for v in (*LOGVARS, LIMIT)}
    deviations = [float(draws[v].std()) for v in LOGVARS]
    numbers = {
        **{f"σ at logvar {v:g}": s for v, s in zip(LOGVARS, deviations, strict=True)},
        "mean of z (μ = 3)": float(draws[0.0].mean()),
        "farthest from μ at logvar −40": float((draws[LIMIT] - MEAN).abs().max()),
    }
    mean, limit = list(numbers.values())[-2:]
    mistake = _mistake(deviations, mean) or _off(mean)
    if not mistake and not limit < 0.05:
        mistake = f"z is {limit:.3f} from mu where σ vanishes: add no other noise, {CURE}"
    return Finding(numbers, mistake)


def _draw(code: Any, logvar: float) -> torch.Tensor:
    with torch.no_grad():
        return code.reparameterize(torch.full((DRAWS, 1), MEAN), torch.full((DRAWS, 1), logvar))


def _mistake(deviations: list[float], mean: float) -> str:
    _, middle, high = deviations
    if not all(map(math.isfinite, deviations)):
        return f"z is NaN or infinite: a root or logarithm of logvar itself is taken; {CURE}"
    if max(deviations) < 1e-6:
        return _no_noise(mean)
    if max(deviations) < 1.05 * min(deviations):
        return f"logvar is never used: σ is {middle:.3f} whatever it says; write exp(logvar / 2)"
    right = [math.exp(v / 2) for v in LOGVARS]
    if _alike(deviations, right):
        return ""
    for formula, mistake in MISTAKES:
        if _alike(deviations, [formula(v) for v in LOGVARS]):
            return f"{mistake}: {CURE}"
    if _alike(deviations, [middle * value for value in right]):
        return f"ε has the standard deviation {middle:.3f}, not 1: draw it by torch.randn_like(mu)"
    return f"σ is {middle:.3f} at logvar = 0, not 1, and {high:.3f} at 2, not 2.718: {CURE}"


def _no_noise(mean: float) -> str:
    if abs(mean - MEAN) < 1e-4:
        return "z is always mu: without noise this is an autoencoder; write z = mu + σ · ε"
    return "all examples share one ε: draw it for each of them, by torch.randn_like(mu)"


def _off(mean: float) -> str:
    return "" if abs(mean - MEAN) < 0.05 else f"z has the mean {mean:.3f} where mu is 3: add mu"


def _alike(values: list[float], others: list[float]) -> bool:
    return all(abs(a - b) <= CLOSE * max(b, 0.05) for a, b in zip(values, others, strict=True))
