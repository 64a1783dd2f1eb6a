"""Records of the figures that show one computation."""

from __future__ import annotations

from vaeviz.records.by_hand import Graph, Node
from vaeviz.theory.one_step import step

TAKEN = step(0.5, 0.0, 1.2, -0.3, 1.0)
GRAPH = Graph(
    {
        "mu": Node("μ", 2.0, 3.0, "posterior", 0.5, -0.5),
        "epsilon": Node("ε", 2.0, 1.0, "rate", -0.3),
        "z": Node("z", 6.0, 2.0, "rate", 0.2, -1.0),
    },
    (("mu", "z"),),
    (("epsilon", "z"),),
    "From μ and ε to z",
    "To z",
    "z = 0.2; the gradient is −0.5 on μ.",
    "closed form",
)
