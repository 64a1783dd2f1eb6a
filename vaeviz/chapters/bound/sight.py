"""The tool What it sees: an encoder that sees a part of the picture, which the decoder draws whole.

The linear VAE, in closed form (theory/partial_sight.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.chapters.bound import predictions
from vaeviz.chapters.bound.view import example_rule
from vaeviz.chapters.bound.weighted import WeightedView
from vaeviz.chapters.chapter import Context, Frame, Row, Rule, Scene, Tool
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import data_rule
from vaeviz.chapters.settings import Whole, setting
from vaeviz.data import Dataset
from vaeviz.figures.sight_gaps import sight_gaps
from vaeviz.records import ImageStrip, Table
from vaeviz.records.sight import SightGaps
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_posterior import LinearDecoder, rotated
from vaeviz.theory.partial_sight import Sight, SightGap, codes, gap, sight

COMPONENTS = 16
UNSEEN = 0.25  # the grey of rows that the encoder does not see, of the range of values


@dataclass(frozen=True)
class SightView(WeightedView):
    """How many rows the encoder sees."""

    seen: int = setting(
        4, Whole(0, 64), "rows that the encoder sees", "rows seen",
        "The encoder sees the picture's upper rows; the decoder draws all of them",
        form="int", spoken="rows that the encoder sees", colour="posterior",
    )  # fmt: skip


def show(view: SightView, context: Context) -> Frame:
    """The gap over the rows that are seen, the example as both see it, and the numbers."""
    probe, theme = context.probe, context.theme
    sights = sights_of(probe)
    decoder = decoder_of(view, probe)
    gaps = [gap(decoder, probe.linear.spectrum, one) for one in sights]
    rows = rows_of(probe.data)
    now = min(view.seen, rows)
    source = f"closed form: linear VAE, d = {decoder.W.shape[1]}, σ² = {view.sigma2:.3g}, β = 1"
    record = SightGaps(
        np.arange(rows + 1.0), np.array([one.family for one in gaps]),
        np.array([one.unseen for one in gaps]), now, rows, source,
    )  # fmt: skip
    return Frame(
        {
            "sight": sight_gaps(record, theme),
            "guess": _pictures(view, probe, decoder, sights, now, source),
            "parts": _table(gaps, now, rows, source),
        },
        _rows(gaps[now], now, rows),
        columns="1.25fr 1fr",
        rows=(("sight guess", "1fr"), ("sight parts", "1fr")),
    )


def sights_of(probe: Probe) -> list[Sight]:
    """Computed once per data set, in a fraction of a second."""
    made = jobs.get(("sights", probe), lambda: all_sights(probe), jobs.MEASURE, patience=30)
    assert made is not None
    return made


def all_sights(probe: Probe) -> list[Sight]:
    """With 0, 1, … rows."""
    spectrum, rows = probe.linear.spectrum, rows_of(probe.data)
    width = probe.elements // rows
    components = min(COMPONENTS, probe.elements)
    return [sight(spectrum, k * width, components) for k in range(rows + 1)]


def rows_of(data: Dataset) -> int:
    """Rows of an image; the elements of a point of the plane."""
    return data.about.shape[0]


def decoder_of(view: SightView, probe: Probe) -> LinearDecoder:
    """The linear VAE's optimum, turned."""
    spectrum = probe.linear.spectrum
    d = min(view.latents, len(spectrum.eigenvalues))
    return rotated(linear_vae.solve(spectrum, 1.0, view.sigma2, d), view.sigma2, view.angle)


def gap_at(view: SightView, context: Context) -> float:
    """The whole gap, for the predictions."""
    probe = context.probe
    of = sights_of(probe)[min(view.seen, rows_of(probe.data))]
    made = gap(decoder_of(view, probe), probe.linear.spectrum, of)
    return made.family + made.unseen


def _pictures(
    view: SightView, probe: Probe, decoder: LinearDecoder, sights: list[Sight], now: int,
    source: str,
) -> ImageStrip | Table:  # fmt: skip
    """x as the encoder sees it, and the decoder's mean at its code and at the best one."""
    x, spectrum = probe.x[view.example].astype(np.float64), probe.linear.spectrum
    low, high = probe.data.about.value_range
    hidden = x.copy()
    hidden[sights[now].count :] = low + UNSEEN * (high - low)
    means = [codes(decoder, spectrum, one, x[None])[0] for one in (sights[now], sights[-1])]
    decoded = [decoder.W @ mu + decoder.mean for mu in means]
    if not probe.data.about.is_image:
        rows = tuple(
            (name, *(f"{v:.2f}".replace("-", "−") for v in point))
            for name, point in zip(("x", "from the part", "from all"), (x, *decoded), strict=True)
        )
        return Table(("", "x₁", "x₂"), rows, "x, and decoded", source, "x and both decodings.")
    finding = f"Example {view.example}: what is seen, and decoded from it and from all of it."
    strip = views.grey(probe, np.stack([hidden, *decoded])[None].astype(np.float32))
    return ImageStrip("What is seen; decoded; decoded from all", strip, ("",), finding, source)


def _table(gaps: list[SightGap], now: int, rows: int, source: str) -> Table:
    chosen = [("nothing", gaps[0]), (f"{now} of {rows} rows", gaps[now]), ("all", gaps[-1])]
    cells = tuple(
        (name, f"{one.family:.3f}", f"{one.unseen:.3f}", f"{one.family + one.unseen:.3f}")
        for name, one in chosen
    )
    columns = ("it sees", "family", "not seen", "gap")
    return Table(columns, cells, "The gap in its two parts", source, "Gaps by what is seen, nats.")


def _rows(made: SightGap, now: int, rows: int) -> list[Row]:
    return [
        ("gap (nats)", f"{made.family + made.unseen:.3f}", "log p(x) − ELBO, mean over the data",
         ""),
        ("by the family", f"{made.family:.3f}", "A diagonal q over a slanted true posterior", ""),
        ("by what is not seen", f"{made.unseen:.3f}", "The encoder's best guess misses the mean",
         ""),
        ("rows seen", f"{now} of {rows}", "The upper rows of every picture", ""),
    ]  # fmt: skip


def rows_rule(view: SightView, context: Context) -> Rule:
    return Rule("seen", high=rows_of(context.probe.data), about=("data",))


def scenes(view: SightView, context: Context) -> list[Scene]:
    """Sights to begin with."""
    base = {"data": "digits", "sigma2": 0.05, "latents": 8}
    return [
        Scene("Half the picture", "Four of eight rows: most of the gap is what is not seen.",
              {**base, "seen": 4, "angle": 30}),
        Scene("All of it", "Only the family's part is left, as the posterior slants.",
              {**base, "seen": 8, "angle": 30}),
        Scene("All, and straight", "The posterior lies along the axes: the gap is 0.",
              {**base, "seen": 8, "angle": 0}),
        Scene("Blind", "One q for all pictures, as sure as before: the largest gap.",
              {**base, "seen": 0, "angle": 30}),
        Scene("Vague decoder", "At a large σ² z tells little: less is lost by not seeing.",
              {**base, "sigma2": 1.0, "seen": 4, "angle": 30}),
    ]  # fmt: skip


TOOL = Tool(
    "sight",
    "What it sees",
    "Show the encoder a part of the picture: how much does the bound lose?",
    SightView,
    show,
    controls=("data", "sigma2", "latents", "angle", "seen", "example"),
    rules=(data_rule, example_rule, rows_rule),
    scenes=scenes,
    predictions=predictions.SIGHT,
)
