"""Probe sets read once, and jobs of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from vaeviz.serve import jobs, models, probes
from vaeviz.serve.probes import Probe

_load = probes.probe


@lru_cache
def _probe(name: str) -> Probe:
    found = _load(name, patience=120)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def probe() -> Callable[[str], Probe]:
    """The probe set of a data set by name."""
    return _probe


@pytest.fixture(autouse=True)
def fresh(probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs that nobody else started, time for each model, and the probe sets that are read."""
    probe("digits")
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    monkeypatch.setattr(models, "PATIENCE", 60)
    monkeypatch.setattr(probes, "probe", lambda name, patience=0.0: _probe(name))
