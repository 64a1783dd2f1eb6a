"""The controls that spell a written loss, and the loss that they spell. Knows no Streamlit."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.theme import Theme
from vaeviz.theory.effective_beta import Written
from vaeviz.ui.collapse.settings import IMAGES, View

_ERRORS = [["mse", "(x − x̂)²", ""], ["half-mse", "½ (x − x̂)²", ""], ["bce", "cross-entropy", ""],
           ["l1", "|x − x̂|", ""]]  # fmt: skip
_REDUCTIONS = [["mean", "mean", ""], ["sum", "sum", ""]]
_BATCHES = [["alike", "both alike", ""], ["kl", "KL summed, error meaned", ""],
            ["error", "error summed, KL meaned", ""]]  # fmt: skip


def written(view: View) -> Written:
    """The loss that the controls spell."""
    return Written(
        view.error, view.over_pixels == "sum", view.over_latents == "sum", view.over_batch == "error",
        view.over_batch == "kl", view.weight, 1.0 if view.error == "bce" else float(view.span),
    )  # fmt: skip


def elements(view: View) -> int:
    """D of the chosen image size."""
    return IMAGES[view.image] or view.elements


def controls(view: View, theme: Theme) -> list[dict[str, Any]]:
    """How the loss was written, part by part."""
    no_range = "a cross-entropy takes data in [0, 1]" if view.error == "bce" else ""
    whole = "only where one of the terms is summed over the batch" if view.over_batch == "alike" else ""
    own = "" if view.image == "own" else "choose the image size 'own' for another number"
    sizes = [
        [name, f"{name.replace('x', '×')} (D {count:,})" if count else "own", ""]
        for name, count in IMAGES.items()
    ]
    return [
        _choice("error", "error", "The error of the image", _ERRORS),
        _choice("over_pixels", "over pixels", "The error is summed or meaned over pixels", _REDUCTIONS),
        _choice("over_latents", "over z", "The KL is summed or meaned over dimensions", _REDUCTIONS),
        _choice("over_batch", "over batch", "Whether both terms are reduced alike over the batch", _BATCHES),
        {"name": "weight", "kind": "exact", "label": "KL weight", "spoken": "weight of the KL",
         "help": "The factor before the KL, such as kld_weight", "min": 1e-6, "max": 1e3,
         "colour": theme.rate},
        {**_choice("span", "data in", "The range of the pixels that the loss sees",
                   [["1", "[0, 1]", ""], ["2", "[−1, 1]", ""]]), "disabled": no_range},
        _choice("image", "image size", "Another image size, for the second column", sizes),
        {**_whole("elements", "D", "Channels × height × width", 10**7), "disabled": own},
        {**_whole("batch", "batch", "Examples in a batch", 10**6), "disabled": whole},
    ]  # fmt: skip


def _choice(name: str, label: str, words: str, options: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "kind": "choice", "label": label, "help": words, "options": options}


def _whole(name: str, label: str, words: str, most: int) -> dict[str, Any]:
    return {"name": name, "kind": "number", "label": label, "help": words, "min": 1, "max": most}
