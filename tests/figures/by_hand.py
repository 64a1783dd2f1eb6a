"""Records of the figures that show one computation."""

from __future__ import annotations

from vaeviz.figures.elbo_over_mean import MU
from vaeviz.records.by_hand import Graph, HeldDraw, Node
from vaeviz.theory.held_draw import LINE, loss_over
from vaeviz.theory.one_step import step
from vaeviz.theory.toy_bound import bound, elbo
from vaeviz.theory.two_gaussians import Gaussian, divergence, noise

Q, PRIOR = Gaussian(1.0, 0.5), Gaussian(0.0, 1.0)
APART = divergence(Q, PRIOR, noise(0))
BOUND_OF = bound(1.0, 0.5, 1.2, 1.0)
OVER = elbo(MU, 0.5, 1.2, 1.0)

TAKEN = step(0.5, 0.0, 1.2, -0.3, 1.0)
HELD = HeldDraw(
    LINE,
    loss_over(LINE, TAKEN, True, False),
    loss_over(LINE, TAKEN, False, False),
    TAKEN.mu,
    TAKEN.nll,
    TAKEN.d_z,
    "ε held",
    "−1.000",
    "a test",
)
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
