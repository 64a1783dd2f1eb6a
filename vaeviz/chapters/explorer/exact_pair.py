"""What the tool "Train this exact model" shows of one model, or of two: numbers, bars, pictures,
and their points in the rate-distortion plane.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from vaeviz import checkpoints
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import views
from vaeviz.chapters.model.views import clipped, grey, observed
from vaeviz.checkpoints import KEPT
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import Variance
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import objectives, observe, read
from vaeviz.records import (
    Array,
    ImageStrip,
    KLBars,
    Observation,
    PlaneView,
    RateDistortion,
    Readings,
)
from vaeviz.runs.folder.progress import MODEL
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe

LINEAR, SHARED, OWN = "linear", "multi-rate", "dedicated"
COPIES, DRAWS = 9, 4  # columns of pictures, of 60 pixels or more on a projector
POINTS = 300  # of 2-D data
TIMED = 40  # updates that measure the pace
_TOP = ("compared compared rd", "minmax(0, 32fr)")
_PICTURES = ("copies copies draws", "minmax(0, 39fr)")
_HALF = "minmax(0, 30fr)"
ROWS = {  # by whether the data are images, and how many models there are
    (True, 1): (
        _TOP,
        ("shared shared rd", "minmax(0, 36fr)"),
        ("copies copies draws", "minmax(0, 32fr)"),
    ),
    (True, 2): (_TOP, ("shared dedicated rd", "minmax(0, 29fr)"), _PICTURES),
    (False, 1): (_TOP, ("shared copies draws", "minmax(0, 60fr)")),
    (False, 2): (_TOP, ("shared copies draws", _HALF), ("dedicated copies draws", _HALF)),
}


@dataclass(frozen=True, eq=False)
class Look:
    """One model at the view's place: a short name, its codec and what it does to the probe set."""

    name: str
    codec: Codec
    seen: Observation


@dataclass(frozen=True, eq=False)
class Shown:
    """The records of the panels, by name."""

    bars: tuple[KLBars, ...]
    plane: RateDistortion
    pictures: dict[str, ImageStrip | PlaneView]

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Where the panels go."""
        return ROWS[isinstance(self.pictures["copies"], ImageStrip), len(self.bars)]

    def panels(self, theme: Theme) -> dict[str, Panel]:
        panels: dict[str, Panel] = {
            name: kl_bars(bars, theme)
            for name, bars in zip(("shared", "dedicated"), self.bars, strict=False)
        }
        panels["rd"] = rate_distortion(self.plane, theme)
        for name, picture in self.pictures.items():
            panels[name] = picture if isinstance(picture, ImageStrip) else plane(picture, theme)
        return panels


@dataclass(frozen=True)
class Pair:
    """Read-outs of both models, the standard error of their difference in J, σ² if learned, their
    panels, and the name under which the dedicated one is kept, or why it is not.
    """

    source: str
    shared: Readings
    dedicated: Readings
    error: float
    sigma2: float | None
    shown: Shown | None = None
    kept: str = field(default="")


def paired(one: Array, other: Array) -> tuple[float, float]:
    """The mean difference of values (N,) of the same examples, and its standard error."""
    apart = one - other
    return float(apart.mean()), float(apart.std(ddof=1)) / len(apart) ** 0.5


def alone(view: ExplorerView, context: Context) -> Shown:
    """The panels of the shown model, before there is a dedicated one."""
    codec = context.model.codec
    trained = SHARED if context.model.every_tau else "this one"
    name = LINEAR if codec is context.probe.linear else trained
    return _shown(view, context.probe, Look(name, codec, observed(view, context)))


def measured(folder: Path, view: ExplorerView) -> Pair:
    """Both models at the run's settings, on the same examples with the same noise."""
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec
    from vaeviz.models.vae import VAE

    probe = probes.probe(view.data, patience=60)
    loaded = checkpoints.load(folder / MODEL, ())
    assert probe is not None
    assert isinstance(loaded.model, VAE)
    shared = models.multi_rate(probe, view.likelihood, patience=60) or probe.linear
    kind = shared.likelihood
    dedicated = DedicatedCodec(loaded.model, kind, view.tau, "dedicated model")
    learned = float(loaded.model.log_sigma2.exp()) if learns(view) else None
    sigma2 = learned or view.sigma2
    one = probes.observer(probe, shared)(clipped(view.tau, shared), view.d)
    other = observe(dedicated, probe.x, view.tau, view.d, probe.noise)
    _, error = paired(
        objectives(one, kind, view.beta, view.sigma2), objectives(other, kind, view.beta, sigma2)
    )
    name = LINEAR if shared is probe.linear else SHARED
    return Pair(
        shared.source,
        read(one, probe.elements, kind, view.beta, view.sigma2, view.threshold),
        read(other, probe.elements, kind, view.beta, sigma2, view.threshold),
        error,
        learned,
        _shown(view, probe, Look(name, shared, one), Look(OWN, dedicated, other)),
        _kept(folder, f"exact-{view.data}-{folder.name[-8:]}"),
    )


