"""The total correlation of an aggregate posterior, in nats."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vaeviz.records.latent import NEAR_CAP


@dataclass(frozen=True, eq=False)
class TotalCorrelation:
    """KL(q(z) ‖ Π_j q(z_j)) for the aggregate of all N posteriors, with its standard error.

    `information` is I(z; n) of the same samples. Where it comes within 2.5 nats of log N
    (`capped`), `value` lies above the total correlation for all data, by several times the error;
    it cannot exceed `cap`, which is (d - 1) log N.
    """

    value: float
    error: float
    information: float
    cap: float
    samples: int
    posteriors: int
    source: str

    @property
    def capped(self) -> bool:
        """More examples would change `value`."""
        return self.information > math.log(self.posteriors) - NEAR_CAP
