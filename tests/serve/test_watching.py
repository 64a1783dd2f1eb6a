"""The newest frame of each run, read once for all who watch, and who they are."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import pytest

from tests.figures.learners import frame, learner
from vaeviz.records import LiveFrame
from vaeviz.runs.folder import frame_file
from vaeviz.serve import watching
from vaeviz.serve.watching import Frames, Watchers


def at(step: int) -> LiveFrame:
    return dataclasses.replace(frame(learner(count=3, dim=4)), step=step)


def write(folder: Path, step: int) -> None:
    folder.mkdir(exist_ok=True)
    frame_file.write(folder, at(step))


def test_before_the_first_frame_there_is_none(tmp_path: Path) -> None:
    assert Frames().read(tmp_path) == ("", None)
    assert Frames().read(tmp_path / "missing") == ("", None)


def test_a_frame_is_read_once_and_a_new_one_has_a_new_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, reads, read = Frames(), [], frame_file.read
    monkeypatch.setattr(frame_file, "read", lambda folder: reads.append(folder) or read(folder))
    write(tmp_path, 1)
    name, first = frames.read(tmp_path)
    assert frames.read(tmp_path) == (name, first)
    assert frames.read(tmp_path)[1] is first
    assert len(reads) == 1
    write(tmp_path, 2)
    again, second = frames.read(tmp_path)
    assert again != name
    assert (first and first.step, second and second.step) == (1, 2)
    assert len(reads) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "flipped", "gone"])
def test_a_spoilt_file_leaves_the_frame_before_it(tmp_path: Path, damage: str) -> None:
    frames, file = Frames(), tmp_path / frame_file.FRAME
    write(tmp_path, 1)
    before = frames.read(tmp_path)
    whole = file.read_bytes()
    spoilt = {
        "empty": b"",
        "cut": whole[:-7],
        "text": b"{}",
        "flipped": whole[:-1] + bytes([whole[-1] ^ 1]),
    }
    file.unlink() if damage == "gone" else file.write_bytes(spoilt[damage])
    assert frames.read(tmp_path) == before
    assert Frames().read(tmp_path) == ("", None)  # who never saw the whole one sees none
    write(tmp_path, 2)
    found = frames.read(tmp_path)[1]
    assert found is not None
    assert found.step == 2


def test_runs_do_not_mix(tmp_path: Path) -> None:
    frames = Frames()
    for k in range(5):
        write(tmp_path / str(k), k)
    for k in (3, 1, 4, 0, 2):
        found = frames.read(tmp_path / str(k))[1]
        assert found is not None
        assert found.step == k


def test_only_so_many_are_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "KEPT", 2)
    frames = Frames()
    for k in range(4):
        write(tmp_path / str(k), k)
        frames.read(tmp_path / str(k))
    assert len(frames._kept) == 2
    found = frames.read(tmp_path / "0")[1]
    assert found is not None
    assert found.step == 0


def test_many_may_read_while_a_worker_writes(tmp_path: Path) -> None:
    frames, wrong, end = Frames(), [], threading.Event()
    write(tmp_path, 0)

    def watch() -> None:
        last = 0
        while not end.is_set():
            found = frames.read(tmp_path)[1]
            if found is None or found.step < last - 1:  # two readers may finish in either order
                wrong.append(found)
            last = found.step if found else last

    readers = [threading.Thread(target=watch) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(1, 60):
        write(tmp_path, step)
    end.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    found = frames.read(tmp_path)[1]
    assert found is not None
    assert found.step == 59


def test_pages_count_while_they_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    watchers = Watchers()
    assert [watchers.count(who) for who in ("a", "a", "b", "a", "c")] == [1, 1, 2, 2, 3]
    now[0] += watching.LATELY - 0.1
    assert watchers.count("b") == 3
    now[0] += 0.2
    assert watchers.count("b") == 1
