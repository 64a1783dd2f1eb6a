"""Bounds by importance weights: their order, and the models they are of."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.true_posterior import example_bound
from vaeviz.measures.bound.weights import linear_weights, network_weights, second_moment
from vaeviz.measures.codecs.codec import Codec
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae
from vaeviz.theory.importance import weighted_bound
from vaeviz.theory.linear_posterior import diagonal_gap, relative_variance, rotated


@pytest.mark.parametrize(("tau", "sigma2"), [(0.05, 0.05), (0.2, 0.05), (0.2, 0.2)])
def test_the_bounds_are_in_their_order(
    digits: Probe, codec: Codec, tau: float, sigma2: float
) -> None:
    made = network_weights(Joint(codec, tau, 2, sigma2), digits.x[:20], 2048, 0)
    ks = [2**j for j in range(11)]
    bounds = np.array([weighted_bound(made.log_w, k) for k in ks])
    assert abs(bounds[0, 0] - made.elbo) < 4 * bounds[0, 1] + 0.01
    steps, errors = np.diff(bounds[:, 0]), np.hypot(bounds[1:, 1], bounds[:-1, 1])
    assert (steps > -4 * errors).all()
    assert (bounds[:, 0] < made.evidence + 4 * bounds[:, 1] + 0.01).all()
    assert bounds[-1, 0] > bounds[0, 0] + 0.5


@pytest.mark.parametrize(("d", "angle"), [(2, 45.0), (8, 20.0), (16, 0.0), (16, 30.0)])
def test_the_linear_decoder_has_its_gap_at_every_d(digits: Probe, d: int, angle: float) -> None:
    vae = linear_vae.solve(digits.linear.spectrum, 1.0, 0.05, d)
    decoder = rotated(vae, 0.05, angle)
    made = linear_weights(decoder, vae.tau, digits.x[:20].astype(np.float64), 2000, 0)
    gap = diagonal_gap(decoder.precision())
    assert made.evidence - made.elbo == pytest.approx(gap, abs=1e-9)
    mean, error = weighted_bound(made.log_w, 1)
    assert abs(made.evidence - mean - gap) < 4 * error + 1e-9
    assert (made.log_w.std(axis=1).max() < 1e-8) == (angle == 0)


def test_the_second_moment_on_a_grid_is_that_of_the_closed_form(digits: Probe) -> None:
    joint = Joint(digits.linear, 0.2, 2, 0.1)  # β = 2: q is wider than the true posterior
    vae = linear_vae.solve(digits.linear.spectrum, 2.0, 0.1, 2)
    decoder, x = rotated(vae, 0.1, 0.0), digits.x[:3].astype(np.float64)
    off = vae.encode(x)[0] - decoder.posterior_mean(x)
    exact = relative_variance(decoder.precision(), off, vae.variances)
    for k in range(3):
        made = second_moment(joint, digits.x[k], example_bound(joint, digits.x[k]))
        assert made - 1 == pytest.approx(exact[k], rel=1e-3)
    narrow = Joint(digits.linear, 0.02, 2, 0.1)  # β = 0.2: less than half its variance
    assert second_moment(narrow, digits.x[0], example_bound(narrow, digits.x[0])) == math.inf
