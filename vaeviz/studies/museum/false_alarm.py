"""No mistake: both terms are divided by the number of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import SIGMA2, Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor

PIXELS = 64


def error(x_hat: Tensor, x: Tensor) -> Tensor:
    return ((x_hat - x) ** 2).mean(1) / (2 * SIGMA2)


def loss(error: Tensor, kl: Tensor, beta: float) -> Tensor:
    return (error + beta * kl / PIXELS).mean()


EXHIBIT = Exhibit(
    "false-alarm",
    "one divisor for both",
    "No mistake: error and KL are both divided by 64. The minimum is the same, the loss 64 "
    "times smaller.",
    "All checks pass. Plain gradient descent would need 64 times the learning rate; Adam "
    "hardly notices.",
    "",
    (parts.error, parts.loss),
    (error, loss),
    Run(Parts(error=error, loss=loss)),
)
