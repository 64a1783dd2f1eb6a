"""Which trained model answers for which settings, loaded on a background thread with torch."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vaeviz import checkpoints
from vaeviz.checkpoints import SHIPPED, Entry
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.config import RunSettings, UserError
from vaeviz.measures import curves
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Curve
from vaeviz.ui import kept as kept_models
from vaeviz.ui import store
from vaeviz.ui.kept import Kept
from vaeviz.ui.settings import MULTI_RATE, Settings
from vaeviz.ui.views import Probe

if TYPE_CHECKING:
    from vaeviz.models.vae import VAE

PATIENCE = 0.15  # seconds to wait for a model before the closed form answers in its place


@lru_cache
def _shipped() -> dict[tuple[str, str], Entry]:
    """The multi-rate checkpoints by (data, likelihood); damaged ones are kept, and say so when they
    load.
    """
    found = {}
    for entry in checkpoints.catalogue(SHIPPED):
        if entry.name in RECIPES:
            continue  # a dedicated model
        data, likelihood = entry.name, "gaussian"
        for other in ("bernoulli", "categorical"):
            if entry.name.endswith(f"-{other}"):
                data, likelihood = entry.name.removesuffix(f"-{other}"), other
        found[data, likelihood] = entry
    return found


def decoders(data: str) -> tuple[str, ...]:
    """The decoders of a data set's multi-rate models, the default first; the linear VAE's is
    Gaussian.
    """
    others = [
        likelihood for name, likelihood in _shipped() if name == data and likelihood != "gaussian"
    ]
    return ("gaussian", "gaussian-optimal", *others)


def widths(settings: Settings) -> tuple[int, ...]:
    """The hidden widths of the model behind these settings, for a dedicated one that is to be
    compared.
    """
    found = entry(settings)
    known = found.manifest.settings if found and found.manifest else {}
    return tuple(known.get("widths", RunSettings().widths))


def entry(settings: Settings) -> Entry | None:
    """The multi-rate checkpoint that answers for these settings."""
    return _shipped().get((settings.data, "gaussian" if settings.gaussian else settings.decoder))


def codec(settings: Settings, probe: Probe) -> Codec | None:
    """The chosen model for these settings; None while it loads. Raises UserError if it is
    damaged.
    """
    if settings.model != MULTI_RATE:
        return dedicated(kept_models.find(settings.model), probe)
    found = entry(settings)
    if found is None:
        return probe.linear
    path, likelihood = found.path, "gaussian" if settings.gaussian else settings.decoder
    return store.shared(("codec", path), lambda: _load(path, probe, likelihood), PATIENCE)


def shipped(data: str) -> tuple[Kept, ...]:
    """The usable dedicated models that are shipped for a data set, plain autoencoders among
    them.
    """
    return tuple(kept for kept in kept_models.dedicated(data) if kept.shipped)


def dedicated(kept: Kept, probe: Probe, patience: float | None = None) -> Codec | None:
    """A dedicated model, kept or shipped; None while it loads. Raises UserError if it is damaged.

    A plain autoencoder (`kept.variational` tells) has no posterior and no point on a
    rate-distortion curve: its log variances are the lowest there are, and `curve` is a LookupError.
    """
    wait = PATIENCE if patience is None else patience
    return store.shared(("kept", kept.entry.path, kept.key), lambda: _load_kept(kept, probe), wait)


def _load(path: Path, probe: Probe, likelihood: str) -> Codec:
    import torch

    from vaeviz.measures.codecs.torch_codec import MultiRateCodec
    from vaeviz.models.multi_rate import MultiRateVAE

    torch.set_num_threads(1)  # see store: threads that wait for each other cost more than they win
    loaded = checkpoints.load(path)
    if not isinstance(loaded.model, MultiRateVAE):
        raise UserError(
            f"{path.name} is no multi-rate model: make it again with 'checkpoints make'"
        )
    about = loaded.manifest
    if (about.data, about.settings["likelihood"]) != (probe.data.name, likelihood):
        raise UserError(
            f"{path.name} holds a {about.settings['likelihood']} model of {about.data}: "
            "make it again with 'checkpoints make'"
        )
    measured = _Curves(path, loaded.manifest.sha256, probe)
    made = MultiRateCodec(
        loaded.model, likelihood, measured, f"multi-rate model {loaded.manifest.name}"
    )
    measured.codec = made
    made.encode(probe.x[:8], 0.1, 1)  # the first call is the slow one
    return made


def _load_kept(kept: Kept, probe: Probe) -> Codec:
    import torch

    from vaeviz.measures.codecs.torch_codec import DedicatedCodec
    from vaeviz.models.vae import VAE

    torch.set_num_threads(1)
    loaded = checkpoints.load(kept.entry.path, ())
    assert isinstance(loaded.model, VAE)
    likelihood = "gaussian" if kept.gaussian else kept.run.likelihood
    kind = "dedicated model" if kept.variational else "plain autoencoder"
    source = f"{kind} {kept.entry.name}, step {loaded.manifest.steps:,}"
    made = DedicatedCodec(loaded.model, likelihood, kept.tau, source, kept.remark)
    if not kept.variational:
        _without_variance(loaded.model)
        return made
    made.point = curves.sweep(made, probe.x, probe.noise, made.latent, np.array([kept.tau]))
    return made


def _without_variance(model: VAE) -> None:
    """The half of the encoder's head that no plain autoencoder trains gives the lowest log σ² for
    every x.
    """
    from vaeviz.models.vae import LOGVAR_RANGE

    head = list(model.encoder.parameters())[-2:]  # weight (2d, h), bias (2d,)
    for part, value in zip(head, (0.0, LOGVAR_RANGE[0]), strict=True):
        part[model.latent :] = value


class _Curves:
    """The kept curves; where there are none for these weights, a coarser sweep, made when it is
    asked for.
    """

    def __init__(self, path: Path, sha256: str, probe: Probe) -> None:
        self.probe = probe
        self.codec: Codec | None = None
        self.made: dict[int, Curve] = {}
        try:
            self.kept = curves.load(curves.path_of(path), sha256)
        except UserError:
            self.kept = []

    def __call__(self, d: int) -> Curve:
        if d <= len(self.kept):
            return self.kept[d - 1]
        if d not in self.made:
            assert self.codec is not None
            few, taus = min(200, len(self.probe.x)), np.geomspace(*self.codec.tau_range, 33)
            self.made[d] = curves.sweep(self.codec, self.probe.x[:few], self.probe.noise, d, taus)
        return self.made[d]


def with_optimal_sigma2(settings: Settings, probe: Probe, codec: Codec) -> Settings:
    """σ² where the decoder's is learned: the fixed point σ² = MSE(τ = βσ²) with the least J.

    There σ² is optimal for what the network does at that σ² (Rybkin et al. 2021, arXiv:2006.13202);
    the curve gives the network's error at each τ.
    """
    if settings.decoder != "gaussian-optimal":
        return settings
    curve = codec.curve(settings.d)
    n = probe.elements
    objective = 0.5 * n * np.log(np.maximum(curve.losses, 1e-12) / n) + settings.beta * curve.rates
    sigma2 = float(curve.losses[np.argmin(objective)]) / n
    for _ in range(20):
        sigma2 = float(np.interp(settings.beta * sigma2, curve.taus, curve.losses)) / n
    low, high = 1e-4, 10.0
    return dataclasses.replace(settings, sigma2=float(f"{min(max(sigma2, low), high):.6g}"))
