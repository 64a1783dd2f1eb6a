"""A running model's diagnosis: at its end that of the kept model, for every kind of model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.chapters.collapse import frames
from tests.chapters.session import at
from tests.chapters.training.trained import Trained, each_kind
from vaeviz.chapters.collapse import diagnosis
from vaeviz.chapters.collapse.diagnosis import TOOL, DiagnosisView
from vaeviz.checkpoints import Listing, keep
from vaeviz.live.message import pack
from vaeviz.serve import kept, models
from vaeviz.serve.live_models import examine
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs and kept models of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path / "kept"))
    return tmp_path


def test_at_its_end_it_has_the_verdict_of_the_kept_model(probe: Probes, folder: Path) -> None:
    digits, run = probe("digits"), Trained()
    run.finish()
    (checked,) = examine(run.folder, digits)
    keep(run.folder, "model", folder / "kept")
    own = kept.known("model")
    codec = models.dedicated(own, digits, patience=60)
    assert codec is not None
    assert checked.diagnosis is not None
    frame = frames.whole(TOOL, DiagnosisView(d=own.run.latent), digits, codec)
    assert frames.readouts(frame)["verdict"] == checked.diagnosis.verdict
    assert checked.diagnosis.reason in frame.notes[0]


@each_kind
def test_whatever_is_trained_can_be_drawn(probe: Probes, changes: dict[str, Any]) -> None:
    run = Trained(30, **changes)
    data_set = probe(run.plan.data)
    (checked,) = examine(run.folder, data_set)
    assert checked.codec is not None
    assert checked.diagnosis is not None
    context = at(data_set, TOOL, checked.codec)
    view, found = DiagnosisView(d=run.plan.latent), checked.diagnosis
    assert pack(dict(diagnosis._frame(view, context, found.observation, found).panels))
