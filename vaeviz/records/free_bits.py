"""The pull of the rate term on each latent dimension while a model trains with free bits."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Pull:
    """Mean `kl` (T, d) in nats, and the pull of the rate term (T, d), at T steps (T,).

    The pull is √E_x‖∂(βR)/∂(μ_j, log σ_j²)‖² of a batch, R with its `floor` in nats per dimension;
    without a floor it would be `free` (T, d).
    """

    floor: float
    steps: Array
    kl: Array
    pull: Array
    free: Array
    source: str
