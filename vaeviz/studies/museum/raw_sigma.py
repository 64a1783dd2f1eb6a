"""The encoder's raw output is taken for σ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def sample(mu: Tensor, sigma: Tensor, noise: Tensor) -> Tensor:
    return mu + sigma * noise  # the KL reads it as log σ²


EXHIBIT = Exhibit(
    "raw-sigma",
    "σ predicted directly",
    "The output is σ here and log σ² in the KL, which pulls it to 0: then no noise is left.",
    "A tiny KL beside good reconstructions is too good to be true, and samples are poor.",
    "point",
    (parts.sample,),
    (sample,),
    Run(Parts(sample=sample)),
    (("cmzuo11/scMVAE#1", "https://github.com/cmzuo11/scMVAE/issues/1"),),
)
