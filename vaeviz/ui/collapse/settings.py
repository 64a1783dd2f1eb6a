"""Every setting of the page Collapse, declared once. Knows no Streamlit.

The first six choose the model, and are the Explorer's; `tool` chooses what is looked at, and the rest belongs
to one tool each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vaeviz import data
from vaeviz.ui import kinds
from vaeviz.ui import settings as explorer
from vaeviz.ui.kinds import Log, Name, OneOf, Whole, setting
from vaeviz.ui.settings import DECODERS, MULTI_RATE

TOOLS = ("map", "linear", "diagnosis", "cures", "rate-distortion", "sigma2", "effective")
MODEL = ("data", "model", "decoder", "beta", "sigma2", "d")


@dataclass(frozen=True)
class View:
    """What the page shows; field names are the names in the URL and in the board's messages."""

    data: str = setting("digits", OneOf(data.names()), "data set")
    model: str = setting(MULTI_RATE, Name(), "model")
    decoder: str = setting("gaussian", OneOf(tuple(DECODERS)), "decoder")
    beta: float = setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = setting(0.05, Log(1e-4, 10.0), "σ²")
    d: int = setting(16, Whole(1, 512), "latent size")
    tool: str = setting("map", OneOf(TOOLS), "tool")
    plane: str = setting("tau", OneOf(("tau", "beta")), "plane of the collapse map")

    @property
    def tau(self) -> float:
        """βσ²; β alone where the decoder has no variance."""
        return self.model_settings.tau

    @property
    def model_settings(self) -> explorer.Settings:
        """The Explorer's settings for the same model."""
        own = {name: getattr(self, name) for name in MODEL}
        return dataclasses.replace(explorer.Settings(), **own)

    def at(self, chosen: explorer.Settings) -> View:
        """The same view of another model."""
        return dataclasses.replace(self, **{name: getattr(chosen, name) for name in MODEL})

    def query(self) -> str:
        """The settings that differ from their defaults, as a query string with its question mark, or ""."""
        return kinds.query(self, () if self.model == MULTI_RATE else ("data", "decoder", "beta", "sigma2"))


def parse(raw: Mapping[str, Any], base: View = View()) -> tuple[View, list[str]]:
    """A valid view from untrusted values, over `base`, and a note for each value that was put back."""
    return kinds.parse(raw, base)
