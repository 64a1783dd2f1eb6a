"""Small graphs of computation, with the numbers that stand at their nodes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """A quantity: its symbol, place (x, y), role of the theme, value, and the gradient of the loss
    on it (None: none arrives, or it is not asked for).
    """

    symbol: str
    x: float
    y: float
    role: str
    value: float
    gradient: float | None = None


@dataclass(frozen=True)
class Graph:
    """Nodes by name, and the edges between them; a `dashed` edge is no part of the gradient."""

    nodes: dict[str, Node]
    edges: tuple[tuple[str, str], ...]
    dashed: tuple[tuple[str, str], ...]
    title: str
    short: str
    finding: str
    source: str
