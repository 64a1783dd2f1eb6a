"""The perplexity of codes, averaged over batches where it is one number of the whole set.

exp of the entropy of how often each code is used. An entropy is concave, so that the mean of the
batches' is at most the whole set's; a batch of B can't use more than B codes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz import data
from vaeviz.records import Array
from vaeviz.records.checks import Check
from vaeviz.records.museum import Axes, Bars, Line, Version
from vaeviz.studies.museum.exhibit import Exhibit

CODES, ROUNDS = 64, 8  # entries of the codebook, and steps of Lloyd's algorithm
BATCHES = (16, 32, 64, 128, 256, 512, 1024)
SMALL = 32  # the batch of the check and of the picture
WITHIN = 0.05  # of the whole set's, at any batch size
Codes = NDArray[np.int64]


def entropy(codes: Codes) -> float:
    share = np.bincount(codes, minlength=CODES) / len(codes)
    used = share[share > 0]
    return float(-(used * np.log(used)).sum())


def counted(batches: list[Codes]) -> float:
    whole = np.concatenate(batches)
    return float(np.exp(entropy(whole)))


def averaged(batches: list[Codes]) -> float:
    each = [np.exp(entropy(batch)) for batch in batches]
    return float(np.mean(each))


@dataclass(frozen=True)
class Counting:
    """Perplexity by batch size, of the codes of all digits."""

    def key(self, wrong: bool) -> Hashable:
        return ("perplexity", wrong)

    def version(self, wrong: bool, watch: Callable[[Any], None]) -> Version:
        of, codes = (averaged if wrong else counted), codes_of_digits()
        over = np.array([of(split(codes, size)) for size in BATCHES])
        whole, at = counted([codes]), float(over[BATCHES.index(SMALL)])
        off = at / whole - 1
        check = Check(
            "batch size", "the batch size changes no count", (at, whole),
            f"{at:.1f} at B = {SMALL}", f"{whole:.1f} ± {100 * WITHIN:.0f} %", abs(off) < WITHIN,
        )  # fmt: skip
        across = np.array(BATCHES, np.float64)
        ends = (float(np.log10(BATCHES[0])), float(np.log10(BATCHES[-1])))
        return Version(
            (Line("reported", "rate", across, over),),
            Line("whole set", "linear", across, np.full(len(across), whole)),
            Axes("batch size", "perplexity", ends, (0.0, float(CODES)), BATCHES),
            usage(codes[:SMALL] if wrong else codes, whole=not wrong),
            (check,),
            (
                (f"at batch {SMALL}", f"{at:.1f}", "What is reported, in codes"),
                ("whole set", f"{whole:.1f}", f"Of {len(codes):,} examples, in codes"),
                ("codes", f"{CODES}", "Entries of the codebook"),
            ),
            f"{at:.1f} of {CODES} codes at a batch of {SMALL}",
            f"nearest of {CODES} means of digits ({ROUNDS} rounds of k-means), seed 0",
        )


@lru_cache
def codes_of_digits() -> Codes:
    """The index of the nearest entry of each training digit, in a random order."""
    x = data.load("digits").train.astype(np.float64)
    rng = np.random.default_rng(0)
    book = x[rng.permutation(len(x))[:CODES]]
    codes = nearest(x, book)
    for _ in range(ROUNDS):
        book = np.stack([x[codes == k].mean(0) if (codes == k).any() else book[k]
                         for k in range(CODES)])  # fmt: skip
        codes = nearest(x, book)
    return codes[rng.permutation(len(codes))]


def nearest(x: Array, book: Array) -> Codes:
    """(N, D) and (K, D) -> (N,)."""
    squares = (book**2).sum(1) - 2 * x @ book.T  # but for ‖x‖², which all have
    return squares.argmin(1)


def split(codes: Codes, size: int) -> list[Codes]:
    """Batches of this size; a smaller last one is left out."""
    return [codes[k : k + size] for k in range(0, len(codes) - size + 1, size)]


def usage(codes: Codes, whole: bool) -> Bars:
    """How often each code is used, the most used first."""
    share = np.sort(np.bincount(codes, minlength=CODES) / len(codes))[::-1]
    used = int((share > 0).sum())
    of = f"all {len(codes):,} digits" if whole else f"one batch of {len(codes)}"
    none = np.zeros(0)
    return Bars(
        np.arange(1.0, CODES + 1), share, 0.8, none, none, "share of the codes", "",
        Axes("code, by use", "share", (0.0, CODES + 1.0), (0.0, 0.14)),
        f"{of[:1].upper()}{of[1:]} use {used} of {CODES} codes" if whole else
        f"One batch of {len(codes)} uses {used} of {CODES} codes",
        f"Of {CODES} codes, {of} use {used}.", "counted",
    )  # fmt: skip


EXHIBIT = Exhibit(
    "perplexity",
    "perplexity from one batch",
    "The mean over batches of 32: one of them can't use more than 32 of the 64 codes.",
    "The number changes with the batch size, and the codebook looks half dead.",
    "batch size",
    (counted,),
    (averaged,),
    Counting(),
    (("bshall/VectorQuantizedVAE#3", "https://github.com/bshall/VectorQuantizedVAE/issues/3"),),
)
