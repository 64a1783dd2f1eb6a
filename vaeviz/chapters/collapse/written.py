"""A written loss: its settings, pasted code, and known losses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from vaeviz.chapters.chapter import Context, Rule, Scene
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.settings import Log, Note, OneOf, Text, Whole, parse, setting
from vaeviz.theory.effective_beta import ERRORS, Size, Written, tau
from vaeviz.theory.known_losses import KNOWN
from vaeviz.theory.pasted import LONGEST, Reading, read

SYMBOLS = {"gaussian": "τ", "laplace": "βb", "bernoulli": "β"}
IMAGES = {"28x28": 784, "32x32x3": 3072, "64x64x3": 12_288, "256x256x3": 196_608, "own": 0}
REDUCTIONS = OneOf(("mean", "sum"))
_SIZES = {name: f"{name.replace('x', '×')} (D {count:,})" for name, count in IMAGES.items()}


@dataclass(frozen=True)
class EffectiveView(CollapseView):
    """A loss, part by part, and its image size."""

    code: str = setting(
        "", Text(LONGEST), "pasted code", "code",
        "A loss as lines of code: they are read, never run",
        placeholder="paste the line(s) of code of a loss", last="pasted", linked=False,
    )  # fmt: skip
    error: str = setting(
        "mse", OneOf(ERRORS), "error of the written loss", "error", "The error of the image",
        titles={"mse": "(x − x̂)²", "half-mse": "½ (x − x̂)²", "bce": "cross-entropy",
                "l1": "|x − x̂|"},
    )  # fmt: skip
    over_pixels: str = setting(
        "mean", REDUCTIONS, "reduction over pixels", "pixels",
        "The error is summed or averaged over pixels",
    )  # fmt: skip
    over_latents: str = setting(
        "sum", REDUCTIONS, "reduction over latent dimensions", "z",
        "The KL is summed or averaged over dimensions",
    )  # fmt: skip
    over_batch: str = setting(
        "alike", OneOf(("alike", "kl", "error")), "reduction over the batch", "over batch",
        "Whether both terms are reduced alike over the batch",
        titles={"alike": "both alike", "kl": "KL summed, error averaged",
                "error": "error summed, KL averaged"},
    )  # fmt: skip
    weight: float = setting(
        1.0, Log(1e-6, 1e3), "weight of the KL", "KL weight",
        "The factor before the KL, such as kld_weight",
        form="exact", spoken="weight of the KL", colour="rate",
    )  # fmt: skip
    span: str = setting(
        "1", OneOf(("1", "2")), "range of the data", "data in",
        "The range of the pixels that the loss sees", titles={"1": "[0, 1]", "2": "[−1, 1]"},
    )  # fmt: skip
    image: str = setting(
        "28x28", OneOf(tuple(IMAGES)), "image size", "image size",
        "Another image size, for the second column", titles={**_SIZES, "own": "own"},
    )  # fmt: skip
    elements: int = setting(
        784, Whole(1, 10**7), "elements of an image", "D", "Channels × height × width"
    )
    batch: int = setting(
        128, Whole(1, 10**6), "examples in a batch", "batch", "Examples in a batch"
    )
    pasted: str = setting("", Text(LONGEST), "code that was read", linked=False)

    @property
    def written(self) -> Written:
        """The loss of the controls."""
        return Written(
            self.error,
            self.over_pixels == "sum",
            self.over_latents == "sum",
            self.over_batch == "error",
            self.over_batch == "kl",
            self.weight,
            1.0 if self.error == "bce" else float(self.span),
        )

    @property
    def image_elements(self) -> int:
        """D of the chosen image size."""
        return IMAGES[self.image] or self.elements


def spelled(loss: Written) -> dict[str, Any]:
    """The settings of this loss, without pasted code: the inverse of `written`."""
    alike = loss.error_batch_summed == loss.kl_batch_summed
    return {
        "error": loss.error,
        "over_pixels": "sum" if loss.pixels_summed else "mean",
        "weight": loss.weight,
        "over_latents": "sum" if loss.latents_summed else "mean",
        "span": f"{loss.span:g}",
        "over_batch": "alike" if alike else "kl" if loss.kl_batch_summed else "error",
        "pasted": "",
    }


def follow(before: EffectiveView, view: EffectiveView) -> tuple[EffectiveView, list[Note]]:
    """Reads new code once: it sets the choices, which the user may then change."""
    if not view.code:
        return view, []
    view = replace(view, code="", pasted=view.code.strip())
    return parse(_choices(read(view.pasted)), view)


def reading_lines(view: EffectiveView) -> list[str]:
    """The reading of the pasted code, and each part that was not understood."""
    if not view.pasted:
        return []
    reading = read(view.pasted)
    choices = _choices(reading)
    as_read, _ = parse(choices, view)  # within the controls' limits
    lines = [f"Read as: {'; '.join(reading.parts)}."] if reading.parts else []
    if any(getattr(view, name) != getattr(as_read, name) for name in choices):
        lines.append("The controls were changed since.")
    return [*lines, *(f"{line[:1].upper()}{line[1:]}." for line in reading.unread)]


def _choices(reading: Reading) -> dict[str, Any]:
    """The settings that a reading of code makes."""
    made = {
        "error": reading.error,
        "over_pixels": reading.pixels,
        "over_latents": reading.latents,
        "over_batch": reading.batch,
        "weight": reading.weight,
    }
    return {name: value for name, value in made.items() if value is not None}


def scenes(view: EffectiveView, context: Context) -> list[Scene]:
    """The scenes: each known loss, and its level on the current data."""
    size = Size(context.probe.elements, view.d, view.batch)
    return [
        Scene(
            known.name,
            f"{SYMBOLS[known.loss.family]} = {tau(known.loss, size):.3g} here: {known.words}.",
            spelled(known.loss),
        )
        for known in KNOWN
    ]


def _span_rule(view: EffectiveView, context: Context) -> Rule | None:
    bce = view.error == "bce"
    return Rule("span", off="a cross-entropy takes data in [0, 1]") if bce else None


def _elements_rule(view: EffectiveView, context: Context) -> Rule | None:
    off = "choose the image size 'own' for another number"
    return None if view.image == "own" else Rule("elements", off=off)


def _batch_rule(view: EffectiveView, context: Context) -> Rule | None:
    off = "only where one of the terms is summed over the batch"
    return Rule("batch", off=off) if view.over_batch == "alike" else None


CONTROLS = ("code", "error", "over_pixels", "over_latents", "over_batch", "weight", "span",
            "image", "elements", "batch")  # fmt: skip
LOSS_RULES = (_span_rule, _elements_rule, _batch_rule)
