"""Runs the app on a free port of 127.0.0.1, for tests and benchmarks, and ends it by its pid."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def running(log: Path | None = None, folder: Path = ROOT, **environment: str) -> Iterator[str]:
    """The address of a fresh server with its runs in `folder`; it is terminated at the end."""
    port = _free_port()
    out = (log or Path(os.devnull)).open("wb")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            str(ROOT / "explorer_app.py"),
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
            "--server.headless",
            "true",
        ],
        cwd=folder,
        env={**os.environ, "VAEVIZ_HOME": str(folder), **environment},
        stdout=out,
        stderr=out,
        stdin=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        out.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(port: int, process: subprocess.Popen, patience: float = 60) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
            return
        except urllib.error.HTTPError:
            return  # it answers, below a base path
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the app did not start on port {port} within {patience:.0f} s")
