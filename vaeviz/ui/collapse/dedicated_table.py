"""Dedicated models in numbers, beside those of the model shown. Knows no Streamlit."""

from __future__ import annotations

from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Table
from vaeviz.records.rate_plane import DedicatedPoint
from vaeviz.ui.collapse.dedicated import Models
from vaeviz.ui.settings import Settings

NONE = "no dedicated model is kept for d = {}"


def dedicated_table(s: Settings, codec: Codec, found: Models) -> Table:
    """One row for each τ of the grid at this d, over its seeds, and one for each kept or shipped
    model.
    """
    grid = [p for p in found.points if not p.name and p.d == s.d]
    rows = [
        _row(f"τ {tau:g}", [p for p in grid if p.tau == tau], s, found)
        for tau in sorted({p.tau for p in grid})
    ]
    rows += [_row(_name(p, s), [p], s, found) for p in found.points if p.name]
    columns = ("dedicated", "seeds", "R (nats)", "L", "L, model shown")
    none = NONE.format(s.d)
    title = (
        f"Dedicated models at d = {s.d}, and the one shown"
        if rows
        else "No dedicated models to compare with"
    )
    finding = f"{len(rows)} rows of dedicated models; latent size {s.d}." if rows else f"{none}."
    cells = tuple(rows) or ((none, "", "", "", ""),)
    return Table(columns, cells, title, _origin(s, codec, bool(grid), found), finding)


def _name(p: DedicatedPoint, s: Settings) -> str:
    """It may break between its parts only: the column of names is the one that gives way."""
    symbol, at = "τ" if s.gaussian else "β", "" if p.d == s.d else f", d\u00a0{p.d}"
    return f"{p.name}{at}, {symbol}\u00a0{p.tau:.2g}"


def _row(name: str, same: list[DedicatedPoint], s: Settings, found: Models) -> tuple[str, ...]:
    """Models of one (τ, d), and the model shown there, if it goes there."""
    scale, place = 0.5 if s.gaussian else 1.0, (same[0].tau, same[0].d)
    levels = [scale * p.loss + p.tau * p.rate for p in same]
    shown = "{:.3f} ± {:.3f}".format(*found.shown[place]) if place in found.shown else ""
    return (name, str(len(same)), _range([p.rate for p in same], 2), _range(levels, 3), shown)


def _origin(s: Settings, codec: Codec, grid: bool, found: Models) -> str:
    level = "L = ½‖x − x̂‖² + τR" if s.gaussian else "L = D + βR"
    seeds = "; rows of τ: 'vaeviz gap', least–greatest of the seeds" if grid else ""
    shown = (
        f"; last column: {codec.source}, one z an example, ± standard error" if found.shown else ""
    )
    return f"{level}{seeds}{shown}"


def _range(values: list[float], digits: int) -> str:
    """The number, or of several the least and the greatest, where they differ in so many digits."""
    ends = dict.fromkeys(f"{value:.{digits}f}" for value in (min(values), max(values)))
    return "–".join(ends)
