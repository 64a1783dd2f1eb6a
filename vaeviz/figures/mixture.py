"""A mixture, and the Gaussians that either direction of the KL fits to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve, density, dot, heights_axis
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.theory.mixture_fit import Fit
from vaeviz.theory.two_gaussians import Gaussian

AT = np.linspace(-7.0, 7.0, 281)
ALIKE = 1e-6  # nats: two optima of a symmetric mixture


def mixture(made: Fit, theme: Theme, source: str) -> Spec:
    """p, both fits, the other local optima dashed, and points to drag: modes and start."""
    p, start = made.p, made.start
    found = [] if made.chosen is None else [made.optima[made.chosen].q]
    others = [one.q for one in made.optima if one.q not in found]
    traces = [
        curve("p(z)", AT, np.exp(p.log(AT)), theme.prior, "solid", 4),
        curve("start", AT, density(AT, start.mu, start.sigma), theme.soft, "dot", 2),
        _fitted("KL(p ‖ q)", [made.covering.q], theme.linear, "dash", 3),
        _fitted("other optima", others, theme.posterior, "dash", 2.5),
        _fitted("KL(q ‖ p)", found, theme.posterior, "solid", 4),
        *(dot(str(k + 1), float(mu), 0.0, theme.prior) for k, mu in enumerate(p.mus)),
        dot("q", start.mu, 0.0, theme.posterior),
    ]
    modes = len(p.mus)
    legend = [
        ["p, the mixture", theme.prior, "solid"],
        ["least KL(q ‖ p) from the start", theme.posterior, "solid"],
        ["its other local optima", theme.posterior, "dash"],
        ["least KL(p ‖ q)", theme.linear, "dash"],
        ["start of q", theme.soft, "dot"],
    ]
    handles = [*((5 + k, 0, f"c{k + 1}") for k in range(modes)), (5 + modes, 0, "start")]
    meta = {
        "title": _title(made),
        "short": f"{len(made.optima)} local optima" if len(made.optima) > 1 else "One optimum",
        "source": source,
        "alt": _finding(made),
        "legend": legend,
        "handles": handles,
    }
    x = axis(theme, "z", float(AT[0]), float(AT[-1]))
    return figure(theme, traces, x, heights_axis(theme, 1.05 * _tallest(made)), meta)


def _tallest(made: Fit) -> float:
    """The height of the highest curve: of p as weighted, the start, and all fits."""
    drawn = [made.start, made.covering.q, *(one.q for one in made.optima)]
    return max(float(np.exp(made.p.log(np.append(AT, made.p.mus))).max()),
               *(float(density(q.mu, q.mu, q.sigma)) for q in drawn))  # fmt: skip


def _fitted(name: str, of: list[Gaussian], colour: str, dash: str, width: float) -> dict[str, Any]:
    """The curves of these Gaussians in one trace, with gaps between them."""
    y = [value for q in of for value in [*density(AT, q.mu, q.sigma).tolist(), None]]
    x = np.tile(np.append(AT, AT[-1]), len(of))
    return {**curve(name, x, AT, colour, dash, width), "y": y}


def _title(made: Fit) -> str:
    count = len(made.optima)
    if count == 1:
        kl = made.optima[0].kl
        return f"One optimum: KL(q ‖ p) = {kl:z.3f} nats, wherever q starts"
    if made.chosen is None:
        return f"KL(q ‖ p) has {count} local optima; the start lies between them"
    kl = made.optima[made.chosen].kl
    best = "the best" if kl < made.optima[0].kl + ALIKE else "not the best"
    return f"From its start q ends at {kl:z.3f} nats: {best} of {count}"


def _finding(made: Fit) -> str:
    q = made.covering.q
    places = "; ".join(f"μ {o.q.mu:.2f}, σ {o.q.sigma:.2f}: {o.kl:.3f} nats" for o in made.optima)
    return (
        f"A mixture of {len(made.p.mus)}. KL(q ‖ p) is least at {places}. KL(p ‖ q) is least at"
        f" μ {q.mu:.2f}, σ {q.sigma:.2f}: {made.covering.kl:.3f} nats."
    )
