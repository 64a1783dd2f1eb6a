"""The model for a view, and the settings at which it can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from vaeviz import data
from vaeviz.chapters.chapter import Context, Prepared, Rule
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.model import closed_form
from vaeviz.chapters.model.examples import paired, released, usual
from vaeviz.chapters.model.settings import LIKELIHOODS as TITLES
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.settings import Note, Option, parse
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.config import UserError
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.densities.gaussian import FIXED
from vaeviz.measures.codecs.codec import Codec
from vaeviz.serve import kept, models, probes
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

V = TypeVar("V", bound=ModelView)


@dataclass(frozen=True, eq=False)
class Model:
    """The codec of the chosen model, or, while it loads, the closed form.

    `kept` is the dedicated model, if one is shown; `likelihoods` those that have models.
    """

    codec: Codec
    kept: Kept | None
    likelihoods: tuple[str, ...]

    @property
    def every_tau(self) -> bool:
        """Whether the model covers every τ, not only that of its training."""
        return not self.codec.remark


def prepare(view: ModelView, context: Context, find: Callable[[str], Kept] = kept.find) -> Prepared:
    """The data set and the model of a view, as far as they are loaded.

    While something loads, the requested view stays.
    """
    probe, waiting, notes = _probe(view, context)
    context._probe = probe
    requested = replace(paired(view, probe), data=probe.data.name)
    bound, kept, lost = _bound(requested, find)
    context._model = Model(probe.linear, kept, _likelihoods(bound, kept))
    fitted, misfits = repaired(bound, context)
    codec, pending, failed = _codec(fitted, probe, kept)
    context._model = Model(codec, kept, _likelihoods(fitted, kept))
    shown = with_optimal_sigma2(_stood_in(fitted, codec), probe, codec)
    goes_on = view if waiting else fitted if pending else shown
    lasting = [*notes, *failed, *([] if waiting else [*lost, *misfits])]
    passing = [waiting] if waiting else [closed_form.LOADING] if pending else []
    return Prepared(
        _freed(shown, view, context), _freed(goes_on, view, context), lasting, passing,
        bool(waiting) or pending, {"knobs": knobs(shown)}, usual(view, probe),
    )  # fmt: skip


def follow(before: V, now: V, find: Callable[[str], Kept] = kept.find) -> tuple[V, list[Note]]:
    """A newly chosen model brings its data set and the settings of its training, a new data set its
    examples.
    """
    return released(before, opened(now, find) if now.model != before.model else now), []


def open_address(
    address: Mapping[str, str], view: V, context: Context, find: Callable[[str], Kept] = kept.find
) -> tuple[V, list[Note]]:
    """A model in the URL brings its settings, unless the URL names others."""
    kept = opened(view, find)
    return parse(address, kept)[0], []


def opened(view: V, find: Callable[[str], Kept] = kept.find) -> V:
    """The view at the model's training settings; unchanged without one."""
    try:
        kept = None if view.multi_rate else find(view.model)
    except UserError:
        return view
    return view if kept is None else parse(_training(kept), view)[0]


def likelihood_rule(view: ModelView, context: Context) -> Rule:
    """The likelihoods that have models."""
    model = context.model
    why = (
        "this model was trained with another likelihood"
        if model.kept
        else "no model with this likelihood is shipped for this data set"
    )
    options: list[Option] = [
        (name, title, "" if name in model.likelihoods else why) for name, title in TITLES.items()
    ]
    return Rule("likelihood", why, options=tuple(options), about=("data", "model"))


def data_rule(view: ModelView, context: Context) -> Rule:
    """All data sets; those still to be downloaded say so."""
    return Rule("data", options=tuple((name, title, "") for name, title in data.titles().items()))


def model_rule(view: ModelView, context: Context) -> Rule:
    """The multi-rate model and the dedicated ones that the Explorer can show."""
    (every, _, off), *trained = kept.options(view.data)
    rows = ((every, closed_form.entry(view.data), off), *map(tuple, trained))
    return Rule("model", options=rows)  # type: ignore[arg-type]


def sigma2_rule(view: ModelView, context: Context) -> Rule | None:
    """The reason why σ² cannot move."""
    off = _NO_SIGMA2.get(view.density.variance)
    return Rule("sigma2", off=off) if off else None


_NO_SIGMA2 = {
    Variance.OPTIMAL: (
        "σ² is set to its optimum, the mean squared error per element, interpolated over τ"
    ),
    Variance.PER_ELEMENT: "The decoder puts out a σ² for every pixel itself: τ = β",
    Variance.NONE: "This likelihood has no variance: τ = β",
}


def d_rule(view: ModelView, context: Context) -> Rule:
    """At most the model's number of latent dimensions."""
    kept = context.model.kept
    if kept is not None:
        off = "a dedicated model, kept or shipped, has the latent size it was trained with"
        return Rule("d", off=off, high=kept.run.latent)
    most = context.probe.data.about.max_latent
    why = f"This data set's model has at most {most} latent dimensions"
    return Rule("d", why, high=most, about=("data", "model"))


RULES = (data_rule, model_rule, likelihood_rule, sigma2_rule, d_rule)


