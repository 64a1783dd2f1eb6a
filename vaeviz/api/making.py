"""Three ways to a model: train it, open its checkpoint, or solve it in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from vaeviz import checkpoints, families
from vaeviz.api.model import Model
from vaeviz.checkpoints import Loaded, Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.data import Dataset, describe
from vaeviz.densities import LIKELIHOODS
from vaeviz.families import Trait
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.codecs.export import encode_in_blocks, export_network
from vaeviz.models import linear, vae
from vaeviz.models.multi_rate_at import at
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import StepRecord
from vaeviz.theory import linear_vae
from vaeviz.training import loop
from vaeviz.training.results import multi_rate_probe


def train(
    dataset: Dataset,
    settings: RunSettings | None = None,
    report: Callable[[StepRecord], object] | None = None,
) -> Model:
    """Train one model on the training examples of a data set.

    Parameters
    ----------
    dataset : Dataset
        From `load`.
    settings : RunSettings, optional
        β, σ², latent size, steps, seed and more. Its `data` is replaced by the data set's name.
    report : callable, optional
        Called with the record of each step: β, and D, R and the KL of each dimension (d,) in nats
        per example.

    Returns
    -------
    Model
        The same data and settings give the same model again.

    Raises
    ------
    UserError
        If settings and data do not fit, if training diverges, or for a masked decoder.

    Examples
    --------
    >>> import vaeviz
    >>> settings = vaeviz.RunSettings(beta=2.0, latent=4, widths=(32,), steps=20)
    >>> vaeviz.train(vaeviz.load("digits"), settings).source
    'dedicated model digits, step 20'
    """
    run = replace(settings or RunSettings(), data=dataset.name)
    if Trait.NETWORK not in families.of(run).traits_of(run):
        raise UserError("a masked decoder does not decode a code alone: use mirror or linear")
    model = vae.build(run, dataset.shape)
    with _one_thread():
        for record in loop.train(model, dataset.train, run):
            if report is not None:
                report(record)
    about = Manifest(
        name=dataset.name,
        kind="vae",
        settings=run.to_json(),
        data=dataset.name,
        digest=dataset.digest,
        seed=run.seed,
        steps=run.steps,
        held_out={},
    )
    return _dedicated(Loaded(model.eval().requires_grad_(False), about))


def open_checkpoint(
    checkpoint: str | Path, tau: float | None = None, d: int | None = None
) -> Model:
    """Open a trained model.

    Parameters
    ----------
    checkpoint : str or Path
        A name in ``runs/`` or among the shipped checkpoints, or the path of one of its two files.
    tau : float, optional
        βσ² with a Gaussian likelihood, else β. Only a multi-rate model needs it.
    d : int, optional
        Latent size. Only a multi-rate model needs it.

    Returns
    -------
    Model
        With the checkpoint's `manifest`.

    Raises
    ------
    UserError
        If there is no such checkpoint or it is damaged, if a multi-rate model lacks τ and d or does
        not cover them, or for a kind of model that does not decode a code alone.

    Examples
    --------
    >>> import vaeviz
    >>> vaeviz.open_checkpoint("digits", tau=0.1, d=8).source
    'multi-rate model digits, τ = 0.1, d = 8'
    """
    loaded = checkpoints.load(checkpoint)
    family, settings = families.of_manifest(loaded.manifest)
    if Trait.EVERY_TAU in family.traits_of(settings):
        return _multi_rate(loaded, tau, d)
    return _dedicated(loaded)


def closed_form(dataset: Dataset, tau: float, d: int) -> Model:
    """The linear VAE's exact optimum (Lucas et al. 2019, arXiv:1911.02469).

    Parameters
    ----------
    dataset : Dataset
        From `load`; its training examples give the covariance.
    tau : float
        βσ², in squared data units.
    d : int
        Latent size, from 1 to the data set's `about.max_latent`.

    Returns
    -------
    Model
        Both networks are linear.

    Raises
    ------
    UserError
        If τ is not positive or d is out of range.

    Examples
    --------
    >>> import vaeviz
    >>> vaeviz.closed_form(vaeviz.load("moons"), tau=0.1, d=2).source
    'closed form: the linear VAE, τ = 0.1, d = 2'
    """
    most = dataset.about.max_latent
    if not (tau > 0 and math.isfinite(tau) and 1 <= d <= most):
        raise UserError(f"τ = {tau:g}, d = {d}: give a positive, finite τ and a d from 1 to {most}")
    codec = LinearCodec(linear_vae.spectrum(dataset.train), most)
    exact = codec.solved(tau, d)
    settings = RunSettings(data=dataset.name, latent=len(exact.V), sigma2=tau)
    exported = export_network(codec, tau, d, dataset.about)
    encoder = partial(encode_in_blocks, codec, exported, tau=tau)
    return Model(
        exported,
        settings,
        None,
        True,
        encoder,
        lambda sigma2: _linear(exact, replace(settings, sigma2=sigma2)),
    )


def _dedicated(loaded: Loaded) -> Model:
    """The model of a dedicated checkpoint, at the (τ, d) of its training."""
    codec, settings = families.open_codec(loaded), RunSettings.from_json(loaded.manifest.settings)
    model: Any = loaded.model
    exported = export_network(codec, 1.0, codec.latent, describe(settings.data))  # any τ
    encoder = partial(encode_in_blocks, codec, exported, tau=1.0)
    return Model(exported, settings, loaded.manifest, False, encoder, lambda _: model)


def _multi_rate(loaded: Loaded, tau: float | None, d: int | None) -> Model:
    if tau is None or d is None:
        raise UserError(f"{loaded.manifest.name} is a model of every τ and d: give tau and d")
    codec = families.open_codec(loaded)
    model: Any = loaded.model
    known = MultiRateSettings.from_json(loaded.manifest.settings)
    settings = multi_rate_probe(
        known, 1.0 if LIKELIHOODS[known.likelihood].variance.shared else tau, tau, d
    )
    at(model, tau, d)  # UserError outside the model's range
    exported = export_network(codec, tau, d, describe(known.data))
    encoder = partial(encode_in_blocks, codec, exported, tau=tau)
    return Model(
        exported,
        settings,
        loaded.manifest,
        True,
        encoder,
        lambda sigma2: at(model, tau, d, sigma2),
    )


def _linear(exact: linear_vae.LinearVAE, settings: RunSettings) -> linear.LinearVAE:
    """The closed form as a torch model, in float32."""
    model = linear.build(settings, torch.tensor(exact.mean, dtype=torch.float32))
    with torch.no_grad():
        model.V.copy_(torch.tensor(exact.V))
        model.W.copy_(torch.tensor(exact.W))
        model.logvar.copy_(torch.tensor(exact.variances).log())
    return model


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread: as fast for small models, and results do not depend on the number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
