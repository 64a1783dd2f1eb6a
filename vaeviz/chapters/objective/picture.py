"""The tool On a picture: one training step of a trained network on a held-out example."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Rule, Scene, Tool
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import (
    d_rule,
    data_rule,
    likelihood_rule,
    sigma2_rule,
    tau_remarks,
)
from vaeviz.chapters.model.picture import picture
from vaeviz.chapters.model.readouts import nats
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.objective import predictions
from vaeviz.chapters.objective.view import ObjectiveView
from vaeviz.chapters.settings import Real, Whole, setting
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.figures.code import code
from vaeviz.figures.pulls import pulls
from vaeviz.records import Table
from vaeviz.records.one_example import Code
from vaeviz.records.walk import Walk

BASE = {"data": "mnist-5k", "likelihood": "gaussian", "beta": 1.0, "sigma2": 0.05, "d": 8,
        "example": 0, "draw": 0}  # fmt: skip
UNMOVED = {"push_mu": 0.0, "push_logvar": 0.0, "push_epsilon": 0.0}


@dataclass(frozen=True)
class PictureView(ObjectiveView, ModelView):
    """The model, the example, and one dimension to push."""

    example: int = setting(
        0, Whole(0, 10**6), "example", "example no.", "The held-out example x", form="number",
    )  # fmt: skip
    draw: int = setting(
        0, Whole(0, 9999), "draws", "draws no.", "Each number is another draw of the noise",
    )  # fmt: skip
    k: int = setting(
        1, Whole(1, 512), "dimension", "push dimension no.",
        "The latent dimension that the next three sliders push",
        form="int", spoken="dimension", high=16, colour="posterior",
    )  # fmt: skip
    push_mu: float = setting(
        0.0, Real(-3, 3), "push of μ", "add to μ", "As if the encoder had answered another μ",
        form="linear", step=0.01, spoken="added to the mean", colour="posterior",
    )  # fmt: skip
    push_logvar: float = setting(
        0.0, Real(-4, 4), "push of log σ²", "add to log σ²",
        "As if the encoder had answered another log σ²",
        form="linear", step=0.01, spoken="added to the log variance", colour="posterior",
    )  # fmt: skip
    push_epsilon: float = setting(
        0.0, Real(-4, 4), "push of ε", "add to ε", "Another draw in this dimension",
        form="linear", step=0.01, spoken="added to epsilon", colour="rate",
    )  # fmt: skip


def stepped(view: PictureView, context: Context) -> Walk:
    """The step at the view's settings."""
    from vaeviz.measures.walk import walk

    probe, codec = context.probe, context.model.codec
    tau, d = views.clipped(view.tau, codec), min(view.d, codec.latent)
    network = codec.network(tau, d, probe.data.about)
    noise = np.random.default_rng(view.draw).standard_normal(16)[:d]
    dimension = np.zeros(network.latent)
    dimension[min(view.k, network.latent) - 1] = 1.0
    return walk(
        network, codec.likelihood, probe.x[_example(view, context)],
        (view.push_mu * dimension, view.push_logvar * dimension),
        noise[: network.latent] + view.push_epsilon * dimension, view.beta, view.sigma2,
    )  # fmt: skip


def show(view: PictureView, context: Context) -> Frame:
    """x, its code, x̂, the gradients, and the six steps with their shapes."""
    made, theme, probe = stepped(view, context), context.theme, context.probe
    sigma = np.exp(0.5 * made.logvar)
    cloud = Code(made.mu, sigma, made.noise, made.z, made.kl, made.source)
    about = probe.data.about
    return Frame(
        {
            "x": picture(probe, made.x[None], f"x: {made.x.size} numbers", about.source, theme),
            "code": code(cloud, theme),
            "xhat": picture(probe, made.mean[None].astype(np.float32),
                            f"Decoder: x̂, {made.x.size} numbers", made.source, theme),
            "dmu": pulls(made, "mu", theme),
            "dlogvar": pulls(made, "logvar", theme),
            "steps": _table(made, min(view.k, len(made.z)) - 1),
        },
        _rows(made),
        tau_remarks(view, context.model.codec),
        columns="1fr 1fr 1.15fr",
        rows=(("x code xhat", "minmax(0, 1fr)"), ("dmu dlogvar steps", "minmax(0, 1.1fr)")),
        extra={"shape": "images" if about.is_image else "plane"},
    )  # fmt: skip


