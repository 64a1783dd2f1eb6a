"""The collapse map: active dimensions over a plane, bars that fall as τ rises, and when each was to
fall.
"""

from __future__ import annotations

import math

import numpy as np

from vaeviz.figures.collapse_map import collapse_map
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.plane import plane as data_plane
from vaeviz.figures.theme import Theme
from vaeviz.live.board import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import (
    ACTIVE,
    ActiveMap,
    CollapsePlane,
    Deaths,
    ImageStrip,
    Observation,
    PlaneView,
    alarm,
)
from vaeviz.ui import store, views
from vaeviz.ui.collapse import deaths, planes
from vaeviz.ui.collapse.part import Part, Row, Tool
from vaeviz.ui.collapse.scenes import of_the_data
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.frames import clipped, standing
from vaeviz.ui.views import Probe

EXAMPLES = 10  # originals above reconstructions
COLUMNS = "minmax(0, 43fr) minmax(0, 57fr)"
LAYOUT = (("plane kl", "minmax(0, 1fr)"), ("plane recon", "6.9em"), ("deaths deaths", "8em"))
OF_POINTS = (
    ("plane kl", "minmax(0, 1fr)"),
    ("plane recon", "minmax(0, 1fr)"),
    ("deaths deaths", "8em"),
)


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """One frame: what moves with the hand is measured here, the rest has been, or is on its way."""
    s = view.model_settings
    seen = store.observer(probe, codec)(clipped(s.tau, codec), view.d)
    dying, sweeping = planes.deaths(view.d, probe, codec, s.gaussian)  # the faster one goes first
    cells, coming = planes.plane(view.plane, view.d, probe, codec, s.gaussian)
    here = _here(view, cells, seen)
    panels: dict[str, Panel] = {
        "plane": collapse_map(here, theme),
        "kl": kl_bars(views.kl_bars(s, probe, codec, seen), theme),
        "recon": _drawn(_strip(view, probe, codec, seen), theme),
        "deaths": deaths.table(dying, sweeping, seen, probe, codec, s.gaussian),
    }
    return Part(
        panels,
        controls=[_plane_control(s.gaussian)],
        readouts=_readouts(view.tau, here, seen, dying, codec),
        notes=_notes(view, codec, coming),
        pending=coming or sweeping,
        columns=COLUMNS,
        rows=LAYOUT if probe.data.about.is_image else OF_POINTS,
    )


def _here(view: View, cells: ActiveMap, seen: Observation) -> CollapsePlane:
    over_d = cells.names[1] == "d"
    at = (seen.tau, float(len(seen.kl))) if over_d else (view.beta, view.sigma2)
    most = max(int(cells.up[-1]) if over_d else view.d, 1)
    active = int((seen.mu.var(0) > ACTIVE).sum())
    gaussian = view.model_settings.gaussian
    return CollapsePlane(
        cells,
        at,
        seen.tau,
        active,
        len(seen.kl),
        most,
        "τ" if gaussian else "β",
        away=not _alike(view.tau, seen.tau),
    )


def _alike(one: float, other: float) -> bool:
    """Whether both τ are one, but for the digits that `clipped` leaves out."""
    return math.isclose(one, other, rel_tol=1e-3)


def _drawn(view: ImageStrip | PlaneView, theme: Theme) -> Panel:
    return view if isinstance(view, ImageStrip) else data_plane(view, theme)


def _strip(view: View, probe: Probe, codec: Codec, seen: Observation) -> ImageStrip | PlaneView:
    """Originals above the decoder's means of their codes."""
    s, d = view.model_settings, len(seen.kl)
    if not probe.data.about.is_image:
        return views.strips(s, probe, codec, seen)["recon"]
    x = probe.x[:EXAMPLES]
    decoded = codec.decode(seen.mu[: len(x)], seen.tau, d)
    kept = float(decoded.std(0).mean() / max(x.std(0).mean(), 1e-9))
    alike = (
        "all alike"
        if kept < 0.02
        else f"they differ by {min(kept, 1):.0%} of what the originals do"
    )
    return ImageStrip(
        f"Reconstructions: {alike}",
        views.grey(probe, np.stack([x, decoded])),
        ("x", "x̂"),
        f"{len(x)} examples above their reconstructions, {alike} (mean standard deviation of a"
        " pixel).",
        views.source(codec, "mean pixels of μ"),
    )


def _readouts(
    asked: float, here: CollapsePlane, seen: Observation, dying: Deaths | None, codec: Codec
) -> list[Row]:
    dead = int((seen.kl < planes.DEATH).sum())
    level = alarm(dead / here.d)
    rows: list[Row] = [
        *_levels(asked, here),
        ("R (nats)", f"{seen.rate:.2f}", "Mean KL(q(z|x) ‖ p(z)) over the held-out examples", ""),
        (
            "active units",
            f"{here.active} of {here.d}",
            f"Dimensions with Var(μ) over {ACTIVE:g}",
            "",
        ),
        (
            "collapsed",
            f"{dead} of {here.d}{f' · {level}' if level else ''}",
            (
                f"Mean KL below {planes.DEATH:g} nats; warning over 10 %, alarm over 20 % of the"
                " dimensions"
            ),
            level,
        ),
    ]
    if dying is not None:
        rows.append(
            (
                "next to die",
                _next(dying, here, codec.tau_range[1]),
                f"As {here.symbol} rises, and where it was seen to die",
                "",
            )
        )
    return rows


def _levels(asked: float, here: CollapsePlane) -> list[Row]:
    """What the sliders ask for, and where the network stands if that is elsewhere."""
    name = "τ = βσ²" if here.symbol == "τ" else "τ = β"
    rows: list[Row] = [(name, f"{asked:.3g}", "What the sliders ask for", "")]
    if here.away:
        rows.append(
            ("network shown at", f"{here.symbol} = {here.tau:.3g}", "All of this tool is there", "")
        )
    return rows


def _next(dying: Deaths, here: CollapsePlane, high: float) -> str:
    """Of those that still live; some outlive the sweep, which ends at `high`."""
    later = [(float(t), k + 1) for k, t in enumerate(dying.seen) if here.tau < t < np.inf]
    if later:
        return f"z{min(later)[1]} at {min(later)[0]:.3g}"
    return f"none up to {here.symbol} = {high:g}" if np.isinf(dying.seen).any() else "none"


def _plane_control(gaussian: bool) -> dict[str, object]:
    return {
        "name": "plane",
        "kind": "choice",
        "label": "map",
        "help": "The two axes of the map",
        "options": [["tau", "over τ and d", ""], ["beta", "over β and σ²", ""]],
        "disabled": "" if gaussian else "This decoder has no variance: τ = β",
    }


def _notes(view: View, codec: Codec, coming: bool) -> list[str]:
    notes = ["The map is being measured; until then: the linear VAE's."] if coming else []
    empty = ["It covers one τ: the map stays empty."] if codec.remark else []
    return [*standing(view.model_settings, codec), *empty, *notes]


TOOL = Tool(
    "map",
    "Collapse map",
    "Drag β or σ², or the ring over the map: as τ rises, the bars fall one after another.",
    part,
    scenes=of_the_data,
)
