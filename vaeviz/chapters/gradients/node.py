"""The tool The node: the graph of one example, with its draw inside the graph or outside."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.gradients import predictions
from vaeviz.chapters.gradients.view import GradientsView
from vaeviz.chapters.objective.step import WORKED, StepView
from vaeviz.chapters.settings import OneOf, setting
from vaeviz.figures.graph import graph, sloped, written
from vaeviz.figures.held_draw import held_draw
from vaeviz.figures.twin import Twin
from vaeviz.records import Table
from vaeviz.records.by_hand import Graph, HeldDraw, Node
from vaeviz.theory.held_draw import LINE, Gradient, gradient, loss_over
from vaeviz.theory.one_step import Step, step

SOURCE = "closed form, one draw"
NONE = "None"
WAYS = {"reparameterized": "z = μ + σε", "sampled": "sample z directly"}
LOSSES = {"nll": "−log p(x|z)", "both": "−log p(x|z) + KL"}


@dataclass(frozen=True)
class NodeView(StepView, GradientsView):
    """The numbers of one training step, how z is made of them, and what the loss counts."""

    way: str = setting(
        "sampled", OneOf(tuple(WAYS)), "the node", "the draw",
        "Whether z comes from a sampler, or is computed from μ, σ and a draw ε", titles=WAYS,
    )  # fmt: skip
    counted: str = setting(
        "nll", OneOf(tuple(LOSSES)), "the loss", "the loss",
        "The reconstruction alone, whose gradient must pass the node, or the KL besides",
        titles=LOSSES,
    )  # fmt: skip

    @property
    def step(self) -> Step:
        return step(self.mu, self.logvar, self.x, self.epsilon, self.noise)

    @property
    def through(self) -> bool:
        """Whether the path from z back to μ and σ is open."""
        return self.way == "reparameterized"

    @property
    def kl(self) -> bool:
        return self.counted == "both"

    @property
    def gradient(self) -> Gradient:
        return gradient(self.step, self.through, self.kl)


def show(view: NodeView, context: Context) -> Frame:
    """The graph, the loss over μ, and what torch's autograd says."""
    whole = _graph(view)
    return Frame(
        {
            "graph": Twin.of(
                graph(whole, context.theme), "stochastic_node", nodes=list(whole.nodes)
            ),
            "held": Twin.of(held_draw(_held(view), context.theme), "held_draw", line=LINE.tolist()),
            "autograd": _table(view),
        },
        _rows(view),
        columns="1fr 1fr",
        rows=(("graph graph", "1.05fr"), ("held autograd", "1fr")),
    )


def _graph(v: NodeView) -> Graph:
    s, g = v.step, v.gradient
    d_sigma = None if g.logvar is None else 2 * g.logvar / s.sigma
    none = f"∂ {NONE}" if g.mu is None else ""
    nodes = {
        "x": Node("x", 0.75, 2.1, "decoder", s.x),
        "mu": Node("μ", 2.2, 3.1, "posterior", s.mu, g.mu, none),
        "logvar": Node("log σ²", 2.2, 1.2, "posterior", s.logvar, g.logvar, none),
        "sigma": Node("σ", 4.0, 1.2, "posterior", s.sigma, d_sigma, none),
        "z": Node("z" if v.through else "z ~ q", 5.7, 1.5, "rate", s.z, s.d_z),
        "weight": Node("w", 5.7, 0.2, "decoder", 1.0, g.weight),
        "nll": Node("−log p", 7.7, 1.5, "distortion", s.nll, 1.0),
    }
    edges = [("z", "nll"), ("weight", "nll")]
    dashed = [("x", "mu"), ("x", "logvar")]
    (dashed if g.logvar is None else edges).append(("logvar", "sigma"))
    into = edges if v.through else dashed
    into += [("mu", "z"), ("sigma", "z")]
    if v.through:
        nodes["epsilon"] = Node("ε", 4.0, 0.2, "rate", s.epsilon)
        dashed.append(("epsilon", "z"))
    if v.kl:
        nodes["kl"] = Node("KL", 7.7, 3.3, "rate", s.kl, 1.0)
        nodes["loss"] = Node("loss", 9.25, 2.4, "ink", s.loss)
        edges += [("mu", "kl"), ("sigma", "kl"), ("nll", "loss"), ("kl", "loss")]
    title, finding = _said(v)
    short = "Gradients, back through the node"
    return Graph(nodes, tuple(edges), tuple(dashed), title, short, finding, SOURCE)


