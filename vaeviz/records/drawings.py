"""The records that figures draw, one per figure. Rates are in nats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaeviz.records.array import Array
from vaeviz.records.collapse import ActiveMap


@dataclass(frozen=True, eq=False)
class Chosen:
    """A chosen example in two latent dimensions: posterior mean (2,) and deviation (2,)."""

    name: str
    index: int
    mean: Array
    deviation: Array


@dataclass(frozen=True, eq=False)
class LatentMap:
    """Codes (N, 2) by class in two latent dimensions (numbered from 0), axes from -span to span.

    `symbol` says what the points are: "μ", posterior means, or "z", one sample of each posterior.
    """

    points: Array
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    dims: tuple[int, int]
    chosen: tuple[Chosen, ...]
    span: float
    source: str
    symbol: str = "μ"


@dataclass(frozen=True, eq=False)
class KLBars:
    """Mean KL (d,) of each latent dimension, and the linear VAE's for the sorted ones, in nats.

    `whole` is where the data's axis ends; one that ends lower, at `top`, magnifies the bars.
    """

    kl: Array
    linear: Array
    threshold: float
    top: float
    source: str
    whole: float = 0.0

    @property
    def magnified(self) -> float:
        """How many times taller than on the data's axis a bar is; 1 on that axis."""
        return max(self.whole / self.top, 1.0)


@dataclass(frozen=True, eq=False)
class RateDistortion:
    """The curve that the trade-off sweeps, and the current point on it.

    Rates in nats; `losses` and `loss` in `unit`: half the squared error for a Gaussian decoder (so
    that the curve stays fixed while σ² moves), nats for the others. `slope` is -dloss/drate at the
    point: τ, or β; `beta` the same in nats of distortion: β itself, unless the model's range ends
    before it (`at_end`). `nats` pairs positions on the loss axis with distortions in nats, for a
    second scale. `beside` is the point of another model: its name, rate and loss.
    `model` is what the curve's model is called.
    """

    rates: Array
    losses: Array
    linear_rates: Array
    linear_losses: Array
    rate: float
    loss: float
    slope: float
    beta: float
    right: float
    top: float
    unit: str
    nats: tuple[tuple[float, float], ...]
    source: str
    at_end: bool = False
    beside: tuple[str, float, float] | None = None
    model: str = "this model"


@dataclass(frozen=True, eq=False)
class CollapsePlane:
    """Active units over a plane, and the current point `at`, in the map's (across, up), where τ =
    `tau`.

    There, `active` of `d` units are active. `most` is the largest count of the colour scale,
    `symbol` the trade-off's: "τ", or "β" where the decoder has no variance. `away`: the sliders ask
    for another τ, which the model does not have.
    """

    cells: ActiveMap
    at: tuple[float, float]
    tau: float
    active: int
    d: int
    most: int
    symbol: str = "τ"
    away: bool = False


@dataclass(frozen=True, eq=False)
class PlaneView:
    """Named point sets or paths in the data plane: (name, symbol role, (n, 2))."""

    title: str
    layers: tuple[tuple[str, str, Array], ...]
    low: float
    high: float
    source: str


@dataclass(frozen=True, eq=False)
class ImageStrip:
    """Rows of grey images as one mosaic: bytes (rows, columns, H, W), and a name per row."""

    title: str
    images: NDArray[np.uint8]
    row_names: tuple[str, ...]
    finding: str
    source: str


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of text, one cell per column; the first cell names the row.

    `links`, none or one per row, lead from its name to another page: "training?seed=1"; "" to none.
    `levels`, none or one per row, colour what its words say already: "good", "alarm", "" for plain.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str
    source: str
    finding: str
    links: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
