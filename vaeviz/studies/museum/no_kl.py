"""The KL is computed and printed, and never added to the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def loss(error: Tensor, kl: Tensor, beta: float) -> Tensor:
    return error.mean()


EXHIBIT = Exhibit(
    "no-kl",
    "KL forgotten",
    "The loss is the error alone: an autoencoder whose noise training takes away.",
    "The KL grows on and nothing holds codes near the prior: its samples are no digits.",
    "samples",
    (parts.loss,),
    (loss,),
    Run(Parts(loss=loss)),
    (("facebookresearch/irmae#1", "https://github.com/facebookresearch/irmae/issues/1"),),
)
