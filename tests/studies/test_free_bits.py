"""Free bits: below the floor the gradient of the rate term is exactly zero, above it the plain
one.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from vaeviz import data
from vaeviz.checkpoints import studies
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae
from vaeviz.studies import free_bits
from vaeviz.training.loop import train

DATA = data.load("three-gaussians")
RUN = RunSettings(
    data=DATA.name,
    widths=(8,),
    latent=3,
    free_bits=0.3,
    beta=2.0,
    sigma2=0.01,
    learning_rate=0.01,
    batch=64,
    steps=60,
)


def test_the_pull_is_that_of_the_closed_form() -> None:
    """∂KL/∂μ = μ and ∂KL/∂log σ² = (σ² - 1)/2, times β, for each example."""
    model = vae.build(RUN, DATA.shape)
    x = torch.tensor(DATA.train[:64])
    middle = float(np.median(free_bits.look(model, x, RUN)[0]))
    kl, floored, free = free_bits.look(model, x, dataclasses.replace(RUN, free_bits=middle))
    mu, logvar = (each.detach().double().numpy() for each in model.encode(x))
    expected = RUN.beta * np.sqrt((mu**2 + (0.5 * np.expm1(logvar)) ** 2).mean(0))
    assert free == pytest.approx(expected, rel=1e-4)
    assert kl == pytest.approx(0.5 * (mu**2 + np.expm1(logvar) - logvar).mean(0), rel=1e-4)
    assert floored == pytest.approx(np.where(kl < middle, 0.0, expected), rel=1e-4)
    assert len(set(floored > 0)) == 2


def test_a_run_has_dimensions_on_both_sides_of_the_floor() -> None:
    result = free_bits.watched(DATA, RUN)
    below = result.kl < result.floor
    assert 0 < below.sum() < below.size
    assert not result.pull[below].any()
    assert (result.free[below] > 0).all()
    assert result.pull[~below] == pytest.approx(result.free[~below])
    assert result.steps.tolist() == [0, 25, 50]


def test_looking_changes_no_run() -> None:
    model = vae.build(RUN, DATA.shape)
    for _ in train(model, DATA.train, dataclasses.replace(RUN, steps=50)):
        pass
    last = free_bits.look(model, torch.tensor(DATA.train[:64]), RUN)
    watched = free_bits.watched(DATA, dataclasses.replace(RUN, steps=50))
    assert np.array_equal(last[0], watched.kl[-1])


def test_a_pull_is_read_as_it_was_saved(tmp_path: Path) -> None:
    result, path = free_bits.watched(DATA, RUN), tmp_path / "pull.json"
    studies.save_pull(path, result)
    again = studies.load_pull(path)
    assert (again.floor, again.source) == (result.floor, result.source)
    for name in ("steps", "kl", "pull", "free"):
        assert getattr(again, name) == pytest.approx(getattr(result, name), rel=1e-5)


@pytest.mark.parametrize(
    "spoil",
    ['"kl": [[1.0]]', '"kl": [["x"]]', '"kl": [[-1.0]]', '"kl": 3', '"kl": [[1.0], [1, 2]]'],
)
def test_a_spoilt_file_is_one_line(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "pull.json"
    rest = (
        '"floor": 0.2, "steps": [0, 25], "pull": [[0], [1]], "free": [[1], [1]], "source": "a test"'
    )
    path.write_text(f"{{{rest}, {spoil}}}")
    with pytest.raises(UserError, match="no study of free bits") as caught:
        studies.load_pull(path)
    assert "\n" not in str(caught.value)


def test_the_shipped_one_shows_no_pull_below_the_floor() -> None:
    result = studies.load_pull(studies.pull_path("digits"))
    below = result.kl < result.floor
    assert below.sum() > 100
    assert (~below).sum() > 50
    assert not result.pull[below].any()
    assert result.pull[~below].min() > 0.5
