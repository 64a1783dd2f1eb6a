"""The outcome of sanity checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A check by `name`: what it claims, what was measured, its limit, and whether it passed.

    `values` are the measured numbers, which `measured` says in words.
    """

    name: str
    claim: str
    values: tuple[float, ...]
    measured: str
    limit: str
    passed: bool
