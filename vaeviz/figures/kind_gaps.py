"""What each kind of q loses for one example, on a logarithmic axis."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.number_line import curve
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, decades, figure
from vaeviz.records.gaps import KindGaps

LOW, HIGH = -3.0, 3.3  # powers of ten of nats
WIDTH = 46  # pixels of a bar


def kind_gaps(record: KindGaps, theme: Theme) -> Spec:
    """A bar per kind, from a thousandth of a nat up; the chosen one has the colour of q."""
    r, count = record, len(record.gap)
    tops = np.clip(r.gap, 10**LOW, 10**HIGH)
    traces = [
        curve(
            r.titles[k], np.full(2, float(k)), np.array([10**LOW, tops[k]]),
            theme.posterior if k == r.chosen else theme.soft, "solid", WIDTH,
        )
        for k in range(count)
    ]  # fmt: skip
    traces.append(
        {
            "type": "scatter",
            "mode": "text",
            "name": "nats",
            "hoverinfo": "skip",
            "x": np.arange(count, dtype=float),
            "y": tops,
            "text": [_nats(gap) for gap in r.gap],
            "textposition": "top center",
            "textfont": {"size": FONT_SIZE, "color": theme.ink},
        }
    )
    meta = {
        "title": _title(r),
        "short": _title(r),
        "source": r.source,
        "alt": _finding(r),
        "legend": [],
    }
    names = {
        "tickvals": list(range(len(r.titles))),
        "ticktext": list(r.titles),
        "showgrid": False,
    }
    x = axis(theme, "family of q", -0.6, len(r.titles) - 0.4, **names)
    y = axis(theme, "log p(x) − ELBO (nats)", LOW, HIGH, **decades(LOW, HIGH))
    return figure(theme, traces, x, y, meta, margin=(66, 8, 6, 44))


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
