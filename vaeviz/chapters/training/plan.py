"""Every setting of the Training page, declared once: a `Plan` is what to train and how to show it.

It is one run, or two twins: `twin` names the setting in which the second model differs, `other` is
that setting's value there.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from vaeviz import data
from vaeviz.chapters.model.examples import example, released
from vaeviz.chapters.settings import (
    Log,
    Note,
    OneOf,
    Real,
    Whole,
    Word,
    declared,
    parse,
    setting,
    text,
)
from vaeviz.config import ARCHITECTURES, DECODERS, SCHEDULES, SEES_PIXELS, RunSettings
from vaeviz.densities import LIKELIHOODS
from vaeviz.families import AUTOENCODER, CHOICES, VAE, Family, Trait

WIDTHS = {
    "mlp": (
        "64", "64-64", "64-64-64", "128-128", "256", "256-256", "256-256-256", "400-400",
        "512-512-512",
    ),
    "conv": ("16-32", "32-64"),
}  # fmt: skip
USUAL = {"mlp": "128-128", "conv": "16-32"}
TWINS = {
    "none": "none",
    "model": "AE or VAE",
    "schedule": "schedule of β",
    "free_bits": "free bits",
    "decoder": "decoder",
    "skip": "z in every layer",
    "reach": "reach of the decoder",
    "unseen": "hidden pixels",
    "likelihood": "likelihood",
    "sigma2": "σ²",
    "beta": "β",
}
MASKED = {"skip": "no", "reach": 0, "unseen": 0.0}  # a masked decoder's own, at their defaults
SPEEDS = ("full", "50", "10", "2")
VIEW = ("show", "i", "j", "a", "b", "click", "speed")  # settings that change no run


@dataclass(frozen=True)
class Plan:
    """What to train and how to show it; field names are the names in the URL."""

    data: str = setting(
        data.DEFAULT, OneOf(data.names()), "data set", "data", "What the model is trained on",
        group="setup", shared="data",
    )  # fmt: skip
    architecture: str = setting(
        "mlp", OneOf(ARCHITECTURES), "network", "network",
        "Fully connected layers, or strided convolutions", group="setup",
        titles={"mlp": "MLP", "conv": "convolutions"},
    )  # fmt: skip
    widths: str = setting(
        "128-128", OneOf((*WIDTHS["mlp"], *WIDTHS["conv"])), "layer widths", "widths",
        "Units of the encoder's hidden layers, or channels of its convolutions", group="setup",
    )  # fmt: skip
    likelihood: str = setting(
        "gaussian", OneOf(tuple(LIKELIHOODS)), "likelihood", "likelihood",
        "The likelihood p(x|z): the distribution whose parameters the decoder puts out",
        group="setup", shared="likelihood",
        titles={name: likelihood.title for name, likelihood in LIKELIHOODS.items()},
    )  # fmt: skip
    decoder: str = setting(
        "mirror", OneOf(DECODERS), "decoder", "decoder",
        "Mirrors the encoder; weak: one linear layer; strong: sees the pixels before, may ignore z",
        group="setup", titles={"mirror": "mirrors the encoder", "linear": "weak: one linear layer",
                               "masked": "strong: sees pixels"},
    )  # fmt: skip
    skip: str = setting(
        "no", OneOf(("no", "yes")), "z in every layer", "z enters",
        "Feed z into every layer of the masked decoder, not the first alone", group="setup",
        titles={"no": "in the first layer", "yes": "in every layer"},
    )  # fmt: skip
    reach: int = setting(
        0, Whole(0, 8), "reach of the decoder", "reach",
        "Rows and columns away that the masked decoder sees; 0: all pixels before", group="setup",
    )  # fmt: skip
    unseen: float = setting(
        0.0, Real(0.0, 1.0), "share of hidden pixels", "hidden",
        "The share of the pixels hidden from the masked decoder in training", group="setup",
        step=0.05,
    )  # fmt: skip
    model: str = setting(
        "vae", OneOf(tuple(CHOICES)), "family", "family",
        "Sample z and pay for its rate, or take z = μ and pay nothing", group="setup",
        titles={name: family.title for name, family in CHOICES.items()},
    )  # fmt: skip
    beta: float = setting(
        1.0, Log(1e-3, 100.0), "β", "β",
        "The weight of the rate in J = D + βR; moves the running model at once", group="live",
        spoken="beta", colour="rate", shared="beta",
    )  # fmt: skip
    sigma2: float = setting(
        0.02, Log(1e-4, 10.0), "σ²", "σ²",
        "The variance of the Gaussian likelihood; moves the running model at once", group="live",
        spoken="variance of the likelihood", colour="decoder", shared="sigma2",
    )  # fmt: skip
    latent: int = setting(
        2, Whole(1, 32), "latent size", "latent size d",
        "How many latent dimensions the model has", group="setup", form="int",
        spoken="latent size", colour="posterior", aliases=("d",), shared="d",
    )  # fmt: skip
    schedule: str = setting(
        "constant", OneOf(SCHEDULES), "schedule of β", "β is",
        "How β gets to its value: at once, rising once, or rising in every cycle", group="setup",
        titles={"constant": "constant", "linear": "warm-up", "cyclical": "cyclical"},
    )  # fmt: skip
    warmup: int = setting(
        500, Whole(1, 200_000), "steps of the warm-up", "over",
        "Steps that β takes to rise, or the length of a cycle", group="setup",
    )  # fmt: skip
    free_bits: float = setting(
        0.0, Real(0.0, 5.0), "free bits", "free bits",
        "Nats of KL per dimension that cost nothing", group="setup", step=0.05,
    )  # fmt: skip
    learning_rate: float = setting(
        3e-3, Log(1e-5, 1.0), "learning rate", "learning rate",
        "The step size of Adam; moves the running model at once", group="live",
        spoken="learning rate", colour="soft",
    )  # fmt: skip
    batch: int = setting(128, Whole(8, 1024), "batch", "batch", "Examples per step", group="setup")
    steps: int = setting(
        2000, Whole(100, 200_000), "steps", "steps", "Updates until the run is done", group="setup"
    )
    seed: int = setting(
        0, Whole(0, 10**6), "seed", "seed",
        "Decides the initial weights, the batches and the noise", group="setup", shared="seed",
    )  # fmt: skip
    twin: str = setting(
        "none", OneOf(tuple(TWINS)), "twin", "twin: other",
        "A second model, the same in everything but one setting", group="setup", titles=TWINS,
    )  # fmt: skip
    other: str = setting(
        "", Word(), "the twin's value", "with", "That setting's value for the twin", group="setup",
        titles={"": "none"},
    )  # fmt: skip
    show: str = setting(
        "mu", OneOf(("mu", "z")), "points of the map", "map of",
        "Draw the posterior means μ, or one sample z = μ + σε each, with ε fixed", group="view",
        titles={"mu": "μ", "z": "z"},
    )  # fmt: skip
    i: int = setting(
        1, Whole(1, 32), "first dimension drawn", "x",
        "The horizontal dimension of the latent map", group="view", form="choice",
    )  # fmt: skip
    j: int = setting(
        2, Whole(1, 32), "second dimension drawn", "y",
        "The vertical dimension of the latent map", group="view", form="choice",
    )  # fmt: skip
    a: int = example("a", "The first chosen example; or click a point on the map", group="view")
    b: int = example(
        "b", "The second chosen example; or shift-click a point on the map", group="view"
    )
    click: str = setting(
        "a", OneOf(("a", "b")), "what a click chooses", "click",
        "Which example a click or a tap on the map chooses; with the shift key always B",
        group="view", titles={"a": "A", "b": "B"},
    )  # fmt: skip
    speed: str = setting(
        "full", OneOf(SPEEDS), "speed",
        titles={s: "full speed" if s == "full" else f"{s} steps/s" for s in SPEEDS},
    )  # fmt: skip

    @property
    def pace(self) -> float:
        """Steps per second, 0 for as many as the machine can."""
        return 0.0 if self.speed == "full" else float(self.speed)

    @property
    def family(self) -> Family:
        return CHOICES[self.model]

    @property
    def variational(self) -> bool:
        """Whether it pays a rate."""
        return Trait.RATE in self.family.traits

    @property
    def masked(self) -> bool:
        return self.decoder in SEES_PIXELS

    @property
    def scheduled(self) -> bool:
        return self.schedule != "constant"

    @property
    def members(self) -> tuple[Plan, ...]:
        """The models, each as if it were alone: this one, and its twin if there is one."""
        if self.twin == "none":
            return (self,)
        value = KINDS[self.twin].repair(self.other)
        if value is None:  # nothing valid is chosen yet
            return (self,)
        return self, dataclasses.replace(self, **{self.twin: value, "twin": "none", "other": ""})

    def settings(self) -> tuple[RunSettings, ...]:
        """What the models are trained with; a UserError in one line if they can't be."""
        return tuple(member._settings() for member in self.members)

    def _settings(self) -> RunSettings:
        fields = dataclasses.fields(self.family.settings)
        names = [f.name for f in fields if f.name not in (*MASKED, "variational")]
        values: dict[str, Any] = {n: getattr(self, n) for n in names if hasattr(self, n)}
        values["widths"] = tuple(int(width) for width in self.widths.split("-"))
        values["warmup"] = min(self.warmup, self.steps)
        if self.masked:  # another decoder leaves these unread
            values |= {"skip": self.skip == "yes", "reach": self.reach, "unseen": self.unseen}
        return self.family.settings(**values, **self.family.fixes)


