"""Records of the figures of gradient estimators."""

from __future__ import annotations

import numpy as np

from vaeviz.records.estimators import Estimates, Variances

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
