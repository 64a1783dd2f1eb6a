"""The KL is averaged over latent dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def kl(mu: Tensor, logvar: Tensor) -> Tensor:
    return 0.5 * (mu**2 + logvar.exp() - 1 - logvar).mean(1)


EXHIBIT = Exhibit(
    "kl-mean",
    "KL as a mean over dimensions",
    "The KL of independent dimensions is their sum. The mean over 8 of them makes β an eighth.",
    "Sharp reconstructions, poor samples. A larger latent size weakens the KL further.",
    "weight",
    (parts.kl,),
    (kl,),
    Run(Parts(kl=kl)),
    (
        ("mkusner/grammarVAE#2", "https://github.com/mkusner/grammarVAE/issues/2"),
        ("maxhodak/keras-molecules#59", "https://github.com/maxhodak/keras-molecules/issues/59"),
    ),
)
