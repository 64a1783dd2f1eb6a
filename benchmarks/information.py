"""How far is I(x; z) of N posteriors below that of all data, near its cap log N? With known truth.

Codes of independent Gaussians: with μ ~ N(0, 1 - v) and σ² = v in each of d dimensions the
aggregate is the prior, I = -d/2 log v, and both KL(q(z) ‖ p(z)) and the total correlation are 0.
So their estimates are their bias.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from vaeviz.measures.collapse.total_correlation import total_correlation
from vaeviz.measures.latent.aggregate import kl_to_prior
from vaeviz.records import Array

POSTERIORS, DIMENSIONS, SETS = (359, 1000), (2, 4, 8, 16), 6
BELOW = (4.0, 3.5, 3.0, 2.5, 2.0, 1.5, 1.0, 0.5)  # nats under the cap, of the truth


def codes(count: int, d: int, information: float, seed: int) -> tuple[Array, Array]:
    v = math.exp(-2 * information / d)
    mu = np.random.default_rng(seed).normal(size=(count, d)) * math.sqrt(1 - v)
    return mu, np.full((count, d), math.log(v))


def result(count: int, d: int, truth: float) -> Array:
    """Means over the sets: I, its standard error, KL and total correlation."""
    rows = []
    for seed in range(SETS):
        mu, logvar = codes(count, d, truth, seed)
        aggregate = kl_to_prior(mu, logvar, 1000, seed)
        correlation = total_correlation(mu, logvar, 1000, seed).value
        rows.append((aggregate.information, aggregate.error, aggregate.kl, correlation))
    return np.mean(rows, axis=0)


def main() -> None:
    print(
        "N      d   I true   found   ± of one   below cap   I off   KL off   total correlation off"
    )
    for count in POSTERIORS:
        cap = math.log(count)
        for d in DIMENSIONS:
            for truth in (cap - below for below in BELOW):
                seen, error, kl, tc = result(count, d, truth)
                print(
                    f"{count:5} {d:3} {truth:8.2f} {seen:7.2f} {error:10.2f} {cap - seen:11.2f}"
                    f" {seen - truth:7.2f} {kl:8.2f} {tc:12.2f}"
                )


if __name__ == "__main__":
    main()
