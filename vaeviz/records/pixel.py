"""Curves of several likelihoods on one axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Curves:
    """`curves` by the likelihood's name over `at`, each with its dash; `marks` are (name, x, y).
    The point `symbol` stands at `value`, at the height `foot`, and `handle` drags it.
    """

    names: tuple[str, ...]
    at: Array
    curves: Mapping[str, Array]
    dashes: tuple[str, ...]
    marks: tuple[tuple[str, float, float], ...]
    symbol: str
    value: float
    foot: float
    handle: str
    across: str
    up: str
    low: float
    high: float
    title: str
    finding: str
    source: str
