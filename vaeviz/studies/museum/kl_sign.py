"""The KL has the wrong sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def kl(mu: Tensor, logvar: Tensor) -> Tensor:
    return 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1)


EXHIBIT = Exhibit(
    "kl-sign",
    "the sign of the KL",
    "This is −KL: the minus before ½ is missing. Training flees from the prior.",
    "The loss falls below 0 and on, which looks like progress. A KL is never negative.",
    "kl",
    (parts.kl,),
    (kl,),
    Run(Parts(kl=kl)),
    (("FluxML/model-zoo#147", "https://github.com/FluxML/model-zoo/pull/147"),),
)
