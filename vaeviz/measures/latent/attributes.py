"""Attribute arithmetic: one class's mean code minus another's, to be added to any code.

Larsen et al. 2016 (arXiv:1512.09300), section 4.2, after word vectors. Standard errors are those of
the means over the examples of each class, s/√n; they say nothing of whether the direction is a
straight line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vaeviz.config import UserError
from vaeviz.records import Array, Attribute, ClassCodes


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


def attribute(codes: ClassCodes, plus: int, minus: int, class_names: tuple[str, ...]) -> Attribute:
    """Class `plus` minus class `minus`; UserError for a class that does not occur."""
    missing = [class_names[label] for label in (plus, minus) if label not in codes.labels]
    if missing:
        raise UserError(
            f"no example of class {missing[0]!r} is here: choose another class, or more examples"
        )
    a, b = codes.labels.index(plus), codes.labels.index(minus)
    counts = f"{codes.counts[a]:,} and {codes.counts[b]:,} examples"
    return Attribute(
        f"{class_names[plus]} − {class_names[minus]}",
        codes.mean[a] - codes.mean[b],
        np.hypot(codes.error[a], codes.error[b]),
        f"difference of mean codes of {counts}, ± standard error",
    )


def add(z: Array, attribute: Attribute, strength: float) -> Array:
    """Codes (..., d) moved along an attribute: z + strength · vector."""
    return z + strength * attribute.vector


def _error(codes: Array) -> Array:
    """The standard error (d,) of the mean of codes (n, d)."""
    n = len(codes)
    return codes.std(0, ddof=1) / np.sqrt(n) if n > 1 else np.full(codes.shape[1], np.inf)
