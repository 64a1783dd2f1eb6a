"""One-click views of latent spaces, each with one line of what to notice."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.chapter import Scene
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE


def _scene(name: str, notice: str, **settings: Any) -> Scene:
    return Scene(name, notice, {**_COMMON, **settings})


_COMMON = {
    "data": "mnist-5k",
    "model": MULTI_RATE,
    "likelihood": "gaussian",
    "beta": 1.0,
    "sigma2": 0.05,
    "d": 2,
    "tool": "traversals",
    "map": "dims",
    "i": "auto",
    "j": "auto",
    "contours": "off",
}
SCENES = (
    _scene(
        "Two dimensions", "Move over the map: neighbours decode alike, and class turns into class."
    ),
    _scene(
        "Half collapsed",
        "Collapsed dimensions come last: moving them changes little; the line below says how much.",
        data="digits",
        d=8,
        sigma2=0.3,
    ),
    _scene(
        "From A to B",
        "The spherical way keeps the norm; the linear one cuts through the middle.",
        d=8,
        tool="interpolate",
        start="a",
        end="b",
    ),
    _scene(
        "Draw a digit",
        "Your digit gets a posterior: see where it lands, and what of it survives.",
        d=8,
        tool="draw",
    ),
    _scene(
        "Holes",
        "Fewer of the autoencoder's draws from N(0, I) are near data; from a Gaussian fitted to its"
        " codes, most are.",
        tool="holes",
    ),
)
