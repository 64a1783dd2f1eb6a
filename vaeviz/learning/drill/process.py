"""Runs a submission in a process of its own, and reads what the child says of it.

The child has a time limit, a scratch folder as its working directory and home, and an environment
of a few names; `guard` fences it from inside. Its messages are untrusted JSON, bounded in size.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import site
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE

from vaeviz.config import UserError
from vaeviz.learning.drill.notebook import code
from vaeviz.learning.drill.results import Limit, Message, Report, Result

ROOT = Path(__file__).parents[3]  # the folder that holds vaeviz, for `python -m`
MOST = 256 << 10  # bytes of all messages
CHILD = (sys.executable, "-P", "-m", "vaeviz.learning.drill.child")
KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH")  # what Python needs to start


@dataclass(frozen=True)
class Patience:
    """Limits of one check: `seconds` from the import of the code on, `memory` in bytes beyond
    what torch takes; `start` is for the import of torch.
    """

    seconds: float = 120.0
    memory: int = 1 << 30
    start: float = 120.0


@dataclass
class _Heard:
    """What the child has said so far."""

    results: list[Result] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    limits: tuple[Limit, ...] = ()
    stage: str = ""
    stopped: str = ""
    missing: str = ""
    done: bool = False

    def take(self, message: Message) -> None:
        self.stage = message.stage or self.stage
        self.limits = message.limits or self.limits
        self.results += [message.result] if message.result else []
        self.refused += [message.refused] if message.refused else []
        self.stopped = message.stopped or self.stopped
        self.missing = message.missing or self.missing
        self.done = message.done


def check(
    path: Path, epochs: int, patience: Patience = Patience(), child: tuple[str, ...] = CHILD
) -> Report:
    """Judge the submission in `path`. UserError for a file that is no submission."""
    source, heard = code(path), _Heard()
    with tempfile.TemporaryDirectory(prefix="drill-", ignore_cleanup_errors=True) as scratch:
        submission = Path(scratch) / "submission.py"
        submission.write_text(source, encoding="utf-8")
        words = [str(submission), str(epochs), str(patience.memory), str(patience.seconds)]
        _judge([*child, *words], submission.parent, patience, heard)
    if heard.missing:
        raise UserError(
            f"{path} lacks {heard.missing}: begin from the stub of python -m vaeviz drill new"
        )
    limits = (Limit("time", True), *heard.limits)
    return Report(tuple(heard.results), heard.stopped, tuple(heard.refused), limits)


def _judge(command: list[str], scratch: Path, patience: Patience, heard: _Heard) -> None:
    """Run the child to its end, or stop it; `heard` gets what it says."""
    process = subprocess.Popen(
        command,
        cwd=scratch,
        env=environment(scratch),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    pump = threading.Thread(target=_pump, args=(process, chunks), daemon=True)
    pump.start()
    try:
        for line in _lines(chunks, patience, heard):
            heard.take(Message.read(line))
    except ValueError:
        heard.stopped = "the code disturbs the pipe of the results: let it write nowhere"
    finally:
        ended = _end(process, pump)
    if not heard.done and not heard.stopped:
        heard.stopped = f"the process ended before the checks were done ({ended}){_at(heard)}"


def _lines(chunks: queue.SimpleQueue[bytes], patience: Patience, heard: _Heard) -> Iterator[bytes]:
    """The child's lines, until it ends or a limit is reached; `heard.stopped` then says which."""
    deadline, started, rest, size = time.monotonic() + patience.start, False, b"", 0
    while True:
        if heard.stage and not started:
            deadline, started = time.monotonic() + patience.seconds, True
        try:
            chunk = chunks.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            limit = patience.seconds if started else patience.start
            heard.stopped = (
                f"stopped after {limit:g} seconds{_at(heard)}: is there an endless loop?"
            )
            return
        size += len(chunk)
        if size > MOST:
            heard.stopped = f"stopped: over {MOST >> 10} KiB on the pipe of the results"
        if not chunk or size > MOST:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _pump(process: subprocess.Popen[bytes], chunks: queue.SimpleQueue[bytes]) -> None:
    """Puts what comes out of the pipe, b"" at its end; MOST bytes and a bit at most."""
    assert process.stdout is not None
    size, chunk = 0, b" "
    while chunk and size <= MOST:
        chunk = os.read(process.stdout.fileno(), 65536)
        size += len(chunk)
        chunks.put(chunk)


def _end(process: subprocess.Popen[bytes], pump: threading.Thread) -> str:
    """Wait a moment, then kill the child and all processes of its session; how it ended."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0.5)
    status = process.poll()
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    pump.join(5.0)  # its pipe is at its end
    if process.stdout and not pump.is_alive():
        process.stdout.close()
    if status is None or status >= 0:
        return f"exit status {status}"
    return f"by {signal.Signals(-status).name}, perhaps for want of memory"


def _at(heard: _Heard) -> str:
    return f" in '{heard.stage}'" if heard.stage else ""


def environment(scratch: Path) -> dict[str, str]:
    """A few names: how to find Python's packages, one thread, and homes in the scratch folder."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    paths = [str(ROOT), kept.get("PYTHONPATH", "")]
    homes = ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR")
    return {
        **kept,
        **dict.fromkeys(homes, str(scratch)),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONUSERBASE": site.getuserbase(),  # else found by the home
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
    }
