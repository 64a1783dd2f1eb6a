"""What each kind of q loses for one example, on a logarithmic axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, decades, figure
from vaeviz.records import Array
from vaeviz.records.gaps import KindGaps

LOW, HIGH = -3.0, 4.0  # powers of ten of nats
TOP = 10**3.6  # where the names are
WIDTH = 46  # pixels of a bar


def kind_gaps(record: KindGaps, theme: Theme) -> Spec:
    """A bar per kind, from a thousandth of a nat up; the chosen one has the colour of q."""
    r, count = record, len(record.gap)
    tops = np.clip(r.gap, 10**LOW, 10.0**3)
    traces = [
        curve(
            r.titles[k], np.full(2, float(k)), np.array([10**LOW, tops[k]]),
            theme.posterior if k == r.chosen else theme.soft, "solid", WIDTH,
        )
        for k in range(count)
    ]  # fmt: skip
    names = [title.removesuffix(" flow") for title in r.titles]
    traces.append(_words("nats", tops, [_nats(gap) for gap in r.gap], "top center", theme))
    traces.append(_words("names", np.full(len(names), TOP), names, "middle center", theme))
    meta = {
        "title": _title(r),
        "short": _title(r),
        "source": r.source,
        "alt": _finding(r),
        "legend": [],
    }
    bare = {"showticklabels": False, "ticks": "", "showgrid": False}
    x = axis(theme, "family of q", -0.6, len(r.titles) - 0.4, **bare)
    y = axis(theme, "log p(x) − ELBO (nats)", LOW, HIGH, **decades(LOW, HIGH))
    return figure(theme, traces, x, y, meta, margin=(66, 8, 6, 30))


def _words(name: str, y: Array, text: list[str], where: str, theme: Theme) -> dict[str, Any]:
    """A text per bar, smaller where it would not fit."""
    return {
        "type": "scatter",
        "mode": "text",
        "name": name,
        "hoverinfo": "skip",
        "x": np.arange(len(text), dtype=float),
        "y": y,
        "text": text,
        "textposition": where,
        "textfont": {"size": FONT_SIZE, "color": theme.ink},
        "meta": {"slots": True},
    }


def _nats(gap: float) -> str:
    return f"{gap:.3f}".replace("-", "−") if abs(gap) < 1 else number(gap)


def _title(r: KindGaps) -> str:
    if r.waits:
        return r.waits
    return f"From {_nats(r.gap[0])} nats with the encoder to {_nats(float(r.gap.min()))}"


def _finding(r: KindGaps) -> str:
    each = ", ".join(
        f"{title} {_nats(gap)} ± {error:.3f}"
        for title, gap, error in zip(r.titles, r.gap, r.error, strict=False)
    )
    return f"Gap of the ELBO of one example by the kind of q, in nats: {each}. {r.waits}".strip()
