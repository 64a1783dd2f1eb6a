"""What the decoder does when an example's code is replaced: by a prior sample, by another example's
code.

A decoder that uses z loses by either; one that ignores z, or a posterior that says nothing, by
neither.
"""

from __future__ import annotations

import numpy as np

from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.observe import Observation
from vaeviz.records import Array
from vaeviz.records.diagnosis import Swap


def swap(codec: Coder, x: Array, seen: Observation, z: Array, d: int, seed: int = 0) -> Swap:
    """Losses of examples (N, D) by codes z (N, d) ~ q(z|x), whose own are `seen.losses`.

    Another example's code is its posterior sample; examples change places along one random ring.
    """
    rng = np.random.default_rng(seed)
    prior = rng.standard_normal(z.shape).astype(z.dtype)
    ring = rng.permutation(len(z))
    other = np.empty_like(z)
    other[ring] = z[np.roll(ring, 1)]
    return Swap(
        seen.losses,
        codec.loss(x, prior, seen.tau, d),
        codec.loss(x, other, seen.tau, d),
        f"estimate, {len(x):,} examples, one sample each",
    )
