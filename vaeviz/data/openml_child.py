"""The download, run as `python -m vaeviz.data.openml_child DATA_ID ARFF_HOME TARGET`.

A process of its own, because scikit-learn's fetch_openml sets no timeout on its connections, parses
for seconds while holding the interpreter, and cannot be cancelled; a process-wide timeout
is safe here.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNWRITABLE = 74  # exit status, EX_IOERR: the disk, not the network, is in the way
DISK = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOTDIR)
SOCKET_TIMEOUT = 10.0  # seconds without an answer, or without the next bytes of one


def main(arguments: list[str]) -> int:
    """Fetch one data set into TARGET; on failure print one line to standard error and return 1."""
    data_id, home, target = int(arguments[0]), Path(arguments[1]), Path(arguments[2])
    if hasattr(os, "nice"):
        os.nice(10)  # the app's sliders have priority
    socket.setdefaulttimeout(SOCKET_TIMEOUT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # removes a partial download
    warnings.simplefilter("ignore")  # fetch_openml's messages about its retries
    try:
        save(target, *fetch(data_id, home))
    except OSError as error:
        sys.stderr.write(_line(error))
        return UNWRITABLE if error.errno in DISK else 1
    except Exception as error:  # the caller reads the error as one line
        sys.stderr.write(_line(error))
        return 1
    return 0


def _line(error: Exception) -> str:
    """The error in one line; one of the disk names the folder or file."""
    if isinstance(error, OSError) and error.errno in DISK:
        return f"{error.filename or 'a file'} cannot be written ({error.strerror})"
    return " ".join(f"{type(error).__name__}: {error}".split())


def fetch(data_id: int, home: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels (N, D) 0-255 and labels (N,) of an OpenML data set of images."""
    from sklearn.datasets import fetch_openml

    # parser: the faster "pandas" one breaks on MNIST's unquoted class names with pandas 3.1
    values, target = fetch_openml(
        data_id=data_id,
        data_home=home,
        as_frame=False,
        return_X_y=True,
        n_retries=1,
        delay=0.5,
        parser="liac-arff",
    )
    pixels = np.asarray(values).astype(np.uint8)
    if not np.array_equal(pixels, values):
        raise ValueError("the pixels are not whole numbers from 0 to 255")
    return pixels, np.asarray(target).astype(np.uint8)


def save(target: Path, pixels: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    """Write the arrays atomically as a compressed npz."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        try:
            np.savez_compressed(part, pixels=pixels, labels=labels)
            part.close()
            os.replace(part.name, target)
        except BaseException:
            part.close()
            os.unlink(part.name)
            raise


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
