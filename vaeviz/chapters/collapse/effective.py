"""The tool Effective β: the β and σ² that a written loss stands for."""

from __future__ import annotations

from functools import partial

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.collapse import predictions
from vaeviz.chapters.collapse.loss_tables import (
    VARIANCES,
    active,
    covered,
    known_losses,
    reading,
    speaks,
)
from vaeviz.chapters.collapse.view import data_d_rule
from vaeviz.chapters.collapse.written import (
    CONTROLS,
    LOSS_RULES,
    SYMBOLS,
    EffectiveView,
    follow,
    reading_lines,
    scenes,
)
from vaeviz.chapters.model.answer import RULES
from vaeviz.densities import LIKELIHOODS
from vaeviz.figures.loss_place import loss_place
from vaeviz.figures.numbers import three_digits
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import ACTIVE, Array
from vaeviz.records.written_loss import LossPlace
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe
from vaeviz.theory.effective_beta import Size, Written, beta_at, tau
from vaeviz.theory.known_losses import KNOWN

LEVELS = 41  # of τ at which the active units are counted
AXIS = (-3.0, 3.5)  # log10 of the ends of the axis of levels
_NO_LAPLACE = "No model here has a Laplace likelihood, as |x − x̂| has: no active units."
_NOWHERE = np.zeros(0)


def show(view: EffectiveView, context: Context) -> Frame:
    """The loss on the current data set and at the chosen image size, beside known losses."""
    probe, codec = context.probe, context.model.codec
    loss, size = view.written, Size(probe.elements, view.d, view.batch)
    return Frame(
        {
            "reading": reading(view, probe, codec, size),
            "place": loss_place(_place(probe, codec, loss, size), context.theme),
            "known": known_losses(probe, size),
        },
        _readouts(loss, size),
        [*reading_lines(view), *_notes(loss, codec, size)],
        columns="1fr 1.2fr",
        rows=(("reading place", "1.1fr"), ("known known", "1fr")),
    )


def _count(codec: Codec, probe: Probe, d: int) -> tuple[Array, Array]:
    """Active units of the model at each level: (T,) levels and counts."""
    taus = np.geomspace(*codec.tau_range, LEVELS)
    return taus, collapse_map.sweep(codec, probe.x, d, taus).active.astype(np.float64)


def _place(probe: Probe, codec: Codec, loss: Written, size: Size) -> LossPlace:
    d, family = size.latent, loss.family
    sweep, source, detail = None, "closed form", "no model of this loss"
    if speaks(codec, loss):
        sweep = jobs.get(("active units", codec, probe, d), partial(_count, codec, probe, d))
        examples = f"{len(probe.x):,} held-out examples, Var(μ) > {ACTIVE:g}"
        source, detail = codec.source, examples if sweep else "active units are being counted"
    known = tuple(
        (str(k), tau(known.loss, size))
        for k, known in enumerate(KNOWN, 1)
        if known.loss.family == family
    )
    return LossPlace(
        *(sweep or (_NOWHERE, _NOWHERE)),
        *(_linear_steps(probe, d) if loss.squared else (_NOWHERE, _NOWHERE)),
        d,
        tau(loss, size),
        active(codec, probe, loss, size),
        known,
        SYMBOLS[family],
        AXIS,
        f"{source} · {detail}; numbers: known losses on D = {size.elements}",
    )


def _linear_steps(probe: Probe, d: int) -> tuple[Array, Array]:
    """Corners of the count of 1 - τ/λ_i > 0.01 over τ: (2k + 2,) levels and counts."""
    low, high = (10.0**end for end in AXIS)
    edges = np.sort((1 - ACTIVE) * probe.linear.eigenvalues[:d])
    edges = edges[edges > low]
    counts = np.arange(len(edges), -1, -1, dtype=np.float64)
    return np.concatenate([[low], np.repeat(edges, 2), [high]]), np.repeat(counts, 2)


def _readouts(loss: Written, size: Size) -> list[Row]:
    level, variance = tau(loss, size), VARIANCES[loss.family]
    if not variance:
        words = "A cross-entropy has no variance: the loss fixes β itself"
        return [("β", three_digits(level), words, "")]
    beta = three_digits(beta_at(level, 1.0))
    words = f"What a paper would call β with {variance} = 1"
    return [
        (SYMBOLS[loss.family], three_digits(level), f"β{variance}: all that the loss fixes", ""),
        (f"β at {variance} = 1", beta, words, ""),
    ]


def _notes(loss: Written, codec: Codec, size: Size) -> list[str]:
    if codec.remark:
        return [
            "A dedicated model knows one level only: choose the multi-rate model for its units."
        ]
    if not speaks(codec, loss):
        missing = f"Active units need a {loss.family} likelihood: choose one."
        return [missing if loss.family in LIKELIHOODS else _NO_LAPLACE]
    if not covered(codec, tau(loss, size)):
        low, high = codec.tau_range
        return [f"The model covers {low:g} to {high:g}: beyond, its end is shown."]
    return []


TOOL = Tool(
    "effective",
    "Effective β",
    "Paste a loss: a mean silently multiplies β.",
    EffectiveView,
    show,
    controls=("data", "model", "likelihood", "d", *CONTROLS),
    rules=(*RULES, data_d_rule, *LOSS_RULES),
    predictions=predictions.EFFECTIVE,
    scenes=scenes,
    follow=follow,
    free=("d",),
)
