"""The β and σ² that a written VAE loss stands for.

A loss adds an error of the image and a weighted KL, each summed or averaged over pixels, latent
dimensions and the batch. Whatever was averaged, per example it is

    L = ρ E(x, x̂) + κ KL,   ρ = s² (1/D if averaged over D elements) (B if summed over a batch of B)
    κ = weight (1/d if averaged over d dimensions) (B if summed over the batch)

with E and KL both summed, and data over a range s (2 for [-1, 1]) instead of 1: E then grows as s²,
an absolute error as s. A factor of L moves no minimum, so only κ/ρ matters. Against J = -E log
p(x|z) + β KL:

    ‖x - x̂‖²      Gaussian, σ² J = ½ ‖x - x̂‖² + βσ² KL + const     βσ² = τ = κ / 2ρ
    ½ ‖x - x̂‖²                                                       βσ² = τ = κ / ρ
    |x - x̂|       Laplace of scale b, b J = |x - x̂| + βb KL + const    βb = κ / ρ
    cross-entropy  Bernoulli                                             β = κ / ρ

So a mean over D pixels with a summed KL of weight w has τ = wD/2: β = wD at σ² = ½. A squared error
fixes βσ² alone: any (β, σ²) on that line is the same loss. (The tests compare the gradients of
every combination with J's.)
"""

from __future__ import annotations

from dataclasses import dataclass

ERRORS = ("mse", "half-mse", "bce", "l1")
SQUARED = ("mse", "half-mse")
FAMILIES = {"mse": "gaussian", "half-mse": "gaussian", "bce": "bernoulli", "l1": "laplace"}
_POWER = {"gaussian": 2, "laplace": 1, "bernoulli": 0}  # of the data's range, in E


@dataclass(frozen=True)
class Written:
    """A written loss: its error, its reductions, and the KL's weight."""

    error: str = "mse"
    pixels_summed: bool = False
    latents_summed: bool = True
    error_batch_summed: bool = False
    kl_batch_summed: bool = False
    weight: float = 1.0
    span: float = 1.0  # the length of the data's range: 1 for [0, 1], 2 for [-1, 1]

    @property
    def family(self) -> str:
        """The error's likelihood: "gaussian", "bernoulli" or "laplace"."""
        return FAMILIES[self.error]

    @property
    def squared(self) -> bool:
        """Whether the error is a squared one: the loss fixes βσ²."""
        return self.error in SQUARED


@dataclass(frozen=True)
class Size:
    """Elements D of an image (channels counted), latent dimensions d, examples B in a batch."""

    elements: int
    latent: int
    batch: int = 1


def coefficients(loss: Written, size: Size) -> tuple[float, float]:
    """ρ and κ of L = ρ E + κ KL, both summed over elements and dimensions, averaged over examples.

    E is that of data in [0, 1], whatever range the loss uses; a cross-entropy has no other.
    """
    rho = (1.0 if loss.pixels_summed else 1 / size.elements) * (
        size.batch if loss.error_batch_summed else 1
    )
    rho *= loss.span ** _POWER[loss.family]
    kappa = (1.0 if loss.latents_summed else 1 / size.latent) * (
        size.batch if loss.kl_batch_summed else 1
    )
    return rho, loss.weight * kappa


def tau(loss: Written, size: Size) -> float:
    """The level that the loss fixes: βσ² (Gaussian), βb (Laplace) or β (Bernoulli)."""
    rho, kappa = coefficients(loss, size)
    return kappa / rho / (2 if loss.error == "mse" else 1)


def beta_at(tau: float, sigma2: float) -> float:
    """The β of a loss with this βσ², if the decoder's variance is `sigma2`."""
    return tau / sigma2


def sigma2_at(tau: float, beta: float) -> float:
    """The decoder variance of a loss with this βσ², if its weight is `beta`."""
    return tau / beta
