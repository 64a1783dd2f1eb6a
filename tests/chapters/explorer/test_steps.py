"""The tool One example: its numbers are those of the model, and they add up."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.chapters.session import at
from vaeviz.chapters.chapter import Context, Frame
from vaeviz.chapters.explorer import steps
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model import answer
from vaeviz.chapters.model.views import observed
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


def ready(view: ExplorerView, probe: Probe) -> tuple[ExplorerView, Context]:
    context = at(probe, steps.TOOL)
    until = time.monotonic() + 60
    while (prepared := answer.prepare(view, context)).pending:
        assert time.monotonic() < until
        time.sleep(0.02)
    return prepared.shown, context


def readouts(frame: Frame) -> dict[str, float]:
    return {
        row[0].split(" ")[0]: float(str(row[1]).replace("−", "-").replace(",", ""))
        for row in frame.readouts
    }


@pytest.mark.parametrize("beta", [0.2, 1.0, 4.0])
def test_the_costs_add_up(beta: float, probe: Probes) -> None:
    view = ExplorerView(data="digits", beta=beta, sigma2=0.05, d=8, a=5)
    frame = steps.show(*ready(view, probe("digits")))
    told = readouts(frame)
    assert told["ELBO"] == pytest.approx(-told["D"] - told["R"], abs=0.02)
    assert told["J"] == pytest.approx(told["D"] + beta * told["R"], abs=0.05)
    table: Any = frame.panels["numbers"]
    assert sum(float(row[-1]) for row in table.rows) == pytest.approx(told["R"], abs=0.05)


def test_z_is_mu_plus_sigma_epsilon_of_the_example(probe: Probes) -> None:
    digits = probe("digits")
    view, context = ready(ExplorerView(data="digits", d=4, a=7), digits)
    observation = observed(view, context)
    table: Any = steps.show(view, context).panels["numbers"]
    rows = np.array([[float(cell.replace("−", "-")) for cell in row[1:]] for row in table.rows])
    mu, sigma, noise, z, kl = rows.T
    np.testing.assert_allclose(mu, observation.mu[7], atol=0.006)
    np.testing.assert_allclose(sigma, np.exp(0.5 * observation.logvar[7]), atol=0.006)
    np.testing.assert_allclose(noise, digits.noise[7, :4], atol=0.006)
    np.testing.assert_allclose(z, mu + sigma * noise, atol=0.03)
    exact = 0.5 * (mu**2 + sigma**2 - 1 - np.log(sigma**2))
    np.testing.assert_allclose(kl, exact, atol=0.1)


def test_the_mean_over_examples_is_the_explorers(probe: Probes) -> None:
    """Draw 0 has the noise of the Explorer's own read-outs."""
    digits = probe("digits")
    view, context = ready(ExplorerView(data="digits", sigma2=0.05, d=8), digits)
    losses = observed(view, context).losses
    found = []
    for a in range(5):
        one = ExplorerView(data="digits", sigma2=0.05, d=8, a=a)
        spent = readouts(steps.show(one, context))
        normal = 0.5 * 64 * np.log(2 * np.pi * 0.05)
        found.append((spent["D"] - normal) * 2 * 0.05)
    np.testing.assert_allclose(found, losses[:5], atol=0.01)


def test_another_draw_is_another_z_of_the_same_cloud(probe: Probes) -> None:
    view, context = ready(ExplorerView(data="digits", d=4), probe("digits"))
    first: Any = steps.show(view, context).panels["numbers"]
    again: Any = steps.show(ExplorerView(data="digits", d=4, seed=1), context).panels["numbers"]
    assert [row[1:3] for row in first.rows] == [row[1:3] for row in again.rows]
    assert [row[3] for row in first.rows] != [row[3] for row in again.rows]


def test_a_moment_ago_is_where_the_settings_last_stood_still(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(steps.time, "monotonic", lambda: clock[0])
    context = Context(ready(ExplorerView(data="digits"), probe("digits"))[1].theme)

    def before(beta: float, total: float, wait: float) -> float | None:
        clock[0] += wait
        return steps._before(ExplorerView(beta=beta), total, context)

    assert before(1.0, 10.0, 0) is None
    assert before(1.0, 10.0, 5) is None
    assert before(1.1, 11.0, 5) == 10.0
    assert before(1.2, 12.0, 0.1) == 10.0  # the same drag
    assert before(1.2, 12.0, 9) == 10.0
    assert before(1.3, 13.0, 0.1) == 12.0
    assert steps._before(ExplorerView(a=4), 1.0, context) is None  # another example
