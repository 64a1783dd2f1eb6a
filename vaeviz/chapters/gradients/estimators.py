"""The tool Estimators: how far the estimates of one gradient scatter, by three estimators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vaeviz.chapters.answers import number
from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.gradients import predictions
from vaeviz.chapters.gradients.view import GradientsView
from vaeviz.chapters.settings import Log, OneOf, Real, Whole, setting
from vaeviz.figures.estimator_strip import estimator_strip
from vaeviz.figures.estimator_variance import estimator_variance
from vaeviz.figures.graph import written
from vaeviz.figures.twin import Twin
from vaeviz.records import Array
from vaeviz.records.estimators import NAMES, Estimates, Variances
from vaeviz.theory import gradient_estimators as theory
from vaeviz.theory.gradient_estimators import DRAWS, ESTIMATES, FUNCTIONS, MOST, Problem

TITLES = {"square": "z²", "shifted": "(z − 2)²", "raised": "z² + 5", "cube": "z³", "quartic": "z⁴"}
SYMBOLS = {"mu": "∂/∂μ", "sigma": "∂/∂σ"}
BASELINES = {"optimal": "the best constant", "mean": "the mean of f"}
SIGMAS = np.geomspace(0.05, 4.0, 61)
SIGMA_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0)
COUNTS = (1, 4, 16, 64)
SOURCE = "lines: closed form; dots: {}, ± 2 standard errors"


@dataclass(frozen=True)
class EstimatorsView(GradientsView):
    """The function, the Gaussian, what the gradient is on, and the draws."""

    f: str = setting(
        "square", OneOf(tuple(FUNCTIONS)), "f", "f(z)",
        "The function whose mean over N(μ, σ²) is to be made smaller", titles=TITLES,
    )  # fmt: skip
    parameter: str = setting(
        "mu", OneOf(tuple(SYMBOLS)), "the gradient", "gradient",
        "On which parameter the gradient is estimated", titles=SYMBOLS,
    )  # fmt: skip
    baseline: str = setting(
        "optimal", OneOf(tuple(BASELINES)), "the baseline", "baseline",
        "The constant that is taken off f; the best one is E[f s²] / E[s²], with s the score",
        titles=BASELINES,
    )  # fmt: skip
    centre: float = setting(
        1.0, Real(-3, 3), "μ of N(μ, σ²)", "μ", "The mean of the distribution of z",
        form="linear", step=0.01, spoken="mean of z", colour="posterior",
    )  # fmt: skip
    spread: float = setting(
        0.5, Log(0.05, 4.0), "σ of N(μ, σ²)", "σ", "The standard deviation of z",
        spoken="deviation of z", colour="posterior",
    )  # fmt: skip
    count: int = setting(
        4, Whole(1, MOST), "draws of an estimate", "draws", "Draws of z that one estimate averages",
        form="int", spoken="draws of an estimate",
    )  # fmt: skip
    draws_seed: int = setting(
        0, Whole(0, 9999), "draws", "draws no.", f"Each number is another set of {DRAWS:,} draws ε",
    )  # fmt: skip

    @property
    def problem(self) -> Problem:
        return Problem(FUNCTIONS[self.f], self.centre, self.spread, self.parameter)

    @property
    def variances(self) -> list[float]:
        """Of one draw: pathwise, score function, and with the baseline; closed form."""
        return [theory.variance(of) for of in theory.estimators(self.problem, self.baseline)]

    @property
    def factor(self) -> float:
        """How many times the score function's variance is the pathwise one's."""
        return self.variances[1] / self.variances[0]


def show(view: EstimatorsView, context: Context) -> Frame:
    """The estimates as dots, and their variance over σ and over the number of draws."""
    theme, noise = context.theme, theory.draws(view.draws_seed)
    strip = estimator_strip(_estimates(view, noise), theme)
    over, many = _over_sigma(view, noise), _over_draws(view, noise)
    given: dict[str, Any] = {"noise": noise.tolist()}
    spread = {**given, "over": "spread", "line": SIGMAS.tolist(), "at": []}
    count = {**given, "over": "count", "line": many.line.tolist(), "at": list(COUNTS)}
    return Frame(
        {
            "strip": Twin.of(strip, "estimator_strip", shown=ESTIMATES, **given),
            "over": Twin.of(estimator_variance(over, theme), "estimator_variance", **spread),
            "many": Twin.of(estimator_variance(many, theme), "estimator_variance", **count),
        },
        _rows(view),
        rows=(("strip strip", "1fr"), ("over many", "1.1fr")),
    )


def _estimates(v: EstimatorsView, noise: Array) -> Estimates:
    made = theory.estimators(v.problem, v.baseline)
    means = [of(noise).reshape(-1)[: ESTIMATES * v.count] for of in made]
    values = np.array([one.reshape(ESTIMATES, v.count).mean(1) for one in means])
    spread = np.sqrt(np.array(v.variances) / v.count)
    symbol = f"{SYMBOLS[v.parameter]} E[f]"
    source = f"{ESTIMATES} estimates each, draws no. {v.draws_seed}; line: closed form"
    return Estimates(values, theory.mean(made[0]), spread, v.count, symbol, source)


def _over_sigma(v: EstimatorsView, noise: Array) -> Variances:
    each = [replace(v.problem, sigma=float(sigma)) for sigma in SIGMAS]
    exact = np.array(
        [[theory.variance(of) for of in theory.estimators(p, v.baseline)] for p in each]
    ).T  # (3, N)
    measured = [theory.measured(of, noise, 1) for of in theory.estimators(v.problem, v.baseline)]
    low, high = _decades(exact)
    less = f"{number(v.factor)} times the pathwise one"
    return Variances(
        SIGMAS, exact, np.array([v.spread]), np.array([[m.variance] for m in measured]),
        np.array([[m.error] for m in measured]), "σ",
        SIGMA_TICKS,
        f"At σ = {v.spread:.3g} the score's variance is {less}",
        f"Variance of one draw over σ. At σ = {v.spread:.3g}: {_listed(v.variances)}; the score"
        f" function's is {less}.",
        low, high, SOURCE.format(f"{DRAWS:,} draws at this σ"),
    )  # fmt: skip


def _over_draws(v: EstimatorsView, noise: Array) -> Variances:
    made, line = theory.estimators(v.problem, v.baseline), np.array([1.0, 2, 4, 8, 16, 32, MOST])
    exact = np.array(v.variances)[:, None] / line
    measured = [[theory.measured(of, noise, count) for count in COUNTS] for of in made]
    low, high = _decades(exact)
    return Variances(
        line, exact, np.array(COUNTS, np.float64),
        np.array([[m.variance for m in row] for row in measured]),
        np.array([[m.error for m in row] for row in measured]), "draws per estimate",
        COUNTS,
        "Four times the draws: a quarter of the variance",
        f"Variance of the mean of n draws. With one: {_listed(v.variances)}. It falls as 1/n.",
        low, high, SOURCE.format(f"means of {DRAWS:,} draws in all"),
    )  # fmt: skip


def _decades(exact: Array) -> tuple[int, int]:
    """Whole decades that hold the lines, and a bit of room."""
    logs = np.log10(exact)
    return int(np.floor(logs.min() - 0.2)), int(np.ceil(logs.max() + 0.2))


def _listed(variances: list[float]) -> str:
    return ", ".join(f"{name} {number(v)}" for name, v in zip(NAMES, variances, strict=True))


def _rows(v: EstimatorsView) -> list[Row]:
    path, plain, based = v.variances
    exact = theory.mean(theory.pathwise(v.problem))
    return [
        ("exact gradient", written(exact), f"{SYMBOLS[v.parameter]} of E f(z), closed form", ""),
        ("Var pathwise", number(path), "Of one draw, closed form", ""),
        ("Var score function", number(plain), "Of one draw, without a baseline", ""),
        ("Var with a baseline", number(based), f"Of one draw; b is {BASELINES[v.baseline]}", ""),
        ("factor", number(v.factor), "Var score function / Var pathwise: so many times as many"
         " draws are needed for the same error", ""),
    ]  # fmt: skip


def scenes(view: EstimatorsView, context: Context) -> list[Scene]:
    """Where the score function does badly, and what a baseline can do."""
    first = {"f": "square", "parameter": "mu", "centre": 1.0, "spread": 0.5, "count": 4}
    return [
        Scene("z²", "μ = 1, σ = ½: the score function's variance is 21.8 times the pathwise one's.",
              first, free=("draws_seed", "baseline", "count")),
        Scene("Narrow", "σ = 0.1: the factor is 2,850. The score divides by σ.",
              {**first, "spread": 0.1}, free=("draws_seed", "baseline", "count")),
        Scene("Raised", "f + 5: the same gradient and pathwise variance; the score function's is"
              " 9 times as large. The baseline takes the 5 off.",
              {**first, "f": "raised", "baseline": "optimal"}, free=("draws_seed", "count")),
        Scene("μ = 0", "The gradient is 0, and the best baseline brings the factor"
              " from 3.75 to 1.5.",
              {**first, "centre": 0.0, "baseline": "optimal"}, free=("draws_seed", "count")),
        Scene("z⁴, on σ", "64 draws per estimate; the score function has 7.8 times the variance.",
              {**first, "f": "quartic", "parameter": "sigma", "count": 64}, free=("draws_seed",)),
    ]  # fmt: skip


TOOL = Tool(
    "estimators",
    "Estimators",
    "Three ways to estimate one gradient: all are right on average, one scatters little.",
    EstimatorsView,
    show,
    controls=("f", "parameter", "baseline", "centre", "spread", "count", "draws_seed"),
    scenes=scenes,
    predictions=predictions.ESTIMATORS,
)
