"""A training whose J stays far above coding nothing is stopped, and no healthy one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from vaeviz import data, families
from vaeviz.commands.cli import main
from vaeviz.config import RunSettings
from vaeviz.densities import LIKELIHOODS
from vaeviz.training.divergence import LOOKS, TRAVEL, Diverged, Watch, steps_between_looks
from vaeviz.training.loop import CHECK_EVERY, Trainer, train

DIGITS = data.load("digits")
SMALL = RunSettings(widths=(32, 32), latent=2, sigma2=0.02, learning_rate=3e-3, steps=120)


def trainer(settings: RunSettings) -> Trainer:
    model = families.of(settings).build(settings, DIGITS.shape)
    return Trainer(model, DIGITS.train, settings)  # type: ignore[arg-type]


def advance(running: Trainer, steps: int) -> None:
    for _ in range(steps):
        running.advance()


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-learned"])
@pytest.mark.parametrize("rate", [0.3, 1.0, 10.0])
def test_a_rate_that_is_too_large_is_noticed_within_fifty_steps(
    likelihood: str, rate: float
) -> None:
    settings = replace(SMALL, likelihood=likelihood, learning_rate=rate)
    with pytest.raises(Diverged, match=f"learning rate below {rate:g}") as caught:
        list(train(trainer(settings).model, DIGITS.train, settings, every=1000))
    assert caught.value.step <= 50
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_it_is_noticed_with_every_likelihood(likelihood: str) -> None:
    settings = replace(SMALL, likelihood=likelihood, learning_rate=1.0, widths=(128, 128))
    with pytest.raises(Diverged) as caught:
        list(train(trainer(settings).model, DIGITS.train, settings, every=1000))
    assert caught.value.step <= 50


@pytest.mark.parametrize("rate", [0.3, 1.0, 10.0])
def test_it_is_noticed_when_the_rate_is_moved_during_a_run(rate: float) -> None:
    running = trainer(replace(SMALL, steps=1000))
    advance(running, 300)
    running.change("learning_rate", rate)
    with pytest.raises(Diverged) as caught:
        advance(running, 50)
    assert 300 < caught.value.step <= 350


@pytest.mark.parametrize(
    "changes",
    [
        *({"likelihood": name} for name in LIKELIHOODS),
        {"decoder": "linear"},
        {"decoder": "masked", "widths": (32, 32)},
        {"variational": False},
        {"sigma2": 1e-6},
        {"sigma2": 1e3},
        {"likelihood": "gaussian-learned", "sigma2": 1e-6},
        {"likelihood": "gaussian-per-pixel", "sigma2": 1e-4},
        {"beta": 0.0},
        {"beta": 100.0, "free_bits": 5.0},
        {"schedule": "cyclical", "warmup": 40, "beta": 10.0},
        {"learning_rate": 0.03},
    ],
    ids=str,
)
def test_healthy_runs_go_on(changes: dict) -> None:
    running = trainer(replace(SMALL, **changes))
    longest, since = 0.0, None
    for step in range(1, SMALL.steps + 1):
        running.advance()
        running.record()
        since = (since or step) if running.astray else None
        if since is not None:
            longest = max(longest, (step - since + 1) * running.settings.learning_rate)
    assert longest < 0.3 * TRAVEL


@pytest.mark.parametrize(("name", "low", "high"), [("beta", 0.0, 1e3), ("sigma2", 10.0, 1e-4)])
def test_a_jump_of_beta_or_sigma2_is_survived(name: str, low: float, high: float) -> None:
    running = trainer(replace(SMALL, **{name: low}))
    advance(running, 150)
    running.change(name, high)
    for _ in range(150):
        running.advance()
        running.record()
    assert not running.astray


def test_looks_are_as_frequent_as_the_rate_asks() -> None:
    assert [steps_between_looks(rate, 50) for rate in (1e-9, 1e-3, 0.3, 10.0)] == [50, 50, 1, 1]
    assert steps_between_looks(0.05, 50) == int(TRAVEL / LOOKS / 0.05)
    assert CHECK_EVERY == 50


def test_only_a_lasting_excess_counts() -> None:
    watch, settings = Watch(torch.zeros(10)), replace(SMALL, learning_rate=0.1)
    for step, objective in enumerate([50.0, 1e9, 1e9, 40.0, *[1e9] * 21], 1):
        watch.look(step, objective, 10.0, settings)
    with pytest.raises(Diverged, match=r"1e\+09 nats, 10 without any code"):
        watch.look(26, 1e9, 10.0, settings)


@pytest.mark.parametrize(
    ("likelihood", "said"),
    [
        ("gaussian", [0.5, 1.0]),
        ("gaussian-per-pixel", [0.5, 1.0]),
        ("bernoulli", [0.5, 0.99]),
        ("categorical", [0.5, 0.5]),
    ],
)
def test_coding_nothing_says_the_mean_whatever_the_outputs(
    likelihood: str, said: list[float]
) -> None:
    p, mean = LIKELIHOODS[likelihood], torch.tensor([0.5, 1.0])
    many = p.outputs(5)
    outputs = torch.randn(3, 2, *([many] if many > 1 else []))
    flat = p.without_code(outputs, mean)
    assert flat.shape == outputs.shape
    assert torch.allclose(p.mean(flat), torch.tensor(said).expand(3, 2))


def test_the_command_line_says_it_and_saves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--learning-rate", "1", "--steps", "400", "--widths", "16", "--out", str(tmp_path)]
    assert main(["train", "digits", *flags]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "learning rate below 1" in error
    assert not list(tmp_path.iterdir())
