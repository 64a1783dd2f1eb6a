"""Every setting of the Latent page, declared once. Knows no Streamlit.

The first six choose the model, and are the Explorer's; the rest only says what of it is looked at,
which the browser sees to by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vaeviz import data
from vaeviz.ui import kinds
from vaeviz.ui.kinds import Log, Name, Numbers, OneOf, Real, Whole, setting
from vaeviz.ui.model_view import ModelView
from vaeviz.ui.settings import DECODERS, MULTI_RATE

TOOLS = ("traversals", "manifold", "interpolate", "draw", "arithmetic", "holes", "aggregate")
MAPS = ("dims", "pca", "tsne")
LARGEST = 512  # latent size of a dedicated model: config.RunSettings
DIMENSIONS = ("auto", *(str(k + 1) for k in range(LARGEST)))
PLACES = ("point", "a", "b", "origin")
ENDS = (*PLACES, "drawing")


@dataclass(frozen=True)
class View(ModelView):
    """What the Latent page shows; field names are the names in the URL and in the board's
    messages.
    """

    data: str = setting("mnist-5k", OneOf(data.names()), "data set")
    model: str = setting(MULTI_RATE, Name(), "model")
    decoder: str = setting("gaussian", OneOf(tuple(DECODERS)), "decoder")
    beta: float = setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = setting(0.05, Log(1e-4, 10.0), "σ²")
    d: int = setting(2, Whole(1, LARGEST), "latent size")
    tool: str = setting("traversals", OneOf(TOOLS), "tool")
    map: str = setting("dims", OneOf(MAPS), "map")
    i: str = setting("auto", OneOf(DIMENSIONS), "first dimension drawn")
    j: str = setting("auto", OneOf(DIMENSIONS), "second dimension drawn")
    contours: str = setting("off", OneOf(("off", "on")), "contours")
    a: int = setting(0, Whole(0, 10**6), "example A")
    b: int = setting(1, Whole(0, 10**6), "example B")
    around: str = setting("point", OneOf(PLACES), "centre of the traversals")
    extent: float = setting(3.0, Real(0.5, 20.0), "range of the traversals")
    start: str = setting("a", OneOf(ENDS), "start of the interpolation")
    end: str = setting("b", OneOf(ENDS), "end of the interpolation")
    course: str = setting("linear", OneOf(("linear", "spherical")), "course")
    base: str = setting("a", OneOf(PLACES), "example that is added to")
    plus: int = setting(1, Whole(0, 63), "class that is added")
    minus: int = setting(0, Whole(0, 63), "class that is taken away")
    strength: float = setting(1.0, Real(-2.0, 2.0), "strength")
    point: str = setting("", Numbers(LARGEST, 20.0), "point")


def parse(raw: Mapping[str, Any], base: View = View()) -> tuple[View, list[str]]:
    """A valid view from untrusted values, over `base`, and a note for each value that was put
    back.
    """
    return kinds.parse(raw, base)


def fit(view: View, latent: int, examples: int, classes: int) -> View:
    """The nearest view that so many latent dimensions, examples and classes allow."""
    shown = {name: min(getattr(view, name), examples - 1) for name in ("a", "b")}
    kinds = {name: min(getattr(view, name), classes - 1) for name in ("plus", "minus")}
    dims = {
        name: "auto" for name in ("i", "j") if getattr(view, name) not in DIMENSIONS[: latent + 1]
    }
    point = view.point if len(view.point.split(",")) == latent else ""
    return dataclasses.replace(view, **shown, **kinds, **dims, point=point)
