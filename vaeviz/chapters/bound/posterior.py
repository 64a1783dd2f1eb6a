"""The tool True posterior: p(z|x) on a grid, q over it, and the gap read two ways."""

from __future__ import annotations

from threading import Lock

import numpy as np
from cachetools import LRUCache, cached

from vaeviz.chapters.bound import predictions
from vaeviz.chapters.bound.view import (
    MODEL_CONTROLS,
    RULES,
    BoundView,
    chosen,
    joint,
)
from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.model import views
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.readouts import nats
from vaeviz.chapters.model.views import observed
from vaeviz.figures.gap_ways import gap_ways
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.true_posterior import true_posterior
from vaeviz.live.message import Panel
from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.true_posterior import example_bound
from vaeviz.records import Array, Chosen, ImageStrip, LatentMap
from vaeviz.records.true_posterior import ExampleBound, PosteriorView

REACHES = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 8.0)  # half the width of the axes
VISIBLE = 1e-3  # of the highest density
CIRCLE = np.exp(1j * np.linspace(0, 2 * np.pi, 65)).view(np.float64).reshape(-1, 2)  # (65, 2)
ROWS = (
    ("truth map", "1.6fr"),
    ("truth parts", "1fr"),
    ("pictures parts", "calc(150px * var(--vv-scale, 1))"),
)


@titled
def show(view: BoundView, context: Context) -> Frame:
    """p(z|x) near q, where it lies among all codes, the two ways to the gap, and pictures."""
    theme, made = context.theme, measured(view, context)
    source = views.source(context.model.codec, _accuracy(made))
    panels: dict[str, Panel] = {
        "truth": true_posterior(seen(made, rings(made), "The encoder's q", made.kl, source), theme),
        "map": latent_map(_map(view, context, made), theme),
        "parts": gap_ways(made, theme, source),
    }
    rows = ROWS[:2]
    if context.probe.data.about.is_image:
        panels["pictures"], rows = _pictures(view, context, made), ROWS
    return Frame(panels, readouts(made), columns="1.2fr 1fr", rows=rows)


def measured(view: BoundView, context: Context) -> ExampleBound:
    """The bound of the example that is shown, remembered."""
    return _measured(joint(view, context), context.probe.data.name, view.example, context.probe.x)


@cached(LRUCache(128), key=lambda at, data, index, x: (at, data, index), lock=Lock())
def _measured(at: Joint, data: str, index: int, x: Array) -> ExampleBound:
    return example_bound(at, x[index])


def rings(made: ExampleBound) -> tuple[Array, ...]:
    """q's ellipses at one and two deviations."""
    return tuple(made.mean + k * made.deviation * CIRCLE for k in (1, 2))


def seen(
    made: ExampleBound, curves: tuple[Array, ...], q: str, gap: float, source: str
) -> PosteriorView:
    """The record of the figure, with axes around what is visible of p(z|x) and q."""
    grid = made.grid
    there = grid.density > VISIBLE * grid.density.max()
    corners = [*curves[-1], *np.stack(np.meshgrid(grid.u, grid.v), -1)[there]]
    low, high = np.min(corners, axis=0), np.max(corners, axis=0)
    wanted = float((high - low).max()) / 2 / 0.75  # the centre moves by a quarter of it at most
    reach = next((step for step in REACHES if step >= wanted), REACHES[-1])
    centre = np.round((low + high) / reach) * reach / 2
    return PosteriorView(grid, curves, q, gap, centre, reach, source)


def readouts(made: ExampleBound) -> list[Row]:
    return [
        ("log p(x)", nats(made.evidence), "Summed over the grid, nats", ""),
        ("ELBO", nats(made.elbo), "E log p(x|z) − KL(q ‖ p(z)), by quadrature, nats", ""),
        ("gap", nats(made.gap), "log p(x) − ELBO, nats", ""),
        ("KL", nats(made.kl), "KL(q ‖ p(z|x)) on a grid of its own, nats", ""),
        ("D", nats(-made.likelihood), "−E log p(x|z) of this example, nats", ""),
        ("R", nats(made.rate), "KL(q ‖ p(z)) of this example, nats", ""),
    ]


def _accuracy(made: ExampleBound) -> str:
    lines = len(made.grid.u)
    off = f"{made.grid.halved:.0e}" if made.grid.halved < 0.001 else f"{made.grid.halved:.3f}"
    return f"grid {lines} × {lines}; half as fine: {off} nats off"


def _map(view: BoundView, context: Context, made: ExampleBound) -> LatentMap:
    """Where the example's q is among the codes of all held-out examples."""
    observation, probe = observed(view, context), context.probe
    here = Chosen("x", view.example, made.mean, made.deviation)
    source = views.source(context.model.codec, f"{len(observation.mu):,} held-out examples")
    return LatentMap(
        observation.mu, probe.labels, probe.data.about.class_names, (0, 1), (here,), views.SPAN,
        source,
    )  # fmt: skip


def _pictures(view: BoundView, context: Context, made: ExampleBound) -> ImageStrip:
    """x, and what the decoder makes of q's mean and of the likeliest z."""
    codec, grid, x = context.model.codec, made.grid, chosen(view, context)
    row, column = np.unravel_index(int(grid.density.argmax()), grid.density.shape)
    z = np.array([made.mean, (grid.u[column], grid.v[row])], np.float32)
    tau = joint(view, context).tau
    decoded = codec.decode(z, tau, view.d)
    errors = ((decoded - x) ** 2).sum(1)
    return ImageStrip(
        "x; decoded from q's mean; from the top of p(z|x)",
        views.grey(context.probe, np.concatenate([x[None], decoded])[None]),
        ("",),
        f"Squared error {errors[0]:.2f} at q's mean, {errors[1]:.2f} at the likeliest z.",
        views.source(codec, f"example {view.example}"),
    )


def scenes(view: BoundView, context: Context) -> list[Scene]:
    """Where q fits, and the ways in which it does not."""
    digits = {"data": "digits", "likelihood": "gaussian", "beta": 1.0, "sigma2": 0.05}
    return [
        Scene("Bent", "The true posterior is bent and beside q: 3.3 nats are lost.",
              {**digits, "example": 3}),
        Scene("A good fit", "A round posterior, and q on it: the gap is about 0.1 nats.",
              {**digits, "example": 6}),
        Scene("Wrong place", "The encoder aims at another place: the gap is above 20 nats.",
              {**digits, "example": 7}),
        Scene("β = 4", "A larger β trains a wider q: it spills over the true posterior.",
              {**digits, "beta": 4.0, "example": 6}),
        Scene("Vague decoder", "σ² = 0.5: x tells less, p(z|x) is wide and round, the gap small.",
              {**digits, "sigma2": 0.5, "example": 3}),
    ]  # fmt: skip


TOOL = Tool(
    "posterior",
    "True posterior",
    "Choose an example: grey is what z can have been, blue is what the encoder says.",
    BoundView,
    show,
    controls=MODEL_CONTROLS,
    rules=RULES,
    scenes=scenes,
    predictions=predictions.POSTERIOR,
)
