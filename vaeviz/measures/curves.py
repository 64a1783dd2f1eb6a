"""The rate-distortion curves of a multi-rate model, measured when it is made and stored beside it.

A curve has 81 settings of τ: too slow to sweep between two frames of a drag. The file names its
weights by their hash, so that a curve of other weights is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vaeviz.checked import checked
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import CURVE_TAUS, Codec
from vaeviz.measures.observe import observe
from vaeviz.records import Array, Curve

DIGITS = 5  # significant digits kept


@dataclass(frozen=True, eq=False)
class _Row:
    rates: Array
    losses: Array


@dataclass(frozen=True, eq=False)
class _Curves:
    """The file's content: rates and losses over `taus` (T,) for d = 1, 2, ..., and the examples."""

    weights_sha256: str
    examples: int
    taus: Array
    d: tuple[_Row, ...]


def sweep(codec: Codec, x: Array, noise: Array, d: int, taus: Array = CURVE_TAUS) -> Curve:
    """Rate and loss of examples (N, D) at every τ, with the same noise (N, at least d) at each."""
    observations = [observe(codec, x, float(tau), d, noise) for tau in taus]
    return Curve(
        taus, np.array([o.rate for o in observations]), np.array([o.loss for o in observations])
    )


def path_of(checkpoint: Path) -> Path:
    """The curves' file of a checkpoint: `curves/NAME.json` beside it."""
    return checkpoint.parent / "curves" / f"{checkpoint.name}.json"


def save(path: Path, curves: list[Curve], weights_sha256: str, examples: int) -> None:
    """Curves for d = 1, 2, ... of the weights with this hash, on `examples` examples."""
    rows = [{"rates": _short(c.rates), "losses": _short(c.losses)} for c in curves]
    content = {
        "weights_sha256": weights_sha256,
        "examples": examples,
        "taus": _short(curves[0].taus),
        "d": rows,
    }
    write_json(path, content)


def load(path: Path, weights_sha256: str) -> list[Curve]:
    """The curves for d = 1, 2, ...; UserError if they are damaged or of other weights."""
    values = read_json(path)
    if values.get("weights_sha256") != weights_sha256:
        raise UserError(
            f"{path.name} was measured on other weights: make it again with 'checkpoints make'"
        )
    try:
        kept = checked(_Curves, values)
        curves = [_curve(kept.taus, row) for row in kept.d]
        if not curves or len(kept.taus) < 2 or kept.taus[0] <= 0 or (np.diff(kept.taus) <= 0).any():
            raise ValueError("no curves over rising, positive τ")
        return curves
    except (TypeError, ValueError):
        raise UserError(
            f"{path.name} holds no curves: make it again with 'checkpoints make'"
        ) from None


def _curve(taus: Array, row: _Row) -> Curve:
    if not row.rates.shape == row.losses.shape == taus.shape:
        raise ValueError("a curve of another length")
    if not (np.isfinite(row.rates).all() and np.isfinite(row.losses).all()):
        raise ValueError("a number that is missing")
    return Curve(taus, row.rates, row.losses)


def _short(values: Array) -> list[float]:
    return [float(f"{v:.{DIGITS}g}") for v in values]
