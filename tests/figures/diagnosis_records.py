"""Records of a diagnosis for the figure tests, with distinctive numbers."""

from __future__ import annotations

import numpy as np

from vaeviz.records.posteriors import Posteriors, UnitSpread

POSTERIORS = Posteriors(
    unit=2,
    mean=np.array([-1.0, 0.5]),
    deviation=np.array([0.01, 1.0]),
    labels=np.array([0, 11]),
    pairwise=7.25,
    kl=3.5,
    examples=100,
    source="a test",
)
SPREAD = UnitSpread(
    np.array([0.9, 0.0, 2.0]),
    np.array([0.1, 1.0, 0.05]),
    np.array([False, True, False]),
    0.1,
    "a test",
)
