"""Codecs for tests of the page Collapse: the closed form in the place of a trained model."""

from __future__ import annotations

from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.records import Array
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae


class Trained(LinearCodec):
    """The linear VAE's optimum with the range and the source of a multi-rate model."""

    def __init__(
        self, probe: Probe, latent: int = 4, likelihood: str = "gaussian", remark: str = ""
    ) -> None:
        super().__init__(linear_vae.spectrum(probe.data.train), latent)
        self.tau_range = (1e-2, 1.0)
        self.source, self.remark = "multi-rate model test", remark
        self.likelihood = likelihood
        self.asked: list[tuple[float, int]] = []

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        self.asked.append((tau, d))
        return super().encode(x, tau, d)


def dedicated(probe: Probe) -> Trained:
    """As if it had been trained at one τ, which is one of the map's levels."""
    codec = Trained(probe, remark="Kept model mine: trained at one place.")
    codec.tau_range = (0.1, 0.1)
    return codec
