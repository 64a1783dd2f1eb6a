"""The spectra of a model and of dedicated ones: bars, dots, and how far apart they are."""

from __future__ import annotations

import numpy as np

from tests.figures.records import SPECTRA
from vaeviz.figures.spectra import spectra
from vaeviz.figures.theme import LIGHT


def test_the_distance_is_summed_over_dimensions_to_the_mean_of_the_seeds() -> None:
    meta = spectra(SPECTRA, LIGHT).layout["meta"]
    assert meta["title"].startswith("0.60 nats")  # |4 - 3.5| + |2 - 2| + |0.5 - 0.4|
    assert "2 dedicated models" in meta["alt"]


def test_every_dedicated_model_has_a_dot_over_each_bar() -> None:
    bars, dots = spectra(SPECTRA, LIGHT).data
    np.testing.assert_allclose(bars["y"], [4, 2, 0.5])
    np.testing.assert_allclose(dots["x"], [1, 2, 3, 1, 2, 3])
    np.testing.assert_allclose(dots["y"], [3, 2.5, 0.5, 4, 1.5, 0.3])
