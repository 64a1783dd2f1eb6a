"""The slow parts of a latent space, as the browser takes them, each made by a job of its own.

What needs SciPy imports it late: no first paint waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vaeviz.chapters.latent.space import Space
from vaeviz.measures.latent.aggregate import kl_by_dimension, kl_to_prior
from vaeviz.measures.latent.planes import of_dimensions, principal
from vaeviz.measures.latent.tsne import ENOUGH, tsne
from vaeviz.records import AggregateKL, Array

LINE, GRID = 121, 49  # cells of a density on a line, and on a side of the plane
MASSES = (0.95, 0.75, 0.5, 0.25)  # what lies within each contour
FARTHEST = 4.0  # prior standard deviations: drawn at least

Extra = dict[str, Any]


def densities(s: Space) -> Extra:
    """q(z_j) of each dimension, over what the prior and the codes reach."""
    from vaeviz.measures.latent import aggregate_density

    grid = _cells(s.mu, LINE)
    return {"grid": grid, "q": aggregate_density.densities(s.mu, s.logvar, grid).aggregate}


def contours(s: Space, dims: tuple[int, int]) -> Extra:
    """q's density in the plane of two dimensions, with the levels that hold 95, 75, 50 and 25 % of
    it.
    """
    from vaeviz.measures.latent.aggregate_density import plane_density

    u, v = (_cells(s.mu[:, [k]], GRID) for k in dims)
    plane = of_dimensions(dims, np.zeros(s.mu.shape[1]))
    density = plane_density(s.mu, s.logvar, plane, u, v).density
    return {
        "dims": list(dims),
        "x": _ends(u),
        "y": _ends(v),
        "z": density,
        "levels": levels(density),
    }


def levels(density: Array) -> list[float]:
    """The densities above which 95, 75, 50 and 25 % of the mass on the grid lie: ascending."""
    falling = np.sort(density, axis=None)[::-1]
    mass = np.cumsum(falling) / falling.sum()
    return [float(falling[np.searchsorted(mass, share)]) for share in MASSES]


def aggregate(s: Space) -> Extra:
    """KL(q(z) ‖ p) in the whole space and in each dimension, with errors and cap."""
    if s.logvar is None:
        return {
            "text": (
                "An autoencoder has no posterior and no rate: the curves are the density of its"
                " codes."
            )
        }
    whole, single = kl_to_prior(s.mu, s.logvar), kl_by_dimension(s.mu, s.logvar)
    return {"text": words(whole), "kl": single.kl, "error": single.error}


def words(kl: AggregateKL) -> str:
    """The estimate with its error, and the cap of its information."""
    near = (
        " I is near its cap: with more examples it could rise, and the KL fall."
        if kl.capped
        else ""
    )
    return (
        f"KL(q(z)‖p) = {kl.kl:.2f} ± {kl.error:.2g} nats = rate {kl.rate:.2f} of all codes −"
        f" information I {kl.information:.2f}, which can't exceed log N = {kl.cap:.2f} "
        f"(estimate, {kl.samples:,} samples against all {kl.posteriors:,} posteriors).{near}"
    )


def embedding(s: Space, method: str, report: Callable[[float], None]) -> Extra:
    """The codes by PCA, or the first of them by t-SNE."""
    if method == "tsne":
        return {"points": tsne(s.mu[: laid_out(s)], report=report).points}
    plane = principal(s.mu)
    return {"points": plane.points(s.mu), "axes": plane.axes, "mean": plane.origin}


def laid_out(s: Space) -> int:
    """How many of a space's examples are in its t-SNE."""
    return min(ENOUGH, len(s.mu))


def _cells(mu: Array, count: int) -> Array:
    """Evenly spaced cells that reach over the prior and all but the farthest codes (N, k)."""
    low, high = np.quantile(mu, [0.001, 0.999])
    return np.linspace(min(-FARTHEST, low - 0.5), max(FARTHEST, high + 0.5), count)


def _ends(cells: Array) -> list[float]:
    return [float(cells[0]), float(cells[-1])]
