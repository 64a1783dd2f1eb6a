"""The two-mode toy: an edge at column 50 or 51, under squared error."""

from __future__ import annotations

import numpy as np

from vaeviz.records import ImageStrip
from vaeviz.theory import two_modes

EDGE = slice(44, 57)  # columns shown of 100, and as many rows
DARK, BRIGHT = 50, 205  # grey levels of 0 and 1, visible on a light and a dark page


def edge(sigma2: float) -> ImageStrip:
    """Two images, the best one without a code and with the best code: exact, at τ = σ²."""
    m = two_modes.contrast(sigma2)
    rate, error = two_modes.rate(m), two_modes.squared_error(m)
    column = np.arange(100)[EDGE]
    first, second = (column >= 50).astype(float), (column >= 51).astype(float)
    mean = 0.5 * (first + second)  # grey in column 50 alone
    coded = [mean + 0.5 * m * sign * (column == 50) for sign in (1, -1)]
    rows = np.stack([[first, second], [mean, mean], coded])  # (3, 2, W)
    grey = (DARK + (BRIGHT - DARK) * rows).round().astype(np.uint8)
    return ImageStrip(
        "An edge at column 50 or 51: " + ("drawn grey" if m == 0 else "z tells which"),
        np.repeat(grey[:, :, None, :], len(column), axis=2),  # (3, 2, W, W)
        ("x", "no z", "best z"),
        "Two images with an edge at column 50 or 51. Without a code the best is their mean,"
        f" squared error 0.25 against 0.5 for either sharp guess. At σ² = {sigma2:.3g} the best"
        f" code costs {rate:.3f} nats, leaves a squared error of {error:.3f} and {m:.0%} of the"
        " contrast.",
        f"closed form: m = tanh(m/4τ), blurred from τ = ¼; best z: {rate:.2f} nats, error"
        f" {error:.3f} of ¼",
    )
