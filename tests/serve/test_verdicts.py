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


class Server:
    """A server's verdicts on the test's clock; `done` are the runs in the order of their
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
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def step(seen: Seen) -> int:
    return seen.models[0].step if seen.models else 0


def test_without_a_snapshot_there_is_nothing_to_do(server: Server) -> None:
    for name in ("run", "missing"):
        seen = server.ask(name)
        assert (seen.models, seen.fresh, seen.note) == ((), True, NO_SNAPSHOT)
    assert server.done == []


def test_a_snapshot_is_diagnosed_once_for_all_who_ask(server: Server) -> None:
    server.snapshot()
    for _ in range(3):
        seen = server.ask()
        assert (step(seen), seen.fresh, seen.note) == (1, True, "")
        server.now += 60
    assert server.done == ["run"]


def test_no_question_waits_and_the_verdict_before_stays_until_the_new_one_is_there(
    server: Server,
) -> None:
    server.snapshot()
    server.ask()
    server.now += 60
    server.snapshot()
    server.verdicts._busy = True  # another diagnosis is under way
    seen = server.verdicts.newest(server.folder / "run", None)  # type: ignore[arg-type]
    assert (step(seen), seen.fresh) == (1, False)
    server.verdicts._busy = False
    seen = server.ask()
    assert (step(seen), seen.fresh) == (2, True)


def test_it_rests_for_ten_times_what_it_took_and_after_a_runs_first_for_as_long_as_it_took(
    server: Server,
) -> None:
    for factor in (FIRST, REST, REST):
        server.snapshot()
        before = len(server.done)
        server.ask()
        assert len(server.done) == before + 1
        server.snapshot()
        server.now += factor * TOOK - 0.01
        assert not server.ask().fresh
        assert len(server.done) == before + 1
        server.now += 0.02
    assert REST >= 10


def test_a_rest_is_one_for_all_runs(server: Server) -> None:
    for name in "ab":
        server.snapshot(name)
        server.ask(name)
    assert server.done == ["a"]
    server.now += TOOK + 0.01
    assert step(server.ask("b")) == 2


def test_the_run_that_has_waited_longest_goes_first(server: Server) -> None:
    for name in "abc":
        server.snapshot(name)
        server.ask(name)
        server.now += 60
    for name in "cab":
        server.snapshot(name)
    server.now += 60
    server.verdicts._busy = True
    for name in "cab":
        server.verdicts.newest(server.folder / name, None)  # type: ignore[arg-type]
    server.verdicts._busy = False
    server.ask("c")
    assert server.done == ["a", "b", "c", "a"]


def test_what_nobody_asks_about_any_more_gets_no_turn(server: Server) -> None:
    server.snapshot("a")
    server.verdicts._busy = True
    server.verdicts.newest(server.folder / "a", None)  # type: ignore[arg-type]
    server.verdicts._busy = False
    server.now += verdicts.LATELY + 1
    server.snapshot("b")
    server.ask("b")
    assert server.done == ["b"]


def test_the_checkpoint_at_the_end_is_news(server: Server) -> None:
    server.snapshot()
    server.ask()
    server.now += 60
    (server.folder / "run" / f"{MODEL}.json").write_text("{}")
    assert step(server.ask()) == 2


def test_a_rewind_forgets_what_was_seen_even_while_it_is_being_diagnosed(server: Server) -> None:
    server.snapshot()
    server.ask()
    file = server.folder / "run" / "snapshot-0.bin"
    file.unlink()
    seen = server.ask()
    assert (seen.models, seen.note) == ((), NO_SNAPSHOT)
    server.now += 60
    server.snapshot()

    def rewound() -> None:
        file.unlink()
        server.verdicts.newest(server.folder / "run", None)  # type: ignore[arg-type]

    server.meanwhile = rewound
    server.verdicts.newest(server.folder / "run", None)  # type: ignore[arg-type]
    server.verdicts._pool.submit(int).result()
    server.snapshot()
    server.verdicts._busy = True  # only look
    assert server.verdicts.newest(server.folder / "run", None).models == ()  # type: ignore[arg-type]


def test_what_is_written_while_it_reads_is_news(server: Server) -> None:
    server.snapshot()
    server.meanwhile = server.snapshot
    server.ask()
    server.meanwhile = lambda: None
    server.now += 60
    assert (step(server.ask()), server.done) == (2, ["run", "run"])


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            UserError("the run's snapshot is of another version: start it again"),
            "of another version",
        ),
        (MemoryError("no memory"), "the diagnosis failed (MemoryError)"),
    ],
)
def test_what_goes_wrong_is_a_line_and_the_verdict_before_stays(
    server: Server, error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong() -> None:
        raise error

    server.meanwhile = wrong
    server.snapshot()
    seen = server.ask()
    assert (seen.models, seen.fresh) == ((), True)
    assert words in seen.note
    for meanwhile, note in ((lambda: None, ""), (wrong, words)):
        server.now += 60
        server.meanwhile = meanwhile
        server.snapshot()
        seen = server.ask()
        assert step(seen) == 2
        assert note in seen.note
    assert bool(caplog.records) is not isinstance(error, UserError)


def test_only_so_many_runs_are_remembered(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "KEPT", 2)
    for name in "abc":
        server.snapshot(name)
        server.ask(name)
        server.now += 60
    assert len(server.verdicts._wishes) == 2
    assert step(server.ask("a")) == 4
