"""A model's numbers on the held-out examples of a data set."""

from __future__ import annotations

import math
from dataclasses import replace

from vaeviz.api.model import Model
from vaeviz.config import RunSettings, UserError
from vaeviz.data import Dataset
from vaeviz.densities import LIKELIHOODS
from vaeviz.records import Evaluation
from vaeviz.training.evaluate import evaluate


def measure(
    model: Model, dataset: Dataset, beta: float | None = None, samples: int = 16, seed: int = 0
) -> Evaluation:
    """Rate, distortion, ELBO, active units and KL of each dimension, on held-out examples.

    Parameters
    ----------
    model : Model
        From `train`, `open_checkpoint` or `closed_form`.
    dataset : Dataset
        The data set whose held-out examples are encoded.
    beta : float, optional
        β of J = D + βR. By default that of the training; 1 for a Gaussian model of every τ, whose
        σ² is τ/β.
    samples : int, optional
        Posterior samples per example, over which D is averaged. The rate is exact.
    seed : int, optional
        Seed of these samples.

    Returns
    -------
    Evaluation
        `rate`, `distortion`, its standard `error`, `elbo` and `objective` in nats per example;
        `active`, the number of dimensions with Var(E[z|x]) > 0.01; `kl` (d,), the KL of each
        dimension in nats.

    Raises
    ------
    UserError
        If the data do not fit the model or have changed since its training, or if a number comes
        out infinite.

    Examples
    --------
    >>> import vaeviz
    >>> model = vaeviz.open_checkpoint("digits", tau=0.1, d=8)
    >>> numbers = vaeviz.measure(model, vaeviz.load("digits"))
    >>> numbers.active, numbers.kl.shape
    (7, (8,))
    """
    _check_data(model, dataset)
    settings = model.settings if beta is None else _settings_at(model, beta)
    coder = model.coder(settings.sigma2)
    numbers = evaluate(coder, dataset.held_out, settings, samples, seed)
    return replace(numbers, kl=numbers.kl[: model.network.latent])  # without masked dimensions


def _settings_at(model: Model, beta: float) -> RunSettings:
    """The model's settings with another β; a Gaussian model of every τ keeps τ = βσ²."""
    s = model.settings
    if not (model.every_tau and LIKELIHOODS[s.likelihood].variance.shared):
        return replace(s, beta=beta)
    if not beta > 0:
        raise UserError(f"β = {beta:g} at τ = {s.beta * s.sigma2:g} has no σ²: give a positive β")
    return replace(s, beta=beta, sigma2=s.beta * s.sigma2 / beta)


def _check_data(model: Model, dataset: Dataset) -> None:
    size = math.prod(model.network.shape)
    if dataset.dim != size:
        raise UserError(
            f"{dataset.name!r} has {dataset.dim} values per example and the model {size}: use the"
            " data set of its training"
        )
    about = model.manifest
    if about and about.data == dataset.name and about.digest != dataset.digest:
        raise UserError(
            f"{about.name} was trained on another version of {dataset.name!r}: train it again"
        )
