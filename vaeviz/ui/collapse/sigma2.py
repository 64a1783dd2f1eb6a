"""The σ² laboratory: from sharp but unsampleable to blurred and empty. Knows no Streamlit."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np

from vaeviz.config import UserError
from vaeviz.figures.elbo_over_variance import elbo_over_variance
from vaeviz.figures.plane import plane
from vaeviz.figures.theme import Theme
from vaeviz.live.board import Panel
from vaeviz.measures import variances
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ImageStrip, Observation, PlaneView
from vaeviz.records.variance import BoundOverVariance
from vaeviz.theory import two_modes
from vaeviz.ui import store, views
from vaeviz.ui.collapse.edge import edge
from vaeviz.ui.collapse.part import Part, Tool
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.collapse.variance_levels import (
    COLUMNS,
    GRID,
    Laboratory,
    Level,
    Spread,
    level,
    measure,
    spread,
)
from vaeviz.ui.collapse.variance_scenes import scenes
from vaeviz.ui.collapse.variance_table import variance_table
from vaeviz.ui.collapse.variance_trained import SideBySide, pair, side_by_side
from vaeviz.ui.collapse.variance_words import NO_PAIR, PAPER, beside
from vaeviz.ui.frames import clipped
from vaeviz.ui.settings import Settings
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe, grey, source

_ROWS = (
    ("recon recon samples samples edge edge", "1.1fr"),
    ("bound-plane bound-plane variances variances variances variances", "1fr"),
)
_PLANE_ROWS = (("recon-plane recon-plane samples-plane samples-plane edge edge", "1.1fr"), _ROWS[1])
LABS, QUICK = Once(workers=1, most=16), 0.05
SPREADS, PAIRS = Once(workers=1, most=2), Once(workers=1, most=8)


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """The levels stand; the slider's own row, its place on the curve and the edge move."""
    _check(codec)
    s = dataclasses.replace(view.model_settings, beta=1.0, pixels=view.pixels)
    seen = store.observer(probe, codec)(clipped(s.sigma2, codec), s.d)
    lab = LABS.result((probe, codec, s.d, s.pixels), partial(measure, s, probe, codec), QUICK)
    far = lab and SPREADS.result(
        (probe, codec, s.d), partial(spread, probe, codec, s.d, lab), QUICK
    )
    trained, waiting, notes = _trained(s, probe)
    panels: dict[str, Panel] = {
        **_pictures(s, probe, codec, seen, lab, trained, theme),
        "edge": edge(s.sigma2),
        "bound-plane": elbo_over_variance(bound(s, probe, codec, seen, lab), theme),
        "variances": variance_table(s, probe, seen, lab, far, trained),
    }
    return Part(
        panels,
        model=("data", "model", "decoder", "sigma2", "d"),
        controls=[_PIXELS],
        readouts=_readouts(s, probe, seen),
        notes=[*_notes(s, codec, lab), *_told(lab, far, trained), *notes],
        pending=lab is None or far is None or waiting,
        columns="repeat(6, minmax(0, 1fr))",
        rows=_ROWS if probe.data.about.is_image else _PLANE_ROWS,
    )


def _check(codec: Codec) -> None:
    if codec.likelihood != "gaussian":
        raise UserError(f"a {codec.likelihood} decoder has no σ²: choose the Gaussian one")
    if codec.remark:
        raise UserError("a dedicated model knows one σ² only: choose the multi-rate model")


def _trained(s: Settings, probe: Probe) -> tuple[SideBySide | None, bool, list[str]]:
    """The trained pair, whether it is still to come, and why there is none."""
    chosen = pair(probe.data.name)
    if chosen is None:
        return None, False, [NO_PAIR]
    try:
        key = (probe, *(own.key for own in chosen))
        found = PAIRS.result(key, partial(side_by_side, s, probe, chosen), QUICK)
    except UserError as error:
        return None, False, [f"{error}."]
    return found, found is None, []


def _told(lab: Laboratory | None, far: Spread | None, trained: SideBySide | None) -> list[str]:
    """What the trained pair came to, and what the paper says; nothing before it is measured."""
    return [beside(lab, far, trained), PAPER] if lab and far and trained else []


def _pictures(
    s: Settings,
    probe: Probe,
    codec: Codec,
    seen: Observation,
    lab: Laboratory | None,
    trained: SideBySide | None,
    theme: Theme,
) -> dict[str, Panel]:
    """Mosaics with a row for each σ²; two-dimensional data are drawn as points at the slider's
    σ².
    """
    if not probe.data.about.is_image:
        made = views.strips(s, probe, codec, seen)
        return {
            f"{name}-plane": plane(_points(v), theme)
            for name, v in made.items()
            if isinstance(v, PlaneView)
        }
    here = level(s, codec, s.sigma2, seen.mu[:COLUMNS])
    pair = [own.rows[s.pixels] for own in (trained.one, trained.each)] if trained else []
    rows = [dataclasses.replace(here, name=f"σ² {here.name}"), *(lab.levels if lab else ()), *pair]
    return {"recon": _recon(s, probe, codec, rows), "samples": _samples(s, probe, codec, rows)}


