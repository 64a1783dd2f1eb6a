"""Where half of a trained model's dimensions have collapsed: measured once, in the background."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vaeviz.chapters.model.views import COLLAPSED
from vaeviz.measures.codecs.codec import Codec
from vaeviz.serve import jobs, probes
from vaeviz.serve.probes import Probe

STEPS = 12  # of a bisection of log τ: the last one is finer than two digits of τ


@dataclass(frozen=True)
class Half:
    """A τ of two digits, of the d dimensions how many have collapsed there, and the largest KL."""

    tau: float
    collapsed: int
    d: int
    tallest: float

    @property
    def exact(self) -> bool:
        """Whether it is half of them; of 16 dimensions one more or less is half of them too."""
        return abs(self.collapsed - self.d // 2) <= self.d // 16


def known(probe: Probe, codec: Codec, d: int, patience: float = 0) -> Half | None:
    """The measured place; None while it is measured."""
    key = ("half collapsed", probe.data.name, codec.source, d)
    return jobs.get(key, lambda: half(probe, codec, d), patience=patience)


def half(probe: Probe, codec: Codec, d: int) -> Half:
    """The nearest to half that a bisection of log τ meets; it stops where half is reached."""
    low, high = map(math.log, codec.tau_range)
    met = []
    for _ in range(STEPS):
        middle = (low + high) / 2
        tau = float(f"{math.exp(middle):.2g}")
        kl = probes.observer(probe, codec)(tau, d).kl
        met.append(Half(tau, int((kl < COLLAPSED).sum()), d, float(kl.max())))
        if met[-1].exact:
            break
        low, high = (middle, high) if met[-1].collapsed < d // 2 else (low, middle)
    return min(met, key=lambda place: abs(place.collapsed - d // 2))
