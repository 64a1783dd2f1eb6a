"""Effective β: how a loss was written, and which β and σ² it stands for. Knows no Streamlit."""

from __future__ import annotations

from functools import partial

import numpy as np

from vaeviz.figures.loss_place import loss_place
from vaeviz.figures.numbers import three_digits
from vaeviz.figures.theme import Theme
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import ACTIVE, Array, Table
from vaeviz.records.written_loss import LossPlace
from vaeviz.theory.effective_beta import Size, Written, beta_at, sigma2_at, tau
from vaeviz.theory.known_losses import KNOWN, Known
from vaeviz.ui import store
from vaeviz.ui.collapse.loss_scenes import SYMBOLS, scenes
from vaeviz.ui.collapse.part import Part, Tool
from vaeviz.ui.collapse.settings import IMAGES, View
from vaeviz.ui.collapse.written import controls, elements, heard, written
from vaeviz.ui.frames import clipped
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe, source

LEVELS = 41  # of τ at which the active units are counted
AXIS = (-3.0, 3.5)  # log10 of the ends of the axis of levels
SWEEPS, QUICK = Once(workers=1, most=24), 0.05
_LACKING = {"laplace": "No model here has a Laplace decoder, as |x − x̂| has: no active units."}
VARIANCES = {"gaussian": "σ²", "laplace": "b", "bernoulli": ""}


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """The same line of code on the data set shown and at the chosen image size, beside known
    losses.
    """
    loss, here = written(view), Size(probe.elements, view.d, view.batch)
    sweep, pending = _sweep(codec, probe, view.d) if _speaks(codec, loss) else (None, False)
    return Part(
        {
            "reading": _reading(view, probe, codec, loss, here),
            "place": loss_place(_place(view, probe, codec, loss, here, sweep), theme),
            "known": _known(probe, here),
        },
        model=("data", "model", "decoder", "d"),
        controls=controls(view, theme),
        readouts=_readouts(loss, here),
        notes=[*heard(view), *_notes(loss, codec, here)],
        pending=pending,
        columns="1fr 1.2fr",
        rows=(("reading place", "1.1fr"), ("known known", "1fr")),
    )


def _speaks(codec: Codec, loss: Written) -> bool:
    """Whether the model was trained with this loss's likelihood, at every level."""
    return codec.likelihood == loss.family and not codec.remark


def _sweep(codec: Codec, probe: Probe, d: int) -> tuple[tuple[Array, Array] | None, bool]:
    """Active units of the model at each level, and whether they are still being counted."""
    found = SWEEPS.result((codec, probe, d), partial(_count, codec, probe, d), QUICK)
    return found, found is None


def _count(codec: Codec, probe: Probe, d: int) -> tuple[Array, Array]:
    taus = np.geomspace(*codec.tau_range, LEVELS)
    return taus, collapse_map.sweep(codec, probe.x, d, taus).active.astype(np.float64)


def _active(codec: Codec, probe: Probe, loss: Written, size: Size) -> int | None:
    """Units that the model keeps active at this loss's level; None where it was trained with
    another loss.

    Beyond the model's range: what it has at the range's end, where that is nothing.
    """
    if not _speaks(codec, loss):
        return None
    level = tau(loss, size)
    mu = store.observer(probe, codec)(clipped(level, codec), size.latent).mu
    count = int((mu.var(0) > ACTIVE).sum())
    return count if _covered(codec, level) or (count == 0 and level > codec.tau_range[1]) else None


def _covered(codec: Codec, level: float) -> bool:
    low, high = codec.tau_range
    return low <= level <= high


def _place(
    view: View,
    probe: Probe,
    codec: Codec,
    loss: Written,
    here: Size,
    sweep: tuple[Array, Array] | None,
) -> LossPlace:
    taus, active = sweep or (np.zeros(0), np.zeros(0))
    steps = (
        _linear_steps(probe, view.d) if loss.family == "gaussian" else (np.zeros(0), np.zeros(0))
    )
    known = tuple(
        (str(k), tau(own.loss, here))
        for k, own in enumerate(KNOWN, 1)
        if own.loss.family == loss.family
    )
    detail = (
        f"{len(probe.x):,} held-out examples, Var(μ) > {ACTIVE:g}" if len(taus) else "no model here"
    )
    return LossPlace(
        taus,
        active,
        *steps,
        view.d,
        tau(loss, here),
        _active(codec, probe, loss, here),
        known,
        SYMBOLS[loss.family],
        AXIS,
        source(codec, f"{detail}; numbers: known losses on D = {here.elements}"),
    )


def _linear_steps(probe: Probe, d: int) -> tuple[Array, Array]:
    """Corners of the count of 1 - τ/λ_i > 0.01 over τ: (2k + 2,) levels and counts."""
    low, high = (10.0**end for end in AXIS)
    edges = np.sort((1 - ACTIVE) * probe.linear.eigenvalues[:d])
    edges = edges[edges > low]
    counts = np.arange(len(edges), -1, -1, dtype=np.float64)
    return np.concatenate([[low], np.repeat(edges, 2), [high]]), np.repeat(counts, 2)


