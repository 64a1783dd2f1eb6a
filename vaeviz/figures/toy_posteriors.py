"""q beside the true posterior of one number."""

from __future__ import annotations

from vaeviz.figures.number_line import curve, densities_axis, density, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.theory.two_gaussians import LINE, Gaussian

HANDLES = ((3, 0, "mu"), (4, 0, "sigma"), (5, 0, "x"))


def toy_posteriors(q: Gaussian, true: Gaussian, x: float, theme: Theme, source: str) -> Spec:
    """Prior, q and the true posterior; μ, σ and x are points that the pointer drags."""
    side = q.mu + q.sigma
    traces = [
        curve("p(z)", LINE, density(LINE, 0.0, 1.0), theme.prior, "dash"),
        curve("p(z|x)", LINE, density(LINE, true.mu, true.sigma), theme.linear, "dot"),
        curve("q(z|x)", LINE, density(LINE, q.mu, q.sigma), theme.posterior, "solid"),
        dot("μ", q.mu, 0.0, theme.posterior),
        dot("σ", side, float(density(side, q.mu, q.sigma)), theme.posterior),
        dot("x", x, 0.0, theme.decoder),
    ]
    meta = {
        "title": "Drag q onto the true posterior p(z|x)",
        "source": source,
        "alt": f"q is N({q.mu:.2f}, {q.sigma**2:.2f}), the true posterior of x = {x:.2f} is"
        f" N({true.mu:.2f}, {true.sigma**2:.2f}).",
        "legend": [["p(z)", theme.prior, "dash"], ["p(z|x)", theme.linear, "dot"],
                   ["q(z|x)", theme.posterior, "solid"]],
        "handles": HANDLES,
    }  # fmt: skip
    x_axis = axis(theme, "z, and x beside it", float(LINE[0]), float(LINE[-1]))
    return figure(theme, traces, x_axis, densities_axis(theme, min(q.sigma, true.sigma)), meta)
