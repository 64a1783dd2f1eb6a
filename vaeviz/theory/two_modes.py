"""Why squared error blurs: an image whose edge lies at column 50 or 51, each as often as the other.

Only one pixel differs: it is 1 or 0 with probability ½. Without a code the best guess of it is the
mean, ½, with squared error ¼; either sharp guess has ½. A code after which the pixel is 1 with
probability (1 + m)/2, or 0 with as much, costs R = log 2 - h((1 + m)/2) nats and leaves (1 - m²)/4.
The least ½ error + τR has

    m = tanh(m / 4τ):    m = 0, blurred, for τ ≥ ¼;    m → 1, sharp, as τ → 0.

No code of any kind does better: for each u that z may say, the sum is a function of P(x = 1 | u)
alone, and the two points ±m carry its lower convex envelope (Shannon's rate-distortion function of
a fair coin under squared error). ¼ is the pixel's variance, so the blur begins where the linear
VAE's λ ≤ τ says. A Gaussian posterior may have to pay more. (Derived here; the tests search all
codes by the Blahut-Arimoto algorithm.)
"""

from __future__ import annotations

import math

VARIANCE = 0.25  # of the pixel, and the τ from which on the edge is blurred


def contrast(tau: float) -> float:
    """m in [0, 1]: what is left of the edge in the best reconstruction at τ > 0."""
    if tau >= VARIANCE:
        return 0.0
    low, high = 0.0, 1.0  # tanh(m / 4τ) - m is positive below its root, negative above
    for _ in range(80):
        m = 0.5 * (low + high)
        low, high = (m, high) if math.tanh(m / (4 * tau)) > m else (low, m)
    return 0.5 * (low + high)


def rate(m: float) -> float:
    """Nats that a code of contrast m costs at least: log 2 - h((1 + m)/2)."""
    terms = [p * math.log(2 * p) for p in (0.5 * (1 + m), 0.5 * (1 - m)) if p > 0]
    return sum(terms)


def squared_error(m: float) -> float:
    """What is left of the error, (1 - m²)/4; ¼ for the mean of both images."""
    return VARIANCE * (1 - m * m)
