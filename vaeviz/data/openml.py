"""Data sets from openml.org, downloaded once in a process that can be stopped, stored as npz.

Both the download and our npz live in scikit-learn's data folder, ~/scikit_learn_data or
$SCIKIT_LEARN_DATA.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

import numpy as np

from vaeviz import writable
from vaeviz.config import UserError
from vaeviz.data.dataset import Entry, Examples, Progress, Report, Source
from vaeviz.data.openml_child import UNWRITABLE

ROOT = Path(__file__).parents[2]  # the folder that holds vaeviz, for `python -m`

DATA = 1_000_000  # bytes on disk, more than the descriptions of the data
UNPACKING = 3.0  # seconds without a new byte after which the download is taken to be complete
DAMAGE = (  # the errors of a bit-flipped or truncated npz
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Patience:
    """Seconds: for an answer, for the parser, in all, and between two polls.

    The child's connections time out after ten seconds; these limits cover the rest. The parser
    needs 40 seconds and 1 GB for 70,000 images, while no byte arrives.
    """

    answer: float = 30.0
    parser: float = 300.0
    total: float = 1800.0
    look: float = 0.2


def entry(about: Source, data_id: int, instead: str) -> Entry:
    """The catalogue's entry for OpenML set `data_id`; `instead` names an offline set."""
    return Entry(
        about,
        read=lambda: read(about, cache_file(about.name)),
        fetch=lambda report: fetch(about, data_id, instead, report),
        ready=lambda: cache_file(about.name).is_file(),
    )


def home() -> Path:
    """scikit-learn's data folder, found without importing scikit-learn."""
    return Path(os.environ.get("SCIKIT_LEARN_DATA", "~/scikit_learn_data")).expanduser().absolute()


def cache_file(name: str) -> Path:
    return home() / "vaeviz" / f"{name}.npz"


def read(about: Source, path: Path) -> Examples:
    """Images (N, D) in [0, 1], labels (N,) from our npz; removes a damaged one: UserError."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            pixels, labels = stored["pixels"], stored["labels"]
        if (pixels.shape, pixels.dtype, labels.shape) != (
            (about.size, about.dim),
            np.uint8,
            (about.size,),
        ):
            raise ValueError("wrong shape")
    except DAMAGE as error:
        path.unlink(missing_ok=True)
        raise UserError(
            f"the cached file of {about.name!r} was damaged and has been removed: "
            "load it again to download it afresh"
        ) from error
    return pixels.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def fetch(
    about: Source,
    data_id: int,
    instead: str,
    report: Report,
    patience: Patience = Patience(),
    child: tuple[str, ...] = (sys.executable, "-m", "vaeviz.data.openml_child"),
) -> None:
    """Download into the cache unless it is there. Raises UserError with cause and remedy.

    Calls `report` with the progress a few times per second; an error in it stops the download.
    """
    target = cache_file(about.name)
    if target.is_file():
        return
    for folder in (target.parent, home() / "openml"):
        found = writable.fault(folder)
        if found:
            raise _unwritable(about, found, instead)
    command = [*child, str(data_id), str(home()), str(target)]
    with subprocess.Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=PIPE, text=True) as process:
        try:
            cause = _watch(process, report, patience)
        finally:
            _stop(process)
        cause = cause or _last_line(process)
    if cause and process.returncode == UNWRITABLE:
        raise _unwritable(about, cause, instead)
    if cause:
        raise _failed(about, cause, instead)


def _watch(process: subprocess.Popen[str], report: Report, patience: Patience) -> str | None:
    """Wait for the process and report; None at its end, or why to stop it."""
    start = moved = time.monotonic()
    received = before = _bytes_on_disk()
    while process.poll() is None:
        now, size = time.monotonic(), _bytes_on_disk()
        if size != received:
            received, moved = size, now
        if now - moved > (patience.parser if received > DATA else patience.answer):
            return f"no answer for {now - moved:.0f} seconds"
        if now - start > patience.total:
            return f"not done after {now - start:.0f} seconds"
        got = max(received - before, 0)
        stage = (
            "connecting" if not got else "downloading" if now - moved < UNPACKING else "unpacking"
        )
        report(Progress(stage, got, now - start))
        _wait(process, patience.look)
    return None


def _stop(process: subprocess.Popen[str]) -> None:
    """Terminate the process; kill it after two seconds."""
    if process.poll() is None:
        process.terminate()
        _wait(process, 2.0)
        process.kill()


def _last_line(process: subprocess.Popen[str]) -> str | None:
    """None after a success; otherwise the last line of its output, or its exit code."""
    line = process.communicate()[1].strip()
    if process.returncode == 0:
        return None
    return line.splitlines()[-1] if line else f"exit code {process.returncode}"


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Waits for the process to end, at most `seconds`."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _bytes_on_disk() -> int:
    """The bytes that fetch_openml has stored so far."""
    total = 0
    for folder, _, files in os.walk(home() / "openml"):
        for file in files:
            try:
                total += os.stat(os.path.join(folder, file)).st_size
            except OSError:  # renamed or removed since the listing
                continue
    return total


def _unwritable(about: Source, cause: str, instead: str) -> UserError:
    return UserError(
        f"{about.name!r} could not be stored: {cause[:200]}. Free its disk or change its"
        f" permissions, or set SCIKIT_LEARN_DATA to another folder, or choose {instead}"
    )


def _failed(about: Source, cause: str, instead: str) -> UserError:
    cure = f"connect to the internet and try again, or choose {instead}, which works offline"
    return UserError(
        f"{about.name!r} could not be downloaded from openml.org ({cause[:160]}): {cure}"
    )
