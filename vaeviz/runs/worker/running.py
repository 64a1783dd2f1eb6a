"""The models of a live run from its newest whole snapshot, for a diagnosis while it trains.

Whether J still falls is read from the history in the snapshot, not from two snapshots: these lie
two to ten seconds apart, which is most of a short run and a thousandth of a long one. `fall` is the
mean J/τ in the third quarter of the steps less that in the last one, on the batches, all at the
model's present τ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vaeviz import data, families
from vaeviz.checkpoints import inspect
from vaeviz.checkpoints.files import read_json
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.families import Trait
from vaeviz.models.vae import VAE
from vaeviz.records import Array
from vaeviz.records.diagnosis import Mean
from vaeviz.runs.folder.frame_file import Arrays
from vaeviz.runs.folder.progress import MODEL, RUN, TWIN
from vaeviz.runs.worker.recorder import COLUMNS
from vaeviz.runs.worker.snapshots import Attempt, Snapshots
from vaeviz.runs.worker.twins import Line

ROWS = 6  # at least, per quarter: from about step 200 on


@dataclass(frozen=True, eq=False)
class Running:
    """A model of a run after `step` updates, with its settings after all moves and its history.

    `rows` (T, 9 + d) are those of `Recorder`; `sigma2` is the decoder's, where it has one for all.
    """

    model: VAE
    settings: RunSettings
    step: int
    sigma2: float
    rows: Array

    @property
    def likelihood(self) -> str:
        """The codec's likelihood: with a σ², fixed or optimal, it is "gaussian"."""
        return LIKELIHOODS[self.settings.likelihood].known.name

    @property
    def tau(self) -> float:
        """The target τ, whatever β a schedule has reached; at least 1e-6."""
        likelihood = LIKELIHOODS[self.settings.likelihood]
        return max(likelihood.tau(self.settings.beta, self.sigma2), 1e-6)

    @property
    def unfit(self) -> str:
        """Why it can't be diagnosed, or ""."""
        if Trait.POSTERIOR not in families.of(self.settings).traits:
            return "a plain autoencoder has no posterior to diagnose"
        per_pixel = LIKELIHOODS[self.settings.likelihood].variance is Variance.PER_ELEMENT
        return "a σ² for every pixel leaves no τ to judge at" if per_pixel else ""

    @property
    def over(self) -> bool:
        """Whether all steps are made."""
        return self.step >= self.settings.steps

    def begun(self) -> VAE:
        """The same model before its first step."""
        return _untrained(self.settings)

    def fall(self) -> tuple[Mean, int] | None:
        """The fall of J/τ in nats and its steps; None while the history is too short."""
        past: dict[str, Array] = dict(zip(COLUMNS, self.rows.T[: len(COLUMNS)], strict=True))
        objectives = self._objectives(past)  # (T,)
        early, late = (
            objectives[
                (past["step"] > low * self.step) & (past["step"] <= (low + 0.25) * self.step)
            ]
            for low in (0.5, 0.75)
        )
        if min(len(early), len(late)) < ROWS or not np.isfinite([*early, *late]).all():
            return None
        error = math.hypot(*(part.std(ddof=1) / len(part) ** 0.5 for part in (early, late)))
        return Mean(float(early.mean() - late.mean()), error), self.step // 4

    def _objectives(self, past: dict[str, Array]) -> Array:
        """J/τ of each row, at the present τ: h loss/τ + R, with the loss of `diagnose`."""
        likelihood = LIKELIHOODS[self.likelihood]
        size = data.describe(self.settings.data).dim
        losses = likelihood.loss_of_nats(past["distortion"], size, past["sigma2"])
        return likelihood.loss_factor * losses / self.tau + past["rate"]


def newest(folder: Path) -> tuple[Running, ...]:
    """The models of the run in `folder`, twins in their order. Raises UserError without a snapshot.

    Snapshots from before the last rewind do not count.
    """
    try:
        line, rewinds = Line.from_json(read_json(folder / RUN)), Attempt.read(folder).rewinds
        snapshots = [parts for _, parts in Snapshots(folder, rewinds).good()]
        if not snapshots:
            raise UserError(
                "the run has no snapshot yet: the first comes within seconds of its start"
            )
        arrays, about = max(snapshots, key=lambda parts: parts[1]["step"])
        return tuple(_member(folder, line, k, arrays, about) for k in range(len(line.members)))
    except (KeyError, TypeError, AttributeError, RuntimeError) as error:
        cause = str(error).splitlines()[0][:80]
        raise UserError(
            f"the run's snapshot is of another version ({cause}): start it again"
        ) from None


def _member(folder: Path, line: Line, k: int, arrays: Arrays, about: dict[str, Any]) -> Running:
    settings = line.members[k]
    for move in about["moves"]:
        if k == 0 or move["name"] != line.differs:
            settings = replace(settings, **{move["name"]: move["value"]})
    model = _untrained(settings)
    prefix = f"{k}.model."
    weights = {
        name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)
    }
    model.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    sigma2 = _sigma2(folder / (MODEL, TWIN)[k], settings, model, about["step"])
    return Running(model.eval(), settings, about["step"], sigma2, arrays[f"{k}.rows"])


def _untrained(settings: RunSettings) -> Any:
    return families.of(settings).build(settings, data.describe(settings.data).shape)


def _sigma2(checkpoint: Path, settings: RunSettings, model: VAE, step: int) -> float:
    """The decoder's variance; an optimal one is the last batch's, at the end the training set's."""
    variance = LIKELIHOODS[settings.likelihood].variance
    if variance is Variance.FIXED:
        return settings.sigma2
    try:
        about = inspect(checkpoint)[0] if variance is Variance.OPTIMAL else None
    except UserError:
        about = None
    fitted = about.held_out.get("sigma2") if about and about.steps == step else None
    return model.log_sigma2.exp().item() if fitted is None else fitted
