"""A registry on workers that do what the test says, for the tests of the Training page's hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from vaeviz import checkpoints
from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings
from vaeviz.models import vae
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.ui.training import live_runs
from vaeviz.ui.training.hand import Hand
from vaeviz.ui.training.live_runs import LiveRun
from vaeviz.ui.training.settings import Plan

PLAN = Plan(data="three-gaussians", widths="64", latent=2, sigma2=0.05, steps=200)


class Worker:
    """It says that it runs, and ends when the test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.code = folder, None
        for name in (runs.CANCEL, runs.PARK):
            (folder / name).unlink(missing_ok=True)
        runs.conclude(folder, "running")

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.code = -9

    @property
    def asked(self) -> str:
        return "".join(name for name in (runs.CANCEL, runs.PARK) if (self.folder / name).exists())


class Desk:
    """A registry without processes and without a thread; `workers` by folder, the newest of
    each.
    """

    def __init__(self, workers: int = 1, quota: int = 3) -> None:
        self.workers: dict[Path, Worker] = {}
        self.launched: list[Path] = []
        self.registry = Registry(workers, quota, self._launch)

    def _launch(self, folder: Path, until_flat: bool) -> Worker:
        self.launched.append(folder)
        self.workers[folder] = Worker(folder)
        return self.workers[folder]

    def hand(self, session: str = "me", first: bool = False) -> Hand:
        return Hand(self.registry, session, first)

    def busy(self, session: str = "other") -> LiveRun:
        """Somebody's run, which takes the worker."""
        run = live_runs.create(PLAN)
        self.registry.submit(run.folder, session)
        return run

    def run(self, state: runs.State, plan: Plan = PLAN, session: str = "me") -> LiveRun:
        """A run in that state, as the registry knows it."""
        if state == "queued":
            self.busy()
        run = live_runs.create(plan)
        if state in ("queued", "starting", "running", "paused"):
            self.registry.submit(run.folder, session)
        if state != "queued":
            runs.conclude(run.folder, state)
        if state in ("stopped", "done"):
            self.finished(run, plan)
        assert self.registry.status(run.folder).state == state
        return run

    def finished(self, run: LiveRun, plan: Plan) -> None:
        """The checkpoints that a worker leaves."""
        both = [(runs.MODEL, plan.run_settings()), ("twin", plan.twin_settings())]
        for name, settings in both:
            if settings is not None:
                checkpoints.save(vae.build(settings, (2,)), run.folder, _draft(name, settings))


def _draft(name: str, settings: RunSettings) -> Manifest:
    return Manifest(name, "vae", settings.to_json(), settings.data, "0" * 16, 0, settings.steps, {})


def moved(plan: Plan, **changes: object) -> Plan:
    return dataclasses.replace(plan, **changes)  # type: ignore[arg-type]
