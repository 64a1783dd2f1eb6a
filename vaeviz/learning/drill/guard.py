"""The fence around a submission, put up in the child before the student's code is imported.

An audit hook refuses what Python is asked to do outside the scratch folder; `resource` limits
memory, processor time and file sizes. It stops accidents: an attacker gets around an audit hook.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaeviz.learning.drill.results import Limit

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LARGEST_FILE = 16 << 20  # bytes
SPARE = 5  # seconds of processor time beyond the parent's limit, which comes first
# What is refused wherever it is asked for; a name that ends in "." stands for all that begin so.
NEVER = {
    "subprocess.Popen": "start a process",
    "os.system": "start a process",
    "os.exec": "start a process",
    "os.fork": "start a process",
    "os.forkpty": "start a process",
    "os.posix_spawn": "start a process",
    "os.spawn": "start a process",
    "os.startfile": "start a process",
    "pty.spawn": "start a process",
    "_winapi.CreateProcess": "start a process",
    "os.kill": "signal a process",
    "os.killpg": "signal a process",
    "ctypes.dlopen": "load a C library",
    "ctypes.call_function": "call C code",
    "socket.": "use the network",
    "winreg.": "use the registry",
}
# Event: the positions of its paths, and those of its folder descriptors (-1 when not given).
PATHS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "os.remove": ((0,), (1,)),
    "os.rmdir": ((0,), (1,)),
    "os.mkdir": ((0,), (2,)),
    "os.rename": ((0, 1), (2, 3)),
    "os.link": ((0, 1), (2, 3)),
    "os.symlink": ((1,), (2,)),
    "os.truncate": ((0,), ()),
    "os.chmod": ((0,), (2,)),
    "os.lchmod": ((0,), ()),
    "os.chown": ((0,), (3,)),
    "os.chflags": ((0,), ()),
    "os.utime": ((0,), (3,)),
    "os.setxattr": ((0,), ()),
    "os.removexattr": ((0,), ()),
    "sqlite3.connect": ((0,), ()),
}


class Refused(PermissionError):
    """What the guard does not let the student's code do."""


@dataclass(frozen=True)
class Guard:
    """The audit hook: raises Refused, and tells `report` in a few words."""

    scratch: str  # with all links resolved
    report: Callable[[str], None]

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        what = NEVER.get(event) or NEVER.get(f"{event.split('.')[0]}.")
        if what is None and event == "open":
            what = self._opening(*args)
        elif what is None and event in PATHS:
            what = self._changing(event, args)
        if what:
            self.report(what)
            raise Refused(f"the drill's guard refuses to {what}")

    def _opening(self, path: Any, mode: str | None, flags: int) -> str | None:
        """Why not to open a file, or None. `os.open` has no mode, and may mean another folder."""
        if isinstance(path, int) or not flags & WRITING:
            return None
        elsewhere = mode is None and not os.path.isabs(os.fsdecode(path))
        return f"write {os.fsdecode(path)}" if elsewhere or not self._within(path) else None

    def _changing(self, event: str, args: tuple[Any, ...]) -> str | None:
        paths, folders = PATHS[event]
        by_folder = any(args[k] not in (-1, None) for k in folders if k < len(args))
        for path in (args[k] for k in paths):
            if by_folder or not self._within(path):
                return f"{event.split('.')[1]} {path!s:.200}"
        return None

    def _within(self, path: Any) -> bool:
        """Whether a path and, should it be a link, its target are the scratch folder or in it."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        name = os.path.abspath(os.fsdecode(path))
        if name in (os.devnull, os.path.abspath(":memory:")):
            return True
        entry = os.path.join(os.path.realpath(os.path.dirname(name)), os.path.basename(name))
        places = (entry + os.sep, os.path.realpath(name) + os.sep)
        return all(place.startswith(self.scratch + os.sep) for place in places)


def fence(
    scratch: Path, memory: int, seconds: float, report: Callable[[str], None]
) -> tuple[Limit, ...]:
    """Put up the fence, for good. Returns each limit, and whether it holds on this platform."""
    used = _mapped()
    limits = (
        Limit("memory", used is not None and _limit("RLIMIT_AS", (used or 0) + memory)),
        Limit("processor time", _limit("RLIMIT_CPU", int(_spent() + seconds) + SPARE)),
        Limit("file size", _limit("RLIMIT_FSIZE", LARGEST_FILE)),
    )
    _limit("RLIMIT_CORE", 0)
    guard = Guard(os.path.realpath(scratch), report)
    sys.addaudithook(guard)
    with contextlib.suppress(ImportError):
        # multiprocessing's way to start a process, which raises no audit event of its own
        import _posixsubprocess

        _posixsubprocess.fork_exec = lambda *_: guard("subprocess.Popen", ())
    return limits


def _limit(name: str, value: int) -> bool:
    """Set a limit of this process, soft and hard; False where the platform has none."""
    try:
        import resource

        resource.setrlimit(getattr(resource, name), (value, value))
    except (ImportError, AttributeError, ValueError, OSError):
        return False
    return True


def _spent() -> float:
    """Seconds of processor time so far."""
    times = os.times()
    return times.user + times.system


def _mapped() -> int | None:
    """Bytes of address space in use; None where /proc does not say, as on macOS and Windows."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None
