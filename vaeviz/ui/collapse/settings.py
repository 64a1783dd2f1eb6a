"""Every setting of the page Collapse, declared once. Knows no Streamlit.

The first six choose the model, and are the Explorer's; `tool` chooses what is looked at, and the
rest belongs to one tool each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vaeviz import data
from vaeviz.theory.effective_beta import ERRORS
from vaeviz.theory.pasted import LONGEST, Reading, read
from vaeviz.ui import kinds
from vaeviz.ui.kinds import Log, Name, OneOf, Text, Whole, setting
from vaeviz.ui.model_view import ModelView
from vaeviz.ui.settings import DECODERS, MULTI_RATE

TOOLS = ("map", "linear", "diagnosis", "cures", "rate-distortion", "sigma2", "effective")
REDUCTIONS = ("mean", "sum")
BATCHES = ("alike", "kl", "error")  # both summed or both meaned; only one of them summed
IMAGES = {"28x28": 784, "32x32x3": 3072, "64x64x3": 12_288, "256x256x3": 196_608, "own": 0}
UNITS = ("auto", *(str(k + 1) for k in range(512)))


@dataclass(frozen=True)
class View(ModelView):
    """What the page shows; field names are the names in the URL and in the board's messages."""

    data: str = setting("digits", OneOf(data.names()), "data set")
    model: str = setting(MULTI_RATE, Name(), "model")
    decoder: str = setting("gaussian", OneOf(tuple(DECODERS)), "decoder")
    beta: float = setting(1.0, Log(1e-3, 100.0), "β")
    sigma2: float = setting(0.05, Log(1e-4, 10.0), "σ²")
    d: int = setting(16, Whole(1, 512), "latent size")
    tool: str = setting("map", OneOf(TOOLS), "tool")
    plane: str = setting("tau", OneOf(("tau", "beta")), "plane of the collapse map")
    spectrum: str = setting("data", OneOf(("data", "power-law", "two-steps")), "spectrum")
    over: str = setting("beta", OneOf(("beta", "sigma2")), "axis of the bound")
    train: str = setting("off", OneOf(("off", "on")), "linear VAE trained here")
    unit: str = setting("auto", OneOf(UNITS), "dimension of the posteriors")
    error: str = setting("mse", OneOf(ERRORS), "error of the written loss")
    over_pixels: str = setting("mean", OneOf(REDUCTIONS), "reduction over pixels")
    over_latents: str = setting("sum", OneOf(REDUCTIONS), "reduction over latent dimensions")
    over_batch: str = setting("alike", OneOf(BATCHES), "reduction over the batch")
    weight: float = setting(1.0, Log(1e-6, 1e3), "weight of the KL")
    image: str = setting("28x28", OneOf(tuple(IMAGES)), "image size")
    elements: int = setting(784, Whole(1, 10**7), "elements of an image")
    batch: int = setting(128, Whole(1, 10**6), "examples in a batch")
    span: str = setting("1", OneOf(("1", "2")), "range of the data")
    pixels: str = setting("mean", OneOf(("mean", "sampled")), "pixels")
    code: str = setting("", Text(LONGEST), "pasted code")  # as it comes in
    pasted: str = setting("", Text(LONGEST), "code that was read")

    @property
    def tau(self) -> float:
        """βσ²; β alone where the decoder has no variance."""
        return self.model_settings.tau

    def query(self) -> str:
        """What differs from the defaults, as a query string; of pasted code, the choices that it
        made.
        """
        return super(View, dataclasses.replace(self, code="", pasted="")).query()


def parse(raw: Mapping[str, Any], base: View = View()) -> tuple[View, list[str]]:
    """A valid view from untrusted values, over `base`, and a note for each value that was put back.

    Code that comes in is read here, once: it makes its choices, which the hand may then change.
    """
    long = isinstance(raw.get("code"), str) and len(raw["code"]) > LONGEST
    view, notes = kinds.parse({k: v for k, v in raw.items() if k != "code" or not long}, base)
    if long:
        notes.append(f"The pasted text is longer than {LONGEST:,} characters: it was not read.")
    if not view.code:
        return view, notes
    view = dataclasses.replace(view, code="", pasted=view.code.strip())
    view, more = kinds.parse(chosen(read(view.pasted)), view)
    return view, [*notes, *more]


def chosen(reading: Reading) -> dict[str, Any]:
    """The settings that a reading of code makes."""
    made = {
        "error": reading.error,
        "over_pixels": reading.pixels,
        "over_latents": reading.latents,
        "over_batch": reading.batch,
        "weight": reading.weight,
    }
    return {name: value for name, value in made.items() if value is not None}
