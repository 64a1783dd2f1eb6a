"""Examples A and B: of two classes, in every data set, until the user chooses others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vaeviz.chapters.settings import Whole, setting
from vaeviz.serve.probes import Probe

USUAL = -1  # the data set's own example: `Probe.pair`


class Number(Whole):
    """The number of an example, or USUAL."""

    def repair(self, value: Any) -> int | None:
        return USUAL if value in (USUAL, str(USUAL)) else super().repair(value)


def example(name: str, help: str, **more: Any) -> Any:
    """The setting "a" or "b", an example by its number."""
    letter = name.upper()
    kind = Number(0, 10**6)
    return setting(USUAL, kind, f"example {letter}", letter, help, form="number", **more)


def paired(view: Any, probe: Probe) -> Any:
    """The view with the data set's own examples where none are chosen; others have none."""
    own = {name: k for name, k in usual(view, probe).items() if getattr(view, name) == USUAL}
    return replace(view, **own)


def usual(view: Any, probe: Probe) -> Mapping[str, int]:
    """What A and B are in this data set unless they are chosen; {} for a view without them."""
    return {name: k for name, k in zip("ab", probe.pair, strict=True) if hasattr(view, name)}


def released(before: Any, now: Any) -> Any:
    """Another data set has other examples: those that were chosen in the one before are let go."""
    if now.data == before.data or not hasattr(now, "a"):
        return now
    kept = [name for name in "ab" if getattr(now, name) != getattr(before, name)]
    return replace(now, **{name: USUAL for name in "ab" if name not in kept})
