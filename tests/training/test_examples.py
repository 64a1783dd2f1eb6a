"""Every training refuses, in one line and before its first step, data that do not fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import vaeviz
from vaeviz import data, families
from vaeviz.commands.cli import main
from vaeviz.config import RunSettings, UserError
from vaeviz.families import FAMILIES
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.runs.worker.process import run
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line
from vaeviz.studies import cures
from vaeviz.training.examples import checked
from vaeviz.training.loop import Trainer

MOONS = data.load("moons")
UNFIT = RunSettings("moons", "bernoulli", widths=(8,), latent=2, steps=20)
MULTI = MultiRateSettings.from_json({"data": "moons", "likelihood": "bernoulli", "steps": 20})


def _family(name: str, settings: object) -> Callable[[], object]:
    return lambda: FAMILIES[name].train(settings, MOONS, lambda step, words: pytest.fail(words))


WAYS: dict[str, Callable[[], object]] = {
    "vae": _family("vae", UNFIT),
    "multi-rate": _family("multi-rate", MULTI),
    "fit": lambda: next(families.VAE.fit(UNFIT, lambda _: None, False).records),
    "until flat": lambda: next(families.VAE.fit(UNFIT, lambda _: None, True).records),
    "notebook": lambda: vaeviz.train(MOONS, UNFIT, pytest.fail),
    "live": lambda: Session(Line(UNFIT), MOONS),
    "cure": lambda: cures.run(MOONS, "none", UNFIT, lambda *_: pytest.fail("judged")),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_training_refuses_data_that_the_likelihood_cannot_have(way: str) -> None:
    with pytest.raises(UserError, match=r"moons.*bernoulli.*from 0 to 1") as caught:
        WAYS[way]()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
def test_the_command_line_refuses_them_before_the_first_step(
    likelihood: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--likelihood", likelihood, "--steps", "3", "--out", str(tmp_path)]
    assert main(["train", "moons", *flags]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_worker_reports_them_and_ends(tmp_path: Path) -> None:
    from vaeviz.checkpoints.files import write_json

    write_json(tmp_path / "run.json", Line(UNFIT).to_json())
    progress = run(tmp_path)
    assert progress.state == "failed"
    assert "bernoulli" in progress.error


def test_grey_values_fit_every_likelihood() -> None:
    x = np.random.default_rng(0).random((5, 4), np.float32)
    for likelihood in ("gaussian", "gaussian-per-pixel", "bernoulli", "categorical"):
        assert torch.equal(checked(x, likelihood, "grey"), torch.tensor(x))


@pytest.mark.parametrize("value", [-1e-6, 1.000001])
def test_a_value_just_outside_is_refused(value: float) -> None:
    x = np.array([[0.5, value]], np.float32)
    with pytest.raises(UserError, match="from 0 to 1"):
        Trainer(families.VAE.build(UNFIT, (2,)), x, UNFIT)  # type: ignore[arg-type]
