"""What an exhibit of the museum of bugs shows of one version of a code, right or wrong."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array
from vaeviz.records.checks import Check
from vaeviz.records.drawings import ImageStrip
from vaeviz.records.over_steps import Limits

Number = tuple[str, str, str]  # label, value, what it is


@dataclass(frozen=True, eq=False)
class Line:
    """A curve in the colour of a role of the theme."""

    name: str
    role: str
    x: Array
    y: Array


@dataclass(frozen=True, eq=False)
class Axes:
    """The fixed axes of curves; with `ticks` the first is logarithmic, `across` its ends' log10."""

    x: str
    y: str
    across: Limits
    up: Limits
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Comparison:
    """Curves of the version that is shown, those of the `other` one, called `beside`, and a curve
    that no version changes.
    """

    shown: tuple[Line, ...]
    other: tuple[Line, ...]
    truth: Line | None
    axes: Axes
    beside: str
    title: str
    short: str
    finding: str
    source: str


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of `height` at `x`, `width` wide on the axis, and a curve over them, empty for none."""

    x: Array
    height: Array
    width: float
    curve_x: Array
    curve_y: Array
    bar: str
    curve: str
    axes: Axes
    title: str
    finding: str
    source: str


@dataclass(frozen=True, eq=False)
class Version:
    """One version of a code: its curves, pictures, checks and numbers. `truth` is a curve that no
    version changes. `summary` are its main numbers, a few words. `source` says how all was made.
    """

    lines: tuple[Line, ...]
    truth: Line | None
    axes: Axes
    picture: ImageStrip | Bars
    checks: tuple[Check, ...]
    numbers: tuple[Number, ...]
    summary: str
    source: str
