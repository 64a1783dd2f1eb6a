"""The tool Two directions: one Gaussian fitted to a mixture, by KL(q ‖ p) and by KL(p ‖ q)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Rule, Scene, Tool
from vaeviz.chapters.objective import predictions
from vaeviz.chapters.objective.view import ObjectiveView
from vaeviz.chapters.settings import Log, OneOf, Real, Whole, setting
from vaeviz.figures.kl_landscape import NAMES, kl_landscape
from vaeviz.figures.mixture import AT, mixture
from vaeviz.figures.twin import Twin
from vaeviz.records import Table
from vaeviz.theory.mixture_fit import Fit, Mixture, Optimum, fit
from vaeviz.theory.two_gaussians import Gaussian

MOST = 4  # modes
TWO = {"modes": 2, "c1": -2.0, "s1": 0.6, "w1": 0.5, "c2": 2.0, "s2": 0.6, "w2": 0.5}
START = {"start_mu": 1.0, "start_sigma": 1.0}


def centre(k: int, default: float) -> Any:
    """The setting of a mode's mean."""
    words = f"mean of mode {k}"
    return setting(default, Real(-4, 4), words, f"μ{k} of p", "Where this mode of p lies",
                   form="linear", step=0.01, spoken=words, colour="prior")  # fmt: skip


def width(k: int, default: float) -> Any:
    """The setting of a mode's deviation."""
    words = f"deviation of mode {k}"
    return setting(default, Log(0.2, 2.0), words, f"σ{k} of p", "How wide this mode of p is",
                   spoken=words, colour="prior")  # fmt: skip


def weight(k: int, default: float) -> Any:
    """The setting of a mode's weight."""
    words = f"weight of mode {k}"
    return setting(default, Real(0.05, 1.0), words, f"weight {k}",
                   "How much of p lies in this mode, beside the other weights",
                   form="linear", step=0.01, spoken=words, colour="prior")  # fmt: skip


@dataclass(frozen=True)
class FitView(ObjectiveView):
    """The mixture's modes, and where q starts."""

    modes: int = setting(
        2,
        Whole(1, MOST),
        "number of modes",
        "modes of p",
        "How many bell curves p is made of",
        form="int",
        colour="prior",
    )
    mode: int = setting(
        1,
        Whole(1, MOST),
        "mode",
        "adjust mode no.",
        "The mode that the next three sliders change",
        form="int",
        colour="prior",
    )
    c1: float = centre(1, -2.0)
    s1: float = width(1, 0.6)
    w1: float = weight(1, 0.5)
    c2: float = centre(2, 2.0)
    s2: float = width(2, 0.6)
    w2: float = weight(2, 0.5)
    c3: float = centre(3, 0.0)
    s3: float = width(3, 0.4)
    w3: float = weight(3, 0.3)
    c4: float = centre(4, 4.0)
    s4: float = width(4, 0.3)
    w4: float = weight(4, 0.2)
    start_mu: float = setting(
        1.0, Real(-6, 6), "start of μ", "start of μ", "The mean of q before it is fitted",
        form="linear", step=0.01, spoken="start of the mean of q", colour="posterior",
    )  # fmt: skip
    start_sigma: float = setting(
        1.0, Log(0.15, 5.0), "start of σ", "start of σ",
        "The standard deviation of q before it is fitted",
        spoken="start of the deviation of q", colour="posterior",
    )  # fmt: skip
    over: str = setting(
        "reverse", OneOf(tuple(NAMES)), "map", "map of", "Which KL the map shows", titles=NAMES,
    )  # fmt: skip

    @property
    def mixture(self) -> Mixture:
        """p, with weights that add up to 1."""
        rows = np.array([[getattr(self, f"{name}{k + 1}") for name in "wcs"]
                         for k in range(self.modes)])  # fmt: skip
        return Mixture(rows[:, 0] / rows[:, 0].sum(), rows[:, 1], rows[:, 2])


def fitted(view: FitView) -> Fit:
    """Everything that the tool shows."""
    return fit(view.mixture, Gaussian(view.start_mu, view.start_sigma), view.over)


