"""An encoder's output a read as log σ², as σ less 1, or as a clamped σ² less 1, and what the KL's
gradient on a then is. The part of the KL that depends on σ is ½ (σ² − 1 − log σ²).
"""

from __future__ import annotations

import math

CLAMP = 1e-4  # c


def log_variance(a: float) -> tuple[float, float]:
    """σ and ∂KL/∂a = ½ (σ² − 1) of log σ² = a."""
    return math.exp(0.5 * a), 0.5 * math.expm1(a)


def deviation(a: float) -> tuple[float, float] | None:
    """σ and ∂KL/∂a = σ − 1/σ of σ = 1 + a; None where σ ≤ 0: log σ is no number."""
    sigma = 1 + a
    return (sigma, sigma - 1 / sigma) if sigma > 0 else None


def clamped(a: float) -> tuple[float, float]:
    """σ and ∂KL/∂a = ½ (1 − 1/σ²) of σ² = max(1 + a, c); 0 below the clamp."""
    variance = max(1 + a, CLAMP)
    slope = 0.5 * (1 - 1 / variance) if 1 + a > CLAMP else 0.0
    return math.sqrt(variance), slope


READ = (log_variance, deviation, clamped)
