"""Dedicated models for tests: tiny ones, hardly trained, in folders of the test's own."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from vaeviz import checkpoints
from vaeviz.checkpoints import Listing, Manifest, keeping
from vaeviz.config import RunSettings
from vaeviz.models import vae
from vaeviz.serve import kept, models

RUN = RunSettings(widths=(8,), latent=3, beta=2.0, sigma2=0.03)


def empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders of kept models, looked at afresh every time, and of shipped ones."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    monkeypatch.setattr(kept, "LISTING", Listing(folder))
    for module in (kept, models):
        monkeypatch.setattr(module, "SHIPPED", folder / "shipped")
    monkeypatch.setattr(models, "PATIENCE", 60)
    return folder


def put(
    folder: Path, name: str = "mine", kind: str = "vae", sigma2: float = 0.02, **changes: Any
) -> RunSettings:
    """A tiny model, hardly trained, under `name`; `sigma2` is what a learned variance came to."""
    run = dataclasses.replace(RUN, **changes)
    model = vae.build(run, (8, 8) if run.data == "digits" else (2,))
    draft = Manifest(name, kind, run.to_json(), run.data, "0" * 16, 0, 70, {"sigma2": sigma2})
    checkpoints.save(model, folder, draft)
    return run


def pair(folder: Path) -> Path:
    """A shipped autoencoder and VAE of digits, beside a multi-rate model's files; their folder."""
    put(folder / "shipped", "digits-vae-2d", latent=2)
    put(folder / "shipped", "digits-ae-2d", latent=2, variational=False)
    put(folder / "shipped", "digits")
    return folder / "shipped"
