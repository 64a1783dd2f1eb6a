"""A model in a notebook: encodes examples and decodes codes, as NumPy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.measures.codecs import network
from vaeviz.records import Array, Network
from vaeviz.training.evaluate import Coder


@dataclass(frozen=True, eq=False)
class Model:
    """An encoder and a decoder at one trade-off τ and one latent size d.

    `train`, `open_checkpoint` and `closed_form` make one.

    Attributes
    ----------
    network : Network
        Both networks as NumPy arrays; `latent` is d, `source` says which model it is.
    settings : RunSettings
        The likelihood, β and σ² by which `measure` judges the model.
    manifest : Manifest or None
        The checkpoint's settings, data set, hash and numbers; None for the closed form.
    """

    network: Network
    settings: RunSettings
    manifest: Manifest | None
    every_tau: bool  # a model of every τ: β is free, and σ² follows from it
    encoder: Callable[[Array], tuple[Array, Array]]
    coder: Callable[[float], Coder]  # σ² -> the torch model for `evaluate`

    @property
    def source(self) -> str:
        """Which model it is, and at which setting or after how many steps."""
        return self.network.source

    def encode(self, x: Array) -> tuple[Array, Array | None]:
        """The posterior q(z|x) of each example.

        Parameters
        ----------
        x : array of shape (N, D)
            Flattened examples, in data units.

        Returns
        -------
        mu : array of shape (N, d)
            Posterior means, in prior standard deviations.
        logvar : array of shape (N, d) or None
            Log variances; None for a plain autoencoder, which has codes alone.

        Raises
        ------
        UserError
            If `x` has another shape, or a value that is not finite.
        """
        rows = _rows(x, math.prod(self.network.shape), "examples")
        mu, logvar = self.encoder(rows)
        return mu, logvar if self.settings.variational else None

    def decode(self, z: Array) -> Array:
        """The expected data of each code.

        Parameters
        ----------
        z : array of shape (N, d)
            Codes, in prior standard deviations.

        Returns
        -------
        array of shape (N, D)
            The mean of p(x|z), in data units.

        Raises
        ------
        UserError
            If `z` has another shape, or a value that is not finite.
        """
        return network.decode(self.network, _rows(z, self.network.latent, "codes"))


def _rows(values: Array, size: int, what: str) -> Array:
    """`values` (N, size) in float32. Raises UserError."""
    rows = np.array(values, np.float32)  # a copy: torch reads no read-only array
    if rows.ndim != 2 or rows.shape[1] != size:
        raise UserError(f"{what} of shape {rows.shape}: give one per row, (N, {size})")
    if not np.isfinite(rows).all():
        raise UserError(f"{what} with NaN or infinite values: mend or remove them")
    return rows
