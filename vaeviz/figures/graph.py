"""A graph of computation: values run to the right, gradients come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vaeviz.figures.theme import FONT_SIZE, Spec, Theme, axis, figure
from vaeviz.records.by_hand import Graph

WIDTH, LOW, HIGH = 10.0, -0.3, 3.8  # of the plane in which the nodes stand
LINE = 0.36  # between two lines of a node's text
START = END = 0.62  # of an edge, away from the middle of its node
BOX, MOST = (0.85, 0.65), 0.36  # half the sides about a node's texts; of an edge's length
LETTER = 0.14  # half a symbol's letter in a figure as narrow as a phone
SIZE = FONT_SIZE + 2  # of a value
TIP = (0.16, 0.09)  # of an arrow


def graph(record: Graph, theme: Theme) -> Spec:
    """Symbols, values below them in the same colour, gradients above in the distortion's colour."""
    nodes = record.nodes.values()
    x, y = [node.x for node in nodes], [node.y for node in nodes]
    colours = [getattr(theme, node.role) for node in nodes]
    traces = [
        _edges(record, record.edges, theme.soft, "solid"),
        _edges(record, record.dashed, theme.soft, "dot"),
        *(
            _text([node.symbol], [node.x], [node.y], colour, FONT_SIZE + 6, 600)
            for node, colour in zip(nodes, colours, strict=True)
        ),
        _text([written(n.value) for n in nodes], x, [v - LINE for v in y], theme.ink, SIZE),
        _text(
            [sloped(n.gradient) or n.missing for n in nodes],
            x,
            [v + LINE for v in y],
            theme.distortion,
        ),
    ]
    meta = {
        "title": record.title,
        "short": record.short,
        "source": record.source,
        "alt": record.finding,
        "legend": [["value", theme.ink], ["∂ loss / ∂ it", theme.distortion]],
    }
    hidden = {"showgrid": False, "showline": False, "showticklabels": False}
    flat = axis(theme, "", 0, WIDTH, **hidden), axis(theme, "", LOW, HIGH, **hidden)
    return figure(theme, traces, *flat, meta, margin=(4, 4, 4, 4))


def written(value: float) -> str:
    """Three decimals, with a minus sign."""
    text = f"{value:.3f}"
    return (text if float(text) else "0.000").replace("-", "−")


def sloped(gradient: float | None) -> str:
    """The gradient in words of the figure; nothing where none is asked for."""
    return "" if gradient is None else f"∂ {written(gradient)}"


def _edges(
    record: Graph, edges: Iterable[tuple[str, str]], colour: str, dash: str
) -> dict[str, Any]:
    x: list[float | None] = []
    y: list[float | None] = []
    for start, end in edges:
        a, b = record.nodes[start], record.nodes[end]
        length = ((b.x - a.x) ** 2 + (b.y - a.y) ** 2) ** 0.5
        ux, uy = (b.x - a.x) / length, (b.y - a.y) / length
        after = _away(a.symbol, START, ux, uy, length)
        before = _away(b.symbol, END, ux, uy, length)
        tail = a.x + after * ux, a.y + after * uy
        head = b.x - before * ux, b.y - before * uy
        back = head[0] - TIP[0] * ux, head[1] - TIP[0] * uy
        one = back[0] - TIP[1] * uy, back[1] + TIP[1] * ux
        other = back[0] + TIP[1] * uy, back[1] - TIP[1] * ux
        for place in (tail, head, None, one, head, other, None):
            x.append(None if place is None else place[0])
            y.append(None if place is None else place[1])
    return {
        "type": "scatter",
        "mode": "lines",
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 2, "dash": dash},
    }


def _away(symbol: str, least: float, ux: float, uy: float, length: float) -> float:
    """How far an edge in direction (ux, uy) keeps from a node: to an ellipse about its symbol, and
    where the edge is long, to a box about all its texts.
    """
    across = max(least, LETTER * len(symbol))
    ellipse = 1 / ((ux / across) ** 2 + (uy / least) ** 2) ** 0.5
    sides = [half / abs(u) for half, u in zip(BOX, (ux, uy), strict=True) if u]
    return max(ellipse, min(*sides, MOST * length))


def _text(
    text: list[str],
    x: list[float],
    y: list[float],
    colour: str,
    size: int = FONT_SIZE,
    weight: int = 400,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "hoverinfo": "skip",
        "x": x,
        "y": y,
        "text": text,
        "textposition": "middle center",
        "textfont": {"size": size, "color": colour, "weight": weight},
    }
