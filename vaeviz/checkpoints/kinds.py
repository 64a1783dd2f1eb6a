"""The kinds of model a checkpoint can hold: how each is built from the settings in its manifest.

A new kind is one function and one line here. Models are imported when one is built, and no sooner.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vaeviz.config import RunSettings, UserError

if TYPE_CHECKING:
    from torch import nn

Builder = Callable[[dict[str, Any], tuple[int, ...]], "nn.Module"]


def build(kind: str, settings: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    """A freshly initialised model for data of `shape`; UserError for an unknown kind or bad
    settings.
    """
    if kind not in KINDS:
        raise UserError(
            f"unknown kind of model {kind[:40]!r}: update vaeviz, or use {', '.join(KINDS)}"
        )
    return KINDS[kind](settings, shape)


def _vae(settings: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    from vaeviz.models import vae

    return vae.build(RunSettings.from_json(settings), shape)


def _linear(settings: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    import torch

    from vaeviz.models import linear

    return linear.build(RunSettings.from_json(settings), torch.zeros(math.prod(shape)))


def _multi_rate(settings: dict[str, Any], shape: tuple[int, ...]) -> nn.Module:
    from vaeviz.models import multi_rate_settings

    return multi_rate_settings.build(
        multi_rate_settings.MultiRateSettings.from_json(settings), shape
    )


KINDS: dict[str, Builder] = {
    "vae": _vae,
    "masked": _vae,
    "linear": _linear,
    "multi-rate": _multi_rate,
}
