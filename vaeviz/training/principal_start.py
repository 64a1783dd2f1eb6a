"""A multi-rate model's start: the linear VAE's encoder, a decoder at the data's mean."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vaeviz.densities import LIKELIHOODS
from vaeviz.models.multi_rate import LEAST_VARIANCE, MultiRateVAE
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import Array
from vaeviz.theory.linear_vae import Spectrum


def start(model: MultiRateVAE, spectrum: Spectrum, settings: MultiRateSettings) -> None:
    """Start from the principal components of the data, in the likelihood's units.

    For a Gaussian those are data units. A Bernoulli pixel with mean p has the unit sqrt(p (1 - p)),
    its likelihood's deviation; so, roughly, does a categorical one.
    """
    likelihood, mean = LIKELIHOODS[settings.likelihood], spectrum.mean
    unit = likelihood.unit(mean)  # (D,)
    values, vectors = spectrum.eigenvalues, spectrum.eigenvectors
    if not likelihood.variance.shared:
        covariance = (vectors * values) @ vectors.T / np.outer(unit, unit)
        values, vectors = (part[..., ::-1] for part in np.linalg.eigh(covariance))
    k = min(model.max_latent, len(values))
    variances, axes = np.maximum(values[:k], LEAST_VARIANCE), vectors[:, :k] / unit[:, None]
    model.start_from(_tensor(variances), _tensor((axes / np.sqrt(variances)).T), _tensor(mean))
    with torch.no_grad():
        model.decoder_head.bias.copy_(_tensor(likelihood.neutral(mean, settings.levels)))


def _tensor(values: Array) -> Tensor:
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.float32)
