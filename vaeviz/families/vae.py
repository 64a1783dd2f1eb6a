"""The VAE: one model trained at one (β, σ², d); Kingma & Welling 2014 (arXiv:1312.6114).

Its decoder may be a mirror image or one linear layer, its σ² one number or one per pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from vaeviz.checkpoints import Manifest, shipped_recipes
from vaeviz.config import RunSettings, UserError
from vaeviz.data import Dataset, Report, load
from vaeviz.families.family import EVERY, Family, Fit, Trait, Watch
from vaeviz.records import Curve, Evaluation

if TYPE_CHECKING:
    from torch import nn

    from vaeviz.measures.codecs.codec import Codec

WORKER_EVERY = 10  # steps between the records of a worker


@dataclass(frozen=True)
class VAEFamily(Family):
    choice: ClassVar[str] = "vae"

    def owns(self, settings: Any) -> bool:
        return settings.variational and not settings.sees_pixels

    def build(self, settings: Any, shape: tuple[int, ...]) -> nn.Module:
        from vaeviz.models import vae

        return vae.build(settings, shape)

    def build_for(self, settings: Any, dataset: Dataset) -> Any:
        """As `build`, for a model that starts from its data."""
        return self.build(settings, dataset.shape)

    def train(self, settings: Any, dataset: Dataset, watch: Watch) -> nn.Module:
        from vaeviz.training.loop import train

        model = self.build_for(settings, dataset)
        for r in train(model, dataset.train, settings, every=EVERY):
            watch(r.step, f"D {r.distortion:.2f}  R {r.rate:.2f}  β {r.beta:.3g}")
        return model

    def judge(
        self, model: Any, settings: Any, dataset: Dataset, name: str
    ) -> tuple[Evaluation, Manifest]:
        from vaeviz.training.evaluate import evaluate
        from vaeviz.training.results import manifest

        found = evaluate(model, dataset.held_out, settings)
        return found, manifest(name, self.kind_of(settings), settings, dataset, found)

    def kind_of(self, settings: Any) -> str:
        return self.kind

    def coder(
        self,
        model: Any,
        settings: Any,
        beta: float | None = None,
        sigma2: float | None = None,
        latent: int | None = None,
    ) -> tuple[Any, Any]:
        if sigma2 is not None or latent is not None:
            raise UserError(
                "--sigma2 and --latent belong to multi-rate checkpoints: leave them out"
            )
        return model, settings if beta is None else replace(settings, beta=beta)

    def codec(
        self,
        model: Any,
        likelihood: str,
        tau: float,
        source: str,
        curve: Callable[[int], Curve] | None = None,
    ) -> Codec:
        from vaeviz.measures.codecs.torch_codec import DedicatedCodec

        return DedicatedCodec(model, likelihood, tau, source)

    def fit(self, settings: Any, report: Report, until_flat: bool) -> Fit:
        from vaeviz.training.dedicated import records_until_flat
        from vaeviz.training.loop import train

        dataset = load(settings.data, report)
        model: Any = self.build_for(settings, dataset)
        records = (
            records_until_flat(model, dataset, settings)
            if until_flat
            else train(model, dataset.train, settings, WORKER_EVERY)
        )
        return Fit(model, records, lambda name: self.judge(model, settings, dataset, name))


TRAITS = frozenset({Trait.POSTERIOR, Trait.RATE, Trait.NETWORK})
VAE = VAEFamily(
    "vae",
    "VAE",
    "vae",
    RunSettings,
    TRAITS,
    {name: s for name, s in shipped_recipes.RECIPES.items() if s.variational},
)
