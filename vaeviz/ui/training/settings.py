"""Every setting of the Training page, declared once: name in the URL, range, default, words. No
Streamlit.

A `Plan` is what the page asks for: one run or two twins, and how to look at them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from vaeviz import data
from vaeviz.config import (
    ARCHITECTURES,
    DECODERS,
    LIKELIHOODS,
    SCHEDULES,
    Architecture,
    Decoder,
    Likelihood,
    RunSettings,
    Schedule,
)
from vaeviz.ui import kinds
from vaeviz.ui.kinds import Log, OneOf, Real, Whole, Word, put_back, setting, text

WIDTHS = {
    "mlp": (
        "64",
        "64-64",
        "64-64-64",
        "128-128",
        "256",
        "256-256",
        "256-256-256",
        "400-400",
        "512-512-512",
    ),
    "conv": ("16-32", "32-64"),
}
USUAL = {"mlp": "128-128", "conv": "16-32"}
TWINS = (
    "none",
    "model",
    "schedule",
    "free_bits",
    "decoder",
    "skip",
    "reach",
    "unseen",
    "likelihood",
    "sigma2",
    "beta",
)
MASKED = {
    "skip": "no",
    "reach": 0,
    "unseen": 0.0,
}  # what a masked decoder alone has, as it usually is
LIVE = ("beta", "sigma2", "learning_rate")  # what a hand may move while the model trains
SPEEDS = ("full", "50", "10", "2")


@dataclass(frozen=True)
class Plan:
    """What to train and how to show it; field names are the names in the URL.

    `twin` names the setting in which the second model differs, `other` is that setting's value
    there.
    """

    data: str = setting("digits", OneOf(data.names()), "data set")
    architecture: str = setting("mlp", OneOf(ARCHITECTURES), "network")
    widths: str = setting("128-128", OneOf((*WIDTHS["mlp"], *WIDTHS["conv"])), "layer widths")
    likelihood: str = setting("gaussian", OneOf(LIKELIHOODS), "likelihood")
    decoder: str = setting("mirror", OneOf(DECODERS), "decoder")
    skip: str = setting("no", OneOf(("no", "yes")), "z in every layer")
    reach: int = setting(0, Whole(0, 8), "reach of the decoder")
    unseen: float = setting(0.0, Real(0.0, 1.0), "share of hidden pixels")
    model: str = setting("vae", OneOf(("vae", "ae")), "model")
    beta: float = setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = setting(0.02, Log(1e-4, 10.0), "σ²")
    latent: int = setting(2, Whole(1, 32), "latent size")
    schedule: str = setting("constant", OneOf(SCHEDULES), "schedule of β")
    warmup: int = setting(500, Whole(1, 200_000), "steps of the warm-up")
    free_bits: float = setting(0.0, Real(0.0, 5.0), "free bits")
    learning_rate: float = setting(3e-3, Log(1e-5, 1.0), "learning rate")
    batch: int = setting(128, Whole(8, 1024), "batch")
    steps: int = setting(2000, Whole(100, 200_000), "steps")
    seed: int = setting(0, Whole(0, 10**6), "seed")
    twin: str = setting("none", OneOf(TWINS), "twin")
    other: str = setting("", Word(), "the twin's value")
    show: str = setting("mu", OneOf(("mu", "z")), "points of the map")
    i: int = setting(1, Whole(1, 32), "first dimension drawn")
    j: int = setting(2, Whole(1, 32), "second dimension drawn")
    a: int = setting(0, Whole(0, 10**6), "example A")
    b: int = setting(3, Whole(0, 10**6), "example B")
    speed: str = setting("full", OneOf(SPEEDS), "speed")

    @property
    def pace(self) -> float:
        """Steps a second, 0 for as many as the machine can."""
        return 0.0 if self.speed == "full" else float(self.speed)

    def run_settings(self) -> RunSettings:
        """What the first model is trained with; a UserError in one line if it can't be."""
        return RunSettings(
            data=self.data,
            likelihood=cast(Likelihood, self.likelihood),
            architecture=cast(Architecture, self.architecture),
            decoder=cast(Decoder, self.decoder),
            widths=tuple(int(w) for w in self.widths.split("-")),
            latent=self.latent,
            variational=self.model == "vae",
            beta=self.beta,
            sigma2=self.sigma2,
            schedule=cast(Schedule, self.schedule),
            warmup=min(self.warmup, self.steps),
            free_bits=self.free_bits,
            learning_rate=self.learning_rate,
            batch=self.batch,
            steps=self.steps,
            seed=self.seed,
            **self._masked(),
        )

    def _masked(self) -> dict[str, Any]:
        """What belongs to a masked decoder; nothing for another, which leaves it unread."""
        if self.decoder != "masked":
            return {}
        return {"skip": self.skip == "yes", "reach": self.reach, "unseen": self.unseen}

    def twin_settings(self) -> RunSettings | None:
        """The same but for one setting, or None without a twin."""
        return None if self.twin == "none" else self.second().run_settings()

    def second(self) -> Plan:
        """The plan of the twin, as if it were alone."""
        if self.twin == "none":
            return self
        value = KINDS[self.twin].repair(self.other)
        return dataclasses.replace(self, **{self.twin: value, "twin": "none", "other": ""})

    def query(self) -> str:
        """The settings that differ from their defaults, as a query string with its question mark,
        or "".
        """
        return kinds.query(self)


