"""The spectra of the linear laboratory, and ready settings for the current one.

Component i is above the water level while λ_i > τ = βσ² (see `theory.linear_vae`). At β = 1 the
best σ² is the mean of the eigenvalues beyond d (Tipping & Bishop 1999).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.collapse.view import CollapseView, ends
from vaeviz.chapters.explorer.scenes import knobs
from vaeviz.chapters.settings import OneOf, setting
from vaeviz.serve.probes import Probe
from vaeviz.theory import known_spectra, linear_vae
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.theory.water_filling import Floats

APART = 1.05  # of two neighbours with τ between them
SPECTRA = {"data": "of the data", "power-law": "power law", "two-steps": "two steps"}


@dataclass(frozen=True)
class SpectrumView(CollapseView):
    """The chapter's view, with the choice of a spectrum."""

    spectrum: str = setting(
        "data", OneOf(tuple(SPECTRA)), "spectrum", "spectrum",
        "The data's spectrum, or an artificial one", titles=SPECTRA,
    )  # fmt: skip


def spectrum_of(view: SpectrumView, probe: Probe) -> tuple[str, Spectrum]:
    """The spectrum's name, and the spectrum."""
    if view.spectrum in known_spectra.EIGENVALUES:
        return f"Gaussian data, {view.spectrum.replace('-', ' ')}", _known(view.spectrum)
    return f"training set of {probe.data.name}", probe.linear.spectrum


@lru_cache
def _known(name: str) -> Spectrum:
    """The spectrum with exact eigenvalues: at τ = λ the rounding of measured ones would decide."""
    values = known_spectra.EIGENVALUES[name].copy()
    return dataclasses.replace(linear_vae.spectrum(known_spectra.draw(name)), eigenvalues=values)


def scenes(view: SpectrumView, context: Context) -> list[Scene]:
    """The scenes at this d and spectrum, without those beyond the sliders."""
    values = spectrum_of(view, context.probe)[1].eigenvalues
    first = values[: view.d]
    places = [
        ("All alive", float(first[-1]) / 30),
        *_half(first),
        ("All dead", 2.5 * float(first[0])),
    ]
    made = [_level(name, tau, first) for name, tau in places]
    return [scene for scene in [*made, _best(values, view.d)] if scene]


def _half(first: Floats) -> list[tuple[str, float]]:
    """The gap between two neighbours next to the middle; equal components drown together."""
    gaps = [k for k in range(1, len(first)) if first[k] > 0 and first[k - 1] > APART * first[k]]
    if not gaps:
        return []
    k = min(gaps, key=lambda k: abs(k - len(first) / 2))
    name = "Half dead" if abs(k - len(first) / 2) <= 1 else "Some dead"
    return [(name, float(np.sqrt(first[k - 1] * first[k])))]


def _level(name: str, tau: float, first: Floats) -> Scene | None:
    """The scene, or None where it would not show what its name says."""
    if tau < ends("sigma2")[0]:
        return None
    at = knobs(tau)
    alive, d = int((first > at["beta"] * at["sigma2"]).sum()), len(first)
    if (alive == d) != (name == "All alive") or (alive == 0) != (name == "All dead"):
        return None
    return Scene(name, _NOTICES[name].format(alive=alive, d=d), at)


def _best(values: Floats, d: int) -> Scene | None:
    sigma2 = float(f"{values[d:].mean():.3g}") if len(values) > d else 0.0
    low, high = ends("sigma2")
    if not low <= sigma2 <= high:
        return None
    notice = (
        f"β = 1, and σ² = {sigma2:g} is the mean of what {d} dimensions leave out: no fit is"
        " better."
    )
    return Scene("Best σ²", notice, {"beta": 1.0, "sigma2": sigma2})


_NOTICES = {
    "All alive": "All {d} dimensions are coded: each has a bar of ½ log(λ/τ).",
    "Half dead": "{alive} of {d} dimensions are coded; the weakest components drowned first.",
    "Some dead": "{alive} of {d} dimensions are coded; equal components drown together.",
    "All dead": "The water covers every component: no bar is left, and the code is empty.",
}
