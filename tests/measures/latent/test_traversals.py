"""Traversals of shipped models: the centre is the reconstruction, collapsed dimensions change no
pixel.
"""

from __future__ import annotations

import numpy as np
import pytest

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.measures.latent.traversals import traverse
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array, Curve, Traversal

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


def around(codec: MultiRateCodec, tau: float, d: int, centre: Array) -> Traversal:
    return traverse(
        lambda z: codec.decode(z, tau, d), centre, tuple(range(len(centre))), OFFSETS, codec.source
    )


def change(seen: Traversal) -> Array:
    """The largest change of a pixel along each row: (R,)."""
    return np.ptp(seen.decoded, axis=1).max(1)


def test_at_the_mean_it_is_the_reconstruction(codec: MultiRateCodec) -> None:
    mu, _ = codec.encode(X, 0.02, 16)
    rebuilt = codec.decode(mu[:1], 0.02, 16)
    seen = around(codec, 0.02, 16, mu[0])
    np.testing.assert_allclose(seen.decoded[:, 3], np.repeat(rebuilt, 16, axis=0), atol=1e-6)


@pytest.mark.parametrize("tau", [1.0, 3.0, 10.0])
def test_collapsed_dimensions_change_no_pixel(codec: MultiRateCodec, tau: float) -> None:
    """Those switched off, with no KL at all. One of 0.01 nats does change pixels: its posterior is
    nearly the prior, and yet the decoder reads it.
    """
    mu, logvar = codec.encode(X, tau, 16)
    dead = kl_per_dimension(mu, logvar) < 1e-6
    assert dead.any()
    assert change(around(codec, tau, 16, mu[0]))[dead].max() <= 1 / 255


def test_masked_dimensions_change_no_pixel(codec: MultiRateCodec) -> None:
    """With d = 4 the others are no inputs: codes that hold them decode as codes that do not."""
    seen = around(codec, 0.01, 4, np.zeros(16))
    mu, _ = codec.encode(X, 0.01, 4)
    assert mu.shape == (200, 4)
    assert change(seen)[4:].max() <= 1 / 255
    assert change(seen)[:4].max() > 0.1


def test_live_dimensions_do_change_pixels(codec: MultiRateCodec) -> None:
    mu, logvar = codec.encode(X, 0.01, 8)
    live = kl_per_dimension(mu, logvar) > 0.5
    assert live.sum() >= 4
    assert change(around(codec, 0.01, 8, mu[0]))[live].min() > 10 / 255
