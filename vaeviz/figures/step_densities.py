"""Prior, posterior and likelihood of one training step on one number line."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.figures.number_line import curve, densities_axis, density, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.theory.one_step import Step

REACH = 5.0  # of the number line
LINE = np.linspace(-REACH, REACH, 241)
HANDLES = ((3, 0, "mu"), (4, 0, "sigma"), (5, 0, "z"), (6, 0, "x"))


def step_densities(record: Step, source: str, theme: Theme) -> Spec:
    """The curves, and μ, σ, z and x as points that the pointer drags."""
    r, width = record, math.sqrt(record.noise)
    traces = [
        curve("p(z)", LINE, density(LINE, 0.0, 1.0), theme.prior, "dash"),
        curve("q(z|x)", LINE, density(LINE, r.mu, r.sigma), theme.posterior, "solid"),
        curve("p(x|z)", LINE, density(LINE, r.z, width), theme.decoder, "solid"),
        dot("μ", r.mu, 0.0, theme.posterior),
        dot("σ", r.mu + r.sigma, density(r.mu + r.sigma, r.mu, r.sigma), theme.posterior),
        dot("z", r.z, 0.0, theme.rate),
        dot("x", r.x, 0.0, theme.decoder),
    ]
    meta = {
        "title": "Drag μ, σ, z and x: two curves and one draw make the loss",
        "short": "Drag μ, σ, z and x",
        "source": source,
        "alt": f"The prior N(0, 1), the posterior N({r.mu:.2f}, {r.sigma**2:.2f}), and the"
        f" likelihood N({r.z:.2f}, {r.noise:.2f}) with x = {r.x:.2f}.",
        "legend": [["p(z)", theme.prior, "dash"], ["q(z|x)", theme.posterior, "solid"],
                   ["p(x|z)", theme.decoder, "solid"], ["z", theme.rate]],
        "handles": HANDLES,
    }  # fmt: skip
    x = axis(theme, "z, and x beside it", -REACH, REACH)
    return figure(theme, traces, x, densities_axis(theme, min(r.sigma, width)), meta)
