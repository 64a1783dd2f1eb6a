"""A VAE whose every log σ² lies at its floor is still a VAE, whatever judges or shows it.

Its codes look like a plain autoencoder's, which are given that floor; what it is, the settings say.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch

import vaeviz
from vaeviz import checkpoints, data, families
from vaeviz.chapters.latent.space import space
from vaeviz.checkpoints import Loaded
from vaeviz.config import RunSettings, UserError
from vaeviz.families import Trait
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.reference import reference
from vaeviz.models.vae import LOGVAR_RANGE, VAE
from vaeviz.runs.worker.member import Member, Probes, learner
from vaeviz.runs.worker.running import Running
from vaeviz.runs.worker.twins import Line

DIGITS = data.load("digits")
SETTINGS = RunSettings(widths=(16,), latent=2, steps=30, beta=1e-3)
WORD = "autoencoder"


def floored(model: Any) -> VAE:
    """The model with every log σ² below the floor; its means stay."""
    head = model.encoder[-1]
    with torch.no_grad():
        head.weight[model.latent :] = 0.0
        head.bias[model.latent :] = LOGVAR_RANGE[0] - 5
    return model


@pytest.fixture(scope="module")
def model() -> VAE:
    member = Member(Line(SETTINGS), 0, DIGITS)
    for _ in range(SETTINGS.steps):
        member.trainer.advance()
    return floored(member.model)


@pytest.fixture
def loaded(model: VAE, tmp_path: Path) -> Loaded:
    about = families.VAE.judge(model, SETTINGS, DIGITS, "floored")[1]
    checkpoints.save(model, tmp_path, about)
    return checkpoints.load(tmp_path / "floored", ())


def test_every_log_variance_lies_at_the_floor(model: VAE) -> None:
    assert (model.encode(torch.tensor(DIGITS.held_out))[1] == LOGVAR_RANGE[0]).all()


def test_it_gets_a_verdict_that_names_no_autoencoder(model: VAE) -> None:
    codec = DedicatedCodec(model, "gaussian", 1e-4, "running model, step 30")
    assert codec.posterior
    found = diagnose(codec, 1e-4, 2, DIGITS.held_out.copy(), reference(DIGITS.train, "gaussian"))
    assert found.verdict
    assert WORD not in f"{found.verdict} {found.reason} {found.source}"
    codec.posterior = False
    with pytest.raises(UserError, match=WORD):
        diagnose(codec, 1e-4, 2, DIGITS.held_out.copy(), reference(DIGITS.train, "gaussian"))


def test_a_live_run_takes_it_for_a_vae() -> None:
    member = Member(Line(SETTINGS), 0, DIGITS)
    member.trainer.advance()
    shown = learner(member, Probes(DIGITS, SETTINGS))
    floored(member.model)
    again = learner(member, Probes(DIGITS, SETTINGS))
    assert (again.logvar == LOGVAR_RANGE[0]).all()
    assert shown.variational
    assert again.variational
    assert again.rate > 2 * 9  # ½ · 20 - ½ nats per dimension, at least
    assert Running(member.model, SETTINGS, 1, 0.1, np.zeros((0, 11))).unfit == ""
    plain = replace(SETTINGS, variational=False)
    assert WORD in Running(member.model, plain, 1, 0.1, np.zeros((0, 11))).unfit


def test_its_checkpoint_is_one_of_a_vae(loaded: Loaded) -> None:
    family, settings = families.of_manifest(loaded.manifest)
    assert Trait.POSTERIOR in family.traits_of(settings)
    codec = families.open_codec(loaded)
    assert codec.posterior
    assert WORD not in f"{codec.source} {codec.remark} {family.dedicated}"


def test_a_notebook_gets_its_variances(loaded: Loaded, tmp_path: Path) -> None:
    opened = vaeviz.open_checkpoint(tmp_path / "floored")
    _, logvar = opened.encode(DIGITS.held_out[:5])
    assert logvar is not None
    assert (logvar == LOGVAR_RANGE[0]).all()
    assert WORD not in opened.source


def test_the_latent_space_shows_it_as_a_vae(loaded: Loaded) -> None:
    codec = cast(Any, families.open_codec(loaded))
    shown = space(DIGITS, codec, 0.1, 2, "floored", codec.posterior)
    assert shown.variational
