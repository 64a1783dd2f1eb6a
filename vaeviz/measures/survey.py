"""Measures a multi-rate model's curves at every latent size when the model is made."""

from __future__ import annotations

from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.measures.curves import sweep
from vaeviz.measures.observe import probe_set
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array, Curve


def survey(model: MultiRateVAE, likelihood: str, held_out: Array) -> tuple[list[Curve], int]:
    """The curves for d = 1, 2, ... on the probe set's held-out examples, and their count."""
    x, noise = probe_set(held_out)
    codec = MultiRateCodec(model, likelihood, _none_yet, "multi-rate model")
    return [sweep(codec, x, noise, d) for d in range(1, codec.latent + 1)], len(x)


def _none_yet(d: int) -> Curve:
    raise LookupError(f"the curve of d = {d} is being measured")
