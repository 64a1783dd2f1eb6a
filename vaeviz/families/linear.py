"""The linear VAE, whose optimum is known exactly (Lucas et al. 2019, arXiv:1911.02469).

It shares the VAE's settings, so that they never name it: the caller does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from vaeviz.config import RunSettings
from vaeviz.data import Dataset, Report
from vaeviz.families.family import Fit, Trait
from vaeviz.families.vae import VAEFamily

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class LinearFamily(VAEFamily):
    by_settings: ClassVar[bool] = False
    mark: ClassVar[str] = "linear"

    def owns(self, settings: Any) -> bool:
        return False

    def build(self, settings: Any, shape: tuple[int, ...]) -> nn.Module:
        import torch

        from vaeviz.models import linear

        return linear.build(settings, torch.zeros(math.prod(shape)))

    def build_for(self, settings: Any, dataset: Dataset) -> Any:
        import torch

        from vaeviz.models import linear

        return linear.build(settings, torch.tensor(dataset.train.mean(0)))

    def fit(self, settings: Any, report: Report, until_flat: bool) -> Fit:
        """On the exact J; judged on the examples it was trained on, as its closed form is."""
        from vaeviz.training import linear_fit
        from vaeviz.training.evaluate import evaluate

        x = linear_fit.examples(settings.data, report)
        model = linear_fit.start(x, settings)
        records = linear_fit.fit(model, x, settings)
        return Fit(model, records, lambda name: (evaluate(model, x, settings), None))


LINEAR = LinearFamily(
    "linear",
    "linear VAE",
    "linear",
    RunSettings,
    frozenset({Trait.POSTERIOR, Trait.RATE, Trait.CLOSED_FORM}),
)
