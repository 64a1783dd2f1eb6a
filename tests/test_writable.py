"""Whether a folder can be written to is found out by trying, and nothing is left behind."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest

from vaeviz import writable
from vaeviz.config import UserError


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.EROFS, "Read-only file system")


def test_a_folder_that_can_be_written_is_fine_and_stays_as_it_is(tmp_path: Path) -> None:
    assert writable.fault(tmp_path) == ""
    assert writable.fault(tmp_path / "a" / "b") == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inside", ["file", "file/a", "file/a/b"])
def test_a_file_in_the_way_is_named(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="file") as caught:
        writable.require(tmp_path / inside)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("which", ["mkdir", "file"])
def test_a_read_only_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    if which == "mkdir":
        monkeypatch.setattr(Path, "mkdir", refuse)
    else:
        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(UserError, match=r"new cannot be written.*Read-only"):
        writable.require(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.json").mkdir()
    writable.require(tmp_path, "other.json")
    with pytest.raises(UserError, match=r"model\.json is a folder"):
        writable.require(tmp_path, "other.json", "model.json")
