"""The three shapes of the sprites: inside or outside in closed form, drawn by supersampling.

Each shape fits the unit circle around the centre of its smallest enclosing circle, so that no
rotation can push it out of its stamp. Areas in units of that circle's squared radius: square 2,
ellipse 0.6 π, heart (4 + π) h². The heart is a square of half side h standing on a corner, with a
half disc on each upper side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float64]

RADIUS = 16.0  # pixels of the 64×64 image, of a shape of scale 1
SIDE = (
    33  # pixels: a stamp's width and height, an odd number, so that its centre is a pixel's centre
)
SAMPLES = 8  # per pixel, in each direction
MINOR = 0.6  # the ellipse's smaller half axis
_OFFSET = (math.sqrt(2) - 1) / (3 - math.sqrt(2))  # of the heart's enclosing circle, in units of h
HEART = 1 / (math.sqrt(2) * (1 + _OFFSET))  # h, half the side of the heart's square
_EDGE = 1 + 1e-9  # a sample on the edge is inside, whatever the rounding of cos and sin


def in_square(u: Grid, v: Grid) -> NDArray[np.bool_]:
    return np.maximum(abs(u), abs(v)) <= _EDGE * math.sqrt(0.5)


def in_ellipse(u: Grid, v: Grid) -> NDArray[np.bool_]:
    return u**2 + (v / MINOR) ** 2 <= _EDGE


def in_heart(u: Grid, v: Grid) -> NDArray[np.bool_]:
    # p and q run along the sides of the tilted square, in units of h; up (v) is the diagonal p = q
    p = (v + u) / (math.sqrt(2) * HEART) + _OFFSET
    q = (v - u) / (math.sqrt(2) * HEART) + _OFFSET
    square = np.maximum(abs(p), abs(q)) <= _EDGE
    lobes = np.minimum((p - 1) ** 2 + q**2, p**2 + (q - 1) ** 2) <= _EDGE
    return square | lobes


SHAPES: dict[str, Callable[[Grid, Grid], NDArray[np.bool_]]] = {
    "square": in_square,
    "ellipse": in_ellipse,
    "heart": in_heart,
}


@lru_cache(maxsize=720)
def stamp(shape: str, scale: float, angle: float) -> NDArray[np.float32]:
    """Coverage (SIDE, SIDE) in [0, 1] of a centred shape, turned left by `angle` radians."""
    right = ((np.arange(SIDE * SAMPLES) + 0.5) / SAMPLES - SIDE / 2) / (RADIUS * scale)
    x, y = right[None, :], -right[:, None]  # y points up, rows run down
    u = math.cos(angle) * x + math.sin(angle) * y  # into the shape's frame
    v = math.cos(angle) * y - math.sin(angle) * x
    inside = SHAPES[shape](u, v)  # (SIDE * SAMPLES, SIDE * SAMPLES)
    blocks = inside.reshape(SIDE, SAMPLES, SIDE, SAMPLES)
    coverage = blocks.mean(axis=(1, 3), dtype=np.float32)
    coverage.setflags(write=False)
    return coverage
