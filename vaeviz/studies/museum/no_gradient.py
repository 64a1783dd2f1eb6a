"""z is drawn without reparameterization: no gradient passes through the draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaeviz.models import parts
from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run

if TYPE_CHECKING:
    from torch import Tensor


def sample(mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
    z = mu + (0.5 * logvar).exp() * noise
    return z.detach()  # as q.sample() gives it


EXHIBIT = Exhibit(
    "no-gradient",
    "no reparameterization",
    "sample() instead of rsample(): the error can't reach the encoder, which learns from "
    "the KL alone.",
    "The KL falls to 0 within a few steps, and all reconstructions are alike. Nothing crashes.",
    "gradient",
    (parts.sample,),
    (sample,),
    Run(Parts(sample=sample)),
    (("pyro-ppl/pyro#1896", "https://github.com/pyro-ppl/pyro/pull/1896"),),
)
