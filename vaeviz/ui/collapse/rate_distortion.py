"""Rate and distortion: the whole curve, dedicated models, limits, and where we are. Knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache, partial

import numpy as np

from vaeviz.config import UserError
from vaeviz.figures.rate_plane import rate_plane
from vaeviz.figures.theme import Theme
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import nats, observe, read
from vaeviz.records import Observation, RateDistortion
from vaeviz.records.rate_plane import DedicatedPoint, RatePlane
from vaeviz.ui import store, views
from vaeviz.ui.collapse import dedicated
from vaeviz.ui.collapse.dedicated import Models
from vaeviz.ui.collapse.dedicated_table import dedicated_table
from vaeviz.ui.collapse.part import Part, Row, Tool
from vaeviz.ui.collapse.planes import DEATH
from vaeviz.ui.collapse.scenes import of_the_data
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.frames import clipped, readouts, standing
from vaeviz.ui.settings import Settings
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

LINES = 7  # of one ELBO, behind the curve
POINTS, QUICK = Once(workers=1, most=24), 0.05


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """The curve stands; our point, its tangent and the lines of one ELBO move with the sliders."""
    s = view.model_settings
    seen = store.observer(probe, codec)(clipped(s.tau, codec), s.d)
    readings = read(seen, probe.elements, codec.likelihood, s.beta, s.sigma2, s.threshold)
    found, pending, notes = _models(s, probe, codec)
    record = plane(s, probe, codec, seen, found or Models())
    return Part(
        {
            "plane": rate_plane(record, theme),
            "models": dedicated_table(s, codec, found or Models()),
        },
        readouts=[*readouts(s, readings), *_best(s, codec, record)],
        notes=[*standing(s, codec), *notes],
        pending=pending,
        columns="minmax(0, 1.1fr) minmax(0, 1fr)",
        rows=(("plane models", "1fr"),),
    )


def plane(s: Settings, probe: Probe, codec: Codec, seen: Observation, found: Models) -> RatePlane:
    """The record at these settings; lines of one ELBO fall by σ² in ½‖x − x̂‖², by 1 in nats."""
    scale, slope = _scale(s), s.sigma2 if s.gaussian else 1.0
    own = tuple(
        dataclasses.replace(p, loss=scale * p.loss) for p in found.points if p.name or p.d == s.d
    )
    limits = _limits(probe, codec.likelihood)
    base = _framed(
        views.rate_distortion(s, probe, codec, seen), limits[0], own, found, _end(s, codec)
    )
    curve = codec.curve(len(seen.kl))
    starts = (
        scale * curve.losses + slope * curve.rates
    )  # where the line through each point has R = 0
    here, training = base.loss + slope * base.rate, codec is probe.linear
    best = float(
        starts.min() if training else min(starts.min(), here)
    )  # our point is on the curve, too
    lines = tuple(np.linspace(0, base.top + slope * base.right, LINES + 2)[1:-1].tolist())
    elbo = [(start, _elbo(start / scale, probe, codec, s)) for start in (here, best)]
    return RatePlane(base, own, slope, lines, elbo[0], elbo[1], *limits, training)


def _framed(
    base: RateDistortion,
    decoding: float | None,
    own: tuple[DedicatedPoint, ...],
    found: Models,
    end: str,
) -> RateDistortion:
    """With axes that hold the dedicated models of every d, and the limit at R = 0."""
    return dataclasses.replace(
        base,
        right=max(base.right, *(1.05 * p.rate for p in found.points), 0.0),
        top=max(base.top, 1.08 * (decoding or 0.0), *(1.08 * p.loss for p in own)),
        source=f"{base.source}{end}; {_counted(own)}",
    )


def _end(s: Settings, codec: Codec) -> str:
    """Where the curve ends while z still carries something, short of the auto-decoding limit."""
    curve = codec.curve(s.d)
    if len(curve.taus) < 2 or curve.rates[-1] < DEATH:
        return ""
    return (
        f"; curve ends at {'τ' if s.gaussian else 'β'} = {curve.taus[-1]:g}, R ="
        f" {curve.rates[-1]:.1f} nats"
    )


def _scale(s: Settings) -> float:
    """From a curve's loss to the plane's: half the squared error, or the nats themselves."""
    return 0.5 if s.gaussian else 1.0


def _elbo(loss: float, probe: Probe, codec: Codec, s: Settings) -> float:
    """The ELBO of all points on the line that begins at this loss and R = 0, nats."""
    return -nats(loss, probe.elements, codec.likelihood, s.sigma2)


@lru_cache(maxsize=32)
def _limits(probe: Probe, likelihood: str) -> tuple[float | None, float | None]:
    """Losses, in the plane's unit, of a decoder without z (the training mean for all) and of one
    told x.

    With grey levels as classes neither is a matter of means: only x̂ = x, at 0 nats, is given.
    """
    if likelihood == "gaussian":
        return 0.5 * probe.spread, 0.0
    if likelihood == "categorical":
        return None, 0.0
    x = probe.x.astype(np.float64)
    mean = probe.data.train.mean(0, dtype=np.float64)
    return _cross_entropy(x, mean), _cross_entropy(x, x)


def _cross_entropy(x: np.ndarray, p: np.ndarray) -> float:
    """-x log p - (1 - x) log(1 - p), summed over pixels, mean over examples; 0 log 0 = 0."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(1).mean())


