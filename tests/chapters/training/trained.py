"""Live runs for the tests of their diagnosis: a folder with a snapshot after so many steps."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.chapters.training.desk import create
from vaeviz import checkpoints, data, families
from vaeviz.chapters.training.plan import Plan
from vaeviz.checkpoints.files import write_json
from vaeviz.runs.folder.progress import MODEL, TWIN, Progress, to_json
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.snapshots import Snapshots
from vaeviz.runs.worker.twins import Line
from vaeviz.serve.live_runs import LiveRun

each_kind = pytest.mark.parametrize(  # what a run can be, as changes of PLAN
    "changes",
    [
        {"decoder": "masked", "widths": "64"},
        {"decoder": "masked", "free_bits": 0.3, "skip": "yes"},
        {"architecture": "conv", "widths": "16-32"},
        {"latent": 20},
        {"data": "moons", "latent": 3},
        {"data": "moons", "decoder": "linear", "schedule": "cyclical", "warmup": 20},
    ],
    ids=range(6),
)
PLAN = Plan(data="digits", widths="64", latent=4, sigma2=0.05, steps=200)


class Trained:
    """A run that the test trains, in the folder of live runs."""

    def __init__(self, made: int = 0, plan: Plan = PLAN, **changes: Any) -> None:
        self.plan = dataclasses.replace(plan, **changes)
        self.run: LiveRun = create(self.plan)
        self.line = Line(*self.plan.settings())
        self.session = Session(self.line, data.load(self.plan.data))
        self.keeper = Snapshots(self.folder)
        self.to(made)

    @property
    def folder(self) -> Path:
        return self.run.folder

    def to(self, step: int, state: str = "running") -> None:
        """On to this step, and a snapshot there."""
        while self.session.step < step:
            self.session.advance()
        self.keeper.save(self.session)
        said = Progress(state=state, step=self.session.step, steps=self.session.steps)  # type: ignore[arg-type]
        write_json(self.folder / "progress.json", to_json(said))

    def finish(self) -> None:
        """To its end, with the checkpoints that a worker leaves."""
        self.to(self.session.steps, "done")
        for member, name in zip(self.session.members, (MODEL, TWIN), strict=False):
            member.trainer.finish()
            settings, dataset = member.trainer.settings, data.load(self.plan.data)
            about = families.of(settings).judge(member.model, settings, dataset, name)[1]
            checkpoints.save(
                member.model, self.folder, dataclasses.replace(about, steps=self.session.step)
            )
