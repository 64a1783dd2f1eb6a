"""Records of the figures that show one computation."""

from __future__ import annotations

import numpy as np

from vaeviz.figures.elbo_over_mean import MU
from vaeviz.records.bits import Bits
from vaeviz.records.by_hand import Graph, HeldDraw, Node
from vaeviz.records.pixel import Curves
from vaeviz.records.walk import Walk
from vaeviz.theory.held_draw import LINE, loss_over
from vaeviz.theory.mixture_fit import Mixture, fit
from vaeviz.theory.one_step import step
from vaeviz.theory.toy_bound import bound, elbo
from vaeviz.theory.two_gaussians import Gaussian, divergence, noise

Q, PRIOR = Gaussian(1.0, 0.5), Gaussian(0.0, 1.0)
APART = divergence(Q, PRIOR, noise(0))
BOUND_OF = bound(1.0, 0.5, 1.2, 1.0)
OVER = elbo(MU, 0.5, 1.2, 1.0)

TWO_MODES = Mixture(np.array([0.5, 0.5]), np.array([-2.0, 2.0]), np.array([0.6, 0.6]))
FITTED = fit(TWO_MODES, Gaussian(1.0, 1.0), "reverse")
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

WALK = Walk(
    x=np.zeros(4),
    mu=np.array([0.5, -1.0]),
    logvar=np.array([-1.0, 0.0]),
    noise=np.array([0.1, 0.2]),
    z=np.array([0.56, -0.8]),
    mean=np.zeros(4),
    nll=12.0,
    kl=np.array([0.3, 0.5]),
    beta=1.0,
    nll_d_mu=np.array([3.0, -1.0]),
    nll_d_logvar=np.array([0.1, -0.2]),
    kl_d_mu=np.array([0.5, -1.0]),
    kl_d_logvar=np.array([-0.3, 0.0]),
    encoder=(8, 4),
    decoder=(8, 4),
    source="a test",
)
CURVES = Curves(
    names=("Gaussian", "Bernoulli"),
    at=np.linspace(0, 1, 5),
    curves={"Gaussian": np.ones(5), "Bernoulli": np.full(5, 0.5)},
    dashes=("solid", "dash"),
    marks=(("Gaussian", 0.3, 0.5),),
    symbol="x",
    value=0.3,
    foot=0.0,
    handle="grey",
    across="grey value x",
    up="density",
    low=-0.2,
    high=4.0,
    title="The area is 0.500, not 1",
    finding="The area of the Bernoulli's expression is 0.5.",
    source="a test",
)
BITS = (
    Bits("one", "Gaussian, σ² fixed", 0.3, 2.2, 0.02, -1.0, 3.5, 1.0, 2.2, "a test"),
    Bits("two", "Bernoulli", 0.1, 0.4, 0.01, 0.4, None, 5.6, 2.7, "a test"),
)
