"""One example on its way through the model, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class Code:
    """The posterior of one example and a draw from it: `mu`, `sigma`, `noise` and z = mu + sigma
    noise, each (d,); `kl` (d,) in nats.
    """

    mu: Array
    sigma: Array
    noise: Array
    z: Array
    kl: Array
    source: str


@dataclass(frozen=True)
class Cost:
    """D and R of one example in nats; `before` is D + R at the settings of a moment ago."""

    distortion: float
    rate: float
    before: float | None
    source: str

    @property
    def total(self) -> float:
        """D + R, the negative ELBO."""
        return self.distortion + self.rate
