"""Model families by name, and the ways from settings and manifests to them.

Importing this package tells `checkpoints` how every kind of model is built.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from vaeviz.checkpoints import Loaded, Manifest, kinds
from vaeviz.config import RunSettings, UserError
from vaeviz.families.autoencoder import AUTOENCODER
from vaeviz.families.family import Family, Fit, Trait
from vaeviz.families.linear import LINEAR
from vaeviz.families.masked import MASKED
from vaeviz.families.multi_rate import MULTI_RATE
from vaeviz.families.vae import VAE

if TYPE_CHECKING:
    from vaeviz.measures.codecs.codec import Codec

FAMILIES: dict[str, Family] = {
    family.name: family for family in (VAE, AUTOENCODER, LINEAR, MASKED, MULTI_RATE)
}

CHOICES: dict[str, Family] = {}  # by name on the Training page; a masked VAE is a VAE there
for _family in FAMILIES.values():
    if _family.choice:
        CHOICES.setdefault(_family.choice, _family)


def of(settings: Any) -> Family:
    """The family that trains by these settings; UserError where none does."""
    for family in FAMILIES.values():
        if type(settings) is family.settings and family.owns(settings):
            return family
    raise UserError(f"no family has settings of type {type(settings).__name__}: update vaeviz")


def traits(settings: Any) -> frozenset[Trait]:
    """What may be asked of a model with these settings."""
    return of(settings).traits_of(settings)


def read_settings(values: Any) -> Any:
    """The settings in plain JSON values, of the first family that knows all their names."""
    for family in FAMILIES.values() if isinstance(values, dict) else ():
        if set(values) <= {field.name for field in dataclasses.fields(family.settings)}:
            return family.settings.from_json(values)
    return RunSettings.from_json(values)


def of_manifest(manifest: Manifest) -> tuple[Family, Any]:
    """The family of a checkpoint, and its settings."""
    for family in FAMILIES.values():
        if family.kind == manifest.kind:
            settings = family.settings.from_json(manifest.settings)
            return of(settings) if family.by_settings else family, settings
    raise UserError(f"unknown kind of model {manifest.kind[:40]!r}: update vaeviz")


def open_codec(loaded: Loaded, tau: float = 1.0) -> Codec:
    """The codec of a loaded checkpoint, at `tau` where its model answers for one τ only.

    UserError for a model that does not decode a code alone.
    """
    about = loaded.manifest
    family, settings = of_manifest(about)
    has = family.traits_of(settings)
    if Trait.NETWORK not in has:
        raise UserError(
            f"{about.name} is a {about.kind} model: open a multi-rate or a dedicated VAE"
        )
    trained = "" if Trait.EVERY_TAU in has else f", step {about.steps:,}"
    source = f"{family.dedicated} {about.name}{trained}"
    return family.codec(loaded.model, settings.likelihood, tau, source)


for _family in FAMILIES.values():
    kinds.register(_family.kind, _family.settings, _family.build)

__all__ = [
    "AUTOENCODER",
    "CHOICES",
    "FAMILIES",
    "LINEAR",
    "MASKED",
    "MULTI_RATE",
    "VAE",
    "Family",
    "Fit",
    "Trait",
    "of",
    "of_manifest",
    "open_codec",
    "read_settings",
    "traits",
]
