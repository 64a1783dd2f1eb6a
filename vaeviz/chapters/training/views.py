"""From a live run's frame to the records that the Training page's panels draw."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from vaeviz.chapters.model.views import COLLAPSED as THRESHOLD
from vaeviz.chapters.model.views import SPAN
from vaeviz.chapters.training.plan import Plan, two_dimensions
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
from vaeviz.serve.probes import Probe

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


def shown(run: Plan, view: Plan) -> Plan:
    """The run's own settings, drawn as the view says, as far as the run has such dimensions."""
    i, j = two_dimensions(view, run.latent)
    return replace(
        run, show=view.show, i=i, j=j, a=view.a, b=view.b, click=view.click, speed=view.speed
    )


def sound(past: History) -> History:
    """The rows of a history whose numbers are all finite (gradients apart: they are not always
    measured).
    """
    names = [f.name for f in fields(History)]
    measured = [
        np.atleast_2d(getattr(past, n).T).T for n in names if not n.endswith("gradient")
    ]  # (T, ·)
    kept = np.isfinite(np.concatenate(measured, axis=1)).all(axis=1)
    return History(**{name: getattr(past, name)[kept] for name in names})


def codes(plan: Plan, learner: Learner, probe: Probe) -> Array:
    """The map's points (N, 2), dimensions i and j: μ, or z = μ + σε with the probes' fixed noise
    ε.
    """
    columns = []
    for k in (plan.i - 1, plan.j - 1):
        mu, deviation = _posterior(learner, k)
        columns.append(mu + deviation * noise(probe, k, len(mu)) if plan.show == "z" else mu)
    return _drawable(np.stack(columns, axis=1))


def _drawable(values: Array) -> Array:
    return np.clip(np.nan_to_num(values), -_REACH, _REACH)


def _posterior(learner: Learner, k: int) -> tuple[Array, Array]:
    """μ and σ (N,) in dimension k: no spread in a plain autoencoder, the prior's beyond the latent
    size.
    """
    count = len(learner.mu)
    if k >= learner.mu.shape[1]:
        return np.zeros(count, np.float32), np.ones(count, np.float32)
    deviation = (
        np.exp(0.5 * learner.logvar[:, k]) if learner.variational else np.zeros(count, np.float32)
    )
    return learner.mu[:, k], deviation


def noise(probe: Probe, k: int, count: int) -> Array:
    """ε (count,) of dimension k: the very draws with which the run judges its models."""
    held = k < probe.noise.shape[1]
    return probe.noise[:count, k] if held else fixed_noise(count, k + 1)[:, k]


def latent_map(plan: Plan, learner: Learner, probe: Probe, span: float) -> LatentMap:
    """Codes by class, with the posteriors of the two chosen examples to scale."""
    dims = (plan.i - 1, plan.j - 1)
    points = codes(plan, learner, probe)
    means, deviations = (
        np.stack(c, axis=1) for c in zip(*(_posterior(learner, k) for k in dims), strict=True)
    )
    chosen = tuple(
        Chosen(name, k, _drawable(means[k]), _drawable(deviations[k]))
        for name, k in (("A", plan.a), ("B", plan.b))
        if k < len(points)
    )
    detail = f"{len(points)} held-out examples" + (", one fixed ε each" if plan.show == "z" else "")
    detail += " · points glide between frames"
    return LatentMap(
        points,
        probe.labels[: len(points)],
        probe.data.about.class_names,
        dims,
        chosen,
        span,
        source(learner, detail),
        symbol="z" if plan.show == "z" else "μ",
    )


def loss(plan: Plan, learner: Learner, moves: tuple[Move, ...], at: Axes) -> LossCurves:
    h = sound(learner.history)
    return LossCurves(
        h.step,
        h.distortion,
        h.elbo,
        learner.variational,
        moves,
        at.right,
        at.loss,
        _batches(plan, learner, h),
    )


def rate(plan: Plan, learner: Learner, moves: tuple[Move, ...], at: Axes) -> RateCurve:
    h = sound(learner.history)
    return RateCurve(
        h.step,
        h.rate,
        h.active,
        h.kl.shape[1],
        learner.variational,
        moves,
        at.right,
        at.rate,
        _batches(plan, learner, h),
    )


def heat(plan: Plan, learner: Learner, moves: tuple[Move, ...], at: Axes) -> KLHeat:
    h = sound(learner.history)
    return KLHeat(
        h.step,
        h.kl,
        learner.variational,
        THRESHOLD,
        moves,
        at.right,
        at.heat,
        _batches(plan, learner, h),
    )


def gradients(plan: Plan, learner: Learner, moves: tuple[Move, ...], at: Axes) -> GradientNorms:
    h = sound(learner.history)
    detail = "encoder's weights; fixed held-out examples and noise"
    return GradientNorms(
        h.step,
        h.distortion_gradient,
        h.rate_gradient,
        moves,
        at.right,
        at.gradients,
        source(learner, detail),
    )


def source(learner: Learner, detail: str) -> str:
    return f"{learner.origin}, step {learner.step:,} · {detail}"


def _batches(plan: Plan, learner: Learner, past: History) -> str:
    return f"{learner.origin} · batch of {plan.batch}, {every(past.step)}"


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
