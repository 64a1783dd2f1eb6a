"""The registry: bounded workers, places, quota, cancel, parking, death, faults. One test has
processes.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.runs.folder import control
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.fair_order import ALONE, IDLE, SLICE
from vaeviz.runs.queue.job import GRACE
from vaeviz.runs.queue.launch import Progress, State
from vaeviz.runs.queue.registry import TICK, Registry


class Worker:
    """A worker that does what the test says, by the same files."""

    def __init__(self, folder: Path, until_flat: bool) -> None:
        self.folder, self.until_flat, self.code, self.killed = folder, until_flat, None, False
        for name in (runs.CANCEL, runs.PARK):
            (folder / name).unlink(missing_ok=True)
        self.say("running")

    def poll(self) -> int | None:
        return self.code

    def kill(self) -> None:
        self.killed, self.code = True, -9

    def say(self, state: State, step: int | None = None) -> None:
        before = runs.latest(self.folder)
        step = before.step if step is None else step
        write_json(
            self.folder / runs.PROGRESS, runs.to_json(replace(before, state=state, step=step))
        )

    def end(self, state: State | None) -> None:
        """Its last word, none if it just dies."""
        if state:
            self.say(state)
        self.code = 0 if state else -9

    def asked(self) -> str:
        return "".join(name for name in (runs.CANCEL, runs.PARK) if (self.folder / name).exists())


@pytest.fixture(autouse=True)
def _watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page watches every run, unless a test says otherwise."""
    monkeypatch.setattr(control, "watched", lambda folder: True)


class Server:
    """A registry on fake workers and a clock of the test's."""

    def __init__(self, root: Path, workers: int, quota: int = 3) -> None:
        self.root, self.now, self.most, self.launched = root, 0.0, 0, 0
        self.workers: dict[str, Worker] = {}
        self.broken: dict[str, Exception] = {}
        self.registry = Registry(workers, quota, self.launch, lambda: self.now)

    def launch(self, folder: Path, until_flat: bool) -> Worker:
        if folder.name in self.broken:
            raise self.broken[folder.name]
        self.launched += 1
        self.workers[folder.name] = Worker(folder, until_flat)
        self.most = max(self.most, sum(w.code is None for w in self.workers.values()))
        return self.workers[folder.name]

    def folder(self, name: str, live: bool = True) -> Path:
        folder = self.root / name
        content = {"settings": RunSettings().to_json()} if live else RunSettings().to_json()
        write_json(folder / (runs.RUN if live else runs.SETTINGS), content)
        return folder

    def submit(
        self, name: str, session: str | None = None, first: bool = False, live: bool = True
    ) -> Path:
        folder = self.folder(name, live)
        self.registry.submit(folder, session or name, first, until_flat=not live)
        return folder

    def tick(self, seconds: float = TICK) -> None:
        self.now += seconds
        self.registry.tick()

    def state(self, name: str) -> str:
        return self.registry.status(self.root / name).state

    def places(self, *names: str) -> list[int | None]:
        return [self.registry.place(self.root / name) for name in names]

    def snapshot(self, name: str, at: int) -> None:
        path = self.root / name / "snapshot-1.bin"
        path.touch()
        os.utime(path, ns=(at, at))


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread: only the test's own ticks."""
    monkeypatch.setattr(Registry, "_look_after", lambda self: None)


@pytest.fixture
def one(tmp_path: Path, quiet: None) -> Server:
    return Server(tmp_path, workers=1)


@pytest.fixture
def two(tmp_path: Path, quiet: None) -> Server:
    return Server(tmp_path, workers=2)


# the queue
# ------------------------------------------------------------------------------------------------


