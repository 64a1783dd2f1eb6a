"""Where a multi-rate model starts: its encoder at the linear VAE's, its decoder at the data's
mean.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vaeviz.models.multi_rate import LEAST_VARIANCE, MultiRateVAE
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.theory.water_filling import Floats

LEAST_PIXEL_VARIANCE = 0.02  # so that a pixel that is hardly ever lit does not count as a component


def start(model: MultiRateVAE, spectrum: Spectrum, settings: MultiRateSettings) -> None:
    """Start from the principal components of the data, in the likelihood's own units.

    For a Gaussian those are data units. A Bernoulli pixel with mean p counts in units of sqrt(p (1
    - p)), the deviation of its likelihood; and so, roughly, does a categorical one.
    """
    likelihood = settings.likelihood
    mean, unit = spectrum.mean, np.ones_like(spectrum.mean)
    values, vectors = spectrum.eigenvalues, spectrum.eigenvectors
    if likelihood != "gaussian":
        unit = np.sqrt(np.maximum(mean * (1 - mean), LEAST_PIXEL_VARIANCE))
        covariance = (vectors * values) @ vectors.T / np.outer(unit, unit)
        values, vectors = (part[..., ::-1] for part in np.linalg.eigh(covariance))
    k = min(model.max_latent, len(values))
    variances, axes = np.maximum(values[:k], LEAST_VARIANCE), vectors[:, :k] / unit[:, None]
    model.start_from(_tensor(variances), _tensor((axes / np.sqrt(variances)).T), _tensor(mean))
    with torch.no_grad():
        model.decoder_head.bias.copy_(_tensor(_output_bias(mean, model.levels, likelihood)))


def _output_bias(mean: Floats, levels: int, likelihood: str) -> Floats:
    """The decoder's outputs that say no more than the data's mean."""
    if likelihood == "bernoulli":
        p = np.clip(mean, 0.01, 0.99)
        return np.log(p / (1 - p))
    return mean if likelihood == "gaussian" else np.zeros(len(mean) * levels)


def _tensor(values: Floats) -> Tensor:
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.float32)
