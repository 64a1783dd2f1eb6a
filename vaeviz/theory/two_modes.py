"""Why squared error blurs: an image whose edge is at column 50 or 51 with probability ½ each.

Only one pixel differs: it is 1 or 0 with probability ½. Without a code the best guess of it is the
mean, ½, with squared error ¼; either sharp guess has ½. A code after which the pixel is 1 (or 0)
with probability (1 + m)/2 costs R = log 2 - h((1 + m)/2) nats; the error is then (1 - m²)/4.
The least ½ error + τR has

    m = tanh(m / 4τ):    m = 0, blurred, for τ ≥ ¼;    m → 1, sharp, as τ → 0.

No code is better: for each symbol u of z, the sum is a function of P(x = 1 | u) alone, and the two
points ±m carry its lower convex envelope (Shannon's rate-distortion function of a fair coin under
squared error). ¼ is the pixel's variance, so the blur begins at the linear VAE's λ ≤ τ. A Gaussian
posterior may cost more. (The tests search all codes by the Blahut-Arimoto algorithm.)
"""

from __future__ import annotations

import math

VARIANCE = 0.25  # of the pixel, and the τ from which on the edge is blurred


def contrast(tau: float) -> float:
    """The contrast m in [0, 1] of the best reconstruction at τ > 0."""
    if tau >= VARIANCE:
        return 0.0
    low, high = 0.0, 1.0  # tanh(m / 4τ) - m is positive below its root, negative above
    for _ in range(80):
        m = 0.5 * (low + high)
        low, high = (m, high) if math.tanh(m / (4 * tau)) > m else (low, m)
    return 0.5 * (low + high)


def rate(m: float) -> float:
    """The least nats of a code of contrast m: log 2 - h((1 + m)/2)."""
    terms = [p * math.log(2 * p) for p in (0.5 * (1 + m), 0.5 * (1 - m)) if p > 0]
    return sum(terms)


def squared_error(m: float) -> float:
    """The remaining error, (1 - m²)/4; ¼ for the mean of both images."""
    return VARIANCE * (1 - m * m)
