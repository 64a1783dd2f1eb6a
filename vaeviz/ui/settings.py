"""Every setting of the Explorer, declared once: name in the URL, range, default, words. Knows no
Streamlit.

Values come from strangers (a URL, a browser): whatever arrives is put back to the nearest valid
one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from vaeviz import data
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.config import ONE_VARIANCE
from vaeviz.ui import kinds
from vaeviz.ui.kinds import Log, Name, OneOf, Whole, setting

DECODERS = {
    "gaussian": "Gaussian, σ² fixed",
    "gaussian-optimal": "Gaussian, σ² learned (optimal)",
    "gaussian-per-pixel": "Gaussian, σ² for every pixel",
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
}


@dataclass(frozen=True)
class Settings:
    """What the Explorer shows; field names are the names in the URL."""

    data: str = setting("digits", OneOf(data.names()), "data set")
    model: str = setting(MULTI_RATE, Name(), "model")
    decoder: str = setting("gaussian", OneOf(tuple(DECODERS)), "decoder")
    beta: float = setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = setting(0.05, Log(1e-4, 10.0), "σ²")
    d: int = setting(8, Whole(1, 16), "latent size")
    i: int = setting(1, Whole(1, 16), "first dimension drawn")
    j: int = setting(2, Whole(1, 16), "second dimension drawn")
    a: int = setting(0, Whole(0, 10**6), "example A")
    b: int = setting(3, Whole(0, 10**6), "example B")
    threshold: float = setting(0.1, Log(0.001, 2.0), "KL threshold")
    pixels: str = setting("mean", OneOf(("mean", "sampled")), "pixels")
    hold: str = setting("free", OneOf(("free", "tau")), "hold τ")
    seed: int = setting(0, Whole(0, 10**6), "seed")

    @property
    def gaussian(self) -> bool:
        """Whether there is one σ² for all pixels."""
        return self.decoder in ONE_VARIANCE

    @property
    def tau(self) -> float:
        """τ = βσ², or β where there is no one σ²."""
        return self.beta * self.sigma2 if self.gaussian else self.beta

    def query(self) -> str:
        """The settings that differ from their defaults, as a query string with its question mark,
        or "".

        A kept model has defaults of its own, so what it would set is always named.
        """
        return kinds.query(self, () if self.model == MULTI_RATE else ("decoder", "beta", "sigma2"))


def parse(raw: dict[str, Any], base: Settings = Settings()) -> tuple[Settings, list[str]]:
    """Valid settings from untrusted values, over `base`, and a note for each value that was put
    back.
    """
    return kinds.parse(raw, base)


def fit(
    settings: Settings, latent: int, examples: int, decoders: tuple[str, ...]
) -> tuple[Settings, list[str]]:
    """The nearest settings that a data set with so many latent dimensions, examples and decoders
    allows.
    """
    notes: list[str] = []
    wanted: dict[str, Any] = {"d": min(settings.d, latent)}
    wanted["i"] = min(settings.i, max(wanted["d"], 2))
    wanted["j"] = min(settings.j, max(wanted["d"], 2))
    if wanted["i"] == wanted["j"]:
        wanted["j"] = 2 if wanted["i"] == 1 else 1
    wanted["a"], wanted["b"] = min(settings.a, examples - 1), min(settings.b, examples - 1)
    notes += [
        f"{_WORDS[name]} {getattr(settings, name)} is not possible here: {wanted[name]} is used."
        for name in ("i", "j", "a", "b")
        if wanted[name] != getattr(settings, name)
    ]
    if settings.decoder not in decoders:
        wanted["decoder"] = decoders[0]
        notes.append(
            f"No {settings.decoder} model of this data set is shipped: {DECODERS[decoders[0]]} is"
            " shown."
        )
    if wanted["d"] < settings.d:
        notes.append(
            f"This data set's model has at most {latent} latent dimensions: {wanted['d']} is shown."
        )
    return dataclasses.replace(settings, **wanted), notes


_WORDS = kinds.words(Settings)
