"""The weight matrix of minibatch stratified sampling, with a column where a diagonal was meant.

log q(z) of N posteriors from a batch of M + 1: the draw's own posterior has the weight 1/N, one
other (N − M)/(NM), each of the rest 1/M (Chen, Li, Grosse & Duvenaud 2018, arXiv:1802.04942,
appendix C.2). The mean of the estimated q(z) over batches is then q(z) exactly. Striding the matrix
by its width goes down a column; the diagonal's stride is one more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.records import Array, ImageStrip
from vaeviz.records.checks import Check
from vaeviz.records.museum import Axes, Line, Version
from vaeviz.studies.museum.exhibit import Exhibit

POSTERIORS, LATENT, VARIANCE = 512, 2, 0.05
BATCHES = (4, 8, 16, 32, 64, 128)
DRAWS = 4096  # codes whose density is estimated, for each batch size
LARGEST = 12.0  # the top of the axis
SHOWN = 8  # the batch of the picture
ERRORS = 4.0  # standard errors that a check allows
CELL = 9  # pixels of a weight in the picture, with the line before it
ONCE, OTHER, REST, BETWEEN = 0, 140, 217, 100  # greys of 1/N, (N − M)/(NM), 1/M, and the lines


def diagonal(w: Array, width: int, small: float, other: float) -> None:
    w[:: width + 1] = small
    w[1 :: width + 1] = other


def column(w: Array, width: int, small: float, other: float) -> None:
    w[::width] = small
    w[1::width] = other


def matrix(fill: Callable[[Array, int, float, float], None], width: int, total: int) -> Array:
    """The weights of a batch of `width` = M + 1 for `total` = N posteriors, row by row."""
    rest = width - 1
    other = (total - rest) / (total * rest)
    w = np.full(width * width, 1 / rest)
    fill(w, width, 1 / total, other)
    w[-width] = other  # the last row's second weight, beside its diagonal by the other side
    return w.reshape(width, width)


@dataclass(frozen=True)
class Aggregate:
    """The estimated density of the aggregate posterior, over the exact one, by batch size."""

    def key(self, wrong: bool) -> Hashable:
        return ("stratified", wrong)

    def version(self, wrong: bool, watch: Callable[[Any], None]) -> Version:
        fill = column if wrong else diagonal
        measured = [ratio(fill, width) for width in BATCHES]
        means, errors = (np.array(each) for each in zip(*measured, strict=True))
        off = np.abs(means - 1) / errors
        worst = int(off.argmax())
        check = Check(
            "unbiased", "the mean estimate is q(z)", (float(means[worst]),),
            f"{means[worst]:.3f} ± {errors[worst]:.3f} at B = {BATCHES[worst]}",
            f"1 ± {ERRORS:g} errors", bool(off[worst] < ERRORS),
        )  # fmt: skip
        across = np.array(BATCHES, np.float64)
        ends = (float(np.log10(BATCHES[0])), float(np.log10(BATCHES[-1])))
        return Version(
            (Line("estimate", "rate", across, np.minimum(means, 100.0)),),
            Line("exact", "linear", across, np.ones(len(across))),
            Axes("batch size", "estimated q(z) / exact", ends, (0.0, LARGEST), BATCHES),
            picture(matrix(fill, SHOWN, POSTERIORS)),
            (check,),
            tuple(
                (f"at batch {width}", f"{means[k]:.3f} ± {errors[k]:.3f}",
                 "Mean of the estimated q(z) over the exact one")
                for k, width in enumerate(BATCHES) if width in (8, 64)
            ),
            f"{means[1]:.2f} times q(z) at a batch of {BATCHES[1]}",
            f"{POSTERIORS} posteriors in {LATENT} dimensions, drawn; {DRAWS:,} codes per batch"
            " size; exact: the mixture of all",
        )  # fmt: skip


def ratio(fill: Callable[[Array, int, float, float], None], width: int) -> tuple[float, float]:
    """The mean of the estimated q(z) over the exact one, and its standard error over batches."""
    rng = np.random.default_rng(width)
    mu = np.random.default_rng(0).standard_normal((POSTERIORS, LATENT)) * (1 - VARIANCE) ** 0.5
    w = matrix(fill, width, POSTERIORS)
    means = []
    for _ in range(DRAWS // width):
        batch = rng.permutation(POSTERIORS)[:width]
        z = mu[batch] + VARIANCE**0.5 * rng.standard_normal((width, LATENT))  # (B, d)
        every = densities(z, mu)  # (B, N)
        means.append(float(((w * every[:, batch]).sum(1) / every.mean(1)).mean()))
    return float(np.mean(means)), float(np.std(means, ddof=1) / len(means) ** 0.5)


def densities(z: Array, mu: Array) -> Array:
    """q(z_b|n) of codes (B, d) under all posteriors: (B, N)."""
    squares = ((z[:, None] - mu[None]) ** 2).sum(2) / VARIANCE
    return np.exp(-0.5 * squares) / (2 * np.pi * VARIANCE) ** (LATENT / 2)


def picture(w: Array) -> ImageStrip:
    """The matrix as cells of three greys between lines: the darker, the rarer the weight."""
    dark = w < 0.5 * w.max()
    cell = np.where(dark, ONCE, np.where(w < w.max(), OTHER, REST)).astype(np.uint8)
    grey = np.full((len(w) * CELL + 1,) * 2, BETWEEN, np.uint8)
    rows, columns = (np.arange(side * CELL) // CELL for side in w.shape)
    inside = np.arange(len(rows)) % CELL > 0  # the first pixel of a cell is its line
    grey[:-1, :-1][np.ix_(inside, inside)] = cell[np.ix_(rows[inside], columns[inside])]
    down = bool(dark[:, 0].sum() > len(w) / 2)
    where = "a column" if down else "the diagonal"
    return ImageStrip(
        f"The small weight 1/N fills {where}",
        grey[None, None],
        ("",),
        f"The matrix of a batch of {len(w)}: the weight 1/{POSTERIORS} fills {where}.",
        f"weights of a batch of {len(w)}: row = draw, column = posterior; black = 1/N",
    )


EXHIBIT = Exhibit(
    "stratified",
    "a column for a diagonal",
    "The stride is the matrix's width, which goes down a column. Each draw's own posterior should "
    "have the weight 1/N, and has 1/M.",
    "The estimated q(z) is too large, most in small batches, so the total correlation of β-TCVAE "
    "is wrong.",
    "unbiased",
    (diagonal,),
    (column,),
    Aggregate(),
    (
        ("rtqichen/beta-tcvae#1", "https://github.com/rtqichen/beta-tcvae/pull/1"),
        (
            "YannDubs/disentangling-vae#58",
            "https://github.com/YannDubs/disentangling-vae/issues/58",
        ),
    ),
)