KINDS = kinds.kinds(Plan)
NAMES = kinds.words(Plan)


def parse(raw: Mapping[str, Any], base: Plan = Plan()) -> tuple[Plan, list[str]]:
    """A valid plan from untrusted values, over `base`, and a note for each value that was put
    back.
    """
    plan, notes = kinds.parse(raw, base)
    plan = _followed(plan, base)
    other = usual_other(plan) if (mended := mend_other(plan)) is None else mended
    if plan.other and other != plan.other:
        notes.append(put_back(NAMES["other"], plan.other, other or "none"))
    return dataclasses.replace(plan, other=other), notes


def _followed(plan: Plan, base: Plan) -> Plan:
    """Widths belong to a network and `other` to a twin: what was left from before gives way to the
    usual.
    """
    changes = {}
    if plan.widths == base.widths and plan.widths not in WIDTHS[plan.architecture]:
        changes["widths"] = USUAL[plan.architecture]
    if plan.other == base.other and plan.twin != base.twin and mend_other(plan) is None:
        changes["other"] = ""
    return dataclasses.replace(plan, **changes)


def mend_other(plan: Plan) -> str | None:
    """`other` as a valid value of the setting in which the twins differ; None if it is none, or A's
    own.
    """
    if plan.twin == "none":
        return ""
    value = KINDS[plan.twin].repair(plan.other)
    return None if value is None or value == getattr(plan, plan.twin) else text(value)


def usual_other(plan: Plan) -> str:
    """The value of a twin that has none yet: as unlike the first model's as a lecture wants it."""
    choices = {
        "model": ("ae", "vae"),
        "schedule": ("linear", "constant"),
        "decoder": ("mirror", "linear") if plan.decoder == "masked" else ("linear", "mirror"),
        "skip": ("yes", "no"),
        "reach": ("1", "0"),
        "unseen": ("0.5", "0"),
        "likelihood": ("gaussian-optimal", "gaussian"),
        "free_bits": ("0.25", "0"),
        "sigma2": (text(plan.sigma2 / 10), text(plan.sigma2 * 10)),
        "beta": (text(plan.beta * 4), text(plan.beta / 4)),
    }
    tries = (dataclasses.replace(plan, other=other) for other in choices.get(plan.twin, ()))
    return next((mended for mended in map(mend_other, tries) if mended is not None), "")
