"""The terms of the loss over the steps of a run, D and -ELBO = D + R, with the user's moves."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.over_steps import labels, line, marks, number, steps_axis
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array, LossCurves

_TREND = 0.02  # a change of this share of the axis counts


def loss_curves(record: LossCurves, theme: Theme) -> Spec:
    """D and -ELBO in nats on each step's batch; the gap between them is the rate.

    D is a band: it shows at both sides of the other curve where the rate is small.
    """
    r = record
    traces = [
        *marks(r.moves, theme, r.limits),
        line(
            "D", r.step, r.distortion, theme.distortion, r.limits, width=5 if r.variational else 2
        ),
    ]
    legend = [["distortion D", theme.distortion, "solid"]]
    if r.variational:
        traces.append(line("−ELBO", r.step, -r.elbo, theme.ink, r.limits))
        legend.insert(0, ["−ELBO = D + R", theme.ink, "solid"])
    traces += labels(r.moves, theme, r.limits, r.right)
    meta = {
        "title": _title(r),
        "short": _short(r),
        "source": r.source,
        "alt": _finding(r),
        "legend": legend,
    }
    return figure(
        theme, traces, steps_axis(theme, r.right), axis(theme, "nats per example", *r.limits), meta
    )


def _title(r: LossCurves) -> str:
    if not len(r.step):
        return "The loss, from the first step on"
    d, e = r.distortion[-1], -r.elbo[-1]
    if not r.variational:
        return f"D {_trend(r.distortion, r)} {number(d)} nats; there is no rate"
    return f"−ELBO of batches {_trend(-r.elbo, r)} {number(e)}: D {number(d)} + R {number(e - d)}"


def _short(r: LossCurves) -> str:
    if not len(r.step):
        return "The loss"
    bound = f"−ELBO {number(-r.elbo[-1])}, " if r.variational else ""
    return f"Last batch: {bound}D {number(r.distortion[-1])}"


def _trend(values: Array, r: LossCurves) -> str:
    """ "falls to", "rises to" or "rests at": the newest tenth of values against the one before."""
    n = max(len(values) // 10, 1)
    if len(values) < 2 or not np.isfinite(values[-2 * n :]).all():
        return "is"
    change = float(np.median(values[-n:]) - np.median(values[-2 * n : -n]))
    least = _TREND * (r.limits[1] - r.limits[0])
    return "falls to" if change < -least else "rises to" if change > least else "rests at"


def _finding(r: LossCurves) -> str:
    if not len(r.step):
        return "Loss curves; no step has been made yet."
    words = (
        f"Loss after {len(r.step)} recorded steps, at step {r.step[-1]:.0f}: D"
        f" {number(r.distortion[-1])}"
    )
    bound = f", −ELBO {number(-r.elbo[-1])}" if r.variational else ""
    return f"{words}{bound} nats; at step {r.step[0]:.0f}, D was {number(r.distortion[0])}."
