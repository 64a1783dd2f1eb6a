"""The plain autoencoder: the VAE's two networks with z = μ, no posterior and no rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from vaeviz.checkpoints import shipped_recipes
from vaeviz.config import RunSettings
from vaeviz.families.family import Trait
from vaeviz.families.masked import MASKED
from vaeviz.families.vae import VAE, VAEFamily


@dataclass(frozen=True)
class AutoencoderFamily(VAEFamily):
    dedicated: ClassVar[str] = "plain autoencoder"
    fixes: ClassVar[Mapping[str, Any]] = {"variational": False}
    mark: ClassVar[str] = "plain"
    choice: ClassVar[str] = "ae"

    def owns(self, settings: Any) -> bool:
        return not settings.variational

    def kind_of(self, settings: Any) -> str:
        """That of the VAE with the same decoder, which is how older manifests name it."""
        return (MASKED if settings.sees_pixels else VAE).kind

    def traits_of(self, settings: Any) -> frozenset[Trait]:
        seen = {Trait.PIXELS_SEEN} if settings.sees_pixels else {Trait.NETWORK}
        return self.traits | seen


AUTOENCODER = AutoencoderFamily(
    "autoencoder",
    "plain autoencoder",
    "vae",
    RunSettings,
    frozenset(),
    {name: s for name, s in shipped_recipes.RECIPES.items() if not s.variational},
)
