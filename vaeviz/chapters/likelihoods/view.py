"""The settings that the tools of the chapter share: none. Each has its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LikelihoodsView:
    """The tools' views begin here."""
