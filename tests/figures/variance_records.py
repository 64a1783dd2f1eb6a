"""Records of the figures of variance outputs."""

from __future__ import annotations

from vaeviz.records.variance_outputs import Courses, Pulls

COURSES = Courses(
    ((30.0, 3.0), (30.0,), (30.0, 8.0)), (0, 3, 0), 4, 8, "−ELBO (nats)", 0.0, 2.0,
    (1.0, 10.0, 100.0), "σ breaks", "log σ² ends at 3, σ is NaN at 3, the clamp ends at 8.",
    "a test", True,
)  # fmt: skip
PULLS = Pulls(
    (-2.0, -1.0, None, -0.5, 1.0),
    ((-0.4, -0.3, None, -0.2, 0.9), (None, None, None, -1.5, 1.5), (0.0, 0.0, None, -0.5, 0.25)),
    -0.5, (-0.2, -1.5, -0.5), "a test",
)  # fmt: skip
