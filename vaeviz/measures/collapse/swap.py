"""The decoder's loss with z replaced by a prior sample, or by another example's code.

A decoder that uses z loses by both; one that ignores z, or has a constant posterior, by neither.
"""

from __future__ import annotations

import numpy as np

from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.observe import Observation
from vaeviz.records import Array
from vaeviz.records.diagnosis import Swap


def swap(codec: Coder, x: Array, observation: Observation, z: Array, d: int, seed: int = 0) -> Swap:
    """Losses of examples (N, D) by codes z (N, d) ~ q(z|x), whose losses are `observation.losses`.

    Another example's code is its posterior sample; examples swap along one random cycle.
    """
    rng = np.random.default_rng(seed)
    prior = rng.standard_normal(z.shape).astype(z.dtype)
    ring = rng.permutation(len(z))
    other = np.empty_like(z)
    other[ring] = z[np.roll(ring, 1)]
    return Swap(
        observation.losses,
        codec.loss(x, prior, observation.tau, d),
        codec.loss(x, other, observation.tau, d),
        f"estimate, {len(x):,} examples, one sample each",
    )
