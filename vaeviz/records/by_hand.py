"""Small graphs of computation, with the numbers that stand at their nodes."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True)
class Node:
    """A quantity: its symbol, place (x, y), role of the theme, value, and the gradient of the loss
    on it (None: it is not asked for, or none arrives, which `missing` then says).
    """

    symbol: str
    x: float
    y: float
    role: str
    value: float
    gradient: float | None = None
    missing: str = ""


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


@dataclass(frozen=True, eq=False)
class HeldDraw:
    """One example's loss over μ, along `line`: with the noise ε held, so that z moves with μ, and
    with the drawn z held. `slope` is that of the curve of what is `held`, at `mu`; `told` is how
    the graph reports it.
    """

    line: Array
    epsilon_held: Array
    z_held: Array
    mu: float
    loss: float
    slope: float
    held: str
    told: str
    source: str
