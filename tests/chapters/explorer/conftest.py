"""The Explorer without shipped models: the closed form answers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chapters.session import Session
from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.checkpoints import Listing
from vaeviz.serve import jobs, kept, models
from vaeviz.serve.probes import Probe


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models, kept ones in a folder of the test's own, and time for each job."""
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path / "kept"))
    monkeypatch.setattr(models, "PATIENCE", 60)
    monkeypatch.setattr(jobs, "QUICK", 60)
    models._shipped.cache_clear()
    yield tmp_path
    models._shipped.cache_clear()


@pytest.fixture
def explorer(bare: Path, probe: Callable[[str], Probe]) -> Session:
    """A browser tab that is about to open it, once the digits are there."""
    probe("digits")
    return Session(CHAPTER)
