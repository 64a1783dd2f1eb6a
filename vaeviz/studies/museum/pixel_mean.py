"""The error is averaged over pixels, and the KL is summed over dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import SIGMA2, Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def error(x_hat: Tensor, x: Tensor) -> Tensor:
    return ((x_hat - x) ** 2).mean(1) / (2 * SIGMA2)


EXHIBIT = Exhibit(
    "pixel-mean",
    "mean over pixels, summed KL",
    "The mean divides the error by 64 pixels and leaves the KL whole: β is 64 times too large.",
    "The KL is 0 and every reconstruction is the same grey mean. The printed loss is small "
    "and calm.",
    "weight",
    (parts.error,),
    (error,),
    Run(Parts(error=error)),
    (("zdebruine/MMVAE#19", "https://github.com/zdebruine/MMVAE/pull/19"),),
)
