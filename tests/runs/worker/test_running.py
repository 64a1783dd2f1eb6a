"""The models of a live run from its newest whole snapshot, and the fall of their objective."""

from __future__ import annotations

import dataclasses
import json
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.runs.live_runs import TINY, advance, line, session
from vaeviz import checkpoints, data, families
from vaeviz.config import UserError
from vaeviz.models import vae
from vaeviz.runs.folder.progress import MODEL, RUN
from vaeviz.runs.worker.recorder import COLUMNS
from vaeviz.runs.worker.running import Running, newest
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.snapshots import NAMES, Attempt, Snapshots
from vaeviz.runs.worker.twins import Line

SIZE = 2  # of the examples of TINY's data


def kept(folder: Path, which: Line, steps: int, keeper: Snapshots | None = None) -> Session:
    """A run in `folder` with a snapshot after so many steps."""
    made = session(which, steps)
    (folder / RUN).write_text(json.dumps(which.to_json()))
    (keeper or Snapshots(folder)).save(made)
    return made


def same(model: vae.VAE, other: vae.VAE) -> bool:
    return all(
        torch.equal(a, b)
        for a, b in zip(model.state_dict().values(), other.state_dict().values(), strict=True)
    )


@pytest.mark.parametrize(
    "which",
    [
        line(),
        line({"free_bits": 0.3}),
        line({"decoder": "linear"}, likelihood="gaussian-learned"),
        line({"variational": False}, schedule="cyclical", warmup=30),
    ],
)
def test_both_twins_are_as_the_run_has_them(tmp_path: Path, which: Line) -> None:
    run = kept(tmp_path, which, 30)
    result = newest(tmp_path)
    assert [seen.settings for seen in result] == list(which.members)
    for seen, member in zip(result, run.members, strict=True):
        assert (seen.step, seen.over) == (30, False)
        assert same(seen.model, member.model)
        np.testing.assert_array_equal(seen.rows, member.recorder.rows)
        assert seen.sigma2 == pytest.approx(member.model.log_sigma2.exp().item())


def test_a_move_acts_and_the_twin_keeps_its_differing_setting(tmp_path: Path) -> None:
    which = line({"beta": 4.0})
    run = session(which, 10)
    run.move("beta", 2.0)
    run.move("sigma2", 0.1)
    advance(run, 1)
    (tmp_path / RUN).write_text(json.dumps(which.to_json()))
    Snapshots(tmp_path).save(run)
    first, second = newest(tmp_path)
    assert (first.settings.beta, second.settings.beta) == (2.0, 4.0)
    assert first.tau == pytest.approx(0.2)
    assert second.tau == pytest.approx(0.4)


def test_a_damaged_newest_snapshot_gives_way_to_the_older(tmp_path: Path) -> None:
    keeper = Snapshots(tmp_path)
    for step in (10, 20):
        kept(tmp_path, line(), step, keeper)
    assert newest(tmp_path)[0].step == 20
    (tmp_path / NAMES[1]).write_bytes((tmp_path / NAMES[1]).read_bytes()[:-1])
    assert newest(tmp_path)[0].step == 10
    (tmp_path / NAMES[0]).write_bytes(b"\x80\x05.")
    with pytest.raises(UserError, match="no snapshot yet"):
        newest(tmp_path)


def test_a_rewind_makes_the_snapshots_before_it_void(tmp_path: Path) -> None:
    kept(tmp_path, line(), 10)
    Attempt(rewinds=1).write(tmp_path)
    with pytest.raises(UserError, match="no snapshot yet"):
        newest(tmp_path)


@pytest.mark.parametrize(
    "changes", [{"latent": 3}, {"widths": [4]}, {"likelihood": "gaussian-learned"}]
)
def test_a_snapshot_of_other_settings_is_one_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    kept(tmp_path, line(), 10)
    other = {**line().to_json()["settings"], **changes}
    (tmp_path / RUN).write_text(json.dumps({"settings": other, "twin": None}))
    if changes == {"likelihood": "gaussian-learned"}:
        assert newest(tmp_path)[0].tau == pytest.approx(0.05)  # the same weights by the same names
        return
    with pytest.raises(UserError, match="another version") as caught:
        newest(tmp_path)
    assert "\n" not in str(caught.value)


def test_it_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    run, keeper, wrong, end = (
        kept(tmp_path, line(), 1),
        Snapshots(tmp_path),
        list[int](),
        threading.Event(),
    )

    def look() -> None:
        last = 0
        while not end.is_set():
            step = newest(tmp_path)[0].step
            if step < last:
                wrong.append(step)
            last = step

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(40):
        advance(run, 1)
        keeper.save(run, durable=False)
    end.set()
    reader.join()
    assert wrong == []
    assert newest(tmp_path)[0].step == 41


def test_what_it_began_as(tmp_path: Path) -> None:
    kept(tmp_path, line({"beta": 4.0}), 20)
    for seen in newest(tmp_path):
        assert same(seen.begun(), vae.build(seen.settings, (SIZE,)))
        assert not same(seen.begun(), seen.model)


