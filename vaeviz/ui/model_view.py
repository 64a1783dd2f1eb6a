"""What the views of pages on one model share: which model it is, as the Explorer and the URL know
it.
"""

from __future__ import annotations

import dataclasses
from typing import TypeVar, cast

from vaeviz.ui import kinds
from vaeviz.ui.settings import MULTI_RATE, Settings

MODEL = ("data", "model", "decoder", "beta", "sigma2", "d")
T = TypeVar("T", bound="ModelView")


class ModelView:
    """A frozen dataclass of settings, with those of MODEL among them."""

    @property
    def model_settings(self) -> Settings:
        """The Explorer's settings for the same model."""
        own = {name: getattr(self, name) for name in MODEL}
        return dataclasses.replace(Settings(), **own)

    def at(self: T, chosen: Settings) -> T:
        """The same view of another model."""
        own = {name: getattr(chosen, name) for name in MODEL}
        return cast(T, dataclasses.replace(self, **own))  # type: ignore[type-var]

    def query(self) -> str:
        """The settings that differ from their defaults, as a query string with its question mark,
        or "".
        """
        fixed = self.model_settings.model != MULTI_RATE
        return kinds.query(self, ("data", "decoder", "beta", "sigma2", "d") if fixed else ())
