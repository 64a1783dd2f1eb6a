"""What can be trained together: the nearest plan that a data set allows, with a line for each
change.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from vaeviz.config import DECODERS, LIKELIHOODS, ONE_VARIANCE
from vaeviz.data import Source
from vaeviz.ui.training.settings import (
    MASKED,
    NAMES,
    TWINS,
    USUAL,
    WIDTHS,
    Plan,
    mend_other,
    usual_other,
)
from vaeviz.ui.training.words import sentence

LARGEST = 1024  # elements of an image whose grey levels a categorical decoder may learn
PIXELS = 100  # of an image that a masked decoder draws one after the other in time for a frame
UNMASKED = {  # likelihoods that a masked decoder can't have, and why
    "categorical": "a masked decoder has no grey levels",
    "gaussian-per-pixel": "a masked decoder has one σ² for all pixels",
}
PROBES = 200  # held-out examples that the map of every model shows
Fit = tuple[dict[str, Any], str]  # what to change, and the note


def fit(plan: Plan, about: Source, examples: int) -> tuple[Plan, list[str]]:
    """The plan, mended where the data set (with so many held-out examples) can't have it."""
    notes = []
    mends = (
        _network,
        _widths,
        _likelihood,
        _decoder,
        _warmup,
        _dimensions,
        _chosen,
        _twin,
        _other,
        _masked,
    )
    for mend in mends:
        changes, note = mend(plan, about, min(examples, PROBES))
        plan = dataclasses.replace(plan, **changes)
        notes += [note] if note else []
    return plan, notes


def no_conv(about: Source) -> str:
    """Why this data set can't have a convolutional network, or ""."""
    fine = about.is_image and all(side % 4 == 0 for side in about.shape)
    return "" if fine else "a convolutional network needs images whose sides are multiples of 4"


def no_likelihood(name: str, about: Source) -> str:
    """Why this data set can't have this likelihood, or ""."""
    if name in ("bernoulli", "categorical") and about.value_range != (0.0, 1.0):
        return "this likelihood needs values from 0 to 1"
    if name == "categorical" and about.dim > LARGEST:
        return f"grey levels are learned for images of at most {LARGEST:,} pixels"
    return ""


def no_masked(plan: Plan, about: Source) -> str:
    """Why this plan can't have a masked decoder, or ""."""
    if not about.is_image or about.dim > PIXELS:
        return (
            f"a masked decoder paints pixel by pixel, live for images of at most {PIXELS} pixels"
            " (digits)"
        )
    if plan.architecture == "conv":
        return "a masked decoder is an MLP"
    return UNMASKED.get(plan.likelihood, "")


def unmasked(plan: Plan) -> str:
    """Why there is nothing for a masked decoder's own settings to do, or ""."""
    return (
        ""
        if "masked" in (plan.decoder, plan.second().decoder)
        else "only a masked decoder has this"
    )


def no_twin(name: str, plan: Plan) -> str:
    """Why twins can't differ in this setting, or ""."""
    if name in ("schedule", "free_bits", "beta") and plan.model == "ae":
        return "a plain autoencoder pays no rate"
    if name in MASKED and plan.decoder != "masked":
        return "only a masked decoder has this"
    if name == "sigma2":
        own = plan.likelihood == "gaussian-per-pixel"
        return "every pixel has a σ² of its own" if own else no_sigma2(plan)
    return ""


def no_sigma2(plan: Plan) -> str:
    """Why there is no σ² to choose, or ""."""
    if plan.likelihood == "gaussian-optimal":
        return "σ² is always at its optimum, the batch's mean squared error per element"
    own = plan.likelihood == "gaussian-per-pixel"
    return "" if own or plan.likelihood in ONE_VARIANCE else "this likelihood has no variance"


def scheduled(plan: Plan) -> bool:
    """Whether one of the models has a schedule, so that the length of the warm-up counts."""
    return plan.schedule != "constant" or plan.second().schedule != "constant"


def _network(plan: Plan, about: Source, examples: int) -> Fit:
    if plan.architecture != "conv" or not (reason := no_conv(about)):
        return {}, ""
    widths = plan.widths if plan.widths in WIDTHS["mlp"] else USUAL["mlp"]
    return {"architecture": "mlp", "widths": widths}, f"{sentence(reason)}: an MLP is used."


