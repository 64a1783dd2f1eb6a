"""The models of live runs in a choice of models: names, titles, and what they are.

A name is "run-", the run's public name and, of twins, "-A" or "-B": who has it may look, and
steers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vaeviz import families
from vaeviz.checkpoints.files import read_json
from vaeviz.config import RunSettings, UserError
from vaeviz.families import Trait
from vaeviz.records.training import TWINS
from vaeviz.runs.folder.progress import RUN, Progress
from vaeviz.runs.worker.twins import Line
from vaeviz.serve import live_runs
from vaeviz.serve.live_models import LABELS

_NAME = re.compile(r"run-([0-9a-f]{32})(?:-([AB]))?")
_STATES = {"queued": "in the queue", "done": "finished"}  # others go by their own names
Status = Callable[[Path], Progress]


@dataclass(frozen=True)
class LiveModel:
    """One model of a live run: `label` is "A" or "B" of twins, `settings` are those that it began
    with.
    """

    folder: Path
    label: str
    settings: RunSettings

    @property
    def name(self) -> str:
        """As it stands in the URL."""
        return name_of(self.folder.name, self.label)

    @property
    def words(self) -> str:
        """What it is called: "digits-vae-4f2a", as its run is, and of twins "1" or "2"."""
        kind = families.of(self.settings).choice
        run = f"{self.settings.data}-{kind}-{self.folder.name[:4]}"
        return f"{run} {TWINS[self.label]}".strip()

    @property
    def index(self) -> int:
        """Which of the run's models it is."""
        return LABELS.index(self.label) if self.label else 0


def name_of(link: str, label: str = "") -> str:
    """The name of a model of the run with this public name."""
    return f"run-{link}{f'-{label}' if label else ''}"


def is_run(name: str) -> bool:
    """Whether this is the name of a live run's model, whether there is such a run or not."""
    return _NAME.fullmatch(name) is not None


def find(name: str) -> LiveModel:
    """The model of this name; a run's first one where the name says none of its twins. Raises
    UserError.
    """
    match = _NAME.fullmatch(name)
    run = live_runs.find(match[1]) if match else None
    if match is None or run is None:
        raise UserError("there is no run behind this link any more")
    models = of_run(run.folder)
    return next((model for model in models if model.label == match[2]), models[0])


def of_run(folder: Path) -> tuple[LiveModel, ...]:
    """The models of the run in `folder`. Raises UserError where its settings can't be read."""
    return _models(folder, (folder / RUN).stat().st_mtime_ns if (folder / RUN).is_file() else 0)


@lru_cache(maxsize=64)
def _models(folder: Path, changed: int) -> tuple[LiveModel, ...]:
    members = Line.from_json(read_json(folder / RUN)).members
    labels = LABELS if len(members) > 1 else [""]
    return tuple(LiveModel(folder, label, own) for label, own in zip(labels, members, strict=False))


def linked(link: str) -> str:
    """The name of the first model of the run that a link leads to, by its key or its public name;
    or "".
    """
    run = live_runs.find(link)
    return name_of(run.folder.name) if run else ""


def options(links: Iterable[str], status: Status) -> list[list[str]]:
    """Runs by their public names as a control takes them: [name, title, why it can't be chosen or
    ""].
    """
    rows = []
    for link in links:
        try:
            rows += [
                _option(model, status(model.folder))
                for model in of_run(live_runs.FOLDER.resolve() / link)
            ]
        except (UserError, OSError):
            continue  # it has gone: the oldest runs make room for new ones
    return rows


def _option(model: LiveModel, progress: Progress) -> list[str]:
    title = f"{_STATES.get(progress.state, progress.state)}: {model.words}, step {progress.step:,}"
    posterior = Trait.POSTERIOR in families.traits(model.settings)
    why = "" if posterior else "a plain autoencoder has no posterior to diagnose"
    return [model.name, title, why]
