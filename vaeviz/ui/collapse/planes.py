"""The planes of the collapse map and the sweep behind its table: measured once a model, in the background."""

from __future__ import annotations

from functools import partial

import numpy as np

from vaeviz.measures import collapse_map
from vaeviz.measures.codec import TAU_HIGH, TAU_LOW, Codec
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
    """
    eigenvalues = _eigenvalues(probe, gaussian)
    job = partial(_over_beta, codec, probe.x, eigenvalues, d) if name == "beta" and gaussian else (
        partial(_over_tau, codec, probe.x, eigenvalues))  # fmt: skip
    stand_in = _closed_form(name if gaussian else "tau", d, probe, codec)
    if codec is probe.linear:
        return stand_in, False
    found = PLANES.result(("plane", name, d if name == "beta" else 0, probe, codec, gaussian), job, QUICK)
    return (stand_in, True) if found is None else (found, False)


def deaths(d: int, probe: Probe, codec: Codec, gaussian: bool) -> tuple[Deaths | None, bool]:
    """Where each of d dimensions dies, and whether that is on its way; None where nothing can be swept."""
    if codec is probe.linear or codec.remark:
        return None, False
    found = PLANES.result(
        ("deaths", d, probe, codec, gaussian), partial(_swept, d, probe, codec, gaussian), QUICK
    )
    return found, found is None


def _eigenvalues(probe: Probe, gaussian: bool) -> Floats:
    """The data's, from which the linear VAE predicts; none where the decoder is not Gaussian."""
    return np.asarray(probe.linear.eigenvalues, np.float64) if gaussian else np.zeros(0)


def _over_tau(codec: Codec, x: Array, eigenvalues: Floats) -> ActiveMap:
    return collapse_map.over_tau_and_d(codec, x, eigenvalues, taus(codec), np.arange(1.0, codec.latent + 1))


def _over_beta(codec: Codec, x: Array, eigenvalues: Floats, d: int) -> ActiveMap:
    return collapse_map.over_beta_and_sigma2(codec, x, eigenvalues, *knobs(), d)


def _swept(d: int, probe: Probe, codec: Codec, gaussian: bool) -> Deaths:
    eigenvalues = _eigenvalues(probe, gaussian)
    found = collapse_map.sweep(codec, probe.x, d, np.geomspace(*codec.tau_range, LEVELS))
    return collapse_map.deaths(found, eigenvalues, DEATH)


def taus(codec: Codec) -> Array:
    """The levels of the map: the range of the model, or the usual one for a model at one level."""
    low, high = codec.tau_range
    return np.geomspace(low, high, COLUMNS) if high > low else np.geomspace(TAU_LOW, TAU_HIGH, COLUMNS)


def knobs() -> tuple[Array, Array]:
    """β and σ² over their sliders: (COLUMNS,) each, of one ratio, so that their products coincide."""
    beta, sigma2 = LIMITS["beta"], LIMITS["sigma2"]
    return np.geomspace(beta.low, beta.high, COLUMNS), np.geomspace(sigma2.low, sigma2.high, COLUMNS)


def _closed_form(name: str, d: int, probe: Probe, codec: Codec) -> ActiveMap:
    """λ_i (1 - 0.01) > τ of each cell: the rule Var(μ_i) > 0.01 for the linear VAE's optimum."""
    alive = probe.linear.eigenvalues * (1 - ACTIVE)
    if name == "beta":
        betas, sigma2s = knobs()
        levels = np.multiply.outer(sigma2s, betas)  # (S, B)
        counts = (alive[:d] > levels[..., None]).sum(-1).astype(np.float64)
        axes, names = (betas, sigma2s), ("β", "σ²")
    else:
        across, d = taus(codec), codec.latent
        up = np.arange(1, d + 1)
        index = np.arange(min(d, len(alive)))
        over = (alive[:d] > across[:, None]) & (index < up[:, None, None])  # (K, T, d)
        counts = over.sum(-1).astype(np.float64)
        axes, names = (across, up.astype(np.float64)), ("τ", "d")
    return ActiveMap(*axes, counts, counts, probe.linear.eigenvalues[:d], names, 0, probe.linear.source)
