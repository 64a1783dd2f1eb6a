"""The tool Rate–distortion: the curve, dedicated models, limits, and the current point."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.collapse import dedicated, predictions
from vaeviz.chapters.collapse.dedicated import Models
from vaeviz.chapters.collapse.scenes import scenes
from vaeviz.chapters.collapse.view import DEATH, CollapseView
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import RULES, standing
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.readouts import readouts
from vaeviz.chapters.model.settings import MODEL, ModelView
from vaeviz.chapters.model.views import observed
from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.figures.rate_plane import rate_plane
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import nats, observe, read
from vaeviz.records import Observation, RateDistortion
from vaeviz.records.rate_plane import DedicatedPoint, RatePlane
from vaeviz.serve import jobs
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

LINES = 7  # of one ELBO, behind the curve


@titled
def show(view: CollapseView, context: Context) -> Frame:
    """The curve is fixed; the point, its tangent and the ELBO lines move with the sliders."""
    probe, codec = context.probe, context.model.codec
    observation = observed(view, context)
    readings = read(observation, probe.elements, codec.likelihood, view.beta, view.sigma2, DEATH)
    models, notes = _models(view, probe, codec)
    record = plane(view, probe, codec, observation, models)
    return Frame(
        {
            "plane": rate_plane(record, context.theme),
            "models": dedicated.table(view, codec, models),
        },
        [*readouts(readings, DEATH), *_best(view, codec, record)],
        [*standing(view, codec), *notes],
        columns="minmax(0, 1.1fr) minmax(0, 1fr)",
        rows=(("plane models", "1fr"),),
    )


def plane(
    view: ModelView, probe: Probe, codec: Codec, observation: Observation, models: Models
) -> RatePlane:
    """The record at these settings; lines of one ELBO fall by σ² in ½‖x − x̂‖², by 1 in nats.

    A curve's loss becomes half the squared error, or stays in nats.
    """
    scale, slope = view.density.loss_factor, view.sigma2 if view.gaussian else 1.0
    points = tuple(
        replace(p, loss=scale * p.loss) for p in models.points if p.name or p.d == view.d
    )
    limits = _limits(probe, codec.likelihood)
    base = views.rate_distortion(view, probe, codec, observation)
    base = _framed(base, limits[0], points, models, _end(view, codec))
    curve = codec.curve(len(observation.kl))
    # the loss at R = 0 of each point's line of one ELBO
    starts = scale * curve.losses + slope * curve.rates
    ours, training = base.loss + slope * base.rate, codec is probe.linear
    # the current point is on the curve, too
    best = float(starts.min() if training else min(starts.min(), ours))
    lines = tuple(np.linspace(0, base.top + slope * base.right, LINES + 2)[1:-1].tolist())
    elbo = [(start, _elbo(start / scale, probe, codec, view)) for start in (ours, best)]
    return RatePlane(base, points, slope, lines, elbo[0], elbo[1], *limits, training)


def _framed(
    base: RateDistortion,
    decoding: float | None,
    points: tuple[DedicatedPoint, ...],
    models: Models,
    end: str,
) -> RateDistortion:
    """The record with axes for the dedicated models of every d, and the limit at R = 0."""
    return replace(
        base,
        right=max(base.right, *(1.05 * p.rate for p in models.points), 0.0),
        top=max(base.top, 1.08 * (decoding or 0.0), *(1.08 * p.loss for p in points)),
        source=f"{base.source}{end}; {_counted(points)}",
    )


def _end(view: ModelView, codec: Codec) -> str:
    """The end of a curve that stops short of the auto-decoding limit."""
    curve = codec.curve(view.d)
    if len(curve.taus) < 2 or curve.rates[-1] < DEATH:
        return ""
    symbol = "τ" if view.gaussian else "β"
    return f"; curve ends at {symbol} = {curve.taus[-1]:g}, R = {curve.rates[-1]:.1f} nats"


def _elbo(loss: float, probe: Probe, codec: Codec, view: ModelView) -> float:
    """The ELBO (nats) on the line that begins at this loss and R = 0."""
    return -nats(loss, probe.elements, codec.likelihood, view.sigma2)


@lru_cache(maxsize=32)
def _limits(probe: Probe, likelihood: str) -> tuple[float | None, float | None]:
    """Losses, in the plane's unit, of a decoder without z (the training mean) and of one with x.

    For grey levels as classes there are no means: only x̂ = x, at 0 nats.
    """
    p = LIKELIHOODS[likelihood]
    if p.variance.shared:
        return p.loss_factor * probe.spread, 0.0
    if p.distortion_of == "mass":
        return None, 0.0
    x = probe.x.astype(np.float64)
    mean = probe.data.train.mean(0, dtype=np.float64)
    return _cross_entropy(x, mean), _cross_entropy(x, x)


def _cross_entropy(x: np.ndarray, p: np.ndarray) -> float:
    """-x log p - (1 - x) log(1 - p), summed over pixels, mean over examples; 0 log 0 = 0."""
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-(x * np.log(p) + (1 - x) * np.log1p(-p)).sum(1).mean())


def _models(view: ModelView, probe: Probe, codec: Codec) -> tuple[Models, list[str]]:
    """The dedicated models, none while they load, and the notes on them."""
    known = dedicated.known(probe.data.name, view)
    stamps = tuple((file, file.stat().st_mtime_ns) for file in dedicated.files(probe, view))
    weights = tuple((one.entry.path, one.key) for one in known)
    key = ("dedicated", probe, codec, view.d, view.gaussian, weights, stamps)
    try:
        models = jobs.get(key, partial(_measure, view, probe, codec, known), jobs.STUDY)
    except UserError as error:
        return Models(), [f"{error}."]
    if models is None:
        return Models(), ["Dedicated models are loading."]
    return models, [*models.notes]


def _measure(view: ModelView, probe: Probe, codec: Codec, known: tuple[Kept, ...]) -> Models:
    """Measures the shown model at the dedicated models' places that it covers."""
    points, notes = dedicated.points(probe, view, known)
    low, high = codec.tau_range
    places = {(p.tau, p.d) for p in points if p.name or p.d == view.d}
    covered = [
        (tau, d)
        for tau, d in places
        if low <= tau <= high and d <= codec.latent and not codec.remark
    ]
    levels = {place: _level(codec, probe, *place, view.density.loss_factor) for place in covered}
    return Models(points, levels, notes)


