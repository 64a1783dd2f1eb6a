"""Cures for posterior collapse: the table of a study over seeds, with links to live twins."""

from __future__ import annotations

import statistics
from functools import lru_cache, partial
from pathlib import Path

from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.model.answer import RULES
from vaeviz.checkpoints import studies
from vaeviz.config import RunSettings, UserError
from vaeviz.figures.cure_plane import cure_plane, cured
from vaeviz.figures.free_bits import free_bits
from vaeviz.live.message import Panel
from vaeviz.records import Table
from vaeviz.records.cures import COLLAPSED, REVIVED, WORTH, Cure, CureStudy
from vaeviz.records.free_bits import Pull
from vaeviz.records.latent import NEAR_CAP
from vaeviz.serve import jobs

DATA = "digits"  # if the chosen data set has no study
ABOUT = (
    "gain: the worst seed's ELBO over that of the same seed without a cure, both at the same"
    " σ². A cure's name opens its live twins on the page Training."
)
ROWS = (("cures", "19em"), ("plane", "minmax(0, 1fr)"))
PULL_ROWS = (("cures cures", "19em"), ("plane pull", "minmax(0, 1fr)"))
COLUMNS = ("cure", "R", "D", "ELBO", "gain", "active", "I(x; z)", "")


def show(view: CollapseView, context: Context) -> Frame:
    """The study; no slider moves it."""
    study, notes = _study(view.data)
    links = jobs.get(("links of cures", repr(study)), partial(_links, study))
    panels: dict[str, Panel] = {
        "cures": _table(study, links or ()),
        "plane": cure_plane(study, context.theme),
    }
    pull = studies.pull_path(study.data)
    if pull.is_file():
        panels["pull"] = free_bits(_pull(pull, pull.stat().st_mtime_ns), context.theme)
    return Frame(
        panels,
        _readouts(study),
        [*notes, ABOUT],
        columns="1.35fr 1fr" if "pull" in panels else "1fr",
        rows=PULL_ROWS if "pull" in panels else ROWS,
    )


def _study(data: str) -> tuple[CureStudy, list[str]]:
    """The study of this data set, or the digits', with a line that says so."""
    for name in dict.fromkeys((data, DATA)):
        path = studies.path_of(name)
        if path.is_file():
            notes = [] if name == data else [f"There is no study of {data}: this is one of {name}."]
            return _read(path, path.stat().st_mtime_ns), notes
    raise UserError("there is no study of cures: make one with 'python -m vaeviz cures digits'")


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> CureStudy:
    return studies.load(path)


@lru_cache(maxsize=8)
def _pull(path: Path, changed: int) -> Pull:
    return studies.load_pull(path)


def _links(study: CureStudy) -> tuple[str, ...]:
    """Links to the live twins of each cure: the collapsed and the cured model, at the first seed.

    The imports of runs load torch, which takes seconds.
    """
    from vaeviz.chapters.training.cures import training_link

    base = RunSettings.from_json({**study.settings, "seed": study.seeds[0]})
    queries = [training_link(cure, base) for cure in study.cures]
    return tuple(f"training{query}" if query else "" for query in queries)


def _table(study: CureStudy, links: tuple[str, ...]) -> Table:
    seeds = f"{study.collapsed()} of {len(study.seeds)} seeds"
    title = f"A decoder that sees earlier pixels collapses in {seeds}"
    cap = f"I capped at {study.cap:.2f}, too small within {NEAR_CAP:g} of it"
    source = f"{study.source} · nats per example, means over the seeds; {cap}"
    rows = tuple(_row(k, study, cure) for k, cure in enumerate(study.cures))
    works = ", ".join(cure.title for cure in cured(study)) or "none"
    finding = f"{title}. Cures that work in every seed: {works}."
    return Table(COLUMNS, rows, title, source, finding, links)


def _row(number: int, study: CureStudy, cure: Cure) -> tuple[str, ...]:
    runs = study.of(cure.name)
    names = ("rate", "distortion", "elbo")
    means = [statistics.fmean(getattr(run, name) for run in runs) for name in names]
    information = statistics.fmean(run.information for run in runs)
    gain = f"{min(study.gains(cure.name)):+z.2f}".replace("-", "−")
    return (
        f"{number} {cure.title}",
        *(_nats(value) for value in means),
        gain,
        " ".join(str(run.active) for run in runs),
        _nats(information),
        study.verdict(cure.name),
    )


def _nats(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def _readouts(study: CureStudy) -> list[Row]:
    collapsed = f"{study.collapsed()} of {len(study.seeds)}"
    working = f"{len(cured(study))} of {len(study.cures) - 1}"
    cure = f"At least {REVIVED} active units in every seed, for {WORTH:g} nat of ELBO at most"
    rate = f"Seeds whose whole rate is below {COLLAPSED:g} nats"
    return [("collapsed", collapsed, rate, ""), ("cures that work", working, cure, "")]


TOOL = Tool(
    "cures",
    "Cures",
    "Each cure changes one setting of the collapsed model; seeds, batches and noise are the same.",
    CollapseView,
    show,
    controls=("data",),
    rules=RULES,
)