def _example(view: PictureView, context: Context) -> int:
    return min(view.example, len(context.probe.x) - 1)


def _table(made: Walk, k: int) -> Table:
    d, size = len(made.z), made.x.size
    encoder = " → ".join(f"{width:,}" for width in (size, *made.encoder))
    decoder = " → ".join(f"{width:,}" for width in (d, *made.decoder))
    rows = (
        ("1 encode", encoder, f"μ = {_number(made.mu[k])}, log σ² = {_number(made.logvar[k])}"),
        ("2 draw", f"ε: {d}", _number(made.noise[k])),
        ("3 place", f"z = μ + σε: {d}", _number(made.z[k])),
        ("4 decode, compare", decoder, f"−log p = {_number(made.nll)}"),
        ("5 weigh q", f"KL: {d} → 1", _number(float(made.kl.sum()))),
        ("6 add, go back", f"J: 1 → {d}, {d}",
         f"∂μ = {_number(made.d_mu[k])}, ∂log σ² = {_number(made.d_logvar[k])}"),
    )  # fmt: skip
    finding = f"Six steps; J = {made.objective:.2f} nats. Numbers of dimension {k + 1}."
    columns = ("step", "sizes", f"now (dimension {k + 1})")
    return Table(columns, rows, "The six steps, with their shapes", made.source, finding)


def _number(value: float) -> str:
    return f"{value:z,.3f}".replace("-", "−") if abs(value) < 1e4 else f"{value:,.0f}"


def _rows(made: Walk) -> list[Row]:
    rate = float(made.kl.sum())
    return [
        ("−log p(x|z) (nats)", nats(made.nll), "Of this example at this z", ""),
        ("KL (nats)", f"{rate:.3f}", "KL(q(z|x) ‖ p(z)) of this example, all dimensions", ""),
        ("J (nats)", nats(made.objective), "−log p(x|z) + β KL: what this step lowers", ""),
        ("‖∂J/∂μ‖", f"{np.linalg.norm(made.d_mu):.3g}", "The length of the gradient on μ", ""),
        ("‖∂J/∂log σ²‖", f"{np.linalg.norm(made.d_logvar):.3g}",
         "The length of the gradient on log σ²", ""),
    ]  # fmt: skip


def example_rule(view: PictureView, context: Context) -> Rule:
    """Held-out examples by their number."""
    return Rule("example", high=len(context.probe.x) - 1, about=("data",))


def dimension_rule(view: PictureView, context: Context) -> Rule:
    """Only dimensions that the model has can be pushed."""
    why = f"The model has {view.d} latent dimension{'s' if view.d > 1 else ''}"
    return Rule("k", why, high=view.d, about=("d", "data"))


def multi_rate(view: PictureView, context: Context) -> Rule | None:
    """The walk is that of the multi-rate model, whose networks are matrix products."""
    why = "" if view.multi_rate else "this tool shows the multi-rate model"
    return Rule("model", why, options=((MULTI_RATE, "multi-rate", ""),)) if why else None


def scenes(view: PictureView, context: Context) -> list[Scene]:
    """Moves to begin with."""
    place = ("data", "likelihood", "beta", "sigma2", "d", "example")
    return [
        Scene("As trained", "Likelihood and KL nearly balance on μ, up to the noise of one draw.",
              UNMOVED, (*place, "draw", "k")),
        Scene("Push μ", "z moves, x̂ changes, and the likelihood pulls μ back.",
              {**UNMOVED, "k": 1, "push_mu": 1.5}, place),
        Scene("Widen σ", "One draw lies far off and x̂ suffers; the KL is smaller: q says less.",
              {**UNMOVED, **BASE, "k": 1, "push_logvar": 4.0}),
    ]  # fmt: skip


TOOL = Tool(
    "picture",
    "On a picture",
    "The same step on a real picture: six steps, their sizes, and the gradients that come back.",
    PictureView,
    show,
    controls=("data", "likelihood", "beta", "sigma2", "d", "example", "draw", "k", "push_mu",
              "push_logvar", "push_epsilon"),
    rules=(data_rule, multi_rate, likelihood_rule, sigma2_rule, d_rule, example_rule,
           dimension_rule),
    scenes=scenes,
    predictions=predictions.PICTURE,
)  # fmt: skip
