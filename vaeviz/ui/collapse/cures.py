"""Cures for posterior collapse: the table of a study over seeds, and where to watch each live."""

from __future__ import annotations

import statistics
from functools import lru_cache, partial
from pathlib import Path

from vaeviz.checkpoints import studies
from vaeviz.config import RunSettings, UserError
from vaeviz.figures.cure_plane import cure_plane, cured
from vaeviz.figures.free_bits import free_bits
from vaeviz.figures.theme import Theme
from vaeviz.live.board import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Table
from vaeviz.records.cures import COLLAPSED, REVIVED, WORTH, Cure, CureStudy
from vaeviz.records.free_bits import Pull
from vaeviz.records.latent import NEAR_CAP
from vaeviz.ui.collapse.part import Part, Row, Tool
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.store import Once
from vaeviz.ui.views import Probe

LINKS, QUICK = Once(workers=1, most=8), 0.05
DATA = "digits"  # where no study of the chosen data set is there
ABOUT = (
    "gain: the worst seed's ELBO over that of the same seed without a cure, both judged with one"
    " σ². A cure's name opens its live twins on the page Training."
)
_ALONE = (("cures", "19em"), ("plane", "minmax(0, 1fr)"))
_WITH_PULL = (("cures cures", "19em"), ("plane pull", "minmax(0, 1fr)"))
COLUMNS = ("cure", "R", "D", "ELBO", "gain", "active", "I(x; z)", "")


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """Nothing here moves with a hand: what was measured, by whom it can be measured again, and
    when.
    """
    study, notes = _study(view.data)
    links = LINKS.result(repr(study), partial(_links, study), QUICK)
    panels: dict[str, Panel] = {
        "cures": _table(study, links or ()),
        "plane": cure_plane(study, theme),
    }
    pull = studies.pull_path(study.data)
    if pull.is_file():
        panels["pull"] = free_bits(_pull(pull, pull.stat().st_mtime_ns), theme)
    rows = _WITH_PULL if "pull" in panels else _ALONE
    return Part(
        panels,
        model=("data",),
        readouts=_readouts(study),
        notes=[*notes, ABOUT],
        pending=links is None,
        columns="1.35fr 1fr" if "pull" in panels else "1fr",
        rows=rows,
    )


def _study(data: str) -> tuple[CureStudy, list[str]]:
    """The study of this data set, or the digits', with a line that says so."""
    for name in dict.fromkeys((data, DATA)):
        path = studies.path_of(name)
        if path.is_file():
            notes = [] if name == data else [f"No study of {data} is there: this is one of {name}."]
            return _read(path, path.stat().st_mtime_ns), notes
    raise UserError("no study of cures is there: make one with 'python -m vaeviz cures digits'")


@lru_cache(maxsize=8)
def _read(path: Path, changed: int) -> CureStudy:
    return studies.load(path)


@lru_cache(maxsize=8)
def _pull(path: Path, changed: int) -> Pull:
    return studies.load_pull(path)


def _table(study: CureStudy, links: tuple[str, ...]) -> Table:
    collapsed = study.collapsed()
    title = (
        f"A decoder that sees the pixels before collapses in {collapsed} of {len(study.seeds)}"
        " seeds"
    )
    cap = f"I capped at {study.cap:.2f}, too small within {NEAR_CAP:g} of it"
    source = f"{study.source} · nats per example, means over the seeds; {cap}"
    rows = tuple(_row(k, study, cure) for k, cure in enumerate(study.cures))
    works = ", ".join(cure.title for cure in cured(study)) or "none"
    finding = f"{title}. Cures that work in every seed: {works}."
    return Table(COLUMNS, rows, title, source, finding, links)


def _links(study: CureStudy) -> tuple[str, ...]:
    """To the live twins of each cure: the collapsed model and the cured one, with the study's first
    seed.

    What knows of runs brings torch along, which takes seconds to load.
    """
    from vaeviz.ui.training.cures import training_link

    base = RunSettings.from_json({**study.settings, "seed": study.seeds[0]})
    found = [training_link(cure, base) for cure in study.cures]
    return tuple(f"training{query}" if query else "" for query in found)


def _row(number: int, study: CureStudy, cure: Cure) -> tuple[str, ...]:
    runs = study.of(cure.name)
    means = [
        statistics.fmean(getattr(run, name) for run in runs)
        for name in ("rate", "distortion", "elbo")
    ]
    known = statistics.fmean(run.information for run in runs)
    active = " ".join(str(run.active) for run in runs)
    gain = f"{min(study.gains(cure.name)):+z.2f}".replace("-", "−")
    name, verdict = f"{number} {cure.title}", study.verdict(cure.name)
    return (name, *(_nats(value) for value in means), gain, active, _nats(known), verdict)


def _nats(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")


def _readouts(study: CureStudy) -> list[Row]:
    works = cured(study)
    return [
        (
            "collapsed",
            f"{study.collapsed()} of {len(study.seeds)}",
            f"Seeds whose whole rate is below {COLLAPSED:g} nats",
            "",
        ),
        (
            "cures that work",
            f"{len(works)} of {len(study.cures) - 1}",
            f"At least {REVIVED} active units in every seed, for {WORTH:g} nat of ELBO at most",
            "",
        ),
    ]


TOOL = Tool(
    "cures",
    "Cures",
    "Each cure changes one setting of the collapsed model; seeds, batches and noise are the same.",
    part,
)