def _points(view: PlaneView) -> PlaneView:
    """Without the Explorer's path from A to B."""
    return dataclasses.replace(
        view,
        title=view.title.split(", and")[0],
        layers=tuple(own for own in view.layers if own[1] != "path"),
    )


def _recon(s: Settings, probe: Probe, codec: Codec, rows: list[Level]) -> ImageStrip:
    x = probe.x[:COLUMNS]
    images = grey(probe, np.stack([x, *(row.recon for row in rows)]))
    error = float(((x - rows[0].recon) ** 2).mean())
    finding = (
        f"{COLUMNS} examples above their reconstructions for σ² of"
        f" {', '.join(row.name for row in rows)}; in the first of these rows the mean squared error"
        f" of a pixel is {error:.3g}."
    )
    names = ("x", *(row.name for row in rows))
    title = _title(s, "Reconstructions blur as σ² rises")
    return ImageStrip(title, images, names, finding, _kind(s, codec, rows))


def _samples(s: Settings, probe: Probe, codec: Codec, rows: list[Level]) -> ImageStrip:
    images = grey(probe, np.stack([row.samples for row in rows]))
    spread = float(rows[0].samples.std(0).mean())
    finding = (
        f"{COLUMNS} draws from the prior, decoded for σ² of {', '.join(row.name for row in rows)};"
        f" the mean deviation of a pixel between those of the first row is {spread:.3g}."
    )
    title = _title(s, "Samples fade to one image as σ² rises")
    return ImageStrip(title, images, tuple(r.name for r in rows), finding, _kind(s, codec, rows))


def _title(s: Settings, mean: str) -> str:
    return mean if s.pixels == "mean" else f"{mean.split()[0]} drown in noise as σ² rises"


def _kind(s: Settings, codec: Codec, rows: list[Level]) -> str:
    others = "; † dedicated models, see the table" if "†" in rows[-1].name else ""
    return source(codec, f"{s.pixels} pixels, β = 1; ✶: σ² = MSE{others}")


def bound(
    s: Settings, probe: Probe, codec: Codec, seen: Observation, lab: Laboratory | None
) -> BoundOverVariance:
    """The record of the curve; its axis of nats holds the best and what is left when all is
    collapsed.

    Until the laboratory is measured, the best is the highest of the curve.
    """
    n, mse = probe.elements, seen.loss / probe.elements
    elbo, held = variances.over_variances(codec.curve(s.d), n, GRID)
    best = lab.best[:2] if lab else (float(GRID[elbo.argmax()]), float(elbo.max()))
    low, high = (
        float(variances.elbo(probe.spread, 0.0, n, 10.0)),
        max(best[1], lab.pixels.elbo if lab else best[1]),
    )
    room = 0.08 * (high - low)
    return BoundOverVariance(
        GRID,
        elbo,
        held,
        variances.elbo(seen.loss, seen.rate, n, GRID),
        (s.sigma2, float(variances.elbo(seen.loss, seen.rate, n, s.sigma2))),
        (mse, float(variances.elbo(seen.loss, seen.rate, n, mse))),
        best,
        lab.pixels.elbo if lab else None,
        (low - room, high + room),
        source(
            codec,
            f"{'curve: training set; marks: ' if codec is probe.linear else ''}{len(probe.x):,} "
            "held-out examples, β = 1; dashed: the model's nearest σ²",
        ),
    )


def _readouts(s: Settings, probe: Probe, seen: Observation) -> list[tuple[str, str, str, str]]:
    mse, m = seen.loss / probe.elements, two_modes.contrast(s.sigma2)
    elbo = float(variances.elbo(seen.loss, seen.rate, probe.elements, s.sigma2))
    return [
        ("R (nats)", f"{seen.rate:.2f}", "Mean KL(q(z|x) ‖ p(z)) over the examples shown", ""),
        ("MSE a pixel", f"{mse:.3g}", "σ² is at its optimum where it equals this", ""),
        (
            "ELBO (nats)",
            f"{elbo:,.1f}".replace("-", "−"),
            "−(D + R) at β = 1, per held-out example",
            "",
        ),
        (
            "edge's contrast",
            f"{m:.0%}",
            "What is left of an edge in one of two places, at τ = σ²",
            "",
        ),
    ]


def _notes(s: Settings, codec: Codec, lab: Laboratory | None) -> list[str]:
    low, high = codec.tau_range
    notes = ["β = 1 here, so that τ = σ² and J is −ELBO."]
    if s.pixels == "mean" and lab:
        notes.append(
            "Fitted, a σ² for every pixel changes sampled pixels only: switch to see them."
        )
    if not low <= s.sigma2 <= high:
        notes.append(
            f"The network is shown at σ² = {clipped(s.sigma2, codec):g}, the end of its range."
        )
    return notes


_PIXELS = {
    "name": "pixels",
    "kind": "choice",
    "label": "pixels",
    "help": "The decoder's mean, or drawn pixels",
    "options": [["mean", "mean", ""], ["sampled", "sampled", ""]],
}
TOOL = Tool(
    "sigma2",
    "σ² laboratory",
    "Drag σ²: small is sharp but samples badly, large is blurred and empty; ✶ fits best.",
    part,
    free=("sigma2",),
    scenes=scenes,
)
