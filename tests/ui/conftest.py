"""The probe sets of the embedded data, read once for all tests of the user interface."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from vaeviz.ui import store
from vaeviz.ui.views import Probe


@lru_cache
def _probe(name: str) -> Probe:
    found = store.probe(name, patience=120)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def probe() -> Callable[[str], Probe]:
    """The probe set of a data set by name."""
    return _probe