def _reading(view: View, probe: Probe, codec: Codec, loss: Written, here: Size) -> Table:
    """What the loss stands for on the data shown, and at the chosen image size."""
    there = Size(elements(view), view.d, view.batch)
    symbol, variance = SYMBOLS[loss.family], VARIANCES[loss.family]
    levels = tau(loss, here), tau(loss, there)
    rows = [("elements D", f"{here.elements:,}", f"{there.elements:,}")]
    if variance:
        rows += [
            (f"β{variance}" + (" = τ" if symbol == "τ" else ""), *map(three_digits, levels)),
            *(
                (f"β at {variance} = {at}", *(three_digits(beta_at(t, value)) for t in levels))
                for at, value in (("½", 0.5), ("1", 1.0))
            ),
            (f"{variance} at β = 1", *(three_digits(sigma2_at(t, 1.0)) for t in levels)),
        ]
    else:
        rows.append(("β", three_digits(levels[0]), three_digits(levels[1])))
    rows += _seen(view, probe, codec, loss, here)
    finding = (
        f"The loss as written has {symbol} = {three_digits(levels[0])} on {probe.data.about.title},"
        f" and {three_digits(levels[1])} on images of {there.elements:,} elements."
    )
    fixed = f"β = {three_digits(levels[0])}" + (f" at {variance} = 1" if variance else "")
    title = f"As written: {fixed} on {probe.data.name}"
    columns = (
        "",
        f"{probe.data.name} (shown)",
        view.image.replace("x", "×") if IMAGES[view.image] else "own size",
    )
    return Table(columns, tuple(rows), title, f"closed form; last rows: {codec.source}", finding)


def _seen(
    view: View, probe: Probe, codec: Codec, loss: Written, here: Size
) -> list[tuple[str, str, str]]:
    """The σ² that fits this level best, with its β, and the active units: as measured on the data
    shown.
    """
    if not _speaks(codec, loss):
        return [("active units", "no model of this loss", "")]
    level, count = tau(loss, here), _active(codec, probe, loss, here)
    units = f"{count} of {view.d}" if count is not None else "beyond the model's range"
    rows = [("active units", units, "")]
    if loss.family == "gaussian" and count is not None:
        best = store.observer(probe, codec)(clipped(level, codec), view.d).loss / probe.elements
        rows.insert(0, ("optimal σ² there (MSE)", three_digits(best), ""))
        rows.insert(1, ("β at that σ²", three_digits(beta_at(level, best)), ""))
    return rows


def _known(probe: Probe, here: Size) -> Table:
    """Published ways to write a loss: the level on this data, and on the data that they were
    written for.
    """
    rows = tuple(
        (f"{k} {own.name}", own.words, _level(own, here), _level(own, own.home) if own.home else "")
        for k, own in enumerate(KNOWN, 1)
    )
    worst = max(KNOWN, key=lambda own: tau(own.loss, here))
    finding = f"{len(KNOWN)} ways to write the loss; the heaviest KL here is that of {worst.name}."
    named = "; ".join(own.source for own in KNOWN if own.home)
    columns = ("loss", "as written", f"on {probe.data.name}", "on its own data")
    return Table(
        columns, rows, "The same VAE, written seven ways", f"closed form; {named}", finding
    )


def _level(own: Known, size: Size) -> str:
    return f"{SYMBOLS[own.loss.family]} = {three_digits(tau(own.loss, size))}"


def _readouts(loss: Written, here: Size) -> list[tuple[str, str, str, str]]:
    level = tau(loss, here)
    if loss.family == "bernoulli":
        return [
            (
                "β",
                three_digits(level),
                "A cross-entropy has no variance: the loss fixes β itself",
                "",
            )
        ]
    variance = VARIANCES[loss.family]
    return [
        (SYMBOLS[loss.family], three_digits(level), f"β{variance}: all that the loss fixes", ""),
        (
            f"β at {variance} = 1",
            three_digits(level),
            f"What a paper would call β with {variance} = 1",
            "",
        ),
    ]


def _notes(loss: Written, codec: Codec, here: Size) -> list[str]:
    level, low_high = tau(loss, here), codec.tau_range
    if codec.remark:
        return [
            "A dedicated model knows one level only: choose the multi-rate model for its units."
        ]
    if not _speaks(codec, loss):
        return [
            _LACKING.get(loss.family, f"Active units need a {loss.family} decoder: choose one.")
        ]
    if not _covered(codec, level):
        return [f"The model covers {low_high[0]:g} to {low_high[1]:g}: beyond, its end is shown."]
    return []


TOOL = Tool(
    "effective",
    "Effective β",
    "Paste a loss: a mean multiplies β in silence.",
    part,
    free=("d",),
    scenes=scenes,
)
