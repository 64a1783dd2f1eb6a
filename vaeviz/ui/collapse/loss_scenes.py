"""Known losses as ready settings of the tool Effective β, one click each. Knows no Streamlit."""

from __future__ import annotations

from typing import Any

from vaeviz.measures.codecs.codec import Codec
from vaeviz.theory.effective_beta import Size, Written, tau
from vaeviz.theory.known_losses import KNOWN, Known
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.views import Probe

SYMBOLS = {"gaussian": "τ", "laplace": "βb", "bernoulli": "β"}


def scenes(view: View, probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """Each known loss as it was written, and what it fixes on the data shown."""
    here = Size(probe.elements, view.d, view.batch)
    return [_scene(own, here) for own in KNOWN]


def _scene(own: Known, here: Size) -> dict[str, Any]:
    level = f"{SYMBOLS[own.loss.family]} = {tau(own.loss, here):.3g}"
    return {
        "name": own.name,
        "notice": f"{level} here: {own.words}.",
        "settings": spelled(own.loss),
    }


def spelled(loss: Written) -> dict[str, Any]:
    """The settings of the controls that write this loss, and of no pasted one: the inverse of
    `written`.
    """
    alike = loss.error_batch_summed == loss.kl_batch_summed
    return {
        "error": loss.error,
        "over_pixels": _reduced(loss.pixels_summed),
        "weight": loss.weight,
        "over_latents": _reduced(loss.latents_summed),
        "span": f"{loss.span:g}",
        "over_batch": "alike" if alike else "kl" if loss.kl_batch_summed else "error",
        "pasted": "",
    }


def _reduced(summed: bool) -> str:
    return "sum" if summed else "mean"
