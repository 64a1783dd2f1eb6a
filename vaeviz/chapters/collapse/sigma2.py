"""The tool σ² laboratory: from sharp copies to blurred and empty ones."""

from __future__ import annotations

from functools import partial

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.collapse import predictions
from vaeviz.chapters.collapse.edge import edge
from vaeviz.chapters.collapse.variance_levels import GRID, Laboratory, measure, spread
from vaeviz.chapters.collapse.variance_mosaics import Sigma2View, mosaics
from vaeviz.chapters.collapse.variance_scenes import scenes
from vaeviz.chapters.collapse.variance_table import variance_table
from vaeviz.chapters.collapse.variance_trained import SideBySide, pair, side_by_side
from vaeviz.chapters.collapse.variance_words import NO_PAIR, PAPER, beside, sharpest
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.model.answer import RULES
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.readouts import rate_row
from vaeviz.chapters.model.views import clipped, source
from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.figures.elbo_over_variance import elbo_over_variance
from vaeviz.live.message import Panel
from vaeviz.measures import variances
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Observation
from vaeviz.records.variance import BoundOverVariance
from vaeviz.serve import jobs, probes
from vaeviz.serve.probes import Probe
from vaeviz.theory import two_modes

ROWS = (
    ("recon recon samples samples edge edge", "1.1fr"),
    ("bound-plane bound-plane variances variances variances variances", "1fr"),
)
PLANES = ("recon-plane recon-plane samples-plane samples-plane edge edge", "1.1fr")
FOLDED = ("bound-plane bound-plane bound-plane bound-plane edge edge", "1fr")
FEW = (("recon recon recon samples samples samples", "1.2fr"), FOLDED)
PLANES_FEW = (
    ("recon-plane recon-plane recon-plane samples-plane samples-plane samples-plane", "1.2fr"),
    FOLDED,
)


@titled
def show(view: Sigma2View, context: Context) -> Frame:
    """The slider's row, its place on the curve and the edge move; all other rows are fixed.

    The table, and what it says in words, come with all the rows.
    """
    probe, codec, theme, d = context.probe, context.model.codec, context.theme, view.d
    _check(codec)
    observation = probes.observer(probe, codec)(clipped(view.sigma2, codec), d)
    key = probe, codec, d
    lab = jobs.get(
        ("σ²", *key, view.pixels), partial(measure, d, view.pixels, probe, codec), jobs.STUDY
    )
    far = lab and jobs.get(("spread", *key), partial(spread, probe, codec, d, lab), jobs.STUDY)
    trained, notes = _trained(probe) if view.whole else (None, [])
    panels: dict[str, Panel] = {
        **mosaics(view, context, observation, lab, trained),
        "edge": edge(view.sigma2),
        "bound-plane": elbo_over_variance(bound(view, probe, codec, observation, lab), theme),
    }
    if view.whole:
        table = variance_table(view.sigma2, probe, observation, lab, far, trained)
        panels["variances"] = table
    words = [sharpest(far)] if far else []
    words += [beside(lab, far, trained), PAPER] if lab and far and trained else []
    return Frame(
        panels,
        _readouts(view, probe, observation),
        [*_notes(view, codec, lab), *words, *notes],
        columns="repeat(6, minmax(0, 1fr))",
        rows=_rows(view.whole, probe.data.about.is_image),
    )


def _rows(whole: bool, image: bool) -> tuple[tuple[str, str], ...]:
    if whole:
        return ROWS if image else (PLANES, ROWS[1])
    return FEW if image else PLANES_FEW


def _check(codec: Codec) -> None:
    if not LIKELIHOODS[codec.likelihood].variance.shared:
        raise UserError(f"a {codec.likelihood} likelihood has no σ²: choose the Gaussian one")
    if codec.remark:
        raise UserError("a dedicated model knows one σ² only: choose the multi-rate model")


def _trained(probe: Probe) -> tuple[SideBySide | None, list[str]]:
    """The trained pair, or why there is none."""
    chosen = pair(probe.data.name)
    if chosen is None:
        return None, [NO_PAIR]
    key = ("pair", probe, *(model.key for model in chosen))
    try:
        return jobs.get(key, partial(side_by_side, probe, chosen), jobs.STUDY), []
    except UserError as error:
        return None, [f"{error}."]


def bound(
    view: CollapseView, probe: Probe, codec: Codec, observation: Observation, lab: Laboratory | None
) -> BoundOverVariance:
    """The record of the curve; its axis of nats runs from full collapse to the best.

    Until the laboratory is measured, the best is the highest of the curve.
    """
    n, loss, rate = probe.elements, observation.loss, observation.rate
    elbo, held = variances.over_variances(codec.curve(view.d), n, GRID)
    best = lab.best[:2] if lab else (float(GRID[elbo.argmax()]), float(elbo.max()))
    per_pixel = lab.pixels.elbo if lab else None
    low = float(variances.elbo(probe.spread, 0.0, n, 10.0))
    high = max(best[1], per_pixel) if per_pixel is not None else best[1]
    margin = 0.08 * (high - low)
    curve = "curve: training set; marks: " if codec is probe.linear else ""
    detail = f"{curve}{len(probe.x):,} held-out examples, β = 1; dashed: the model's nearest σ²"
    return BoundOverVariance(
        GRID,
        elbo,
        held,
        variances.elbo(loss, rate, n, GRID),
        (view.sigma2, float(variances.elbo(loss, rate, n, view.sigma2))),
        (loss / n, float(variances.elbo(loss, rate, n, loss / n))),
        best,
        per_pixel,
        (low - margin, high + margin),
        source(codec, detail),
    )


def _readouts(view: Sigma2View, probe: Probe, observation: Observation) -> list[Row]:
    loss, n = observation.loss, probe.elements
    elbo = float(variances.elbo(loss, observation.rate, n, view.sigma2))
    nats = f"{elbo:,.1f}".replace("-", "−")
    contrast = f"{two_modes.contrast(view.sigma2):.0%}"
    edge_words = "The remaining contrast of an edge in one of two places, at τ = σ²"
    return [
        rate_row(observation.rate),
        ("MSE per pixel", f"{loss / n:.3g}", "σ² is at its optimum where it equals this", ""),
        ("ELBO (nats)", nats, "−(D + R) at β = 1, per held-out example", ""),
        ("edge's contrast", contrast, edge_words, ""),
    ]


def _notes(view: Sigma2View, codec: Codec, lab: Laboratory | None) -> list[str]:
    low, high = codec.tau_range
    notes = ["β = 1 here, so that τ = σ² and J is −ELBO."]
    if view.whole and view.pixels == "mean" and lab:
        fitted = "A fitted σ² per pixel changes only sampled pixels: switch to see them."
        notes.append(fitted)
    if not low <= view.sigma2 <= high:
        at = f"{clipped(view.sigma2, codec):g}"
        notes.append(f"The network is shown at σ² = {at}, the end of its range.")
    return notes


TOOL = Tool(
    "sigma2",
    "σ² laboratory",
    "Drag σ²: small copies sharply, large is blurred and empty; ✶ fits best.",
    Sigma2View,
    show,
    controls=("data", "model", "likelihood", "sigma2", "d", "pixels", "rows"),
    rules=RULES,
    predictions=predictions.SIGMA2,
    scenes=scenes,
    free=("sigma2",),
)
