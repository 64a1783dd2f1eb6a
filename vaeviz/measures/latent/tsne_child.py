"""The layout: `python -m vaeviz.measures.latent.tsne_child CODES TARGET PERPLEXITY SEED`.

A process of its own: scikit-learn reports progress only by printing it, seconds of work must not
block any session's sliders, and the work ends with the page.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from vaeviz.records import Array

STEPS = 500  # 1,000 keep neighbours of 2,000 codes no better in twice the time


def main(arguments: list[str]) -> int:
    """Lay out the codes (N, d) of CODES into TARGET, (N, 2), both .npy; errors go to one line."""
    source, target, perplexity, seed = arguments
    if hasattr(os, "nice"):
        os.nice(10)  # the app's sliders have priority
    try:
        np.save(Path(target), lay_out(np.load(Path(source)), float(perplexity), int(seed)))
    except Exception as error:  # the caller reads the error as one line
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
