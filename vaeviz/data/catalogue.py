"""The catalogue of data sets: names, descriptions, and arrays on request."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from threading import Lock

from vaeviz.config import UserError
from vaeviz.data import (
    digits,
    fashion_mnist,
    mnist,
    mnist_5k,
    moons,
    rings,
    sprites,
    three_gaussians,
)
from vaeviz.data.dataset import Dataset, Entry, Progress, Report, Source, from_examples

DEFAULT = "mnist-5k"
_ENTRIES: tuple[Entry, ...] = (
    mnist_5k.ENTRY,
    digits.ENTRY,
    three_gaussians.ENTRY,
    moons.ENTRY,
    rings.ENTRY,
    sprites.ENTRY_32,
    sprites.ENTRY_64,
    mnist.ENTRY,
    fashion_mnist.ENTRY,
)
_BY_NAME = {entry.about.name: entry for entry in _ENTRIES}
_LOCKS = {name: Lock() for name in _BY_NAME}


def names() -> tuple[str, ...]:
    """All data sets, the default first."""
    return tuple(_BY_NAME)


def describe(name: str) -> Source:
    """Title, shape, size, source and licence, without loading anything."""
    return _entry(name).about


def titles() -> dict[str, str]:
    """Every data set's title by its name; those still to be downloaded say so."""
    return {
        name: describe(name).title + ("" if available(name) else " (download)") for name in names()
    }


def available(name: str) -> bool:
    """True when `load` needs no network: the set is embedded or has been downloaded before."""
    return _entry(name).ready()


def load(name: str, report: Report | None = None) -> Dataset:
    """A data set, read once per process and then shared.

    A set that is not `available` is downloaded first, which takes a minute or more: call this
    outside a page's script.

    Parameters
    ----------
    name : str
        One of `names()`.
    report : callable, optional
        Called with the progress of a download.

    Returns
    -------
    Dataset
        `train` and `held_out`, read-only arrays (N, D) in the units of `value_range`, with their
        labels (N,).

    Raises
    ------
    UserError
        For an unknown name, unusable data, or a download without a network.

    Examples
    --------
    >>> import vaeviz
    >>> vaeviz.load("digits").held_out.shape
    (359, 64)
    """
    entry = _entry(name)
    with _LOCKS[name]:
        if entry.fetch is not None:
            entry.fetch(report or _unheard)
        return _read(name)


@lru_cache
def _read(name: str) -> Dataset:
    entry = _entry(name)
    return from_examples(entry.about, *entry.read())


def _unheard(progress: Progress) -> None:
    """A report that does nothing."""


def _entry(name: str) -> Entry:
    if isinstance(name, str) and name in _BY_NAME:
        return _BY_NAME[name]
    near = get_close_matches(str(name)[:40].lower(), _BY_NAME, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? There are" if near else "choose one of"
    raise UserError(f"unknown data set {str(name)[:40]!r}: {hint} {', '.join(_BY_NAME)}")