DECLARED = declared(Plan)
KINDS = {name: about.kind for name, about in DECLARED.items()}


def follow(before: Plan, now: Plan) -> tuple[Plan, list[Note]]:
    """Widths come with a network, `other` with a twin, A and B with a data set, unless the user has
    chosen them too.
    """
    changes = {}
    if now.widths == before.widths and now.widths not in WIDTHS[now.architecture]:
        changes["widths"] = USUAL[now.architecture]
    if now.other == before.other and now.twin != before.twin and not valid_other(now):
        changes["other"] = usual_other(now)
    return dataclasses.replace(released(before, now), **changes), []


def read(values: dict[str, Any]) -> Plan:
    """The plan of a run's file or of a link, its notes left out."""
    plan = follow(Plan(), parse(values, Plan())[0])[0]
    return dataclasses.replace(plan, other=valid_other(plan) or usual_other(plan))


def valid_other(plan: Plan) -> str | None:
    """`other` as a valid value of the setting in which the twins differ; None if there is none, as
    for a value that the first model has too.
    """
    if plan.twin == "none":
        return ""
    value = KINDS[plan.twin].repair(plan.other)
    return None if value is None or value == getattr(plan, plan.twin) else text(value)


def usual_other(plan: Plan) -> str:
    """The value of a twin that has none yet, far from the first model's."""
    choices = {
        "model": (AUTOENCODER.choice, VAE.choice),
        "schedule": ("linear", "constant"),
        "decoder": ("mirror", "linear") if plan.masked else ("linear", "mirror"),
        "skip": ("yes", "no"),
        "reach": ("1", "0"),
        "unseen": ("0.5", "0"),
        "likelihood": ("gaussian-optimal", "gaussian"),
        "free_bits": ("0.25", "0"),
        "sigma2": (text(plan.sigma2 / 10), text(plan.sigma2 * 10)),
        "beta": (text(plan.beta * 4), text(plan.beta / 4)),
    }
    tries = (dataclasses.replace(plan, other=other) for other in choices.get(plan.twin, ()))
    return next((other for other in map(valid_other, tries) if other is not None), "")


def two_dimensions(plan: Plan, latent: int) -> tuple[int, int]:
    """The map's dimensions i and j, counted from 1, as far as there are so many; never the same."""
    most = max(latent, 2)
    i, j = min(plan.i, most), min(plan.j, most)
    return i, j if j != i else 1 if i > 1 else 2