def _level(codec: Codec, probe: Probe, tau: float, d: int, scale: float) -> tuple[float, float]:
    """L of the shown model, one z per example, and its standard error."""
    observation = observe(codec, probe.x, tau, d, probe.noise)
    return scale * observation.loss + tau * observation.rate, scale * observation.loss_error


def _counted(points: tuple[DedicatedPoint, ...]) -> str:
    if not points:
        return "no dedicated models"
    cells, named = [p for p in points if not p.name], [p for p in points if p.name]
    shipped, seeds = sum(p.shipped for p in named), len({p.seed for p in cells})
    counts = {
        f"dedicated of {seeds} seed{'s' * (seeds > 1)}": len(cells),
        "shipped": shipped,
        "kept": len(named) - shipped,
    }
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _best(view: ModelView, codec: Codec, record: RatePlane) -> list[Row]:
    """The highest ELBO on the curve, and its place; one trained model has no curve."""
    if codec.remark:
        return []
    curve = codec.curve(min(view.d, codec.latent))
    k = int(np.argmin(view.density.loss_factor * curve.losses + record.elbo_slope * curve.rates))
    words = f"At τ = {curve.taus[k]:.3g}: −ELBO bounds the data's entropy H from above, D + R ≥ H"
    label = "best, training set" if record.training else "best ELBO (nats)"
    return [(label, f"{record.best[1]:,.2f}".replace("-", "−"), words, "")]


TOOL = Tool(
    "rate-distortion",
    "Rate–distortion",
    "Drag β: the point slides along the curve. Drag σ²: the grey lines of one ELBO turn, too.",
    CollapseView,
    show,
    controls=MODEL,
    rules=RULES,
    predictions=predictions.RATE_DISTORTION,
    scenes=scenes,
)
