"""The two-mode toy: an edge at column 50 or 51, and what squared error makes of it. Knows no
Streamlit.
"""

from __future__ import annotations

import numpy as np

from vaeviz.records import ImageStrip
from vaeviz.theory import two_modes

EDGE = slice(44, 57)  # columns shown of 100, and as many rows
DARK, BRIGHT = (
    50,
    205,
)  # grey levels of 0 and 1: either ground of the page leaves their rim in sight


def edge(sigma2: float) -> ImageStrip:
    """Two images, what is best without a code, and with the best code: exact, at τ = σ²."""
    m = two_modes.contrast(sigma2)
    column = np.arange(100)[EDGE]
    first, second = (
        (column >= 50).astype(float),
        (column >= 51).astype(float),
    )  # differ in column 50 alone
    mean = 0.5 * (first + second)
    coded = [mean + 0.5 * m * sign * (column == 50) for sign in (1, -1)]
    rows = np.stack([[first, second], [mean, mean], coded])  # (3, 2, W)
    images = np.repeat(
        (DARK + (BRIGHT - DARK) * rows).round().astype(np.uint8)[:, :, None, :], len(column), axis=2
    )
    title = "Edge at 50 or 51: " + ("drawn grey" if m == 0 else "told apart")
    finding = (
        "Two images with an edge at column 50 or 51. Without a code the best is their mean,"
        f" squared error 0.25 against 0.5 for either sharp guess. At σ² = {sigma2:.3g} the best"
        f" code costs {two_modes.rate(m):.3f} nats, leaves a squared error of"
        f" {two_modes.squared_error(m):.3f} and {m:.0%} of the contrast."
    )
    return ImageStrip(
        title,
        images,
        ("x", "no z", "best z"),
        finding,
        _EDGE_SOURCE.format(two_modes.rate(m), two_modes.squared_error(m)),
    )


_EDGE_SOURCE = (
    "closed form: m = tanh(m/4τ), blurred from τ = ¼; best z: {:.2f} nats, error {:.3f} of ¼"
)