def knobs(view: ModelView) -> dict[str, Any]:
    """The effect of a pointer on a plane of β, σ² or τ: whether there is one σ², whether it moves,
    and the settings with which it does.
    """
    variance = view.density.variance
    freed = {"likelihood": FIXED.name} if variance is Variance.OPTIMAL else {}
    return {"variance": variance.shared, "moves": variance is Variance.FIXED, "freed": freed}


def tau_remarks(view: ModelView, codec: Codec) -> list[str]:
    """The notes on β and σ² at these settings, and on the network's place."""
    about = f"β and σ² move the network only through τ = βσ² = {view.tau:.3g}."
    known = [] if codec.remark else [_ABOUT.get(view.density.distortion_of, about)]
    return [*known, *standing(view, codec)]


_ABOUT = {
    "cross-entropy": "No σ² here: τ = β. On grey pixels D is a cross-entropy, not a density.",
    "mass": "No σ² here: τ = β. D is the log mass of grey levels, not a density.",
}


def standing(view: ModelView, codec: Codec) -> list[str]:
    """The note on the network's place, unless it is that of the sliders."""
    if codec.remark:
        return [codec.remark]
    if clipped(view.tau, codec) == float(f"{view.tau:.4g}"):
        return []
    knob = "τ" if view.gaussian else "β"
    return [f"The network is shown at {knob} = {clipped(view.tau, codec):g}, the end of its range."]


def with_optimal_sigma2(view: V, probe: Probe, codec: Codec) -> V:
    """The learned σ²: the fixed point σ² = MSE(τ = βσ²) with the least J.

    There σ² is optimal for the network at that σ² (Rybkin et al. 2021, arXiv:2006.13202); the curve
    gives the network's error at each τ.
    """
    if view.density.variance is not Variance.OPTIMAL:
        return view
    try:
        curve, n = codec.curve(view.d), probe.elements
    except LookupError:
        return view  # a plain autoencoder has no rate, and so no J
    objective = 0.5 * n * np.log(np.maximum(curve.losses, 1e-12) / n) + view.beta * curve.rates
    sigma2 = float(curve.losses[np.argmin(objective)]) / n
    for _ in range(20):
        sigma2 = float(np.interp(view.beta * sigma2, curve.taus, curve.losses)) / n
    return replace(view, sigma2=float(f"{min(max(sigma2, 1e-4), 10.0):.6g}"))


def _probe(view: ModelView, context: Context) -> tuple[Probe, str, list[Note]]:
    """The probe set, a note on a running download, and one on a failure."""
    name, notes = view.data, []
    again = context.memory.get("loading") == name
    try:
        probe = probes.probe(name, patience=0.1 if again else 2.0)
        context.memory["loading"] = None if probe else name
        if probe is not None:
            return probe, "", []
        waiting = f"{name}: {probes.progress(name)}. Until then: {probes.STAND_IN}."
    except UserError as error:
        waiting, notes = "", [Note(f"{error}.", ("data",))]
    return probes.stand_in(), waiting, notes


def _bound(view: V, find: Callable[[str], Kept]) -> tuple[V, Kept | None, list[Note]]:
    """The dedicated model with its rules; the multi-rate model with a note if it is lost."""
    if view.multi_rate:
        return view, None, []
    try:
        kept = find(view.model)
        if kept.run.data != view.data:
            raise UserError(f"{view.model[:40]} is a model of {kept.run.data}")
    except UserError as error:
        note = Note(f"{str(error)[:110]}. Shown instead: the multi-rate model.", ("data", "model"))
        return replace(view, model=MULTI_RATE), None, [note]
    likelihood = view.likelihood if view.likelihood in kept.likelihoods else kept.likelihoods[0]
    return replace(view, d=kept.run.latent, likelihood=likelihood), kept, []


def _codec(view: ModelView, probe: Probe, kept: Kept | None) -> tuple[Codec, bool, list[Note]]:
    """The trained model; the closed form, with a note, while it loads or without one."""
    try:
        codec = models.dedicated(kept, probe) if kept else models.multi_rate(probe, view.likelihood)
    except UserError as error:
        line = f"{error}. Shown instead: the linear VAE."
        return probe.linear, False, [Note(line, ("data", "model", "likelihood"))]
    return (probe.linear, True, []) if codec is None else (codec, False, [])


def _likelihoods(view: ModelView, kept: Kept | None) -> tuple[str, ...]:
    return kept.likelihoods if kept else models.likelihoods(view.data)


def _stood_in(view: V, codec: Codec) -> V:
    """The linear VAE in place of others: Gaussian, no more dimensions than data."""
    shared = LIKELIHOODS[codec.likelihood].variance.shared
    likelihood = view.likelihood if shared == view.gaussian else codec.likelihood
    return replace(view, d=min(view.d, codec.latent), likelihood=likelihood)


def _freed(view: V, requested: V, context: Context) -> V:
    """Keeps the settings that the tool reads."""
    free: dict[str, Any] = {name: getattr(requested, name) for name in context.free}
    if "d" in free:
        free["d"] = min(free["d"], context.probe.linear.latent)
    return replace(view, **free)


def _training(kept: Kept) -> dict[str, Any]:
    variance = {"sigma2": kept.sigma2} if kept.gaussian else {}
    return {"data": kept.run.data, "likelihood": kept.likelihoods[0], "d": kept.run.latent,
            "beta": kept.run.beta, **variance}  # fmt: skip
