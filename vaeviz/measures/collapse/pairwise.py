"""The mean KL between two examples' posteriors, in O(Nd) operations.

    KL(q_n ‖ q_m) = Σ_j ½ [s_n/s_m + (μ_n - μ_m)²/s_m - 1 + log s_m - log s_n]

In the mean over all N² pairs the logarithms cancel, and the rest are products of means over the
examples. With every μ_j centred, which changes no difference, E μ = 0 and there remain

    ½ [E s E 1/s - 1 + E μ² E 1/s + E μ²/s]

The N pairs of an example with itself are 0, so that the mean over different ones is N/(N - 1) of
it. KL is convex in its second argument: I(z; n) = E KL(q_n ‖ mean of all q) is at most the mean
over all N² pairs. Exact for these examples: no sampling. (The tests compare it with the sum
over all pairs.)
"""

from __future__ import annotations

import numpy as np

from vaeviz.config import UserError
from vaeviz.records import Array
from vaeviz.records.diagnosis import PairwiseKL


def pairwise_kl(mu: Array, logvar: Array) -> PairwiseKL:
    """Of N ≥ 2 posteriors (N, d)."""
    count = len(mu)
    if count < 2:
        raise UserError(f"{count} example has no pair: give at least two")
    logvar = logvar.astype(np.float64)
    mu = mu.astype(np.float64) - mu.mean(0, dtype=np.float64)  # (N, d)
    spread, precision = np.exp(logvar), np.exp(-logvar)
    widths = spread.mean(0) * precision.mean(0) - 1
    shifts = (mu**2).mean(0) * precision.mean(0) + (mu**2 * precision).mean(0)
    kl = 0.5 * (widths + shifts) * count / (count - 1)  # (d,)
    return PairwiseKL(
        float(kl.sum()), kl, count, f"exact over all {count * (count - 1):,} ordered pairs"
    )
