"""The tool Importance weights: bounds from k weighted draws, between the ELBO and log p(x)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from vaeviz.chapters.bound import predictions
from vaeviz.chapters.bound.view import MODEL_CONTROLS, RULES, BoundView, joint
from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.model import views
from vaeviz.chapters.model.readouts import nats
from vaeviz.chapters.settings import OneOf, Whole, setting
from vaeviz.figures.gap_ways import DEPTHS
from vaeviz.figures.number_line import least
from vaeviz.figures.weight_spread import weight_spread
from vaeviz.figures.weighted_bound import weighted_bound
from vaeviz.measures.bound.weights import linear_weights, network_weights
from vaeviz.records import Array
from vaeviz.records.weights import WeightedBound, Weights, WeightSpread
from vaeviz.serve import jobs
from vaeviz.theory import linear_vae
from vaeviz.theory.importance import KS, delta_line, effective, over_k
from vaeviz.theory.linear_posterior import rotated

RESTING = jobs.Resting()
DRAWS, FEWER = 10_000, 2_000  # for the example, and for each of several
EXAMPLES = 50
SHOWN = 1_000  # weights in the histogram
LINEAR = "linear"
MODELS = {"network": "the network, d = 2", LINEAR: "the linear VAE, any d"}


@dataclass(frozen=True)
class WeightedView(BoundView):
    """Which decoder, and the draws."""

    by: str = setting(
        "network", OneOf(tuple(MODELS)), "decoder", "decoder",
        "The network's log p(x) is summed on a grid; the linear VAE's has a closed form",
        titles=MODELS,
    )  # fmt: skip
    latents: int = setting(
        8, Whole(1, 16), "latent size of the linear VAE", "d",
        "Latent dimensions of the linear VAE", form="int", spoken="latent size",
        colour="posterior",
    )  # fmt: skip
    angle: int = setting(
        30, Whole(0, 45), "rotation", "rotation (°)",
        "Turns pairs of the linear decoder's columns: p(x) stays, the true posterior slants",
        form="int", spoken="rotation in degrees", colour="decoder",
    )  # fmt: skip
    draw: int = setting(
        0, Whole(0, 9999), "draws", "draws no.", "Each number is another set of draws",
    )  # fmt: skip

    @property
    def linear(self) -> bool:
        return self.by == LINEAR


def show(view: WeightedView, context: Context) -> Frame:
    """L_k of the example and of fifty, and the weights themselves."""
    theme, source = context.theme, _source(view, context)
    one, many = drawn(view, context), average(view, context)
    panels = {
        "over": weighted_bound(_of_one(view, context, one, source), theme),
        "average": weighted_bound(_of_many(one, many, source), theme),
        "weights": weight_spread(_spread(one, source), theme),
    }
    return Frame(
        panels, _readouts(one), controls=_controls(view),
        rows=(("over over", "1.15fr"), ("average weights", "1fr")),
    )  # fmt: skip


def drawn(view: WeightedView, context: Context) -> Weights:
    """The weights of the example that is shown."""
    made = jobs.get(
        ("weights", *_key(view, context), view.example),
        partial(_weights, view, context, context.probe.x[view.example][None], DRAWS),
        jobs.MEASURE,
        patience=60,
    )
    assert made is not None
    return made


def average(view: WeightedView, context: Context) -> Weights | None:
    """Those of the first held-out examples; None until the pointer rests and they are drawn."""
    key = ("weights", *_key(view, context), "average")
    if not RESTING.rests(key):
        jobs.mark(key)
        return None
    make = partial(_weights, view, context, context.probe.x[:EXAMPLES], FEWER)
    return jobs.get(key, make, jobs.STUDY)


def _key(view: WeightedView, context: Context) -> tuple[object, ...]:
    at = replace(joint(view, context), d=view.latents if view.linear else 2)
    codec = context.probe.linear if view.linear else at.codec
    tau = view.beta * view.sigma2 if view.linear else at.tau
    return codec, tau, at.d, at.sigma2, view.angle * view.linear, view.draw


def _weights(view: WeightedView, context: Context, x: Array, draws: int) -> Weights:
    if not view.linear:
        return network_weights(joint(view, context), x, draws, view.draw)
    spectrum = context.probe.linear.spectrum
    d = min(view.latents, len(spectrum.eigenvalues))
    vae = linear_vae.solve(spectrum, view.beta, view.sigma2, d)
    turned = rotated(vae, view.sigma2, view.angle)
    return linear_weights(turned, vae.tau, x.astype(np.float64), draws, view.draw)


def _of_one(view: WeightedView, context: Context, one: Weights, source: str) -> WeightedBound:
    mean, error = over_k(one.log_w)
    depth = least(DEPTHS, 1.15 * max(one.evidence - one.elbo, 4 * float(error.max()), 0.02))
    detail = f"{source}, {DRAWS:,} draws"
    return WeightedBound(
        f"Example {view.example}", np.array(KS, float), mean, error,
        delta_line(one.evidence, one.relative_variance), one.evidence, depth, detail,
    )  # fmt: skip


def _of_many(one: Weights, many: Weights | None, source: str) -> WeightedBound:
    if many is None:
        none, depth = np.zeros(0), least(DEPTHS, 1.15 * max(one.evidence - one.elbo, 0.02))
        waits = f"drawing {EXAMPLES * FEWER:,} codes …"
        return WeightedBound("Mean", none, none, none, none, 0.0, depth, source, waits)
    mean, error = over_k(many.log_w)
    depth = least(DEPTHS, 1.15 * max(many.evidence - many.elbo, 4 * float(error.max()), 0.02))
    return WeightedBound(
        f"Mean of {len(many.log_w)}", np.array(KS, float), mean, error,
        delta_line(many.evidence, many.relative_variance), many.evidence, depth,
        f"{source}, {FEWER:,} draws each",
    )  # fmt: skip


def _spread(one: Weights, source: str) -> WeightSpread:
    ratio = one.log_w[0, :SHOWN] - one.evidence
    reach = least(DEPTHS, max(-float(np.quantile(ratio, 0.02)), float(ratio.max()), 0.1))
    return WeightSpread.of(ratio, effective(one.log_w[0, :SHOWN]), reach, source)


def _source(view: WeightedView, context: Context) -> str:
    if view.linear:
        return f"closed form: the linear VAE, d = {view.latents}, turned by {view.angle}°"
    return views.source(context.model.codec, "log p(x) summed on a grid")


def _controls(view: WeightedView) -> tuple[str, ...]:
    if not view.linear:
        return ("by", *MODEL_CONTROLS, "draw")
    own = tuple(name for name in MODEL_CONTROLS if name != "likelihood")
    return ("by", *own, "latents", "angle", "draw")


def _readouts(one: Weights) -> list[Row]:
    mean, error = over_k(one.log_w)
    spread = one.relative_variance
    return [
        ("log p(x)", nats(one.evidence), "On a grid, or in closed form; nats", ""),
        ("ELBO", nats(one.elbo), "L₁, without draws; nats", ""),
        ("L₁₀₀₀", f"{nats(float(mean[-1]))} ± {error[-1]:.2f}", "The bound from 1,000 draws", ""),
        ("worth", f"{effective(one.log_w[0, :SHOWN]):.0f} of {SHOWN:,}",
         "Effective draws, (Σw)² / Σw²: so many equal ones say as much", ""),
        ("Var w / E[w]²", f"{spread:.3g}" if np.isfinite(spread) else "not finite",
         "How unequal the weights are; the delta method needs a finite one", ""),
    ]  # fmt: skip


def scenes(view: WeightedView, context: Context) -> list[Scene]:
    """Weights that help, weights that hardly do, and a case with a closed form."""
    at = {"data": "digits", "likelihood": "gaussian", "beta": 1.0, "sigma2": 0.05, "draw": 0}
    network, linear = {**at, "by": "network"}, {**at, "by": "linear", "latents": 8}
    return [
        Scene("Slow", "q misses most of p(z|x): 1,000 draws close two thirds of the gap.",
              {**network, "example": 3}),
        Scene("Fast", "A wide q reaches all of p(z|x): ten draws close most of a larger gap.",
              {**network, "beta": 4.0, "example": 6}),
        Scene("A few draws rule", "Two of these 1,000 draws carry half of the sum.",
              {**network, "example": 7}),
        Scene("Exact", "Linear, no rotation, β = 1: all weights are p(x), and the bound is exact.",
              {**linear, "angle": 0, "example": 3}),
        Scene("Turned by 20°", "A gap of 0.23 nats; the delta method describes large k.",
              {**linear, "angle": 20, "example": 3}),
        Scene("Turned by 45°", "Var w is infinite: no delta line, and the bound rises slowly.",
              {**linear, "angle": 45, "example": 3}),
    ]  # fmt: skip


TOOL = Tool(
    "weights",
    "Importance weights",
    "More draws per bound: it rises from the ELBO towards log p(x), and never passes it.",
    WeightedView,
    show,
    controls=("by", *MODEL_CONTROLS, "latents", "angle", "draw"),
    rules=RULES,
    scenes=scenes,
    predictions=predictions.WEIGHTS,
)
