"""One training step on one example of a data set, forward and backward."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Walk:
    """What the step computes, in its order, nats; `widths` are the sizes of all layers' outputs.

    x and x̂ `mean` (D,); `mu`, `logvar`, `noise`, `z` (d,); `nll` is −log p(x|z), `kl` (d,) each
    dimension's KL. The gradients of J = −log p(x|z) + β KL on μ and log σ² are sums of the
    likelihood's part, which comes through z, and of the KL's: (d,) each.
    """

    x: Array
    mu: Array
    logvar: Array
    noise: Array
    z: Array
    mean: Array
    nll: float
    kl: Array
    beta: float
    nll_d_mu: Array
    nll_d_logvar: Array
    kl_d_mu: Array
    kl_d_logvar: Array
    encoder: tuple[int, ...]
    decoder: tuple[int, ...]
    source: str

    @property
    def objective(self) -> float:
        """J = −log p(x|z) + β KL."""
        return self.nll + self.beta * float(self.kl.sum())

    @property
    def d_mu(self) -> Array:
        """∂J/∂μ."""
        return self.nll_d_mu + self.kl_d_mu

    @property
    def d_logvar(self) -> Array:
        """∂J/∂log σ²."""
        return self.nll_d_logvar + self.kl_d_logvar
