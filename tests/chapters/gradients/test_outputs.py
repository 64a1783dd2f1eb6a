"""The tool log σ²: its scenes' claims, its table, and curves that stay within their axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.gradients.outputs import RATE_NAMES, SEED_NAMES, TOOL, OutputsView
from vaeviz.figures.theme import LIGHT
from vaeviz.records import Table
from vaeviz.records.variance_outputs import CLAMPED, DEVIATION, LOG

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene for scene in TOOL.scenes(OutputsView(), CONTEXT)}


def at(scene: str) -> OutputsView:
    return replace(OutputsView(), **SCENES[scene].settings)


def test_the_runs_are_in_the_order_of_their_names() -> None:
    assert [run.way for run in OutputsView().runs] == [LOG, DEVIATION, CLAMPED]


def test_slow_all_three_train() -> None:
    runs = at("Slow").runs
    assert [run.broken for run in runs] == [0, 0, 0]
    assert max(run.final for run in runs) < 3.5
    assert runs[2].dead[-1] < 0.02


def test_sigma_breaks_by_a_few_negative_ones() -> None:
    log, sigma, _ = at("σ breaks").runs
    assert sigma.broken == 23
    assert 0 < sigma.bad < 0.02  # one or two of 128
    assert log.broken == 0


def test_dying_most_outputs_end_at_the_clamp() -> None:
    _, sigma, clamped = at("Dying").runs
    assert 0 < sigma.broken < 5
    assert clamped.dead[-1] > 0.5


def test_dead_every_output_is_at_the_clamp_and_its_gradient_is_zero() -> None:
    clamped = at("Dead").runs[2]
    first = clamped.dead.index(1.0)
    assert set(clamped.dead[first:]) == {1.0}
    assert set(clamped.gradient[first:]) == {0.0}


def test_the_table_counts_what_breaks() -> None:
    table = TOOL.show(OutputsView(), CONTEXT).panels["outcomes"]
    assert isinstance(table, Table)
    assert table.title.startswith("10 of 45")
    cells = {row[0]: row[1:] for row in table.rows}
    assert cells["0.01"][1] == "NaN in 2 of 3: step 8, 23"
    assert cells["0.1"] == ("2.02", "NaN in 3 of 3: step 2, 2, 2", "7.50, 100 % dead")


@pytest.mark.parametrize("learning", RATE_NAMES)
@pytest.mark.parametrize("seed", SEED_NAMES)
def test_every_curve_is_within_its_axes(learning: str, seed: str) -> None:
    view = OutputsView(learning=learning, run_seed=seed)
    panels = TOOL.show(view, CONTEXT).panels
    for name in ("loss", "dead", "norm"):
        spec = panels[name]
        axis = spec.layout["yaxis"]  # type: ignore[union-attr]
        low, high = axis["range"]
        for trace in spec.data:  # type: ignore[union-attr]
            values = np.asarray(trace["y"], np.float64)
            values = np.log10(values) if axis.get("type") == "log" else values
            assert values.min() >= low - 1e-9
            assert values.max() <= high
            assert 0 < min(trace["x"]) <= max(trace["x"]) <= 400


def test_a_curve_ends_where_its_training_broke() -> None:
    loss = TOOL.show(at("σ breaks"), CONTEXT).panels["loss"]
    ends = {trace["name"]: trace["x"][-1] for trace in loss.data}  # type: ignore[union-attr]
    assert ends["σ"] == ends["end of σ"] == 23
    assert ends["log σ²"] == ends["σ², clamped"] == 400


def test_at_an_output_below_minus_one_there_is_no_number_for_sigma() -> None:
    assert [y is None for y in replace(OutputsView(), output=-1.5).present] == [False, True, False]
    assert None not in replace(OutputsView(), output=-0.5).present
