"""The Training board's controls as JSON: ranges and words from the settings, limits from the data
set.
"""

from __future__ import annotations

from typing import Any

from vaeviz import data
from vaeviz.figures.theme import Theme
from vaeviz.ui import data_sets
from vaeviz.ui.kinds import Log, OneOf, Real, Whole, text
from vaeviz.ui.training.fit import (
    PROBES,
    UNMASKED,
    decoders,
    likelihoods,
    no_conv,
    no_sigma2,
    scheduled,
    twins,
    unmasked,
)
from vaeviz.ui.training.settings import KINDS, WIDTHS, Plan
from vaeviz.ui.training.words import OPTIONS, sentence

_HELP = {
    "beta": "The weight of the rate in J = D + βR; moves the running model at once",
    "sigma2": "The variance of the Gaussian decoder; moves the running model at once",
    "learning_rate": "The step size of Adam; moves the running model at once",
    "data": "What the model is trained on",
    "architecture": "Fully connected layers, or strided convolutions",
    "widths": "Units of the encoder's hidden layers, or channels of its convolutions",
    "likelihood": "The likelihood p(x|z)",
    "decoder": (
        "Mirrors the encoder; weak: one linear layer; strong: sees the pixels before, may let z go"
    ),
    "skip": "Feed z into every layer of the masked decoder, not the first alone",
    "reach": "Rows and columns away that the masked decoder sees; 0: all pixels before",
    "unseen": "The share of the pixels hidden from the masked decoder in training",
    "model": "Sample z and pay for its rate, or take z = μ and pay nothing",
    "latent": "How many latent dimensions the model has",
    "schedule": "How β gets to its value: at once, rising once, or rising in every cycle",
    "warmup": "Steps that β takes to rise, or the length of a cycle",
    "free_bits": "Nats of KL in each dimension that cost nothing",
    "batch": "Examples a step",
    "steps": "Updates until the run is done",
    "seed": "Decides the initial weights, the batches and the noise",
    "twin": "A second model, the same in everything but one setting",
    "other": "That setting's value for the twin",
    "show": "Draw the posterior means μ, or one sample z = μ + σε each, with ε fixed",
    "i": "The horizontal dimension of the latent map",
    "j": "The vertical dimension of the latent map",
    "a": "The first chosen example; or click a point on the map",
    "b": "The second chosen example; or shift-click a point on the map",
}
_OTHERS = {
    "sigma2": (1e-4, 1e-3, 0.005, 0.02, 0.05, 0.1, 0.5, 1.0, 10.0),
    "beta": (0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 10.0, 30.0, 100.0),
    "reach": (0, 1, 2, 4),
    "unseen": (0.0, 0.25, 0.5, 0.75, 1.0),
    "free_bits": (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
}
Control = dict[str, Any]


def describe(plan: Plan, examples: int, theme: Theme, running: bool = False) -> list[Control]:
    """The controls in the order in which they are shown; `running` while a model is there to be
    moved.
    """
    about = data.describe(plan.data)
    images = no_conv(about)
    return [
        *_live(plan, theme, running),
        *_view(plan, min(examples, PROBES)),
        _choice("data", "Data", data_sets.titles()),
        _choice(
            "architecture", "Network", OPTIONS["architecture"], {"conv": images} if images else {}
        ),
        _choice("widths", "widths", {w: w for w in WIDTHS[plan.architecture]}),
        _choice("likelihood", "p(x|z)", OPTIONS["likelihood"], likelihoods(about)),
        _choice("decoder", "Decoder", OPTIONS["decoder"], decoders(plan, about)),
        *_masked(plan),
        _choice("model", "Model", OPTIONS["model"]),
        _slider("latent", "latent size d", "latent size", "setup", colour=theme.posterior),
        {**_choice("schedule", "β is", OPTIONS["schedule"]), "disabled": _no_rate(plan)},
        {**_number("warmup", "over"), "disabled": _no_rate(plan) or _no_schedule(plan)},
        {**_number("free_bits", "free bits", step=0.05), "disabled": _no_rate(plan)},
        _number("batch", "batch"),
        _number("steps", "steps"),
        _number("seed", "seed"),
        _choice("twin", "Twin: other", OPTIONS["twin"], twins(plan)),
        _other(plan),
    ]


def _live(plan: Plan, theme: Theme, running: bool) -> list[Control]:
    learned = plan.likelihood in ("gaussian-learned", "gaussian-per-pixel")
    busy = (
        "the model learns σ² itself: this is where the next run starts"
        if learned and running
        else ""
    )
    return [
        {**_slider("beta", "β", "beta", "live", colour=theme.rate), "disabled": _no_rate(plan)},
        {
            **_slider("sigma2", "σ²", "decoder variance", "live", colour=theme.decoder),
            "disabled": sentence(no_sigma2(plan)) or sentence(busy),
        },
        _slider("learning_rate", "learning rate", "learning rate", "live", colour=theme.soft),
    ]


def _masked(plan: Plan) -> list[Control]:
    reason = {"disabled": sentence(unmasked(plan))}
    return [
        {**_choice("skip", "z enters", OPTIONS["skip"]), **reason},
        {**_number("reach", "reach"), **reason},
        {**_number("unseen", "hidden", step=0.05), **reason},
    ]


def _view(plan: Plan, examples: int) -> list[Control]:
    names = {str(k + 1): f"z{k + 1}" for k in range(max(plan.latent, 2))}
    return [
        {**_choice("show", "map of", OPTIONS["show"]), "group": "view"},
        {**_choice("i", "x", names), "group": "view"},
        {**_choice("j", "y", names), "group": "view"},
        {**_number("a", "A"), "max": examples - 1, "group": "view"},
        {**_number("b", "B"), "max": examples - 1, "group": "view"},
    ]


def _no_rate(plan: Plan) -> str:
    """Why β, its schedule and free bits do nothing, or ""."""
    return "" if "vae" in (plan.model, plan.second().model) else "A plain autoencoder pays no rate"


def _no_schedule(plan: Plan) -> str:
    return "" if scheduled(plan) else "β is constant: there is nothing to wait for"


def _other(plan: Plan) -> Control:
    """The twin's value, always one of a list: what is in force is in it even if it is no round
    number.
    """
    if plan.twin == "none":
        return {
            **_choice("other", "with", {"": "—"}),
            "disabled": "Choose first what the twin has of its own",
        }
    kind, reasons = KINDS[plan.twin], {}
    if isinstance(kind, OneOf):
        values = {name: OPTIONS[plan.twin][name] for name in kind.names}
        reasons = _reasons(plan)
    else:
        numbers = {*_OTHERS[plan.twin], float(plan.other)}
        values = {text(v): f"{v:g}" for v in sorted(numbers)}
    own = getattr(plan, plan.twin)
    return _choice("other", "with", {v: t for v, t in values.items() if v != text(own)}, reasons)


def _reasons(plan: Plan) -> dict[str, str]:
    """Values that the twin can't have, and why not."""
    about = data.describe(plan.data)
    if plan.twin == "likelihood":
        return {**likelihoods(about), **(UNMASKED if plan.decoder == "masked" else {})}
    return decoders(plan, about) if plan.twin == "decoder" else {}


def _choice(
    name: str, label: str, options: dict[str, str], reasons: dict[str, str] | None = None
) -> Control:
    listed = [[value, words, (reasons or {}).get(value, "")] for value, words in options.items()]
    return {
        "name": name,
        "kind": "choice",
        "label": label,
        "help": _HELP[name],
        "options": listed,
        "group": "setup",
    }


def _slider(name: str, label: str, spoken: str, group: str, **more: Any) -> Control:
    kind = KINDS[name]
    assert isinstance(kind, Log | Whole)
    return {
        "name": name,
        "kind": "log" if isinstance(kind, Log) else "int",
        "label": label,
        "spoken": spoken,
        "help": _HELP[name],
        "min": kind.low,
        "max": kind.high,
        "group": group,
        **more,
    }


def _number(name: str, label: str, step: float = 1) -> Control:
    kind = KINDS[name]
    assert isinstance(kind, Real | Whole)
    return {
        "name": name,
        "kind": "number",
        "label": label,
        "help": _HELP[name],
        "min": kind.low,
        "max": kind.high,
        "step": step,
        "group": "setup",
    }
