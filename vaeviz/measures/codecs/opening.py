"""From a checkpoint to the codec of its model."""

from __future__ import annotations

from vaeviz.checkpoints import Loaded
from vaeviz.config import UserError
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.vae import VAE
from vaeviz.records import Curve


def dedicated_codec(loaded: Loaded) -> DedicatedCodec:
    """The codec of a dedicated VAE or a plain autoencoder.

    UserError for another kind of model, and for a masked decoder, which does not decode a code
    alone.
    """
    model, about = loaded
    if not isinstance(model, VAE) or about.settings["decoder"] == "masked":
        raise UserError(
            f"{about.name} is a {about.kind} model: open a multi-rate or a dedicated VAE"
        )
    kind = "dedicated model" if about.settings["variational"] else "plain autoencoder"
    source = f"{kind} {about.name}, step {about.steps:,}"
    return DedicatedCodec(model, about.settings["likelihood"], 1.0, source)


def multi_rate_codec(loaded: Loaded) -> MultiRateCodec:
    """The codec of a multi-rate model; it knows no curves."""
    model, about = loaded
    assert isinstance(model, MultiRateVAE)
    return MultiRateCodec(
        model, about.settings["likelihood"], _no_curve, f"multi-rate model {about.name}"
    )


def _no_curve(d: int) -> Curve:
    raise LookupError("a network alone has no curves")
