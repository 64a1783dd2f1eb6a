"""β is a parameter of the loss that no line uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def loss(error: Tensor, kl: Tensor, beta: float) -> Tensor:
    return (error + kl).mean()


EXHIBIT = Exhibit(
    "unused-beta",
    "β accepted, never used",
    "β = 4 is passed on and read nowhere: the run is that of β = 1.",
    "Runs with different β give the same curves to the last digit.",
    "doubling",
    (parts.loss,),
    (loss,),
    Run(Parts(loss=loss), beta=4.0),
    (
        ("AlexanderVNikitin/tsgm#69", "https://github.com/AlexanderVNikitin/tsgm/issues/69"),
        ("WenjieDu/PyPOTS#540", "https://github.com/WenjieDu/PyPOTS/issues/540"),
    ),
)
