"""The settings of the museum: which exhibit, and whether its mistake is in."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.settings import OneOf, setting
from vaeviz.studies.museum import EXHIBITS, Exhibit

NUMBERS = {name: k for k, name in enumerate(EXHIBITS, 1)}
TITLES = {name: f"{NUMBERS[name]} {each.title}" for name, each in EXHIBITS.items()}
SWITCH = {"in": "the mistake is in", "out": "it is mended"}


@dataclass(frozen=True)
class MuseumView:
    """An exhibit by its name, and the switch."""

    exhibit: str = setting(
        next(iter(EXHIBITS)), OneOf(tuple(EXHIBITS)), "exhibit", "exhibit",
        "Twelve real mistakes, and one false alarm", titles=TITLES,
    )  # fmt: skip
    mistake: str = setting(
        "in", OneOf(tuple(SWITCH)), "mistake", "code",
        "Whether the code has the mistake; data, seed and steps stay the same", titles=SWITCH,
    )  # fmt: skip

    @property
    def about(self) -> Exhibit:
        return EXHIBITS[self.exhibit]

    @property
    def wrong(self) -> bool:
        return self.mistake == "in"