def test_one_runs_the_others_wait_and_take_their_turn(one: Server) -> None:
    for name in "abc":
        one.submit(name)
    assert [one.state(n) for n in "abc"] == ["running", "queued", "queued"]
    assert one.places(*"abc") == [None, 1, 2]
    assert one.registry.status(one.root / "b").steps == RunSettings().steps
    one.workers["a"].end("done")
    one.tick()
    assert [one.state(n) for n in "abc"] == ["done", "running", "queued"]
    assert one.places(*"abc") == [None, None, 1]
    assert one.most == 1


def test_by_default_one_processor_is_left_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, workers in ((1, 1), (2, 1), (8, 7), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert Registry().workers == workers


def test_a_new_session_goes_before_another_s_second(one: Server) -> None:
    for k in range(3):
        one.submit(f"a{k}", "a")
    one.submit("b0", "b")
    assert one.places("a1", "a2", "b0") == [2, 3, 1]


def test_a_session_has_a_quota_of_unfinished_runs(one: Server) -> None:
    for k in range(3):
        one.submit(f"a{k}", "a")
    with pytest.raises(UserError, match="3 of your runs are unfinished: stop one"):
        one.submit("a3", "a")
    assert one.state("a3") == "interrupted"  # never started
    one.submit("b0", "b")
    one.registry.cancel(one.root / "a2")
    one.submit("a3", "a")
    one.workers["a0"].end("done")
    one.submit("a4", "a")  # the one that has just ended counts no more


def test_what_goes_already_is_not_started_twice(two: Server) -> None:
    for k in range(3):
        two.submit(f"a{k}", "a")
    for name in ("a0", "a2"):
        with pytest.raises(UserError, match="already going"):
            two.submit(name, "b")
    assert two.launched == 2


def test_a_run_of_another_server_is_not_started(one: Server) -> None:
    folder = one.folder("a")
    runs.conclude(folder, "running")
    with FileLock(folder / runs.LOCK), pytest.raises(UserError, match="on another server"):
        one.registry.submit(folder, "a")
    assert one.launched == 0
    one.registry.submit(folder, "a")


def test_a_folder_without_settings_is_refused(one: Server) -> None:
    with pytest.raises(UserError, match="no settings"):
        one.registry.submit(one.root / "none", "a")


def test_cancel_frees_the_place_in_the_queue_and_the_worker(one: Server) -> None:
    for name in "abcd":
        one.submit(name, live=name == "b")
    one.registry.cancel(one.root / "b")
    one.registry.cancel(one.root / "c")
    assert [one.state(n) for n in "abcd"] == ["running", "stopped", "cancelled", "queued"]
    assert one.places(*"abcd") == [None, None, None, 1]
    one.registry.cancel(one.root / "a")
    assert one.workers["a"].asked() == runs.CANCEL
    with pytest.raises(UserError, match="still stopping"):
        one.submit("a", live=False)
    assert one.state("d") == "queued"  # a's worker is still there
    one.workers["a"].end("cancelled")
    one.tick()
    assert [one.state(n) for n in "abcd"] == ["cancelled", "stopped", "cancelled", "running"]
    one.submit("b")  # wanted after all


def test_a_worker_that_does_not_stop_is_made_to(one: Server) -> None:
    for name in "ab":
        one.submit(name, live=name == "b")
    one.registry.cancel(one.root / "a")
    one.tick(GRACE)
    assert not one.workers["a"].killed
    one.tick()
    one.tick()
    assert one.workers["a"].killed
    assert [one.state(n) for n in "ab"] == ["cancelled", "running"]


def test_cancel_on_a_full_disk_stops_all_the_same(
    one: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one.submit("a")
    monkeypatch.setattr(runs, "cancel", full)
    one.registry.cancel(one.root / "a")
    assert one.workers["a"].killed


def test_cancel_of_what_rests_is_its_end(one: Server) -> None:
    folder = one.submit("a")
    one.workers["a"].end("parked")
    one.tick()
    assert one.state("a") == "parked"
    one.registry.cancel(folder)
    assert one.state("a") == "stopped"
    runs.conclude(folder, "done")
    one.registry.cancel(folder)
    assert one.state("a") == "done"


# parking
# ------------------------------------------------------------------------------------------------


def test_the_lecturer_s_run_starts_at_once_and_the_other_resumes_later(one: Server) -> None:
    one.submit("a")
    one.submit("b")
    one.submit("me", first=True)
    assert one.places("me", "b") == [1, 2]
    assert one.workers["a"].asked() == runs.PARK
    one.workers["a"].end("parked")
    assert one.state("a") == "queued"  # never a moment of "parked"
    one.tick()
    assert [one.state(n) for n in ("me", "a", "b")] == ["running", "queued", "queued"]
    assert one.places("b", "a") == [1, 2]
    for done, going in (("me", "b"), ("b", "a")):
        one.workers[done].end("done")
        one.tick()
        assert one.state(going) == "running"
    assert one.launched == 4
    assert one.workers["a"].asked() == ""


def test_a_run_until_it_is_flat_is_never_parked(one: Server) -> None:
    one.submit("a", live=False)
    one.submit("me", first=True)
    one.submit("b")
    one.tick(10 * SLICE)
    assert one.workers["a"].asked() == ""
    assert one.places("me", "b") == [1, 2]


def test_turns_are_taken_by_slices(one: Server) -> None:
    seen = []
    for name in "abc":
        one.submit(name)
    for _ in range(6):
        going = next(n for n in "abc" if one.state(n) == "running")
        seen.append(going)
        one.tick(SLICE - 1)
        assert one.workers[going].asked() == ""
        one.tick(1.01)
        assert one.workers[going].asked() == runs.PARK
        one.workers[going].end("parked")
        one.tick()
    assert seen == list("abcabc")


def test_a_paused_run_parks_when_others_wait_until_it_is_resubmitted(one: Server) -> None:
    one.submit("a")
    one.workers["a"].say("paused")
    one.tick(IDLE * 10)
    one.tick(IDLE * 10)
    assert one.workers["a"].asked() == ""
    one.submit("b")
    assert one.workers["a"].asked() == runs.PARK
    one.workers["a"].end("parked")
    one.tick()
    assert [one.state(n) for n in "ab"] == ["parked", "running"]
    one.submit("a")
    assert one.state("a") == "queued"


def test_a_run_that_no_page_watches_parks_sooner(
    one: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    one.submit("a")
    one.submit("b")
    one.tick(ALONE + 1)
    assert one.workers["a"].asked() == ""
    monkeypatch.setattr(control, "watched", lambda folder: folder.name != "a")
    one.tick()
    one.tick()
    assert one.workers["a"].asked() == runs.PARK
    one.workers["a"].end("parked")
    one.tick()
    assert [one.state(n) for n in "ab"] == ["queued", "running"]


def test_a_pause_that_ended_is_none(one: Server) -> None:
    one.submit("a")
    one.workers["a"].say("paused")
    one.tick()
    one.workers["a"].say("running")
    one.tick(IDLE)
    one.workers["a"].say("paused")
    one.tick()
    one.submit("b")
    assert one.workers["a"].asked() == ""


def test_resubmitted_while_it_parks_a_run_queues(one: Server) -> None:
    one.submit("a")
    one.workers["a"].say("paused")
    one.tick()
    one.submit("b")
    one.tick(IDLE)
    assert one.workers["a"].asked() == runs.PARK
    one.submit("a")
    with pytest.raises(UserError, match="already going"):
        one.submit("a")
    one.workers["a"].end("parked")
    one.tick()
    assert [one.state(n) for n in "ab"] == ["queued", "running"]


def test_a_run_parked_by_the_user_frees_its_worker_its_place_and_its_quota(one: Server) -> None:
    for name in ("a0", "a1", "a2"):
        one.submit(name, "a")
    one.registry.park(one.root / "a1")
    one.registry.park(one.root / "a0")
    assert one.places("a1", "a2") == [None, 1]
    one.submit("a3", "a")  # of the three before, one is unfinished
    one.submit("a4", "a")
    one.workers["a0"].end("parked")
    one.tick()
    assert [one.state(n) for n in ("a0", "a1", "a2")] == ["parked", "interrupted", "running"]
    one.registry.park(one.root / "never-seen")


def test_a_run_that_does_not_park_in_time_is_killed_and_resumes_later(one: Server) -> None:
    one.submit("a")
    one.submit("me", first=True)
    one.tick(GRACE + 1)
    one.tick()
    assert one.workers["a"].killed
    assert [one.state(n) for n in ("me", "a")] == ["running", "queued"]


def test_cancelled_while_it_parks_a_run_is_over(one: Server) -> None:
    one.submit("a")
    one.submit("me", first=True)
    one.registry.cancel(one.root / "a")
    one.workers["a"].end("parked")
    one.tick()
    assert [one.state(n) for n in ("a", "me")] == ["stopped", "running"]
    assert one.places("a") == [None]


# death
# ------------------------------------------------------------------------------------------------


def test_a_killed_worker_is_replaced_only_while_the_run_gets_on(one: Server) -> None:
    one.submit("a")
    one.snapshot("a", at=1)
    one.workers["a"].say("running", step=100)
    one.workers["a"].end(None)
    one.tick()
    assert (one.state("a"), one.launched) == ("running", 2)
    one.workers["a"].say("running", step=90)  # from the snapshot: not yet as far as it was
    one.workers["a"].say("running", step=101)
    one.workers["a"].end(None)
    one.tick()
    assert (one.state("a"), one.launched) == ("running", 3)
    one.workers["a"].say("running", step=99)
    one.workers["a"].end(None)
    one.tick()
    assert (one.state("a"), one.launched) == ("failed", 3)
    assert "ended unexpectedly" in one.registry.status(one.root / "a").error
    one.submit("a")  # a user may resubmit it
    assert one.launched == 4


def test_a_new_snapshot_is_progress_too(one: Server) -> None:
    one.submit("a")
    one.snapshot("a", at=1)
    one.workers["a"].say("running", step=100)
    for state, launched, newest in (("running", 2, 2), ("running", 3, 2), ("failed", 3, 2)):
        one.workers["a"].end(None)
        one.tick()
        assert (one.state("a"), one.launched) == (state, launched)
        one.workers["a"].say("running", step=50)
        one.snapshot("a", at=newest)


def test_what_was_reached_before_is_not_progress_again(one: Server) -> None:
    one.submit("a")
    one.snapshot("a", at=1)
    one.workers["a"].say("running", step=100)
    one.workers["a"].end(None)
    one.tick()
    one.workers["a"].say("running", step=60)
    one.snapshot("a", at=2)
    one.workers["a"].end(None)
    one.tick()
    one.workers["a"].say("running", step=99)
    one.workers["a"].end(None)
    one.tick()
    assert (one.state("a"), one.launched) == ("failed", 3)


def test_it_never_comes_further_by_dying_again_and_again(one: Server) -> None:
    """Each worker dies at step 100, a step beyond its own start but not beyond what was reached."""
    one.submit("a")
    one.snapshot("a", at=1)
    for _ in range(5):
        if one.state("a") == "running":
            one.workers["a"].say("running", step=60)
            one.workers["a"].say("running", step=100)
            one.workers["a"].end(None)
        one.tick()
    assert (one.state("a"), one.launched) == ("failed", 2)


def test_without_a_snapshot_death_is_failure(two: Server) -> None:
    two.submit("a")
    two.submit("b", live=False)
    for name in "ab":
        two.workers[name].say("running", step=100)
        two.workers[name].end(None)
    two.tick()
    assert [two.state(n) for n in "ab"] == ["failed", "failed"]
    assert two.launched == 2


def test_after_a_crash_of_the_server_the_run_can_resume(one: Server) -> None:
    folder = one.submit("a")
    one.snapshot("a", at=1)
    waits = one.submit("b")
    with FileLock(folder / runs.LOCK):
        pass  # its holder has gone
    another = Registry(1, launch=one.launch)
    assert another.status(folder).state == "interrupted"
    assert another.status(waits).state == "interrupted"
    another.submit(folder, "c")
    another.cancel(folder)


# faults
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (
            UserError("the training worker cannot be started (No such file): install vaeviz again"),
            "cannot be",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "written (No space left on device): free some",
        ),
        (RuntimeError("first\nsecond"), "RuntimeError: first second"),
    ],
)
def test_a_run_that_cannot_start_has_one_line_and_stops_no_other(
    one: Server, error: Exception, line: str
) -> None:
    one.broken["a"] = one.broken["c"] = error
    with pytest.raises(UserError, match=line.replace("(", r"\(").replace(")", r"\)")) as caught:
        one.submit("a")
    assert "\n" not in str(caught.value)
    for name in "bcd":
        one.submit(name)
    one.workers["b"].end("done")
    one.tick()
    assert [one.state(n) for n in "abcd"] == ["failed", "done", "failed", "running"]
    assert line in one.registry.status(one.root / "c").error
    one.broken.clear()
    one.submit("c")
    assert one.state("c") == "queued"


def test_a_spoilt_folder_stops_no_other_run(two: Server) -> None:
    a = two.submit("a")
    two.submit("b")
    two.submit("c")
    (a / runs.PROGRESS).write_text("spoilt")
    two.tick()
    two.workers["a"].end(None)
    two.tick()
    assert [two.state(n) for n in "abc"] == ["failed", "running", "running"]


def test_a_read_only_folder_is_one_line(
    tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, values: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    folder = Server(tmp_path, 1).folder("a")
    monkeypatch.setattr("vaeviz.runs.folder.progress.write_json", full)
    registry = Registry(1)  # with the real launch
    with pytest.raises(
        UserError, match=r"a cannot be written \(Read-only file system\): free some space"
    ):
        registry.submit(folder, "a")


def test_a_missing_worker_is_one_line(
    tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Server(tmp_path, 1).folder("a")
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    registry = Registry(1)
    with pytest.raises(UserError, match="worker cannot be started"):
        registry.submit(folder, "a")
    assert registry.status(folder).state == "failed"


# pruning
# ------------------------------------------------------------------------------------------------


def test_what_waits_or_runs_is_not_pruned(one: Server) -> None:
    for name in "ab":
        one.submit(name)
    over = one.folder("c")
    runs.conclude(over, "done")
    assert one.registry.prune(one.root, 0) == [over]
    assert sorted(f.name for f in one.root.iterdir()) == ["a", "b"]


def test_a_limit_holds_for_what_a_worker_writes_last(one: Server) -> None:
    one.registry.prune(one.root, 50_000)
    for name in "abc":
        one.submit(name)
        (one.root / name / "snapshot-1.bin").write_bytes(bytes(40_000))
        one.registry.park(one.root / name)
        runs.conclude(one.root / name, "parked")
        one.workers[name].code = 0
        one.tick()
    assert [f.name for f in one.root.iterdir()] == ["c"]


# threads
# ------------------------------------------------------------------------------------------------


@pytest.fixture
def watched() -> Iterator[None]:
    """Registries whose threads must be gone at the end; those of other tests are not asked for."""
    before = set(threading.enumerate())
    yield

    def own() -> list[threading.Thread]:
        threads = set(threading.enumerate()) - before
        return [t for t in threads if t.name == "vaeviz-registry"]

    end = time.monotonic() + 30
    while time.monotonic() < end and own():
        time.sleep(0.02)
    assert not own()


def test_many_at_once_never_more_workers_than_allowed(tmp_path: Path, watched: None) -> None:
    server = Server(tmp_path, workers=3)
    server.registry._clock = time.monotonic
    names = [f"s{k}-{i}" for k in range(10) for i in range(5)]
    barrier = threading.Barrier(10)
    refused: list[str] = []

    def class_member(k: int) -> None:
        barrier.wait()
        for i in range(5):
            try:
                server.submit(f"s{k}-{i}", f"s{k}")
            except UserError:
                refused.append(f"s{k}-{i}")
            server.registry.place(tmp_path / f"s{k}-{i}")

    threads = [threading.Thread(target=class_member, args=(k,)) for k in range(10)]
    for thread in threads:
        thread.start()
    ended: set[str] = set()
    end = time.monotonic() + 30
    while (
        any(t.is_alive() for t in threads) or len(ended) < server.launched
    ) and time.monotonic() < end:
        with server.registry._lock:
            places = sorted(p for p in server.places(*names) if p)
        assert places == list(range(1, len(places) + 1))
        for name, worker in list(server.workers.items()):
            if worker.code is None and name not in ended:
                worker.end("done")
                ended.add(name)
        server.registry.tick()
    assert server.most <= 3
    assert len(ended) + len(refused) == len(names)
    assert all(server.state(n) == "done" for n in ended)


def test_one_session_s_many_clicks_at_once_keep_to_its_quota(
    tmp_path: Path, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, accepted = Server(tmp_path, workers=1), []
    barrier, going = threading.Barrier(8), runs.going

    def slow(folder: Path) -> bool:
        time.sleep(0.01)
        return going(folder)

    def click(k: int) -> None:
        folder = server.folder(f"a{k}")
        barrier.wait()
        with contextlib.suppress(UserError):
            server.registry.submit(folder, "a")
            accepted.append(folder)

    monkeypatch.setattr(runs, "going", slow)
    threads = [threading.Thread(target=click, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) == 3
    for folder in accepted:
        server.registry.cancel(folder)
    for worker in server.workers.values():
        worker.end("stopped")


def test_the_thread_starts_waiting_runs_and_ends_without_work(
    tmp_path: Path, watched: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(tmp_path, workers=1)
    for name in "ab":
        server.submit(name)
    monkeypatch.setattr(
        "vaeviz.runs.queue.registry.to_park", lambda *_: 1 / 0
    )  # it survives whatever happens
    time.sleep(3 * TICK)
    monkeypatch.undo()
    thread = server.registry._thread
    assert thread is not None
    assert thread.daemon
    for name in "ab":
        end = time.monotonic() + 5
        while name not in server.workers and time.monotonic() < end:
            time.sleep(0.02)
        server.workers[name].end("done")
    thread.join(timeout=5)
    assert not thread.is_alive()
    server.submit("c")  # and there is another when there is work again
    server.workers["c"].end("done")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_real_worker_in_the_queue(tmp_path: Path, watched: None) -> None:
    """The first is killed, the second called off while it waits, the third trained to its end."""
    registry = Registry(1)
    settings = RunSettings(data="three-gaussians", widths=(8,), latent=2, steps=200)
    for name in "abc":
        write_json(tmp_path / name / runs.SETTINGS, settings.to_json())
        registry.submit(tmp_path / name, "me", until_flat=True)
    assert [registry.place(tmp_path / name) for name in "abc"] == [None, 1, 2]
    registry.cancel(tmp_path / "b")
    os.kill(runs._STARTED[tmp_path / "a"].pid, signal.SIGKILL)
    assert "ended unexpectedly" in _end(registry, tmp_path / "a").error
    done = _end(registry, tmp_path / "c")
    assert (done.state, done.step) == ("done", 200)
    assert json.loads((tmp_path / "c" / "model.json").read_text())["steps"] == 200
    assert registry.status(tmp_path / "b").state == "cancelled"


def _end(registry: Registry, folder: Path, seconds: float = 60) -> Progress:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (result := registry.status(folder)).over:
            return result
        time.sleep(0.05)
    raise AssertionError(f"still {registry.status(folder)} after {seconds} s")
