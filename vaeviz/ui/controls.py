"""The board's controls as JSON: ranges and words from the settings' declaration, limits from the
model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vaeviz.figures.theme import Theme
from vaeviz.measures.codecs.codec import Codec
from vaeviz.ui import data_sets
from vaeviz.ui.kinds import Log, Whole, kinds
from vaeviz.ui.settings import DECODERS, Settings
from vaeviz.ui.views import Probe

_KINDS = kinds(Settings)
LIMITS = {n: k for n, k in _KINDS.items() if isinstance(k, Log)}
_HELP = {
    "data": "What the model was trained on",
    "model": (
        "The multi-rate model answers at every setting; a dedicated one, kept or shipped, at"
        " its own"
    ),
    "decoder": "The likelihood p(x|z)",
    "beta": "The weight of the rate in J = D + βR; 1 gives the ELBO",
    "sigma2": "The variance of the Gaussian decoder, in squared data units",
    "d": "How many latent dimensions the model may use",
    "i": "The horizontal dimension of the latent map",
    "j": "The vertical dimension of the latent map",
    "a": "The first chosen example; or click a point on the map",
    "b": "The second chosen example; or shift-click a point on the map",
    "threshold": "A dimension with less mean KL than this counts as collapsed",
    "pixels": "Show the decoder's mean, or draw pixels from the likelihood",
    "seed": (
        "Which draw from the prior (and of sampled pixels) is shown: another number, other samples"
    ),
    "hold": "Keep τ = βσ² while dragging: β and σ² then move against each other",
}


def describe(
    s: Settings,
    probe: Probe,
    codec: Codec,
    decoders: tuple[str, ...],
    theme: Theme,
    models: Sequence[Sequence[str]],
) -> list[dict[str, Any]]:
    """The controls in the order in which they are shown."""
    names = [str(k + 1) for k in range(max(s.d, 2))]
    examples = len(probe.x) - 1
    no_sigma, none = _no_sigma(s), _OTHER if codec.remark else _NONE
    return [
        _choice("data", "Data", [[n, t, ""] for n, t in data_sets.titles().items()]),
        _choice("model", "Model", [list(m) for m in models]),
        _choice(
            "decoder",
            "Decoder",
            [[n, t, "" if n in decoders else none] for n, t in DECODERS.items()],
        ),
        _slider("beta", "β", "beta", colour=theme.rate),
        {**_slider("sigma2", "σ²", "decoder variance", colour=theme.decoder), "disabled": no_sigma},
        {
            **_slider(
                "d", "latent size d", "latent size", colour=theme.posterior, max=codec.latent
            ),
            "disabled": _FIXED if codec.remark else "",
        },
        _choice("i", "map x", [[n, f"z{n}", ""] for n in names]),
        _choice("j", "map y", [[n, f"z{n}", ""] for n in names]),
        _number("a", "A", examples),
        _number("b", "B", examples),
        {**_number("threshold", "KL <", 2.0), "min": 0.01, "step": 0.01},
        _choice("pixels", "px", [["mean", "mean", ""], ["sampled", "sampled", ""]]),
        _number("seed", "draw", 999),
        {
            **_choice(
                "hold", "while dragging", [["free", "τ moves", ""], ["tau", "hold τ = βσ²", ""]]
            ),
            "disabled": no_sigma,
        },
    ]


_NONE = "no model with this decoder is shipped for this data set"
_OTHER = "this model was trained with another decoder"
_FIXED = "a dedicated model, kept or shipped, has the latent size it was trained with"


def _no_sigma(s: Settings) -> str:
    if s.decoder == "gaussian-optimal":
        return "σ² is set to its optimum, the mean squared error per element"
    if s.decoder == "gaussian-per-pixel":
        return "The decoder puts out a σ² for every pixel itself: τ = β"
    return "" if s.gaussian else "This decoder has no variance: τ = β"


def _choice(name: str, label: str, options: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "kind": "choice", "label": label, "help": _HELP[name], "options": options}


def _slider(name: str, label: str, spoken: str, **more: Any) -> dict[str, Any]:
    kind = _KINDS[name]
    assert isinstance(kind, Log | Whole)
    return {
        "name": name,
        "kind": "log" if isinstance(kind, Log) else "int",
        "label": label,
        "spoken": spoken,
        "help": _HELP[name],
        "min": kind.low,
        "max": kind.high,
        **more,
    }


def _number(name: str, label: str, most: float) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "number",
        "label": label,
        "help": _HELP[name],
        "min": 0,
        "max": most,
    }
