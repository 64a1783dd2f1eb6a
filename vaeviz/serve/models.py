"""Which trained model answers for which settings, loaded on a background thread with torch."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from vaeviz import checkpoints, families
from vaeviz.checkpoints import SHIPPED, Entry
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS
from vaeviz.densities.gaussian import FIXED, OPTIMAL
from vaeviz.measures import curves
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Curve
from vaeviz.serve import jobs
from vaeviz.serve import kept as kept_models
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

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
        data, likelihood = entry.name, FIXED.name
        for other in LIKELIHOODS:
            if entry.name.endswith(f"-{other}"):
                data, likelihood = entry.name.removesuffix(f"-{other}"), other
        found[data, likelihood] = entry
    return found


def likelihoods(data: str) -> tuple[str, ...]:
    """The likelihoods of a data set's multi-rate models, the default first; the linear VAE's is
    Gaussian.
    """
    others = [own for name, own in _shipped() if name == data and own != FIXED.name]
    return (FIXED.name, OPTIMAL.name, *others)


def widths(data: str, likelihood: str) -> tuple[int, ...]:
    """The hidden widths of the multi-rate model, for a dedicated one that is to be compared."""
    found = entry(data, likelihood)
    known = found.manifest.settings if found and found.manifest else {}
    return tuple(known.get("widths", RunSettings().widths))


def entry(data: str, likelihood: str) -> Entry | None:
    """The multi-rate checkpoint of a data set and a likelihood."""
    return _shipped().get((data, _trained(likelihood)))


def multi_rate(probe: Probe, likelihood: str, patience: float | None = None) -> Codec | None:
    """The multi-rate model, or the closed form where there is none; None while it loads. Raises
    UserError if it is damaged.
    """
    found = entry(probe.data.name, likelihood)
    if found is None:
        return probe.linear
    path, trained = found.path, _trained(likelihood)
    load = partial(_load, path, probe, trained)
    wait = PATIENCE if patience is None else patience
    return jobs.get(("codec", path), load, jobs.LOAD, wait)


def _trained(likelihood: str) -> str:
    """The likelihood that a model was trained with: its σ² is no matter of training."""
    return LIKELIHOODS[likelihood].known.name


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
    load = partial(_load_kept, kept, probe)
    return jobs.get(("kept", kept.entry.path, kept.key), load, jobs.LOAD, wait)


def _load(path: Path, probe: Probe, likelihood: str) -> Codec:
    import torch

    from vaeviz.measures.codecs.torch_codec import MultiRateCodec

    torch.set_num_threads(1)  # see store: threads that wait for each other cost more than they win
    loaded = checkpoints.load(path)
    if families.of_manifest(loaded.manifest)[0] is not families.MULTI_RATE:
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
        cast(Any, loaded.model), likelihood, measured, f"multi-rate model {loaded.manifest.name}"
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
    likelihood = kept.density.known.name
    kind = families.of_manifest(loaded.manifest)[0].dedicated
    source = f"{kind} {kept.entry.name}, step {loaded.manifest.steps:,}"
    made = DedicatedCodec(loaded.model, likelihood, kept.tau, source, kept.remark)
    if made.posterior:
        made.point = curves.sweep(made, probe.x, probe.noise, made.latent, np.array([kept.tau]))
    return made


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
