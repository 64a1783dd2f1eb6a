"""Studies as small, readable JSON files, checked whenever a page opens."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from vaeviz.checked import checked
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.checkpoints.store import SHIPPED
from vaeviz.config import RunSettings, UserError
from vaeviz.records.cures import NONE, CureStudy
from vaeviz.records.fidelity import FidelityStudy
from vaeviz.records.free_bits import Pull
from vaeviz.records.variance_outputs import WAYS, VarianceStudy

T = TypeVar("T")
FOLDER = SHIPPED / "studies"
DIGITS = 6  # significant digits kept


def path_of(data: str, folder: Path = FOLDER) -> Path:
    """The study's file of a data set."""
    return folder / f"cures-{data}.json"


def save(path: Path, study: CureStudy) -> None:
    """Writes the study, numbers to DIGITS digits. Raises ValueError for NaN and infinity."""
    write_json(path, _short(dataclasses.asdict(study)))


def load(path: Path) -> CureStudy:
    """A whole study: every cure once with every seed, the baseline too. Raises UserError."""
    return _loaded(path, CureStudy, _check, "cures", "cures")


def pull_path(data: str, folder: Path = FOLDER) -> Path:
    """The file of a data set's pull of the rate term under free bits."""
    return folder / f"free-bits-{data}.json"


def save_pull(path: Path, pull: Pull) -> None:
    """Writes the pull, numbers to DIGITS digits."""
    values = dataclasses.asdict(pull)
    write_json(
        path, _short({n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in values.items()})
    )


def load_pull(path: Path) -> Pull:
    """Reads a `save_pull` file. Raises a one-line UserError."""
    return _loaded(path, Pull, _check_pull, "free bits", "cures")


def fidelity_path(name: str, folder: Path = FOLDER) -> Path:
    """The file of the dedicated models beside the multi-rate model of this name."""
    return folder / f"fidelity-{name}.json"


def save_fidelity(path: Path, study: FidelityStudy) -> None:
    """Writes the study, numbers to DIGITS digits."""
    write_json(path, _short(dataclasses.asdict(study)))


def load_fidelity(path: Path) -> FidelityStudy:
    """Reads a `save_fidelity` file. Raises a one-line UserError."""
    return _loaded(path, FidelityStudy, _check_fidelity, "fidelity", "fidelity")


def variances_path(folder: Path = FOLDER) -> Path:
    """The file of the trainings with three kinds of variance outputs."""
    return folder / "variances.json"


def save_variances(path: Path, study: VarianceStudy) -> None:
    """Writes the study, numbers to DIGITS digits."""
    write_json(path, _short(dataclasses.asdict(study)))


def load_variances(path: Path) -> VarianceStudy:
    """Reads a `save_variances` file. Raises a one-line UserError."""
    return _loaded(path, VarianceStudy, _check_variances, "variances", "variances")


def _loaded(path: Path, kind: type[T], check: Callable[[T], None], of: str, command: str) -> T:
    """The study in a file; `check` raises ValueError for what can't be. Raises UserError."""
    values = read_json(path)
    try:
        study = checked(kind, values, complete=True)
        check(study)
    except (TypeError, ValueError) as error:
        cause = str(error)[:100]
        raise UserError(
            f"{path.name} is no study of {of} ({cause}): make it again with '{command}'"
        ) from None
    return study


def _check_pull(pull: Pull) -> None:
    tables = (pull.kl, pull.pull, pull.free)
    if {table.shape for table in tables} != {(len(pull.steps), *pull.kl.shape[1:2])}:
        raise ValueError("tables of different sizes")
    if not all(np.isfinite(a).all() and (a >= 0).all() for a in (pull.steps, *tables)):
        raise ValueError("numbers below 0, or not finite")


def _check_fidelity(study: FidelityStudy) -> None:
    readings = [*(one.reading for one in study.models), *study.multi]
    if not study.models or any(len(r.kl) != r.d or r.d < 1 or not r.tau > 0 for r in readings):
        raise ValueError("a spectrum of another size, or no model")


def _check_variances(study: VarianceStudy) -> None:
    """Raises ValueError unless each way was run once at each learning rate with each seed."""
    keys = [(run.learning_rate, run.seed, run.way) for run in study.runs]
    wanted = {(r, s, w) for r in study.rates for s in study.seeds for w in WAYS}
    if len(keys) != len(wanted) or set(keys) != wanted or not keys:
        raise ValueError("a run is missing, or occurs twice")
    for run in study.runs:
        lengths = {len(run.loss), len(run.dead), len(run.gradient)}
        last = run.broken - 1 if run.broken else study.steps
        if lengths != {-(-last // study.every)} or last < 1:
            raise ValueError("records of another number than the steps")
        shares = (*run.dead, run.bad)
        if not all(map(math.isfinite, (*run.loss, *run.gradient, *shares))):
            raise ValueError("a number that is not finite")
        if not all(0 <= share <= 1 for share in shares) or min(run.gradient) < 0:
            raise ValueError("a share or a norm that can't be")


def _check(study: CureStudy) -> None:
    """Raises ValueError, or UserError for impossible settings."""
    names = [cure.name for cure in study.cures]
    pairs = [(run.cure, run.seed) for run in study.runs]
    if len(set(pairs)) < len(pairs) or len(set(names)) < len(names):
        raise ValueError("a run occurs twice")
    if NONE not in names or not study.seeds:
        raise ValueError("no runs without a cure")
    if set(pairs) != {(name, seed) for name in names for seed in study.seeds}:
        raise ValueError("a cure lacks a seed")
    for cure in study.cures:
        RunSettings.from_json({**study.settings, **cure.changes})
    if min(run.rate for run in study.runs) < 0 or study.examples < 1:
        raise ValueError("a rate below 0, or no examples")
    if not math.isclose(study.cap, math.log(study.examples), rel_tol=1e-4):
        raise ValueError("the cap is not log N")


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    return [_short(part) for part in value] if isinstance(value, list | tuple) else value
