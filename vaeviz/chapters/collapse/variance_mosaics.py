"""The mosaics of the σ² laboratory: a row of images per σ², or points on their plane."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.collapse.variance_levels import BEST, COLUMNS, Laboratory, Level, level
from vaeviz.chapters.collapse.variance_trained import SideBySide
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.model import views
from vaeviz.chapters.model.views import Drawn, grey, source
from vaeviz.chapters.settings import OneOf, setting
from vaeviz.figures.plane import plane
from vaeviz.live.message import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ImageStrip, Observation, PlaneView
from vaeviz.serve.probes import Probe

LARGE = 5  # columns of three rows


@dataclass(frozen=True)
class Sigma2View(CollapseView):
    """The chapter's view, with means or samples as pixels. β is 1, so that τ = σ²."""

    pixels: str = setting(
        "mean", OneOf(("mean", "sampled")), "pixels", "pixels",
        "The decoder's mean, or drawn pixels",
    )  # fmt: skip
    rows: str = setting(
        "three", OneOf(("three", "all")), "rows", "rows",
        "Three large rows, or one for every σ² with a table of bounds and samples",
        titles={"three": "three, large", "all": "every σ², a table"},
    )  # fmt: skip

    @property
    def whole(self) -> bool:
        return self.rows == "all"


def mosaics(
    view: Sigma2View,
    context: Context,
    observation: Observation,
    lab: Laboratory | None,
    trained: SideBySide | None,
) -> dict[str, Panel]:
    """Mosaics: examples, the slider's σ² and the best, or a row per σ² and the trained pair.

    Two-dimensional data are points at the slider's σ².
    """
    probe, codec = context.probe, context.model.codec
    if not probe.data.about.is_image:
        strips = views.strips(view, probe, codec, observation, Drawn(pixels=view.pixels))
        return {
            f"{name}-plane": plane(_points(points), context.theme)
            for name, points in strips.items()
            if isinstance(points, PlaneView)
        }
    ours = level(view.d, view.pixels, codec, view.sigma2, observation.mu[:COLUMNS])
    pair = [each.row(view.pixels) for each in (trained.one, trained.each)] if trained else []
    others = [*(lab.levels if lab else ()), *pair]
    rows = [replace(ours, name=f"σ² {ours.name}"), *others]
    if not view.whole:
        rows = [_first(row) for row in rows if row is rows[0] or BEST in row.name]
    return {
        "recon": _recon(view, probe, codec, rows),
        "samples": _samples(view, probe, codec, rows),
    }


def _points(view: PlaneView) -> PlaneView:
    """Without the Explorer's path from A to B."""
    layers = tuple(layer for layer in view.layers if layer[1] != "path")
    return replace(view, title=view.title.split(", and")[0], layers=layers)


def _first(row: Level) -> Level:
    """As many images as are large in half a window."""
    return replace(row, recon=row.recon[:LARGE], samples=row.samples[:LARGE])


def _recon(view: Sigma2View, probe: Probe, codec: Codec, rows: list[Level]) -> ImageStrip:
    x, names = probe.x[: len(rows[0].recon)], [row.name for row in rows]
    error = float(((x - rows[0].recon) ** 2).mean())
    return ImageStrip(
        _title(view, "Reconstructions blur as σ² rises"),
        grey(probe, np.stack([x, *(row.recon for row in rows)])),
        ("x", *names),
        f"{len(x)} examples above their reconstructions for σ² of {', '.join(names)}; in the first"
        f" of these rows the mean squared error per pixel is {error:.3g}.",
        _source(view, codec, rows),
    )


def _samples(view: Sigma2View, probe: Probe, codec: Codec, rows: list[Level]) -> ImageStrip:
    names = [row.name for row in rows]
    above = [] if view.whole else [probe.x[:LARGE]]  # what samples should look like
    deviation = float(rows[0].samples.std(0).mean())
    return ImageStrip(
        _title(view, "Samples fade to one image as σ² rises"),
        grey(probe, np.stack([*above, *(row.samples for row in rows)])),
        (*("x" for _ in above), *names),
        f"{len(rows[0].samples)} draws from the prior, decoded for σ² of {', '.join(names)}; the"
        f" mean deviation of a pixel between those of the first row is {deviation:.3g}.",
        _source(view, codec, rows),
    )


def _title(view: Sigma2View, of_means: str) -> str:
    sampled = f"{of_means.split()[0]} drown in noise as σ² rises"
    return of_means if view.pixels == "mean" else sampled


def _source(view: Sigma2View, codec: Codec, rows: list[Level]) -> str:
    others = "; † dedicated models, see the table" if "†" in rows[-1].name else ""
    return source(codec, f"{view.pixels} pixels, β = 1; ✶: σ² = MSE{others}")
