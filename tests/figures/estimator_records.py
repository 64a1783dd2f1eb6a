"""Records of the figures of gradient estimators."""

from __future__ import annotations

import numpy as np

from vaeviz.records.estimators import (
    Estimates,
    HeldNumber,
    Relaxed,
    Simplex,
    TwoCurves,
    Variances,
)

ESTIMATES = Estimates(
    np.array([[1.9, 2.0, 2.1], [0.0, 2.0, 4.0], [1.0, 2.0, 3.0]]),
    2.0, np.array([0.1, 2.0, 1.0]), 4, "∂/∂μ E[f]", "a test",
)  # fmt: skip
VARIANCES = Variances(
    np.array([0.1, 0.3, 1.0]),
    np.array([[0.01, 0.1, 1.0], [50.0, 20.0, 10.0], [5.0, 4.0, 3.0]]),
    np.array([0.3]), np.array([[0.11], [19.0], [4.2]]), np.array([[0.01], [2.0], [0.3]]),
    "σ", (0.1, 1.0), "The score's variance is 200 times the pathwise one",
    "The variances at σ = 0.3 are 0.1, 20 and 4.", -3, 2, "a test",
)  # fmt: skip
NUMBER = HeldNumber(
    "Gamma(θ, 1)", [0.2, 1.0, 5.0], [0.1, 0.4, 3.6], 2.0, 1.1, 0.8, True, 0.0, 10.0, "a test"
)
TWO_CURVES = TwoCurves(
    "Gamma(θ, 1)", np.array([0.0, 1.0, 4.0]), np.array([0.0, 0.3, 1.0]),
    np.array([0.0, 0.2, 0.9]), 2.0, 0.5, 0.3, (1.0, 1.4), "a test",
)  # fmt: skip
TRIANGLE = Simplex(
    np.array([[0.98, 0.01, 0.01], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]]),
    np.array([0, 1, 2]), np.array([0.5, 0.3, 0.2]), 0.5, "a test",
)  # fmt: skip
RELAXED_OVER = Relaxed(
    np.array([0.1, 1.0]), np.array([[0.5, 0.2], [0.5, 0.5], [0.6, 0.3]]), np.full((3, 2), 0.05),
    0.5, np.array([0.4, 0.5, 0.5]), np.full(3, 0.05), 0.55, "a test",
)  # fmt: skip
