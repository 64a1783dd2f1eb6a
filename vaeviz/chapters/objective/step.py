"""The tool One step: one training step on one number, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.objective import predictions
from vaeviz.chapters.objective.view import ObjectiveView
from vaeviz.chapters.settings import Log, Real, setting
from vaeviz.figures.graph import graph, written
from vaeviz.figures.step_densities import LINE, step_densities
from vaeviz.figures.twin import Twin
from vaeviz.records import Table
from vaeviz.records.by_hand import Graph, Node
from vaeviz.theory.one_step import Step, step

SOURCE = "closed form, one draw ε"
WORKED = {"mu": 0.5, "logvar": 0.0, "x": 1.2, "epsilon": -0.3, "noise": 1.0}
EDGES = (("mu", "z"), ("logvar", "sigma"), ("sigma", "z"), ("z", "nll"), ("mu", "kl"),
         ("sigma", "kl"), ("nll", "loss"), ("kl", "loss"))  # fmt: skip
DASHED = (("x", "mu"), ("x", "logvar"), ("epsilon", "z"))


@dataclass(frozen=True)
class StepView(ObjectiveView):
    """Every number that the step begins with."""

    mu: float = setting(
        0.5, Real(-3, 3), "μ", "μ", "The mean of q(z|x), one of the encoder's two outputs",
        form="linear", step=0.01, spoken="posterior mean", colour="posterior",
    )  # fmt: skip
    logvar: float = setting(
        0.0, Real(-4, 2), "log σ²", "log σ²",
        "The logarithm of the variance of q(z|x), the encoder's other output",
        form="linear", step=0.01, spoken="log variance of the posterior", colour="posterior",
    )  # fmt: skip
    epsilon: float = setting(
        -0.3, Real(-3, 3), "ε", "ε", "The one random number: a draw from N(0, 1)",
        form="linear", step=0.01, spoken="epsilon", colour="rate",
    )  # fmt: skip
    x: float = setting(
        1.2, Real(-4, 4), "x", "x", "The example that is to be reconstructed",
        form="linear", step=0.01, spoken="x", colour="decoder",
    )  # fmt: skip
    noise: float = setting(
        1.0, Log(0.05, 5.0), "variance of p(x|z)", "s²",
        "The variance of the decoder's Gaussian p(x|z) = N(z, s²)",
        spoken="variance of the likelihood", colour="decoder",
    )  # fmt: skip


def show(view: StepView, context: Context) -> Frame:
    """The graph with its numbers, the densities, and the six steps in their order."""
    made, theme = step(view.mu, view.logvar, view.x, view.epsilon, view.noise), context.theme
    whole = _graph(made)
    return Frame(
        {
            "graph": Twin.of(graph(whole, theme), "one_step", nodes=list(whole.nodes)),
            "steps": _table(made),
            "densities": Twin.of(
                step_densities(made, SOURCE, theme), "step_densities", line=LINE.tolist()
            ),
        },
        _rows(made),
        columns="1.15fr 1fr",
        rows=(("graph graph", "1fr"), ("densities steps", "1fr")),
    )


def _graph(s: Step) -> Graph:
    d_sigma = s.d_z * s.epsilon + s.sigma - 1 / s.sigma
    nodes = {
        "x": Node("x", 0.75, 2.2, "decoder", s.x),
        "mu": Node("μ", 2.2, 3.2, "posterior", s.mu, s.d_mu),
        "logvar": Node("log σ²", 2.2, 1.2, "posterior", s.logvar, s.d_logvar),
        "sigma": Node("σ", 4.0, 1.2, "posterior", s.sigma, d_sigma),
        "epsilon": Node("ε", 4.0, 0.2, "rate", s.epsilon),
        "z": Node("z", 5.7, 0.7, "rate", s.z, s.d_z),
        "nll": Node("−log p", 7.7, 0.7, "distortion", s.nll, 1.0),
        "kl": Node("KL", 7.7, 3.2, "rate", s.kl, 1.0),
        "loss": Node("loss", 9.25, 2.1, "ink", s.loss),
    }
    title = f"Forward to the loss {s.loss:.3f}, and back to the gradients"
    short = f"loss {s.loss:.3f}, and its gradients"
    finding = (
        f"z = {s.z:.3f}, −log p = {s.nll:.3f}, KL = {s.kl:.3f}, loss = {s.loss:.3f}; the gradient"
        f" is {s.d_mu:.3f} on μ and {s.d_logvar:.3f} on log σ²."
    )
    return Graph(nodes, EDGES, DASHED, title, short, finding, SOURCE)


def _table(s: Step) -> Table:
    rows = (
        ("1 encode", "x → μ, log σ²", f"{written(s.mu)}, {written(s.logvar)}"),
        ("2 draw", "ε ~ N(0, 1)", written(s.epsilon)),
        ("3 place", "z = μ + σε", written(s.z)),
        ("4 decode, compare", "−log p(x|z)", written(s.nll)),
        ("5 weigh q", "½ (σ² + μ² − 1 − log σ²)", written(s.kl)),
        ("6 add, go back", "loss; ∂μ, ∂log σ²",
         f"{written(s.loss)}; {written(s.d_mu)}, {written(s.d_logvar)}"),
    )  # fmt: skip
    finding = f"Six steps: z = {s.z:.3f}, −log p {s.nll:.3f}, KL {s.kl:.3f}, loss {s.loss:.3f}."
    return Table(("step", "formula", "now"), rows, "The six steps of training", SOURCE, finding)


def _rows(s: Step) -> list[Row]:
    return [
        ("z", written(s.z), "μ + σε", ""),
        ("−log p(x|z)", written(s.nll), "½ log 2πs² + (x − z)² / 2s², nats", ""),
        ("KL", written(s.kl), "½ (σ² + μ² − 1 − log σ²), nats", ""),
        ("loss", written(s.loss), "−log p(x|z) + KL: one sample of −ELBO, nats", ""),
        ("∂ loss / ∂ μ", written(s.d_mu), "By the chain rule through z, and by the KL", ""),
        ("∂ loss / ∂ log σ²", written(s.d_logvar), "The same for log σ²", ""),
    ]


def scenes(view: StepView, context: Context) -> list[Scene]:
    """Settings to begin with."""
    settled = {"mu": 0.6, "logvar": -0.69, "x": 1.2, "epsilon": 0.0, "noise": 1.0}
    return [
        Scene("By hand", "z = 0.2, −log p = 1.419, KL = 0.125: the loss is 1.544.", WORKED),
        Scene("Mean is the prior's", "μ = 0 and σ = 1: the KL is 0; nothing is told of x.",
              {**WORKED, "mu": 0.0}),
        Scene("Nearly a point", "log σ² = −4: the draw hardly moves z, and the KL has grown.",
              {**WORKED, "logvar": -4.0}),
        Scene("True posterior", "μ = x/2, σ² = ½: the best q for s² = 1; at ε = 0 no pull on μ.",
              settled),
    ]  # fmt: skip


TOOL = Tool(
    "step",
    "One step",
    "Drag any number of a training step: all that depends on it follows, forward and backward.",
    StepView,
    show,
    controls=("mu", "logvar", "epsilon", "x", "noise"),
    scenes=scenes,
    predictions=predictions.STEP,
)
