"""Snapshots and frames: bitwise round trips; damaged files are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.live_runs import advance, line, same_history, same_weights, session
from vaeviz.config import UserError
from vaeviz.runs.folder import frame_file
from vaeviz.runs.folder.frame_file import seal, unseal
from vaeviz.runs.worker.snapshots import NAMES, Snapshots

TWINS = line({"free_bits": 0.3})


@pytest.mark.parametrize(
    "which",
    [
        TWINS,
        line(likelihood="gaussian-learned"),
        line(likelihood="gaussian-optimal"),
        line(likelihood="gaussian-per-pixel"),
        line({"variational": False}, schedule="cyclical", warmup=30),
        line({"decoder": "linear"}, learning_rate=0.01),
    ],
)
@pytest.mark.parametrize("at", [1, 37, 120])
def test_a_restored_run_goes_on_to_the_last_bit(tmp_path: Path, which, at: int) -> None:  # type: ignore[no-untyped-def]
    first = session(which, at // 2)
    first.move("beta", 2.5)
    first.move("learning_rate", 0.003)
    advance(first, at - at // 2)
    Snapshots(tmp_path).save(first)
    again = session(which, 5)  # whatever it was, it is that run now
    assert Snapshots(tmp_path).newest(again)
    assert again.moves == first.moves
    for run in (first, again):
        advance(run, 60)
    assert same_weights(first, again)
    assert same_history(first, again)
    states = [run.members[-1].trainer.generator.get_state() for run in (first, again)]
    assert torch.equal(*states)


def test_two_generations(tmp_path: Path) -> None:
    run, keeper = session(steps=10), Snapshots(tmp_path)
    assert not Snapshots(tmp_path).good()
    for _ in range(3):
        keeper.save(run)
        advance(run, 10)
    other = session()
    assert Snapshots(tmp_path).newest(other)
    assert other.step == 30
    assert Snapshots(tmp_path).oldest(other)
    assert other.step == 20
    keeper = Snapshots(tmp_path)
    keeper.newest(other)
    advance(other, 1)
    keeper.save(other)  # over the older one
    assert sorted(_step(tmp_path / name) for name in NAMES) == [30, 31]


def _step(path: Path) -> int:
    return unseal(path)[1]["step"]


def test_a_snapshot_of_the_life_before_a_rewind_does_not_count(tmp_path: Path) -> None:
    Snapshots(tmp_path, rewinds=0).save(session(steps=10))
    assert not Snapshots(tmp_path, rewinds=1).newest(session())
    assert Snapshots(tmp_path, rewinds=0).newest(session())


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damaged_file_is_ever_read_as_good(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = tmp_path_factory.mktemp("damage") / "x.bin"
    content = b"".join(
        seal({"a": np.arange(60, dtype=np.float32), "b": np.zeros((0, 3))}, {"step": 3})
    )
    place = data.draw(st.integers(0, len(content) - 1))
    kind = data.draw(st.sampled_from(["flip", "cut", "append", "swap"]))
    if kind == "flip":
        bad = (
            content[:place]
            + bytes([content[place] ^ data.draw(st.integers(1, 255))])
            + content[place + 1 :]
        )
    elif kind == "cut":
        bad = content[:place]
    elif kind == "append":
        bad = content + b"x"
    else:
        bad = content[place:] + content[:place] if place else content[1:]
    path.write_bytes(bad)
    with pytest.raises(UserError):
        unseal(path)


def test_a_damaged_newest_snapshot_gives_way_to_the_older(tmp_path: Path) -> None:
    run, keeper = session(steps=10), Snapshots(tmp_path)
    keeper.save(run)
    advance(run, 10)
    keeper.save(run)
    newest = max((tmp_path / name for name in NAMES), key=_step)
    newest.write_bytes(newest.read_bytes()[:-1])
    other = session()
    assert Snapshots(tmp_path).newest(other)
    assert other.step == 10
    other_file = next(tmp_path / name for name in NAMES if tmp_path / name != newest)
    other_file.write_bytes(b"")
    assert not Snapshots(tmp_path).newest(session())


@pytest.mark.parametrize("content", [b"", b"\x80\x05." * 20, bytes(range(100)), b"0" * 32])
def test_what_is_no_sealed_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.bin").write_bytes(content)
    with pytest.raises(UserError, match=r"x\.bin is"):
        unseal(tmp_path / "x.bin")


def test_frames_come_back_as_they_went(tmp_path: Path) -> None:
    run = session(TWINS, 60)
    run.move("beta", 2.0)
    advance(run, 5)
    sent = run.frame(pace=123.0)
    assert frame_file.stamp(tmp_path) == (0, 0)
    frame_file.write(tmp_path, sent)
    got = frame_file.read(tmp_path)
    assert (got.step, got.steps, got.pace, got.seconds_left) == (65, 400, 123.0, sent.seconds_left)
    assert got.moves == sent.moves
    for a, b in zip(sent.learners, got.learners, strict=True):
        for name in ("mu", "logvar", "kl", "recon", "samples"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
        np.testing.assert_array_equal(a.history.distortion_gradient, b.history.distortion_gradient)
        assert (a.label, a.active, a.variational, a.rate) == (
            b.label,
            b.active,
            b.variational,
            b.rate,
        )
    before = frame_file.stamp(tmp_path)
    frame_file.write(tmp_path, sent)
    assert frame_file.stamp(tmp_path) != before


def test_a_frame_of_another_version_is_one_line(tmp_path: Path) -> None:
    (tmp_path / frame_file.FRAME).write_bytes(b"".join(seal({}, {"step": 1, "learners": [{}]})))
    with pytest.raises(UserError, match="another version"):
        frame_file.read(tmp_path)
