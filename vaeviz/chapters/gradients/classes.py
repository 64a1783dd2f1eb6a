"""The categorical half of Distributions: Gumbel-softmax, straight-through and the score function
beside the enumerated gradient.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from vaeviz.chapters.answers import number
from vaeviz.chapters.chapter import Row
from vaeviz.chapters.gradients.view import GradientsView
from vaeviz.chapters.settings import Log, Real, Whole, setting
from vaeviz.figures.estimator_variance import estimator_variance
from vaeviz.figures.graph import written
from vaeviz.figures.relaxed_estimates import TICKS, relaxed_estimates
from vaeviz.figures.simplex import simplex
from vaeviz.figures.theme import Theme
from vaeviz.figures.twin import Twin
from vaeviz.live.message import Panel
from vaeviz.records import Array
from vaeviz.records.estimators import RELAXED, Relaxed, Simplex, Variances
from vaeviz.theory import relaxed
from vaeviz.theory.relaxed import DRAWS, ESTIMATORS, TAUS, Estimate

SHOWN = 400  # draws in the triangle
MEASURED = f"{DRAWS:,} draws, ± 2 standard errors"


@dataclass(frozen=True)
class ClassesView(GradientsView):
    """Two logits of three classes (the third is 0), the temperature, and the noise."""

    first: float = setting(
        0.0, Real(-3, 3), "logit of class 1", "ℓ₁", "The logit of class 1, on which gradients are",
        form="linear", step=0.01, spoken="logit of class 1", colour="posterior",
    )  # fmt: skip
    second: float = setting(
        0.0, Real(-3, 3), "logit of class 2", "ℓ₂", "The logit of class 2; that of class 3 is 0",
        form="linear", step=0.01, spoken="logit of class 2", colour="posterior",
    )  # fmt: skip
    temperature: float = setting(
        0.5, Log(0.05, 5.0), "temperature τ", "τ", "The temperature of the softmax: 0 is argmax",
        spoken="temperature", colour="rate",
    )  # fmt: skip
    gumbel_seed: int = setting(
        0, Whole(0, 9999), "draws", "draws no.",
        f"Each number is another set of {DRAWS:,} draws of Gumbel noise",
    )  # fmt: skip

    @property
    def logits(self) -> Array:
        return np.array([self.first, self.second, 0.0])

    @property
    def estimates(self) -> list[Estimate]:
        """Gumbel-softmax, score function and straight-through at the temperature."""
        noise = relaxed.gumbel(self.gumbel_seed)
        return [relaxed.estimate(f(self.logits, noise, self.temperature)) for f in ESTIMATORS]


def panels(view: ClassesView, theme: Theme) -> dict[str, Panel]:
    """The triangle, and estimates and variances over the temperature."""
    noise = relaxed.gumbel(view.gumbel_seed)
    given: dict[str, Any] = {"noise": noise.tolist(), "taus": TAUS.tolist()}
    return {
        "simplex": Twin.of(
            simplex(_simplex(view, noise[:SHOWN]), theme), "simplex", noise=noise[:SHOWN].tolist()
        ),
        "relaxed": Twin.of(relaxed_estimates(_relaxed(view), theme), "relaxed_estimates", **given),
        "scatter": Twin.of(
            estimator_variance(_variances(view), theme), "relaxed_variance", **given
        ),
    }


def _simplex(v: ClassesView, noise: Array) -> Simplex:
    classes = (v.logits + noise).argmax(1)
    source = f"{len(noise)} draws no. {v.gumbel_seed}, colour: the class by the same noise"
    soft = relaxed.softmax((v.logits + noise) / v.temperature)
    return Simplex(soft, classes, relaxed.softmax(v.logits), v.temperature, source)


@lru_cache(maxsize=64)
def _over(first: float, second: float, seed: int) -> list[list[Estimate]]:
    """Of each estimator, at each of the temperatures."""
    logits, noise = np.array([first, second, 0.0]), relaxed.gumbel(seed)
    return [[relaxed.estimate(f(logits, noise, float(tau))) for tau in TAUS] for f in ESTIMATORS]


def _relaxed(v: ClassesView) -> Relaxed:
    over, now = _over(v.first, v.second, v.gumbel_seed), v.estimates
    return Relaxed(
        TAUS,
        np.array([[one.mean for one in row] for row in over]),
        np.array([[one.error for one in row] for row in over]),
        v.temperature,
        np.array([one.mean for one in now]),
        np.array([one.error for one in now]),
        relaxed.enumerated(v.logits),
        f"means of {DRAWS:,} draws; bars ± 2 standard errors, in the title ± 1",
    )


def _variances(v: ClassesView) -> Variances:
    over, now = _over(v.first, v.second, v.gumbel_seed), v.estimates
    lines = np.array([[one.variance for one in row] for row in over])
    lines[1] = relaxed.score_variance(v.logits)
    logs = np.log10(lines)
    told = ", ".join(f"{n} {number(one.variance)}" for n, one in zip(RELAXED, now, strict=True))
    return Variances(
        TAUS, lines, np.array([v.temperature]), np.array([[one.variance] for one in now]),
        np.array([[one.variance_error] for one in now]), "temperature τ", TICKS,
        "The colder, the larger the variance of both",
        f"Variances of one draw's estimate at τ = {v.temperature:.3g}: {told}.",
        int(np.floor(logs.min() - 0.2)), int(np.ceil(logs.max() + 0.2)),
        f"{MEASURED}; score function: enumerated", RELAXED,
    )  # fmt: skip


def rows(v: ClassesView) -> list[Row]:
    """The read-outs: each estimate and its bias, with a standard error."""
    exact, (soft, score, straight) = relaxed.enumerated(v.logits), v.estimates
    return [
        ("enumerated", written(exact), "∂/∂ℓ₁ Σ p f(k), exact", ""),
        ("Gumbel-softmax", _told(soft.mean, soft.error), f"Mean of {DRAWS:,} draws ± its error",
         ""),
        ("bias, Gumbel", _told(soft.mean - exact, soft.error), "Mean − enumerated", ""),
        ("straight-through", _told(straight.mean, straight.error), "Hard forward, soft backward",
         ""),
        ("bias, straight", _told(straight.mean - exact, straight.error), "Mean − enumerated", ""),
        ("score function", _told(score.mean, score.error), "Unbiased; needs no relaxation", ""),
    ]  # fmt: skip


def _told(value: float, error: float) -> str:
    return f"{written(value)} ± {error:.3f}"
