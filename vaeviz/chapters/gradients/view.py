"""The settings that the tools of the chapter share: none. Each has its own numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GradientsView:
    """The tools' views begin here."""
