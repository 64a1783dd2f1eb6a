"""The controls that spell a written loss, and the loss that they spell. Knows no Streamlit."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.theme import Theme
from vaeviz.theory.effective_beta import Written
from vaeviz.theory.pasted import LONGEST, Reading, read
from vaeviz.ui import kinds
from vaeviz.ui.collapse.settings import IMAGES, View, chosen

_ERRORS = [
    ["mse", "(x − x̂)²", ""],
    ["half-mse", "½ (x − x̂)²", ""],
    ["bce", "cross-entropy", ""],
    ["l1", "|x − x̂|", ""],
]
_REDUCTIONS = [["mean", "mean", ""], ["sum", "sum", ""]]
_BATCHES = [
    ["alike", "both alike", ""],
    ["kl", "KL summed, error meaned", ""],
    ["error", "error summed, KL meaned", ""],
]


def written(view: View) -> Written:
    """The loss that the controls spell."""
    return Written(
        view.error,
        view.over_pixels == "sum",
        view.over_latents == "sum",
        view.over_batch == "error",
        view.over_batch == "kl",
        view.weight,
        1.0 if view.error == "bce" else float(view.span),
    )


def heard(view: View) -> list[str]:
    """What the pasted code was read as, and each part of it that was not understood."""
    if not view.pasted:
        return []
    reading = read(view.pasted)
    same = all(getattr(view, name) == value for name, value in _kept(reading).items())
    as_read = f"Read as: {'; '.join(reading.parts)}." if reading.parts else ""
    since = "" if same else "The controls were changed since."
    return [
        *filter(None, [as_read, since]),
        *(f"{line[:1].upper()}{line[1:]}." for line in reading.unread),
    ]


def _kept(reading: Reading) -> dict[str, Any]:
    """The choices as the controls hold them: within their limits."""
    view, _ = kinds.parse(chosen(reading), View())
    return {name: getattr(view, name) for name in chosen(reading)}


def elements(view: View) -> int:
    """D of the chosen image size."""
    return IMAGES[view.image] or view.elements


def controls(view: View, theme: Theme) -> list[dict[str, Any]]:
    """How the loss was written, part by part."""
    no_range = "a cross-entropy takes data in [0, 1]" if view.error == "bce" else ""
    whole = (
        "only where one of the terms is summed over the batch" if view.over_batch == "alike" else ""
    )
    own = "" if view.image == "own" else "choose the image size 'own' for another number"
    sizes = [
        [name, f"{name.replace('x', '×')} (D {count:,})" if count else "own", ""]
        for name, count in IMAGES.items()
    ]
    return [
        {
            "name": "code",
            "kind": "paste",
            "label": "code",
            "most": LONGEST,
            "text": view.pasted,
            "help": "The lines of code of a loss: they are read, never run",
            "placeholder": "paste the line(s) of code of a loss",
        },
        _choice("error", "error", "The error of the image", _ERRORS),
        _choice("over_pixels", "pixels", "The error is summed or meaned over pixels", _REDUCTIONS),
        _choice("over_latents", "z", "The KL is summed or meaned over dimensions", _REDUCTIONS),
        _choice(
            "over_batch",
            "over batch",
            "Whether both terms are reduced alike over the batch",
            _BATCHES,
        ),
        {
            "name": "weight",
            "kind": "exact",
            "label": "KL weight",
            "spoken": "weight of the KL",
            "help": "The factor before the KL, such as kld_weight",
            "min": 1e-6,
            "max": 1e3,
            "colour": theme.rate,
        },
        {
            **_choice(
                "span",
                "data in",
                "The range of the pixels that the loss sees",
                [["1", "[0, 1]", ""], ["2", "[−1, 1]", ""]],
            ),
            "disabled": no_range,
        },
        _choice("image", "image size", "Another image size, for the second column", sizes),
        {**_whole("elements", "D", "Channels × height × width", 10**7), "disabled": own},
        {**_whole("batch", "batch", "Examples in a batch", 10**6), "disabled": whole},
    ]


def _choice(name: str, label: str, words: str, options: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "kind": "choice", "label": label, "help": words, "options": options}


def _whole(name: str, label: str, words: str, most: int) -> dict[str, Any]:
    return {"name": name, "kind": "number", "label": label, "help": words, "min": 1, "max": most}
