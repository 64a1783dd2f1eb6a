"""A study of two cures over two seeds, with distinctive numbers."""

from __future__ import annotations

import math

from vaeviz.records.cures import NONE, Cure, CureRun, CureStudy


def run(
    cure: str, seed: int, rate: float, active: int, squared_error: float, sigma2: float = 0.5
) -> CureRun:
    """Of 4 elements: with σ² = ½ the constants are 2 log π, and D the squared error plus those."""
    distortion = squared_error / (2 * sigma2) + 2 * math.log(2 * math.pi * sigma2)
    return CureRun(cure, seed, rate, distortion, 0.1, active, rate, 0.02, sigma2, squared_error)


STUDY = CureStudy(
    "digits",
    "0" * 64,
    "2026-01-02",
    {},
    (Cure(NONE, "no cure"), Cure("good", "a good one"), Cure("dear", "a dear one")),
    (
        run(NONE, 1, 0.01, 0, 9.0),
        run(NONE, 2, 0.02, 0, 9.0),
        run("good", 1, 3.0, 2, 5.0),
        run("good", 2, 3.0, 4, 6.5),
        run("dear", 1, 6.0, 5, 5.0),
        run("dear", 2, 7.0, 5, 5.0),
    ),
    100,
    4,
    16,
    50,
    math.log(100),
    "a test",
)
