"""The evidence lower bound: ELBO = E_q[log p(x|z)] - KL(q(z|x) || p(z)), z a sample of q(z|x).

Kingma & Welling 2014 (arXiv:1312.6114), equation 3. Per example, in nats, with all constants.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from vaeviz.densities import gaussian
from vaeviz.objectives.objective import Objective


class Elbo(Objective):
    by_hand: ClassVar[bool] = True

    def code(self, mu: Tensor, logvar: Tensor, noise: Tensor) -> Tensor:
        return gaussian.sample(mu, logvar, noise)

    def kl(self, mu: Tensor, logvar: Tensor) -> Tensor:
        return gaussian.kl_to_standard_normal(mu, logvar)


ELBO = Elbo()
