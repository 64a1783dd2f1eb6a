"""Whether a folder can be written to, asked before work whose result would be lost."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from vaeviz.checked import UserError


def fault(folder: Path) -> str:
    """Why nothing can be written into `folder`, or "".

    It tries, and leaves nothing behind: permissions alone say little of a full, read-only or remote
    disk.
    """
    missing = [place for place in (folder, *folder.parents) if not os.path.lexists(place)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except FileExistsError:
        return f"{folder} is a file"
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror})"
    finally:
        for place in missing:
            with contextlib.suppress(OSError):  # another process may use it by now
                place.rmdir()


def require(folder: Path, *names: str) -> None:
    """Raises UserError, one line, unless files of these names can be written into `folder`."""
    found = fault(folder)
    folders = [name for name in names if (folder / name).is_dir()]
    if not found and folders:
        found = f"{folder / folders[0]} is a folder"
    if found:
        raise UserError(f"{found}: change its permissions, or give another folder")
