"""The planes of the collapse map and the sweep behind its table: measured once a model, in the
background.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

import numpy as np

from vaeviz.measures.codecs.codec import TAU_HIGH, TAU_LOW, Codec
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import ACTIVE, ActiveMap, Array, Deaths
from vaeviz.theory.water_filling import Floats
from vaeviz.ui.controls import LIMITS
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

PLANES = Once(workers=1, most=48)
QUICK = 0.05  # seconds for a frame to wait; what is slower comes with a later one
COLUMNS = 41
LEVELS = 97  # of τ in the sweep that finds where each dimension dies
DEATH = 0.1  # nats


def plane(name: str, d: int, probe: Probe, codec: Codec, gaussian: bool) -> tuple[ActiveMap, bool]:
    """The map over (τ, d), or at this d over (β, σ²), and whether it is still on its way.

    Until it has come, and where there is no trained model, the linear VAE's closed form stands in.
    A model of one τ and d covers no cell: what it does there is a point, and no level of the map.
    """
    knobs = name == "beta" and gaussian
    stand_in = partial(_closed_form, knobs, d, probe, codec, gaussian)
    if codec.remark:
        return _uncovered(stand_in(), codec), False
    if codec is probe.linear:
        return stand_in(), False
    found = PLANES.result(
        ("plane", d if knobs else 0, probe, codec), _job(knobs, d, probe, codec, gaussian), QUICK
    )
    return (stand_in(), True) if found is None else (found, False)


def deaths(d: int, probe: Probe, codec: Codec, gaussian: bool) -> tuple[Deaths | None, bool]:
    """Where each of d dimensions dies, and whether that is on its way; None where nothing can be
    swept.
    """
    if codec is probe.linear or codec.remark:
        return None, False
    found = PLANES.result(
        ("deaths", d, probe, codec), partial(_swept, d, probe, codec, gaussian), QUICK
    )
    return found, found is None


def _eigenvalues(probe: Probe, gaussian: bool) -> Floats:
    """The data's, from which the linear VAE predicts; none where the decoder is not Gaussian."""
    return np.asarray(probe.linear.eigenvalues, np.float64) if gaussian else np.zeros(0)


def _job(
    knobs: bool, d: int, probe: Probe, codec: Codec, gaussian: bool
) -> Callable[[], ActiveMap]:
    values = _eigenvalues(probe, gaussian)
    if knobs:
        return partial(collapse_map.over_beta_and_sigma2, codec, probe.x, values, *_grids(), d)
    sizes = np.arange(1.0, codec.latent + 1)
    return partial(collapse_map.over_tau_and_d, codec, probe.x, values, _taus(codec), sizes)


def _swept(d: int, probe: Probe, codec: Codec, gaussian: bool) -> Deaths:
    eigenvalues = _eigenvalues(probe, gaussian)
    found = collapse_map.sweep(codec, probe.x, d, np.geomspace(*codec.tau_range, LEVELS))
    return collapse_map.deaths(found, eigenvalues, DEATH)


def _taus(codec: Codec) -> Array:
    """The levels of the map: the range of the model, or the usual one for a model at one level."""
    low, high = codec.tau_range
    return (
        np.geomspace(low, high, COLUMNS) if high > low else np.geomspace(TAU_LOW, TAU_HIGH, COLUMNS)
    )


def _grids() -> tuple[Array, Array]:
    """β and σ² over their sliders: (COLUMNS,) each, of one ratio, so that their products
    coincide.
    """
    beta, sigma2 = LIMITS["beta"], LIMITS["sigma2"]
    return np.geomspace(beta.low, beta.high, COLUMNS), np.geomspace(
        sigma2.low, sigma2.high, COLUMNS
    )


def _uncovered(cells: ActiveMap, codec: Codec) -> ActiveMap:
    return dataclasses.replace(
        cells, counts=np.full_like(cells.counts, np.nan), source=codec.source
    )


def _closed_form(knobs: bool, d: int, probe: Probe, codec: Codec, gaussian: bool) -> ActiveMap:
    """λ_i (1 - 0.01) > τ of each cell: the rule Var(μ_i) > 0.01 for the linear VAE's optimum."""
    most = d if knobs else codec.latent
    alive = probe.linear.eigenvalues[:most] * (1 - ACTIVE)
    across, up = _grids() if knobs else (_taus(codec), np.arange(1.0, most + 1))
    if knobs:
        levels, size = np.multiply.outer(up, across), d  # (S, B)
    else:
        levels, size = (
            np.broadcast_to(across, (len(up), len(across))),
            up[:, None, None],
        )  # (K, T), (K, 1, 1)
    counts = (
        ((alive > levels[..., None]) & (np.arange(len(alive)) < size)).sum(-1).astype(np.float64)
    )
    names = ("β", "σ²") if knobs else ("τ", "d")
    return ActiveMap(
        across,
        up,
        counts,
        counts,
        _eigenvalues(probe, gaussian)[:most],
        names,
        0,
        probe.linear.source,
    )
