"""The slow parts: levels enclose their mass, densities integrate to one, texts tell the records'
numbers.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.latent.spaces import autoencoder, digits, drawn
from vaeviz.chapters.latent import extras
from vaeviz.measures.latent.aggregate import kl_by_dimension, kl_to_prior
from vaeviz.records import AggregateKL, Array

GRIDS = st.lists(st.floats(0, 1e3), min_size=4, max_size=64).filter(
    lambda values: sum(values) > 1e-3
)
NORMAL = drawn(np.zeros((1, 2)), np.zeros((1, 2)))


def cell(found: dict[str, Any]) -> float:
    """The area of a cell of the contours' grid."""
    sides = [(found[name][1] - found[name][0]) / (extras.GRID - 1) for name in ("x", "y")]
    return sides[0] * sides[1]


@given(GRIDS)
def test_levels_enclose_the_mass_they_are_for_and_no_cell_more(values: list[float]) -> None:
    density = np.array(values)
    found = extras.levels(density)
    assert found == sorted(found)
    for level, share in zip(found, (0.95, 0.75, 0.5, 0.25), strict=True):
        assert level in density
        assert density[density >= level].sum() >= share * density.sum() * (1 - 1e-9)
        assert density[density > level].sum() <= share * density.sum() * (1 + 1e-9)


def test_contours_of_a_normal_are_its_own() -> None:
    found = extras.contours(NORMAL, (0, 1))
    exact = [(1 - share) / (2 * np.pi) for share in extras.MASSES]
    np.testing.assert_allclose(found["levels"], exact, rtol=0.2)
    assert found["z"].max() == pytest.approx(1 / (2 * np.pi), rel=0.01)


@pytest.mark.parametrize("s", [digits(), autoencoder()], ids=lambda s: s.key)
@pytest.mark.parametrize("dims", [(0, 1), (2, 0)])
def test_contours_integrate_to_about_one(s: Any, dims: tuple[int, int]) -> None:
    found = extras.contours(s, dims)
    assert found["dims"] == list(dims)
    assert found["z"].sum() * cell(found) == pytest.approx(1, abs=0.01)


def test_rows_of_the_contours_go_up_and_columns_to_the_right() -> None:
    found = extras.contours(drawn([[2.0, -1.0, 0.5]] * 3, -4.0), (0, 1))
    row, column = np.unravel_index(found["z"].argmax(), found["z"].shape)
    x, y = (np.linspace(*found[name], extras.GRID) for name in ("x", "y"))
    assert x[column] == pytest.approx(2, abs=0.1)
    assert y[row] == pytest.approx(-1, abs=0.1)
    other = extras.contours(drawn([[2.0, -1.0, 0.5]] * 3, -4.0), (1, 0))
    np.testing.assert_allclose(other["z"], found["z"].T)


def test_contours_reach_over_the_codes_of_each_dimension() -> None:
    found = extras.contours(drawn([[9.0, 0.5], [8.0, -0.5]], -2.0), (0, 1))
    assert (found["x"][0], found["y"]) == (-4, [-4, 4])
    assert found["x"][1] > 9
    row, column = np.unravel_index(found["z"].argmax(), found["z"].shape)
    assert np.linspace(*found["x"], extras.GRID)[column] == pytest.approx(8.5, abs=0.7)
    assert abs(np.linspace(*found["y"], extras.GRID)[row]) < 0.7


@pytest.mark.parametrize(
    "s", [digits(), autoencoder(), drawn([[9.0, 0.0], [-9.0, 0.0]])], ids=lambda s: s.key
)
def test_densities_integrate_to_about_one_over_prior_and_codes(s: Any) -> None:
    found = extras.densities(s)
    grid: Array = found["grid"]
    assert found["q"].shape == (s.mu.shape[1], extras.LINE)
    np.testing.assert_allclose(found["q"].sum(1) * (grid[1] - grid[0]), 1, atol=0.01)
    assert grid[0] <= -4
    assert grid[-1] >= 4
    assert ((s.mu > grid[0]) & (s.mu < grid[-1])).mean() > 0.99


def test_the_text_has_the_records_numbers() -> None:
    s, found = digits(), extras.aggregate(digits())
    assert s.logvar is not None
    whole, single = kl_to_prior(s.mu, s.logvar), kl_by_dimension(s.mu, s.logvar)
    numbers = re.findall(r"-?\d[\d,]*\.?\d*", found["text"])
    assert numbers[:5] == [
        f"{whole.kl:.2f}",
        f"{whole.error:.2g}",
        f"{whole.rate:.2f}",
        f"{whole.information:.2f}",
        f"{whole.cap:.2f}",
    ]
    assert numbers[5:7] == ["2,000", "1,797"]
    assert whole.kl == pytest.approx(whole.rate - whole.information)
    np.testing.assert_array_equal(found["kl"], single.kl)
    np.testing.assert_array_equal(found["error"], single.error)


@pytest.mark.parametrize(("information", "said"), [(4.6, True), (6.6, True), (4.4, False)])
def test_a_capped_estimate_says_so(information: float, said: bool) -> None:
    kl = AggregateKL(1.0, 0.1, 7.0, information, 7.0, 10, 1097, "")
    assert ("near its cap" in extras.words(kl)) is said


def test_an_autoencoder_has_no_aggregate_posterior() -> None:
    assert set(extras.aggregate(autoencoder())) == {"text"}
    assert "no posterior" in extras.aggregate(autoencoder())["text"]


def test_the_plane_of_pca_is_the_codes_own() -> None:
    s = digits(2)
    found = extras.embedding(s, "pca", lambda done: None)
    np.testing.assert_allclose(found["axes"] @ found["axes"].T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(found["mean"] + found["points"] @ found["axes"], s.mu, atol=1e-5)
    assert found["points"].var(0)[0] >= found["points"].var(0)[1]


@pytest.mark.parametrize(("enough", "count"), [(2000, 1797), (500, 500)])
def test_tsne_lays_out_the_first_codes_and_reports(
    enough: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Laid:
        points = np.ones((count, 2))

    def lay(mu: Array, report: Any) -> Laid:
        np.testing.assert_array_equal(mu, digits().mu[:count])
        report(0.5)
        return Laid()

    heard: list[float] = []
    monkeypatch.setattr(extras, "tsne", lay)
    monkeypatch.setattr(extras, "ENOUGH", enough)
    assert extras.laid_out(digits()) == count
    assert set(extras.embedding(digits(), "tsne", heard.append)) == {"points"}
    assert heard == [0.5]
