"""The guard's rule: what it refuses, asked without putting it up in the tests' own process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from vaeviz.learning.drill import guard
from vaeviz.learning.drill.guard import Guard, Refused

WRITE = os.O_WRONLY | os.O_CREAT


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    (tmp_path / "scratch-beside").mkdir()  # begins alike, and is another folder
    (folder / "link").symlink_to(tmp_path)
    (tmp_path / "back").symlink_to(folder / "file")
    monkeypatch.chdir(folder)
    return folder


def refused(scratch: Path, event: str, *args: Any) -> bool:
    told: list[str] = []
    try:
        Guard(os.path.realpath(scratch), told.append)(event, args)
    except Refused:
        assert len(told) == 1
        return True
    assert told == []
    return False


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("open", ("file", "w", WRITE)),
        ("open", (b"file", "w", WRITE)),
        ("open", ("/etc/hosts", "r", os.O_RDONLY)),
        ("open", (3, "w", WRITE)),
        ("open", (os.devnull, "w", WRITE)),
        ("os.remove", ("file", -1)),
        ("os.rename", ("file", "other", -1, -1)),
        ("os.mkdir", ("new", 0o777, -1)),
        ("os.symlink", ("/etc", "name", -1)),
        ("sqlite3.connect", (":memory:",)),
        ("import", ("torch", None, None, None, None)),
        ("os.listdir", ("/",)),
    ],
)
def test_what_is_allowed(event: str, args: tuple, scratch: Path) -> None:
    assert not refused(scratch, event, *args)


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("open", ("../file", "w", WRITE)),
        ("open", ("../scratch-beside/file", "w", WRITE)),
        ("open", ("link/file", "a", os.O_APPEND)),
        ("open", ("file", None, WRITE)),  # os.open, which may mean a file in another folder
        ("open", ("/etc/hosts", "r+", os.O_RDWR)),
        ("os.remove", ("../back", -1)),  # a link outside whose target is inside
        ("os.remove", ("file", 5)),
        ("os.rename", ("file", "../file", -1, -1)),
        ("os.rename", ("../file", "file", -1, -1)),
        ("os.link", ("../file", "file", -1, -1)),
        ("os.rmdir", ("..", -1)),
        ("os.truncate", (3, 0)),
        ("os.chmod", ("..", 0o777, -1)),
        ("sqlite3.connect", ("../data",)),
        ("subprocess.Popen", ("true", ["true"], None, None)),
        ("os.system", (b"true",)),
        ("os.posix_spawn", ("true", [], {})),
        ("os.kill", (1, 9)),
        ("socket.__new__", (None, 2, 1, 0)),
        ("socket.connect", (None, ("127.0.0.1", 80))),
        ("ctypes.dlopen", ("libc.so.6",)),
    ],
)
def test_what_is_refused(event: str, args: tuple, scratch: Path) -> None:
    assert refused(scratch, event, *args)


def test_a_limit_that_the_platform_lacks_does_not_hold() -> None:
    assert guard._limit("RLIMIT_THAT_IS_NOT_THERE", 1) is False


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_address_space_in_use_is_known() -> None:
    assert (guard._mapped() or 0) > 1 << 20
