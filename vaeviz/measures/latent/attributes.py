"""Mean codes by class, for the page's attribute arithmetic.

Larsen et al. 2016 (arXiv:1512.09300), section 4.2, after word vectors. Standard errors are those of
the means over the examples of each class, s/√n; they do not measure whether the direction from one
class to another is a straight line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vaeviz.records import Array, ClassCodes


def class_codes(mu: Array, labels: NDArray[np.int64]) -> ClassCodes:
    """Mean of posterior means (N, d) by class, for the classes that occur.

    A class of one example has an infinite error.
    """
    present, counts = np.unique(labels, return_counts=True)
    members = [np.asarray(mu[labels == label], np.float64) for label in present]
    mean = np.stack([codes.mean(0) for codes in members])
    error = np.stack([_error(codes) for codes in members])
    source = f"means of {len(mu):,} posterior means in {len(present)} classes, ± standard errors"
    return ClassCodes(tuple(int(label) for label in present), mean, error, counts, source)


def _error(codes: Array) -> Array:
    """The standard error (d,) of the mean of codes (n, d)."""
    n = len(codes)
    return codes.std(0, ddof=1) / np.sqrt(n) if n > 1 else np.full(codes.shape[1], np.inf)
