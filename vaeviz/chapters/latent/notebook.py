"""A view of a latent space as a Jupyter notebook, which makes it again from the checkpoint
(nbformat 4.5).

What comes from outside is in one cell, written by `repr`, as text or finite numbers: whatever the
names, they are values there, and never code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Literal

import numpy as np

from vaeviz.chapters.latent import cells
from vaeviz.chapters.latent.origin import Origin
from vaeviz.chapters.latent.space import MOST, Space
from vaeviz.checkpoints import SHIPPED
from vaeviz.measures.latent.tsne import ENOUGH
from vaeviz.records import Array

Place = Literal["point", "a", "b", "origin"]


@dataclass(frozen=True, eq=False)
class Look:
    """What is looked at: the point (d,), the map, the examples A and B, and the traversals.

    `dims` are the map's two dimensions, from 0, where `map` is "dims"; a space of one has it twice.
    """

    point: Array
    dims: tuple[int, int]
    a: int
    b: int
    map: Literal["dims", "pca", "tsne"] = "dims"
    around: Place = "point"
    extent: float = 3.0


def notebook(space: Space, origin: Origin, look: Look) -> bytes:
    """The notebook, UTF-8. ValueError for a number that is not finite."""
    from nbformat import v4 as nbformat  # 0.2 s, and only for this file

    codes = cells.CODES if space.variational else cells.PLAIN_CODES
    moved = cells.TRAVERSALS.replace("{centre}", cells.CENTRES[look.around])
    texts = [
        cells.TITLE,
        _settings(space, origin, look),
        cells.EXAMPLES,
        _model(origin),
        codes,
        cells.MAPS[look.map],
        _map(space, look),
        moved,
        cells.PICTURES if space.about.is_image else cells.PATHS,
    ]
    prose, *code = [text.strip() for text in texts]
    written = [nbformat.new_markdown_cell(prose, id="cell-0")]
    written += [nbformat.new_code_cell(text, id=f"cell-{k}") for k, text in enumerate(code, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.writes(nbformat.new_notebook(cells=written, metadata=about)).encode()


def _settings(space: Space, origin: Origin, look: Look) -> str:
    """The one cell with values from outside."""
    path, values = origin.checkpoint, [_number(v) for v in np.asarray(look.point, np.float32)]
    point = wrap(f"point = np.array({values})", 96, subsequent_indent=" " * 18)
    sha256 = f"sha256 = {origin.sha256!r}  # of its weights"
    dims = [f"dims = {[int(k) for k in look.dims]}  # of the map, from 0"]
    enough = [f"enough = {ENOUGH:_}  # examples in the t-SNE"]
    lines = [
        "import numpy as np",
        "",
        "import vaeviz",
        "",
        *([f"checkpoint = {_relative(path)!r}", sha256] if path else []),
        f"data_set, most = {space.about.name!r}, {MOST}  # examples at most, held-out ones first",
        *_setting(origin, space.mu.shape[1]),
        *point,
        *(dims if look.map == "dims" else []),
        *(enough if look.map == "tsne" else []),
        f"a, b = {int(look.a)}, {int(look.b)}  # the examples A and B",
        f"extent = {_number(look.extent)}  # of the traversals, in prior standard deviations",
    ]
    return "\n".join(lines)


def _setting(origin: Origin, d: int) -> list[str]:
    """Where a network for every setting is looked at; a dedicated one has its own, and only d is
    said.
    """
    if origin.kind == "dedicated" or origin.beta is None or origin.tau is None:
        return [f"d = {d}"]
    tau = f"tau, d = {_number(origin.tau)}, {d}"
    if origin.sigma2 is None:
        return [f"beta = {_number(origin.beta)}", f"{tau}  # τ = β, for a decoder without σ²"]
    knobs = f"beta, sigma2 = {_number(origin.beta)}, {_number(origin.sigma2)}"
    return [knobs, f"{tau}  # τ = βσ² is all that the network sees of them"]


def _model(origin: Origin) -> str:
    if origin.checkpoint is None:
        return cells.CLOSED_FORM
    return cells.CHECKPOINT.replace("{at}", "" if origin.kind == "dedicated" else ", tau, d")


def _map(space: Space, look: Look) -> str:
    """Circles where the map has a place for the prior, ellipses where it has one for posteriors."""
    circles = cells.CIRCLES.lstrip() if look.map != "tsne" else ""
    ellipses = cells.ELLIPSES.lstrip() if look.map == "dims" and space.variational else ""
    return f"{cells.DRAWN}{circles}{ellipses}figure"


def _number(value: float) -> float:
    """A Python float with the digits that a float32 needs, if it is one."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number for a notebook")
    return float(str(value))


def _relative(path: Path) -> str:
    """As seen from the project's folder, where it lies there."""
    root = SHIPPED.parent
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
