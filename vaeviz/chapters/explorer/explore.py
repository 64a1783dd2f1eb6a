"""The tool of the Explorer: latent map, KL bars, rate–distortion plane and strips of one model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Rule, Tool
from vaeviz.chapters.explorer import beside, predictions
from vaeviz.chapters.explorer.scenes import scenes
from vaeviz.chapters.model import views
from vaeviz.chapters.model.answer import RULES, sigma2_rule, tau_remarks
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.examples import example
from vaeviz.chapters.model.readouts import readouts
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import Drawn, observed
from vaeviz.chapters.settings import Log, OneOf, Option, Real, Whole, setting
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.live.message import Panel
from vaeviz.measures.observe import read
from vaeviz.records import Array, Chosen, ImageStrip, KLBars, LatentMap, Observation

IMAGES = (
    ("map kl interp", "calc(50% - 3px)"),
    ("map rd samples", "minmax(0, 1fr)"),
    ("recon rd samples", "calc(168px * var(--vv-scale, 1))"),
)
IMAGES_WIDE = "minmax(0, 38fr) minmax(0, 41fr) minmax(0, 21fr)"
POINTS = (("map kl recon", "minmax(0, 1fr)"), ("map rd samples", "minmax(0, 1fr)"))
KL_TOPS = (1.0, 2.0, 5.0, 10.0)  # nats: an axis that a scene has set widens from one to the next
POINTS_WIDE = "minmax(0, 40fr) minmax(0, 34fr) minmax(0, 26fr)"


@dataclass(frozen=True)
class ExplorerView(ModelView):
    """The Explorer's view; field names are the names in the URL."""

    i: int = setting(
        1, Whole(1, 16), "first dimension drawn", "map x",
        "The horizontal dimension of the latent map", form="choice",
    )  # fmt: skip
    j: int = setting(
        2, Whole(1, 16), "second dimension drawn", "map y",
        "The vertical dimension of the latent map", form="choice",
    )  # fmt: skip
    a: int = example("a", "The first chosen example; or click a point on the map")
    b: int = example("b", "The second chosen example; or shift-click a point on the map")
    click: str = setting(
        "a", OneOf(("a", "b")), "what a click chooses", "click",
        "Which example a click or a tap on the map chooses; with the shift key always B",
        titles={"a": "A", "b": "B"},
    )  # fmt: skip
    threshold: float = setting(
        0.1, Log(0.001, 2.0), "KL threshold", "threshold",
        "Nats: a dimension with less mean KL counts as collapsed", form="number", step=0.01,
    )  # fmt: skip
    pixels: str = setting(
        "mean", OneOf(("mean", "sampled")), "pixels", "pixels",
        "Show the decoder's mean, or draw pixels from the likelihood",
        titles={"mean": "mean", "sampled": "drawn"},
    )  # fmt: skip
    kl_top: float = setting(
        0.0, Real(0.0, 100.0), "top of the KL axis", "KL axis",
        "Nats at which the axis of the KL bars ends, unless a bar is taller; 0: as the data need",
    )  # fmt: skip
    hold: str = setting(
        "free", OneOf(("free", "tau")), "hold τ", "while dragging",
        "Keep τ = βσ² while dragging: β and σ² then move against each other",
        titles={"free": "τ moves", "tau": "hold τ = βσ²"},
    )  # fmt: skip
    seed: int = setting(
        0, Whole(0, 10**6), "seed", "seed",
        "The seed of prior draws and sampled pixels: another number, other samples",
        high=999, shared="seed",
    )  # fmt: skip

    @property
    def drawn(self) -> Drawn:
        return Drawn(self.pixels, self.seed, self.a, self.b)


@titled
def show(view: ExplorerView, context: Context) -> Frame:
    """All panels at these settings, from one observation of the probe set."""
    probe, codec = context.probe, context.model.codec
    observation = observed(view, context)
    readings = read(
        observation, probe.elements, codec.likelihood, view.beta, view.sigma2, view.threshold
    )
    theme = context.theme
    panels: dict[str, Panel] = {
        "map": latent_map(_latent_map(view, context, observation), theme),
        "kl": kl_bars(_kl_bars(view, context, observation), theme),
        "rd": rate_distortion(views.rate_distortion(view, probe, codec, observation), theme),
    }
    for name, strip in views.strips(view, probe, codec, observation, view.drawn).items():
        panels[name] = strip if isinstance(strip, ImageStrip) else plane(strip, theme)
    image = probe.data.about.is_image
    return Frame(
        panels,
        readouts(readings, view.threshold),
        remarks(view, context),
        columns=IMAGES_WIDE if image else POINTS_WIDE,
        rows=IMAGES if image else POINTS,
        extra={"shape": "images" if image else "plane"},
    )


