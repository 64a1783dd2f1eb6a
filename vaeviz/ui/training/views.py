"""From a live run's frame to the records that the Training page's panels draw. Pure: knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from vaeviz.data.noise import fixed_noise
from vaeviz.figures import limits
from vaeviz.records import (
    Array,
    Chosen,
    GradientNorms,
    History,
    KLHeat,
    LatentMap,
    Learner,
    Limits,
    LiveFrame,
    LossCurves,
    Move,
    RateCurve,
)
from vaeviz.ui.training.settings import Plan
from vaeviz.ui.views import SPAN, Probe

THRESHOLD = 0.1  # nats of mean KL below which a dimension counts as collapsed
SPANS = (SPAN, 6.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6)
_REACH = 1e6  # a code further out is drawn here


@dataclass(frozen=True)
class Axes:
    """The limits of all panels, the same for twins: D and -ELBO, R, colours, log10 norms, codes,
    steps.
    """

    right: float
    loss: Limits
    rate: float
    heat: float
    gradients: Limits
    span: float


def axes(plan: Plan, frame: LiveFrame, probe: Probe, before: Axes | None = None) -> Axes:
    """The limits that show all learners; the latent map's widen over those `before` and never
    shrink.
    """
    past = [sound(learner.history) for learner in frame.learners]
    kl = limits.finite(np.concatenate([h.kl.ravel() for h in past]))
    norms = [norm for h in past for norm in (h.distortion_gradient, h.rate_gradient)]
    bounds = [
        -h.elbo for h, learner in zip(past, frame.learners, strict=True) if learner.variational
    ]
    return Axes(
        right=limits.last_step(frame.step, frame.steps),
        loss=limits.settled([*(h.distortion for h in past), *bounds]),
        rate=max(limits.settled([h.rate for h in past], floor=0.0)[1], 1.0),
        heat=max(limits.rounded(0.0, float(np.quantile(kl, 0.995)))[1], 1.0) if len(kl) else 1.0,
        gradients=limits.decades(norms),
        span=max(
            before.span if before else SPAN, *(_span(codes(plan, x, probe)) for x in frame.learners)
        ),
    )


def _span(points: Array) -> float:
    """The first of SPANS that holds nearly all of the points (N, 2)."""
    reach = float(np.quantile(np.abs(points), 0.99)) if len(points) else 0.0
    return next((span for span in SPANS if reach <= span), SPANS[-1])


def looking(run: Plan, plan: Plan) -> Plan:
    """The run's own settings, looked at as `plan` asks, as far as the run has such dimensions."""
    most = max(run.latent, 2)
    i, j = min(plan.i, most), min(plan.j, most)
    j = j if i != j else 1 if i > 1 else 2
    return dataclasses.replace(run, show=plan.show, i=i, j=j, a=plan.a, b=plan.b, speed=plan.speed)


def sound(past: History) -> History:
    """The rows of a history whose numbers are all finite (gradients apart: they are not always
    measured).
    """
    names = [f.name for f in dataclasses.fields(History)]
    measured = [
        np.atleast_2d(getattr(past, n).T).T for n in names if not n.endswith("gradient")
    ]  # (T, ·)
    kept = np.isfinite(np.concatenate(measured, axis=1)).all(axis=1)
    return History(**{name: getattr(past, name)[kept] for name in names})


def codes(plan: Plan, seen: Learner, probe: Probe) -> Array:
    """The map's points (N, 2), dimensions i and j: μ, or z = μ + σε with the probes' fixed noise
    ε.
    """
    columns = []
    for k in (plan.i - 1, plan.j - 1):
        mu, deviation = _posterior(seen, k)
        columns.append(mu + deviation * noise(probe, k, len(mu)) if plan.show == "z" else mu)
    return _drawable(np.stack(columns, axis=1))


def _drawable(values: Array) -> Array:
    return np.clip(np.nan_to_num(values), -_REACH, _REACH)


def _posterior(seen: Learner, k: int) -> tuple[Array, Array]:
    """μ and σ (N,) in dimension k: no spread in a plain autoencoder, the prior's beyond the latent
    size.
    """
    count = len(seen.mu)
    if k >= seen.mu.shape[1]:
        return np.zeros(count, np.float32), np.ones(count, np.float32)
    deviation = np.exp(0.5 * seen.logvar[:, k]) if seen.variational else np.zeros(count, np.float32)
    return seen.mu[:, k], deviation


def noise(probe: Probe, k: int, count: int) -> Array:
    """ε (count,) of dimension k: the very draws with which the run judges its models."""
    held = k < probe.noise.shape[1]
    return probe.noise[:count, k] if held else fixed_noise(count, k + 1)[:, k]


def latent_map(plan: Plan, seen: Learner, probe: Probe, span: float) -> LatentMap:
    """Codes by class, with the posteriors of the two chosen examples to scale."""
    dims = (plan.i - 1, plan.j - 1)
    points = codes(plan, seen, probe)
    means, deviations = (
        np.stack(c, axis=1) for c in zip(*(_posterior(seen, k) for k in dims), strict=True)
    )
    chosen = tuple(
        Chosen(name, k, _drawable(means[k]), _drawable(deviations[k]))
        for name, k in (("A", plan.a), ("B", plan.b))
        if k < len(points)
    )
    detail = f"{len(points)} held-out examples" + (", one fixed ε each" if plan.show == "z" else "")
    return LatentMap(
        points,
        probe.labels[: len(points)],
        probe.data.about.class_names,
        dims,
        chosen,
        span,
        source(seen, detail),
        symbol="z" if plan.show == "z" else "μ",
    )


def loss(plan: Plan, seen: Learner, moves: tuple[Move, ...], at: Axes) -> LossCurves:
    h = sound(seen.history)
    return LossCurves(
        h.step, h.distortion, h.elbo, seen.variational, moves, at.right, at.loss, _batches(plan, h)
    )


def rate(plan: Plan, seen: Learner, moves: tuple[Move, ...], at: Axes) -> RateCurve:
    h = sound(seen.history)
    return RateCurve(
        h.step,
        h.rate,
        h.active,
        h.kl.shape[1],
        seen.variational,
        moves,
        at.right,
        at.rate,
        _batches(plan, h),
    )


def heat(plan: Plan, seen: Learner, moves: tuple[Move, ...], at: Axes) -> KLHeat:
    h = sound(seen.history)
    return KLHeat(
        h.step, h.kl, seen.variational, THRESHOLD, moves, at.right, at.heat, _batches(plan, h)
    )


def gradients(plan: Plan, seen: Learner, moves: tuple[Move, ...], at: Axes) -> GradientNorms:
    h = sound(seen.history)
    detail = "encoder's weights; fixed held-out examples and noise"
    return GradientNorms(
        h.step,
        h.distortion_gradient,
        h.rate_gradient,
        moves,
        at.right,
        at.gradients,
        source(seen, detail),
    )


def source(seen: Learner, detail: str) -> str:
    return f"live model, step {seen.step:,} · {detail}"


def _batches(plan: Plan, past: History) -> str:
    return f"live model · batch of {plan.batch}, {every(past.step)}"


def every(step: Array) -> str:
    """ "every step", "every 2nd step", "every 4th step" …, by the usual distance between recorded
    steps.
    """
    stride = int(np.median(np.diff(step))) if len(step) > 1 else 1
    if stride <= 1:
        return "every step"
    ending = (
        {1: "st", 2: "nd", 3: "rd"}.get(stride % 10, "th")
        if stride % 100 not in (11, 12, 13)
        else "th"
    )
    return f"every {stride:,}{ending} step"
