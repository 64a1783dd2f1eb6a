"""Ready settings of the linear laboratory, placed by the spectrum that it shows. Knows no
Streamlit.

Component i stands above the water while λ_i > τ = βσ² (see `theory.linear_vae`). At β = 1 the best
σ² is the mean of the eigenvalues that d leaves out (Tipping & Bishop 1999).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vaeviz.measures.codecs.codec import Codec
from vaeviz.theory import known_spectra
from vaeviz.theory.water_filling import Floats
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.controls import LIMITS
from vaeviz.ui.scenes import knobs
from vaeviz.ui.views import Probe

APART = 1.05  # of two neighbours, for the water to stand between them


def scenes(view: View, probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """At this d, and this spectrum; a scene that the sliders can't reach is left out."""
    values = np.asarray(
        known_spectra.EIGENVALUES.get(view.spectrum, probe.linear.spectrum.eigenvalues)
    )
    first = values[: view.d]
    wanted = [("All alive", float(first[-1]) / 30), ("All dead", 2.5 * float(first[0]))]
    wanted[1:1] = _half(first)
    found = [_level(name, tau, first) for name, tau in wanted]
    return [scene for scene in [*found, _best(values, view.d)] if scene]


def _half(first: Floats) -> list[tuple[str, float]]:
    """The gap between two neighbours next to the middle; steps of one height drown together."""
    gaps = [k for k in range(1, len(first)) if first[k] > 0 and first[k - 1] > APART * first[k]]
    if not gaps:
        return []
    k = min(gaps, key=lambda k: abs(k - len(first) / 2))
    name = "Half dead" if abs(k - len(first) / 2) <= 1 else "Some dead"
    return [(name, float(np.sqrt(first[k - 1] * first[k])))]


def _level(name: str, tau: float, first: Floats) -> dict[str, Any] | None:
    """None where it would not show what its name says."""
    if not LIMITS["sigma2"].low <= tau:
        return None
    at = knobs(tau)
    alive, d = int((first > at["beta"] * at["sigma2"]).sum()), len(first)
    if (alive == d) != (name == "All alive") or (alive == 0) != (name == "All dead"):
        return None
    return {"name": name, "notice": _NOTICES[name].format(alive=alive, d=d), "settings": at}


def _best(values: Floats, d: int) -> dict[str, Any] | None:
    sigma2 = float(f"{values[d:].mean():.3g}") if len(values) > d else 0.0
    if not LIMITS["sigma2"].low <= sigma2 <= LIMITS["sigma2"].high:
        return None
    notice = (
        f"β = 1, and σ² = {sigma2:g} is the mean of what {d} dimensions leave out: no fit is"
        " better."
    )
    return {"name": "Best σ²", "notice": notice, "settings": {"beta": 1.0, "sigma2": sigma2}}


_NOTICES = {
    "All alive": "All {d} components stand above the water: each has a bar of ½ log(λ/τ).",
    "Half dead": "{alive} of {d} components stand above the water; the weakest drowned first.",
    "Some dead": (
        "{alive} of {d} components stand above the water; those of one height drown together."
    ),
    "All dead": "The water covers every component: no bar stands, and the code holds nothing.",
}
