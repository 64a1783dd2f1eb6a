"""The tool "One example": x, its posterior, a draw z, x̂, and the cost that adds up."""

from __future__ import annotations

import time

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.explorer import predictions
from vaeviz.chapters.explorer.explore import RULES, ExplorerView, example_a
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import tau_remarks
from vaeviz.chapters.model.examples import paired
from vaeviz.chapters.model.picture import picture
from vaeviz.chapters.model.readouts import BOUND, nats
from vaeviz.densities import LIKELIHOODS
from vaeviz.figures.code import code
from vaeviz.figures.cost import cost
from vaeviz.live.message import Panel
from vaeviz.records import Array, Table
from vaeviz.records.one_example import Code, Cost

MOMENT = 1.0  # seconds of rest after which the settings shown are those of "a moment ago"
COLUMNS = ("dimension", "μ", "σ", "ε", "z = μ + σε", "KL (nats)")


def show(view: ExplorerView, context: Context) -> Frame:
    """Example A's way through the model, at these settings."""
    probe, codec = context.probe, context.model.codec
    view = paired(view, probe)
    one, x, decoded = _code(view, context)
    theme = context.theme
    tau = views.clipped(view.tau, codec)
    p = LIKELIHOODS[codec.likelihood]
    loss = float(codec.loss(x, one.z[None].astype(np.float32), tau, len(one.z))[0])
    distortion = p.nats(loss, probe.elements, view.sigma2)
    total = distortion + float(one.kl.sum())
    spent = Cost(distortion, float(one.kl.sum()), _before(view, total, context), one.source)
    image = probe.data.about.is_image
    panels: dict[str, Panel] = {
        "x": picture(probe, x, f"x: example {view.a}", probe.data.about.source, theme),
        "code": code(one, theme),
        "xhat": picture(probe, decoded, "Decoder: x̂, the mean at z", codec.source, theme),
        "numbers": _numbers(one),
        "cost": cost(spent, theme),
    }
    return Frame(
        panels,
        _readouts(spent, view),
        tau_remarks(view, codec),
        columns="minmax(0, 1fr) minmax(0, 0.75fr) minmax(0, 1.15fr) minmax(0, 1fr)",
        rows=(
            ("x code code xhat", "minmax(0, 1.1fr)"),
            ("numbers numbers cost cost", "minmax(0, 1fr)"),
        ),
        extra={"shape": "images" if image else "plane"},
    )


def _code(view: ExplorerView, context: Context) -> tuple[Code, Array, Array]:
    """Of example A: its code, itself (1, D), and the decoder's mean at its z (1, D).

    The noise of draw 0 is that of the read-outs of all examples; other draws have their own.
    """
    probe, codec = context.probe, context.model.codec
    observation = views.observed(view, context)
    d, tau = len(observation.kl), observation.tau
    mu, sigma = observation.mu[view.a], np.exp(0.5 * observation.logvar[view.a])
    drawn = probe.noise[view.a] if view.seed == 0 else _noise(view.seed, probe.noise.shape[1])
    noise = drawn[:d]
    z = mu + sigma * noise
    kl = 0.5 * (mu.astype(np.float64) ** 2 + sigma**2 - 1) - np.log(sigma)
    source = f"{codec.source} · example {view.a}, draw {view.seed}"
    decoded = codec.decode(z[None].astype(np.float32), tau, d)
    return Code(mu, sigma, noise, z, kl, source), probe.x[view.a : view.a + 1].copy(), decoded


def _noise(seed: int, d: int) -> Array:
    return np.random.default_rng(seed).standard_normal(d)


def _before(view: ExplorerView, total: float, context: Context) -> float | None:
    """D + R of the settings that stood still for a moment before these, of the same example."""
    now, memory = time.monotonic(), context.memory
    of = view.data, view.likelihood, view.model, view.a, view.seed
    settings = (*of, view.beta, view.sigma2, view.d)
    last = memory.get("cost")  # (what of, settings, total, since when, total before)
    if last is None or last[0] != of:
        memory["cost"] = (of, settings, total, now, None)
        return None
    if last[1] != settings:
        rested = now - last[3] > MOMENT or last[4] is None
        memory["cost"] = (of, settings, total, now, last[2] if rested else last[4])
    return memory["cost"][4]


def _numbers(one: Code) -> Table:
    columns = (one.mu, one.sigma, one.noise, one.z, one.kl)
    rows = tuple(
        (f"z{k + 1}", *(f"{column[k]:z.2f}".replace("-", "−") for column in columns))
        for k in range(len(one.mu))
    )
    title = "The same in numbers"
    return Table(COLUMNS, rows, title, one.source, f"{title}, {len(rows)} dimensions.")


def _readouts(spent: Cost, view: ExplorerView) -> list[Row]:
    cost_of = "What training minimises, for this example and this draw"
    return [
        ("R (nats)", f"{spent.rate:.2f}", "KL(q(z|x) ‖ p(z)) of this example", ""),
        ("D (nats)", nats(spent.distortion), "−log p(x|z) of this example at this z", ""),
        ("ELBO (nats)", nats(-spent.total), BOUND, ""),
        ("J = D + βR (nats)", nats(spent.distortion + view.beta * spent.rate), cost_of, ""),
    ]


TOOL = Tool(
    "steps",
    "One example",
    "Follow one picture: encoder, a draw, decoder, and the two costs that add up.",
    ExplorerView,
    show,
    controls=("data", "model", "likelihood", "beta", "sigma2", "d", "a", "seed"),
    rules=(*RULES, example_a),
    predictions=predictions.STEPS,
)
