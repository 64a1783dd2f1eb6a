"""The weight of the KL is applied in two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def loss(error: Tensor, kl: Tensor, beta: float) -> Tensor:
    kl = beta * kl  # to be printed
    return (error + beta * kl).mean()


EXHIBIT = Exhibit(
    "twice",
    "KL weight applied twice",
    "β = 4 multiplies the KL twice: its weight is 16.",
    "Doubling β changes the KL's part fourfold. All dimensions collapse, as they don't at 4.",
    "doubling",
    (parts.loss,),
    (loss,),
    Run(Parts(loss=loss), beta=4.0),
)
