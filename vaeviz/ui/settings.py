"""Every setting of the Explorer, declared once: name in the URL, range, default, words. Knows no Streamlit.

Values come from strangers (a URL, a browser): whatever arrives is put back to the nearest valid one.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from vaeviz import data


@dataclass(frozen=True)
class Log:
    """A positive number on a logarithmic slider, kept to six significant digits."""

    low: float
    high: float

    def repair(self, value: Any) -> float | None:
        number = _number(value)
        if number is None or math.isnan(number):
            return None
        return float(f"{min(max(number, self.low), self.high):.6g}")


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    low: int
    high: int

    def repair(self, value: Any) -> int | None:
        number = _number(value)
        if number is None or math.isnan(number):
            return None
        return int(min(max(round(min(max(number, -1e18), 1e18)), self.low), self.high))


@dataclass(frozen=True)
class OneOf:
    """One of a few names."""

    names: tuple[str, ...]

    def repair(self, value: Any) -> str | None:
        return value if value in self.names else None


DECODERS = {
    "gaussian": "Gaussian, σ² fixed",
    "gaussian-optimal": "Gaussian, σ² learned (optimal)",
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
}


def _setting(default: Any, kind: Log | Whole | OneOf, words: str) -> Any:
    return field(default=default, metadata={"kind": kind, "words": words})


@dataclass(frozen=True)
class Settings:
    """What the Explorer shows; field names are the names in the URL."""

    data: str = _setting("digits", OneOf(data.names()), "data set")
    decoder: str = _setting("gaussian", OneOf(tuple(DECODERS)), "decoder")
    beta: float = _setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = _setting(0.05, Log(1e-4, 10.0), "σ²")
    d: int = _setting(8, Whole(1, 16), "latent size")
    i: int = _setting(1, Whole(1, 16), "first dimension drawn")
    j: int = _setting(2, Whole(1, 16), "second dimension drawn")
    a: int = _setting(0, Whole(0, 10**6), "example A")
    b: int = _setting(3, Whole(0, 10**6), "example B")
    threshold: float = _setting(0.1, Log(0.001, 2.0), "KL threshold")
    pixels: str = _setting("mean", OneOf(("mean", "sampled")), "pixels")
    hold: str = _setting("free", OneOf(("free", "tau")), "hold τ")
    seed: int = _setting(0, Whole(0, 10**6), "seed")

    @property
    def gaussian(self) -> bool:
        """Whether there is a σ² at all."""
        return self.decoder.startswith("gaussian")

    @property
    def tau(self) -> float:
        """τ = βσ², or β where there is no σ²."""
        return self.beta * self.sigma2 if self.gaussian else self.beta

    def query(self) -> str:
        """The settings that differ from their defaults, as a query string with its question mark, or ""."""
        changed = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)
                   if getattr(self, f.name) != f.default}  # fmt: skip
        return (
            "?" + urlencode({k: f"{v:g}" if isinstance(v, float) else v for k, v in changed.items()})
            if changed
            else ""
        )


def parse(raw: dict[str, Any], base: Settings = Settings()) -> tuple[Settings, list[str]]:
    """Valid settings from untrusted values, over `base`, and a note for each value that was put back."""
    values: dict[str, Any] = {}
    notes = []
    for f in dataclasses.fields(Settings):
        if f.name not in raw:
            continue
        fallback = getattr(base, f.name)
        repaired = f.metadata["kind"].repair(raw[f.name])
        values[f.name] = fallback if repaired is None else repaired
        if repaired is None or not _same(raw[f.name], repaired):
            notes.append(
                f"{f.metadata['words']} {_shown(raw[f.name])} is not possible: {values[f.name]} is used."
            )
    return dataclasses.replace(base, **values), notes


def fit(
    settings: Settings, latent: int, examples: int, decoders: tuple[str, ...]
) -> tuple[Settings, list[str]]:
    """The nearest settings that a data set with so many latent dimensions, examples and decoders allows."""
    notes: list[str] = []
    wanted: dict[str, Any] = {"d": min(settings.d, latent)}
    wanted["i"] = min(settings.i, max(wanted["d"], 2))
    wanted["j"] = min(settings.j, max(wanted["d"], 2))
    if wanted["i"] == wanted["j"]:
        wanted["j"] = 2 if wanted["i"] == 1 else 1
    wanted["a"], wanted["b"] = min(settings.a, examples - 1), min(settings.b, examples - 1)
    notes += [
        f"{_WORDS[name]} {getattr(settings, name)} is not possible here: {wanted[name]} is used."
        for name in ("i", "j", "a", "b") if wanted[name] != getattr(settings, name)
    ]  # fmt: skip
    if settings.decoder not in decoders:
        wanted["decoder"] = decoders[0]
        notes.append(
            f"No {settings.decoder} model of this data set is shipped: {DECODERS[decoders[0]]} is shown."
        )
    if wanted["d"] < settings.d:
        notes.append(f"This data set's model has at most {latent} latent dimensions: {wanted['d']} is shown.")
    return dataclasses.replace(settings, **wanted), notes


_WORDS = {f.name: f.metadata["words"] for f in dataclasses.fields(Settings)}


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _same(raw: Any, repaired: Any) -> bool:
    if isinstance(repaired, str):
        return raw == repaired
    number = _number(raw)
    return number is not None and math.isclose(number, repaired, rel_tol=6e-3)


def _shown(raw: Any) -> str:
    try:
        words = str(raw)[:1000]
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists in lists in lists
        words = type(raw).__name__
    text = "".join(c for c in words if c.isprintable() and c not in "<>&`$[]")
    return f"'{text[:24]}{'…' if len(text) > 24 else ''}'"
