"""The tool One pixel: what each likelihood says of one grey value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.likelihoods import predictions
from vaeviz.chapters.likelihoods.view import LikelihoodsView
from vaeviz.chapters.settings import Log, Real, setting
from vaeviz.figures.likelihood_curves import clipped, likelihood_curves
from vaeviz.figures.number_line import least
from vaeviz.figures.twin import Twin
from vaeviz.records import Table
from vaeviz.records.pixel import Curves
from vaeviz.theory.pixel import Pixel, log_bernoulli, log_continuous, log_gaussian, pixel

NAMES = ("Gaussian", "Bernoulli's expression", "continuous Bernoulli")
DASHES = ("solid", "dash", "solid")
LOGS = (log_gaussian, log_bernoulli, log_continuous)
GREY = np.linspace(0.0, 1.0, 201)
OUTPUTS = np.linspace(0.005, 0.995, 199)
TOPS = (4.0, 8.0, 16.0, 40.0, 130.0)  # of the density's axis
SOURCE = "closed form"


@dataclass(frozen=True)
class PixelView(LikelihoodsView):
    """The grey value, and the decoder's output."""

    grey: float = setting(
        0.3, Real(0, 1), "grey value", "x", "The grey value of the pixel, 0 black and 1 white",
        form="linear", step=0.005, spoken="grey value", colour="decoder",
    )  # fmt: skip
    output: float = setting(
        0.7, Real(0.005, 0.995), "output", "λ",
        "What the decoder puts out: the Gaussian's mean, the Bernoulli's probability",
        form="linear", step=0.005, spoken="the decoder's output", colour="decoder",
    )  # fmt: skip
    variance: float = setting(
        0.05, Log(1e-3, 1.0), "variance of the Gaussian", "σ²", "The variance of the Gaussian",
        spoken="variance of the Gaussian", colour="decoder",
    )  # fmt: skip


def show(view: PixelView, context: Context) -> Frame:
    """The densities over x, the losses over λ, and both in numbers."""
    made, theme = pixel(view.grey, view.output, view.variance), context.theme
    return Frame(
        {
            "densities": Twin.of(
                likelihood_curves(_densities(view, made), theme), "pixel_densities",
                at=GREY.tolist(),
            ),
            "losses": Twin.of(
                likelihood_curves(_losses(view, made), theme), "pixel_losses",
                at=OUTPUTS.tolist(),
            ),
            "numbers": _table(made, view),
        },
        _rows(made),
        columns="1fr 1fr",
        rows=(("densities losses", "1.9fr"), ("numbers numbers", "1fr")),
    )  # fmt: skip


def _densities(view: PixelView, made: Pixel) -> Curves:
    curves = {
        name: np.exp(log(GREY, view.output, view.variance))
        for name, log in zip(NAMES, LOGS, strict=True)
    }
    tallest = max(float(curve.max()) for curve in curves.values())
    top = least(TOPS, 1.05 * tallest)
    return Curves(
        NAMES, GREY, {name: np.minimum(y, 2 * top) for name, y in curves.items()}, DASHES, (),
        "x", view.grey, 0.0, "grey", "grey value x", "density", -0.06 * top, top,
        f"The Bernoulli's area is {made.area:.3f}, not 1",
        f"Over [0, 1] the Bernoulli's expression at λ = {view.output:.3f} has the area"
        f" {made.area:.4f}; the continuous Bernoulli has 1, and the mean {made.mean:.3f}.",
        SOURCE,
    )  # fmt: skip


def _losses(view: PixelView, made: Pixel) -> Curves:
    low, high = -3.0, 9.0
    curves = {
        name: clipped(-log(view.grey, OUTPUTS, view.variance), low, high)
        for name, log in zip(NAMES, LOGS, strict=True)
    }
    of = partial(pixel, view.grey, sigma2=view.variance)
    inside = float(np.clip(view.grey, OUTPUTS[0], OUTPUTS[-1]))
    best = float(np.clip(made.best, OUTPUTS[0], OUTPUTS[-1]))
    marks = (
        (NAMES[0], inside, of(output=inside).gaussian),
        (NAMES[1], inside, of(output=inside).bernoulli),
        (NAMES[2], best, of(output=best).continuous),
    )
    return Curves(
        NAMES, OUTPUTS, curves, DASHES, marks, "λ", view.output, low + 0.5, "output",
        "the decoder's output λ", "−log p(x) (nats)", low, high,
        f"Least at λ = x; for the continuous Bernoulli at {best:.2f}",
        f"At x = {view.grey:.3f} the Gaussian and the Bernoulli cost least at λ = x, the continuous"
        f" Bernoulli at λ = {made.best:.3f}.",
        SOURCE,
    )  # fmt: skip


def _table(made: Pixel, view: PixelView) -> Table:
    rows = (
        (NAMES[0], "1 over all numbers", f"{view.output:.3f}", _nats(made.gaussian)),
        (NAMES[1], f"{made.area:.4f} over [0, 1]", "λ, for x in {0, 1} only",
         f"{_nats(made.bernoulli)}: no density"),
        (NAMES[2], "1 over [0, 1]", f"{made.mean:.3f}", _nats(made.continuous)),
    )  # fmt: skip
    columns = ("likelihood", "area", "mean of x", "−log p(x), nats")
    finding = f"The Bernoulli's area is {made.area:.4f}."
    return Table(columns, rows, "What each says of this pixel", SOURCE, finding)


def _nats(value: float) -> str:
    return f"{value:z.3f}".replace("-", "−")


def _rows(made: Pixel) -> list[Row]:
    return [
        ("area of the Bernoulli", f"{made.area:.4f}", "Its integral over [0, 1]", ""),
        ("mean of the continuous", f"{made.mean:.4f}", "Of the continuous Bernoulli: not λ", ""),
        ("Gaussian (nats)", _nats(made.gaussian), "−log N(x; λ, σ²)", ""),
        ("cross-entropy (nats)", _nats(made.bernoulli), "−x log λ − (1 − x) log(1 − λ)", ""),
        ("continuous (nats)", _nats(made.continuous), "Cross-entropy plus the log of the area", ""),
    ]


def scenes(view: PixelView, context: Context) -> list[Scene]:
    """Values to begin with."""
    return [
        Scene("λ = ½", "The Bernoulli's expression is ½ everywhere: its area is ½.",
              {"output": 0.5, "grey": 0.5}),
        Scene("Nearly white", "At λ = 0.98 the area is 0.247: three quarters are missing.",
              {"output": 0.98, "grey": 1.0}),
        Scene("A grey pixel", "For x = 0.3 the continuous Bernoulli wants λ = 0.06, mean 0.3.",
              {"output": 0.06, "grey": 0.3}),
        Scene("A small σ²", "The Gaussian's density is over 10: −log p is negative, and no error.",
              {"output": 0.3, "grey": 0.3, "variance": 0.001}),
    ]  # fmt: skip


TOOL = Tool(
    "pixel",
    "One pixel",
    "Drag a grey value and the decoder's output: which curves are densities?",
    PixelView,
    show,
    controls=("grey", "output", "variance"),
    scenes=scenes,
    predictions=predictions.PIXEL,
)
