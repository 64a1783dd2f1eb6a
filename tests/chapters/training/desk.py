"""A registry on workers that do what the test says, and browser tabs that hold a run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vaeviz import checkpoints
from vaeviz.chapters.chapter import Context, Visitor
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.settings import Note, parse
from vaeviz.chapters.training.actions import act
from vaeviz.chapters.training.plan import Plan, follow
from vaeviz.chapters.training.rules import RULES
from vaeviz.chapters.training.session import of, prepare
from vaeviz.checkpoints import Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.figures.theme import LIGHT
from vaeviz.models import vae
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.runs.worker.twins import Line
from vaeviz.serve import live_runs
from vaeviz.serve import runs as served
from vaeviz.serve.live_runs import LiveRun

PLAN = Plan(data="three-gaussians", widths="64", latent=2, sigma2=0.05, steps=200)


def create(plan: Plan = PLAN, folder: Path | None = None) -> LiveRun:
    """A run of this plan, not started yet."""
    line = Line(*plan.settings())
    return live_runs.create(line, dataclasses.asdict(plan), plan.pace, folder or live_runs.FOLDER)


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

    def serve(self, monkeypatch: pytest.MonkeyPatch) -> Desk:
        """In the place of the server's registry; nothing starts a process."""
        monkeypatch.setattr(Registry, "_look_after", lambda self: None)
        monkeypatch.setattr(runs, "_spawn", None)
        monkeypatch.setattr(served, "REGISTRY", self.registry)
        return self

    def busy(self, session: str = "other") -> LiveRun:
        """Somebody's run, which takes the worker."""
        run = create()
        self.registry.submit(run.folder, session)
        return run

    def run(self, state: runs.State, plan: Plan = PLAN, session: str = "me") -> LiveRun:
        """A run in that state, as the registry knows it."""
        if state == "queued":
            self.busy()
        run = create(plan)
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
        for name, settings in zip((runs.MODEL, "twin"), plan.settings(), strict=False):
            checkpoints.save(vae.build(settings, (2,)), run.folder, _draft(name, settings))


def _draft(name: str, settings: RunSettings) -> Manifest:
    return Manifest(name, "vae", settings.to_json(), settings.data, "0" * 16, 0, settings.steps, {})


@dataclass(frozen=True)
class Tab:
    """A browser tab at one moment: its plan and its run, and what it has to say."""

    context: Context
    plan: Plan
    run: LiveRun | None
    note: str = ""

    def act(self, name: str, value: Any = None) -> Tab:
        """The tab after one action, as the engine does it."""
        try:
            plan, notes = act(self.plan, self.context, name, value)
        except UserError as error:
            plan, notes = self.plan, [Note(f"{error}.")]
        return self._after(plan, notes)

    def look(self, plan: Plan) -> Tab:
        """The tab after one look at its run, with this plan."""
        prepared = prepare(plan, self.context)
        return self._after(prepared.kept, prepared.notes)

    def _after(self, plan: Plan, notes: Sequence[Note]) -> Tab:
        lines = " ".join(note.text for note in notes)
        return Tab(self.context, plan, of(self.context).run, lines)


def tab(
    run: LiveRun | None = None, plan: Plan = PLAN, session: str = "me", local: bool = False
) -> Tab:
    """A tab that holds this run, whose worker knows this plan's sliders."""
    context = Context(LIGHT, Visitor(session, local), rules=RULES)
    of(context).run, of(context).sliders = run, plan
    return Tab(context, plan, run)


def moved(plan: Plan, **changes: object) -> Plan:
    return dataclasses.replace(plan, **changes)  # type: ignore[arg-type]


def fit(plan: Plan) -> tuple[Plan, list[str]]:
    """The plan, repaired by the rules, and what they say."""
    made, notes = repaired(plan, Context(LIGHT, rules=RULES))
    return made, [note.text for note in notes]


def take(raw: Mapping[str, Any], base: Plan | None = None) -> tuple[Plan, list[str]]:
    """The plan that untrusted values make of another, and what there is to say."""
    before = base or Plan()
    plan, notes = parse(raw, before)
    made, misfits = fit(follow(before, plan)[0])
    return made, [*(note.text for note in notes), *misfits]
