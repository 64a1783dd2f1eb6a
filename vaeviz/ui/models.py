"""Which trained model answers for which settings."""

from __future__ import annotations

from vaeviz.measures.codec import Codec
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe


def decoders(data: str) -> tuple[str, ...]:
    """The decoders that a data set can be shown with, the default first."""
    return ("gaussian", "gaussian-optimal")


def codec(settings: Settings, probe: Probe) -> Codec | None:
    return probe.linear


def with_optimal_sigma2(settings: Settings, probe: Probe, codec: Codec) -> Settings:
    return settings
