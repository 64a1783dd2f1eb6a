"""Ways between codes: ends hit, norms kept, the worst pairs survived; lengths and densities along
them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.integrate import quad

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.network import decode, encode
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.measures.latent.aggregate import log_density, log_prior
from vaeviz.measures.latent.geometry import interpolate, lerp, slerp
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array, Curve

RNG = np.random.default_rng(4)
T = np.linspace(0, 1, 21)
codes = hnp.arrays(np.float64, st.shared(st.integers(1, 16), key="d"), elements=st.floats(-6, 6))


@given(codes, codes)
def test_both_ways_hit_their_ends_exactly(a: Array, b: Array) -> None:
    for way in (lerp, slerp):
        z = way(a, b, T)
        np.testing.assert_array_equal(z[0], a)
        np.testing.assert_array_equal(z[-1], b)
        assert np.isfinite(z).all()


@given(codes, codes)
def test_on_the_arc_the_norm_changes_evenly(a: Array, b: Array) -> None:
    norms = np.linalg.norm(a), np.linalg.norm(b)
    if len(a) > 1:
        even = norms[0] + T * (norms[1] - norms[0])
        np.testing.assert_allclose(
            np.linalg.norm(slerp(a, b, T), axis=1), even, rtol=1e-9, atol=1e-12
        )


@given(codes, codes)
def test_codes_of_one_norm_keep_it(a: Array, b: Array) -> None:
    if len(a) > 1 and min(np.abs(a).max(), np.abs(b).max()) > 1e-6:
        b = b / np.linalg.norm(b) * np.linalg.norm(a)
        np.testing.assert_allclose(
            np.linalg.norm(slerp(a, b, T), axis=1), np.linalg.norm(a), rtol=1e-9
        )


def test_the_direction_turns_evenly_in_their_plane() -> None:
    a, b = np.array([2.0, 0, 0]), np.array([0, 3.0, 0])
    z = slerp(a, b, T)
    np.testing.assert_allclose(np.arctan2(z[:, 1], z[:, 0]), T * math.pi / 2, atol=1e-12)
    assert not z[:, 2].any()


def test_it_is_the_usual_formula_for_equal_norms() -> None:
    a, b = RNG.normal(size=(2, 7))
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    angle = math.acos(a @ b)
    usual = (np.outer(np.sin((1 - T) * angle), a) + np.outer(np.sin(T * angle), b)) / math.sin(
        angle
    )
    np.testing.assert_allclose(slerp(a, b, T), usual, atol=1e-12)


@pytest.mark.parametrize("factor", [1.0, 2.5, 1 + 1e-12])
def test_parallel_codes_are_joined_by_the_line(factor: float) -> None:
    a = RNG.normal(size=5)
    np.testing.assert_allclose(slerp(a, factor * a, T), lerp(a, factor * a, T), atol=1e-12)


@pytest.mark.parametrize("d", [2, 3, 16])
@pytest.mark.parametrize("nudge", [0.0, 1e-12, 1e-5])
def test_opposite_codes_are_joined_by_a_half_circle(d: int, nudge: float) -> None:
    a = RNG.normal(size=d)
    b = -a + nudge * RNG.normal(size=d)
    z = slerp(a, b, T)
    np.testing.assert_allclose(np.linalg.norm(z, axis=1), np.linalg.norm(a), rtol=1e-4)
    chords = np.linalg.norm(np.diff(z, axis=0), axis=1)
    np.testing.assert_allclose(chords, chords[0], rtol=1e-3)
    assert abs(z[10] @ a) < 1e-4 * (a @ a)


@pytest.mark.parametrize("d", [1, 4])
def test_where_there_is_no_direction_it_is_the_line(d: int) -> None:
    a = RNG.normal(size=d)
    for pair in ((a, 0 * a), (0 * a, a), (0 * a, 0 * a), *([(a, -2 * a)] if d == 1 else [])):
        np.testing.assert_array_equal(slerp(*pair, T), lerp(*pair, T))


def curved(z: Array) -> Array:
    """A curve in three dimensions over the first coordinate."""
    return np.stack([z[:, 0], np.sin(2 * z[:, 0]), z[:, 0] ** 2], 1)


def test_the_decoded_length_tends_to_the_integral_from_below() -> None:
    exact, _ = quad(lambda u: math.sqrt(1 + 4 * math.cos(2 * u) ** 2 + 4 * u**2), -1, 2)
    a, b = np.array([-1.0, 0.3]), np.array([2.0, 0.3])
    lengths = [interpolate(curved, a, b, steps, None, "toy")[0].length for steps in (5, 9, 65, 500)]
    assert lengths == sorted(lengths)
    assert lengths[-1] == pytest.approx(exact, rel=1e-4)
    assert lengths[-1] <= exact


def test_densities_along_the_way_are_those_of_its_codes() -> None:
    mu, logvar = RNG.normal(size=(50, 3)), RNG.uniform(-2, 0, (50, 3))
    paths = interpolate(curved, mu[0], mu[1], 9, (mu, logvar), "model m")
    assert [path.name for path in paths] == ["linear", "spherical"]
    for path in paths:
        np.testing.assert_allclose(path.log_prior, log_prior(path.z))
        assert path.log_aggregate is not None
        np.testing.assert_allclose(path.log_aggregate, log_density(path.z, mu, logvar))
        assert path.steps.shape == (8,)
        assert path.source.startswith("model m; decoded length over 8 steps")
        assert "q(z) over all 50 posteriors" in path.source
    assert interpolate(curved, mu[0], mu[1], 9, None, "model m")[0].log_aggregate is None


def test_the_straight_way_is_more_likely_and_the_round_one_keeps_the_density() -> None:
    """In many dimensions: norms near √d at both ends; the line dips inwards, where p is larger."""
    a = RNG.normal(size=16)
    b = RNG.normal(size=16)
    b *= np.linalg.norm(a) / np.linalg.norm(b)
    line, arc = interpolate(curved, a, b, 11, None, "toy")
    np.testing.assert_allclose(arc.log_prior, arc.log_prior[0])
    assert line.log_prior[5] > arc.log_prior[5] + 1


def test_the_ends_decode_to_the_end_examples_reconstructions() -> None:
    model, about = checkpoints.load("digits", (SHIPPED,))
    assert isinstance(model, MultiRateVAE)

    def no_curve(d: int) -> Curve:
        raise LookupError

    codec = MultiRateCodec(model, "gaussian", no_curve, about.name)
    digits = data.load("digits")
    network = export_network(codec, 0.01, 8, digits.about)
    mu, logvar = encode(network, digits.held_out[:20])
    rebuilt = codec.decode(mu[:2], 0.01, 8)
    for path in interpolate(
        lambda z: decode(network, z), mu[0], mu[1], 8, (mu, logvar), network.source
    ):
        np.testing.assert_allclose(path.decoded[[0, -1]], rebuilt, atol=1e-5)
        assert path.decoded.shape == (8, 64)
        assert path.length > np.linalg.norm(rebuilt[0] - rebuilt[1])
