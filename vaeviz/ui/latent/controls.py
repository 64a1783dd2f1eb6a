"""The Latent page's controls as JSON: the Explorer's for the model, and those of the map."""

from __future__ import annotations

from typing import Any

from vaeviz.figures.theme import Theme
from vaeviz.ui import controls
from vaeviz.ui.latent.choice import Choice, options
from vaeviz.ui.latent.settings import View
from vaeviz.ui.model_view import MODEL
from vaeviz.ui.views import Probe


def describe(view: View, choice: Choice, probe: Probe, theme: Theme) -> list[dict[str, Any]]:
    """The controls in the order in which they are shown."""
    rows = options(choice.settings.data)
    shared = controls.describe(choice.settings, probe, choice.codec, choice.decoders, theme, rows)
    fixed = {"beta", "sigma2", "d"} if choice.own else set()
    model = [
        {**spec, "disabled": _why(spec, choice)} if spec["name"] in fixed else spec
        for spec in shared
        if spec["name"] in MODEL
    ]
    return [*model, *_map(view, choice), *_examples(probe)]


def _why(spec: dict[str, Any], choice: Choice) -> str:
    """Why a dedicated model's slider is idle: there is no σ² at all, or there is one setting of
    it.
    """
    none = spec["name"] == "sigma2" and not choice.settings.gaussian
    return spec["disabled"] if none else _FIXED


_FIXED = "This model was trained at one β, σ² and latent size; the multi-rate model has them all"


def _map(view: View, choice: Choice) -> list[dict[str, Any]]:
    """PCA needs two dimensions to choose a plane from; on maps with axes of their own, x and y are
    idle.
    """
    names = [[str(k + 1), f"z{k + 1}", ""] for k in range(choice.settings.d)]
    one = "a code of one dimension has no plane" if choice.settings.d < 2 else ""
    idle = "" if view.map == "dims" else "the map shows other axes: choose two dimensions first"
    axes, by = [["auto", "auto", ""], *names], "KL" if choice.variational else "variance"
    return [
        _choice(
            "map",
            "map",
            "What the map shows",
            [["dims", "two dimensions", ""], ["pca", "PCA", one], ["tsne", "t-SNE", ""]],
        ),
        _choice(
            "i", "x", f"The horizontal dimension; auto: the one with the largest {by}", axes, idle
        ),
        _choice(
            "j",
            "y",
            f"The vertical dimension; auto: the one with the second largest {by}",
            axes,
            idle,
        ),
    ]


def _examples(probe: Probe) -> list[dict[str, Any]]:
    most = sum(len(part) for part in (probe.data.held_out, probe.data.train)) - 1
    return [
        {
            "name": name,
            "kind": "number",
            "label": name.upper(),
            "min": 0,
            "max": min(most, 9999),
            "help": f"Example {name.upper()}, by number; or choose it on the map",
        }
        for name in ("a", "b")
    ]


def _choice(
    name: str, label: str, text: str, rows: list[list[str]], disabled: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "choice",
        "label": label,
        "help": text,
        "options": rows,
        "disabled": disabled,
    }
