"""Densities: the mixture's, with all mass, and histograms of codes without variance."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from vaeviz.measures.latent import aggregate_density
from vaeviz.measures.latent.aggregate import log_density
from vaeviz.records import Array, Plane

RNG = np.random.default_rng(8)
MU, LOGVAR = RNG.normal(size=(60, 4)), RNG.uniform(-1.5, 0.5, (60, 4))
GRID = np.linspace(-9, 9, 181)


def plane(axes: Array, origin: Array | None = None) -> Plane:
    return Plane(
        np.zeros(axes.shape[1]) if origin is None else origin, axes, ("u", "v"), (0.5, 0.5), ""
    )


def turned(angle: float) -> Array:
    """Axes in dimensions 1 and 3 of four, turned."""
    axes = np.zeros((2, 4))
    axes[0, [1, 3]] = np.cos(angle), np.sin(angle)
    axes[1, [1, 3]] = -np.sin(angle), np.cos(angle)
    return axes


def test_each_line_is_the_mixtures_density() -> None:
    seen = aggregate_density.densities(MU, LOGVAR, GRID)
    for j in range(4):
        exact = np.exp(log_density(GRID[:, None], MU[:, [j]], LOGVAR[:, [j]]))
        np.testing.assert_allclose(seen.aggregate[j], exact, atol=3e-3)
    np.testing.assert_allclose(seen.prior, norm.pdf(GRID), atol=3e-4)
    np.testing.assert_allclose(seen.aggregate.sum(1) * 0.1, 1, rtol=1e-6)
    assert seen.prior.sum() * 0.1 == pytest.approx(1)
    assert seen.source == "exact over all 60 posteriors, mean of each cell"


def test_cells_are_means_not_samples() -> None:
    """A posterior far narrower than a cell, between two centres, is not missed."""
    seen = aggregate_density.densities(np.array([[0.04]]), np.array([[-20.0]]), GRID)
    assert seen.aggregate[0].sum() * 0.1 == pytest.approx(1)
    assert GRID[seen.aggregate[0].argmax()] == pytest.approx(0)


def test_codes_without_variance_give_their_histogram() -> None:
    edges = np.linspace(-9.05, 9.05, 182)
    counts = np.histogram(MU[:, 2], edges)[0]
    seen = aggregate_density.densities(MU, None, GRID)
    np.testing.assert_allclose(seen.aggregate[2] * 60 * 0.1, counts, atol=1e-9)
    flat = aggregate_density.plane_density(MU, None, plane(turned(0)), GRID, GRID)
    both = np.histogram2d(MU[:, 3], MU[:, 1], (edges, edges))[0]
    np.testing.assert_allclose(flat.density * 60 * 0.01, both, atol=1e-9)


@pytest.mark.parametrize(
    ("axes", "how"), [(turned(0), "mean of"), (-turned(0), "mean of"), (turned(0.4), "smoothed")]
)
def test_a_plane_shows_the_marginal_density(axes: Array, how: str) -> None:
    origin = np.array([0.3, 0.5, 0.2, -1.0])
    u, v = np.linspace(-8, 8, 161), np.linspace(-9, 9, 121)
    seen = aggregate_density.plane_density(MU, LOGVAR, plane(axes, origin), u, v)
    points = np.stack(np.meshgrid(u, v), -1)  # (Gv, Gu, 2)
    exact = np.mean(
        [
            multivariate_normal.pdf(points, axes @ (m - origin), axes @ np.diag(np.exp(s)) @ axes.T)
            for m, s in zip(MU, LOGVAR, strict=True)
        ],
        axis=0,
    )
    assert seen.density.shape == (121, 161)
    np.testing.assert_allclose(seen.density, exact, atol=0.02 * exact.max())
    assert seen.density.sum() * 0.1 * 0.15 == pytest.approx(1, rel=1e-3)
    assert how in seen.source


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for angle in (0.0, 0.4):
        whole = aggregate_density.plane_density(MU, LOGVAR, plane(turned(angle)), GRID, GRID)
        monkeypatch.setattr(aggregate_density, "BLOCK", 7)
        cut = aggregate_density.plane_density(MU, LOGVAR, plane(turned(angle)), GRID, GRID)
        np.testing.assert_allclose(cut.density, whole.density, atol=1e-6)
        monkeypatch.undo()


def test_narrow_posteriors_on_an_oblique_plane_are_smoothed_by_half_a_cell() -> None:
    mu, where = RNG.normal(size=(20, 4)), plane(turned(0.7))
    seen = aggregate_density.plane_density(mu, np.full((20, 4), -20.0), where, GRID, GRID)
    points = np.stack(np.meshgrid(GRID, GRID), -1)  # (Gv, Gu, 2)
    bumps = [multivariate_normal.pdf(points, m, 0.05**2 * np.eye(2)) for m in where.points(mu)]
    np.testing.assert_allclose(seen.density, np.mean(bumps, 0), rtol=1e-3, atol=1e-3)
    assert seen.density.sum() * 0.01 == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize("angle", [0.0, 0.7])
def test_ten_thousand_posteriors_on_a_fine_grid_take_little(angle: float) -> None:
    mu, axis = RNG.normal(size=(10_000, 4)), np.linspace(-4, 4, 64)
    start = time.perf_counter()
    aggregate_density.plane_density(mu, -np.ones((10_000, 4)), plane(turned(angle)), axis, axis)
    assert time.perf_counter() - start < 3  # 0.1 on a quiet core
    tracemalloc.start()
    aggregate_density.plane_density(mu, -np.ones((10_000, 4)), plane(turned(angle)), axis, axis)
    assert tracemalloc.get_traced_memory()[1] < 60e6
    tracemalloc.stop()
