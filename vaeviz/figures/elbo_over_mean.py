"""The ELBO of one number over the mean of q."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.evidence_bars import DEPTHS
from vaeviz.figures.number_line import curve, dot, least
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array
from vaeviz.theory.toy_bound import Bound

MU = np.linspace(-3.0, 3.0, 121)


def elbo_over_mean(mu: float, made: Bound, values: Array, theme: Theme, source: str) -> Spec:
    """The ELBO over μ at this σ, under log p(x), which it never crosses."""
    low = -least(DEPTHS, 1.1 * max(-made.elbo, 2.0 - made.evidence))
    traces = [
        curve(
            "log p(x)", np.array([MU[0], MU[-1]]), np.full(2, made.evidence), theme.linear, "dot"
        ),
        curve("ELBO", MU, values, theme.posterior, "solid"),
        dot("μ", mu, made.elbo, theme.posterior),
    ]
    meta = {
        "title": f"The ELBO stays {made.gap:.3f} nats below log p(x)",
        "short": f"gap {made.gap:.3f} nats",
        "source": source,
        "alt": f"Over μ the ELBO has its top at {made.posterior.mu:.2f}; here, at {mu:.2f}, it is"
        f" {made.gap:.3f} nats below log p(x).",
        "legend": [["log p(x)", theme.linear, "dot"], ["ELBO at this σ", theme.posterior, "solid"]],
        "handles": ((2, 0, "mu"),),
    }
    x = axis(theme, "μ", float(MU[0]), float(MU[-1]))
    y = axis(theme, "nats", low, -0.1 * low)
    return figure(theme, traces, x, y, meta, margin=(64, 8, 6, 44))
