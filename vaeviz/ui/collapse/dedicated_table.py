"""Dedicated models in numbers, beside those of the model shown. Knows no Streamlit."""

from __future__ import annotations

from vaeviz.measures.codec import Codec
from vaeviz.records import Table
from vaeviz.records.rate_plane import DedicatedPoint
from vaeviz.ui.collapse.dedicated import Models
from vaeviz.ui.settings import Settings

NONE = "no dedicated model is kept for d = {}"


def dedicated_table(s: Settings, codec: Codec, found: Models) -> Table:
    """One row for each τ of the grid at this d, over its seeds, and one for each kept model."""
    rows = [*_grid(s, found), *(_named(s, p) for p in found.points if p.name)]
    columns = ("dedicated", "seeds", "R (nats)", "L", "L, model shown")
    none = NONE.format(s.d)
    title = (
        f"Dedicated models at d = {s.d}, over their seeds" if rows else "No dedicated models to compare with"
    )
    finding = f"{len(rows)} rows of dedicated models; latent size {s.d}." if rows else f"{none}."
    return Table(columns, tuple(rows) or ((none, "", "", "", ""),), title, _origin(s, codec), finding)


def _grid(s: Settings, found: Models) -> list[tuple[str, ...]]:
    multi = {tau: f"{level:.3f} ± {error:.3f}" for tau, level, error in found.multi}
    cells = [p for p in found.points if not p.name and p.d == s.d]
    return [_over_seeds(tau, [p for p in cells if p.tau == tau], multi.get(tau, ""))
            for tau in sorted({p.tau for p in cells})]  # fmt: skip


def _over_seeds(tau: float, same: list[DedicatedPoint], shared: str) -> tuple[str, ...]:
    levels = [0.5 * p.loss + tau * p.rate for p in same]
    return (f"τ {tau:g}", str(len(same)), _range([p.rate for p in same], 2), _range(levels, 3), shared)


def _named(s: Settings, p: DedicatedPoint) -> tuple[str, ...]:
    level = (0.5 if s.gaussian else 1.0) * p.loss + p.tau * p.rate
    return (f"{p.name}, d {p.d}, τ {p.tau:.3g}", "1", f"{p.rate:.2f}", f"{level:.3f}", "")


def _origin(s: Settings, codec: Codec) -> str:
    level = "½‖x − x̂‖² + τR" if s.gaussian else "D + βR"
    return (
        f"L = {level}; dedicated: 'python -m vaeviz gap' (least – greatest of the seeds), kept models; "
        f"last column: {codec.source}, one z an example, ± standard error over examples"
    )


def _range(values: list[float], digits: int) -> str:
    """The number, or of several the least and the greatest, where they differ in so many digits."""
    ends = dict.fromkeys(f"{value:.{digits}f}" for value in (min(values), max(values)))
    return " – ".join(ends)
