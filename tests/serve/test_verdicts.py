"""Diagnoses in the background: one at a time, a rest after each, and the turn of whoever waits
longest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaeviz.config import RunSettings, UserError
from vaeviz.runs.folder.progress import MODEL
from vaeviz.serve import verdicts
from vaeviz.serve.live_models import Checked
from vaeviz.serve.verdicts import FIRST, NO_SNAPSHOT, REST, Seen, Verdicts

TOOK = 0.5  # seconds of each diagnosis


class Room:
    """A server's verdicts with a clock of the test's own; `done` are the runs in the order of their
    turns.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.steps = folder, 100.0, 0
        self.done: list[str] = []
        self.meanwhile: Callable[[], Any] = lambda: None
        self.verdicts = Verdicts(self._examine, lambda: self.now)

    def _examine(self, folder: Path, probe: Any) -> tuple[Checked, ...]:
        self.done.append(folder.name)
        self.meanwhile()
        self.now += TOOK
        return (Checked("", len(self.done), RunSettings(), 0.1),)

    def snapshot(self, name: str = "run", content: str = "") -> None:
        """A newer snapshot of a run."""
        self.steps += 1
        (self.folder / name).mkdir(exist_ok=True)
        file = self.folder / name / "snapshot-0.bin"
        file.unlink(missing_ok=True)
        file.with_name(f"new-{self.steps}").write_text(content)
        file.with_name(f"new-{self.steps}").rename(file)

    def ask(self, name: str = "run") -> Seen:
        """What a page is told, once the thread has nothing to do."""
        self.verdicts.newest(self.folder / name, None)  # type: ignore[arg-type]
        self.verdicts._pool.submit(int).result()
        asked, self.verdicts._busy = self.verdicts._busy, True  # only look
        seen = self.verdicts.newest(self.folder / name, None)  # type: ignore[arg-type]
        self.verdicts._busy = asked
        return seen


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def step(seen: Seen) -> int:
    return seen.models[0].step if seen.models else 0


def test_without_a_snapshot_there_is_nothing_to_do(room: Room) -> None:
    for name in ("run", "missing"):
        seen = room.ask(name)
        assert (seen.models, seen.fresh, seen.note) == ((), True, NO_SNAPSHOT)
    assert room.done == []


def test_a_snapshot_is_diagnosed_once_for_all_who_ask(room: Room) -> None:
    room.snapshot()
    for _ in range(3):
        seen = room.ask()
        assert (step(seen), seen.fresh, seen.note) == (1, True, "")
        room.now += 60
    assert room.done == ["run"]


def test_no_question_waits_and_the_verdict_before_stays_until_the_new_one_is_there(
    room: Room,
) -> None:
    room.snapshot()
    room.ask()
    room.now += 60
    room.snapshot()
    room.verdicts._busy = True  # another diagnosis is under way
    seen = room.verdicts.newest(room.folder / "run", None)  # type: ignore[arg-type]
    assert (step(seen), seen.fresh) == (1, False)
    room.verdicts._busy = False
    seen = room.ask()
    assert (step(seen), seen.fresh) == (2, True)


def test_it_rests_for_ten_times_what_it_took_and_after_a_runs_first_for_as_long_as_it_took(
    room: Room,
) -> None:
    for factor in (FIRST, REST, REST):
        room.snapshot()
        before = len(room.done)
        room.ask()
        assert len(room.done) == before + 1
        room.snapshot()
        room.now += factor * TOOK - 0.01
        assert not room.ask().fresh
        assert len(room.done) == before + 1
        room.now += 0.02
    assert REST >= 10


def test_a_rest_is_one_for_all_runs(room: Room) -> None:
    for name in "ab":
        room.snapshot(name)
        room.ask(name)
    assert room.done == ["a"]
    room.now += TOOK + 0.01
    assert step(room.ask("b")) == 2


def test_the_run_that_has_waited_longest_goes_first(room: Room) -> None:
    for name in "abc":
        room.snapshot(name)
        room.ask(name)
        room.now += 60
    for name in "cab":
        room.snapshot(name)
    room.now += 60
    room.verdicts._busy = True
    for name in "cab":
        room.verdicts.newest(room.folder / name, None)  # type: ignore[arg-type]
    room.verdicts._busy = False
    room.ask("c")
    assert room.done == ["a", "b", "c", "a"]


def test_what_nobody_asks_about_any_more_gets_no_turn(room: Room) -> None:
    room.snapshot("a")
    room.verdicts._busy = True
    room.verdicts.newest(room.folder / "a", None)  # type: ignore[arg-type]
    room.verdicts._busy = False
    room.now += verdicts.LATELY + 1
    room.snapshot("b")
    room.ask("b")
    assert room.done == ["b"]


def test_the_checkpoint_at_the_end_is_news(room: Room) -> None:
    room.snapshot()
    room.ask()
    room.now += 60
    (room.folder / "run" / f"{MODEL}.json").write_text("{}")
    assert step(room.ask()) == 2


def test_a_rewind_forgets_what_was_seen_even_while_it_is_being_diagnosed(room: Room) -> None:
    room.snapshot()
    room.ask()
    file = room.folder / "run" / "snapshot-0.bin"
    file.unlink()
    seen = room.ask()
    assert (seen.models, seen.note) == ((), NO_SNAPSHOT)
    room.now += 60
    room.snapshot()

    def rewound() -> None:
        file.unlink()
        room.verdicts.newest(room.folder / "run", None)  # type: ignore[arg-type]

    room.meanwhile = rewound
    room.verdicts.newest(room.folder / "run", None)  # type: ignore[arg-type]
    room.verdicts._pool.submit(int).result()
    room.snapshot()
    room.verdicts._busy = True  # only look
    assert room.verdicts.newest(room.folder / "run", None).models == ()  # type: ignore[arg-type]


def test_what_is_written_while_it_reads_is_news(room: Room) -> None:
    room.snapshot()
    room.meanwhile = room.snapshot
    room.ask()
    room.meanwhile = lambda: None
    room.now += 60
    assert (step(room.ask()), room.done) == (2, ["run", "run"])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            UserError("the run's snapshot is of another version: start it again"),
            "of another version",
        ),
        (MemoryError("no room"), "the diagnosis failed (MemoryError)"),
    ],
)
def test_what_goes_wrong_is_a_line_and_the_verdict_before_stays(
    room: Room, error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong() -> None:
        raise error

    room.meanwhile = wrong
    room.snapshot()
    seen = room.ask()
    assert (seen.models, seen.fresh) == ((), True)
    assert words in seen.note
    for meanwhile, note in ((lambda: None, ""), (wrong, words)):
        room.now += 60
        room.meanwhile = meanwhile
        room.snapshot()
        seen = room.ask()
        assert step(seen) == 2
        assert note in seen.note
    assert bool(caplog.records) is not isinstance(error, UserError)


def test_only_so_many_runs_are_remembered(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "KEPT", 2)
    for name in "abc":
        room.snapshot(name)
        room.ask(name)
        room.now += 60
    assert len(room.verdicts._wishes) == 2
    assert step(room.ask("a")) == 4
