"""The planes of the collapse map, and the sweep that measures where each dimension dies.

Background jobs measure both once per model. Until then, and without a trained model, the page shows
the linear VAE's closed form.
"""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np

from vaeviz.chapters.collapse.view import DEATH, ends
from vaeviz.measures.codecs.codec import TAU_HIGH, TAU_LOW, Codec
from vaeviz.measures.collapse import collapse_map
from vaeviz.records import ACTIVE, ActiveMap, Array, Deaths
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe
from vaeviz.theory.water_filling import Floats

COLUMNS = 41
LEVELS = 97  # of τ in the sweep


def plane(name: str, d: int, probe: Probe, codec: Codec, gaussian: bool) -> tuple[ActiveMap, bool]:
    """The map over (τ, d), or at this d over (β, σ²), and whether it is still computing.

    A model of one τ and d covers no cell: it is a point on the map.
    """
    knobs = name == "beta" and gaussian
    closed_form = partial(_closed_form, knobs, d, probe, codec, gaussian)
    if codec.remark:
        return _uncovered(closed_form(), codec), False
    if codec is probe.linear:
        return closed_form(), False
    key = ("collapse plane", d if knobs else 0, probe, codec)
    cells = jobs.get(key, partial(_measured, knobs, d, probe, codec, gaussian))
    return (closed_form(), True) if cells is None else (cells, False)


def deaths(d: int, probe: Probe, codec: Codec, gaussian: bool) -> Deaths | None:
    """The τ at which each of d dimensions dies; None while it computes, and without a sweep."""
    if not swept(probe, codec):
        return None
    return jobs.get(("deaths", d, probe, codec), partial(_deaths, d, probe, codec, gaussian))


def swept(probe: Probe, codec: Codec) -> bool:
    """Whether this is a trained model of every τ."""
    return codec is not probe.linear and not codec.remark


def _deaths(d: int, probe: Probe, codec: Codec, gaussian: bool) -> Deaths:
    sweep = collapse_map.sweep(codec, probe.x, d, np.geomspace(*codec.tau_range, LEVELS))
    return collapse_map.deaths(sweep, _eigenvalues(probe, gaussian), DEATH)


def _measured(knobs: bool, d: int, probe: Probe, codec: Codec, gaussian: bool) -> ActiveMap:
    values = _eigenvalues(probe, gaussian)
    if knobs:
        return collapse_map.over_beta_and_sigma2(codec, probe.x, values, *_knobs(), d)
    sizes = np.arange(1.0, codec.latent + 1)
    return collapse_map.over_tau_and_d(codec, probe.x, values, _taus(codec), sizes)


def _closed_form(knobs: bool, d: int, probe: Probe, codec: Codec, gaussian: bool) -> ActiveMap:
    """λ_i (1 - 0.01) > τ of each cell: the rule Var(μ_i) > 0.01 for the linear VAE's optimum."""
    most = d if knobs else codec.latent
    values = probe.linear.eigenvalues[:most] * (1 - ACTIVE)
    if knobs:
        across, up = _knobs()
        levels, sizes = np.multiply.outer(up, across), np.full((COLUMNS, 1), d)  # (S, B), (S, 1)
    else:
        across, up = _taus(codec), np.arange(1.0, most + 1)
        levels, sizes = np.tile(across, (most, 1)), up[:, None]  # (K, T), (K, 1)
    alive = values > levels[..., None]  # (rows, columns, k)
    counts = (alive & (np.arange(len(values)) < sizes[..., None])).sum(-1).astype(np.float64)
    lines = _eigenvalues(probe, gaussian)[:most]
    names = ("β", "σ²") if knobs else ("τ", "d")
    return ActiveMap(across, up, counts, counts, lines, names, 0, probe.linear.source)


def _uncovered(cells: ActiveMap, codec: Codec) -> ActiveMap:
    nowhere = np.full_like(cells.counts, np.nan)
    return dataclasses.replace(cells, counts=nowhere, source=codec.source)


def _eigenvalues(probe: Probe, gaussian: bool) -> Floats:
    """The eigenvalues of the data for the linear VAE's prediction; none for another likelihood."""
    return np.asarray(probe.linear.eigenvalues, np.float64) if gaussian else np.zeros(0)


def _taus(codec: Codec) -> Array:
    """The levels of the map: the model's range, or the usual one for a model of one level."""
    low, high = codec.tau_range if codec.tau_range[1] > codec.tau_range[0] else (TAU_LOW, TAU_HIGH)
    return np.geomspace(low, high, COLUMNS)


def _knobs() -> tuple[Array, Array]:
    """β and σ² over their sliders, (COLUMNS,) each, of one ratio, so that products coincide."""
    return np.geomspace(*ends("beta"), COLUMNS), np.geomspace(*ends("sigma2"), COLUMNS)
