"""The estimate of a KL from more and more draws."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve, least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.theory.two_gaussians import DRAWS, Divergence

NATS = (0.5, 1.5, 5.0, 15.0, 50.0, 150.0, 500.0, 1500.0, 50_000.0)  # of the axis
AT = np.arange(4, DRAWS, 5)  # the draws after which the mean is drawn


def running_mean(made: Divergence, theme: Theme, source: str) -> Spec:
    """The mean of log(q/p) over more and more draws, ± 2 standard errors, and the closed form."""
    mean, error = made.running[AT], made.error[AT]
    traces = [
        curve("+ 2 standard errors", AT + 1.0, mean + 2 * error, theme.rate, "dot", 2),
        curve("− 2 standard errors", AT + 1.0, mean - 2 * error, theme.rate, "dot", 2),
        curve("closed form", np.array([0.0, DRAWS]), np.full(2, made.exact), theme.linear, "solid"),
        curve("mean of draws", AT + 1.0, mean, theme.rate, "solid"),
    ]
    last, spread = float(made.running[-1]), float(made.error[-1])
    meta = {
        "title": f"{DRAWS:,} draws: {last:.3f} ± {spread:.3f}; exactly {made.exact:.4f}",
        "short": f"draws {last:.3f} ± {spread:.3f}",
        "source": source,
        "alt": f"The mean of {DRAWS:,} draws is {last:.3f} ± {spread:.3f} nats; the closed form"
        f" says {made.exact:.4f}.",
        "legend": [["closed form", theme.linear, "solid"], ["mean of draws", theme.rate, "solid"],
                   ["± 2 standard errors", theme.rate, "dot"]],
    }  # fmt: skip
    top = least(NATS, 1.5 * max(made.exact, 0.05))
    return figure(
        theme, traces, axis(theme, "draws", 0, DRAWS), axis(theme, "nats", -top / 4, top), meta
    )
