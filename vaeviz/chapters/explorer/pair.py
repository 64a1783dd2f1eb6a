"""A dedicated model beside the multi-rate one: both sets of numbers, on the same held-out examples
with the same noise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vaeviz import checkpoints
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import views
from vaeviz.chapters.model.views import clipped
from vaeviz.densities import Variance
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import objectives, observe, read
from vaeviz.records import Array, KLBars, Observation, Readings
from vaeviz.runs.queue import launch
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe


@dataclass(frozen=True)
class Pair:
    """Read-outs of both models, the standard error of their difference in J, σ² if learned."""

    source: str
    shared: Readings
    dedicated: Readings
    error: float
    sigma2: float | None
    bars: tuple[KLBars, ...] = ()


def learns_variance(view: ExplorerView) -> bool:
    """Whether the run learns σ², where the multi-rate model takes the optimal one."""
    return view.density.variance is Variance.OPTIMAL


def paired(one: Array, other: Array) -> tuple[float, float]:
    """The mean difference of values (N,) of the same examples, and its standard error."""
    apart = one - other
    return float(apart.mean()), float(apart.std(ddof=1)) / len(apart) ** 0.5


def measured(folder: Path, view: ExplorerView) -> Pair:
    """The model of the finished run in `folder` beside the multi-rate one, at the run's view."""
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec
    from vaeviz.models.vae import VAE

    probe = probes.probe(view.data, patience=60)
    loaded = checkpoints.load(folder / launch.MODEL, ())
    assert probe is not None
    assert isinstance(loaded.model, VAE)
    shared = models.multi_rate(probe, view.likelihood, patience=60) or probe.linear
    kind = shared.likelihood
    dedicated = DedicatedCodec(loaded.model, kind, view.tau, "dedicated model")
    learned = float(loaded.model.log_sigma2.exp()) if learns_variance(view) else None
    sigma2 = learned or view.sigma2
    one = probes.observer(probe, shared)(clipped(view.tau, shared), view.d)
    other = observe(dedicated, probe.x, view.tau, view.d, probe.noise)
    _, error = paired(
        objectives(one, kind, view.beta, view.sigma2), objectives(other, kind, view.beta, sigma2)
    )
    return Pair(
        shared.source,
        read(one, probe.elements, kind, view.beta, view.sigma2, view.threshold),
        read(other, probe.elements, kind, view.beta, sigma2, view.threshold),
        error,
        learned,
        _side_by_side(view, probe, shared, one, other),
    )


def _side_by_side(
    view: ExplorerView, probe: Probe, shared: Codec, one: Observation, other: Observation
) -> tuple[KLBars, KLBars]:
    """Both models' KL per dimension, on one axis."""
    first = views.kl_bars(view, probe, shared, one, view.threshold)
    top = max(first.top, 1.1 * float(other.kl.max()))
    source = f"dedicated model · {len(other.mu):,} held-out examples"
    return replace(first, top=top), replace(first, kl=other.kl, top=top, source=source)
