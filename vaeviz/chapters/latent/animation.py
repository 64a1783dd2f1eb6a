"""A traversal as an animated GIF of what its codes decode to, there and back without end.

Grey as on the page: black at the network's `low`, white at its `high`; each pixel is one square of
the GIF's.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vaeviz.measures.codecs.network import decode
from vaeviz.records import Array, Network

FRAMES = 48
DELAY = 60  # ms per frame; a GIF counts in tens of them
SIDE = 256  # pixels of the longer side, or as near as whole enlargements come


def traversal_gif(
    network: Network, point: Array, dim: int, extent: float, frames: int = FRAMES
) -> bytes:
    """Dimension `dim` (from 0) of a code (d,) moved by up to ±`extent`, starting at the code
    itself.

    Frame k has offset extent · sin(2πk/frames). ValueError for two-dimensional data, which have no
    pictures.
    """
    codes = np.tile(np.asarray(point, np.float32), (frames, 1))  # (K, d)
    codes[:, dim] += extent * np.sin(2 * np.pi * np.arange(frames) / frames)
    first, *others = (Image.fromarray(frame) for frame in pictures(network, codes))
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=DELAY, loop=0)
    return file.getvalue()


def pictures(network: Network, codes: Array) -> NDArray[np.uint8]:
    """What codes (K, d) decode to, in grey bytes, enlarged: (K, h, w)."""
    if len(network.shape) != 2:
        raise ValueError("two-dimensional data have no pictures")
    gain = 255.0 / (network.high - network.low)
    grey = np.clip((decode(network, codes) - network.low) * gain, 0, 255).round().astype(np.uint8)
    times = max(1, round(SIDE / max(network.shape)))
    return grey.reshape(-1, *network.shape).repeat(times, axis=1).repeat(times, axis=2)
