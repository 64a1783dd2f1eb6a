"""The tool "How true?": the model's readings beside those of dedicated models, measured nearby."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np

from vaeviz.chapters.answers import Number
from vaeviz.chapters.chapter import Context, Frame, Row, Tool
from vaeviz.chapters.explorer.beside import multi_at, number, span, study_of
from vaeviz.chapters.explorer.explore import RULES, ExplorerView
from vaeviz.chapters.model.predictions import times
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.prediction import Prediction
from vaeviz.figures.spectra import spectra
from vaeviz.measures import fidelity
from vaeviz.measures.codecs.codec import Codec, Coder
from vaeviz.measures.fidelity import Comparison, comparison
from vaeviz.records import Table
from vaeviz.records.fidelity import TAUS, Reading, Spectra, nearest
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe

COLUMNS = ("reading", "model shown", "dedicated", "judged")


def show(view: ExplorerView, context: Context) -> Frame:
    """The readings at the measured (τ, d) that is nearest to the sliders."""
    probe, codec = context.probe, context.model.codec
    study, why = study_of(view, context)
    places = study.places if study else product(TAUS, range(1, codec.latent + 1))
    place = nearest(clipped(view.tau, codec), min(view.d, codec.latent), places)
    found = multi_at(study, view, place) if study and codec is not probe.linear else None
    if found is None:
        make = partial(_reading, codec, place, probe)
        found = jobs.get(("fidelity", codec, place), make, jobs.MEASURE)
    models = study.at(place) if study else ()
    seeds = tuple(one.reading for one in models)
    where = f"τ = {place[0]:g}, d = {place[1]}"
    beside = f"; {len(seeds)} dedicated models at {where}" if seeds else ""
    source = f"{codec.source}{beside}"
    measured = f"{source}; {len(probe.data.held_out):,} held-out examples"
    if found is None or not seeds:
        alone = _alone(found, seeds, where, measured)
        return Frame({"readings": alone}, notes=[why], columns="1fr")
    row = comparison(found, models)
    top = 1.08 * max(found.kl[0], *(one.kl[0] for one in seeds), 0.1)
    dedicated = np.array([one.kl for one in seeds])
    spectrum = Spectra(np.array(found.kl), dedicated, row.spectrum, top, source)
    return Frame(
        {"readings": _table(row, where, measured), "spectra": spectra(spectrum, context.theme)},
        [*_readouts(where, seeds), _fits(row)],
        _elsewhere(view, codec, place),
        columns="1.1fr 1fr",
    )


def _elsewhere(view: ExplorerView, codec: Codec, place: tuple[float, int]) -> list[str]:
    """Where the sliders are not at a measured place."""
    tau = clipped(view.tau, codec)
    if f"{tau:.2g}" == f"{place[0]:.2g}" and view.d == place[1]:
        return []
    there = f"τ = {place[0]:g}, d = {place[1]}"
    return [f"The sliders are at τ = {tau:.3g}, d = {view.d}; measured nearest to it is {there}."]


def _reading(codec: Coder, place: tuple[float, int], probe: Probe) -> Reading:
    return fidelity.reading(codec, *place, probe.data)


def _alone(found: Reading | None, seeds: tuple[Reading, ...], where: str, source: str) -> Table:
    """One side of the comparison, while the other is not there."""
    rows = tuple(
        (label, number(getattr(found, name), places) if found else "…",
         span(seeds, name, places) if seeds else "not measured", "")
        for label, name, places in READINGS
    )  # fmt: skip
    title = f"{'The model' if found else 'Measuring the model'} at {where}"
    return Table(COLUMNS, rows, title, source, f"{title}; {len(seeds)} dedicated models.")


READINGS = (
    ("J in data units, L", "objective", 4),
    ("rate R (nats)", "rate", 2),
    ("active units", "active", 0),
    ("collapsed (KL < 0.1)", "collapsed", 0),
    ("mean posterior σ²", "variance", 3),
    ("KL(q(z) ‖ p(z)), held out", "aggregate", 2),
    ("samples: energy distance", "energy", 3),
    ("samples: share near data", "near", 2),
)


def _table(row: Comparison, where: str, source: str) -> Table:
    excess = f"{row.excess:+.1%}".replace("-", "−")
    fitting = _fitting(row)
    off = {"objective": excess, "rate": _factor(row, "rate"), "energy": _factor(row, "energy")}
    verdicts = {
        name: f"fits {excess if name == 'objective' else ''}".strip()
        if fits
        else f"differs {off.get(name, '')}".strip()
        for name, fits in fitting.items()
    }
    rows = tuple(
        (label, number(getattr(row.multi, name), places), span(row.dedicated, name, places),
         verdicts.get(name, "not judged"))
        for label, name, places in READINGS
    )  # fmt: skip
    apart = ("KL spectrum, nats apart", f"{row.spectrum:.2f}", "–", verdicts["spectrum"])
    title = f"{sum(fitting.values())} of {len(fitting)} judged readings fit at {where}"
    finding = f"{title}; the objective is {excess} from the dedicated models' mean."
    return Table(COLUMNS, (*rows[:2], apart, *rows[2:]), title, source, finding)


def _factor(row: Comparison, name: str) -> str:
    """The reading as a multiple of the seeds' mean."""
    mean = float(np.mean([getattr(one, name) for one in row.dedicated]))
    return "" if mean <= 0 else f"by a factor of {getattr(row.multi, name) / mean:.2g}"


def _fitting(row: Comparison) -> dict[str, bool]:
    """J within 3 %, R, both counts, spectrum and samples."""
    return {
        "objective": row.excess <= 0.03,
        "rate": row.rate_fits,
        "spectrum": row.spectrum_fits,
        "active": row.count_fits("active"),
        "collapsed": row.count_fits("collapsed"),
        "energy": row.energy_fits,
    }


def _fits(row: Comparison) -> Row:
    fitting = _fitting(row).values()
    rule = (
        "J at most 3 % above, R within 5 % or 2 deviations, counts within 1, spectrum and samples"
    )
    level = "" if all(fitting) else "warning"
    return "fits", f"{sum(fitting)} of {len(fitting)}", f"Readings that fit: {rule}", level


def _readouts(where: str, seeds: tuple[Reading, ...]) -> list[Row]:
    return [
        ("measured at", where, "The measured (τ, d) that is nearest to the sliders", ""),
        ("dedicated", str(len(seeds)), "Dedicated models there, of all seeds and starts", ""),
    ]


def _dedicated_active(view: ExplorerView, context: Context) -> float | None:
    """The mean number of active units of the dedicated models that are nearest."""
    study, _ = study_of(view, context)
    if study is None:
        return None
    codec = context.model.codec
    place = nearest(clipped(view.tau, codec), min(view.d, codec.latent), study.places)
    return float(np.mean([one.reading.active for one in study.at(place)]))


def _studied(view: ExplorerView, context: Context) -> bool:
    return study_of(view, context)[0] is not None


DEDICATED = Prediction(
    "dedicated", Number("Active units of dedicated models", within=0.0, least=1.0),
    _dedicated_active, times(beta=10.0), _studied,
)  # fmt: skip
TOOL = Tool(
    "fidelity",
    "How true?",
    "One model answers for all settings: hold it against models trained for one.",
    ExplorerView,
    show,
    controls=("data", "model", "likelihood", "beta", "sigma2", "d"),
    rules=RULES,
    predictions=(DEDICATED,),
)
