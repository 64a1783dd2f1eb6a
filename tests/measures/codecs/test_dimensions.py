"""One dimension moved at a time, in shipped models: collapsed ones change hardly a pixel, masked
ones none.
"""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array, Curve

OFFSETS = np.linspace(-3, 3, 7)
DIGITS = data.load("digits")
X = DIGITS.held_out[:200].copy()


def no_curve(d: int) -> Curve:
    raise LookupError


@pytest.fixture(scope="module", params=["digits", "digits-bernoulli"])
def codec(request: pytest.FixtureRequest) -> MultiRateCodec:
    model, about = checkpoints.load(request.param, (SHIPPED,))
    assert isinstance(model, MultiRateVAE)
    return MultiRateCodec(model, about.settings["likelihood"], no_curve, about.name)


def moved(codec: MultiRateCodec, tau: float, d: int, centre: Array) -> Array:
    """The pictures (R, C, D) in which dimension r of `centre` (R,) is moved by OFFSETS (C,)."""
    codes = np.tile(centre.astype(np.float64), (len(centre), len(OFFSETS), 1))
    for row in range(len(centre)):
        codes[row, :, row] += OFFSETS
    return codec.decode(codes.reshape(-1, len(centre)), tau, d).reshape(*codes.shape[:2], -1)


def change(pictures: Array) -> Array:
    """The largest change of a pixel along each row: (R,)."""
    return np.ptp(pictures, axis=1).max(1)


def test_at_the_mean_it_is_the_reconstruction(codec: MultiRateCodec) -> None:
    mu, _ = codec.encode(X, 0.02, 16)
    rebuilt = codec.decode(mu[:1], 0.02, 16)
    pictures = moved(codec, 0.02, 16, mu[0])
    np.testing.assert_allclose(pictures[:, 3], np.repeat(rebuilt, 16, axis=0), atol=1e-6)


@pytest.mark.parametrize("tau", [3.0, 10.0])
def test_collapsed_dimensions_change_hardly_a_pixel(codec: MultiRateCodec, tau: float) -> None:
    """Those with no KL to speak of. One of 0.01 nats does change pixels: its posterior is nearly
    the prior, and yet the decoder reads it.
    """
    mu, logvar = codec.encode(X, tau, 16)
    dead = kl_per_dimension(mu, logvar) < 1e-4
    assert dead.any()
    assert change(moved(codec, tau, 16, mu[0]))[dead].max() <= 0.08


def test_masked_dimensions_change_no_pixel(codec: MultiRateCodec) -> None:
    """With d = 4 the others are no inputs: codes that hold them decode as codes that do not."""
    seen = moved(codec, 0.01, 4, np.zeros(16))
    mu, _ = codec.encode(X, 0.01, 4)
    assert mu.shape == (200, 4)
    assert change(seen)[4:].max() <= 1 / 255
    assert change(seen)[:4].max() > 0.1


def test_live_dimensions_do_change_pixels(codec: MultiRateCodec) -> None:
    mu, logvar = codec.encode(X, 0.01, 8)
    live = kl_per_dimension(mu, logvar) > 0.5
    assert live.sum() >= 4
    assert change(moved(codec, 0.01, 8, mu[0]))[live].min() > 10 / 255