def _models(s: Settings, probe: Probe, codec: Codec) -> tuple[Models | None, bool, list[str]]:
    """The dedicated models as far as they are loaded, whether more is to come, and what went
    wrong.
    """
    own = dedicated.known(probe.data.name, s)
    stamps = tuple(
        (str(file), file.stat().st_mtime_ns) for file in dedicated.files(probe.data.name)
    )
    key = (
        probe,
        codec,
        s.d,
        s.gaussian,
        tuple((each.entry.path, each.key) for each in own),
        stamps,
    )
    try:
        found = POINTS.result(key, partial(_measure, s, probe, codec, own), QUICK)
    except UserError as error:
        return None, False, [f"{error}."]
    return found, found is None, [*found.notes] if found else ["Dedicated models are on their way."]


def _measure(s: Settings, probe: Probe, codec: Codec, own: tuple[dedicated.Kept, ...]) -> Models:
    """Where one of the models stands, the model shown is measured too, as far as it goes there."""
    points, notes = dedicated.points(probe, s, own)
    low, high = codec.tau_range
    places = {(p.tau, p.d) for p in points if p.name or p.d == s.d}
    covered = [
        (tau, d)
        for tau, d in places
        if low <= tau <= high and d <= codec.latent and not codec.remark
    ]
    return Models(
        points, {place: _level(codec, probe, *place, _scale(s)) for place in covered}, notes
    )


def _level(codec: Codec, probe: Probe, tau: float, d: int, scale: float) -> tuple[float, float]:
    """L of the model shown, one z an example, and its standard error."""
    seen = observe(codec, probe.x, tau, d, probe.noise)
    return scale * seen.loss + tau * seen.rate, scale * seen.loss_error


def _counted(points: tuple[DedicatedPoint, ...]) -> str:
    if not points:
        return "no dedicated models"
    grid, named = [p for p in points if not p.name], [p for p in points if p.name]
    shipped, seeds = sum(p.shipped for p in named), len({p.seed for p in grid})
    counts = {
        f"dedicated of {seeds} seed{'s' * (seeds > 1)}": len(grid),
        "shipped": shipped,
        "kept": len(named) - shipped,
    }
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _best(s: Settings, codec: Codec, record: RatePlane) -> list[Row]:
    """The highest ELBO on the curve, and where it is; one trained model has no curve."""
    if codec.remark:
        return []
    curve = codec.curve(min(s.d, codec.latent))
    k = int(np.argmin(_scale(s) * curve.losses + record.elbo_slope * curve.rates))
    words = f"At τ = {curve.taus[k]:.3g}: −ELBO bounds the data's entropy H from above, D + R ≥ H"
    label = "best, training set" if record.training else "best ELBO (nats)"
    return [(label, f"{record.best[1]:,.2f}".replace("-", "−"), words, "")]


TOOL = Tool(
    "rate-distortion",
    "Rate–distortion",
    "Drag β: the point slides along the curve. Drag σ²: the grey lines of one ELBO turn, too.",
    part,
    scenes=of_the_data,
)
