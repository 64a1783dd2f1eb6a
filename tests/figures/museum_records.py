"""Records of the figures of the museum of bugs."""

from __future__ import annotations

import numpy as np

from vaeviz.records.museum import Axes, Bars, Comparison, Line

STEP = np.array([1.0, 100.0, 200.0])
AXES = Axes("step", "nats per example", (0.0, 200.0), (0.0, 60.0))
SHOWN = Line("error", "distortion", STEP, np.array([190.0, 48.0, 46.0]))
COMPARISON = Comparison(
    (SHOWN,),
    (Line("error", "distortion", STEP, np.array([190.0, 20.0, 15.0])),),
    Line("best", "linear", STEP, np.full(3, 14.0)),
    AXES,
    "mended",
    "Error 46; mended: error 15",
    "Error 46",
    "Error 46 at the last step; mended: error 15.",
    "a test",
)
BARS = Bars(
    np.array([-0.5, 0.5, 1.0]),
    np.array([0.1, 0.3, 0.6]),
    0.06,
    np.linspace(-2, 3, 11),
    np.linspace(0, 0.5, 11),
    "weight",
    "posterior",
    Axes("z", "weight; density", (-2.0, 3.0), (0.0, 0.9)),
    "The heaviest is z = 1.0",
    "The heaviest of three draws is at z = 1.0.",
    "a test",
)
