"""The layout itself: `python -m vaeviz.measures.latent.tsne_child CODES TARGET PERPLEXITY SEED`.

A process of its own, because scikit-learn reports progress only by printing it, and so that seconds
of work neither holds up anybody's sliders nor outlives a page that is left.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from vaeviz.records import Array

STEPS = 500  # 1,000 keep the neighbours of 2,000 codes no better, and take twice as long


def main(arguments: list[str]) -> int:
    """Lay out the codes (N, d) of CODES into TARGET, (N, 2), both .npy; on failure say why on one
    line.
    """
    source, target, perplexity, seed = arguments
    if hasattr(os, "nice"):
        os.nice(10)  # the app's sliders come first
    try:
        np.save(Path(target), lay_out(np.load(Path(source)), float(perplexity), int(seed)))
    except Exception as error:  # whatever went wrong, the caller needs it as one line
        sys.stderr.write(" ".join(f"{type(error).__name__}: {error}".split()))
        return 1
    return 0


def lay_out(codes: Array, perplexity: float, seed: int) -> Array:
    """Points (N, 2) of codes (N, d); scikit-learn prints its progress."""
    from sklearn.manifold import TSNE

    tsne = TSNE(perplexity=perplexity, random_state=seed, max_iter=STEPS, verbose=2)
    return tsne.fit_transform(codes).astype(np.float32)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
