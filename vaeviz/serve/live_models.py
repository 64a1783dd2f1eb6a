"""The diagnosis of a live run's models, from its newest snapshot; torch is imported when needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vaeviz.config import RunSettings, UserError
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse.diagnosis import diagnose, fall_of
from vaeviz.records import Array
from vaeviz.records.diagnosis import Diagnosis, Mean
from vaeviz.records.training import TWINS
from vaeviz.serve import references
from vaeviz.serve.probes import Probe

if TYPE_CHECKING:
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec
    from vaeviz.models.vae import VAE
    from vaeviz.runs.worker.running import Running

PATIENCE = 600.0  # seconds that a diagnosis waits for what it holds the model against
LABELS = "AB"  # of twins


@dataclass(frozen=True, eq=False)
class Checked:
    """One model of a run at `step`: its codec and its diagnosis, or why it has none (`error`).

    `settings` are those in force, moves included; `label` is "A" or "B" of twins, "" of a model
    alone.
    """

    label: str
    step: int
    settings: RunSettings
    sigma2: float
    codec: Codec | None = None
    diagnosis: Diagnosis | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether all its steps are made."""
        return self.step >= self.settings.steps


def examine(folder: Path, probe: Probe) -> tuple[Checked, ...]:
    """All models of the run in `folder` at one step, twins in their order; `probe` is of the run's
    data.

    Takes its time. Raises UserError where no snapshot can be read.
    """
    import torch

    from vaeviz.runs.worker.running import newest

    torch.set_num_threads(1)  # see store: threads that wait for each other cost more than they win
    models = newest(folder)
    labels = LABELS if len(models) > 1 else [""]
    return tuple(_checked(label, seen, probe) for label, seen in zip(labels, models, strict=False))


def _checked(label: str, seen: Running, probe: Probe) -> Checked:
    about = (label, seen.step, seen.settings, seen.sigma2)
    if seen.unfit:
        return Checked(*about, error=seen.unfit)
    codec = _codec(label, seen, seen.model)
    known = references.known(probe, codec.likelihood, PATIENCE)
    if known is None:
        raise TimeoutError("the training examples are still being counted")
    try:
        fall, over = _fall(seen, codec, probe.x)
        found = diagnose(codec, seen.tau, codec.latent, probe.x, known, fall=fall, over=over)
    except UserError as error:
        return Checked(*about, error=str(error))
    return Checked(*about, codec, found)


def _codec(label: str, seen: Running, model: VAE) -> DedicatedCodec:
    from vaeviz.measures.codecs.torch_codec import DedicatedCodec

    kind = "finished run" if seen.over else "running model"
    source = f"{kind}{f' {TWINS[label]}' if label else ''}, step {seen.step:,}"
    return DedicatedCodec(model, seen.likelihood, seen.tau, source, remark=kind)


def _fall(seen: Running, codec: Codec, x: Array) -> tuple[Mean | None, int]:
    """By how much J/τ still falls, over how many steps: since the start, while the history is too
    short.

    None once all steps are made: the model is what it is, as its checkpoint would be.
    """
    if seen.over or seen.step == 0:
        return None, 0
    started = _codec("", seen, seen.begun())
    return seen.fall() or (fall_of(started, codec, seen.tau, codec.latent, x), seen.step)
