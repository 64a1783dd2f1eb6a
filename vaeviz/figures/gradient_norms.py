"""Norms of the gradients of D and of βR on the encoder, over the steps of a run."""

from __future__ import annotations

import math

import numpy as np

from vaeviz.figures.over_steps import line, marks, steps_axis
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array, GradientNorms

_EQUAL = 1.25  # a ratio within this is called equal


def gradient_norms(record: GradientNorms, theme: Theme) -> Spec:
    """Both norms on a logarithmic axis, where measured; zeros are left out."""
    r = record
    traces = [
        *marks(r.moves, theme, r.limits),
        line("log10 ‖∇D‖", r.step, _log10(r.distortion), theme.distortion, r.limits),
        line("log10 ‖∇βR‖", r.step, _log10(r.rate), theme.rate, r.limits),
    ]
    short = _title(r).replace(" on the encoder", "")
    meta = {
        "title": _title(r),
        "short": short,
        "source": r.source,
        "alt": _finding(r),
        "legend": [["‖∇D‖", theme.distortion, "solid"], ["‖∇βR‖", theme.rate, "solid"]],
    }
    powers = _powers(*r.limits)
    y = axis(
        theme,
        "norm (log)",
        *r.limits,
        tickmode="array",
        tickvals=powers,
        ticktext=[f"10<sup>{k}</sup>".replace("-", "−") for k in powers],
    )
    return figure(theme, traces, steps_axis(theme, r.right), y, meta)


def _log10(values: Array) -> Array:
    """log10, NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(values)
    return np.where(np.isfinite(logs), logs, np.nan)


def _powers(low: float, high: float) -> list[int]:
    """At most four powers of ten between the limits."""
    stride = max(math.ceil((high - low) / 3), 1)
    return list(range(math.ceil(low), math.floor(high) + 1, stride))


def _newest(r: GradientNorms) -> tuple[float, float] | None:
    """The last steps pair."""
    steps = np.flatnonzero(np.isfinite(r.distortion) & np.isfinite(r.rate))
    return (float(r.distortion[steps[-1]]), float(r.rate[steps[-1]])) if len(steps) else None


def _title(r: GradientNorms) -> str:
    pair = _newest(r)
    if pair is None:
        return "What pulls on the encoder: not measured yet"
    if min(pair) <= 0:
        return f"{'Nothing' if max(pair) <= 0 else 'Only ' + _stronger(pair)} pulls on the encoder"
    ratio = max(pair) / min(pair)
    if ratio < _EQUAL:
        return "D and βR pull equally hard on the encoder"
    times = f"{ratio:.1f}" if ratio < 10 else f"{ratio:.3g}"
    weaker = "βR" if _stronger(pair) == "D" else "D"
    return f"{_stronger(pair)} pulls {times}× as hard as {weaker} on the encoder"


def _stronger(pair: tuple[float, float]) -> str:
    return "D" if pair[0] > pair[1] else "βR"


def _finding(r: GradientNorms) -> str:
    pair = _newest(r)
    if pair is None:
        return "Norms of the gradients on the encoder; none has been measured yet."
    count = int(np.isfinite(r.distortion).sum())
    return (
        f"Norms of the gradients on the encoder's weights, {count} measurements; the newest: "
        f"{pair[0]:.3g} for D, {pair[1]:.3g} for βR."
    )
