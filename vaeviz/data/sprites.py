"""sprites: white shapes on black with five known factors, drawn here, after dSprites (Matthey et
al. 2017).

3 shapes × 6 scales × 40 orientations × 32 x × 32 y = 737,280 images, numbered in that order with y
running fastest, and drawn only on request. A step of x or y moves the shape by exactly one
pixel of the 64×64 image; the 32×32 image is the mean of its 2×2 blocks. Unlike in dSprites the 40
orientations are all different: they are 9° apart, and 360° does not come back as a second 0°.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vaeviz.config import UserError
from vaeviz.data.dataset import Entry, Examples, Source
from vaeviz.data.stamps import SHAPES, SIDE, stamp

FACTORS = ("shape", "scale", "orientation", "x", "y")
COUNTS = (len(SHAPES), 6, 40, 32, 32)
SHAPE_NAMES = tuple(SHAPES)
SCALES = 0.5 + np.arange(COUNTS[1]) / 10
ANGLES = 2 * np.pi * np.arange(COUNTS[2]) / COUNTS[2]  # radians
CANVAS = 64  # pixels of the drawing grid
SAMPLE = 10_000  # images in the data set of `load`
_CHUNK = 256  # images per block: 4 MB of canvas


class Sprites:
    """All 737,280 images at one resolution, 32 or 64, drawn on request."""

    def __init__(self, resolution: Literal[32, 64] = 32) -> None:
        if resolution not in (32, 64):
            raise UserError(f"sprites have no resolution {resolution}: use 32 or 64")
        self.resolution = resolution

    def __len__(self) -> int:
        return int(np.prod(COUNTS))

    def factors(self, indices: ArrayLike) -> NDArray[np.int64]:
        """Whole-number factors (n, 5), in the order of FACTORS, of image numbers (n,)."""
        numbers = _within(indices, len(self), "image")
        return np.stack(np.unravel_index(numbers, COUNTS), axis=-1).astype(np.int64)

    def index(self, factors: ArrayLike) -> NDArray[np.int64]:
        """Image numbers (n,) of factors (n, 5): the inverse of `factors`."""
        columns = np.moveaxis(np.atleast_2d(factors), -1, 0)  # (5, n)
        if len(columns) != len(COUNTS):
            raise UserError(
                f"{len(columns)} sprite factors given: give {len(COUNTS)}, {', '.join(FACTORS)}"
            )
        checked = [_within(*column) for column in zip(columns, COUNTS, FACTORS, strict=True)]
        return np.ravel_multi_index(checked, COUNTS).astype(np.int64)

    def latents(self, indices: ArrayLike) -> NDArray[np.float64]:
        """The factors' physical values (n, 5).

        Shape 0, 1 or 2; scale 0.5 to 1; orientation in radians, counter-clockwise; the centre's x
        from the left edge and y from the top edge, in units of the image's width.
        """
        shape, scale, orientation, x, y = self.factors(indices).T
        centre_x, centre_y = (x + SIDE / 2) / CANVAS, (y + SIDE / 2) / CANVAS
        return np.stack([shape, SCALES[scale], ANGLES[orientation], centre_x, centre_y], axis=-1)

    def draw(self, indices: ArrayLike) -> NDArray[np.float32]:
        """Images (n, resolution, resolution) in [0, 1]; each depends only on its number."""
        factors = self.factors(indices)  # (n, 5)
        images = np.empty((len(factors), self.resolution, self.resolution), np.float32)
        for start in range(0, len(factors), _CHUNK):
            part = slice(start, start + _CHUNK)
            images[part] = _shrink(_paint(factors[part]), self.resolution)
        return images


def _within(values: ArrayLike, count: int, what: str) -> NDArray[np.int64]:
    """`values` (n,) as whole numbers from 0 to count - 1, or a UserError."""
    numbers = np.atleast_1d(np.asarray(values))
    if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
        raise UserError(
            f"sprite {what} numbers must be a row of whole numbers: give 0 to {count - 1}"
        )
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
        raise UserError(f"sprite {what} number out of range: give 0 to {count - 1}")
    return numbers.astype(np.int64)


def _paint(factors: NDArray[np.int64]) -> NDArray[np.float32]:
    """Images (n, 64, 64): every shape's stamp with its corner at pixel (y, x)."""
    postures, which = np.unique(factors[:, :3], axis=0, return_inverse=True)
    drawn = [stamp(SHAPE_NAMES[s], float(SCALES[c]), float(ANGLES[o])) for s, c, o in postures]
    stamps = np.stack(drawn)  # (postures, SIDE, SIDE)
    canvas = np.zeros((len(factors), CANVAS, CANVAS), np.float32)
    span = np.arange(SIDE)
    rows = factors[:, 4, None, None] + span[:, None]  # (n, SIDE, 1)
    columns = factors[:, 3, None, None] + span  # (n, 1, SIDE)
    canvas[np.arange(len(factors))[:, None, None], rows, columns] = stamps[which.ravel()]
    return canvas


def _shrink(images: NDArray[np.float32], resolution: int) -> NDArray[np.float32]:
    """(n, 64, 64) to (n, resolution, resolution) by block means."""
    block = CANVAS // resolution
    if block == 1:
        return images
    return images.reshape(-1, resolution, block, resolution, block).mean(axis=(2, 4))


def sample(count: int = SAMPLE, seed: int = 0) -> NDArray[np.int64]:
    """Numbers (count,) of different images, uniform over all: the rows before the split."""
    return np.random.default_rng(seed).choice(int(np.prod(COUNTS)), size=count, replace=False)


def reader(resolution: Literal[32, 64]) -> Callable[[], Examples]:
    """A function that draws the sampled images (10000, resolution²) and their shapes (10000,)."""

    def read() -> Examples:
        sprites, numbers = Sprites(resolution), sample()
        return sprites.draw(numbers).reshape(len(numbers), -1), sprites.factors(numbers)[:, 0]

    return read


def entry(name: str, resolution: Literal[32, 64]) -> Entry:
    """The catalogue's entry for one resolution."""
    about = Source(
        name=name,
        title=f"Sprites {resolution}×{resolution}, known factors",
        shape=(resolution, resolution),
        value_range=(0.0, 1.0),
        size=SAMPLE,
        class_names=SHAPE_NAMES,
        source=(
            f"drawn by vaeviz after dSprites (Matthey et al. 2017); {SAMPLE:,} of 737,280 images,"
            " seed 0"
        ),
        licence="MIT",
    )
    return Entry(about, reader(resolution))


ENTRY_32 = entry("sprites", 32)
ENTRY_64 = entry("sprites-64", 64)
