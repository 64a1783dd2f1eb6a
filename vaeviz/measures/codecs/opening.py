"""From a checkpoint to the network that encodes and decodes with it, in one step."""

from __future__ import annotations

from vaeviz import data
from vaeviz.checkpoints import Loaded
from vaeviz.config import UserError
from vaeviz.measures.codecs.export import export_network
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.vae import VAE
from vaeviz.records import Curve, Network


def open_network(loaded: Loaded, tau: float | None = None, d: int | None = None) -> Network:
    """The networks of a loaded checkpoint: a multi-rate model's at (τ, d), a dedicated model's as
    they are.

    UserError for a multi-rate model without τ and d, and for a kind of model that has no such
    networks.
    """
    (model, about), source = loaded, data.describe(loaded.manifest.data)
    likelihood = about.settings["likelihood"]
    if isinstance(model, VAE):
        kind = "dedicated model" if about.settings["variational"] else "plain autoencoder"
        own = DedicatedCodec(model, likelihood, 1.0, f"{kind} {about.name}, step {about.steps:,}")
        return export_network(own, 1.0, own.latent, source)
    if not isinstance(model, MultiRateVAE):
        raise UserError(
            f"{about.name} is a {about.kind} model: open a multi-rate or a dedicated VAE"
        )
    if tau is None or d is None:
        raise UserError(f"{about.name} is a model of every τ and d: say which")
    codec = MultiRateCodec(model, likelihood, _no_curve, f"multi-rate model {about.name}")
    return export_network(codec, tau, d, source)


def _no_curve(d: int) -> Curve:
    raise LookupError("a network alone has no curves")