def test_at_the_end_an_optimal_variance_is_the_one_that_is_kept(tmp_path: Path) -> None:
    run = kept(tmp_path, line(likelihood="gaussian-optimal"), 400)
    (member,) = run.members
    last_batch = newest(tmp_path)[0].sigma2
    assert last_batch == member.model.log_sigma2.exp().item()
    member.trainer.finish()
    settings, dataset = member.trainer.settings, data.load(TINY.data)
    about = families.of(settings).judge(member.model, settings, dataset, MODEL)[1]
    checkpoints.save(member.model, tmp_path, about)
    assert newest(tmp_path)[0].sigma2 == about.held_out["sigma2"] != last_batch
    checkpoints.save(member.model, tmp_path, dataclasses.replace(about, steps=300))
    assert newest(tmp_path)[0].sigma2 == last_batch  # of another step


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"likelihood": "bernoulli"}, ""),
        ({"variational": False}, "no posterior"),
    ],
)
def test_what_can_be_diagnosed(changes: dict[str, Any], words: str) -> None:
    result = seen(np.empty((0, 11)), **changes)
    assert words in result.unfit
    assert bool(result.unfit) is bool(words)


# fall
# ------------------------------------------------------------------------------------------------


def seen(rows: Any, step: int = 400, **changes: Any) -> Running:
    settings = dataclasses.replace(TINY, **changes)
    return Running(
        vae.build(settings, (SIZE,)), settings, step, settings.sigma2, np.asarray(rows, float)
    )


def rows(steps: Any, squares: Any, rate: Any, sigma2: Any = 0.05) -> np.ndarray:
    """A history (T, 11) with these squared errors, rates and variances."""
    steps = np.asarray(steps, float)
    squares, rate, sigma2 = (
        np.broadcast_to(v, steps.shape).astype(float) for v in (squares, rate, sigma2)
    )
    named = dict.fromkeys(COLUMNS, np.zeros_like(steps)) | {
        "step": steps,
        "sigma2": sigma2,
        "rate": rate,
    }
    named["distortion"] = 0.5 * (squares / sigma2 + SIZE * np.log(2 * math.pi * sigma2))
    return np.column_stack([*(named[name] for name in COLUMNS), np.zeros((len(steps), 2))])


STEPS = np.arange(8, 401, 8)


def test_it_is_by_how_much_the_last_quarter_is_below_the_one_before() -> None:
    squares = np.where(STEPS > 300, 0.2, np.where(STEPS > 200, 0.4, 9.0))
    result = seen(rows(STEPS, squares, np.where(STEPS > 300, 1.5, 1.0))).fall()
    assert result is not None
    mean, over = result
    assert over == 100
    assert mean.value == pytest.approx(0.5 * 0.2 / 0.05 - 0.5)
    assert mean.error == pytest.approx(0, abs=1e-9)


def test_its_error_is_that_of_the_two_means() -> None:
    rate = np.random.default_rng(0).standard_normal(len(STEPS))
    mean, _ = seen(rows(STEPS, 0.3, rate)).fall() or (None, 0)
    early, late = rate[(STEPS > 200) & (STEPS <= 300)], rate[STEPS > 300]
    assert mean is not None
    assert mean.value == pytest.approx(early.mean() - late.mean())
    assert mean.error == pytest.approx(
        math.sqrt(early.var(ddof=1) / len(early) + late.var(ddof=1) / len(late))
    )
    assert not mean.clear


def test_a_variance_that_moves_is_no_fall_while_the_squared_error_and_the_rate_stay() -> None:
    sigma2 = np.where(STEPS > 300, 0.01, 0.2)
    result = seen(rows(STEPS, 0.3, 2.0, sigma2), beta=3.0).fall()
    assert result is not None
    assert result[0].value == pytest.approx(0, abs=1e-9)


def test_without_a_variance_it_is_that_of_the_distortion_over_beta() -> None:
    past = rows(STEPS, 0.3, 2.0)
    past[:, COLUMNS.index("distortion")] = np.where(STEPS > 300, 7.0, 10.0)
    result = seen(past, likelihood="bernoulli", beta=2.0).fall()
    assert result is not None
    assert result[0].value == pytest.approx(1.5)


def test_a_short_history_and_one_with_a_gap_tell_nothing() -> None:
    assert seen(rows(STEPS[:1], 0.3, 1.0), step=8).fall() is None
    assert seen(np.empty((0, 11)), step=0).fall() is None
    short = STEPS[STEPS <= 176]
    assert seen(rows(short, 0.3, 1.0), step=176).fall() is None
    assert seen(rows(STEPS[STEPS <= 192], 0.3, 1.0), step=192).fall() is not None
    past = rows(STEPS, 0.3, 1.0)
    past[-1, COLUMNS.index("rate")] = np.nan
    assert seen(past).fall() is None


def test_a_real_run_falls_at_first(tmp_path: Path) -> None:
    kept(tmp_path, line(learning_rate=0.003, batch=256), 240)
    result = newest(tmp_path)[0].fall()
    assert result is not None
    assert result[0].clear
    assert result[1] == 60
