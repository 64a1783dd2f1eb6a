"""What a model is like at one (τ, d), on held-out data: the readings that a lecture shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from vaeviz.records.array import Array

TAUS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)  # of the grid that is measured
DIMS = (2, 4, 8, 16)


def nearest(tau: float, d: int, places: Iterable[tuple[float, int]]) -> tuple[float, int]:
    """The (τ, d) of `places` next to these: by d first, in octaves, then by τ."""

    def distance(place: tuple[float, int]) -> tuple[float, float]:
        return abs(math.log2(place[1] / d)), abs(math.log(place[0] / tau))

    return min(sorted(places), key=distance)


@dataclass(frozen=True)
class Reading:
    """One model at one (τ, d), on held-out examples.

    `objective` is L = h loss + τR per example, with its standard error from drawing z: ½‖x - x̂‖² +
    τR with one σ², nats elsewhere. `kl` (d,) is the spectrum in nats, greatest first; `variance`
    the mean of the posteriors' σ²; `aggregate` KL(q(z) ‖ p(z)) of the held-out posteriors in nats;
    `energy` the energy distance of decoded prior samples from held-out data; `near` the share of
    them within the distance that 95 % of held-out examples keep to a training example.
    """

    tau: float
    d: int
    objective: float
    error: float
    rate: float
    loss: float
    kl: tuple[float, ...]
    active: int
    collapsed: int
    variance: float
    aggregate: float
    energy: float
    energy_error: float
    near: float


@dataclass(frozen=True)
class Dedicated:
    """The reading of one dedicated model: its seed, and whether it started `warm`, from its
    neighbour at the next smaller τ, or from random weights.
    """

    seed: int
    warm: bool
    reading: Reading


@dataclass(frozen=True)
class FidelityStudy:
    """Dedicated models over a grid of (τ, d) and seeds, as wide as the multi-rate model `name`.

    `multi` are that model's own readings at the same places; `sha256` is of its weights, so that a
    model that was trained again is not taken for the measured one.
    """

    name: str
    data: str
    digest: str
    likelihood: str
    widths: tuple[int, ...]
    examples: int
    models: tuple[Dedicated, ...]
    sha256: str
    multi: tuple[Reading, ...]

    @property
    def places(self) -> set[tuple[float, int]]:
        """The measured (τ, d)."""
        return {(one.reading.tau, one.reading.d) for one in self.models}

    def at(self, place: tuple[float, int]) -> tuple[Dedicated, ...]:
        """The dedicated models at one measured (τ, d)."""
        return tuple(one for one in self.models if (one.reading.tau, one.reading.d) == place)

    def multi_at(self, place: tuple[float, int]) -> Reading | None:
        """The multi-rate model's own reading there."""
        return next((one for one in self.multi if (one.tau, one.d) == place), None)


@dataclass(frozen=True, eq=False)
class Spectra:
    """Sorted KL spectra in nats: of the model shown (d,), and of dedicated ones (seeds, d); both as
    far as `top`, the axis's end. `apart` is how far the model's is from those of the nearer start.
    """

    kl: Array
    dedicated: Array
    apart: float
    top: float
    source: str
