"""What a model family is to the rest of the program: settings, model, training, judgement, codec.

A new family is one file with its settings and one object, a model, an objective and a test, and one
line in `FAMILIES`; the worker, the checkpoints, the measures and the command line find it there.
Everything here stands without torch; what needs torch imports it when it is called.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from vaeviz.checkpoints import Manifest
from vaeviz.config import UserError
from vaeviz.data import Dataset, Report
from vaeviz.records import Curve, Evaluation, StepRecord

if TYPE_CHECKING:
    from torch import nn

    from vaeviz.measures.codecs.codec import Codec

Watch = Callable[[int, str], None]  # the step, and what there is to say about it
EVERY = 25  # steps between two calls of a Watch


class Trait(Enum):
    """What may be asked of a model of a family."""

    POSTERIOR = "posterior"  # q(z|x) has a variance
    RATE = "rate"  # its objective has a KL term, weighed by β
    EVERY_TAU = "every τ"  # one model answers for every τ and d
    PIXELS_SEEN = "pixels seen"  # its decoder also reads the pixels before the one it predicts
    NETWORK = "network"  # its encoder and decoder can be exported for the browser
    CLOSED_FORM = "closed form"  # its optimum is known exactly


class Fit(NamedTuple):
    """A training under way: `records` trains; then `judge(name)` gives the numbers, and a manifest
    unless the model is not to be kept.
    """

    model: Any
    records: Iterator[StepRecord]
    judge: Callable[[str], tuple[Evaluation, Manifest | None]]


@dataclass(frozen=True)
class Family(ABC):
    """`kind` names the family in a manifest; `recipes` are the settings of its shipped models."""

    name: str
    title: str
    kind: str
    settings: type[Any]
    traits: frozenset[Trait]
    recipes: Mapping[str, Any] = field(default_factory=dict, hash=False)

    dedicated: ClassVar[str] = "dedicated model"  # what a source calls one of its models
    by_settings: ClassVar[bool] = True  # whether settings alone tell the family
    fixes: ClassVar[Mapping[str, Any]] = {}  # the settings that make it this family
    mark: ClassVar[str] = ""  # a word for it in a checkpoint's default name
    choice: ClassVar[str] = ""  # its name among the models of the Training page; "": not there

    @abstractmethod
    def owns(self, settings: Any) -> bool:
        """Whether settings of this family's class are of this family."""

    @abstractmethod
    def build(self, settings: Any, shape: tuple[int, ...]) -> nn.Module:
        """A freshly initialised model for data of `shape`, seeded by `settings.seed`."""

    @abstractmethod
    def train(self, settings: Any, dataset: Dataset, watch: Watch) -> nn.Module:
        """A trained model. Raises Diverged."""

    @abstractmethod
    def judge(
        self, model: Any, settings: Any, dataset: Dataset, name: str
    ) -> tuple[Evaluation, Manifest]:
        """Held-out numbers, and a manifest that states them, ready for `checkpoints.save`."""

    @abstractmethod
    def coder(
        self,
        model: Any,
        settings: Any,
        beta: float | None = None,
        sigma2: float | None = None,
        latent: int | None = None,
    ) -> tuple[Any, Any]:
        """What `evaluate` takes: a model at one (β, σ², d), None for its own, and run settings."""

    @abstractmethod
    def codec(
        self,
        model: Any,
        likelihood: str,
        tau: float,
        source: str,
        curve: Callable[[int], Curve] | None = None,
    ) -> Codec:
        """The model for panels; `curve` are its rate-distortion curves, where it sweeps them."""

    def traits_of(self, settings: Any) -> frozenset[Trait]:
        """The traits of a model with these settings."""
        return self.traits

    def fit(self, settings: Any, report: Report, until_flat: bool) -> Fit:
        """A training for a worker, with a record for every look. UserError if it has none."""
        raise UserError(f"a {self.title} is not trained as a run: use 'checkpoints make'")

    def save_beside(
        self, model: Any, settings: Any, dataset: Dataset, path: Path, sha256: str
    ) -> None:
        """Write what belongs beside a checkpoint whose weights have that hash; nothing for most."""
        return
