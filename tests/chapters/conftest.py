"""The probe sets of the embedded data, read once for all tests of the chapters."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from vaeviz.serve import probes
from vaeviz.serve.probes import Probe


@lru_cache
def _probe(name: str) -> Probe:
    made = probes.probe(name, patience=120)
    assert made is not None
    return made


@pytest.fixture(scope="session")
def probe() -> Callable[[str], Probe]:
    """The probe set of a data set by name."""
    return _probe
