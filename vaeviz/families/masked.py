"""The VAE with a masked decoder, which also reads the pixels before the one it predicts.

Its decoder is no function of z alone, so that there is no network of z to export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from vaeviz.config import RunSettings
from vaeviz.families.family import Trait
from vaeviz.families.vae import VAEFamily


@dataclass(frozen=True)
class MaskedFamily(VAEFamily):
    fixes: ClassVar[Mapping[str, Any]] = {"decoder": "masked"}
    mark: ClassVar[str] = "masked"

    def owns(self, settings: Any) -> bool:
        return settings.variational and settings.sees_pixels


MASKED = MaskedFamily(
    "masked",
    "VAE with a masked decoder",
    "masked",
    RunSettings,
    frozenset({Trait.POSTERIOR, Trait.RATE, Trait.PIXELS_SEEN}),
)
