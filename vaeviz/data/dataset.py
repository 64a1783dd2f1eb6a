"""A data set, its description before loading, and the held-out split."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vaeviz.config import UserError

HELD_OUT = 0.2  # the fraction of held-out examples


@dataclass(frozen=True)
class Progress:
    """A download's progress: its stage, bytes received, seconds since the start."""

    stage: str
    received: int = 0
    seconds: float = 0.0


Report = Callable[[Progress], None]
Examples = tuple[NDArray[np.float32], NDArray[np.int64]]  # all examples (N, D), their labels (N,)


@dataclass(frozen=True)
class Source:
    """The description of a data set, without loading it.

    `shape` is one example's, (height, width) or (2,); `value_range` the bounds of every value;
    `size` counts all examples, `held_out` those never trained on; `max_latent` is the largest
    useful latent size; `embedded` sets come with the program and its packages and need no network.
    """

    name: str
    title: str
    shape: tuple[int, ...]
    value_range: tuple[float, float]
    size: int
    class_names: tuple[str, ...]
    source: str
    licence: str
    embedded: bool = True
    max_latent: int = 16

    @property
    def dim(self) -> int:
        """D, the number of values in one example."""
        return math.prod(self.shape)

    @property
    def is_image(self) -> bool:
        return len(self.shape) == 2

    @property
    def held_out(self) -> int:
        """The number of held-out examples."""
        return round(HELD_OUT * self.size)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A checked, read-only data set; `train` (Ntr, D) and `held_out` (Nho, D) are flattened,
    float32.

    All users of the set share the arrays, so they cannot be written to: copy them with
    `torch.tensor(...)`, not `torch.from_numpy(...)`. Raises UserError for unusable values.
    """

    about: Source
    train: NDArray[np.float32]  # (Ntr, D)
    held_out: NDArray[np.float32]  # (Nho, D)
    train_labels: NDArray[np.int64]  # (Ntr,)
    held_out_labels: NDArray[np.int64]  # (Nho,)

    def __post_init__(self) -> None:
        check(self.about, self.train, self.train_labels)
        check(self.about, self.held_out, self.held_out_labels)
        for array in self.arrays:
            array.setflags(write=False)

    @property
    def arrays(self) -> tuple[NDArray, ...]:
        return self.train, self.held_out, self.train_labels, self.held_out_labels

    @property
    def name(self) -> str:
        return self.about.name

    @property
    def title(self) -> str:
        return self.about.title

    @property
    def shape(self) -> tuple[int, ...]:
        return self.about.shape

    @property
    def value_range(self) -> tuple[float, float]:
        return self.about.value_range

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.about.class_names

    @property
    def source(self) -> str:
        return self.about.source

    @property
    def licence(self) -> str:
        return self.about.licence

    @property
    def dim(self) -> int:
        return self.about.dim

    @cached_property
    def digest(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the four arrays, for checkpoints."""
        sha = hashlib.sha256()
        for array in self.arrays:
            stored = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            sha.update(f"{stored.dtype.str}{stored.shape}".encode())
            sha.update(stored.data)
        return sha.hexdigest()[:16]


@dataclass(frozen=True)
class Entry:
    """An entry of the catalogue: the description, how to read the arrays, and how to fetch them.

    `fetch(report)` downloads what `read()` needs; `ready()` says whether it is there.
    """

    about: Source
    read: Callable[[], Examples]
    fetch: Callable[[Report], None] | None = None
    ready: Callable[[], bool] = lambda: True


def split(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Train and held-out row numbers: a fixed permutation's first fifth is held out."""
    order = np.random.default_rng(0).permutation(count)
    held_out = round(HELD_OUT * count)
    return order[held_out:], order[:held_out]


def from_examples(about: Source, x: NDArray[np.float32], labels: NDArray[np.int64]) -> Dataset:
    """The split data set of examples x (N, D). Raises UserError if they do not match `about`."""
    if len(x) != about.size or len(labels) != about.size:
        counts = f"{len(x)} examples and {len(labels)} labels"
        raise _unusable(about, f"has {counts} where {about.size} are expected")
    train, held_out = split(len(x))
    return Dataset(about, x[train], x[held_out], labels[train], labels[held_out])


def check(about: Source, x: NDArray, labels: NDArray) -> None:
    """Raises a one-line UserError for the first fault of x (N, D) or labels (N,)."""
    if x.ndim != 2 or x.shape[1] != about.dim or len(x) == 0:
        raise _unusable(about, f"has shape {x.shape} where (examples, {about.dim}) is expected")
    if x.dtype != np.float32:
        raise _unusable(about, f"holds {x.dtype} where float32 is expected")
    low, high = about.value_range
    smallest, largest = float(x.min()), float(x.max())  # NaN if there is one anywhere
    if not (math.isfinite(smallest) and math.isfinite(largest)):
        raise _unusable(about, f"holds NaN or infinity in {_bad_examples(x)} of {len(x)} examples")
    if smallest < low or largest > high:
        raise _unusable(
            about, f"runs from {smallest:.4g} to {largest:.4g}, outside {low:g} to {high:g}"
        )
    _check_labels(about, labels, len(x))


def _check_labels(about: Source, labels: NDArray, count: int) -> None:
    if labels.shape != (count,) or labels.dtype != np.int64:
        raise _unusable(
            about, f"has labels {labels.shape} {labels.dtype} where ({count},) int64 is expected"
        )
    if labels.min() < 0 or labels.max() >= len(about.class_names):
        raise _unusable(about, f"has labels outside 0 to {len(about.class_names) - 1}")


def _bad_examples(x: NDArray) -> int:
    return int(np.count_nonzero(~np.isfinite(x).all(axis=1)))


def _unusable(about: Source, cause: str) -> UserError:
    cure = (
        "reinstall the requirements"
        if about.embedded
        else "delete its cached file and load it again"
    )
    return UserError(f"data set {about.name!r} {cause}: {cure}, or choose another data set")