def learns(view: ExplorerView) -> bool:
    """Whether the run learns σ², where the multi-rate model takes the optimal one."""
    return view.density.variance is Variance.OPTIMAL


def pace(settings: RunSettings) -> float:
    """Updates per second of such a model in this process, by a few of them."""
    from vaeviz import families
    from vaeviz.training.loop import Trainer

    probe = probes.probe(settings.data, patience=60)
    assert probe is not None
    model = families.of(settings).build(settings, probe.data.about.shape)
    trainer = Trainer(model, probe.data.train, settings)  # type: ignore[arg-type]
    trainer.advance()  # the first is the slow one
    began = time.perf_counter()
    for _ in range(TIMED):
        trainer.advance()
    return TIMED / (time.perf_counter() - began)


def _kept(folder: Path, name: str) -> str:
    """Keeps the model, once; a line on it."""
    try:
        if not (KEPT / f"{name}.json").is_file():
            checkpoints.keep(folder, name, KEPT)
    except UserError as error:
        return f"Not kept: {error}."
    return f"Kept as {name}: choose it in the list of models."


def _shown(view: ExplorerView, probe: Probe, *looks: Look) -> Shown:
    first, seen = looks[0], [look.seen for look in looks]
    bars = views.kl_bars(view, probe, first.codec, first.seen, view.threshold)
    top = max(bars.top, *(1.1 * float(one.kl.max()) for one in seen))
    both = [replace(bars, top=top)]
    point = views.rate_distortion(view, probe, first.codec, first.seen)
    for look in looks[1:]:
        source = views.source(look.codec, f"{len(look.seen.mu):,} held-out examples")
        both.append(replace(bars, kl=look.seen.kl, top=top, source=source))
        loss = look.seen.loss * (0.5 if view.gaussian else 1.0)
        point = replace(
            point,
            beside=(look.name, look.seen.rate, loss),
            right=max(point.right, 1.1 * look.seen.rate),
            top=max(point.top, 1.1 * loss),
        )
    made = _images if probe.data.about.is_image else _planes
    return Shown(tuple(both), point, made(view, probe, looks))


def _images(
    view: ExplorerView, probe: Probe, looks: tuple[Look, ...]
) -> dict[str, ImageStrip | PlaneView]:
    """The same examples, and the same draws from the prior, by each model in a row of its own."""
    x, z = probe.x[:COPIES], views.prior(view.seed, 2 * DRAWS, view.d)
    copies = [_decoded(look, look.seen.mu[: len(x)]) for look in looks]
    draws = [_decoded(look, z)[: 2 * DRAWS // len(looks)] for look in looks]
    errors = ", ".join(
        f"{look.name} {float(((x - rows) ** 2).sum(1).mean()):.2f}"
        for look, rows in zip(looks, copies, strict=True)
    )
    names = tuple(look.name for look in looks)
    source = " and ".join(look.codec.source for look in looks)
    return {
        "copies": ImageStrip(
            "Originals above reconstructions",
            grey(probe, np.stack([x, *copies])),
            ("x", *names),
            f"{len(x)} held-out examples and their reconstructions; squared error: {errors}.",
            f"{source} · decoder means at μ",
        ),
        "draws": ImageStrip(
            "Samples from the prior, the same z",
            grey(probe, np.stack(draws)) if len(looks) > 1 else _folded(probe, draws[0]),
            names if len(looks) > 1 else ("", ""),
            f"Decoded draws from the prior, by {' and '.join(names)}.",
            f"{source} · decoder means · seed {view.seed}",
        ),
    }


def _folded(probe: Probe, draws: Array) -> np.ndarray:
    """One model's draws in two rows."""
    return grey(probe, draws.reshape(2, DRAWS, -1))


def _planes(
    view: ExplorerView, probe: Probe, looks: tuple[Look, ...]
) -> dict[str, ImageStrip | PlaneView]:
    """Reconstructions and samples over the data; the dedicated model's are the path's colour."""
    x, z = probe.x[:POINTS], views.prior(view.seed, POINTS, view.d)
    reach = 1.05 * float(np.abs(probe.x).max())
    source = " and ".join(look.codec.source for look in looks)
    roles = ("decoder", "other")

    def layers(codes: list[Array]) -> tuple[tuple[str, str, Array], ...]:
        points = [
            (look.name, role, _decoded(look, rows))
            for look, role, rows in zip(looks, roles, codes, strict=False)
        ]
        return ("data", "data", x), *points

    return {
        "copies": PlaneView(
            "Reconstructions over the data",
            layers([look.seen.mu[:POINTS] for look in looks]),
            -reach, reach, f"{source} · decoder means at μ",
        ),
        "draws": PlaneView(
            "Samples from the prior, the same z", layers([z] * len(looks)), -reach, reach,
            f"{source} · decoder means · seed {view.seed}",
        ),
    }  # fmt: skip


def _decoded(look: Look, codes: Array) -> Array:
    return look.codec.decode(codes, look.seen.tau, len(look.seen.kl))
