"""One-click settings, each with one line of what to notice.

Collapse has a different σ² in every data set, so the data's spectrum places the scenes: the linear
VAE keeps dimension i alive while λ_i > τ (Lucas et al. 2019,
arXiv:1911.02469). A healthy code is placed by the model itself, at its optimal σ² for β = 1: there
the ELBO is largest. A scene is offered where the model does what its line says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.model import half
from vaeviz.chapters.model.settings import MULTI_RATE, ModelView
from vaeviz.chapters.model.views import COLLAPSED
from vaeviz.chapters.settings import declared
from vaeviz.densities.gaussian import FIXED
from vaeviz.measures.codecs.codec import TAU_HIGH, TAU_LOW, Codec
from vaeviz.records import Curve
from vaeviz.serve.probes import Probe


@dataclass(frozen=True)
class Placed:
    """A name for the button, a sentence to notice, and τ from the (d,) leading eigenvalues; None:
    the optimal σ².
    """

    name: str
    notice: str
    tau: Callable[[np.ndarray], float] | None = None
    pixels: str = "mean"
    hold: str = "free"


def _half_alive(values: np.ndarray) -> float:
    k = max(len(values) // 2, 1)
    return float(np.sqrt(values[k - 1] * values[min(k, len(values) - 1)]))


def _none_alive(values: np.ndarray) -> float:
    return 2.5 * float(values[0])


def _sharpest(values: np.ndarray) -> float:
    return 0.001


CLEAR = 0.3  # nats: with a smaller largest bar all of them are near the line of collapse
NOTHING = 1e-3  # nats of the whole code: with fewer, reconstructions are the same
SCENES = (
    Placed(
        "Healthy",
        "At β = 1 no σ² gives a clearly larger ELBO, and every bar stands.",
    ),
    Placed(
        "Half collapsed",
        "A bar on the floor has collapsed: at this τ its KL would cost more than it saves.",
        _half_alive,
    ),
    Placed(
        "Collapsed",
        "Codes carry no information: every reconstruction is the same.",
        _none_alive,
    ),
    Placed(
        "Sharp but unsampleable",
        "Beside Healthy, copies are closer and draws broken: codes leave most of the prior empty.",
        _sharpest,
    ),
    Placed(
        "β and σ² are one knob",
        "τ is held: drag σ². Only read-outs, the D scale and sampled pixels move.",
        pixels="sampled",
        hold="tau",
    ),
)


def scenes(view: ModelView, context: Context) -> list[Scene]:
    """The scenes of a data set, placed for the current model.

    A scene replaces a dedicated model, which has only one place.
    """
    probe, model = context.probe, context.model
    linear, trained = probe.linear, model.codec
    home = (linear.latent, TAU_HIGH)
    latent, highest = (trained.latent, trained.tau_range[1]) if model.every_tau else home
    d = min(ModelView().d, latent)
    values = np.maximum(linear.eigenvalues[:d], 1e-3)
    measured = trained if model.every_tau and view.gaussian else linear
    curve = measured.curve(d)
    ready = []
    for each in SCENES:
        tau = each.tau(values) if each.tau else healthy(curve, probe.elements)
        tau = min(max(tau, TAU_LOW), highest)
        size = latent if each.tau is _sharpest else d
        settings: dict[str, Any] = {"pixels": each.pixels, "hold": each.hold, "d": size}
        notice = _notice(each, curve, tau, probe)
        if each.tau is _half_alive and measured is not linear:
            tau, notice, settings["kl_top"] = _half(probe, measured, d, tau, notice)
        if notice:
            ready.append(Scene(each.name, notice, {**_COMMON, **knobs(tau), **settings}))
    return ready


def _half(probe: Probe, codec: Codec, d: int, tau: float, notice: str) -> tuple[float, str, float]:
    """Where a trained model's half has collapsed: τ, the line with its count, and the top of an
    axis on which the bars are seen. Until that is measured, the spectrum's place.
    """
    place = half.known(probe, codec, d)
    if place is None:
        return tau, notice, 0.0
    if not place.exact or place.tallest < CLEAR:
        return tau, "", 0.0  # rings: their two directions are alike, and die together
    count = f"{place.collapsed} of {d} bars are below {COLLAPSED:g} nats"
    line = f"{count}: at this τ more KL would cost more than it saves."
    return place.tau, line, float(np.ceil(12 * place.tallest) / 10)


def healthy(curve: Curve, elements: int) -> float:
    """The σ² with the largest ELBO at β = 1, where τ = σ²."""
    distortion = 0.5 * (curve.losses / curve.taus + elements * np.log(curve.taus))  # + constants
    return float(curve.taus[np.argmin(distortion + curve.rates)])


def _notice(each: Placed, curve: Curve, tau: float, probe: Probe) -> str:
    """The scene's line, as far as it is true of the model at this τ; "" where none is."""
    left = float(curve.rates[np.abs(np.log(curve.taus / tau)).argmin()])  # measured near τ
    if each.tau is _none_alive and NOTHING < left < COLLAPSED:
        return f"All bars are near zero: {left:.2g} nats are left, reconstructions differ slightly."
    if each.tau is _none_alive and left >= COLLAPSED:
        return f"Not quite: at the largest τ {left:.2g} nats are left, and reconstructions differ."
    if each.tau is _half_alive and left < COLLAPSED:
        return ""  # rings: their two directions are alike, and die together
    if each.tau is _sharpest and not probe.data.about.is_image:
        return ""  # a plane has no room for an empty prior: draws lie on the data
    return each.notice


_COMMON = {
    "model": MULTI_RATE,
    "likelihood": FIXED.name,
    "threshold": COLLAPSED,
    "i": 1,
    "j": 2,
    "kl_top": 0.0,
}


def knobs(tau: float) -> dict[str, float]:
    """β and σ² with βσ² = τ: β = 1 unless that takes a σ² beyond its slider."""
    sigma2 = declared(ModelView)["sigma2"].kind.repair(float(f"{tau:.2g}"))
    assert isinstance(sigma2, float)
    return {"beta": 1.0 if tau <= sigma2 * 1.1 else float(f"{tau / sigma2:.2g}"), "sigma2": sigma2}
