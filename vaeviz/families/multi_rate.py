"""The multi-rate VAE: one network for every τ and every d (Bae et al., ICLR 2023,
arXiv:2212.03905).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from vaeviz.checkpoints import Manifest
from vaeviz.data import Dataset
from vaeviz.densities import LIKELIHOODS
from vaeviz.families.family import Family, Trait, Watch
from vaeviz.models.multi_rate_settings import RECIPES, MultiRateSettings
from vaeviz.records import Curve, Evaluation

if TYPE_CHECKING:
    from torch import nn

    from vaeviz.measures.codecs.codec import Codec

BETA, SIGMA2 = 1.0, 0.1  # where a model's numbers in its manifest are taken, at its full d


@dataclass(frozen=True)
class MultiRateFamily(Family):
    dedicated: ClassVar[str] = "multi-rate model"
    mark: ClassVar[str] = "multi-rate"

    def owns(self, settings: Any) -> bool:
        return True

    def build(self, settings: Any, shape: tuple[int, ...]) -> nn.Module:
        from vaeviz.models import multi_rate_settings

        return multi_rate_settings.build(settings, shape)

    def train(self, settings: Any, dataset: Dataset, watch: Watch) -> nn.Module:
        from vaeviz.training.multi_rate import train_multi_rate

        for step in train_multi_rate(dataset.train, settings):
            watch(step.step, f"loss {step.objective:.4f}")
            if step.model is not None:
                return step.model
        raise RuntimeError("the training ended without a model")

    def judge(
        self, model: Any, settings: Any, dataset: Dataset, name: str
    ) -> tuple[Evaluation, Manifest]:
        from vaeviz.training.evaluate import evaluate
        from vaeviz.training.results import manifest

        held, probe = self.coder(model, settings)
        found = evaluate(held, dataset.held_out, probe)
        draft = manifest(name, self.kind, settings, dataset, found)
        return found, replace(draft, dtype="float16")

    def coder(
        self,
        model: Any,
        settings: Any,
        beta: float | None = None,
        sigma2: float | None = None,
        latent: int | None = None,
    ) -> tuple[Any, Any]:
        from vaeviz.models.multi_rate_at import at
        from vaeviz.training.results import multi_rate_probe

        beta, sigma2 = BETA if beta is None else beta, SIGMA2 if sigma2 is None else sigma2
        d = settings.max_latent if latent is None else latent
        tau = LIKELIHOODS[settings.likelihood].tau(beta, sigma2)
        return at(model, tau, d, sigma2), multi_rate_probe(settings, beta, sigma2, d)

    def codec(
        self,
        model: Any,
        likelihood: str,
        tau: float,
        source: str,
        curve: Callable[[int], Curve] | None = None,
    ) -> Codec:
        from vaeviz.measures.codecs.torch_codec import MultiRateCodec

        return MultiRateCodec(model, likelihood, curve or _no_curve, source)

    def save_beside(
        self, model: Any, settings: Any, dataset: Dataset, path: Path, sha256: str
    ) -> None:
        """Its rate-distortion curves."""
        from vaeviz.measures import curves
        from vaeviz.measures.survey import survey

        found, examples = survey(model, settings.likelihood, dataset.held_out)
        curves.save(curves.path_of(path), found, sha256, examples)


def _no_curve(d: int) -> Curve:
    raise LookupError(f"the curve of d = {d} has not been measured")


MULTI_RATE = MultiRateFamily(
    "multi-rate",
    "multi-rate VAE",
    "multi-rate",
    MultiRateSettings,
    frozenset({Trait.POSTERIOR, Trait.RATE, Trait.EVERY_TAU, Trait.NETWORK}),
    RECIPES,
)
