"""The kinds of model a checkpoint can hold; `vaeviz.families` registers their builders.

The registry is below the families, so that checkpoints import none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vaeviz.config import UserError

if TYPE_CHECKING:
    from torch import nn

Builder = Callable[[Any, tuple[int, ...]], "nn.Module"]
_KINDS: dict[str, tuple[type[Any], Builder]] = {}


def register(kind: str, settings: type[Any], builder: Builder) -> None:
    """Registers `builder`, which makes a model from the settings in manifests of this kind."""
    _KINDS[kind] = settings, builder


def build(kind: str, settings: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    """A new model for data of `shape`. Raises UserError for an unknown kind or bad settings."""
    if not _KINDS:
        raise RuntimeError("no kind of model is known: import vaeviz.families first")
    if kind not in _KINDS:
        raise UserError(
            f"unknown kind of model {kind[:40]!r}: update vaeviz, or use {', '.join(_KINDS)}"
        )
    settings_class, builder = _KINDS[kind]
    return builder(settings_class.from_json(settings), shape)
