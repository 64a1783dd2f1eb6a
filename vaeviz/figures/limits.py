"""Axis limits in round numbers, shared by twins, that ignore a run's first high losses."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vaeviz.records import Array, Limits

SETTLED = 0.9  # the share of a curve's values below the upper limit
BEYOND = 0.5  # the margin above them, as a share of their span
RECENT = 0.1  # the newest share of a curve, always in view
FURTHEST = 1e30  # larger numbers count as this


def settled(curves: Sequence[Array], floor: float | None = None) -> Limits:
    """Limits for all the curves: their lowest values, most of the others, and the newest.

    A first loss of 1e4 is then cut off, and the rest stays legible. `floor` fixes the lower limit.
    Numbers that are not finite are ignored; without any, the limits are 0 and 1.
    """
    kept = [finite(c) for c in curves]
    kept = [c for c in kept if len(c)]
    if not kept:
        return (0.0, 1.0)
    low = min(float(c.min()) for c in kept) if floor is None else floor
    most = max(float(np.quantile(part, SETTLED)) for c in kept for part in (c, recent(c)))
    high = min(max(float(c.max()) for c in kept), most + BEYOND * (most - low))
    return rounded(low, high, fixed=floor is not None)


def finite(values: Array) -> Array:
    """The finite `values`, flattened, clipped to what an axis can show."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    return np.clip(flat[np.isfinite(flat)], -FURTHEST, FURTHEST)


def recent(values: Array) -> Array:
    return values[-max(math.ceil(RECENT * len(values)), 1) :]


def rounded(low: float, high: float, fixed: bool = False) -> Limits:
    """The limits with a 5 % margin, moved outward to round numbers; a `fixed` lower one stays."""
    span = max(high - low, 1e-6 * max(abs(high), abs(low)), 1e-3)
    step = _round_step(1.1 * span / 8)
    bottom = low if fixed else math.floor((low - 0.05 * span) / step) * step
    return float(bottom), float(math.ceil((low + 1.05 * span) / step) * step)


def _round_step(size: float) -> float:
    """The next of 1, 2, 5, 10 … times a power of ten."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= size * (1 - 1e-9))


def decades(curves: Sequence[Array]) -> Limits:
    """Whole powers of ten, as log10, around nearly all positive values; (-2, 1) without any."""
    values = np.concatenate([np.zeros(0), *(finite(c) for c in curves)])
    values = values[values > 0]
    if not len(values):
        return (-2.0, 1.0)
    low, high = np.quantile(np.log10(values), [0.01, 0.99])
    bottom, top = math.floor(low), math.ceil(high)
    return float(bottom), float(max(top, bottom + 1))


def last_step(step: int, steps: int) -> float:
    """The end of the axis of steps: doubles during the run, at most the run's end."""
    end = 1000
    while end < step:
        end *= 2
    return float(max(min(end, steps), 1))
