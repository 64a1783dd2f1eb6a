"""Two Gaussians on a line, with their means and deviations as points to drag."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.number_line import curve, densities_axis, density, dot
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.theory.two_gaussians import LINE, Gaussian

HANDLES = ((2, 0, "mu"), (3, 0, "sigma"), (4, 0, "prior_mu"), (5, 0, "prior_sigma"))


def two_gaussians(q: Gaussian, p: Gaussian, theme: Theme, source: str) -> Spec:
    """The curves, and the means and deviations as points that the pointer drags."""
    traces = [
        curve("p(z)", LINE, density(LINE, p.mu, p.sigma), theme.prior, "dash"),
        curve("q(z)", LINE, density(LINE, q.mu, q.sigma), theme.posterior, "solid"),
        *_points(q, "μ", "σ", theme.posterior),
        *_points(p, "μ₀", "σ₀", theme.prior),
    ]
    meta = {
        "title": "Drag the means and the widths of q and p",
        "source": source,
        "alt": f"q is N({q.mu:.2f}, {q.sigma**2:.2f}), p is N({p.mu:.2f}, {p.sigma**2:.2f}).",
        "legend": [["q", theme.posterior, "solid"], ["p, the prior", theme.prior, "dash"]],
        "handles": HANDLES,
    }
    x = axis(theme, "z", float(LINE[0]), float(LINE[-1]))
    return figure(theme, traces, x, densities_axis(theme, min(q.sigma, p.sigma)), meta)


def _points(of: Gaussian, mean: str, deviation: str, colour: str) -> list[dict[str, Any]]:
    side = of.mu + of.sigma
    return [dot(mean, of.mu, 0.0, colour),
            dot(deviation, side, float(density(side, of.mu, of.sigma)), colour)]  # fmt: skip
