"""The GIF read back holds the decoded pictures to the last grey level, and loops through all of
them.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from vaeviz.chapters.latent import animation
from vaeviz.chapters.latent.animation import pictures, traversal_gif
from vaeviz.measures.codecs.network import decode
from vaeviz.records import Array, Layer, Network

RNG = np.random.default_rng(0)


def toy(
    shape: tuple[int, ...] = (4, 4), low: float = 0.0, high: float = 1.0, dead: int | None = None
) -> Network:
    """A linear decoder of two dimensions; `dead` is one that it does not read."""
    weight = RNG.uniform(0.02, 0.1, (int(np.prod(shape)), 2)).astype(np.float32)
    if dead is not None:
        weight[:, dead] = 0
    bias = np.full(len(weight), (low + high) / 2, np.float32)
    layer = Layer("linear", (high - low) * weight, bias, False, (2,), (len(weight),))
    return Network((), (layer,), "gaussian", 1, 2, shape, low, high, "toy")


def read(content: bytes) -> tuple[Array, Image.Image]:
    """The frames (K, h, w) in grey levels, and the file."""
    opened = Image.open(io.BytesIO(content))
    frames = [np.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(opened)]
    assert all((frame[..., :1] == frame).all() for frame in frames)
    return np.stack(frames)[..., 0], opened


def shown(network: Network, codes: Array) -> Array:
    """The pictures (K, H, W) in grey levels, of which one is 1/255 of the range."""
    x = decode(network, np.asarray(codes, np.float32)).reshape(-1, *network.shape)
    return np.rint(255 * np.clip((x - network.low) / (network.high - network.low), 0, 1))


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-2.0, 6.0)])
def test_a_traversal_is_what_its_codes_decode_to(low: float, high: float) -> None:
    network = toy(low=low, high=high)
    frames, _ = read(traversal_gif(network, np.array([0.5, -1.0]), 1, 3.0, 12))
    offsets = 3 * np.sin(2 * np.pi * np.arange(12) / 12)
    codes = np.stack([np.full(12, 0.5), offsets - 1], axis=1)
    assert frames.shape == (12, 256, 256)
    np.testing.assert_allclose(frames[:, ::64, ::64], shown(network, codes), atol=1)
    assert np.ptp(frames[:, 0, 0]) > 10


def test_it_starts_at_the_point_and_reaches_both_ends() -> None:
    network, point = toy(), np.array([0.2, 0.3], np.float32)
    frames, _ = read(traversal_gif(network, point, 0, 2.0, 8))
    ends = shown(network, point + np.array([[0, 0], [2, 0], [-2, 0]]))
    np.testing.assert_array_equal(frames[[0, 2, 6], ::64, ::64], ends)


@pytest.mark.parametrize(
    ("shape", "size"),
    [((8, 8), 256), ((28, 28), 252), ((32, 32), 256), ((64, 64), 256), ((400, 400), 400)],
)
def test_pixels_become_whole_squares(shape: tuple[int, int], size: int) -> None:
    frames = pictures(toy(shape), RNG.standard_normal((2, 2)))
    times = size // shape[0]
    assert frames.shape[1:] == (size, size)
    np.testing.assert_array_equal(
        frames, frames[:, ::times, ::times].repeat(times, 1).repeat(times, 2)
    )


def test_an_oblong_picture_keeps_its_shape() -> None:
    assert pictures(toy((16, 8)), RNG.standard_normal((2, 2))).shape[1:] == (256, 128)


def test_it_loops_at_an_even_pace() -> None:
    """A frame that came twice would stand twice as long."""
    _, opened = read(traversal_gif(toy(), np.zeros(2), 0, 3.0, 12))
    assert opened.info["loop"] == 0
    delays = [frame.info["duration"] for frame in ImageSequence.Iterator(opened)]
    assert delays == [animation.DELAY] * 12


def test_a_dead_dimension_changes_no_pixel() -> None:
    frames, _ = read(traversal_gif(toy(dead=1), np.zeros(2), 1, 3.0))
    np.testing.assert_array_equal(frames, frames[:1].repeat(len(frames), 0))


def test_values_beyond_the_range_are_black_and_white() -> None:
    frames = pictures(toy(), np.array([[-100, -100], [100, 100]]))
    assert (frames[0] == 0).all()
    assert (frames[1] == 255).all()


def test_the_same_bytes_every_time() -> None:
    network = toy()
    assert traversal_gif(network, np.zeros(2), 0, 3.0) == traversal_gif(
        network, np.zeros(2), 0, 3.0
    )


def test_points_of_the_plane_have_no_pictures() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        traversal_gif(toy((2,)), np.zeros(2), 0, 3.0)
