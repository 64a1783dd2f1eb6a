"""Records of the figures over steps, from the run in learners.py."""

from __future__ import annotations

from tests.figures.learners import MOVES, history
from vaeviz.records import GradientNorms, KLHeat, LossCurves, RateCurve

H = history()
LOSS = LossCurves(H.step, H.distortion, H.elbo, True, MOVES, 200.0, (0.0, 60.0), "a test")
RATE = RateCurve(H.step, H.rate, H.active, 4, True, MOVES, 200.0, 12.0, "a test")
HEAT = KLHeat(H.step, H.kl, True, 0.1, MOVES, 200.0, 4.0, "a test")
GRADIENTS = GradientNorms(
    H.step, H.distortion_gradient, H.rate_gradient, MOVES, 200.0, (-2.0, 2.0), "a test"
)