def remarks(view: ExplorerView, context: Context) -> list[str]:
    """The notes on these settings."""
    codec = context.model.codec
    held = view.hold == "tau" and context.model.every_tau and sigma2_rule(view, context) is None
    more = ["τ is held: β and σ² move against each other."] if held else []
    return [*tau_remarks(view, codec), *more, *beside.remark(view, context)]


def _kl_bars(view: ExplorerView, context: Context, observation: Observation) -> KLBars:
    """On the whole axis, or on a scene's, which widens step by step where the bars outgrow it."""
    bars = views.kl_bars(view, context.probe, context.model.codec, observation, view.threshold)
    if not view.kl_top:
        return bars
    tallest = max(float(bars.kl.max()), float(bars.linear.max(initial=0.0)))
    steps = (view.kl_top, *(step for step in KL_TOPS if step > view.kl_top))
    return replace(bars, top=next((t for t in steps if tallest <= t < bars.top), bars.top))


def _latent_map(view: ExplorerView, context: Context, observation: Observation) -> LatentMap:
    """μ in dimensions i and j; one beyond d is off and has the prior's posterior."""
    probe, dims = context.probe, (view.i - 1, view.j - 1)
    points = np.stack([_column(observation.mu, k) for k in dims], axis=1)  # (N, 2)
    deviations = np.stack([np.exp(0.5 * _column(observation.logvar, k)) for k in dims], axis=1)
    examples = (("A", view.a), ("B", view.b))
    chosen = tuple(Chosen(name, k, points[k], deviations[k]) for name, k in examples)
    source = views.source(context.model.codec, f"{len(points):,} held-out examples")
    classes = probe.data.about.class_names
    return LatentMap(points, probe.labels, classes, dims, chosen, views.SPAN, source)


def _column(values: Array, k: int) -> Array:
    return values[:, k] if k < values.shape[1] else np.zeros(len(values), np.float32)


def _dimension_i(view: ExplorerView, context: Context) -> Rule:
    return Rule("i", high=max(view.d, 2), options=_dimensions(view), about=_LATENT)


def _dimension_j(view: ExplorerView, context: Context) -> Rule:
    """Another dimension than the map's first."""
    most = max(view.d, 2)
    if min(view.j, most) == view.i:
        other = 2 if view.i == 1 else 1
        return Rule("j", low=other, high=other, about=("i", *_LATENT))
    return Rule("j", high=most, options=_dimensions(view), about=_LATENT)


def _dimensions(view: ExplorerView) -> tuple[Option, ...]:
    return tuple((str(k + 1), f"z{k + 1}", "") for k in range(max(view.d, 2)))


def example_a(view: ExplorerView, context: Context) -> Rule:
    return Rule("a", low=min(view.a, 0), high=len(context.probe.x) - 1, about=("data",))


def _example_b(view: ExplorerView, context: Context) -> Rule:
    return Rule("b", low=min(view.b, 0), high=len(context.probe.x) - 1, about=("data",))


def _hold(view: ExplorerView, context: Context) -> Rule | None:
    """τ can be held where σ² can be moved."""
    idle = sigma2_rule(view, context)
    return Rule("hold", off=idle.off) if idle else None


_LATENT = ("d", "data", "model")
TOOL = Tool(
    "explore",
    "Explorer",
    "Drag β, σ² or d: everything moves while you drag.",
    ExplorerView,
    show,
    controls=(
        "data", "model", "likelihood", "beta", "sigma2", "d", "i", "j", "a", "b", "threshold",
        "seed", "pixels", "click", "hold",
    ),
    rules=(*RULES, _dimension_i, _dimension_j, example_a, _example_b, _hold),
    predictions=predictions.EXPLORE,
    scenes=scenes,
)  # fmt: skip