def _said(v: NodeView) -> tuple[str, str]:
    """What the graph shows in a short sentence, and with its numbers."""
    s, g = v.step, v.gradient
    title = "The path through z is open: gradients reach μ and σ"
    if not v.through:
        title = "z is cut off: only the KL's gradient reaches μ and σ"
    if g.mu is None:
        title = "z is cut off: no gradient reaches μ and σ"
    told = f"{_told(g.mu)} on μ and {_told(g.logvar)} on log σ²"
    return title, f"z = {s.z:.3f}, −log p = {s.nll:.3f}; the gradient is {told}."


def _told(value: float | None) -> str:
    return NONE if value is None else written(value)


def _held(v: NodeView) -> HeldDraw:
    s, mean = v.step, v.gradient.mu
    return HeldDraw(
        LINE,
        loss_over(LINE, s, True, v.kl),
        loss_over(LINE, s, False, v.kl),
        s.mu,
        s.loss if v.kl else s.nll,
        mean or 0.0,
        "ε held" if v.through else "z held",
        _told(mean),
        SOURCE,
    )


def _table(v: NodeView) -> Table:
    """Every gradient of the open path by its formula, and what `.grad` is."""
    from vaeviz.measures.stochastic_node import arrived

    s, wanted = v.step, gradient(v.step, True, v.kl)
    found = arrived(v.way, v.mu, v.logvar, v.x, v.epsilon, v.noise, v.kl)
    rows = (
        ("μ", written(wanted.mu or 0.0), _told(found.mu)),
        ("log σ²", written(wanted.logvar or 0.0), _told(found.logvar)),
        ("z", written(s.d_z), _told(found.z)),
        ("w, of the decoder", written(wanted.weight), _told(found.weight)),
    )
    title = "What torch's autograd leaves in .grad"
    finding = f"{title}: μ {_told(found.mu)}, log σ² {_told(found.logvar)}."
    source = "torch, run at these numbers, beside the closed form"
    return Table(("gradient on", "by formula", ".grad"), rows, title, source, finding)


def _rows(v: NodeView) -> list[Row]:
    s, g = v.step, v.gradient
    return [
        ("z", written(s.z), "The draw; the same number in both ways", ""),
        ("loss", written(s.loss if v.kl else s.nll), "What is counted, nats", ""),
        ("arrives at μ", _told(g.mu), "The gradient of the loss on μ", ""),
        ("arrives at log σ²", _told(g.logvar), "The gradient of the loss on log σ²", ""),
        (
            "∂ loss / ∂ z",
            sloped(s.d_z)[2:],
            "By the formula: torch keeps none for a z that comes from a sampler",
            "",
        ),
    ]


def scenes(view: NodeView, context: Context) -> list[Scene]:
    """The cut, the open path, and the cut that nobody notices."""
    plain = {**WORKED, "counted": "nll"}
    return [
        Scene("Cut", "z comes from a sampler: .grad of μ and of log σ² is None.",
              {**plain, "way": "sampled"}),
        Scene("Open", "The same z as μ + σε: −1 arrives at μ, 0.15 at log σ².",
              {**plain, "way": "reparameterized"}),
        Scene("Unnoticed", "Cut, but with a KL: μ gets 0.5, the KL's part. The true gradient is"
              " −0.5.", {**WORKED, "counted": "both", "way": "sampled"}),
        Scene("ε = 0", "The draw is the mean: σ did nothing to it, and gets no gradient.",
              {**plain, "way": "reparameterized", "epsilon": 0.0}),
    ]  # fmt: skip


TOOL = Tool(
    "node",
    "The node",
    "Choose how z is drawn: does the gradient of the loss get back to μ and σ?",
    NodeView,
    show,
    controls=("way", "counted", "mu", "logvar", "epsilon", "x", "noise"),
    scenes=scenes,
    predictions=predictions.NODE,
)