def _widths(plan: Plan, about: Source, examples: int) -> Fit:
    if plan.widths in WIDTHS[plan.architecture]:
        return {}, ""
    widths = USUAL[plan.architecture]
    return {"widths": widths}, f"Widths {plan.widths} belong to another network: {widths} is used."


def _likelihood(plan: Plan, about: Source, examples: int) -> Fit:
    reason = no_likelihood(plan.likelihood, about)
    return (
        ({"likelihood": "gaussian"}, f"{sentence(reason)}: a Gaussian is used.")
        if reason
        else ({}, "")
    )


def _decoder(plan: Plan, about: Source, examples: int) -> Fit:
    if plan.decoder != "masked" or not (reason := no_masked(plan, about)):
        return {}, ""
    return {"decoder": "mirror"}, f"{sentence(reason)}: one that mirrors the encoder is used."


def _warmup(plan: Plan, about: Source, examples: int) -> Fit:
    if plan.warmup <= plan.steps or not scheduled(plan):
        return {}, ""
    words = f"A warm-up of {plan.warmup} steps would never end in a run of {plan.steps}"
    return {"warmup": plan.steps}, f"{words}: {plan.steps} is used."


def _dimensions(plan: Plan, about: Source, examples: int) -> Fit:
    most = max(plan.latent, 2)
    i, j = min(plan.i, most), min(plan.j, most)
    if i == j:
        j = 2 if i == 1 else 1
    return _moved(plan, {"i": i, "j": j})


def _chosen(plan: Plan, about: Source, examples: int) -> Fit:
    return _moved(plan, {"a": min(plan.a, examples - 1), "b": min(plan.b, examples - 1)})


def _twin(plan: Plan, about: Source, examples: int) -> Fit:
    reason = no_twin(plan.twin, plan)
    if not reason:
        return {}, ""
    return {"twin": "none", "other": ""}, f"No twin in {NAMES[plan.twin]}: {reason}."


def _other(plan: Plan, about: Source, examples: int) -> Fit:
    """After the other changes, the twin's value may have become the first model's own, or
    impossible.
    """
    if plan.twin == "none":
        return {"other": ""}, ""
    mended = None if _impossible(plan, about) else mend_other(plan)
    other = usual_other(plan) if mended is None else mended
    if other == plan.other:
        return {}, ""
    note = f"The twin's {NAMES[plan.twin]} can't be {plan.other or 'empty'}: {other} is used."
    return {"other": other}, note


def _impossible(plan: Plan, about: Source) -> str:
    """Why the data set or the rest of the plan can't have the twin's value, or ""."""
    if plan.twin == "likelihood" and (reason := no_likelihood(plan.other, about)):
        return reason
    other = plan.second() if mend_other(plan) is not None else plan
    return no_masked(other, about) if other.decoder == "masked" else ""


def _masked(plan: Plan, about: Source, examples: int) -> Fit:
    """Twins with and without a masked decoder share all else, and so have nothing that is its
    alone.
    """
    apart = plan.twin == "decoder" and "masked" in (plan.decoder, plan.other)
    if not apart or all(getattr(plan, name) == usual for name, usual in MASKED.items()):
        return {}, ""
    names = ", ".join(NAMES[name] for name in MASKED)
    return (
        dict(MASKED),
        f"Twins that differ in the decoder can't differ in {names}: these are put back.",
    )


def _moved(plan: Plan, wanted: dict[str, int]) -> Fit:
    changes = {name: value for name, value in wanted.items() if getattr(plan, name) != value}
    if not changes:
        return {}, ""
    words = sentence(", ".join(f"{NAMES[n]} {getattr(plan, n)}" for n in changes))
    return (
        changes,
        f"{words} is not possible here: {', '.join(map(str, changes.values()))} is used.",
    )


def likelihoods(about: Source) -> dict[str, str]:
    """Every likelihood with the reason why this data set can't have it, or ""."""
    return {name: no_likelihood(name, about) for name in LIKELIHOODS}


def decoders(plan: Plan, about: Source) -> dict[str, str]:
    """Every decoder with the reason why this plan can't have it, or ""."""
    return {name: no_masked(plan, about) if name == "masked" else "" for name in DECODERS}


def twins(plan: Plan) -> dict[str, str]:
    """Every way to differ with the reason why it can't be, or ""."""
    return {name: no_twin(name, plan) for name in TWINS}
