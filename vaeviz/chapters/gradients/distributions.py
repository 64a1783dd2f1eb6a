"""The tool Distributions: whose draws have a derivative, and what is done for classes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.gradients import predictions
from vaeviz.chapters.gradients.classes import ClassesView, panels, rows
from vaeviz.chapters.settings import OneOf, Real, setting
from vaeviz.figures.graph import written
from vaeviz.figures.law_cdf import law_cdf
from vaeviz.figures.law_draw import THETAS, law_draw
from vaeviz.live.message import Panel
from vaeviz.measures.laws import LAWS, Law
from vaeviz.records import Table
from vaeviz.records.estimators import HeldNumber, TwoCurves

SOURCE = "F⁻¹(u; θ), computed"
CHANGE = 0.5  # of θ, for the second curve
LINE = np.linspace(*THETAS, 193)
COLUMNS = ("distribution", "as a function of noise", "z", "dz/dθ", "torch's rsample differs by")
TITLES = {"normal": "Gaussian", "laplace": "Laplace", "gamma": "Gamma", "beta": "Beta",
          "classes": "Categorical"}  # fmt: skip
LAW_CONTROLS = ("law", "theta", "level")
CLASS_CONTROLS = (*LAW_CONTROLS, "first", "second", "temperature", "gumbel_seed")


@dataclass(frozen=True)
class DistributionsView(ClassesView):
    """The distribution, its parameter, the random number, and the classes' settings."""

    law: str = setting(
        "gamma", OneOf(tuple(LAWS)), "the distribution", "distribution",
        "Whose draw z is followed while its parameter θ moves", titles=TITLES,
    )  # fmt: skip
    theta: float = setting(
        2.0, Real(*THETAS), "θ", "θ", "The parameter: a width, a shape, or the weight of class 1",
        form="linear", step=0.01, spoken="theta", colour="posterior",
    )  # fmt: skip
    level: float = setting(
        0.3, Real(0.05, 0.95), "u", "u", "The random number, uniform in (0, 1), which is held",
        form="linear", step=0.01, spoken="the random number u", colour="rate",
    )  # fmt: skip

    @property
    def drawn(self) -> Law:
        return LAWS[self.law]

    @property
    def z(self) -> float:
        return float(self.drawn.quantile(self.level, self.theta))

    @property
    def slope(self) -> float:
        """dz/dθ with u held."""
        return float(self.drawn.slope(np.float64(self.z), self.theta))


def show(view: DistributionsView, context: Context) -> Frame:
    """The draw over θ; then what the distribution has: a derivative, or relaxations."""
    draw = law_draw(_held(view), context.theme)
    if not view.drawn.smooth:
        return Frame(
            {"draw": draw, **panels(view, context.theme)},
            [*_rows(view)[:2], *rows(view)],
            controls=CLASS_CONTROLS,
            rows=(("draw simplex", "1fr"), ("relaxed scatter", "1.1fr")),
        )
    shown: dict[str, Panel] = {
        "draw": draw,
        "cdf": law_cdf(_curves(view), context.theme),
        "laws": _table(view),
    }
    return Frame(
        shown,
        _rows(view),
        controls=LAW_CONTROLS,
        rows=(("draw cdf", "minmax(0, 1fr)"), ("laws laws", "13em")),
    )


def _held(v: DistributionsView) -> HeldNumber:
    law = v.drawn
    line: list[float | None] = LINE.tolist()
    draws: list[float | None] = np.asarray(law.quantile(v.level, LINE)).tolist()
    if not law.smooth:
        line, draws = _with_gaps(LINE.tolist(), draws)
    return HeldNumber(law.title, line, draws, v.theta, v.z, v.slope, law.smooth, law.low,
                      law.high, SOURCE)  # fmt: skip


def _with_gaps(
    line: list[float], draws: list[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """A gap at each jump, so that no line is drawn where no draw is."""
    jumps = [k for k in range(1, len(draws)) if draws[k] != draws[k - 1]]
    x, y = list[float | None](line), list(draws)
    for k in reversed(jumps):
        x.insert(k, None)
        y.insert(k, None)
    return x, y


def _curves(v: DistributionsView) -> TwoCurves:
    law, there = v.drawn, v.theta + CHANGE
    line = np.linspace(law.low, law.high, 241)
    z = v.z, float(law.quantile(v.level, there))
    return TwoCurves(law.title, line, law.cdf(line, v.theta), law.cdf(line, there), v.theta,
                     CHANGE, v.level, z, SOURCE)  # fmt: skip


def _table(v: DistributionsView) -> Table:
    table = []
    for name, law in LAWS.items():
        z = np.float64(law.quantile(v.level, v.theta))
        slope = written(float(law.slope(z, v.theta))) if law.smooth else "0, or none"
        drawn = written(float(z)) if law.smooth else f"class {z:.0f}"
        table.append((f"{TITLES[name]}: {law.title}" if law.smooth else TITLES[name], law.how,
                      drawn, slope, _missed(name, v.theta)))  # fmt: skip
    title = f"Five distributions at θ = {v.theta:.3g}, u = {v.level:.3g}"
    finding = "All but the categorical have a derivative of the draw."
    source = "dz/dθ: −(∂F/∂θ) / p(z); torch: 200 seeded draws, as a share of the largest dz/dθ"
    return Table(COLUMNS, tuple(table), title, source, f"{title}. {finding}")


@lru_cache(maxsize=512)
def _missed(name: str, theta: float) -> str:
    from vaeviz.measures.rsample import miss

    found = miss(name, theta)
    if found is None:
        return "it has none"
    return "under 1e-12" if found < 1e-12 else f"{found:.0e}"


def _rows(v: DistributionsView) -> list[Row]:
    z, slope = v.z, v.slope
    return [
        ("z", written(z), "The draw at this u", ""),
        ("dz/dθ", written(slope), "How the draw moves with θ, u held", ""),
        ("F(z; θ)", written(float(v.drawn.cdf(np.float64(z), v.theta))), "It is u", ""),
    ]


def scenes(view: DistributionsView, context: Context) -> list[Scene]:
    """From a formula to a step, and what is put in its place."""
    held = {"theta": 2.0, "level": 0.3}
    classes = {"law": "classes", **held, "first": 0.0, "second": 0.0, "gumbel_seed": 0}
    return [
        Scene("Gaussian", "z = θε: a straight line through the origin, with slope ε.",
              {**held, "law": "normal"}, free=("theta",)),
        Scene("Gamma", "No formula for z, but it moves smoothly: dz/dθ comes from F.",
              {**held, "law": "gamma"}),
        Scene("Categorical", "The class is a step: its slope is 0, except where it jumps.",
              {**classes, "temperature": 0.5}),
        Scene("Cold", "τ = 0.05: nearly hard draws. Over ten times the variance of τ = 0.5:"
              " other draws, another answer.", {**classes, "temperature": 0.05}),
        Scene("Hot", "τ = 5: soft draws, hardly any variance, and a gradient near 0: all bias.",
              {**classes, "temperature": 5.0}),
    ]  # fmt: skip


TOOL = Tool(
    "distributions",
    "Distributions",
    "Hold the random number and move the parameter: does the draw move smoothly?",
    DistributionsView,
    show,
    controls=CLASS_CONTROLS,
    scenes=scenes,
    predictions=predictions.DISTRIBUTIONS,
)
