"""Partial sight: the closed form against a regression on the data, and its limits."""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz.data import load
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_posterior import diagonal_gap, gaussian_gap, rotated
from vaeviz.theory.partial_sight import codes, gap, sight

X = load("digits").train.astype(np.float64)
SPECTRUM = linear_vae.spectrum(X)
VAE = linear_vae.solve(SPECTRUM, 1.0, 0.05, 6)
TURNED = rotated(VAE, 0.05, 30)


@pytest.mark.parametrize("count", [0, 8, 32, 64])
def test_the_gap_is_the_mean_over_the_data_of_the_best_regression(count: int) -> None:
    of = sight(SPECTRUM, count, 16)
    made = gap(TURNED, SPECTRUM, of)
    true = TURNED.posterior_mean(X)
    seen = X[:, :count] - SPECTRUM.mean[:count]
    regressed = seen @ np.linalg.lstsq(seen, true, rcond=1e-9)[0] if count else np.zeros_like(true)
    precision = TURNED.precision()
    direct = gaussian_gap(precision, regressed - true, 1 / np.diag(precision)).mean()
    assert made.family + made.unseen == pytest.approx(float(direct), abs=1e-6)
    np.testing.assert_allclose(codes(TURNED, SPECTRUM, of, X), regressed, atol=5e-5)


def test_seeing_all_leaves_the_family_and_more_sight_never_widens_the_gap() -> None:
    gaps = [gap(TURNED, SPECTRUM, sight(SPECTRUM, count, 16)) for count in range(0, 65, 8)]
    assert gaps[-1].unseen == pytest.approx(0, abs=1e-6)
    assert gaps[-1].family == pytest.approx(diagonal_gap(TURNED.precision()))
    assert (np.diff([one.unseen for one in gaps]) <= 1e-9).all()
    straight = gap(rotated(VAE, 0.05, 0), SPECTRUM, sight(SPECTRUM, 64, 16))
    assert straight.family == pytest.approx(0, abs=1e-9)


def test_no_other_variance_or_mean_is_better() -> None:
    of = sight(SPECTRUM, 24, 16)
    made, precision = gap(TURNED, SPECTRUM, of), TURNED.precision()
    true, own = TURNED.posterior_mean(X), codes(TURNED, SPECTRUM, of, X)
    rng = np.random.default_rng(0)
    for _ in range(5):
        variances = np.exp(0.2 * rng.standard_normal(6)) / np.diag(precision)
        shift = 0.05 * rng.standard_normal((24, 6))
        moved = own + (X[:, :24] - SPECTRUM.mean[:24]) @ shift
        worse = gaussian_gap(precision, moved - true, variances).mean()
        assert worse > made.family + made.unseen
