"""What a model is like at one (τ, d), on held-out data: the readings that a lecture shows."""

from __future__ import annotations

from dataclasses import dataclass


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
