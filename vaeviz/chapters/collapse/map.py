"""The tool Collapse map: active dimensions over a plane, falling KL bars, and the deaths."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Rule, Tool
from vaeviz.chapters.collapse import deaths, planes, predictions
from vaeviz.chapters.collapse.scenes import scenes
from vaeviz.chapters.collapse.view import DEATH, CollapseView, drawn
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import RULES, standing
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.readouts import rate_row, unit_rows
from vaeviz.chapters.model.settings import MODEL
from vaeviz.chapters.model.views import observed
from vaeviz.chapters.settings import OneOf, setting
from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.live.message import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import units
from vaeviz.records import (
    ACTIVE,
    ActiveMap,
    CollapsePlane,
    Deaths,
    ImageStrip,
    Observation,
    PlaneView,
)

EXAMPLES = 10  # originals above reconstructions
ROWS = (("plane kl", "minmax(0, 1fr)"), ("plane recon", "6.9em"), ("deaths deaths", "8em"))
PLANE_ROWS = (
    ("plane kl", "minmax(0, 1fr)"),
    ("plane recon", "minmax(0, 1fr)"),
    ("deaths deaths", "8em"),
)


@dataclass(frozen=True)
class MapView(CollapseView):
    """The chapter's view, with the axes of the map."""

    plane: str = setting(
        "tau", OneOf(("tau", "beta")), "plane of the collapse map", "map",
        "The two axes of the map", titles={"tau": "over τ and d", "beta": "over β and σ²"},
    )  # fmt: skip


@titled
def show(view: MapView, context: Context) -> Frame:
    """Measures the live panels; the map and the sweep come from jobs."""
    probe, codec, theme = context.probe, context.model.codec, context.theme
    observation = observed(view, context)
    dying = planes.deaths(view.d, probe, codec, view.gaussian)  # the faster job first
    cells, coming = planes.plane(view.plane, view.d, probe, codec, view.gaussian)
    place = _place(view, cells, observation)
    sweeping = planes.swept(probe, codec)
    values = probe.linear.eigenvalues
    panels: dict[str, Panel] = {
        "plane": collapse_map(place, theme),
        "kl": kl_bars(views.kl_bars(view, probe, codec, observation), theme),
        "recon": drawn(_strip(view, context, observation), theme),
        "deaths": deaths.table(dying, sweeping, observation, values, codec, view.gaussian),
    }
    return Frame(
        panels,
        _readouts(view.tau, place, observation, dying, codec),
        _notes(view, codec, coming),
        columns="minmax(0, 43fr) minmax(0, 57fr)",
        rows=ROWS if probe.data.about.is_image else PLANE_ROWS,
    )


def _place(view: MapView, cells: ActiveMap, observation: Observation) -> CollapsePlane:
    over_d, d = cells.names[1] == "d", len(observation.kl)
    at = (observation.tau, float(d)) if over_d else (view.beta, view.sigma2)
    most = max(int(cells.up[-1]) if over_d else view.d, 1)
    active = int((observation.mu.var(0) > ACTIVE).sum())
    # the network's τ has four digits
    away = not math.isclose(view.tau, observation.tau, rel_tol=1e-3)
    symbol = "τ" if view.gaussian else "β"
    return CollapsePlane(cells, at, observation.tau, active, d, most, symbol, away)


def _strip(view: MapView, context: Context, observation: Observation) -> ImageStrip | PlaneView:
    """Originals above the decoder's means of their codes."""
    probe, codec = context.probe, context.model.codec
    if not probe.data.about.is_image:
        return views.strips(view, probe, codec, observation)["recon"]
    x = probe.x[:EXAMPLES]
    decoded = codec.decode(observation.mu[: len(x)], observation.tau, len(observation.kl))
    kept = float(decoded.std(0).mean() / max(x.std(0).mean(), 1e-9))
    differ = f"they differ by {min(kept, 1):.0%} of what the originals do"
    alike = "all alike" if kept < 0.02 else differ
    return ImageStrip(
        f"Reconstructions: {alike}",
        views.grey(probe, np.stack([x, decoded])),
        ("x", "x̂"),
        f"{len(x)} examples above their reconstructions, {alike} (mean standard deviation per"
        " pixel).",
        views.source(codec, "mean pixels of μ"),
    )


def _readouts(
    tau: float, place: CollapsePlane, observation: Observation, dying: Deaths | None, codec: Codec
) -> list[Row]:
    name = "τ = βσ²" if place.symbol == "τ" else "τ = β"
    rows: list[Row] = [
        (name, f"{tau:.3g}", "What the sliders ask for", ""),
        rate_row(observation.rate),
        *unit_rows(units(observation, DEATH), DEATH),
    ]
    if dying is not None:
        words = f"As {place.symbol} rises; its KL falls below {DEATH:g} nats there"
        rows.append(("collapses next", _next(dying, place, codec.tau_range[1]), words, ""))
    if place.away:  # last: it comes and goes during a drag
        at = f"{place.symbol} = {place.tau:.3g}"
        rows.append(("network shown at", at, "All of this tool is there", ""))
    return rows


def _next(dying: Deaths, place: CollapsePlane, high: float) -> str:
    """The next dimension to die; some outlive the sweep, which ends at `high`."""
    later = [
        (float(tau), k + 1) for k, tau in enumerate(dying.measured) if place.tau < tau < np.inf
    ]
    if later:
        return f"z{min(later)[1]} at {min(later)[0]:.3g}"
    return f"none up to {place.symbol} = {high:g}" if np.isinf(dying.measured).any() else "none"


def _notes(view: MapView, codec: Codec, coming: bool) -> list[str]:
    notes = ["The map is being measured; until then this is the linear VAE's."] if coming else []
    empty = ["This model covers one τ: the map stays empty."] if codec.remark else []
    return [*standing(view, codec), *empty, *notes]


def _plane_rule(view: MapView, context: Context) -> Rule | None:
    return None if view.gaussian else Rule("plane", off="This likelihood has no variance: τ = β")


TOOL = Tool(
    "map",
    "Collapse map",
    "Drag β or σ², or the ring over the map: as τ rises, the bars fall one after another.",
    MapView,
    show,
    controls=(*MODEL, "plane"),
    rules=(*RULES, _plane_rule),
    predictions=predictions.MAP,
    scenes=scenes,
)
