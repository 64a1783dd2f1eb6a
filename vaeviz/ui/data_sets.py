"""The data sets as the boards' controls list them."""

from __future__ import annotations

from vaeviz import data


def titles() -> dict[str, str]:
    """Every data set's title by its name; those that are not on this machine yet say so."""
    return {name: data.describe(name).title + _where(name) for name in data.names()}


def _where(name: str) -> str:
    return "" if data.available(name) else " (download)"
