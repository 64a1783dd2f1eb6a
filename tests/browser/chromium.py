"""Finds a Chromium for Playwright; `python tests/browser/chromium.py` installs one if there is
none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """The path of a browser: $VAEVIZ_BROWSER, one on the PATH, or Playwright's own; None if there
    is none.
    """
    for path in (os.environ.get("VAEVIZ_BROWSER"), *map(shutil.which, NAMES)):
        if path and Path(path).exists():
            return path
    own = _own()
    return own if own and Path(own).exists() else None


def _own() -> str:
    """Where Playwright puts its own download; asked in another process, since it allows one loop in
    each.
    """
    code = (
        "import playwright.sync_api as a\nwith a.sync_playwright() as p:"
        " print(p.chromium.executable_path)"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()


def install() -> int:
    """Debian's package where we may install it, else Playwright's download; 0 when a browser is
    there.
    """
    if find():
        return 0
    for command in _ways():
        subprocess.run(command, check=False)
        if find():
            return 0
    sys.stderr.write(
        "no browser: install Chromium, or set VAEVIZ_BROWSER to one, then run the tests again\n"
    )
    return 1


def _ways() -> list[list[str]]:
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        return [
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "chromium"],
            download,
        ]
    return [download]


if __name__ == "__main__":
    raise SystemExit(install())