def show(view: FitView, context: Context) -> Frame:
    """The mixture with its fits, the map of the KL, and the optima in numbers."""
    made, theme = fitted(view), context.theme
    source = f"quadrature, off by at most {_worst(made):.0e} nats"
    mode = min(view.mode, view.modes)
    return Frame(
        {
            "mixture": Twin.of(
                mixture(made, theme, source), "mixture", line=AT.tolist(), modes=view.modes
            ),
            "landscape": Twin.of(kl_landscape(made, theme, source), "kl_landscape"),
            "optima": _table(made, source),
        },
        _rows(made),
        controls=("modes", "mode", f"c{mode}", f"s{mode}", f"w{mode}", "start_mu", "start_sigma",
                  "over"),
        columns="1.3fr 1fr",
        rows=(("mixture mixture", "1.1fr"), ("landscape optima", "1fr")),
    )  # fmt: skip


def _worst(made: Fit) -> float:
    """The largest quadrature error of all optima; below 1e-12 it is only rounding."""
    return max(1e-12, made.covering.error, *(one.error for one in made.optima))


def _table(made: Fit, source: str) -> Table:
    names = [("KL(q ‖ p)" + (", from the start" if k == made.chosen else ""), one)
             for k, one in enumerate(made.optima)]  # fmt: skip
    rows = tuple(_row(name, one) for name, one in [*names, ("KL(p ‖ q)", made.covering)])
    finding = f"{len(made.optima)} optima of KL(q ‖ p), one of KL(p ‖ q)."
    return Table(
        ("least", "μ", "σ", "nats"), rows, "Every optimum, the best first", source, finding
    )


def _row(name: str, one: Optimum) -> tuple[str, ...]:
    numbers = (f"{one.q.mu:z.3f}", f"{one.q.sigma:.3f}", f"{one.kl:z.4f}")
    return name, *(number.replace("-", "−") for number in numbers)


def _rows(made: Fit) -> list[Row]:
    found = None if made.chosen is None else made.optima[made.chosen]
    return [
        ("local optima", str(len(made.optima)), "Of KL(q ‖ p), over μ and σ of q", ""),
        ("least KL(q ‖ p)", f"{made.optima[0].kl:z.4f}", "At the best of its optima, nats", ""),
        ("found from the start", f"{found.kl:z.4f}" if found else "between two",
         "KL(q ‖ p) where descent from the start ends, nats", ""),
        ("least KL(p ‖ q)", f"{made.covering.kl:z.4f}",
         "At the mean and the variance of p, nats", ""),
    ]  # fmt: skip


def at_most_modes(view: FitView, context: Context) -> Rule:
    """Only modes that are there can be adjusted."""
    why = f"p has {view.modes} mode{'s' if view.modes > 1 else ''}"
    return Rule("mode", why, high=view.modes, about=("modes",))


def scenes(view: FitView, context: Context) -> list[Scene]:
    """Mixtures to begin with."""
    near = {**TWO, "c1": -0.8, "c2": 0.8}
    unequal = {**TWO, "w1": 0.1, "w2": 0.9, "s1": 0.3, "start_mu": -2.5, "start_sigma": 0.4}
    return [
        Scene("Two modes", "Each mode is an optimum of KL(q ‖ p); a wide third one covers both.",
              {**TWO, **START}),
        Scene("Closer", "The two valleys have become one: both directions nearly agree.",
              {**near, **START}),
        Scene("The wrong mode", "From here q ends in the small mode, and misses 90 % of p.",
              unequal),
        Scene("Three modes", "With a hump in the middle even KL(q ‖ p) is least for a broad curve.",
              {**TWO, "modes": 3, "c1": -3.0, "c2": 3.0, "c3": 0.0, "s3": 0.4, "w3": 0.3, **START}),
        Scene("One Gaussian", "p is in the family: both directions end at p, with 0 nats.",
              {"modes": 1, "mode": 1, "c1": -2.0, "s1": 0.6, **START}),
    ]  # fmt: skip


TOOL = Tool(
    "fit",
    "Two directions",
    "Fit one bell curve to several: KL(q ‖ p) shuns gaps, KL(p ‖ q) covers all.",
    FitView,
    show,
    controls=("modes", "mode", "c1", "s1", "w1", "start_mu", "start_sigma", "over"),
    rules=(at_most_modes,),
    scenes=scenes,
    predictions=predictions.FIT,
)
